// SPDX-License-Identifier: Apache-2.0
// Stands in for vfpctrl.exe. Prints the file that its arguments name, `vfp\list-vmswitch-port.txt` or
// `vfp\GUID-list-rule.txt`, and logs what it was asked; whatever does not ask is logged as a change. Faults are those
// of `vfpctrl` and of `vfpctrl:QUESTION`; `fail CODE` is its exit status. What it
// prints to somebody who is not elevated is published nowhere: status 5 here.
#include "tests/windows/doubles/double.h"

#include <cstdio>

namespace {

using namespace kwd::double_of_windows;

void print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}

}  // namespace

int main(int count, char** arguments) {
    std::string line;
    std::string port;
    std::string question;
    for (int i = 1; i < count; ++i) {
        const std::string word = arguments[i];
        line += " " + word;
        if (word == "/port" && i + 1 < count) {
            port = std::string(arguments[++i]) + "-";
            line += std::string(" ") + arguments[i];
        } else if (word.starts_with('/')) {
            question = word.substr(1);
        }
    }
    const bool only_asks = question.starts_with("list-") || question.starts_with("get-");
    log_call((only_asks ? "vfpctrl" : "CHANGED: vfpctrl") + line);
    if (!is_elevated()) {
        print("ERROR: " + question + " failed\r\n");
        return ERROR_ACCESS_DENIED;
    }
    for (const std::string& name : {std::string("vfpctrl"), "vfpctrl:" + question}) {
        if (const Fault fault = fault_of(name); fault.result != S_OK) {
            print("ERROR: " + question + " failed\r\n");
            return static_cast<int>(fault.result);
        }
    }
    print(file_text("vfp\\" + port + question + ".txt"));
    return 0;
}
