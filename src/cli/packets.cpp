// SPDX-License-Identifier: Apache-2.0
#include "base/path.h"
#include "base/printable.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/packets_output.h"
#include "packet/positioned_file.h"
#include "packet/traffic/capture_feed.h"
#include "packet/traffic/read_traffic.h"
#include "snapshot/kinds.h"
#include "snapshot/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <iostream>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace kwd::cli {
namespace {

constexpr int kMostThreads = 16;
constexpr std::int64_t kLongestIpPacket = 65'575;  // IPv6: its length counts what follows the header
constexpr std::string_view kSnapshotMagic{"SQLite format 3\0", 16};

/// Reads captures one after the other into the same traffic.
class Reading {
  public:
    Reading(packet::Traffic& traffic, unsigned threads) : traffic_(traffic), threads_(threads) {}

    /// Errors: malformed when it is no capture at all.
    [[nodiscard]] Result<void> capture(packet::CaptureFeed& feed, const std::string& name,
                                       const std::optional<std::string>& document) {
        packet::read_traffic(feed, traffic_, threads_);
        for (const packet::CaptureProblem& each : feed.problems()) {
            if (each.kind == packet::CaptureProblem::Kind::unknown_format) {
                return Error{Errc::malformed, fmt::format("{} is {}", name, each.text)};
            }
            std::cerr << fmt::format("kwdiag: {}: at byte {}: {}\n", printable(name), each.offset,
                                     printable(each.text));
            problems_.push_back({document, each});
        }
        return {};
    }

    [[nodiscard]] std::vector<PacketProblem> problems() && { return std::move(problems_); }

  private:
    packet::Traffic& traffic_;
    unsigned threads_;
    std::vector<PacketProblem> problems_;
};

void read_snapshot(Reading& reading, const std::string& path) {
    auto opened = snapshot::Snapshot::open(path);
    if (!opened) {
        throw ToolError(opened.error());
    }
    std::size_t captures = 0;
    for (const snapshot::DocumentInfo& info : (*opened)->documents()) {
        if (info.kind != snapshot::kind::capture) {
            continue;
        }
        ++captures;
        auto document = (*opened)->document(info.id);
        if (!document) {
            throw ToolError(document.error());
        }
        const std::string name = fmt::format("{}, {}", path, info.name);
        packet::CaptureFeed feed(std::as_bytes(std::span{document->content}));
        if (auto read = reading.capture(feed, name, info.name); !read) {
            throw ToolError(read.error());
        }
    }
    if (captures == 0) {
        throw ToolError(fmt::format("{} holds no capture; 'kwdiag export {} --list' shows what it holds", path, path));
    }
}

void read_file(Reading& reading, const std::string& path) {
    auto feed = packet::CaptureFeed::open(path_of(path));
    if (!feed) {
        throw ToolError(feed.error());
    }
    std::error_code error;
    if (std::filesystem::file_size(path_of(path), error) == 0 && !error) {
        throw ToolError(fmt::format("{} is empty", path));
    }
    if (auto read = reading.capture(*feed, path, std::nullopt); !read) {
        throw ToolError(read.error());
    }
}

// What cannot be opened is none; whoever reads it then says why. A pipe is not waited for.
bool is_snapshot(const std::string& path) {
    std::array<std::byte, kSnapshotMagic.size()> start{};
    const auto file = packet::PositionedFile::open(path_of(path));
    const auto count = file ? file->read(0, start) : Result<std::size_t>(file.error());
    return count && *count == start.size() && std::ranges::equal(start, std::as_bytes(std::span(kSnapshotMagic)));
}

// Two do nearly all that can be done at the same time: one reads the file while the other reads headers.
int default_threads() {
    return std::thread::hardware_concurrency() > 1 ? 2 : 1;
}

}  // namespace

ExitCode run_packets(const std::vector<std::string>& arguments) {
    Options options("packets FILE [options]",
                    "Counts what the packets of a pcap or pcapng file, or those that a snapshot holds, tell: VXLAN,\n"
                    "conversations, TCP, DNS, ICMP. What was encapsulated and what was not is counted apart.");
    options.add().add_options()("format,f", po::value<std::string>()->default_value("text"),
                                "what goes to stdout: text or json")("flows", po::bool_switch(),
                                                                     "also list every conversation")(
        "inner-mtu", po::value<std::int64_t>()->default_value(packet::Traffic::kDefaultInnerMtu),
        "the pods' MTU: longer encapsulated IP packets are oversized")(
        "threads", po::value<int>()->default_value(default_threads()), "threads to read with");
    options.positional("file");
    if (!options.parse(arguments)) {
        return ExitCode::nothing;
    }
    const std::string format = options.get("format");
    if (format != "text" && format != "json") {
        throw UsageError(fmt::format("--format takes text or json, not '{}'", format));
    }
    const int threads = options.get<int>("threads");
    if (threads < 1 || threads > kMostThreads) {
        throw UsageError(fmt::format("--threads takes 1 to {}", kMostThreads));
    }
    if (options.arguments().size() != 1) {
        throw UsageError("packets takes one capture file or snapshot");
    }
    const std::string path = options.arguments()[0];
    const auto mtu = options.get<std::int64_t>("inner-mtu");
    if (mtu < 0 || mtu > kLongestIpPacket) {
        throw UsageError(fmt::format("--inner-mtu takes 0 to {} bytes", kLongestIpPacket));
    }
    const auto inner_mtu = static_cast<std::uint32_t>(mtu);
    packet::Traffic traffic(inner_mtu);
    Reading reading(traffic, static_cast<unsigned>(threads));
    is_snapshot(path) ? read_snapshot(reading, path) : read_file(reading, path);

    const PacketsAnswer answer{traffic, std::move(reading).problems(), inner_mtu, options.flag("flows")};
    format == "json" ? write_packets_json(std::cout, answer) : write_packets_text(std::cout, answer);
    return ExitCode::nothing;
}

}  // namespace kwd::cli
