// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/capture.h"
#include "packet/capture_problems.h"
#include "packet/file_window.h"
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

/// The records of a file of either format, which its first bytes tell. What the functions answer is told where the
/// formats' readers declare them.
class CaptureRecords {
  public:
    std::size_t read(FileWindow& window, std::span<CapturedPacket> into, CaptureProblems& problems);

    [[nodiscard]] std::span<const CaptureInterface> interfaces() const noexcept;

  private:
    struct Unknown {};  ///< neither of the two

    std::variant<std::monostate, PcapReader, PcapngReader, Unknown> reader_;
};

}  // namespace kwd::packet
