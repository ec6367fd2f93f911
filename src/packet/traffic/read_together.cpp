// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/read_together.h"

#include "packet/capture_reader.h"
#include "packet/pcapng_reader.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <queue>
#include <set>
#include <thread>
#include <utility>
#include <vector>

namespace kwd::packet {
namespace {

/// Packets that wait until enough of them are there. Their bytes are the files'.
class Batch {
  public:
    Batch(Traffic& traffic, unsigned threads) : traffic_(traffic), threads_(threads) {}

    void add(const CapturedPacket& packet) {
        packets_.push_back(packet);
        if (packets_.size() == (threads_ == 1 ? kForOne : threads_ * kForEach)) {
            flush();
        }
    }
    void flush() {
        records_.clear();
        records_.resize(packets_.size());
        describe_all();
        traffic_.add(packets_, records_, true);
        packets_.clear();
    }

  private:
    static constexpr std::size_t kForOne = 1024;
    static constexpr std::size_t kForEach = 8192;  // a thread begins in a small part of the time that they take
    static constexpr std::size_t kWorthAThread = 1024;

    void describe_all() {
        const auto parts = std::clamp<std::size_t>(packets_.size() / kWorthAThread, 1, threads_);
        const auto describe_part = [&](std::size_t part) noexcept {
            const auto end = packets_.size() * (part + 1) / parts;
            for (auto i = packets_.size() * part / parts; i < end; ++i) {
                describe(packets_[i], records_[i]);
            }
        };
        std::vector<std::jthread> others;
        for (std::size_t part = 1; part < parts; ++part) {
            others.emplace_back(describe_part, part);
        }
        describe_part(0);
    }

    Traffic& traffic_;
    unsigned threads_;
    std::vector<CapturedPacket> packets_;
    std::vector<PacketRecord> records_;
};

/// How much is loaded.
class Memory {
  public:
    explicit Memory(std::uint64_t most) : most_(most) {}

    /// One file always has room, however large it is.
    [[nodiscard]] bool has_room_for(std::uint64_t bytes) const noexcept {
        return files_ == 0 || (files_ < kMostTogether && bytes <= most_ && used_ <= most_ - bytes);
    }
    void take(std::uint64_t bytes) noexcept {
        used_ += bytes;
        ++files_;
    }
    void give_back(std::uint64_t bytes) noexcept {
        used_ -= bytes;
        --files_;
    }

  private:
    std::uint64_t most_;
    std::uint64_t used_ = 0;
    std::size_t files_ = 0;
};

/// One of the captures, read up to a packet that is the next.
class Reading {
  public:
    enum class Stopped : std::uint8_t {
        before_later,      ///< its next packet is of a later time
        for_want_of_room,  ///< for its next file
        at_end,
    };

    Reading(CaptureFiles& files, std::uint32_t number, Memory& memory)
        : files_(&files), number_(number), memory_(&memory) {
        if (files_->count() != 0) {
            const auto beginning = files_->beginning();
            CaptureReader reader{std::as_bytes(std::span{beginning})};
            const auto first = reader.next();
            time_ns_ = first && first->time_ns_utc ? *first->time_ns_utc : time_ns_;
        }
    }

    /// Of the next packet, or no later than that.
    [[nodiscard]] std::int64_t time_ns() const noexcept { return time_ns_; }
    [[nodiscard]] std::uint32_t number() const noexcept { return number_; }

    /// Takes its packets up to a time.
    [[nodiscard]] Stopped read_until(std::int64_t time_ns, Batch& batch) {
        while (next_ || advance(batch)) {
            if (time_ns_ > time_ns) {
                return Stopped::before_later;
            }
            batch.add(*std::exchange(next_, std::nullopt));
        }
        return file_ < files_->count() ? Stopped::for_want_of_room : Stopped::at_end;
    }

    /// Of one that stopped for want of it.
    [[nodiscard]] bool has_room() const { return memory_->has_room_for(files_->size(file_)); }
    void open() {
        memory_->take(files_->size(file_));
        reader_.emplace(files_->load(file_));
    }

  private:
    bool advance(Batch& batch) {
        while (reader_ || (file_ < files_->count() && has_room())) {
            if (!reader_) {
                open();
            }
            if ((next_ = reader_->next())) {
                next_->interface_id += number_ * static_cast<std::uint32_t>(PcapngReader::kMostInterfaces);
                time_ns_ = next_->time_ns_utc.value_or(time_ns_);
                return true;
            }
            batch.flush();
            files_->tell(file_, reader_->problems());
            reader_.reset();
            files_->let_go();
            memory_->give_back(files_->size(file_++));
        }
        return false;
    }

    CaptureFiles* files_;
    std::uint32_t number_;
    Memory* memory_;
    std::size_t file_ = 0;
    std::optional<CaptureReader> reader_;
    std::optional<CapturedPacket> next_;
    std::int64_t time_ns_ = std::numeric_limits<std::int64_t>::min();
};

struct Later {
    bool operator()(const Reading* one, const Reading* other) const noexcept {
        return std::pair(one->time_ns(), one->number()) > std::pair(other->time_ns(), other->number());
    }
};

using InTheirOrder = std::priority_queue<Reading*, std::vector<Reading*>, Later>;

}  // namespace

std::size_t read_together(std::span<CaptureFiles* const> captures, Traffic& traffic, unsigned threads,
                          std::uint64_t most_bytes) {
    Batch batch(traffic, threads);
    Memory memory(most_bytes);
    std::vector<Reading> readings;
    readings.reserve(captures.size());
    InTheirOrder waiting;
    InTheirOrder without_room;
    for (std::uint32_t i = 0; i < captures.size(); ++i) {
        waiting.push(&readings.emplace_back(*captures[i], i, memory));
    }
    std::set<std::uint32_t> apart;
    while (!waiting.empty() || !without_room.empty()) {
        while (!without_room.empty() && without_room.top()->has_room()) {
            without_room.top()->open();
            waiting.push(without_room.top());
            without_room.pop();
        }
        auto* reading = waiting.top();  // if none was waiting, nothing was loaded, and there was room
        waiting.pop();
        const auto until = waiting.empty() ? std::numeric_limits<std::int64_t>::max() : waiting.top()->time_ns();
        const auto stopped = reading->read_until(until, batch);
        if (stopped == Reading::Stopped::before_later) {
            waiting.push(reading);
        } else if (stopped == Reading::Stopped::for_want_of_room) {
            apart.insert(reading->number());
            without_room.push(reading);
        }
    }
    batch.flush();
    return apart.size();
}

}  // namespace kwd::packet
