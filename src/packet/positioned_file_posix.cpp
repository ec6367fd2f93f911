// SPDX-License-Identifier: Apache-2.0
#include "base/path.h"
#include "packet/positioned_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace kwd::packet {

static Error failed(const std::string& doing, int error) {
    const Errc kind = error == ENOENT                     ? Errc::not_found
                      : error == EACCES || error == EPERM ? Errc::access_denied
                                                          : Errc::io;
    return Error{kind, fmt::format("{}: {}", doing, std::strerror(error)), NativeCode{Domain::posix, error}};
}

PositionedFile::PositionedFile(std::intptr_t file, std::uint64_t size, std::string name)
    : file_(file), size_(size), name_(std::move(name)) {}

PositionedFile::PositionedFile(PositionedFile&& other) noexcept
    : file_(std::exchange(other.file_, kNone)), size_(other.size_), name_(std::move(other.name_)) {}

PositionedFile& PositionedFile::operator=(PositionedFile&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(size_, other.size_);
    std::swap(name_, other.name_);
    return *this;
}

PositionedFile::~PositionedFile() {
    if (file_ != kNone) {
        ::close(static_cast<int>(file_));
    }
}

Result<PositionedFile> PositionedFile::open(const std::filesystem::path& path) {
    auto name = utf8_of(path);
    // Without O_NONBLOCK a pipe that nobody writes to would be waited for.
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        return failed(fmt::format("open {}", name), errno);
    }
    PositionedFile file(descriptor, 0, std::move(name));
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) {
        return failed(fmt::format("open {}", file.name_), errno);
    }
    if (!S_ISREG(status.st_mode)) {
        return Error{Errc::unsupported, fmt::format("open {}: it is no regular file", file.name_)};
    }
    file.size_ = static_cast<std::uint64_t>(status.st_size);
    (void)::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
    return file;
}

Result<std::size_t> PositionedFile::read(std::uint64_t offset, std::span<std::byte> into) const {
    std::size_t count = 0;
    while (count < into.size()) {
        const auto rest = into.subspan(count);
        const ssize_t got =
            ::pread(static_cast<int>(file_), rest.data(), rest.size(), static_cast<off_t>(offset + count));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return failed(fmt::format("read {}", name_), errno);
        }
        if (got == 0) {
            break;
        }
        count += static_cast<std::size_t>(got);
    }
    return count;
}

}  // namespace kwd::packet
