// SPDX-License-Identifier: Apache-2.0
#include "base/path.h"
#include "base/printable.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/packets_output.h"
#include "packet/positioned_file.h"
#include "packet/traffic/capture_feed.h"
#include "packet/traffic/read_together.h"
#include "packet/traffic/read_traffic.h"
#include "snapshot/kinds.h"
#include "snapshot/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace kwd::cli {
namespace {

constexpr int kMostThreads = 16;
constexpr std::int64_t kLongestIpPacket = 65'575;  // IPv6: its length counts what follows the header
constexpr std::string_view kSnapshotMagic{"SQLite format 3\0", 16};

/// What captures are read into.
class Reading {
  public:
    Reading(packet::Traffic& read_into, unsigned read_with) : traffic(read_into), threads(read_with) {}

    void captures_together(std::span<packet::CaptureFiles* const> captures) {
        captures_read_apart = packet::read_together(captures, traffic, threads);
    }
    void capture(packet::CaptureFeed& feed, const std::string& name, const std::optional<std::string>& document) {
        packet::read_traffic(feed, traffic, threads);
        tell(feed.problems(), name, document);
    }
    void tell(std::span<const packet::CaptureProblem> found, const std::string& name,
              const std::optional<std::string>& document) {
        for (const packet::CaptureProblem& each : found) {
            if (each.kind == packet::CaptureProblem::Kind::unknown_format) {
                throw ToolError(Error{Errc::malformed, fmt::format("{} is {}", name, each.text)});
            }
            std::cerr << fmt::format("kwdiag: {}: at byte {}: {}\n", printable(name), each.offset,
                                     printable(each.text));
            problems.push_back({document, each});
        }
    }

    packet::Traffic& traffic;
    unsigned threads;
    std::vector<PacketProblem> problems;
    std::size_t captures_read_apart = 0;
};

/// Documents of a snapshot that are one capture.
class StoredCapture final : public packet::CaptureFiles {
  public:
    StoredCapture(const snapshot::Snapshot& snapshot, std::string path, Reading& reading)
        : snapshot_(snapshot), path_(std::move(path)), reading_(reading) {}

    void add(const snapshot::DocumentInfo& info) { infos_.push_back(info); }
    /// By their numbers, which is all that their names differ in: an imported folder has packets-10 before packets-2.
    void sort() {
        std::ranges::sort(infos_, {}, [](const auto& info) { return std::pair(info.name.size(), info.name); });
    }

    /// One after the other, without others.
    void read_alone() {
        for (std::size_t i = 0; i < count(); ++i) {
            packet::CaptureFeed feed(load(i));
            reading_.capture(feed, name(i), infos_[i].name);
        }
    }

    [[nodiscard]] std::size_t count() const override { return infos_.size(); }
    [[nodiscard]] std::uint64_t size(std::size_t file) const override {
        return static_cast<std::uint64_t>(std::max<std::int64_t>(infos_[file].size_bytes, 0));
    }
    [[nodiscard]] std::string beginning() const override { return snapshot_.beginning(infos_[0].id); }
    [[nodiscard]] std::span<const std::byte> load(std::size_t file) override {
        auto document = snapshot_.document(infos_[file].id);
        if (!document) {
            throw ToolError(document.error());
        }
        content_ = std::move(document->content);
        return std::as_bytes(std::span{content_});
    }
    void let_go() override { content_ = {}; }
    void tell(std::size_t file, std::span<const packet::CaptureProblem> problems) override {
        reading_.tell(problems, name(file), infos_[file].name);
    }

  private:
    [[nodiscard]] std::string name(std::size_t file) const { return fmt::format("{}, {}", path_, infos_[file].name); }

    const snapshot::Snapshot& snapshot_;
    std::string path_;
    Reading& reading_;
    std::vector<snapshot::DocumentInfo> infos_;
    std::string content_;
};

// Which capture a document is of: kwdiag writes one in pieces, whose names differ in their number (packets-1.pcapng).
std::string capture_of(const snapshot::DocumentInfo& info) {
    constexpr std::string_view kBefore = "packets-";
    constexpr std::string_view kBehind = ".pcapng";
    const std::string_view name = info.name;
    const auto end = name.ends_with(kBehind) ? name.size() - kBehind.size() : 0;
    const auto number = name.substr(0, end).find_last_not_of("0123456789") + 1;
    const std::string_view folder = name.substr(0, number);
    return number < end && folder.ends_with(kBefore) ? fmt::format("{}/{}", info.collector, folder)
                                                     : fmt::format("{}", info.id);
}

void read_snapshot(Reading& reading, const std::string& path) {
    const auto opened = snapshot::Snapshot::open(path);
    if (!opened) {
        throw ToolError(opened.error());
    }
    std::map<std::string, StoredCapture> captures;
    std::vector<packet::CaptureFiles*> in_order;
    for (const snapshot::DocumentInfo& info : (*opened)->documents()) {
        if (info.kind == snapshot::kind::capture) {
            const auto [capture, is_new] = captures.try_emplace(capture_of(info), **opened, path, reading);
            capture->second.add(info);
            if (is_new) {
                in_order.push_back(&capture->second);
            }
        }
    }
    if (captures.empty()) {
        throw ToolError(fmt::format("{} holds no capture; 'kwdiag export {} --list' shows what it holds", path, path));
    }
    for (auto& [key, capture] : captures) {
        capture.sort();
    }
    if (captures.size() == 1) {
        captures.begin()->second.read_alone();
    } else {
        reading.captures_together(in_order);
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
    reading.capture(*feed, path, std::nullopt);
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

    const PacketsAnswer answer{traffic, std::move(reading.problems), reading.captures_read_apart, inner_mtu,
                               options.flag("flows")};
    format == "json" ? write_packets_json(std::cout, answer) : write_packets_text(std::cout, answer);
    return ExitCode::nothing;
}

}  // namespace kwd::cli
