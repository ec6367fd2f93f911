# cmake -DEXE=<kwdiag.exe> -DOBJDUMP=<objdump> -DEXPECTED=<list of DLLs> -P check_executable.cmake: fails when the program
# imports other DLLs than the list says, or a library or function that a file beside the program could stand in for; when the names of
# functions that change HNS's objects are in it; when it lacks what hardens it.
cmake_minimum_required(VERSION 3.25)

# Of HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\KnownDLLs, and ntdll: Windows maps these from its own folder,
# whatever lies beside a program. Any other has to be loaded at run time, by its full path.
set(known advapi32.dll kernel32.dll msvcrt.dll ntdll.dll ole32.dll oleaut32.dll rpcrt4.dll shell32.dll user32.dll ws2_32.dll)

execute_process(COMMAND "${OBJDUMP}" -p "${EXE}" OUTPUT_VARIABLE headers COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "DLL Name: [^\n]+" imported "${headers}")
list(TRANSFORM imported REPLACE "DLL Name: " "")
list(TRANSFORM imported TOLOWER)
list(SORT imported)
file(STRINGS "${EXPECTED}" expected REGEX "^[^#]")
if(NOT imported STREQUAL expected)
    list(JOIN imported "\n" lines)
    message(SEND_ERROR "it imports\n${lines}\nwhich is not what ${EXPECTED} says")
endif()
foreach(dll IN LISTS imported)
    if(NOT dll IN_LIST known)
        message(SEND_ERROR "it imports ${dll}, which Windows would take from beside the program")
    endif()
endforeach()
# advapi32 has these in cryptbase.dll, which is no KnownDLL: Windows looks for it beside the program first.
string(REGEX MATCHALL "[ \t]SystemFunction[0-9]+" forwarded "${headers}")
if(forwarded)
    message(SEND_ERROR "it imports${forwarded}, which Windows would take from a cryptbase.dll beside the program")
endif()
if(NOT headers MATCHES "Entry d 0+ 0+ Delay Import")
    message(SEND_ERROR "it imports something late")
endif()
foreach(flag HIGH_ENTROPY_VA DYNAMIC_BASE NX_COMPAT)
    if(NOT headers MATCHES "${flag}")
        message(SEND_ERROR "it lacks ${flag}")
    endif()
endforeach()

# HCN's functions; and the methods of HNSCall, which takes them as UTF-16.
file(STRINGS "${EXE}" names REGEX "Hcn(Create|Modify|Delete|Reserve|Release)")
foreach(method POST PUT PATCH DELETE)
    string(REGEX REPLACE "(.)" "\\1\\\\x00" wide "${method}")
    execute_process(COMMAND "${CMAKE_COMMAND}" -E env LC_ALL=C grep -aqP "${wide}\\x00\\x00" "${EXE}" RESULT_VARIABLE result)
    if(result EQUAL 0)
        list(APPEND names "L\"${method}\"")
    elseif(NOT result EQUAL 1)
        message(SEND_ERROR "grep ended with ${result}")
    endif()
endforeach()
if(names)
    list(JOIN names "\n" names)
    message(SEND_ERROR "it holds what changes HNS:\n${names}")
endif()
