// SPDX-License-Identifier: Apache-2.0
#include "packet/capture_source.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace kwd::packet {

// Where a record's beginning is looked for: room for eight of any ordinary size, and three of the longest of libpcap's.
static constexpr std::size_t kSearchBytes = 1U << 20U;

CaptureSource::CaptureSource(std::shared_ptr<const PositionedFile> file, std::size_t window_bytes)
    : file_(std::move(file)),
      window_bytes_(std::max<std::size_t>(window_bytes, 1)),
      window_({}, 0, file_->size()),
      batch_(kLargestBatch) {}

CaptureSource::CaptureSource(std::span<const std::byte> file) : memory_(file), window_(file), batch_(kLargestBatch) {
    static_cast<void>(read({}));
}

CaptureSource::CaptureSource(const CaptureSource& front, std::uint64_t offset)
    : file_(front.file_),
      memory_(front.memory_),
      window_bytes_(front.window_bytes_),
      window_(file_ ? std::span<const std::byte>{} : memory_.subspan(static_cast<std::size_t>(offset)), offset,
              front.file_size()),
      records_(front.records_.fork()),
      begun_with_(records_),
      began_at_(offset),
      batch_(kLargestBatch) {}

Result<CaptureSource> CaptureSource::open(const std::filesystem::path& path, std::size_t window_bytes) {
    auto file = PositionedFile::open(path);
    if (!file) {
        return std::move(file).error();
    }
    std::byte first{};
    if (auto read = file->read(0, {&first, 1}); !read) {
        return std::move(read).error();
    }
    CaptureSource source(std::make_shared<const PositionedFile>(*std::move(file)), window_bytes);
    static_cast<void>(source.read({}));
    return source;
}

std::span<const CapturedPacket> CaptureSource::next_batch() {
    return std::span{batch_}.first(read(batch_));
}

// The packets that are at hand, or else those that are after the next refill. Reads up to the first packet when there
// is no place for one.
std::size_t CaptureSource::read(std::span<CapturedPacket> into) {
    while (true) {
        const auto count = records_.read(window_, into, problems_);
        if (count != 0 || window_.wanted() == 0 || !refill()) {
            return count;
        }
    }
}

// Reads what is wanted, and as much more as a window holds. What was read already and is wanted still moves to the
// front.
bool CaptureSource::refill() {
    const auto kept = window_.at_hand();
    const auto size = std::min(window_.left(), std::max<std::uint64_t>(window_.wanted(), window_bytes_));
    if (!kept.empty()) {
        std::memmove(buffer_.data(), kept.data(), kept.size());
    }
    buffer_.resize(std::max(buffer_.size(), static_cast<std::size_t>(size)));
    const auto place = std::span{buffer_}.subspan(kept.size(), static_cast<std::size_t>(size) - kept.size());
    const auto read = file_->read(window_.offset() + kept.size(), place);
    if (!read) {
        problems_.add(CaptureProblem::Kind::unreadable, window_.offset(), read.error().text());
        window_.refill({}, window_.offset());
        return false;
    }
    const auto at_hand = std::span{buffer_}.first(kept.size() + *read);
    // Fewer bytes than there were when the file was opened: it became shorter, and ends there.
    window_.refill(at_hand, *read < place.size() ? window_.offset() + at_hand.size() : file_size());
    return true;
}

std::optional<CaptureSource> CaptureSource::split(std::uint64_t offset) {
    offset -= offset % 4;  // where blocks of pcapng begin; to pcap it is the same
    if (offset <= window_.offset() || offset >= std::min(window_.stop(), file_size())) {
        return std::nullopt;
    }
    std::vector<std::byte> bytes;
    std::span<const std::byte> search;
    if (file_) {
        bytes.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kSearchBytes, file_size() - offset)));
        const auto read = file_->read(offset, bytes);
        if (!read) {
            return std::nullopt;
        }
        search = std::span{bytes}.first(*read);
    } else {
        search = memory_.subspan(static_cast<std::size_t>(offset));
        search = search.first(std::min(search.size(), kSearchBytes));
    }
    const auto found = records_.find_record(search, search.size() == file_size() - offset);
    if (!found || offset + *found >= window_.stop()) {
        return std::nullopt;
    }
    CaptureSource later(*this, offset + *found);
    later.window_.stop_at(window_.stop());
    window_.stop_at(offset + *found);
    return later;
}

bool CaptureSource::join(const CaptureSource& later) {
    if (!later.begun_with_ || window_.offset() != later.began_at_ || !records_.continued_by(*later.begun_with_)) {
        return false;
    }
    records_.append(later.records_);
    problems_.append(later.problems_);
    window_.advance(later.offset() - window_.offset());
    window_.stop_at(later.window_.stop());
    return true;
}

}  // namespace kwd::packet
