// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/linux/clock_state.h"

#include "collectors/platform/tool.h"

#include <fmt/format.h>
#include <sys/timex.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <vector>

namespace kwd::collectors {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMaxAnswer = 64 << 10;

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(end + 1);
    }
}

std::optional<std::string> ask_timesyncd(Deadline deadline) {
    const auto answer =
        ask_tool({"timedatectl", "show-timesync", "--property=ServerName", "--value"}, deadline, kMaxAnswer);
    if (!answer) {
        return std::nullopt;
    }
    const std::string server = answer->substr(0, answer->find('\n'));
    return server.empty() ? "systemd-timesyncd" : "systemd-timesyncd " + server;
}

}  // namespace

std::optional<ClockState> read_chrony_tracking(std::string_view line) {
    const auto fields = split(line.substr(0, line.find('\n')), ',');
    double behind_seconds = 0;
    if (fields.size() < 14 ||
        std::from_chars(fields[4].data(), fields[4].data() + fields[4].size(), behind_seconds).ec != std::errc()) {
        return std::nullopt;
    }
    ClockState state;
    state.synchronized = fields[13] != "Not synchronised";
    const std::string_view name = fields[1].empty() ? fields[0] : fields[1];
    state.source = *state.synchronized ? fmt::format("chrony {}", name) : "chrony";
    if (*state.synchronized) {
        state.offset_ms = -behind_seconds * 1000;
    }
    return state;
}

ClockState ask_clock_state(Deadline deadline) {
    // Each may hang with its daemon; the other facts about the system must not wait for that.
    const Deadline soon = std::min(deadline, std::chrono::steady_clock::now() + 3s);
    ClockState state;
    if (const auto tracking = ask_tool({"chronyc", "-n", "-c", "tracking"}, soon, kMaxAnswer)) {
        state = read_chrony_tracking(*tracking).value_or(ClockState());
    }
    if (!state.source) {
        state.source = ask_timesyncd(std::min(deadline, std::chrono::steady_clock::now() + 3s));
    }
    timex kernel{};
    const int clock = ::adjtimex(&kernel);
    if (!state.synchronized && clock >= 0) {
        state.synchronized = clock != TIME_ERROR && (kernel.status & STA_UNSYNC) == 0;
    }
    return state;
}

}  // namespace kwd::collectors
