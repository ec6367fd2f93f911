// SPDX-License-Identifier: Apache-2.0
#include "snapshot/owner_only_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace kwd::snapshot {

Result<void> create_owner_only_file(const std::string& path) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (file < 0) {
        const int error = errno;
        if (error == EEXIST) {
            return Error{Errc::invalid_input, fmt::format("create {}: something of that name is already there", path)};
        }
        const Errc kind = error == ENOENT                     ? Errc::not_found
                          : error == EACCES || error == EPERM ? Errc::access_denied
                                                              : Errc::io;
        return Error{kind, fmt::format("create {}: {}", path, std::strerror(error)), NativeCode{Domain::posix, error}};
    }
    ::close(file);
    return {};
}

}  // namespace kwd::snapshot
