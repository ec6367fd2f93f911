// SPDX-License-Identifier: Apache-2.0
#include "snapshot/owner_only_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace kwd::snapshot {
namespace {

Error failed(const std::string& doing, int error) {
    const Errc kind = error == ENOENT                     ? Errc::not_found
                      : error == EACCES || error == EPERM ? Errc::access_denied
                                                          : Errc::io;
    return Error{kind, fmt::format("{}: {}", doing, std::strerror(error)), NativeCode{Domain::posix, error}};
}

bool write_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

Result<void> create_owner_only_file(const std::string& path) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (file < 0) {
        if (errno == EEXIST) {
            return Error{Errc::invalid_input, fmt::format("create {}: something of that name is already there", path)};
        }
        return failed(fmt::format("create {}", path), errno);
    }
    (void)::fchmod(file, S_IRUSR | S_IWUSR);  // whatever the umask took
    ::close(file);
    return {};
}

Result<void> write_owner_only_file(const std::string& path, std::string_view bytes) {
    std::string temporary = path + ".XXXXXX";
    const int file = ::mkstemp(temporary.data());
    if (file < 0) {
        return failed(fmt::format("write {}", path), errno);
    }
    (void)::fchmod(file, S_IRUSR | S_IWUSR);
    const bool written = write_all(file, bytes);
    const int error = errno;
    ::close(file);
    if (!written || ::rename(temporary.c_str(), path.c_str()) != 0) {
        const int reason = written ? errno : error;
        ::unlink(temporary.c_str());
        return failed(fmt::format("write {}", path), reason);
    }
    return {};
}

}  // namespace kwd::snapshot
