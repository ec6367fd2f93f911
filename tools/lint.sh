#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# clang-format over every C++ file, then clang-tidy over the .cpp files given, by default those that differ from main.
# clang-tidy reads build/dev, which has to be built.
set -eu
cd "$(dirname "$0")/.."

tools/format.sh --check
if [ $# -eq 0 ]; then
    base=$(git merge-base HEAD main 2>/dev/null || git merge-base HEAD origin/main)
    # shellcheck disable=SC2046  # file names hold no blanks
    set -- $(git diff --name-only --diff-filter=d "$base" -- '*.cpp' ':!tests/fixtures')
fi
if [ $# -gt 0 ]; then
    printf '%s\n' "$@" | xargs -n 1 -P "$(nproc)" clang-tidy --quiet -p build/dev
fi
