// SPDX-License-Identifier: Apache-2.0
#include "reports/address_plan.h"
#include "reports/html_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

namespace kwd::reports {
namespace {

constexpr double kWidth = 1280;
constexpr double kLeft = 180;
constexpr double kRight = 1270;
constexpr double kGap = 26;  // where addresses are left out
constexpr double kTop = 12;
constexpr double kLane = 34;
constexpr double kBox = 22;
constexpr double kCharacter = 6.7;
constexpr std::size_t kMostOfLane = 24;  // more of other nodes' subnets are drawn as runs

struct Lane {
    std::string_view words;
    std::array<std::string_view, 2> roles;
};
constexpr auto kLanes = std::to_array<Lane>({{"Cluster", {"cluster", ""}},
                                             {"Pods of this node", {"pod-subnet", ""}},
                                             {"Pods of other nodes", {"remote-pod-subnet", ""}},
                                             {"Services", {"service", ""}},
                                             {"NAT, Docker", {"docker-nat", ""}},
                                             {"Other HNS networks", {"other-network", ""}},
                                             {"The node's own", {"host", ""}},
                                             {"Routes", {"route", ""}},
                                             {"DNS, metadata", {"dns-server", "metadata"}}});

/// A range of IPv4 addresses; `end` is the first beyond it.
struct Span {
    std::uint64_t begin;
    std::uint64_t end;
    std::string label;
    std::string told;
    std::string role;
    bool clashes;
};

Span span_of(const PlannedPrefix& each) {
    return {each.prefix.first().bits().low,
            each.prefix.last().bits().low + 1,
            each.prefix.text(),
            each.prefix.text() + ": " + words_of_role(each.role) + (each.origins.empty() ? "" : ", " + each.origins),
            each.role,
            each.clashes};
}

// Subnets that follow each other without a gap become one run: a cluster may have hundreds of nodes.
std::vector<Span> as_runs(const std::vector<Span>& spans) {
    std::vector<Span> runs;
    std::size_t in_run = 0;
    for (const Span& each : spans) {
        if (!runs.empty() && each.begin <= runs.back().end && each.clashes == runs.back().clashes) {
            runs.back().end = std::max(runs.back().end, each.end);
            runs.back().label = fmt::format("{} subnets", ++in_run);
            runs.back().told += "; " + each.told;
        } else {
            runs.push_back(each);
            in_run = 1;
        }
    }
    return runs;
}

std::vector<std::vector<Span>> lanes_of(const AddressPlan& plan) {
    std::vector<std::vector<Span>> lanes(kLanes.size());
    for (std::size_t i = 0; i < kLanes.size(); ++i) {
        for (const PlannedPrefix& each : plan.prefixes) {
            if (each.prefix.family() == IpFamily::v4 &&
                std::ranges::find(kLanes[i].roles, each.role) != kLanes[i].roles.end()) {
                lanes[i].push_back(span_of(each));
            }
        }
        if (lanes[i].size() > kMostOfLane) {
            lanes[i] = as_runs(lanes[i]);
        }
    }
    return lanes;
}

// Where an address is drawn. Between two neighbouring ends of prefixes the way is as long as the logarithm of the
// number of addresses; what no prefix covers is a gap of fixed length.
class Scale {
  public:
    explicit Scale(const std::vector<std::vector<Span>>& lanes) {
        std::vector<const Span*> all;
        for (const auto& lane : lanes) {
            for (const Span& each : lane) {
                all.push_back(&each);
                ends_.push_back(each.begin);
                ends_.push_back(each.end);
            }
        }
        std::ranges::sort(ends_);
        ends_.erase(std::unique(ends_.begin(), ends_.end()), ends_.end());
        double weight = 0;
        double gaps = 0;
        std::vector<double> weights;
        for (std::size_t i = 0; i + 1 < ends_.size(); ++i) {
            const std::uint64_t begin = ends_[i];
            const bool covered = std::ranges::any_of(
                all, [begin](const Span* each) { return each->begin <= begin && begin < each->end; });
            covered_.push_back(covered);
            weights.push_back(covered ? 2 + std::log2(static_cast<double>(ends_[i + 1] - begin)) : 0);
            weight += weights.back();
            gaps += covered ? 0 : 1;
        }
        const double gap = std::min(kGap, gaps > 0 ? (kRight - kLeft) / 3 / gaps : kGap);
        const double unit = weight > 0 ? (kRight - kLeft - gaps * gap) / weight : 0;
        double x = kLeft;
        at_.push_back(x);
        for (std::size_t i = 0; i < weights.size(); ++i) {
            x += covered_[i] ? weights[i] * unit : gap;
            at_.push_back(x);
        }
    }

    [[nodiscard]] double at(std::uint64_t end) const {
        const auto found = std::ranges::lower_bound(ends_, end);
        return at_[static_cast<std::size_t>(found - ends_.begin())];
    }
    /// Where covered addresses begin after a gap, and where that gap is.
    struct Start {
        std::uint64_t address;
        double x;
        double gap;  // its length; 0 for the first
    };
    [[nodiscard]] std::vector<Start> starts() const {
        std::vector<Start> all;
        for (std::size_t i = 0; i < covered_.size(); ++i) {
            if (covered_[i] && (i == 0 || !covered_[i - 1])) {
                all.push_back({ends_[i], at_[i], i == 0 ? 0 : at_[i] - at_[i - 1]});
            }
        }
        return all;
    }

  private:
    std::vector<std::uint64_t> ends_;
    std::vector<bool> covered_;
    std::vector<double> at_;
};

double length_of(std::string_view label) {
    return static_cast<double>(label.size()) * kCharacter;
}

void draw_span(std::string& svg, const Span& span, const Scale& scale, double y, double free_until) {
    const double x = scale.at(span.begin);
    const double width = std::max(4.0, scale.at(span.end) - x);
    svg += fmt::format(
        "<g class=\"{}{}\"><rect class=\"span\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.0f}\" "
        "rx=\"3\"/>",
        span.role, span.clashes ? " clashes" : "", x, y, width, kBox);
    const double label = length_of(span.label);
    if (label + 8 <= width) {
        svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>", x + width / 2, y + 15,
                           html_text(span.label));
    } else if (x + width + 5 + label <= free_until) {
        svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", x + width + 5, y + 15, html_text(span.label));
    }
    svg += fmt::format("<title>{}</title></g>\n", html_text(span.told));
}

void draw_lane(std::string& svg, const std::vector<Span>& spans, const Scale& scale, double y) {
    for (std::size_t i = 0; i < spans.size(); ++i) {
        double free_until = kRight;
        for (const Span& other : spans) {
            if (other.begin >= spans[i].end) {
                free_until = std::min(free_until, scale.at(other.begin) - 4);
            }
        }
        draw_span(svg, spans[i], scale, y, free_until);
    }
}

std::string address(std::uint64_t number) {
    return IpAddress::v4(static_cast<std::uint32_t>(number)).text();
}

// Labels go into the first of two rows in which there is room.
void draw_axis(std::string& svg, const Scale& scale, double height) {
    std::array<double, 2> free = {0, 0};
    for (const Scale::Start& each : scale.starts()) {
        if (each.gap > 0) {
            svg +=
                fmt::format("<path class=\"cut\" d=\"M{:.1f} {:.0f}V{:.0f}\"/>\n", each.x - each.gap / 2, kTop, height);
        }
        const std::string label = address(each.address);
        for (std::size_t row = 0; row < free.size(); ++row) {
            if (each.x >= free[row]) {
                svg += fmt::format("<text class=\"tick\" x=\"{:.1f}\" y=\"{:.0f}\">{}</text>\n", each.x,
                                   height + 16 + static_cast<double>(row) * 15, label);
                free[row] = each.x + length_of(label) + 8;
                break;
            }
        }
    }
}

void draw_clashes(std::string& svg, const AddressPlan& plan, const Scale& scale, const std::vector<double>& lane_y) {
    const auto y_of = [&](const PlannedPrefix& each) {
        const auto* const lane = std::ranges::find_if(
            kLanes, [&](const Lane& one) { return std::ranges::find(one.roles, each.role) != one.roles.end(); });
        return lane_y[static_cast<std::size_t>(lane - kLanes.begin())];
    };
    for (const Clash& each : plan.clashes) {
        const PlannedPrefix& one = plan.prefixes[each.one];
        const PlannedPrefix& other = plan.prefixes[each.other];
        if (one.prefix.family() != IpFamily::v4) {
            continue;
        }
        // Of two prefixes that overlap, one lies in the other. In a run, its ends may not be on the scale.
        const PlannedPrefix& inner = one.prefix.contains(other.prefix) ? other : one;
        const double x = scale.at(span_of(inner).begin);
        const double width = std::max(4.0, scale.at(span_of(inner).end) - x);
        const double top = std::min(y_of(one), y_of(other));
        const double bottom = std::max(y_of(one), y_of(other)) + kBox;
        svg += fmt::format(
            "<rect class=\"clash\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" "
            "height=\"{:.1f}\"><title>{}</title></rect>\n",
            x, top, width, bottom - top,
            html_text(fmt::format("{} {} and {} {} overlap", words_of_role(one.role), one.prefix.text(),
                                  words_of_role(other.role), other.prefix.text())));
    }
}

}  // namespace

std::string draw_address_space(const AddressPlan& plan) {
    const auto lanes = lanes_of(plan);
    if (std::ranges::all_of(lanes, [](const auto& lane) { return lane.empty(); })) {
        return {};
    }
    const Scale scale(lanes);
    std::string body;
    std::vector<double> lane_y;
    double y = kTop;
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        lane_y.push_back(y);
        if (lanes[i].empty()) {
            continue;
        }
        body += fmt::format(
            "<path class=\"lane\" d=\"M{:.0f} {:.1f}H{:.0f}\"/><text class=\"heading\" x=\"10\" "
            "y=\"{:.1f}\">{}</text>\n",
            kLeft, y + kBox / 2, kRight, y + 15, html_text(kLanes[i].words));
        draw_lane(body, lanes[i], scale, y);
        y += kLane;
    }
    draw_clashes(body, plan, scale, lane_y);
    std::string axis;
    draw_axis(axis, scale, y);
    return fmt::format(
        "<svg class=\"drawing space\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"The IPv4 address space "
        "as it is "
        "planned and used\" xmlns=\"http://www.w3.org/2000/svg\">\n{}{}</svg>\n",
        kWidth, y + 40, axis, body);
}

}  // namespace kwd::reports
