// SPDX-License-Identifier: Apache-2.0
#include "cli/export_pcapng.h"

#include "base/path.h"
#include "base/printable.h"
#include "cli/command.h"
#include "collectors/packet_matcher.h"
#include "packet/capture_reader.h"
#include "packet/pcapng_writer.h"
#include "snapshot/kinds.h"
#include "snapshot/owner_only_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace kwd::cli {
namespace {

constexpr std::size_t kPartBytes = 1 << 20;

std::optional<std::uint64_t> sum(std::optional<std::uint64_t> one, std::optional<std::uint64_t> other) {
    return one || other ? std::optional(one.value_or(0) + other.value_or(0)) : std::nullopt;
}

// Each document counts what came while it was filled.
void add(const packet::CaptureStatistics& counted, packet::CaptureStatistics& total) {
    total.received = sum(total.received, counted.received);
    total.dropped_by_interface = sum(total.dropped_by_interface, counted.dropped_by_interface);
    total.accepted = sum(total.accepted, counted.accepted);
    total.dropped_by_system = sum(total.dropped_by_system, counted.dropped_by_system);
    total.begin_ns_utc = total.begin_ns_utc ? total.begin_ns_utc : counted.begin_ns_utc;
    total.end_ns_utc = counted.end_ns_utc ? counted.end_ns_utc : total.end_ns_utc;
}

class Joined {
  public:
    Joined(PacketExport wanted, std::optional<collectors::PacketMatcher> matcher)
        : wanted_(std::move(wanted)), matcher_(std::move(matcher)) {
        if (auto made = snapshot::create_owner_only_file(wanted_.path); !made) {
            throw ToolError(made.error());
        }
        file_.open(path_of(wanted_.path), std::ios::binary | std::ios::app);
    }

    void add_capture(const snapshot::Document& document) {
        packet::CaptureReader reader(std::as_bytes(std::span(document.content)));
        std::vector<std::uint32_t> numbers;  // of its interfaces, in the file
        while (const auto packet = reader.next()) {
            ++exported_.all;
            number_interfaces(reader, numbers);
            if (takes(*packet)) {
                writer_.add(numbers[packet->interface_id], std::max<std::int64_t>(packet->time_ns_utc.value_or(0), 0),
                            packet->captured, packet->original_length);
                ++exported_.packets;
                write_when_large();
            }
        }
        number_interfaces(reader, numbers);
        for (std::size_t id = 0; id < numbers.size(); ++id) {
            if (const auto& counted = reader.interfaces()[id].statistics) {
                add(*counted, counted_[numbers[id]]);
            }
        }
        for (const packet::CaptureProblem& problem : reader.problems()) {
            std::cerr << fmt::format("kwdiag: {}: at byte {}: {}\n", printable(document.info.name), problem.offset,
                                     printable(problem.text));
            exported_.whole = false;
        }
    }

    void close() { file_.close(); }

    void lost(const Error& error) {
        std::cerr << "kwdiag: " << printable(error.text()) << "\n";
        exported_.whole = false;
    }

    ExportedPackets finish() {
        for (const auto& [number, counted] : counted_) {
            writer_.add_statistics(number, counted);
        }
        write();
        file_.close();
        if (!file_) {
            throw ToolError(fmt::format("write {}: not all of it could be written", wanted_.path));
        }
        exported_.interfaces = interfaces_.size();
        return exported_;
    }

  private:
    using Interface = std::tuple<std::string, std::string, packet::LinkType, std::uint32_t, std::string>;

    void number_interfaces(const packet::CaptureReader& reader, std::vector<std::uint32_t>& numbers) {
        for (std::size_t id = numbers.size(); id < reader.interfaces().size(); ++id) {
            const packet::CaptureInterface& each = reader.interfaces()[id];
            const Interface key{each.name, each.description, each.link_type, each.snap_length, each.filter};
            const auto found = interfaces_.find(key);
            numbers.push_back(found != interfaces_.end()
                                  ? found->second
                                  : interfaces_.emplace(key, writer_.add_interface(each)).first->second);
        }
    }

    bool takes(const packet::CapturedPacket& packet) {
        if (!wanted_.selection.takes(packet)) {
            return false;
        }
        if (!matcher_) {
            return true;
        }
        const auto matches = matcher_->matches(packet);
        if (!matches) {
            throw ToolError(matches.error());
        }
        return *matches;
    }

    void write_when_large() {
        if (writer_.size() >= kPartBytes) {
            write();
        }
    }
    void write() {
        const std::string part = writer_.take_part();
        file_.write(part.data(), static_cast<std::streamsize>(part.size()));
    }

    PacketExport wanted_;
    std::optional<collectors::PacketMatcher> matcher_;
    std::ofstream file_;
    packet::PcapngWriter writer_{"kwdiag", {}};
    std::map<Interface, std::uint32_t> interfaces_;
    std::map<std::uint32_t, packet::CaptureStatistics> counted_;
    ExportedPackets exported_;
};

ExportedPackets write_documents(const snapshot::Snapshot& snapshot, Joined& joined) {
    for (const snapshot::DocumentInfo& info : snapshot.documents()) {
        if (info.kind != snapshot::kind::capture) {
            continue;
        }
        if (auto document = snapshot.document(info.id)) {
            joined.add_capture(*document);
        } else {
            joined.lost(document.error());
        }
    }
    return joined.finish();
}

}  // namespace

ExportedPackets export_packets(const snapshot::Snapshot& snapshot, PacketExport wanted) {
    const auto documents = snapshot.documents();
    if (std::ranges::none_of(documents, [](const auto& info) { return info.kind == snapshot::kind::capture; })) {
        throw ToolError("the snapshot holds no packets; --list shows what it holds");
    }
    std::optional<collectors::PacketMatcher> matcher;
    if (wanted.bpf) {
        auto created = collectors::PacketMatcher::create(*wanted.bpf);
        if (!created) {
            throw ToolError(created.error());
        }
        matcher = std::move(*created);
    }
    const std::string path = wanted.path;
    Joined joined(std::move(wanted), std::move(matcher));
    try {
        return write_documents(snapshot, joined);
    } catch (...) {
        joined.close();
        std::error_code ignored;
        std::filesystem::remove(path_of(path), ignored);
        throw;
    }
}

}  // namespace kwd::cli
