// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/pktmon_session.h"

#include "base/text.h"
#include "base/wide.h"
#include "base/windows_error.h"
#include "collectors/platform/tool.h"
#include "collectors/platform/windows/child.h"
#include "collectors/platform/windows/service_control.h"
#include "collectors/platform/worker_process.h"

#include <windows.h>
#include <sddl.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

namespace kwd::collectors {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono_literals::operator""s;

constexpr std::size_t kMaxAnswer = 4 << 20;
constexpr const wchar_t* kTurn = L"Global\\kwdiag-pktmon";
constexpr std::string_view kUnload = "unload";
constexpr std::string_view kDone = "done\n";
// Of a guard, which has no budget of its own.
constexpr auto kGuardPatience = 60s;
// How often and how far apart a guard looks: what was begun before its worker's end, `pktmon start` say, may come to
// its own end only after the first look.
constexpr int kLooks = 4;
constexpr auto kBetweenLooks = 2s;

// The folder of a trace of ours that a status speaks of; empty where it speaks of another.
std::string folder_in(std::string_view status) {
    const auto at = status.find(kPktmonFolderPrefix);
    if (at == std::string_view::npos) {
        return {};
    }
    const auto begin = status.rfind('\n', at) + 1;
    const auto drive = status.find(":\\", begin);
    const auto end = status.find('\\', at);
    return drive == std::string_view::npos || drive == begin || drive > at || end == std::string_view::npos
               ? std::string()
               : std::string(status.substr(drive - 1, end - drive + 1));
}

bool is_ours(const std::string& filter) {
    return filter.starts_with(kPktmonFilterPrefix);
}

Error not_ours(std::string_view what) {
    return {Errc::unsupported,
            fmt::format("capture packets by pktmon: {}; it was left alone, since the system has only one", what)};
}

std::wstring own_path() {
    std::wstring path(32'768, L'\0');
    path.resize(GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
    return path;
}

struct FreeLocal {
    void operator()(void* memory) const noexcept { LocalFree(memory); }
};

}  // namespace

Result<bool> pktmon_driver_is_loaded() {
    const auto services = ServiceControl::open();
    const auto state = services ? services->state("PktMon") : Result<DWORD>(services.error());
    if (!state) {
        return state.error().code == Errc::not_found ? Result<bool>(false) : state.error();
    }
    return *state != SERVICE_STOPPED;
}

Result<PktmonTool> PktmonTool::find(Deadline deadline) {
    auto path = find_tool("pktmon");
    if (!path) {
        return path.error();
    }
    PktmonTool tool;
    tool.path_ = std::move(*path);
    const auto help = tool.ask({"help"}, deadline);
    const auto start_help = tool.ask({"start", "help"}, deadline);
    if (!help || !start_help) {
        return help ? start_help.error() : help.error();
    }
    tool.dialect_ = dialect_of(*help, *start_help);
    return tool;
}

Result<std::string> PktmonTool::ask(const std::vector<std::string>& arguments, Deadline deadline) const {
    std::vector<std::string> command{path_};
    command.insert(command.end(), arguments.begin(), arguments.end());
    auto answer = ask_tool(command, deadline, kMaxAnswer);
    return answer ? Result<std::string>(decode_text(*answer).utf8) : answer.error();
}

Result<void> PktmonTool::make_free(Deadline deadline) const {
    const auto status = ask({"status"}, deadline);
    if (!status) {
        return status.error();
    }
    const std::string folder = folder_in(*status);
    if (says_running(*status) && folder.empty()) {
        return not_ours("a trace of somebody else is running");
    }
    const auto list = ask({"filter", "list"}, deadline);
    if (!list) {
        return list.error();
    }
    const auto filters = filters_of(*list);
    if (!filters) {
        return not_ours("which filters are set could not be understood");
    }
    if (!std::ranges::all_of(*filters, is_ours)) {
        return not_ours("filters of somebody else are set");
    }
    if (!says_running(*status) && filters->empty()) {
        return {};
    }
    // Nobody of ours lives who could need them: we have the turn.
    auto given = give_back(folder, deadline);
    if (given && !folder.empty()) {
        PktmonFolder::remove(folder);
    }
    return given;
}

Result<void> PktmonTool::give_back(const std::string& folder, Deadline deadline) const {
    const auto status = ask({"status"}, deadline);
    if (!status) {
        return status.error();
    }
    // A trace of somebody else, who found pktmon free before ours began or after it had ended, goes on.
    if (says_running(*status) && !folder.empty() && folder_in(*status) == folder) {
        if (auto stopped = ask({"stop"}, deadline); !stopped) {
            return stopped.error();
        }
    }
    const auto list = ask({"filter", "list"}, deadline);
    if (!list) {
        return list.error();
    }
    const auto filters = filters_of(*list);
    if (!filters) {
        return Error{Errc::io, "tell which filters of pktmon are set"};
    }
    if (std::ranges::none_of(*filters, is_ours)) {
        return {};
    }
    if (!std::ranges::all_of(*filters, is_ours)) {
        return Error{Errc::io,
                     "remove our filters from pktmon: somebody else has set some meanwhile, and it removes "
                     "all or none"};
    }
    const auto removed = ask({"filter", "remove"}, deadline);
    return removed ? Result<void>() : removed.error();
}

Result<void> PktmonTool::unload(Deadline deadline) const {
    const auto loaded = pktmon_driver_is_loaded();
    if (!loaded || !*loaded) {
        return loaded ? Result<void>() : loaded.error();
    }
    if (!dialect_.has_unload) {
        return Error{Errc::unsupported,
                     "unload the driver of pktmon, which was not loaded before: this version cannot; it stays until "
                     "the next start"};
    }
    const auto status = ask({"status"}, deadline);
    const auto list = status ? ask({"filter", "list"}, deadline) : status;
    if (!list) {
        return list.error();
    }
    if (const auto filters = filters_of(*list); says_running(*status) || !filters || !filters->empty()) {
        return {};
    }
    auto unloaded = ask({"unload"}, deadline);
    if (!unloaded) {
        Error error = std::move(unloaded).error();
        error.doing = "unload the driver of pktmon, which was not loaded before: " + error.doing;
        return error;
    }
    return {};
}

void PktmonTurn::Release::operator()(HANDLE mutex) const noexcept {
    ReleaseMutex(mutex);
    CloseHandle(mutex);
}

Result<PktmonTurn> PktmonTurn::take(Deadline until) {
    HANDLE mutex = CreateMutexW(nullptr, FALSE, kTurn);
    if (mutex == nullptr) {
        return last_error("wait for the turn to use pktmon");
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    const DWORD waited = WaitForSingleObject(mutex, static_cast<DWORD>(std::clamp<long long>(left, 0, 600'000)));
    // Abandoned: who had it died.
    if (waited == WAIT_OBJECT_0 || waited == WAIT_ABANDONED) {
        return PktmonTurn(mutex);
    }
    Error error = waited == WAIT_TIMEOUT ? not_ours("another kwdiag is using it") : last_error("wait to use pktmon");
    CloseHandle(mutex);
    return error;
}

Result<PktmonFolder> PktmonFolder::make() {
    std::wstring windows(MAX_PATH, L'\0');
    windows.resize(GetSystemWindowsDirectoryW(windows.data(), static_cast<UINT>(windows.size())));
    const std::string path =
        fmt::format("{}\\Temp\\{}{}-{}", narrow(windows), kPktmonFolderPrefix, GetCurrentProcessId(), GetTickCount64());
    PSECURITY_DESCRIPTOR raw = nullptr;
    // Administrators and the system, nobody else, and nothing inherited: packets hold what people said to each other.
    if (ConvertStringSecurityDescriptorToSecurityDescriptorW(L"D:P(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)", SDDL_REVISION_1,
                                                             &raw, nullptr) == 0) {
        return last_error("make a folder for packets");
    }
    const std::unique_ptr<void, FreeLocal> descriptor(raw);
    SECURITY_ATTRIBUTES attributes{sizeof(SECURITY_ATTRIBUTES), descriptor.get(), FALSE};
    if (CreateDirectoryW(wide(path).c_str(), &attributes) == 0) {
        return last_error(fmt::format("make the folder {}", path));
    }
    return PktmonFolder(path);
}

void PktmonFolder::remove(const std::string& path) {
    if (path.empty()) {
        return;
    }
    const std::wstring folder = wide(path);
    DeleteFileW((folder + L"\\capture.etl").c_str());
    DeleteFileW((folder + L"\\capture.pcapng").c_str());
    RemoveDirectoryW(folder.c_str());
}

Result<PktmonGuard> PktmonGuard::start(const std::string& folder, bool unload) {
    auto pipe = make_pipe();
    if (!pipe) {
        return pipe.error();
    }
    const auto child = start_child({.program = own_path(),
                                    .arguments = {wide(kWorkerCommand), wide(kName)},
                                    .standard_input = pipe->read_end.get(),
                                    .outlives_us = true});
    if (!child) {
        return child.error();
    }
    const std::string lines = fmt::format("{}\n{}\n", folder, unload ? kUnload : "");
    DWORD written = 0;
    if (WriteFile(pipe->write_end.get(), lines.data(), static_cast<DWORD>(lines.size()), &written, nullptr) == 0) {
        return last_error("tell the guard of pktmon what to guard");
    }
    return PktmonGuard(std::move(pipe->write_end));
}

void PktmonGuard::dismiss() {
    DWORD written = 0;
    (void)WriteFile(pipe_.get(), kDone.data(), static_cast<DWORD>(kDone.size()), &written, nullptr);
    pipe_.close();
}

int PktmonGuard::main() {
    std::string said;
    std::array<char, 512> buffer;
    DWORD bytes = 0;
    while (said.size() < 4096 &&
           ReadFile(GetStdHandle(STD_INPUT_HANDLE), buffer.data(), static_cast<DWORD>(buffer.size()), &bytes,
                    nullptr) != 0 &&
           bytes > 0) {
        said.append(buffer.data(), bytes);
    }
    const std::string folder = said.substr(0, said.find('\n'));
    if (folder_in(folder + "\\") != folder || folder.empty()) {
        return 2;
    }
    if (said.ends_with(kDone)) {
        return 0;
    }
    const auto deadline = Clock::now() + kGuardPatience;
    const auto turn = PktmonTurn::take(deadline);
    const auto tool = PktmonTool::find(deadline);
    if (!turn || !tool) {
        return 1;
    }
    for (int look = 1; look <= kLooks; ++look) {
        const bool last = look == kLooks;
        if (!tool->give_back(folder, deadline) && last) {
            return 1;
        }
        if (!last) {
            std::this_thread::sleep_for(kBetweenLooks);
        }
    }
    PktmonFolder::remove(folder);
    const bool unload = said.substr(folder.size()) == fmt::format("\n{}\n", kUnload);
    return !unload || tool->unload(deadline) ? 0 : 1;
}

}  // namespace kwd::collectors
