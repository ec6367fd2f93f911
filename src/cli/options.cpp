// SPDX-License-Identifier: Apache-2.0
#include "cli/options.h"

#include "base/duration.h"
#include "base/path.h"
#include "cli/command.h"
#include "cli/words.h"

#include <boost/algorithm/string/split.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <sstream>

namespace kwd::cli {

void Options::positional(const char* name) {
    positional_name_ = name;
}

bool Options::parse(const std::vector<std::string>& arguments) {
    po::options_description all;
    all.add(visible_);
    po::positional_options_description positions;
    if (!positional_name_.empty()) {
        all.add_options()(positional_name_.c_str(), po::value<std::vector<std::string>>());
        positions.add(positional_name_.c_str(), -1);
    }
    try {
        // Abbreviated option names would change their meaning with every option that is added.
        const auto style = po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
        po::store(po::command_line_parser(arguments).options(all).positional(positions).style(style).run(), values_);
        po::notify(values_);
    } catch (const po::error& error) {
        throw UsageError(error.what());
    }
    if (values_.count("help") > 0) {
        std::ostringstream described;
        described << visible_;
        std::cout << "kwdiag " << usage_ << "\n\n" << text_ << "\n\n" << described.str();
        return false;
    }
    return true;
}

std::vector<std::string> Options::arguments() const {
    return positional_name_.empty() || values_.count(positional_name_) == 0
               ? std::vector<std::string>{}
               : values_[positional_name_].as<std::vector<std::string>>();
}

void add_judging(Options& options) {
    options.add().add_options()("format,f", po::value<std::string>()->default_value("text"),
                                "what goes to stdout: text or json")(
        "fail-on", po::value<std::string>()->default_value("warning"),
        "exit 1 for findings of this severity or worse: critical, warning, info, never")(
        "incomplete-ok", po::bool_switch(), "exit 0, not 3, when nothing was found but rules could not be judged")(
        "rules", po::value<std::vector<std::string>>()->composing(),
        "folder of rules that add to ours or replace them")("verbose,v", po::bool_switch(),
                                                            "also list rules that are clear or do not apply");
}

void add_collecting(Options& options) {
    options.add().add_options()("only", po::value<std::vector<std::string>>()->composing(),
                                "collectors to run, all others are left out: hns,ip,ports")(
        "packets", po::value<int>()->default_value(10), words().packets)(
        "since", po::value<std::string>()->default_value("24h"), "how far back logs are read: 90m, 24h")(
        "kubeconfig", po::value<std::string>(), "credentials for the Kubernetes API; default: the node's own")(
        "root", po::value<std::string>()->default_value("/", words().root_default), words().root);
    add_capturing(options);
}

void add_capturing(Options& options) {
    options.add().add_options()("seconds", po::value<int>(), "how long packets are captured")(
        "count", po::value<std::uint64_t>(), "end after that many packets")(
        "bytes", po::value<std::string>(), "end when that much was kept: 500K, 32M, 2G")(
        "ring", po::value<std::uint64_t>(), "keep the last that many MiB, not the first")(
        "stop-when", po::value<std::string>(), "end three seconds after a packet that matches this filter")(
        "filter", po::value<std::string>(),
        "capture filter (pcap-filter); default: VXLAN, DNS, ICMP, ARP, TCP SYN and RST")(
        "interface", po::value<std::vector<std::string>>()->composing(),
        "interface to capture on, once for each; default: the one of the default route")(
        "snap-length", po::value<std::uint32_t>(),
        "bytes kept of each packet; default: its headers, also within a tunnel, and DNS whole");
}

namespace {

constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::uint64_t kMostBytes = 64ULL << 30;

// 4096, 500K, 32M, 2G: powers of 1024.
std::uint64_t size_of(const std::string& text) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    const std::string_view unit(read.ptr, static_cast<std::size_t>(end - read.ptr));
    const auto shift = unit.empty() ? 0 : unit == "K" ? 10 : unit == "M" ? 20 : unit == "G" ? 30 : -1;
    if (read.ec != std::errc() || shift < 0 || number == 0 || number > kMostBytes >> shift) {
        throw UsageError(fmt::format("--bytes takes a size such as 500K, 32M or 2G, at most 64G, not '{}'", text));
    }
    return number << shift;
}

int seconds_of(const Options& options) {
    const bool has_packets = options.offers("packets");
    if (has_packets && options.has("packets") && options.has("seconds")) {
        throw UsageError("--packets and --seconds say the same; one of them is enough");
    }
    if (!options.has("seconds")) {
        const int seconds = has_packets ? options.get<int>("packets") : kUsualCaptureSeconds;
        if (seconds < 0 || seconds > 3600) {
            throw UsageError("--packets takes 0 to 3600 seconds");
        }
        return seconds;
    }
    const int seconds = options.get<int>("seconds");
    if (seconds < 1 || seconds > 86'400) {
        throw UsageError("--seconds takes 1 to 86400");
    }
    return seconds;
}

void read_capturing(const Options& options, collectors::CollectOptions& result) {
    result.packet_seconds = std::chrono::seconds(seconds_of(options));
    if (options.has("count")) {
        result.packet_count = options.get<std::uint64_t>("count");
        if (result.packet_count == 0) {
            throw UsageError("--count takes 1 packet or more");
        }
    }
    if (options.has("bytes") && options.has("ring")) {
        throw UsageError("--bytes keeps the first, --ring the last: one of them at a time");
    }
    if (const auto bytes = options.text("bytes")) {
        result.packet_bytes = size_of(*bytes);
    }
    if (options.has("ring")) {
        const auto ring = options.get<std::uint64_t>("ring");
        if (ring < 1 || ring > kMostBytes / kMiB) {
            throw UsageError("--ring takes 1 to 65536 MiB");
        }
        result.packet_ring = true;
        result.packet_bytes = ring * kMiB;
    }
    result.packet_trigger = options.text("stop-when").value_or("");
    result.packet_filter = options.text("filter").value_or("");
    if (options.has("interface")) {
        result.packet_interfaces = options.get<std::vector<std::string>>("interface");
    }
    if (options.has("snap-length")) {
        result.packet_snap_length = options.get<std::uint32_t>("snap-length");
        if (result.packet_snap_length < 64 || result.packet_snap_length > 262144) {
            throw UsageError("--snap-length takes 64 to 262144 bytes");
        }
    }
}

}  // namespace

collectors::CollectOptions collect_options(const Options& options) {
    collectors::CollectOptions result;
    read_capturing(options, result);
    if (!options.offers("since")) {
        return result;
    }
    const auto since = parse_duration(options.get("since"));
    if (!since || *since <= 0) {
        throw UsageError(fmt::format("--since takes a duration such as 90m or 24h, not '{}'", options.get("since")));
    }
    result.log_window = std::chrono::minutes(static_cast<std::int64_t>(*since / 60) + 1);
    result.kubeconfig = options.text("kubeconfig").value_or("");
    result.root = options.get("root");
    if (std::error_code error; !std::filesystem::is_directory(path_of(result.root), error)) {
        throw UsageError(fmt::format("--root takes a folder, and {} is none", result.root));
    }
    return result;
}

namespace {

// What somebody asked of a collector that will not run would be left undone without a word.
void refuse_options_of_others(const Options& options, const std::vector<collectors::Collector>& chosen) {
    struct Use {
        const char* option;
        std::vector<std::string_view> collectors;  // any of them
    };
    const std::vector<Use> uses{{"packets", {"packets"}},
                                {"seconds", {"packets"}},
                                {"count", {"packets"}},
                                {"bytes", {"packets"}},
                                {"ring", {"packets"}},
                                {"stop-when", {"packets"}},
                                {"filter", {"packets"}},
                                {"interface", {"packets"}},
                                {"snap-length", {"packets"}},
                                {"kubeconfig", {"k8s"}},
                                {"since", {"logs", "journal", "events"}}};
    const auto all = collectors::all_collectors();
    const auto holds = [](const auto& list, std::string_view name) {
        return std::ranges::find(list, name, &collectors::Collector::name) != list.end();
    };
    for (const Use& use : uses) {
        if (!options.has(use.option)) {
            continue;
        }
        const bool asks_for_nothing = std::string_view(use.option) == "packets" && options.get<int>("packets") == 0;
        if (asks_for_nothing ||
            std::ranges::any_of(use.collectors, [&](std::string_view name) { return holds(chosen, name); })) {
            continue;
        }
        std::vector<std::string_view> here;
        std::ranges::copy_if(use.collectors, std::back_inserter(here),
                             [&](std::string_view name) { return holds(all, name); });
        throw UsageError(fmt::format("--{} is for {}, which --only leaves out", use.option, fmt::join(here, ", ")));
    }
}

}  // namespace

std::vector<collectors::Collector> chosen_collectors(const Options& options, std::span<const std::string_view> usual) {
    const auto all = collectors::all_collectors();
    std::vector<collectors::Collector> chosen;
    if (!options.has("only")) {
        std::ranges::copy_if(all, std::back_inserter(chosen), [&](const collectors::Collector& each) {
            return usual.empty() || std::ranges::find(usual, each.name) != usual.end();
        });
        return chosen;
    }
    const std::string list = fmt::format("{}", fmt::join(options.get<std::vector<std::string>>("only"), ","));
    std::vector<std::string> names;
    boost::algorithm::split(names, list, [](char c) { return c == ','; });
    const auto name_of = [](const collectors::Collector& each) { return each.name; };
    for (const std::string& name : names) {
        if (std::ranges::find(all, name, name_of) == all.end()) {
            std::vector<std::string_view> known;
            std::ranges::transform(all, std::back_inserter(known), name_of);
            throw UsageError(fmt::format("--only takes collectors ({}), not '{}'", fmt::join(known, ", "), name));
        }
    }
    std::ranges::copy_if(all, std::back_inserter(chosen), [&](const collectors::Collector& each) {
        return std::ranges::find(names, each.name) != names.end();
    });
    refuse_options_of_others(options, chosen);
    return chosen;
}

}  // namespace kwd::cli
