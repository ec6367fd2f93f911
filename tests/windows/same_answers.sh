#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A snapshot that kwdiag.exe made, and those of whole nodes, are judged by kwdiag.exe under Wine and by kwdiag on Linux: what
# `analyze --format json` prints must be the same bytes.
# usage: same_answers.sh WINE_WRAPPER KWDIAG_EXE KWDIAG WINDOWS_TESTS_EXE SNAPSHOT NODES
# SNAPSHOT is what the test "kwdiag run …" of WINDOWS_TESTS_EXE leaves.
set -eu
wine=$1 exe=$2 native=$3 tests=$4 snapshot=$5 nodes=$6
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ ! -x "$native" ]; then
    echo "there is no $native: the preset dev has to be built first" >&2
    exit 1
fi

# Findings (1) and missing data (3) are answers.
answer() {
    out=$1
    shift
    "$@" >"$out" 2>"$work/err" && return
    case $? in
        1 | 3) ;;
        *)
            cat "$work/err" >&2
            return 1
            ;;
    esac
}

compare() {
    cp "$1" "$work/windows.kwsnap"
    cp "$1" "$work/linux.kwsnap"
    answer "$work/windows.json" "$wine" "$exe" analyze --format json "Z:$work/windows.kwsnap"
    answer "$work/linux.json" "$native" analyze --format json "$work/linux.kwsnap"
    grep -q '"evaluations"' "$work/linux.json"
    cmp "$work/windows.json" "$work/linux.json"
}

rm -f "$snapshot"
"$wine" "$tests" '[run]'
compare "$snapshot"
for node in "$nodes"/*/; do
    rm -f "$work/node.kwsnap"
    answer "$work/import" "$wine" "$exe" import "$node" --out "Z:$work/node.kwsnap"
    compare "$work/node.kwsnap"
done
