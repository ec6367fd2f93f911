// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/capture_feed.h"

#include "packet/traffic/processor.h"

#include <algorithm>
#include <utility>

namespace kwd::packet {

// More than fit into a window, but for those of which next to nothing was kept.
static constexpr std::size_t kMostPackets = 4096;
static constexpr unsigned kTries = 4096;

Result<CaptureFeed> CaptureFeed::open(const std::filesystem::path& path, std::size_t window_bytes) {
    auto file = PositionedFile::open(path);
    if (!file) {
        return std::move(file).error();
    }
    return CaptureFeed(*std::move(file), window_bytes);
}

CaptureFeed::CaptureFeed(CaptureFeed&& other) noexcept
    : file_(std::move(other.file_)),
      memory_(other.memory_),
      window_bytes_(other.window_bytes_),
      file_size_(other.file_size_) {}

bool CaptureFeed::next(Window& window) {
    window.packets_.resize(kMostPackets);
    window.count_ = 0;
    // Another thread is about to have read a window, and is not worth falling asleep for.
    std::unique_lock lock(mutex_, std::try_to_lock);
    for (unsigned tries = 0; !lock && tries < kTries; ++tries) {
        relax();
        static_cast<void>(lock.try_lock());
    }
    if (!lock) {
        lock.lock();
    }
    std::uint64_t wanted = 0;
    do {
        auto view = look(window, wanted);
        if (!view) {
            return false;
        }
        window.count_ = records_.read(*view, window.packets_, problems_);
        offset_ = view->offset();
        wanted = view->wanted();
    } while (window.count_ == 0 && wanted != 0);
    window.turn_ = turns_;
    window.several_interfaces_ = records_.interfaces().size() > 1;
    turns_ += window.count_ == 0 ? 0 : 1;
    return window.count_ != 0;
}

// The file from where reading has come to, with at least so many bytes at hand. What a thread before had of a record's
// beginning is read again: copying it from its window would cost as much.
std::optional<FileWindow> CaptureFeed::look(Window& window, std::uint64_t wanted) {
    if (!file_) {
        return FileWindow{memory_.subspan(static_cast<std::size_t>(offset_)), offset_, file_size_};
    }
    const auto size =
        static_cast<std::size_t>(std::min(file_size_ - offset_, std::max<std::uint64_t>(wanted, window_bytes_)));
    window.buffer_.resize(std::max(window.buffer_.size(), size));
    const auto place = std::span{window.buffer_}.first(size);
    const auto read = file_->read(offset_, place);
    if (!read) {
        problems_.add(CaptureProblem::Kind::unreadable, offset_, read.error().text());
        file_size_ = offset_;
        return std::nullopt;
    }
    if (*read < size) {  // it became shorter since it was opened, and ends there
        file_size_ = offset_ + *read;
    }
    return FileWindow{place.first(*read), offset_, file_size_};
}

}  // namespace kwd::packet
