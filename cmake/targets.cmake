# The ways to make a target. Warnings, sanitizers and include roots are set here and nowhere else.
option(KWD_WARNINGS_AS_ERRORS "Fail the build on any warning" ON)
option(KWD_TESTS "Build the tests; needs Catch2" ON)
option(KWD_BENCH "Build the programs that measure" OFF)
set(KWD_SANITIZE "" CACHE STRING "Sanitizers for every target, as -fsanitize= takes them")

function(kwd_settings target)
    target_include_directories(${target} PUBLIC "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/src")
    if(MSVC)
        target_compile_options(${target} PRIVATE /W4 /permissive- /utf-8 /EHsc /bigobj /Zc:__cplusplus)
        target_compile_definitions(${target} PRIVATE
            _WIN32_WINNT=0x0A00 UNICODE _UNICODE NOMINMAX _CRT_SECURE_NO_WARNINGS)
    else()
        target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
    endif()
    if(KWD_WARNINGS_AS_ERRORS)
        target_compile_options(${target} PRIVATE $<IF:$<CXX_COMPILER_ID:MSVC>,/WX,-Werror>)
    endif()
    if(KWD_SANITIZE)
        target_compile_options(${target} PUBLIC -fsanitize=${KWD_SANITIZE} -fno-omit-frame-pointer
                                                -fno-sanitize-recover=all)
        target_link_options(${target} PUBLIC -fsanitize=${KWD_SANITIZE})
    endif()
    if(KWD_FUZZ)
        target_compile_options(${target} PUBLIC -fsanitize=fuzzer-no-link)
    endif()
endfunction()

# kwd_library(name SOURCES … USES … PRIVATE_USES …): one static library per folder.
function(kwd_library target)
    cmake_parse_arguments(ARG "" "" "SOURCES;USES;PRIVATE_USES" ${ARGN})
    add_library(${target} STATIC ${ARG_SOURCES})
    target_link_libraries(${target} PUBLIC ${ARG_USES} PRIVATE ${ARG_PRIVATE_USES})
    kwd_settings(${target})
endfunction()

# kwd_test(name SOURCES … USES … LABELS … PROPERTIES …): one Catch2 executable, each TEST_CASE of it a ctest of its own.
# Tests run with the top of the source tree as their working directory, and KWD_FIXTURES is relative to it: an
# absolute path in the command line would keep ccache from serving one clone's objects to another.
function(kwd_test target)
    cmake_parse_arguments(ARG "" "" "SOURCES;USES;LABELS;PROPERTIES" ${ARGN})
    add_executable(${target} ${ARG_SOURCES})
    target_link_libraries(${target} PRIVATE ${ARG_USES} Catch2::Catch2WithMain)
    target_compile_definitions(${target} PRIVATE KWD_FIXTURES="tests/fixtures")
    if(MINGW)
        target_link_options(${target} PRIVATE -municode)  # Catch2 has a wmain
    elseif(MSVC)
        # narrow paths are UTF-8 to its library only where the manifest says so
        target_sources(${target} PRIVATE "${PROJECT_BINARY_DIR}/src/cli/generated/kwdiag.manifest")
    endif()
    kwd_settings(${target})
    set(properties TIMEOUT 120)
    if(ARG_LABELS)
        list(APPEND properties LABELS "${ARG_LABELS}")
    endif()
    list(APPEND properties ${ARG_PROPERTIES})
    # Cross-built tests are listed when they are run: Wine need not be there to build them.
    set(discovery POST_BUILD)
    if(CMAKE_CROSSCOMPILING)
        set(discovery PRE_TEST)
    endif()
    catch_discover_tests(${target} TEST_PREFIX "${target}: " WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
                         DISCOVERY_MODE ${discovery} PROPERTIES ${properties})
endfunction()
