// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/process_list.h"

#include "base/clock.h"
#include "base/wide.h"
#include "base/windows_error.h"

#include <winternl.h>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <optional>

namespace kwd::collectors {
namespace {

constexpr LONG kInvalidInfoClass = static_cast<LONG>(0xC0000003);
constexpr LONG kLengthMismatch = static_cast<LONG>(0xC0000004);
constexpr ULONG kProcessCommandLine = 60;  // ProcessCommandLineInformation, not named by mingw-w64
constexpr std::size_t kMostBytes = 64 << 20;
constexpr std::size_t kMostCommandLine = 65'536;  // a UNICODE_STRING holds no more

// The beginning of SYSTEM_PROCESS_INFORMATION on 64 bits: winternl.h of Windows' SDK has most of it as Reserved, that
// of mingw-w64 names it. Source: NtQuerySystemInformation, learn.microsoft.com, and both headers.
struct ProcessEntry {
    ULONG next_entry_offset;
    ULONG number_of_threads;
    LONGLONG reserved[3];
    LONGLONG create_time;
    LONGLONG user_time;
    LONGLONG kernel_time;
    UNICODE_STRING image_name;
    LONG base_priority;
    HANDLE process_id;
    HANDLE parent_id;
    ULONG handle_count;
    ULONG session_id;
    ULONG_PTR unique_process_key;
    SIZE_T peak_virtual_size;
    SIZE_T virtual_size;
    ULONG page_fault_count;
    SIZE_T peak_working_set_size;
    SIZE_T working_set_size;
};
static_assert(offsetof(ProcessEntry, create_time) == 0x20);
static_assert(offsetof(ProcessEntry, image_name) == 0x38);
static_assert(offsetof(ProcessEntry, process_id) == 0x50);
static_assert(offsetof(ProcessEntry, parent_id) == 0x58);
static_assert(offsetof(ProcessEntry, working_set_size) == 0x90);

std::string iso_of(LONGLONG file_time) {
    if (file_time <= 0) {
        return {};
    }
    constexpr LONGLONG kUnixEpoch = 116'444'736'000'000'000;  // in units of 100 ns since 1601
    using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, 10'000'000>>;
    return iso_utc(std::chrono::system_clock::time_point(
        std::chrono::duration_cast<std::chrono::system_clock::duration>(Ticks(file_time - kUnixEpoch))));
}

// A text within `buffer`; nothing when it claims to lie elsewhere.
std::string text_in(const std::vector<std::byte>& buffer, const UNICODE_STRING& text) {
    const auto* begin = reinterpret_cast<const std::byte*>(text.Buffer);
    if (text.Length == 0 || begin < buffer.data() || begin + text.Length > buffer.data() + buffer.size()) {
        return {};
    }
    return narrow({text.Buffer, text.Length / sizeof(wchar_t)});
}

std::optional<std::size_t> next_entry(const ProcessEntry& entry, std::size_t at, std::size_t size) {
    const std::size_t next = at + entry.next_entry_offset;
    const bool there = entry.next_entry_offset >= sizeof entry && next + sizeof entry <= size;
    return there ? std::optional(next) : std::nullopt;
}

std::uint32_t id_of(HANDLE handle) {
    return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(handle));
}

template <class T>
bool read_memory(HANDLE process, const void* address, T* out, std::size_t size) {
    SIZE_T read = 0;
    return ReadProcessMemory(process, address, out, size, &read) != 0 && read == size;
}

}  // namespace

Result<ProcessQueries> ProcessQueries::load() {
    auto library = SystemLibrary::load(L"ntdll.dll");
    if (!library) {
        return std::move(library).error();
    }
    auto* const system = library->function<QuerySystem>("NtQuerySystemInformation");
    auto* const process = library->function<QueryProcess>("NtQueryInformationProcess");
    auto* const to_win32 = library->function<ToWin32>("RtlNtStatusToDosError");
    if (system == nullptr || process == nullptr || to_win32 == nullptr) {
        return Error{Errc::unsupported, "list processes: ntdll.dll lacks the functions"};
    }
    return ProcessQueries(std::move(*library), system, process, to_win32);
}

Result<std::vector<ListedProcess>> ProcessQueries::list() const {
    std::vector<std::byte> buffer(1 << 20);
    ULONG needed = 0;
    LONG status = kLengthMismatch;
    // Processes may start between two questions.
    while ((status = system_(SystemProcessInformation, buffer.data(), static_cast<ULONG>(buffer.size()), &needed)) ==
               kLengthMismatch &&
           buffer.size() < kMostBytes) {
        buffer.resize(buffer.size() * 2);
    }
    if (status < 0) {
        return windows_error(to_win32_(status), "NtQuerySystemInformation for processes");
    }
    std::vector<ListedProcess> processes;
    for (std::optional<std::size_t> at = 0; at && *at + sizeof(ProcessEntry) <= buffer.size();) {
        ProcessEntry entry;
        std::memcpy(&entry, buffer.data() + *at, sizeof entry);
        if (id_of(entry.process_id) != 0) {
            processes.push_back({.process_id = id_of(entry.process_id),
                                 .parent_id = id_of(entry.parent_id),
                                 .name = text_in(buffer, entry.image_name),
                                 .thread_count = static_cast<std::uint32_t>(entry.number_of_threads),
                                 .working_set_bytes = entry.working_set_size,
                                 .started_at_utc = iso_of(entry.create_time)});
        }
        at = next_entry(entry, *at, buffer.size());
    }
    return processes;
}

Result<std::string> ProcessQueries::command_line(std::uint32_t process_id) const {
    const OwnedHandle process(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, process_id));
    if (!process) {
        return last_error(fmt::format("open process {}", process_id));
    }
    std::vector<std::byte> buffer(sizeof(UNICODE_STRING) + kMostCommandLine + sizeof(wchar_t));
    ULONG needed = 0;
    const LONG status =
        process_(process.get(), kProcessCommandLine, buffer.data(), static_cast<ULONG>(buffer.size()), &needed);
    if (status == kInvalidInfoClass) {
        return command_line_in_memory(process_id);
    }
    if (status < 0) {
        return windows_error(to_win32_(status), fmt::format("read the command line of process {}", process_id));
    }
    UNICODE_STRING text;
    std::memcpy(&text, buffer.data(), sizeof text);
    return text_in(buffer, text);
}

Result<std::string> ProcessQueries::command_line_in_memory(std::uint32_t process_id) const {
    const OwnedHandle process(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_VM_READ, FALSE, process_id));
    if (!process) {
        return last_error(fmt::format("open process {}", process_id));
    }
    PROCESS_BASIC_INFORMATION basic{};
    ULONG needed = 0;
    const LONG status = process_(process.get(), ProcessBasicInformation, &basic, sizeof basic, &needed);
    if (status < 0) {
        return windows_error(to_win32_(status), fmt::format("look at process {}", process_id));
    }
    PEB block{};
    RTL_USER_PROCESS_PARAMETERS parameters{};
    if (!read_memory(process.get(), basic.PebBaseAddress, &block, sizeof block) ||
        !read_memory(process.get(), block.ProcessParameters, &parameters, sizeof parameters)) {
        return last_error(fmt::format("read the command line of process {}", process_id));
    }
    std::wstring text(parameters.CommandLine.Length / sizeof(wchar_t), L'\0');
    if (!read_memory(process.get(), parameters.CommandLine.Buffer, text.data(), text.size() * sizeof(wchar_t))) {
        return last_error(fmt::format("read the command line of process {}", process_id));
    }
    return narrow(text);
}

std::string program_name(std::string_view image) {
    std::string name(image);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (name.ends_with(".exe")) {
        name.resize(name.size() - 4);
    }
    return name;
}

std::map<std::uint32_t, std::string> process_names() {
    std::map<std::uint32_t, std::string> names;
    const auto queries = ProcessQueries::load();
    const auto list = queries ? queries->list() : Result<std::vector<ListedProcess>>(queries.error());
    if (list) {
        for (const ListedProcess& each : *list) {
            names[each.process_id] = program_name(each.name);
        }
    }
    return names;
}

}  // namespace kwd::collectors
