// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/traffic/traffic.h"

#include <fmt/format.h>

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace kwd::cli {

/// ISO 8601 in UTC with nanoseconds; nullopt for PacketRecord::kNoTime.
[[nodiscard]] std::optional<std::string> packet_time(std::int64_t time_ns);

/// Puts flows into words, of which there may be millions: they gather in a buffer that is written when it is full.
class FlowWriter {
  public:
    FlowWriter(std::ostream& out, const packet::Traffic& traffic) : out_(out), traffic_(traffic) {}
    FlowWriter(const FlowWriter&) = delete;
    FlowWriter& operator=(const FlowWriter&) = delete;
    /// Writes what is left.
    ~FlowWriter();

    /// One flow as a JSON object and as a line, with what is to stand in front of it or behind.
    void json(const packet::Flow& flow, std::string_view before);
    void line(const packet::Flow& flow, std::string_view behind);

  private:
    void add(std::string_view text) { buffer_.append(text.data(), text.data() + text.size()); }
    void add_address(const packet::FlowKey& key, std::uint32_t address);
    void add_sender(const packet::Flow& flow, unsigned direction);
    void add_protocol(const packet::Flow& flow);
    void add_time(std::int64_t time_ns);
    void add_direction(const packet::Flow& flow, unsigned direction);
    void write_if_full();

    std::ostream& out_;
    const packet::Traffic& traffic_;
    fmt::memory_buffer buffer_;
    std::int64_t second_ = packet::PacketRecord::kNoTime;  ///< that was put into words last, as most have the same ones
    std::string second_text_;
};

}  // namespace kwd::cli
