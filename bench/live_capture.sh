#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# live_capture.sh KWDIAG VXFLOOD [FOLDER]: VXLAN packets at several rates and sizes through a veth in a network namespace,
# captured by dumpcap and tcpdump, each with a buffer of 64 MiB, and by kwdiag capture; alone, and beside a process that
# takes all that it gets. For each: packets lost, and CPU time per packet of the capturing processes (user and system;
# what the kernel does in the sender's time is in none of them). FOLDER is where captures are written to.
set -eu

kwdiag=$(realpath "$1")
vxflood=$(realpath "$2")
folder=${3:-/tmp}
if [ "${4:-}" != inside ]; then
    exec unshare -n "$0" "$kwdiag" "$vxflood" "$folder" inside
fi
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link add v0 type veth peer name v1
ip link set v0 up
ip link set v1 up
seconds=5
work=$(mktemp -d "$folder/live_capture.XXXXXX")
trap 'rm -rf "$work"; kill $(jobs -p) 2>/dev/null || true' EXIT

# Numbers of what each program says at its end.
captured_by_dumpcap() { tr '\r' '\n' <"$work/said" | sed -n 's/^Packets captured: //p'; }
captured_by_tcpdump() { sed -n 's/ packets captured$//p' "$work/said"; }
captured_by_kwdiag() { sed -n 's/^v1: \([0-9]*\) packets.*/\1/p' "$work/said"; }

measure() { # NAME RATE SIZE COMMAND…
    local name=$1 rate=$2 size=$3
    shift 3
    rm -f "$work"/capture* "$work/cpu"
    (sleep 1.5; "$vxflood" v0 "$rate" "$seconds" "$size" >"$work/sent") &
    local sender=$!
    # In a shell of its own: the times of this one's children have the sender's among them.
    bash -c 'TIMEFORMAT="%U %S"; { time "$@" >"$0/said" 2>&1; } 2>"$0/cpu"' "$work" "$@" || true
    wait "$sender"
    local sent captured
    sent=$(sed 's/sent \([0-9]*\) .*/\1/' "$work/sent")
    captured=$("captured_by_$name")
    awk -v name="$name" -v sent="$sent" -v captured="${captured:-0}" -v seconds=$seconds '
        {cpu = $1 + $2}
        END {printf "  %-8s %9d sent (%4.0f k/s) %8d lost  %5.0f ns of CPU a packet\n", name, sent, sent / seconds / 1000,
             sent - captured, (captured > 0 ? cpu / captured * 1e9 : 0)}' "$work/cpu"
}

all() { # RATE SIZE
    echo "$1 packets/s of $2 bytes (0: as many as can be sent)${beside:-}"
    measure dumpcap "$1" "$2" dumpcap -q -B 64 -i v1 -w "$work/capture.pcapng" -a duration:$((seconds + 4))
    measure tcpdump "$1" "$2" timeout -s INT $((seconds + 4)) tcpdump -Z root -B 65536 -i v1 -w "$work/capture.pcap"
    measure kwdiag "$1" "$2" "$kwdiag" capture --quiet --only packets --interface v1 --seconds $((seconds + 3)) --bytes 8G \
        --out "$work/capture.kwsnap"
}

for size in 300 1400; do
    for rate in 100000 300000 0; do
        all $rate $size
    done
done
beside=", beside a busy process"
sh -c 'while :; do :; done' &
for rate in 100000 300000 0; do
    all $rate 300
done
