#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a Windows program under Wine, in a prefix of the build tree that is made the first time: CMake's
# CMAKE_CROSSCOMPILING_EMULATOR. KWD_WINE_PREFIX names the prefix.
set -eu
export WINEPREFIX="${KWD_WINE_PREFIX:?}"
export WINEDEBUG=-all
export WINEDLLOVERRIDES='mscoree,mshtml=d;winedbg.exe=d'
export LANG=C.UTF-8

if [ ! -e "$WINEPREFIX/ready" ]; then
    mkdir -p "$WINEPREFIX"
    (
        flock 9
        if [ ! -e "$WINEPREFIX/ready" ]; then
            timeout -k 2 120 wineboot -i </dev/null >/dev/null 2>&1
            timeout -k 2 60 wineserver -w
            touch "$WINEPREFIX/ready"
        fi
    ) 9>"$WINEPREFIX/lock"
fi
exec timeout -k 2 "${KWD_WINE_SECONDS:-110}" wine "$@" </dev/null
