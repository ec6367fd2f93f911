# cmake -DPACKAGE=<path without .zip, .msi> -DEXPECTED=<list> -P check_packages.cmake: both hold the files of the list.
cmake_minimum_required(VERSION 3.25)
file(STRINGS "${EXPECTED}" expected REGEX "^[^#]")
list(SORT expected)
list(JOIN expected "\n" wanted)

function(compare what listing top)
    string(REGEX REPLACE "[\r\n]+" ";" paths "${listing}")
    list(FILTER paths EXCLUDE REGEX "(/|^)$")
    list(TRANSFORM paths REPLACE "^${top}/" "")
    list(SORT paths)
    if(NOT paths STREQUAL expected)
        list(JOIN paths "\n" found)
        message(SEND_ERROR "${what} holds\n${found}\n\nand should hold\n${wanted}")
    endif()
endfunction()

execute_process(COMMAND "${CMAKE_COMMAND}" -E tar tf "${PACKAGE}.zip" OUTPUT_VARIABLE zip COMMAND_ERROR_IS_FATAL ANY)
cmake_path(GET PACKAGE FILENAME top)
compare("the zip" "${zip}" "${top}")

execute_process(COMMAND msiextract -l "${PACKAGE}.msi" OUTPUT_VARIABLE msi COMMAND_ERROR_IS_FATAL ANY)
compare("the MSI" "${msi}" kwdiag)
