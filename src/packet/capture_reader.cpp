// SPDX-License-Identifier: Apache-2.0
#include "packet/capture_reader.h"

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

CaptureReader::CaptureReader(std::span<const std::byte> file) {
    const auto format = recognise_capture(file);
    if (format == CaptureFormat::pcap) {
        reader_.emplace<PcapReader>(file, problems_);
    } else if (format == CaptureFormat::pcapng) {
        reader_.emplace<PcapngReader>(file);
    } else {
        problems_.add(CaptureProblem::Kind::unknown_format, 0, "neither a pcap nor a pcapng file");
    }
}

std::optional<CapturedPacket> CaptureReader::next() {
    if (auto* pcap = std::get_if<PcapReader>(&reader_)) {
        return pcap->next(problems_);
    }
    if (auto* pcapng = std::get_if<PcapngReader>(&reader_)) {
        return pcapng->next(problems_);
    }
    return std::nullopt;
}

std::span<const CaptureInterface> CaptureReader::interfaces() const noexcept {
    if (const auto* pcap = std::get_if<PcapReader>(&reader_)) {
        return pcap->interfaces();
    }
    if (const auto* pcapng = std::get_if<PcapngReader>(&reader_)) {
        return pcapng->interfaces();
    }
    return {};
}

}  // namespace kwd::packet
