#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a Windows program under Wine, in a prefix of the build tree that is made the first time: CMake's
# CMAKE_CROSSCOMPILING_EMULATOR. KWD_WINE_PREFIX names the prefix.
set -eu
export WINEPREFIX="${KWD_WINE_PREFIX:?}"
export WINEDEBUG=-all
# Doubles of these lie where Wine has its own: this makes Wine take what lies there.
export WINEDLLOVERRIDES='mscoree,mshtml=d;winedbg.exe=d;iphlpapi,netsh.exe,wevtapi,wpcap=n,b'
export LANG=C.UTF-8

# A program and Wine's server answer each other thousands of times a second. On two processors each waits for the other
# to wake up; on one they take turns, several times as fast.
taskset -pc "$(taskset -pc $$ | sed 's/.*: //; s/[-,].*//')" $$ >/dev/null

mkdir -p "$WINEPREFIX"
exec 9>"$WINEPREFIX/lock"
flock 9
if [ ! -e "$WINEPREFIX/ready" ]; then
    timeout -k 2 120 wineboot -i </dev/null >/dev/null 2>&1 9>&-
    timeout -k 2 60 wineserver -w 9>&-
    touch "$WINEPREFIX/ready"
fi
# Left to itself the server ends with its last program, and kills the system's processes: a program that starts in that
# moment fails ("recvmsg: Connection reset by peer"). And the first program of a server starts those processes, which
# keep its output open for as long as they run, so that whoever reads it waits. So there is a server that stays for a
# minute after the last program, and its first program is none of ours. wineserver fails when there is one already.
if wineserver -p60 </dev/null >/dev/null 2>&1 9>&-; then
    timeout -k 2 60 wine cmd /c exit </dev/null >/dev/null 2>&1 9>&-
fi
exec 9>&-
exec timeout -k 2 "${KWD_WINE_SECONDS:-110}" wine "$@" </dev/null
