#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the packages of tools/packages.txt that are missing, then the npm packages of package-lock.json. Says nothing
# and takes a few hundredths of a second when all is there. With --dry-run it only tells what is missing.
set -eu
cd "$(dirname "$0")/.."

wanted_packages() {
    sed 's/#.*//' tools/packages.txt | while read -r package unless command; do
        if [ -n "$package" ] && ! { [ "$unless" = unless ] && command -v "$command" >/dev/null; }; then
            echo "$package"
        fi
    done
}

# Which of the packages named are not installed.
missing_of() {
    # shellcheck disable=SC2016  # dpkg's own variables
    have=$(dpkg-query -W -f='${db:Status-Abbrev}|${Package}|\n' "$@" 2>/dev/null || true)
    for package in "$@"; do
        case $have in
            *"ii |$package|"*) ;;
            *) echo "$package" ;;
        esac
    done
}

# apt-get, silent unless it fails.
apt_get() {
    log=$(mktemp)
    if ! DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" \
        </dev/null >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        echo "./dev: failed: apt-get $*" >&2
        return 1
    fi
    rm -f "$log"
}

# Has the system's own sources a version of package $1?
is_offered() {
    apt-cache policy "$1" | grep -q '^  Candidate: [^(]'
}

# Installs packages from the backports of this Debian release, which the system need not have enabled: the download has
# a source and lists of its own, made from where the system's main source points, so that neither the system's sources
# nor its lists change. The packages that they depend on come from the system's sources.
install_from_backports() (
    # shellcheck source=/dev/null
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    # shellcheck disable=SC2016  # apt's own variables
    source=$(apt-get indextargets --format '$(REPO_URI) $(SOURCESENTRY)' 'Created-By: Packages' "Codename: $codename" \
        'Component: main' 'Label: Debian' | head -n 1)
    if [ -z "$source" ]; then
        echo "./dev: apt offers no $*, and knows no Debian $codename main that would lead to its backports" >&2
        return 1
    fi
    uri=${source%% *} defined_in=${source#* }
    key=$(sed -n 's/.*[Ss]igned-[Bb]y[:=][[:space:]]*\([^][:space:]]*\).*/\1/p' "${defined_in%:*}" | head -n 1)

    own=$(mktemp -d)
    trap 'rm -rf "$own"' EXIT
    mkdir -p "$own/lists/partial" "$own/cache/archives/partial"
    echo "deb ${key:+[signed-by=$key] }$uri $codename-backports main" >"$own/sources.list"
    cat >"$own/apt.conf" <<END
Dir::Etc::sourcelist "$own/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State::lists "$own/lists";
Dir::Cache "$own/cache";
APT::Sandbox::User "root";
END
    cd "$own"
    APT_CONFIG=$own/apt.conf apt_get update
    APT_CONFIG=$own/apt.conf apt_get download "$@"
    apt_get install --no-install-recommends -o APT::Sandbox::User=root ./*.deb
)

install_packages() {
    echo "./dev: installing $*" >&2
    apt_get update
    offered='' backported=''
    for package in "$@"; do
        if is_offered "$package"; then
            offered="$offered $package"
        else
            backported="$backported $package"
        fi
    done
    # shellcheck disable=SC2086  # package names hold no blanks
    if [ -n "$offered" ]; then
        apt_get install --no-install-recommends $offered
    fi
    # shellcheck disable=SC2086
    if [ -n "$backported" ]; then
        install_from_backports $backported
    fi
}

install_npm_packages() {
    echo "./dev: npm ci" >&2
    npm ci --loglevel=error </dev/null >/dev/null
    cp package-lock.json node_modules/.installed-lock.json
}

dry_run=${1-}
# shellcheck disable=SC2046  # package names hold no blanks
set -- $(missing_of $(wanted_packages))
if [ "$dry_run" = --dry-run ]; then
    echo "missing: $*"
    exit
fi
if [ $# -gt 0 ]; then
    if [ "$(id -u)" -ne 0 ]; then
        echo "./dev: not root, so it cannot install $*" >&2
        exit 1
    fi
    install_packages "$@"
fi
if ! cmp -s package-lock.json node_modules/.installed-lock.json; then
    install_npm_packages
fi
