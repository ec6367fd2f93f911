// SPDX-License-Identifier: Apache-2.0
// Stands in for netsh.exe. `netsh interface ipv4 show excludedportrange tcp` prints
// netsh\ipv4-excludedportrange-tcp.txt byte for byte, or nothing where that is not served, as Wine's own does. Whatever
// does not show is logged as a change, and refused as the real one refuses what it does not know. Faults are those of
// `netsh` and of `netsh:ipv4-excludedportrange-tcp`; `fail CODE` is its exit status, and what is served its complaint.
#include "tests/windows/doubles/double.h"

#include <fcntl.h>
#include <io.h>

#include <cstdio>
#include <string>
#include <vector>

int main(int count, char** arguments) {
    using namespace kwd::double_of_windows;
    const std::vector<std::string> words(arguments + 1, arguments + count);
    std::string line;
    for (const std::string& word : words) {
        line += " " + word;
    }
    const bool only_shows = words.size() == 5 && words[0] == "interface" && words[2] == "show";
    log_call((only_shows ? "netsh" : "CHANGED: netsh") + line);
    _setmode(_fileno(stdout), _O_BINARY);
    if (!only_shows) {
        std::fputs(("The following command was not found:" + line + ".\r\n").c_str(), stdout);
        return 1;
    }
    const std::string question = words[1] + "-" + words[3] + "-" + words[4];
    HRESULT result = fault_of("netsh").result;
    if (const Fault fault = fault_of("netsh:" + question); fault.result != S_OK) {
        result = fault.result;
    }
    const std::string answer = file_text("netsh\\" + question + ".txt");
    std::fwrite(answer.data(), 1, answer.size(), stdout);
    return static_cast<int>(result);
}
