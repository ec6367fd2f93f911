// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/capture.h"
#include "packet/pcap_reader.h"
#include "packet/pcapng_reader.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

namespace kwd::packet {

enum class CaptureFormat : std::uint8_t { pcap, pcapng };

/// Which capture format these bytes begin with. nullopt when neither, or when there are fewer than four of them.
[[nodiscard]] std::optional<CaptureFormat> recognise_capture(std::span<const std::byte> file) noexcept;

/// Reads the packets of a pcap or pcapng file one after another, without copying them. The bytes outlive the reader and
/// what it gives out.
///
/// A damaged file gives the packets that can be read, and a problem for what cannot.
class CaptureReader {
  public:
    explicit CaptureReader(std::span<const std::byte> file);

    /// The next packet; nullopt at the end, for good.
    [[nodiscard]] std::optional<CapturedPacket> next();

    /// The interfaces that were described so far; a pcap file has one without a name.
    [[nodiscard]] std::span<const CaptureInterface> interfaces() const noexcept;

    /// What was wrong so far, in the file's order. Complete once next() gave nullopt.
    [[nodiscard]] std::span<const CaptureProblem> problems() const noexcept { return problems_.all(); }

  private:
    CaptureProblems problems_;
    std::variant<std::monostate, PcapReader, PcapngReader> reader_;
};

}  // namespace kwd::packet
