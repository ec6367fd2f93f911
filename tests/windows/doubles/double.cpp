// SPDX-License-Identifier: Apache-2.0
#include "tests/windows/doubles/double.h"

#include <objbase.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>

namespace kwd::double_of_windows {
namespace {

const std::string kFolder = "C:\\kwdiag-double\\";

void obey(Fault& fault, const std::string& what, const std::string& argument) {
    if (what == "hang") {
        fault.hang = true;
    } else if (what == "crash") {
        fault.crash = true;
    } else if (what == "delay") {
        fault.delay_ms = std::stoul(argument);
    } else if (what == "answer") {
        fault.answer = widened(argument);
    } else if (what == "fail") {
        fault.result = static_cast<HRESULT>(std::stoul(argument, nullptr, 16));
    } else if (what == "record") {
        fault.record = widened(argument);
    } else if (what == "lose") {
        fault.lost = argument;
    }
}

}  // namespace

std::string file_text(const std::string& name) {
    std::ifstream file(kFolder + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void log_call(std::string_view text) {
    std::ofstream(kFolder + "calls.log", std::ios::app) << text << "\n";
}

Fault fault_of(std::string_view function) {
    Fault fault;
    std::istringstream lines(file_text("faults.txt"));
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string name;
        std::string what;
        std::string argument;
        words >> name >> what >> std::ws;
        std::getline(words, argument);
        argument.erase(argument.find_last_not_of(" \r") + 1);
        if (name == function) {
            obey(fault, what, argument);
        }
    }
    Sleep(fault.delay_ms);
    while (fault.hang) {
        Sleep(1000);
    }
    if (fault.crash) {
        RaiseException(EXCEPTION_ACCESS_VIOLATION, EXCEPTION_NONCONTINUABLE, 0, nullptr);
    }
    return fault;
}

bool is_elevated() {
    TOKEN_ELEVATION elevation{};
    DWORD bytes = 0;
    GetTokenInformation(GetCurrentProcessToken(), TokenElevation, &elevation, sizeof elevation, &bytes);
    return elevation.TokenIsElevated != 0;
}

PWSTR task_text(std::wstring_view text) {
    auto* memory = static_cast<wchar_t*>(CoTaskMemAlloc((text.size() + 1) * sizeof(wchar_t)));
    std::memcpy(memory, text.data(), text.size() * sizeof(wchar_t));
    memory[text.size()] = L'\0';
    return memory;
}

std::wstring widened(std::string_view utf8) {
    std::wstring text(static_cast<std::size_t>(
                          MultiByteToWideChar(CP_UTF8, 0, utf8.data(), static_cast<int>(utf8.size()), nullptr, 0)),
                      L'\0');
    MultiByteToWideChar(CP_UTF8, 0, utf8.data(), static_cast<int>(utf8.size()), text.data(),
                        static_cast<int>(text.size()));
    return text;
}

std::string narrowed(std::wstring_view utf16) {
    std::string text(static_cast<std::size_t>(WideCharToMultiByte(
                         CP_UTF8, 0, utf16.data(), static_cast<int>(utf16.size()), nullptr, 0, nullptr, nullptr)),
                     '\0');
    WideCharToMultiByte(CP_UTF8, 0, utf16.data(), static_cast<int>(utf16.size()), text.data(),
                        static_cast<int>(text.size()), nullptr, nullptr);
    return text;
}

}  // namespace kwd::double_of_windows
