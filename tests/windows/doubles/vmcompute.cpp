// SPDX-License-Identifier: Apache-2.0
// Stands in for vmcompute.dll: answers HNSCall's GET from files, and logs everything else as a change.
#include "tests/windows/doubles/double.h"

#include <algorithm>
#include <string>

namespace {

using namespace kwd::double_of_windows;

// "/networks/" is hns\v1-networks.json
std::string file_of(std::string path) {
    while (path.ends_with('/')) {
        path.pop_back();
    }
    path.erase(0, path.find_first_not_of('/'));
    std::ranges::replace(path, '/', '-');
    return "hns\\v1-" + path + ".json";
}

}  // namespace

extern "C" __declspec(dllexport) HRESULT WINAPI HNSCall(PCWSTR method, PCWSTR path, PCWSTR, PWSTR* response) {
    const std::string call = narrowed(method) + " " + narrowed(path);
    log_call(call.starts_with("GET ") ? "HNSCall " + call : "CHANGED: HNSCall " + call);
    if (!is_elevated()) {
        return E_ACCESSDENIED;
    }
    for (const std::string& name : {std::string("HNSCall"), "HNSCall" + narrowed(path)}) {
        const Fault fault = fault_of(name);
        if (fault.answer && !fault.answer->empty()) {
            *response = task_text(*fault.answer);
        }
        if (FAILED(fault.result) || fault.answer) {
            return fault.result;
        }
    }
    const std::string answer = file_text(file_of(narrowed(path)));
    *response = task_text(answer.empty() ? L"{\"Success\":true,\"Output\":[]}" : widened(answer));
    return S_OK;
}
