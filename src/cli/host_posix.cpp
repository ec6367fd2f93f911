// SPDX-License-Identifier: Apache-2.0
#include "cli/host.h"

#include <sys/utsname.h>

namespace kwd::cli {

std::string host_name() {
    utsname name{};
    return ::uname(&name) == 0 && name.nodename[0] != '\0' ? std::string(name.nodename) : std::string("this-machine");
}

}  // namespace kwd::cli
