// SPDX-License-Identifier: Apache-2.0
// Logs: most lines begin as the lines of one of the known loggers do. A log may quote anything, so this is asked before
// the content is taken for what it quotes.
#include "collectors/import/matching.h"
#include "collectors/import/recognisers.h"

#include <re2/re2.h>

#include <algorithm>

namespace kwd::collectors {
namespace {

constexpr std::size_t kJudgedLines = 200;

/// klog, CRI, logrus, azure-vnet, Calico, zap and klog as JSON, Docker's JSON file, syslog, and ISO times in general.
const RE2& log_line() {
    static const RE2 line(R"re(^(\x{FEFF})?([IWEF]\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ [^\]]+\])re"
                          R"re(|\d{4}-\d\d-\d\dT\S+ (stdout|stderr) [FP] )re"
                          R"re(|time="?\d{4}-)re"
                          R"re(|\d{4}/\d\d/\d\d \d\d:\d\d:\d\d )re"
                          R"re(|\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)re"
                          R"re(|\{"(level|severity|ts|time|timestamp|log|msg|L|T)"\s*:)re"
                          R"re(|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ [^:\[]+(\[\d+\])?:)re"
                          R"re(|\[pod/[^\]/ ]+/[^\]/ ]+\] )re"
                          R"re(|Log file created at: \d{4}/)re"
                          R"re(|==== START logs for container ))re");
    return line;
}

/// A line that belongs to the entry before it: indented, of a stack trace or a quoted object, or broken by a console.
bool is_continuation(std::string_view line) {
    static const RE2 continuation(R"(^(\s|goroutine \d+|created by |panic: |[)}\]]))");
    return matches(line, continuation);
}

}  // namespace

bool is_log(const Sample& sample) {
    std::size_t judged = 0;
    std::size_t begins = 0;
    bool inside = false;  // of an entry
    std::size_t belongs = 0;
    for (const auto line : sample.lines()) {
        if (line.find_first_not_of(" \t") == std::string_view::npos) {
            continue;
        }
        if (++judged > kJudgedLines) {
            break;
        }
        if (matches(line, log_line())) {
            ++begins;
            inside = true;
        } else if (inside && is_continuation(line)) {
            ++belongs;
        }
    }
    judged = std::min(judged, kJudgedLines);
    return begins > 0 && (begins + belongs) * 2 >= judged;
}

bool is_plain_log(const Sample& sample) {
    static const RE2 rotated(R"((\.log(\.\d+)?|\.log\.(info|warning|error)\S*|\.err|\.out)$)");
    static const RE2 transcript(R"(^(Windows PowerShell transcript start|PowerShell transcript start))");
    return matches(sample.name(), rotated) || any_line(sample, transcript) ||
           sample.path().find("/logs/") != std::string::npos;
}

}  // namespace kwd::collectors
