// SPDX-License-Identifier: Apache-2.0
#include "collectors/node_tree.h"

#include "collectors/path_style.h"
#include "collectors/platform/linux/child.h"
#include "collectors/platform/linux/file_descriptor.h"

#include <dirent.h>
#include <fcntl.h>

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

const PathStyle kPaths = kUnixPaths;

namespace {

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

std::string real_path(int fd) {
    return link_target(AT_FDCWD, fmt::format("/proc/self/fd/{}", fd).c_str());
}

Result<FileDescriptor> open_root(const std::string& root) {
    FileDescriptor fd(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!fd) {
        return posix_error(errno, fmt::format("open {}", root));
    }
    return fd;
}

Result<FileDescriptor> open_below(const std::string& root_path, const std::string& path, int flags) {
    const auto root = open_root(root_path);
    if (!root) {
        return root.error();
    }
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    long fd = ::syscall(SYS_openat2, root->get(), path.c_str(), &how, sizeof how);
    if (fd < 0 && (errno == ENOSYS || errno == EPERM)) {
        // Linux before 5.6, or a container that forbids it. Then no link may lead out of another root than ours.
        const bool elsewhere = root_path != "/";
        fd = ::open((elsewhere ? root_path + path : path).c_str(), flags | O_CLOEXEC | (elsewhere ? O_NOFOLLOW : 0));
    }
    if (fd < 0) {
        return posix_error(errno, fmt::format("open {}", path));
    }
    return FileDescriptor(static_cast<int>(fd));
}

// As the node has it, whose root lies somewhere for us.
std::string path_on_node(int file, const std::string& root_path) {
    std::string path = real_path(file);
    if (const auto root = open_root(root_path); root && root_path != "/") {
        const std::string top = real_path(root->get());
        return lies_below(path, top) ? path.substr(top == "/" ? 0 : top.size()) : std::string();
    }
    return path;
}

}  // namespace

NodeTree::NodeTree(std::string root) : root_(root.empty() ? "/" : std::move(root)) {}

Result<std::optional<Entry>> NodeTree::look(const std::string& path) const {
    Entry entry;
    struct stat info {};
    auto itself = open_below(root_, path, O_PATH | O_NOFOLLOW);
    if (itself && ::fstat(itself->get(), &info) == 0 && S_ISLNK(info.st_mode)) {
        entry.link_target = link_target(itself->get(), "");
        itself = open_below(root_, path, O_PATH);
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
    entry.mode = static_cast<std::uint32_t>(info.st_mode & 07777);
    return std::optional<Entry>(std::move(entry));
}

std::optional<std::string> NodeTree::follow(const std::string& path) const {
    const auto itself = open_below(root_, path, O_PATH | O_NOFOLLOW);
    std::string target = itself ? link_target(itself->get(), "") : std::string();
    return target.empty() ? std::nullopt : std::optional(std::move(target));
}

Result<FileText> NodeTree::read_part(const std::string& path, std::size_t max_bytes, bool from_end) const {
    const auto file = open_below(root_, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
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
    result.real_path = path_on_node(file->get(), root_);
    // Files of the kernel say that they are empty: read them as long as they give.
    result.cut = result.size_bytes > max_bytes;
    const std::uint64_t unread = from_end && result.cut ? result.size_bytes - max_bytes : 0;
    const std::uint64_t offset = unread + unread % 2;
    auto text = read_range(file->get(), offset, max_bytes, path);
    if (!text) {
        return text.error();
    }
    result.text = std::move(*text);
    return result;
}

Result<NodeTree::Names> NodeTree::list(const std::string& folder, std::size_t most) const {
    const auto opened = open_below(root_, folder, O_RDONLY | O_DIRECTORY);
    if (!opened) {
        return opened.error();
    }
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(::fcntl(opened->get(), F_DUPFD_CLOEXEC, 0)),
                                                     &::closedir);
    if (!stream) {
        return posix_error(errno, fmt::format("list {}", folder));
    }
    Names found;
    while (const dirent* entry = ::readdir(stream.get())) {
        const std::string_view name = entry->d_name;
        if (name == "." || name == "..") {
            continue;
        }
        found.more = found.names.size() == most;
        if (found.more) {
            break;
        }
        found.names.emplace_back(name);
    }
    std::sort(found.names.begin(), found.names.end());
    return found;
}

}  // namespace kwd::collectors
