# kwd_fuzz(name SOURCES … USES … [MAX_LEN bytes] [SEEDS folder …] [OPTIONS libFuzzer's …])
#
# One fuzz target, fuzz_<name>: SOURCES define LLVMFuzzerTestOneInput. The inputs worth keeping, seeds and crashes
# alike, are committed in tests/fuzz/corpus/<name>/; SEEDS names further folders to start from, such as fixtures.
#  - With KWD_FUZZ (clang), it is a libFuzzer executable, and a ctest lets it look for KWD_FUZZ_SECONDS, by the same
#    chance each time: what breaks today's code is today's defect. To look further, KWD_FUZZ_SEED=0 takes another
#    chance in each run. What it learns is kept in the build tree; an input that breaks it is written to crashes/ there.
#  - Without, the same code is linked to replay.cpp, and a ctest feeds it every committed input: a crash once found
#    stays a regression test on every compiler.
option(KWD_FUZZ "Build fuzz targets with libFuzzer; needs clang" OFF)
set(KWD_FUZZ_SECONDS 10 CACHE STRING "How long ctest lets each fuzz target run")
set(KWD_FUZZ_SEED 1 CACHE STRING "What chance it is led by; 0: another one each time")

function(kwd_fuzz name)
    cmake_parse_arguments(ARG "" "MAX_LEN" "SOURCES;USES;SEEDS;OPTIONS" ${ARGN})
    if(NOT ARG_MAX_LEN)
        set(ARG_MAX_LEN 16384)
    endif()
    set(target fuzz_${name})
    set(inputs ${ARG_SEEDS})
    if(EXISTS "${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name}" OR NOT inputs)
        list(APPEND inputs "${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name}")
    endif()
    add_executable(${target} ${ARG_SOURCES})
    target_link_libraries(${target} PRIVATE ${ARG_USES})
    kwd_settings(${target})
    if(KWD_FUZZ)
        target_link_options(${target} PRIVATE -fsanitize=fuzzer)
        set(learned "${PROJECT_BINARY_DIR}/fuzz/${name}/corpus")
        set(crashes "${PROJECT_BINARY_DIR}/fuzz/${name}/crashes")
        file(MAKE_DIRECTORY "${learned}" "${crashes}")
        add_test(NAME "${target}: nothing breaks it in ${KWD_FUZZ_SECONDS} s"
                 COMMAND ${target} -max_total_time=${KWD_FUZZ_SECONDS} -max_len=${ARG_MAX_LEN} -timeout=10
                         -rss_limit_mb=2048 -seed=${KWD_FUZZ_SEED} -print_final_stats=1 "-artifact_prefix=${crashes}/" ${ARG_OPTIONS}
                         "${learned}" ${inputs})
        math(EXPR limit "${KWD_FUZZ_SECONDS} + 180")
        set_tests_properties("${target}: nothing breaks it in ${KWD_FUZZ_SECONDS} s"
                             PROPERTIES LABELS fuzz TIMEOUT ${limit})
    else()
        target_link_libraries(${target} PRIVATE kwd_fuzz_replay)
        add_test(NAME "${target}: no kept input breaks it" COMMAND ${target} ${inputs})
        set_tests_properties("${target}: no kept input breaks it" PROPERTIES LABELS fuzz TIMEOUT 120)
    endif()
endfunction()
