# cmake -DCHECK=<check_layers.cmake> -DROOT=<layers_bad> -P …: the check must find what is wrong there, and no more.
execute_process(COMMAND "${CMAKE_COMMAND}" "-DROOT=${ROOT}" -P "${CHECK}" RESULT_VARIABLE status ERROR_VARIABLE said)
set(expected "analyzers/libraries.cpp: Boost is for src/cli alone
analyzers/libraries.cpp: libpcap is for collectors alone
cmake/long_files.txt: no reason given: src/snapshot/long_without.cpp
collectors/ifdef.cpp: asks for _WIN32
reports/no_licence.js: no SPDX line on top
reports/sideways.cpp: reports may not include \"rules/finding.h\"
src/base/upward.cpp: base may not include \"snapshot/store.h\"
src/packet/roundabout.h: packet may not include \"../base/bytes.h\"
src/rules/sideways.cpp: rules may not include \"analyzers/routes.h\"
src/snapshot/long.cpp: 501 lines
tests/no_licence.cpp: no SPDX line on top")
string(REGEX REPLACE "^CMake Error[^\n]*\n" "" said "${said}")
string(REGEX REPLACE "\n +" "\n" said "${said}")
string(STRIP "${said}" said)
if(status EQUAL 0)
    message(FATAL_ERROR "the bad tree passed")
elseif(NOT said STREQUAL expected)
    message(FATAL_ERROR "expected:\n${expected}\nsaid:\n${said}")
endif()
