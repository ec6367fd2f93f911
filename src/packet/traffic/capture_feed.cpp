// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/capture_feed.h"

#include <algorithm>
#include <utility>

namespace kwd::packet {

// More than fit into a window, but for those of which next to nothing was kept.
static constexpr std::size_t kManyPackets = 4096;

static bool are_several(std::span<const CaptureInterface> interfaces) noexcept {
    return interfaces.size() > 1 || (interfaces.size() == 1 && (interfaces[0].link_type == LinkType::linux_sll ||
                                                                interfaces[0].link_type == LinkType::linux_sll2));
}

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
    window.count_ = 0;
    if (window.large()) {
        window.large_ = {};
    }
    try {
        while (window.count_ == 0 && fill(window)) {
        }
    } catch (...) {
        turnstile_.close();
        throw;
    }
    return window.count_ != 0;
}

// Reads the next block while others read theirs, then finds its records once those before it have been. False at the
// end, which the window may have packets of.
bool CaptureFeed::fill(Window& window) {
    const auto number = blocks_.fetch_add(1, std::memory_order_relaxed);
    if (turnstile_.closed()) {
        return false;
    }
    const auto block = file_ ? read(window, number) : Block{};
    if (!block || !turnstile_.wait_for(number)) {
        return false;
    }
    const bool more = find_records(window, *block);
    if (more) {
        turnstile_.let_next_through(number);
    } else {
        turnstile_.close();
    }
    return more;
}

// nullopt behind the file's end. An empty file has one block, for somebody to say that it is none.
std::optional<CaptureFeed::Block> CaptureFeed::read(Window& window, std::uint64_t number) const {
    const auto end = file_->size();
    if (number != 0 && number > (end - 1) / window_bytes_) {
        return std::nullopt;
    }
    Block block;
    block.offset = number * window_bytes_;
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(end - block.offset, window_bytes_));
    window.buffer_.resize(std::max(window.buffer_.size(), kCarried + size));
    const auto place = std::span{window.buffer_}.subspan(kCarried, size);
    const auto read = file_->read(block.offset, place);
    block.bytes = place.first(read ? *read : 0);
    block.cut_short = block.bytes.size() < size;
    if (!read) {
        block.error = read.error();
    }
    return block;
}

// False once there is nothing more to be found.
bool CaptureFeed::find_records(Window& window, const Block& block) {
    if (block.error) {
        problems_.add(CaptureProblem::Kind::unreadable, block.offset, block.error->text());
        return false;
    }
    auto view = file_ ? join(window, block)
                      : FileWindow{memory_.subspan(static_cast<std::size_t>(offset_)), offset_, file_size_};
    if (!view) {
        return true;
    }
    std::size_t found = 0;
    do {
        window.packets_.resize(std::max(window.packets_.size(), window.count_ + kManyPackets));
        found = records_.read(*view, std::span{window.packets_}.subspan(window.count_, kManyPackets), problems_);
        window.count_ += found;
    } while (file_ && found == kManyPackets);
    offset_ = view->offset();
    wanted_ = view->wanted();
    if (file_) {
        const auto rest = view->at_hand();
        carried_.assign(rest.begin(), rest.end());
    }
    window.turn_ = windows_;
    window.several_interfaces_ = are_several(records_.interfaces());
    windows_ += window.count_ == 0 ? 0 : 1;
    return wanted_ != 0 || found == kManyPackets;
}

// What was carried over, and the block behind it. nullopt where that is not a record yet.
std::optional<FileWindow> CaptureFeed::join(Window& window, const Block& block) {
    const auto end = block.offset + block.bytes.size();
    if (block.cut_short) {  // it became shorter since it was opened, and ends there
        file_size_ = std::max(end, offset_);
    }
    const auto passed = std::min<std::uint64_t>(std::max(offset_, block.offset) - block.offset, block.bytes.size());
    const auto bytes = block.bytes.subspan(static_cast<std::size_t>(passed));
    const auto size = carried_.size() + bytes.size();
    const bool enough = size != 0 && size >= wanted_;
    if (enough && carried_.size() <= kCarried) {
        auto* begin = bytes.data() - carried_.size();
        std::ranges::copy(carried_, begin);
        return FileWindow{{begin, size}, offset_, file_size_};
    }
    if (!enough && end < file_size_) {
        carried_.reserve(std::max<std::size_t>(size, static_cast<std::size_t>(wanted_)));
        carried_.insert(carried_.end(), bytes.begin(), bytes.end());
        return std::nullopt;
    }
    carried_.insert(carried_.end(), bytes.begin(), bytes.end());
    window.large_.swap(carried_);
    return FileWindow{window.large_, offset_, file_size_};
}

}  // namespace kwd::packet
