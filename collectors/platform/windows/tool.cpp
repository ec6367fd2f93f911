// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/tool.h"

#include "base/wide.h"
#include "base/windows_error.h"
#include "collectors/platform/windows/child.h"
#include "collectors/platform/windows/system_library.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace kwd::collectors {
namespace {

using Clock = std::chrono::steady_clock;

// How long after a program's end something that it started may still hold its pipes.
constexpr std::chrono::milliseconds kAfterEnd{500};
constexpr std::chrono::milliseconds kTurn{50};

bool is_program(const std::wstring& path) {
    const DWORD attributes = GetFileAttributesW(path.c_str());
    return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0;
}

bool is_path(std::string_view name) {
    return name.find_first_of("\\/:") != std::string_view::npos;
}

// What a program of Windows needs to start, and nothing of the caller's.
std::wstring fixed_environment() {
    std::wstring windows(MAX_PATH, L'\0');
    windows.resize(GetSystemWindowsDirectoryW(windows.data(), static_cast<UINT>(windows.size())));
    const std::wstring system = system_folder();
    std::wstring block;
    for (const std::wstring& each :
         {L"ComSpec=" + system + L"\\cmd.exe", L"PATH=" + system + L";" + windows + L";" + system + L"\\Wbem",
          std::wstring(L"PATHEXT=.COM;.EXE"), L"SystemDrive=" + windows.substr(0, 2), L"SystemRoot=" + windows,
          L"TEMP=" + windows + L"\\Temp", L"TMP=" + windows + L"\\Temp", L"windir=" + windows}) {
        block += each + L'\0';
    }
    return block + L'\0';
}

// One stream of a program, of which at most `limit` bytes are kept.
struct Stream {
    PipeReader reader;
    std::string& text;
    std::size_t limit;
    bool ended = false;
    bool cut = false;

    Stream(Handle pipe, std::string& out, std::size_t most) : reader(std::move(pipe)), text(out), limit(most) {}

    void read_some(Deadline until) {
        ended = reader.take(until, text) == PipeReader::Got::end;
        if (text.size() > limit) {
            text.resize(limit);
            cut = true;
        }
    }
};

// Reads until the program is through with its output, or wrote too much, or is gone; answers false when the deadline
// came first.
bool read_until_closed(const Child& child, Stream& output, Stream& complaints, Deadline deadline) {
    auto last = deadline;
    while (!output.ended && !output.cut) {
        const auto now = Clock::now();
        if (now >= last) {
            return last < deadline;
        }
        complaints.read_some(now);
        output.read_some(std::min<Deadline>(now + kTurn, last));
        if (last == deadline && wait_for_end(child, now)) {
            last = std::min<Deadline>(deadline, now + kAfterEnd);
        }
    }
    return true;
}

}  // namespace

Result<std::string> find_tool(std::string_view name, std::span<const std::string_view> more_folders) {
    if (is_path(name)) {
        return Error{Errc::not_found, fmt::format("find the program {}: that is a path", name)};
    }
    const std::wstring file = L"\\" + wide(name) + L".exe";
    if (const std::wstring path = system_folder() + file; is_program(path)) {
        return narrow(path);
    }
    for (const std::string_view folder : more_folders) {
        if (const std::wstring path = wide(folder) + file; is_program(path)) {
            return narrow(path);
        }
    }
    return Error{Errc::not_found, fmt::format("find the program {}: it is not installed", name)};
}

std::string text_of_tool(std::string_view bytes) {
    return from_oem(bytes);
}

bool means_denied(int exit_status) {
    constexpr int kElevationRequired = 740;  // not named by mingw-w64
    // Some end with the HRESULT of a code (HRESULT_FROM_WIN32).
    const bool hresult = (static_cast<unsigned>(exit_status) & 0xFFFF0000U) == 0x80070000U;
    const int code = hresult ? exit_status & 0xFFFF : exit_status;
    return code == ERROR_ACCESS_DENIED || code == kElevationRequired;
}

Result<ToolAnswer> run_tool(const std::vector<std::string>& command, Deadline deadline, std::size_t max_bytes) {
    Result<std::string> program = command.at(0);
    if (!is_path(command[0])) {
        program = find_tool(command[0]);
    }
    auto output = make_pipe();
    auto complaints = make_pipe();
    if (!program || !output || !complaints) {
        return !program ? program.error() : !output ? output.error() : complaints.error();
    }
    ChildSpec spec{.program = wide(*program),
                   .environment = fixed_environment(),
                   .folder = system_folder(),
                   .standard_output = output->write_end.get(),
                   .standard_error = complaints->write_end.get()};
    std::transform(command.begin() + 1, command.end(), std::back_inserter(spec.arguments), wide);
    const auto child = start_child(spec);
    if (!child) {
        return child.error();
    }
    output->write_end.close();
    complaints->write_end.close();

    constexpr std::size_t enough_complaints = 64 << 10;
    ToolAnswer answer;
    Stream out(std::move(output->read_end), answer.output, max_bytes);
    Stream err(std::move(complaints->read_end), answer.complaints, enough_complaints);
    const bool in_time = read_until_closed(*child, out, err, deadline);
    answer.cut = out.cut;
    const auto end = wait_for_end(*child, in_time && !out.cut ? deadline : Clock::now());
    TerminateJobObject(child->job.get(), 1);
    err.read_some(Clock::now() + kAfterEnd);
    answer.complaints = complaints_of(answer.complaints);
    if (answer.cut) {
        return answer;
    }
    if (!in_time || !end) {
        return Error{Errc::timed_out, running(command) + ": it did not answer in time"};
    }
    if (is_exception(*end)) {
        return Error{Errc::io, fmt::format("{}: died of exception 0x{:08x}", running(command), *end)};
    }
    answer.exit_status = static_cast<int>(*end);
    return answer;
}

}  // namespace kwd::collectors
