// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/bytes.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace kwd::packet {

/// Makes capture files with everything that readers know of, to compare two ways of reading one; what is in them is
/// known from no other source. The same seed gives the same file.
class RandomCapture {
  public:
    explicit RandomCapture(std::uint32_t seed) : random_(seed) {}

    [[nodiscard]] std::uint32_t below(std::uint32_t limit) {
        return std::uniform_int_distribution<std::uint32_t>{0, limit - 1}(random_);
    }

    /// A pcap file with one of the four magic numbers.
    [[nodiscard]] std::vector<std::byte> pcap(std::size_t packets) {
        order_ = below(2) == 0 ? std::endian::big : std::endian::little;
        const bool nanoseconds = below(2) == 0;
        file_.clear();
        put(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, 4);
        put(2, 2);
        put(4, 2);
        put(0, 8);
        put(262144, 4);
        put(1, 4);
        for (std::size_t i = 0; i < packets; ++i) {
            const auto length = packet_length();
            put(1'700'000'000 + static_cast<std::uint32_t>(i / 10), 4);
            put(below(nanoseconds ? 1'000'000'000 : 1'000'000), 4);
            put(length, 4);
            put(length + below(2) * below(1000), 4);
            fill(length);
        }
        return file_;
    }

    /// A pcapng file: sections of both byte orders, interfaces, packets of all kinds with and without options,
    /// statistics, and blocks that nobody knows.
    [[nodiscard]] std::vector<std::byte> pcapng(std::size_t blocks) {
        file_.clear();
        order_ = std::endian::little;
        section();
        interface(1);
        for (std::size_t i = 0; i < blocks; ++i) {
            switch (below(40)) {
                case 0:
                    if (below(8) == 0) {
                        order_ = below(4) == 0 ? std::endian::big : std::endian::little;
                        section();
                        interface(1);
                    }
                    break;
                case 1: interface(1 + below(2)); break;
                case 2: statistics(); break;
                case 3: block(0x0bad + below(4), 4 * below(200)); break;
                case 4: simple(); break;
                case 5: obsolete(); break;
                default: enhanced(); break;
            }
        }
        return file_;
    }

  private:
    void put(std::uint64_t value, std::size_t width) {
        for (std::size_t i = 0; i < width; ++i) {
            const auto shift = 8 * (order_ == std::endian::big ? width - 1 - i : i);
            file_.push_back(static_cast<std::byte>(value >> shift));
        }
    }
    void fill(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            file_.push_back(static_cast<std::byte>(random_()));
        }
    }
    [[nodiscard]] std::uint32_t packet_length() { return below(20) == 0 ? below(3000) : below(120); }

    void begin(std::uint32_t type) {
        start_ = file_.size();
        put(type, 4);
        put(0, 4);
    }
    void close() {
        while (file_.size() % 4 != 0) {
            file_.push_back(std::byte{0});
        }
        const auto length = file_.size() - start_ + 4;
        put(length, 4);
        for (std::size_t i = 0; i < 4; ++i) {
            file_[start_ + 4 + i] = file_[file_.size() - 4 + i];
        }
    }
    void option(std::uint16_t code, std::uint64_t value, std::size_t width) {
        put(code, 2);
        put(width, 2);
        put(value, width);
        fill((4 - width % 4) % 4);
    }
    void section() {
        begin(0x0a0d0d0a);
        put(0x1a2b3c4d, 4);
        put(1, 2);
        put(0, 2);
        put(~std::uint64_t{0}, 8);
        close();
        interfaces_ = 0;
    }
    void interface(std::uint32_t link_type) {
        begin(1);
        put(link_type, 2);
        put(0, 2);
        put(262144, 4);
        option(2, 0x306874656d6f732eU + interfaces_, 8);
        option(9, 9, 1);
        close();
        ++interfaces_;
    }
    void statistics() {
        begin(5);
        put(below(interfaces_), 4);
        put(0, 8);
        if (below(2) == 0) {
            option(4, below(1000), 8);
        }
        option(7, below(1000), 8);
        close();
    }
    void block(std::uint32_t type, std::uint32_t body) {
        begin(type);
        fill(body);
        close();
    }
    void enhanced() {
        const auto length = packet_length();
        begin(6);
        put(below(interfaces_ + below(100) / 99), 4);
        put(0x17979cfe, 4);
        put(static_cast<std::uint32_t>(random_()), 4);
        put(length, 4);
        put(length, 4);
        fill(length);
        while (file_.size() % 4 != 0) {
            file_.push_back(std::byte{0});
        }
        if (below(4) == 0) {
            option(2, 1 + below(2), 4);
            option(4, below(10), 8);
            put(0, 4);
        }
        close();
    }
    void simple() {
        const auto length = packet_length();
        begin(3);
        put(length, 4);
        fill(length);
        close();
    }
    void obsolete() {
        const auto length = packet_length();
        begin(2);
        put(below(interfaces_), 2);
        put(below(3), 2);
        put(0, 8);
        put(length, 4);
        put(length, 4);
        fill(length);
        close();
    }

    std::mt19937 random_;
    std::vector<std::byte> file_;
    std::endian order_ = std::endian::little;
    std::size_t start_ = 0;
    std::uint32_t interfaces_ = 0;
};

}  // namespace kwd::packet
