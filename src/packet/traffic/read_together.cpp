// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/read_together.h"

#include "packet/capture_reader.h"
#include "packet/pcapng_reader.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

namespace kwd::packet {
namespace {

constexpr std::size_t kPacketsAtATime = 1024;

/// Packets that wait until enough of them are there. Their bytes are the files'.
class Batch {
  public:
    explicit Batch(Traffic& traffic) : traffic_(traffic) {}

    void add(const CapturedPacket& packet) {
        packets_.push_back(packet);
        describe(packet, records_.emplace_back());
        if (packets_.size() == kPacketsAtATime) {
            flush();
        }
    }
    void flush() {
        traffic_.add(packets_, records_, true);
        packets_.clear();
        records_.clear();
    }

  private:
    Traffic& traffic_;
    std::vector<CapturedPacket> packets_;
    std::vector<PacketRecord> records_;
};

/// One of the captures, read up to a packet that is the next.
class Reading {
  public:
    Reading(CaptureFiles& files, std::uint32_t number) : files_(&files), number_(number) {
        // Only to see when it begins; captures of another time are not kept in memory meanwhile.
        if (files_->count() != 0) {
            CaptureReader reader{files_->load(0)};
            const auto first = reader.next();
            time_ns_ = first && first->time_ns_utc ? *first->time_ns_utc : time_ns_;
            files_->let_go();
        }
    }

    /// Of the next packet.
    [[nodiscard]] std::int64_t time_ns() const noexcept { return time_ns_; }
    [[nodiscard]] std::uint32_t number() const noexcept { return number_; }

    /// Takes its packets up to a time. False when there are none any more.
    [[nodiscard]] bool read_until(std::int64_t time_ns, Batch& batch) {
        while (next_ || advance(batch)) {
            if (time_ns_ > time_ns) {
                return true;
            }
            batch.add(*std::exchange(next_, std::nullopt));
        }
        return false;
    }

  private:
    bool advance(Batch& batch) {
        while (reader_ || file_ < files_->count()) {
            if (!reader_) {
                reader_.emplace(files_->load(file_));
            }
            if ((next_ = reader_->next())) {
                next_->interface_id += number_ * static_cast<std::uint32_t>(PcapngReader::kMostInterfaces);
                time_ns_ = next_->time_ns_utc.value_or(time_ns_);
                return true;
            }
            batch.flush();
            files_->tell(file_++, reader_->problems());
            reader_.reset();
            files_->let_go();
        }
        return false;
    }

    CaptureFiles* files_;
    std::uint32_t number_;
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

}  // namespace

void read_together(std::span<CaptureFiles* const> captures, Traffic& traffic) {
    Batch batch(traffic);
    std::vector<Reading> readings;
    readings.reserve(captures.size());
    std::priority_queue<Reading*, std::vector<Reading*>, Later> waiting;
    for (std::uint32_t i = 0; i < captures.size(); ++i) {
        waiting.push(&readings.emplace_back(*captures[i], i));
    }
    while (!waiting.empty()) {
        auto* reading = waiting.top();
        waiting.pop();
        const auto until = waiting.empty() ? std::numeric_limits<std::int64_t>::max() : waiting.top()->time_ns();
        if (reading->read_until(until, batch)) {
            waiting.push(reading);
        }
    }
    batch.flush();
}

}  // namespace kwd::packet
