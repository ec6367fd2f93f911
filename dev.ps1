# SPDX-License-Identifier: Apache-2.0
# ./dev for Windows: Visual Studio 2022 with C++ (MSVC, CMake, Ninja) and vcpkg have to be there. VCPKG_ROOT or
# VCPKG_INSTALLATION_ROOT says where vcpkg is; without, Visual Studio's own is taken. vcpkg builds the libraries the first time.
#
#   .\dev.ps1 run       collect from this machine, analyze, write out\NAME.kwsnap and .html; then the sample Windows node
#   .\dev.ps1 test      all tests that do not need Linux or Wine
#   .\dev.ps1 build     build\msvc\src\cli\kwdiag.exe
#   .\dev.ps1 package   out\kwdiag-VERSION-windows-x86_64.zip
param([ValidateSet('run', 'test', 'build', 'package', 'help')][string]$Command = 'help')
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot

if ($Command -eq 'help') {
    Get-Content $PSCommandPath | Select-Object -Skip 1 -First 7 | ForEach-Object { $_ -replace '^# ?', '' }
    exit 0
}

function Invoke-Checked([string]$Program, [string[]]$Arguments) {
    & $Program @Arguments
    if ($LASTEXITCODE -ne 0) {
        throw "$Program $Arguments ended with $LASTEXITCODE"
    }
}

# Compiler, CMake and Ninja into this process's environment, unless this is a developer prompt.
function Enter-VisualStudio {
    if (Get-Command cl.exe -ErrorAction SilentlyContinue) {
        return
    }
    $where = "${env:ProgramFiles(x86)}\Microsoft Visual Studio\Installer\vswhere.exe"
    $found = & $where -latest -products '*' -requires Microsoft.VisualStudio.Component.VC.Tools.x86.x64 -property installationPath
    if (-not $found) {
        throw 'No Visual Studio with C++ was found.'
    }
    Import-Module "$found\Common7\Tools\Microsoft.VisualStudio.DevShell.dll"
    Enter-VsDevShell -VsInstallPath $found -SkipAutomaticLocation -DevCmdArguments '-arch=x64 -host_arch=x64' | Out-Null
}

# Findings (1) and missing data (3) are answers; anything else but 0 is not.
function Invoke-Kwdiag([string[]]$Arguments) {
    & build\msvc\src\cli\kwdiag.exe @Arguments
    if ($LASTEXITCODE -notin 0, 1, 3) {
        throw "kwdiag $Arguments ended with $LASTEXITCODE"
    }
}

# Asked before the developer prompt sets VCPKG_ROOT to Visual Studio's own.
$vcpkg = if ($env:VCPKG_ROOT) { $env:VCPKG_ROOT } else { $env:VCPKG_INSTALLATION_ROOT }
Enter-VisualStudio
if ($vcpkg) {
    $env:VCPKG_ROOT = $vcpkg
}
Invoke-Checked cmake '--preset', 'msvc'
Invoke-Checked cmake '--build', '--preset', 'msvc'
New-Item -ItemType Directory -Force out | Out-Null
switch ($Command) {
    'run' {
        $node = $env:COMPUTERNAME
        Remove-Item "out\$node.kwsnap*", 'out\sample-windows-node.kwsnap*' -ErrorAction SilentlyContinue
        Invoke-Kwdiag 'run', '--out', "out\$node.kwsnap", '--report', "out\$node.html"
        Invoke-Kwdiag 'import', 'tests\fixtures\nodes\overlay-broken-sample', '--out', 'out\sample-windows-node.kwsnap', '--report', 'out\sample-windows-node.html'
        Get-ChildItem out\*.kwsnap, out\*.html
    }
    'test' {
        Invoke-Checked ctest '--preset', 'msvc'
    }
    'package' {
        Invoke-Checked cmake '--build', '--preset', 'msvc', '--target', 'packages'
        Copy-Item build\msvc\packages\*.zip out
    }
}
# Not what kwdiag last ended with.
exit 0
