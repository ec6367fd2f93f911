// SPDX-License-Identifier: Apache-2.0
// Stands in for w32tm.exe. `w32tm /query /status /verbose` prints w32tm.txt byte for byte, and nothing where that is
// not served. Whatever does not query is logged as a change, and refused. Faults are those of `w32tm`; `fail CODE` is
// its exit status, and what is served its complaint.
#include "tests/windows/doubles/double.h"

#include <fcntl.h>
#include <io.h>

#include <cstdio>
#include <string>

int main(int count, char** arguments) {
    using namespace kwd::double_of_windows;
    std::string line;
    for (int i = 1; i < count; ++i) {
        line += std::string(" ") + arguments[i];
    }
    const bool only_queries = line == " /query /status /verbose";
    log_call((only_queries ? "w32tm" : "CHANGED: w32tm") + line);
    _setmode(_fileno(stdout), _O_BINARY);
    if (!only_queries) {
        std::fputs(("The command" + line + " is unknown.\r\n").c_str(), stdout);
        return 1;
    }
    const Fault fault = fault_of("w32tm");
    const std::string answer = file_text("w32tm.txt");
    std::fwrite(answer.data(), 1, answer.size(), stdout);
    return static_cast<int>(fault.result);
}
