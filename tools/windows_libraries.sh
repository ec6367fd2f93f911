#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the libraries that kwdiag.exe is linked with, from Debian's source packages, and prints the folder that they are
# in: lib/, include/. Debian has hardly any library for mingw-w64. Done once, in a cache outside of every build tree;
# says nothing and takes no time when they are there. A change of this script builds them anew.
set -eu

host=x86_64-w64-mingw32
sum=$(sha256sum "$0" | cut -c 1-12)
cache=${KWD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kwdiag}
prefix=$cache/mingw-$sum
if [ -e "$prefix/done" ]; then
    echo "$prefix"
    exit
fi

mkdir -p "$cache"
exec 9>"$cache/mingw.lock"
flock 9
if [ -e "$prefix/done" ]; then
    echo "$prefix"
    exit
fi
echo "./dev: building libraries for Windows (once, some minutes)" >&2
work=$(mktemp -d)
trap 'wait; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
rm -rf "$prefix"
mkdir -p "$prefix/lib" "$prefix/include" "$work/lists/partial" "$work/cache/archives/partial" "$work/sources"

# Sources come from where the system's packages come from; its own lists stay as they are.
main=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(SOURCESENTRY)' 'Created-By: Packages' 'Label: Debian' \
    'Component: main' | head -n 1)
# shellcheck disable=SC2086  # three words
set -- $main
uri=$1 codename=$2 defined_in=$3
key=$(sed -n 's/.*[Ss]igned-[Bb]y[:=][[:space:]]*\([^][:space:]]*\).*/\1/p' "${defined_in%:*}" | head -n 1)
for suite in "$codename" "$codename-backports"; do
    echo "deb-src ${key:+[signed-by=$key] }$uri $suite main"
done >"$work/sources.list"
cat >"$work/apt.conf" <<END
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State::lists "$work/lists";
Dir::Cache "$work/cache";
APT::Sandbox::User "root";
END

quietly() (
    log=$(mktemp -p "$work")
    if ! "$@" >"$log" 2>&1 </dev/null; then
        tail -n 50 "$log" >&2
        echo "tools/windows_libraries.sh: failed: $*" >&2
        exit 1
    fi
)

apt_get() (
    cd "$work/sources"
    APT_CONFIG=$work/apt.conf quietly apt-get -qq "$@"
)

# The sources of one package, with Debian's patches, in $work/sources/NAME.
fetch() {
    apt_get source "$1"
    mv "$work/sources/$1"-*/ "$work/sources/$1"
}

cmake_build() {
    name=$1 folder=$2
    shift 2
    quietly cmake -G Ninja -S "$work/sources/$folder" -B "$work/$name" -DCMAKE_BUILD_TYPE=Release \
        -DCMAKE_TOOLCHAIN_FILE="$toolchain" -DKWD_WINDOWS_LIBRARIES="$prefix" -DCMAKE_INSTALL_PREFIX="$prefix" \
        -DCMAKE_INSTALL_LIBDIR=lib -DBUILD_SHARED_LIBS=OFF -DBUILD_TESTING=OFF "$@"
    quietly cmake --build "$work/$name" --target install
}

# Configures, builds and installs a static library that has autoconf's configure.
autoconf_build() (
    cd "$work/sources/$1"
    shift
    quietly autoreconf -fi
    quietly ./configure "--host=$host" "--prefix=$prefix" --disable-shared --enable-static "CC=$host-gcc-posix" \
        "CPPFLAGS=-I$prefix/include" "LDFLAGS=-L$prefix/lib" "$@"
    quietly make -j "$jobs" install
)

toolchain=$(cd "$(dirname "$0")/.." && pwd)/cmake/mingw.cmake
jobs=$(nproc)

# libarchive, and what it reads with. Half of the time goes by in configure, which uses one processor: so this is one of
# two chains that are built side by side.
build_archives() {
    cmake_build zstd libzstd/build/cmake -DZSTD_BUILD_PROGRAMS=OFF -DZSTD_BUILD_SHARED=OFF -DZSTD_BUILD_TESTS=OFF
    cmake_build xz xz-utils
    for file in blocksort huffman crctable randtable compress decompress bzlib; do
        quietly "$host-gcc-posix" -O2 -c "$work/sources/bzip2/$file.c" -o "$work/bz_$file.o"
    done
    quietly "$host-ar" rcs "$prefix/lib/libbz2.a" "$work"/bz_*.o
    cp "$work/sources/bzip2/bzlib.h" "$prefix/include/"
    autoconf_build libarchive --disable-bsdtar --disable-bsdcpio --disable-bsdcat --disable-acl --disable-xattr \
        --without-iconv --without-lz4 --without-lzo2 --without-nettle --without-openssl --without-xml2 --without-expat \
        --without-libb2 --without-cng
}

build_the_others() {
    cmake_build fmt fmtlib -DFMT_TEST=OFF -DFMT_DOC=OFF
    cmake_build yaml yaml-cpp -DYAML_CPP_BUILD_TESTS=OFF -DYAML_CPP_BUILD_TOOLS=OFF
    quietly make -C "$work/sources/re2" REBUILD_TABLES=1 re2/perl_groups.cc re2/unicode_casefold.cc re2/unicode_groups.cc
    cmake_build re2 re2 -DRE2_BUILD_TESTING=OFF
    autoconf_build libsodium
    cmake_build catch2 catch2 -DCATCH_INSTALL_DOCS=OFF -DCATCH_DEVELOPMENT_BUILD=OFF -DCMAKE_UNITY_BUILD=ON
    (
        cd "$work/sources/sqlite3"
        quietly ./configure --disable-tcl
        quietly make sqlite3.c
        quietly "$host-gcc-posix" -O2 -DSQLITE_THREADSAFE=1 -DSQLITE_ENABLE_COLUMN_METADATA -c sqlite3.c -o sqlite3.o
        quietly "$host-ar" rcs "$prefix/lib/libsqlite3.a" sqlite3.o
        cp sqlite3.h sqlite3ext.h "$prefix/include/"
    )
    # Of Boost one library is wanted, and its headers are installed: only that folder is unpacked.
    quietly tar -xf "$work"/sources/boost1.74_*.orig.tar.* -C "$work" --wildcards '*/libs/program_options/src/*'
    mkdir "$work/boost-headers"
    ln -s /usr/include/boost "$work/boost-headers/boost"
    for file in "$work"/boost*/libs/program_options/src/*.cpp; do
        quietly "$host-g++-posix" -O2 -DBOOST_BIND_GLOBAL_PLACEHOLDERS -I "$work/boost-headers" -c "$file" \
            -o "$work/po_$(basename "$file").o"
    done
    quietly "$host-ar" rcs "$prefix/lib/libboost_program_options.a" "$work"/po_*.o
}

apt_get update
for package in libzstd xz-utils bzip2 libarchive fmtlib yaml-cpp re2 libsodium catch2 sqlite3; do
    fetch "$package"
done
apt_get source --download-only boost1.74

build_archives &
archives=$!
build_the_others
wait "$archives"

# Headers alone, as installed for this machine.
for name in boost kainjow nlohmann pcap pcap.h toml++; do
    ln -s "/usr/include/$name" "$prefix/include/$name"
done
touch "$prefix/done"
echo "$prefix"
