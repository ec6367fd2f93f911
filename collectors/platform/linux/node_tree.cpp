// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/linux/node_tree.h"

#include "collectors/platform/linux/child.h"

#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>

#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <memory>
#include <utility>

namespace kwd::collectors {
namespace {

constexpr std::size_t kMaxNames = 10'000;

std::string link_target(int fd, const char* path) {
    std::array<char, PATH_MAX> buffer;
    const ssize_t length = ::readlinkat(fd, path, buffer.data(), buffer.size());
    return length > 0 ? std::string(buffer.data(), static_cast<std::size_t>(length)) : std::string();
}

// Reads `bytes` from `offset`; a file that shrinks meanwhile gives less.
Result<std::string> read_range(int fd, std::uint64_t offset, std::size_t bytes, const std::string& path) {
    std::string text;
    constexpr std::size_t step = 256 << 10;
    while (text.size() < bytes) {
        const std::size_t before = text.size();
        text.resize(before + std::min(step, bytes - before));
        const ssize_t got =
            ::pread(fd, text.data() + before, text.size() - before, static_cast<off_t>(offset + before));
        text.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got < 0 && errno != EINTR) {
            return posix_error(errno, fmt::format("read {}", path));
        }
        if (got == 0) {
            break;
        }
    }
    return text;
}

}  // namespace

NodeTree::NodeTree(std::string root) : root_(root.empty() ? "/" : std::move(root)) {}

Result<FileDescriptor> NodeTree::open(const std::string& path, int flags) const {
    const FileDescriptor root(::open(root_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!root) {
        return posix_error(errno, fmt::format("open {}", root_));
    }
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    long fd = ::syscall(SYS_openat2, root.get(), path.c_str(), &how, sizeof how);
    if (fd < 0 && (errno == ENOSYS || errno == EPERM)) {
        // Linux before 5.6, or a container that forbids it. Then no link may lead out of another root than ours.
        const bool elsewhere = root_ != "/";
        fd = ::open((elsewhere ? root_ + path : path).c_str(), flags | O_CLOEXEC | (elsewhere ? O_NOFOLLOW : 0));
    }
    if (fd < 0) {
        return posix_error(errno, fmt::format("open {}", path));
    }
    return FileDescriptor(static_cast<int>(fd));
}

Result<std::optional<Entry>> NodeTree::look(const std::string& path) const {
    Entry entry;
    struct stat info {};
    auto itself = open(path, O_PATH | O_NOFOLLOW);
    if (itself && ::fstat(itself->get(), &info) == 0 && S_ISLNK(info.st_mode)) {
        entry.link_target = link_target(itself->get(), "");
        itself = open(path, O_PATH);
    }
    if (!itself) {
        if (itself.error().code == Errc::not_found) {
            return std::optional<Entry>();
        }
        return itself.error();
    }
    if (::fstat(itself->get(), &info) != 0) {
        return posix_error(errno, fmt::format("look at {}", path));
    }
    entry.type = S_ISREG(info.st_mode)   ? Entry::Type::file
                 : S_ISDIR(info.st_mode) ? Entry::Type::folder
                                         : Entry::Type::other;
    entry.size_bytes = static_cast<std::uint64_t>(info.st_size);
    entry.modified = info.st_mtim.tv_sec;
    entry.mode = info.st_mode & 07777;
    return std::optional<Entry>(std::move(entry));
}

std::optional<std::string> NodeTree::follow(const std::string& path) const {
    const auto itself = open(path, O_PATH | O_NOFOLLOW);
    std::string target = itself ? link_target(itself->get(), "") : std::string();
    return target.empty() ? std::nullopt : std::optional(std::move(target));
}

Result<FileText> NodeTree::read_part(const std::string& path, std::size_t max_bytes, bool from_end) const {
    const auto file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (!file) {
        return file.error();
    }
    struct stat info {};
    if (::fstat(file->get(), &info) != 0) {
        return posix_error(errno, fmt::format("look at {}", path));
    }
    if (!S_ISREG(info.st_mode)) {
        return Error{Errc::malformed, fmt::format("read {}: it is no regular file", path)};
    }
    FileText result;
    result.size_bytes = static_cast<std::uint64_t>(info.st_size);
    result.modified = info.st_mtim.tv_sec;
    result.real_path = link_target(AT_FDCWD, fmt::format("/proc/self/fd/{}", file->get()).c_str());
    // Files of the kernel say that they are empty: read them as long as they give.
    result.cut = result.size_bytes > max_bytes;
    const std::uint64_t offset = from_end && result.cut ? result.size_bytes - max_bytes : 0;
    auto text = read_range(file->get(), offset, max_bytes, path);
    if (!text) {
        return text.error();
    }
    result.text = std::move(*text);
    if (offset > 0) {
        const std::size_t newline = result.text.find('\n');
        result.text.erase(0, newline == std::string::npos ? 0 : newline + 1);
    }
    return result;
}

Result<FileText> NodeTree::read(const std::string& path, std::size_t max_bytes) const {
    return read_part(path, max_bytes, false);
}

Result<FileText> NodeTree::read_end(const std::string& path, std::size_t max_bytes) const {
    return read_part(path, max_bytes, true);
}

Result<std::vector<std::string>> NodeTree::list(const std::string& folder) const {
    const auto opened = open(folder, O_RDONLY | O_DIRECTORY);
    if (!opened) {
        return opened.error();
    }
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(::fcntl(opened->get(), F_DUPFD_CLOEXEC, 0)),
                                                     &::closedir);
    if (!stream) {
        return posix_error(errno, fmt::format("list {}", folder));
    }
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(stream.get())) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != ".." && names.size() < kMaxNames) {
            names.emplace_back(name);
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<std::string> NodeTree::match(std::string_view pattern, const std::function<void(Error)>& refused) const {
    std::vector<std::string> paths{""};
    while (!pattern.empty()) {
        pattern.remove_prefix(1);  // the slash
        const std::string part(pattern.substr(0, pattern.find('/')));
        pattern.remove_prefix(part.size());
        std::vector<std::string> next;
        for (const std::string& path : paths) {
            if (part.find_first_of("*?[") == std::string::npos) {
                next.push_back(fmt::format("{}/{}", path, part));
                continue;
            }
            const auto names = list(path.empty() ? "/" : path);
            if (!names && names.error().code != Errc::not_found && refused) {
                refused(names.error());
            }
            for (const std::string& name : names.value_or({})) {
                if (::fnmatch(part.c_str(), name.c_str(), FNM_PERIOD) == 0 && next.size() < kMaxNames) {
                    next.push_back(fmt::format("{}/{}", path, name));
                }
            }
        }
        paths = std::move(next);
    }
    std::erase_if(paths, [this](const std::string& path) {
        const auto entry = look(path);
        return entry && !*entry;
    });
    return paths;
}

}  // namespace kwd::collectors
