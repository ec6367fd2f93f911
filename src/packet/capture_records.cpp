// SPDX-License-Identifier: Apache-2.0
#include "packet/capture_records.h"

namespace kwd::packet {

std::optional<CaptureFormat> recognise_capture(std::span<const std::byte> file) noexcept {
    if (PcapReader::recognises(file)) {
        return CaptureFormat::pcap;
    }
    if (PcapngReader::recognises(file)) {
        return CaptureFormat::pcapng;
    }
    return std::nullopt;
}

std::size_t CaptureRecords::read(FileWindow& window, std::span<CapturedPacket> into, CaptureProblems& problems) {
    if (std::holds_alternative<std::monostate>(reader_)) {
        if (window.left() >= 4 && !window.has(4)) {
            return 0;
        }
        const auto format = recognise_capture(window.at_hand());
        if (format == CaptureFormat::pcap) {
            reader_.emplace<PcapReader>();
        } else if (format == CaptureFormat::pcapng) {
            reader_.emplace<PcapngReader>();
        } else {
            reader_.emplace<Unknown>();
            problems.add(CaptureProblem::Kind::unknown_format, 0, "neither a pcap nor a pcapng file");
        }
    }
    if (auto* pcap = std::get_if<PcapReader>(&reader_)) {
        return pcap->read(window, into, problems);
    }
    if (auto* pcapng = std::get_if<PcapngReader>(&reader_)) {
        return pcapng->read(window, into, problems);
    }
    return 0;
}

std::span<const CaptureInterface> CaptureRecords::interfaces() const noexcept {
    if (const auto* pcap = std::get_if<PcapReader>(&reader_)) {
        return pcap->interfaces();
    }
    if (const auto* pcapng = std::get_if<PcapngReader>(&reader_)) {
        return pcapng->interfaces();
    }
    return {};
}

}  // namespace kwd::packet
