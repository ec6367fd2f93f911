// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <winsock2.h>  // before windows.h, as pcap.h wants it
#include <windows.h>

#include <optional>
#include <string>
#include <string_view>

// What the doubles of Windows' libraries have in common. They serve the folder C:\kwdiag-double of the Wine prefix that
// they are installed in:
//   hns\networks.json, hns\endpoints.json, …   one JSON array of HCN objects for each class
//   hns\v1-networks.json, …                     answers of HNSCall, whole
//   compartments.json                           network compartments of pods: see iphlpapi.cpp
//   faults.txt                                  one a line: FUNCTION FAULT [argument]; see Fault. HNSCall and, for one
//                                               path alone, HNSCall/endpoints/
//   calls.log                                   what was called, one a line: written by the double

namespace kwd::double_of_windows {

/// What a function is told to do wrong.
struct Fault {
    bool hang = false;                        ///< `hang`: never comes back
    bool crash = false;                       ///< `crash`: ends the process by an access violation
    DWORD delay_ms = 0;                       ///< `delay 3000`: comes back after so many milliseconds
    HRESULT result = S_OK;                    ///< `fail 0x80070005`: that result
    std::wstring record = {};                 ///< `record TEXT`: an error record, whatever the result is
    std::string lost = {};                    ///< `lose ID`: this object is not found any more
    std::optional<std::wstring> answer = {};  ///< `answer TEXT`: this instead of the list; no text at all without TEXT
};

[[nodiscard]] std::string file_text(const std::string& name);
void log_call(std::string_view text);
/// The faults of a function; waits, hangs and crashes here when it is told to.
[[nodiscard]] Fault fault_of(std::string_view function);
/// Whether the calling process is: HNS and network compartments are for administrators.
[[nodiscard]] bool is_elevated();
/// CoTaskMem, as the real ones give.
[[nodiscard]] PWSTR task_text(std::wstring_view text);
[[nodiscard]] std::wstring widened(std::string_view utf8);
[[nodiscard]] std::string narrowed(std::wstring_view utf16);

}  // namespace kwd::double_of_windows
