// SPDX-License-Identifier: Apache-2.0
#include "tests/windows/doubles/double.h"

#include <cstdio>
#include <string>

// kubectl get --raw PATH. Serves kube\PATH.json, in which everything but letters and digits is `_`; a file that begins
// with "Error" is what a server refuses with. What is not there is NotFound.

using namespace kwd::double_of_windows;

int main(int count, char** arguments) {
    std::string line = "kubectl";
    for (int i = 1; i < count; ++i) {
        line += std::string(" ") + arguments[i];
    }
    log_call(line);
    std::string name = arguments[count - 1];
    for (char& c : name) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        c = plain ? c : '_';
    }
    const std::string answer = file_text("kube\\" + name + ".json");
    if (answer.empty()) {
        std::fputs("Error from server (NotFound): the server could not find the requested resource\n", stderr);
        return 1;
    }
    const bool refused = answer.starts_with("Error");
    std::fputs(answer.c_str(), refused ? stderr : stdout);
    return refused ? 1 : 0;
}
