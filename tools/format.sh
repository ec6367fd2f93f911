#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# clang-format over every C++ file of ours: in place, or with --check only to say where it would change something.
set -eu
cd "$(dirname "$0")/.."

case ${1-} in
    --check) set -- --dry-run -Werror ;;
    '') set -- -i ;;
    *) echo "usage: $0 [--check]" >&2 && exit 2 ;;
esac
find src collectors analyzers reports tests -path tests/fixtures -prune -o '(' -name '*.cpp' -o -name '*.h' ')' -print0 |
    xargs -0 clang-format "$@"
