#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check_install.sh MSI VERSION EMULATOR…: installs it silently in the prefix of the emulator, which is Wine; runs what it
# installed; takes it away again.
set -eu
msi=$1 version=$2
shift 2

fail() {
    echo "$*" >&2
    exit 1
}

path() {
    "$@" reg query 'HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment' /v PATH
}

installed() {
    "$@" cmd /c dir /b 'C:\Program Files\kwdiag' 2>/dev/null
}

cd "$(dirname "$msi")"
msi=$(basename "$msi")
"$@" msiexec /x "$msi" /quiet || true # what a test that was interrupted left

"$@" msiexec /i "$msi" /quiet || fail "the installation ended with $?"
"$@" 'C:\Program Files\kwdiag\kwdiag.exe' version | grep -qx "kwdiag $version" || fail "the installed program does not run"
if path "$@" | grep -qi kwdiag; then
    fail "PATH was changed without being asked for"
fi
"$@" msiexec /x "$msi" /quiet || fail "the removal ended with $?"
if installed "$@" | grep .; then
    fail "the removal left files"
fi

"$@" msiexec /i "$msi" /quiet ADDLOCAL=ALL || fail "the installation with PATH ended with $?"
path "$@" | grep -qi ';C:\\Program Files\\kwdiag' || fail "PATH lacks it"
"$@" msiexec /x "$msi" /quiet || fail "the removal with PATH ended with $?"
if path "$@" | grep -qi kwdiag || installed "$@" | grep .; then
    fail "the removal left something"
fi
