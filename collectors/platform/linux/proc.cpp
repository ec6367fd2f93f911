// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/linux/proc.h"

#include "collectors/platform/linux/file_descriptor.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <map>
#include <memory>
#include <sstream>

namespace kwd::collectors {
namespace {

constexpr std::size_t kMaxFile = 1 << 20;
constexpr std::uint64_t kKernelThread = 0x00200000;  // PF_KTHREAD, field `flags`

std::string read_file(const std::string& path) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string text;
    std::array<char, 16 << 10> buffer;
    while (file && text.size() < kMaxFile) {
        const ssize_t bytes = ::read(file.get(), buffer.data(), buffer.size());
        if (bytes <= 0) {
            break;
        }
        text.append(buffer.data(), static_cast<std::size_t>(bytes));
    }
    return text;
}

std::string read_link(const std::string& path) {
    std::array<char, PATH_MAX> buffer;
    const ssize_t length = ::readlink(path.c_str(), buffer.data(), buffer.size());
    return length > 0 ? std::string(buffer.data(), static_cast<std::size_t>(length)) : std::string();
}

template <class Number>
std::optional<Number> number(std::string_view text) {
    Number value{};
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

// Texts that each end with NUL.
std::vector<std::string> split_at_nul(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\0'), text.size());
        parts.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

template <class Use>
void for_each_entry(const std::string& folder, Use use) {
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(folder.c_str()), &::closedir);
    while (const dirent* entry = stream ? ::readdir(stream.get()) : nullptr) {
        use(std::string_view(entry->d_name));
    }
}

std::optional<uid_t> effective_user(const std::string& status) {
    std::istringstream lines(status);
    for (std::string line; std::getline(lines, line);) {
        uid_t real = 0;
        uid_t effective = 0;
        if (line.starts_with("Uid:") && std::istringstream(line.substr(4)) >> real >> effective) {
            return effective;
        }
    }
    return std::nullopt;
}

// Lines are HIERARCHY:CONTROLLERS:PATH; the unified hierarchy is 0.
std::string control_group(const std::string& text) {
    std::istringstream lines(text);
    std::string first;
    for (std::string line; std::getline(lines, line);) {
        const std::size_t second = line.find(':', line.find(':') + 1);
        if (second == std::string::npos) {
            continue;
        }
        std::string path = line.substr(second + 1);
        if (line.starts_with("0::") && path != "/") {
            return path;
        }
        first = first.empty() || first == "/" ? path : first;
    }
    return first;
}

}  // namespace

std::vector<pid_t> list_processes() {
    std::vector<pid_t> processes;
    for_each_entry("/proc", [&](std::string_view name) {
        if (const auto process = number<pid_t>(name)) {
            processes.push_back(*process);
        }
    });
    std::sort(processes.begin(), processes.end());
    return processes;
}

std::optional<ProcessInfo> read_process_stat(std::string_view text) {
    const std::size_t open = text.find(" (");
    const std::size_t close = text.rfind(") ");  // the name itself may hold parentheses and blanks
    const auto process = number<pid_t>(text.substr(0, open));
    if (!process || close == std::string_view::npos || close < open + 2) {
        return std::nullopt;
    }
    ProcessInfo info;
    info.process_id = *process;
    info.name = text.substr(open + 2, close - open - 2);
    std::istringstream fields{std::string(text.substr(close + 2))};
    std::uint64_t flags = 0;
    std::int64_t pages = 0;
    std::string skipped;
    fields >> info.state >> info.parent_id;                       // 3, 4
    fields >> skipped >> skipped >> skipped >> skipped >> flags;  // 5 … 9
    for (int field = 10; field < 20; ++field) {
        fields >> skipped;
    }
    fields >> info.thread_count >> skipped >> info.started_ticks >> skipped >> pages;  // 20 … 24
    if (!fields) {
        return std::nullopt;
    }
    info.kernel_thread = (flags & kKernelThread) != 0;
    info.working_set_bytes = pages * ::sysconf(_SC_PAGESIZE);
    return info;
}

std::optional<ProcessInfo> look_at_process(pid_t process) {
    const std::string folder = fmt::format("/proc/{}/", process);
    auto info = read_process_stat(read_file(folder + "stat"));
    if (!info) {
        return std::nullopt;
    }
    info->user = effective_user(read_file(folder + "status"));
    info->arguments = split_at_nul(read_file(folder + "cmdline"));
    info->executable = read_link(folder + "exe");
    info->cgroup = control_group(read_file(folder + "cgroup"));
    info->network_namespace = read_link(folder + "ns/net");
    return info;
}

std::string program_name(const ProcessInfo& process) {
    constexpr std::size_t longest_comm = 15;
    const std::string path = !process.executable.empty()  ? process.executable
                             : !process.arguments.empty() ? process.arguments[0]
                                                          : process.name;
    const std::string base = path.substr(path.find_last_of('/') + 1);
    const bool was_cut = process.name.size() == longest_comm && base.starts_with(process.name);
    std::string name = was_cut ? base : process.name;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return name;
}

std::optional<std::vector<std::string>> environment_of(pid_t process) {
    const std::string path = fmt::format("/proc/{}/environ", process);
    if (::access(path.c_str(), R_OK) != 0 && errno == EACCES) {
        return std::nullopt;
    }
    return split_at_nul(read_file(path));
}

SocketOwners find_socket_owners(Deadline deadline) {
    constexpr std::string_view prefix = "socket:[";
    SocketOwners owners;
    for (const pid_t process : list_processes()) {
        if (std::chrono::steady_clock::now() >= deadline) {
            owners.complete = false;
            break;
        }
        const std::string folder = fmt::format("/proc/{}/fd", process);
        for_each_entry(folder, [&](std::string_view name) {
            const std::string target = read_link(fmt::format("{}/{}", folder, name));
            if (target.starts_with(prefix)) {
                const auto inode = number<std::uint64_t>(
                    std::string_view(target).substr(prefix.size(), target.size() - prefix.size() - 1));
                if (inode) {
                    owners.by_inode.emplace(*inode, process);
                }
            }
        });
    }
    return owners;
}

std::string account_name(uid_t user) {
    static std::map<uid_t, std::string> known;
    const auto [entry, is_new] = known.try_emplace(user);
    if (is_new) {
        std::array<char, 16 << 10> buffer;
        passwd account{};
        passwd* found = nullptr;
        const bool has_name =
            ::getpwuid_r(user, &account, buffer.data(), buffer.size(), &found) == 0 && found != nullptr;
        entry->second = has_name ? account.pw_name : std::to_string(user);
    }
    return entry->second;
}

}  // namespace kwd::collectors
