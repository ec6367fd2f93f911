#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# capture_in_namespace.sh KWDIAG.EXE: the kernel's own VXLAN on a veth in a network namespace, captured by kwdiag.exe under
# Wine through wpcap.dll, from the interface that it chose itself, and decoded with the right VNI.
#
# Wine's list of interfaces comes from where its server was started, so that the namespace has a server of its own, and
# for that a prefix of its own: hard links to the tests' prefix, with wpcap.dll where Npcap's lies. KWD_WINE_PREFIX names
# that one. Ends with 77 where namespaces cannot be made.
set -eu

exe=$1
prefix=${KWD_WINE_PREFIX:?}
here=$(cd "$(dirname "$0")" && pwd)

if [ "${2:-}" != inside ]; then
    command -v ip >/dev/null && unshare -n true 2>/dev/null || exit 77
    # The prefix is made the first time that anything runs.
    "$here/wine.sh" "$exe" version >/dev/null
    exec unshare -n "$0" "$exe" inside
fi

ip link set lo up
ip link add uplink type veth peer name peer || exit 77
ip link set uplink up
ip link set peer up
ip addr add 10.0.0.5/24 dev uplink
ip route add default via 10.0.0.1 dev uplink
ip neigh add 10.0.0.6 lladdr 02:00:00:00:00:06 dev uplink nud permanent
ip link add vx0 type vxlan id 4097 dstport 4789 local 10.0.0.5 remote 10.0.0.6 dev uplink || exit 77
ip addr add 10.244.1.1/24 dev vx0
ip link set vx0 up
ip neigh add 10.244.1.2 lladdr 02:00:00:00:01:02 dev vx0 nud permanent

own=$prefix-namespace
rm -rf "$own"
mkdir "$own"
cp -al "$prefix/drive_c" "$prefix/dosdevices" "$own/"
cp "$prefix"/*.reg "$prefix/.update-timestamp" "$own/"
touch "$own/ready"
system=$own/drive_c/windows/system32
rm -rf "$system/Npcap"
mkdir "$system/Npcap"
cp "$system/wpcap.dll" "$system/Npcap/wpcap.dll"
export KWD_WINE_PREFIX="$own"

# The kernel wraps each of these in VXLAN.
(while true; do
    echo kwdiag | timeout 1 bash -c 'cat >/dev/udp/10.244.1.2/9' 2>/dev/null || true
    sleep 0.05
done) &
sender=$!
finish() {
    kill "$sender" 2>/dev/null || true
    WINEPREFIX="$own" wineserver -k 2>/dev/null || true
    rm -rf "$own"
}
trap finish EXIT

collect() {
    "$here/wine.sh" "$exe" collect --quiet --packets "$1" --out 'C:\namespace.kwsnap' >/dev/null || [ $? -eq 3 ]
}
ask() {
    "$here/wine.sh" "$exe" query --format json 'C:\namespace.kwsnap' "$1" | tr -d '\r\n '
}
expect() {
    got=$(ask "$1")
    if [ "$got" != "$2" ]; then
        echo "asked: $1"
        echo "expected $2"
        echo "got      $got"
        ask "SELECT outcome, reason FROM collections WHERE collector = 'packets'"
        ask "SELECT note FROM documents WHERE collector = 'packets'"
        exit 1
    fi
}
collect 3
expect "SELECT outcome FROM collections WHERE collector = 'packets'" '[{"outcome":"ok"}]'
expect "SELECT DISTINCT outer_source, outer_destination, udp_port, vni FROM vxlan_flows" \
    '[{"outer_source":"10.0.0.5","outer_destination":"10.0.0.6","udp_port":4789,"vni":4097}]'
expect "SELECT count(*) > 0 AS captured FROM vxlan_flows WHERE packets > 10" '[{"captured":1}]'
expect "SELECT count(*) AS chosen FROM documents WHERE collector = 'packets' AND note LIKE '%interface uplink (%'" \
    '[{"chosen":1}]'

# Several at once: what goes into the tunnel, and what it becomes.
rm -f "$own/drive_c/namespace.kwsnap"
"$here/wine.sh" "$exe" capture --quiet --only packets --seconds 3 --interface uplink --interface vx0 \
    --filter 'udp port 4789 or udp port 9' --out 'C:\namespace.kwsnap' >/dev/null
expect "SELECT count(*) AS interfaces FROM captures WHERE packets > 10 AND dropped_packets = 0" '[{"interfaces":2}]'

# The interface goes in the middle: what was had until then is kept.
(sleep 4; ip link del uplink) &
rm -f "$own/drive_c/namespace.kwsnap"
collect 8
expect "SELECT outcome FROM collections WHERE collector = 'packets'" '[{"outcome":"partial"}]'
expect "SELECT DISTINCT vni FROM vxlan_flows" '[{"vni":4097}]'
