# vcpkg's targets, under the names that Debian's have.
find_package(zstd CONFIG REQUIRED)
find_package(unofficial-sodium CONFIG REQUIRED)
find_package(re2 CONFIG REQUIRED)
foreach(names "PkgConfig::zstd zstd::libzstd" "PkgConfig::sodium unofficial-sodium::sodium" "PkgConfig::re2 re2::re2"
              "yaml-cpp yaml-cpp::yaml-cpp")
    string(REPLACE " " ";" names "${names}")
    list(GET names 0 ours)
    list(GET names 1 theirs)
    if(NOT TARGET ${ours})
        add_library(${ours} INTERFACE IMPORTED)
        target_link_libraries(${ours} INTERFACE ${theirs})
    endif()
endforeach()

# Of libpcap only the headers are needed: Npcap is loaded when the program runs, where it is there.
find_path(KWD_PCAP_HEADERS pcap/pcap.h REQUIRED)
add_library(kwd_pcap_headers INTERFACE IMPORTED)
target_include_directories(kwd_pcap_headers INTERFACE "${KWD_PCAP_HEADERS}")

# The one library that vcpkg lacks: a header, and its licence.
set(KWD_MUSTACHE "${PROJECT_BINARY_DIR}/mustache")
foreach(file "mustache.hpp 6a07bd8c31be6bb3eae6df98b12f89df8931604bd890e8bba59298a68b89ff29" "LICENSE 03630faa63ff1049b2eaf1434f771817b7123afa2524568d57850529fae5189e")
    string(REPLACE " " ";" file "${file}")
    list(GET file 0 name)
    list(GET file 1 hash)
    set(path "${KWD_MUSTACHE}/kainjow/${name}")
    if(NOT EXISTS "${path}")
        file(DOWNLOAD "https://raw.githubusercontent.com/kainjow/Mustache/v4.1/${name}" "${path}" EXPECTED_HASH SHA256=${hash})
    endif()
endforeach()
include_directories(SYSTEM "${KWD_MUSTACHE}")
