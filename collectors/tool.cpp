// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/tool.h"

#include "base/secrets.h"
#include "base/utf8.h"
#include "collectors/platform/elevation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace kwd::collectors {
namespace {

constexpr std::size_t kMaxComplaints = 4000;

std::string on_one_line(std::string_view text) {
    std::string line;
    while (!text.empty()) {
        std::string_view part = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(part.size() + 1, text.size()));
        if (part.ends_with('\r')) {
            part.remove_suffix(1);
        }
        if (!part.empty()) {
            line += line.empty() ? "" : "; ";
            line += part;
        }
    }
    return line;
}

bool says_denied(const std::string& reason) {
    constexpr auto kWords = std::to_array<std::string_view>(
        {"ermission denied", "not permitted", "you must be root", "ccess is denied", "requires elevation",
         // What w32tm adds to the words, which are in the system's language.
         "0x80070005"});
    return std::ranges::any_of(kWords, [&](std::string_view words) { return reason.find(words) != std::string::npos; });
}

}  // namespace

std::string running(const std::vector<std::string>& command) {
    constexpr std::size_t longest = 120;
    return "run " + shortened(fmt::format("{}", fmt::join(command, " ")), longest);
}

std::string complaints_of(std::string_view standard_error) {
    std::string text = text_of_tool(standard_error);
    text.resize(std::min(text.size(), kMaxComplaints));
    return on_one_line(remove_secrets(repair_utf8(text)).text);
}

Result<std::string> ask_tool(const std::vector<std::string>& command, Deadline deadline, std::size_t max_bytes) {
    auto answer = run_tool(command, deadline, max_bytes);
    if (!answer) {
        return std::move(answer).error();
    }
    if (answer->cut) {
        return Error{Errc::too_large, fmt::format("{}: more than {} bytes", running(command), max_bytes)};
    }
    if (answer->exit_status != 0) {
        const std::string reason = answer->complaints.empty() ? complaints_of(answer->output) : answer->complaints;
        const bool denied = means_denied(answer->exit_status) || says_denied(reason);
        return with_what_it_needs(
            {denied ? Errc::access_denied : Errc::io,
             fmt::format("{}: exit status {}: {}", running(command), answer->exit_status, reason)});
    }
    return std::move(answer->output);
}

}  // namespace kwd::collectors
