// SPDX-License-Identifier: Apache-2.0
#include "snapshot/tables/logs.h"

#include "analyzers/journal.h"
#include "analyzers/log.h"
#include "tests/fuzz/analyzed.h"

#include <array>

namespace {
using namespace kwd::analyzers;

constexpr std::array<Reading, 4> kReadings = {{
    {&analyze_log, "C:\\k\\kubeproxy.err.log"},
    {&analyze_log, "/var/log/pods/kube-system_kube-flannel-x_1/kube-flannel/0.log"},
    {&analyze_log, "kubelet.exe.H.U.log.INFO.20231231-235959.7"},
    {&analyze_journal, "journal/kubelet.json"},
}};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Analysis out = analyze_as_chosen(kReadings, data, size);
    for (const auto& [row, place] : out.rows(kwd::snapshot::kLogLines)) {
        check(row.message.size() <= kLongestLogMessage + 3);
        check(place.starts_with("line:"));
        check(!row.time_utc || row.time_is_local);
        check(!row.code || row.code->starts_with("0x"));
    }
    return 0;
}
