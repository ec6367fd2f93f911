# cmake -DBUILD= -DOUTPUT= -DVERSION= -DDESCRIPTION= -DUPGRADE_CODE= -DPRODUCT_CODE= -DWIXL= -DMSIBUILD= -P make_msi.cmake:
# an MSI of what the build tree installs, for all users, in Program Files\kwdiag. The feature Path, which is installed
# when asked for (ADDLOCAL=ALL), adds that folder to the machine's PATH.
cmake_minimum_required(VERSION 3.25)
set(stage "${BUILD}/msi")
file(REMOVE_RECURSE "${stage}")
file(MAKE_DIRECTORY "${stage}")
execute_process(COMMAND "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${stage}/kwdiag" --strip
                OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)

# One component for each file: its code, which has to stay the same from version to version, is made of its path.
set(references)
function(files_in folder out)
    file(GLOB entries RELATIVE "${stage}/kwdiag" "${stage}/kwdiag/${folder}*")
    set(text)
    foreach(path IN LISTS entries)
        string(MAKE_C_IDENTIFIER "${path}" id)
        cmake_path(GET path FILENAME name)
        if(IS_DIRECTORY "${stage}/kwdiag/${path}")
            files_in("${path}/" inner)
            string(APPEND text "<Directory Id=\"${id}\" Name=\"${name}\">\n${inner}</Directory>\n")
        else()
            string(UUID code NAMESPACE ${UPGRADE_CODE} NAME "${path}" TYPE SHA1 UPPER)
            string(APPEND text "<Component Id=\"${id}\" Guid=\"${code}\" Win64=\"yes\"><CreateFolder/>"
                               "<File Id=\"${id}\" Name=\"${name}\" Source=\"kwdiag/${path}\" KeyPath=\"yes\"/>"
                               "</Component>\n")
            list(APPEND references "<ComponentRef Id=\"${id}\"/>")
        endif()
    endforeach()
    set(references "${references}" PARENT_SCOPE)
    set(${out} "${text}" PARENT_SCOPE)
endfunction()
files_in("" files)
list(JOIN references "\n" references)
string(UUID path_code NAMESPACE ${UPGRADE_CODE} NAME "PATH" TYPE SHA1 UPPER)
file(CONFIGURE OUTPUT "${stage}/kwdiag.wxs" @ONLY CONTENT [=[
<?xml version="1.0" encoding="utf-8"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
<Product Id="@PRODUCT_CODE@" Name="kwdiag" Language="1033" Version="@VERSION@" Manufacturer="The kwdiag authors" UpgradeCode="@UPGRADE_CODE@">
<Package InstallerVersion="500" Compressed="yes" InstallScope="perMachine" Description="@DESCRIPTION@" Comments="Licensed under the Apache License 2.0"/>
<MajorUpgrade DowngradeErrorMessage="A newer version of kwdiag is installed."/>
<MediaTemplate EmbedCab="yes"/>
<Property Id="ARPNOMODIFY" Value="1"/>
<Directory Id="TARGETDIR" Name="SourceDir">
<Directory Id="ProgramFiles64Folder">
<Directory Id="INSTALLDIR" Name="kwdiag">
@files@<Component Id="Path" Guid="@path_code@" Win64="yes"><CreateFolder/></Component>
</Directory>
</Directory>
</Directory>
<Feature Id="Program" Title="kwdiag" Level="1">
@references@
</Feature>
<Feature Id="Path" Title="kwdiag in PATH" Level="2">
<ComponentRef Id="Path"/>
</Feature>
</Product>
</Wix>
]=])
execute_process(COMMAND "${WIXL}" -a x64 -o "${OUTPUT}" kwdiag.wxs WORKING_DIRECTORY "${stage}" COMMAND_ERROR_IS_FATAL ANY)

# wixl knows no <Environment>. "=-*": set, take away with the product, for the machine.
execute_process(COMMAND_ERROR_IS_FATAL ANY COMMAND "${MSIBUILD}" "${OUTPUT}" -q
    "CREATE TABLE `Environment` (`Environment` CHAR(72) NOT NULL, `Name` CHAR(255) NOT NULL LOCALIZABLE, `Value` CHAR(255) LOCALIZABLE, `Component_` CHAR(72) NOT NULL PRIMARY KEY `Environment`)"
    "INSERT INTO `Environment` (`Environment`, `Name`, `Value`, `Component_`) VALUES ('Path', '=-*PATH', '[~];[INSTALLDIR]', 'Path')"
    "INSERT INTO `InstallExecuteSequence` (`Action`, `Sequence`) VALUES ('RemoveEnvironmentStrings', 3300)"
    "INSERT INTO `InstallExecuteSequence` (`Action`, `Sequence`) VALUES ('WriteEnvironmentStrings', 5200)")
