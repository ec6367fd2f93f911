# kwd_embed(target NAME FILES file … [BASE folder])
#
# Puts files into `target`, which links to kwd_base. The table is had by
#     #include "embedded/NAME.h"
#     std::span<const kwd::EmbeddedFile> files = kwd::embedded_NAME();
# sorted by path; paths are relative to BASE, by default the calling CMakeLists' folder. Files change, the table is made
# again; to follow files that come and go, glob with CONFIGURE_DEPENDS.
#
# Run as a script, this file writes the table: one .cpp of string literals, which every compiler that we build with
# reads quickly (a megabyte in a quarter of a second) and ccache can keep. Arrays of numbers are slow to compile, .incbin
# is unknown to MSVC and to ccache.
if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
    # -DNAME= -DBASE= -DMANIFEST= (paths under BASE, one a line) -DOUTPUT=
    file(STRINGS "${MANIFEST}" paths ENCODING UTF-8)
    set(text "// Made by cmake/embed.cmake.\n#include \"embedded/${NAME}.h\"\n\n#include <array>\n\n")
    string(APPEND text "namespace kwd {\n\nusing namespace std::string_view_literals;\n\n")
    list(LENGTH paths count)
    string(APPEND text "static constexpr std::array<EmbeddedFile, ${count}> kFiles{{\n")
    foreach(path IN LISTS paths)
        file(READ "${BASE}/${path}" bytes HEX)  # as text, CMake would drop carriage returns and stop at NUL
        string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${bytes}")
        string(REPLACE "\\x0a" "\\x0a\"\n\"" bytes "${bytes}")
        string(APPEND text "{\"${path}\"sv,\n\"${bytes}\"sv},\n")
    endforeach()
    string(APPEND text "}};\n\nstd::span<const EmbeddedFile> embedded_${NAME}() noexcept {\n    return kFiles;\n}\n\n")
    string(APPEND text "}  // namespace kwd\n")
    file(WRITE "${OUTPUT}" "${text}")
    return()
endif()

set(KWD_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")

function(kwd_embed target name)
    cmake_parse_arguments(ARG "" "BASE" "FILES" ${ARGN})
    if(NOT ARG_FILES)
        message(FATAL_ERROR "kwd_embed(${target} ${name}): no files")
    endif()
    if(NOT ARG_BASE)
        set(ARG_BASE "${CMAKE_CURRENT_SOURCE_DIR}")
    endif()
    set(paths)
    set(files)
    foreach(file IN LISTS ARG_FILES)
        cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY "${ARG_BASE}" NORMALIZE)
        list(APPEND files "${file}")
        cmake_path(RELATIVE_PATH file BASE_DIRECTORY "${ARG_BASE}")
        list(APPEND paths "${file}")
    endforeach()
    list(SORT paths)

    set(dir "${PROJECT_BINARY_DIR}/embedded/${name}")
    list(JOIN paths "\n" manifest)
    file(CONFIGURE OUTPUT "${dir}/manifest.txt" CONTENT "${manifest}\n" @ONLY)
    file(CONFIGURE OUTPUT "${dir}/include/embedded/${name}.h" @ONLY CONTENT [=[
// Made by cmake/embed.cmake.
#pragma once

#include <span>

#include "base/embedded_file.h"

namespace kwd {

/// The files embedded as `@name@`, sorted by path.
[[nodiscard]] std::span<const EmbeddedFile> embedded_@name@() noexcept;

}  // namespace kwd
]=])
    add_custom_command(
        OUTPUT "${dir}/${name}.cpp"
        COMMAND "${CMAKE_COMMAND}" -DNAME=${name} "-DBASE=${ARG_BASE}" "-DMANIFEST=${dir}/manifest.txt"
                "-DOUTPUT=${dir}/${name}.cpp" -P "${KWD_EMBED_SCRIPT}"
        DEPENDS ${files} "${dir}/manifest.txt" "${KWD_EMBED_SCRIPT}"
        COMMENT "Embedding ${name}" VERBATIM)
    if(NOT MSVC)
        set_source_files_properties("${dir}/${name}.cpp" PROPERTIES COMPILE_OPTIONS "-Wno-overlength-strings")
    endif()
    target_sources(${target} PRIVATE "${dir}/${name}.cpp")
    target_include_directories(${target} PUBLIC "${dir}/include")
endfunction()
