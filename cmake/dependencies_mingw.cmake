# What tools/windows_libraries.sh leaves without a description of its own for CMake, under the names that the others have.
function(kwd_plain_library target)
    cmake_parse_arguments(ARG "" "FILE" "DEFINES" ${ARGN})
    add_library(${target} INTERFACE IMPORTED)
    target_include_directories(${target} INTERFACE "${KWD_WINDOWS_LIBRARIES}/include")
    if(ARG_FILE)
        target_link_libraries(${target} INTERFACE "${KWD_WINDOWS_LIBRARIES}/lib/${ARG_FILE}")
    endif()
    target_compile_definitions(${target} INTERFACE ${ARG_DEFINES})
endfunction()

kwd_plain_library(nlohmann_json::nlohmann_json)
kwd_plain_library(tomlplusplus::tomlplusplus)
kwd_plain_library(Boost::program_options FILE libboost_program_options.a)
kwd_plain_library(LibArchive::LibArchive DEFINES LIBARCHIVE_STATIC)
pkg_check_modules(archive REQUIRED IMPORTED_TARGET libarchive)
target_link_libraries(LibArchive::LibArchive INTERFACE PkgConfig::archive)
kwd_plain_library(kwd_sodium_static DEFINES SODIUM_STATIC)
target_link_libraries(PkgConfig::sodium INTERFACE kwd_sodium_static)
find_package(re2 REQUIRED CONFIG)
add_library(PkgConfig::re2 ALIAS re2::re2)

# Npcap is loaded when the program runs, where it is there: of libpcap only the headers are needed.
kwd_plain_library(kwd_pcap_headers)
