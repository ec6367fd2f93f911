// SPDX-License-Identifier: Apache-2.0
#include "cli/host.h"

#include <sys/utsname.h>

namespace kwd::cli {

void trust_system_libraries_only() {}

std::string host_name() {
    utsname name{};
    return ::uname(&name) == 0 && name.nodename[0] != '\0' ? std::string(name.nodename) : std::string("this-machine");
}

const char* os_family() {
    return "linux";
}

std::vector<std::string> command_line(int argc, char** argv) {
    return argc > 0 ? std::vector<std::string>(argv + 1, argv + argc) : std::vector<std::string>();
}

std::vector<std::string> files_named(const std::vector<std::string>& paths) {
    return paths;
}

}  // namespace kwd::cli
