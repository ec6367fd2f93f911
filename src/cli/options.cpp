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
        "filter", po::value<std::string>(),
        "capture filter (pcap-filter); default: VXLAN, DNS, ICMP, ARP, TCP SYN and RST")(
        "interface", po::value<std::string>(), "interface to capture on; default: the one of the default route")(
        "snap-length", po::value<std::uint32_t>()->default_value(256), "bytes kept of each packet")(
        "since", po::value<std::string>()->default_value("24h"), "how far back logs are read: 90m, 24h")(
        "kubeconfig", po::value<std::string>(), "credentials for the Kubernetes API; default: the node's own")(
        "root", po::value<std::string>()->default_value("/", words().root_default), words().root);
}

collectors::CollectOptions collect_options(const Options& options) {
    collectors::CollectOptions result;
    const int seconds = options.get<int>("packets");
    if (seconds < 0 || seconds > 3600) {
        throw UsageError("--packets takes 0 to 3600 seconds");
    }
    result.packet_seconds = std::chrono::seconds(seconds);
    result.packet_filter = options.text("filter").value_or("");
    result.packet_interface = options.text("interface").value_or("");
    result.packet_snap_length = options.get<std::uint32_t>("snap-length");
    if (result.packet_snap_length < 64 || result.packet_snap_length > 262144) {
        throw UsageError("--snap-length takes 64 to 262144 bytes");
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
    const std::vector<Use> uses{{"packets", {"packets"}},   {"filter", {"packets"}},
                                {"interface", {"packets"}}, {"snap-length", {"packets"}},
                                {"kubeconfig", {"k8s"}},    {"since", {"logs", "journal", "events"}}};
    const auto all = collectors::all_collectors();
    const auto holds = [](const auto& list, std::string_view name) {
        return std::ranges::find(list, name, &collectors::Collector::name) != list.end();
    };
    for (const Use& use : uses) {
        const bool asks_for_nothing = std::string_view(use.option) == "packets" && options.get<int>("packets") == 0;
        if (!options.has(use.option) || asks_for_nothing ||
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

std::vector<collectors::Collector> chosen_collectors(const Options& options) {
    const auto all = collectors::all_collectors();
    if (!options.has("only")) {
        return {all.begin(), all.end()};
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
    std::vector<collectors::Collector> chosen;
    std::ranges::copy_if(all, std::back_inserter(chosen), [&](const collectors::Collector& each) {
        return std::ranges::find(names, each.name) != names.end();
    });
    refuse_options_of_others(options, chosen);
    return chosen;
}

}  // namespace kwd::cli
