// SPDX-License-Identifier: Apache-2.0
#include "base/archive_reading.h"

#include "base/printable.h"
#include "base/utf8.h"

#include <fmt/format.h>

#include <algorithm>

namespace kwd {
namespace {

/// A name as a note shows it.
std::string shown(std::string_view raw) {
    constexpr std::size_t kMostBytes = 200;
    const std::string text = printable(repair_utf8(raw.substr(0, kMostBytes)));
    return raw.size() > kMostBytes ? text + "…" : text;
}

}  // namespace

std::string joined_path(std::string_view folder, std::string_view name) {
    return folder.empty() ? std::string(name) : fmt::format("{}/{}", folder, name);
}

bool Reading::count_entry() {
    if (looked_at_ == limits_.max_entries) {
        note("", fmt::format("holds more than {} entries: the rest was not read", limits_.max_entries));
        stop();
        return false;
    }
    ++looked_at_;
    return true;
}

bool Reading::count_bytes(std::uint64_t bytes) {
    summary_.total_bytes += bytes;
    if (summary_.total_bytes <= limits_.max_total_bytes) {
        return true;
    }
    if (!is_stopped()) {
        note("", fmt::format("holds more than {} bytes: the rest was not read", limits_.max_total_bytes));
        stop();
    }
    return false;
}

void Reading::note(std::string_view path, std::string text, bool is_loss) {
    if (++notes_ <= kMaxArchiveNotes) {
        summary_.notes.push_back({std::string(path), std::move(text), is_loss});
    }
}

std::string Reading::name_entry(std::string_view folder, std::string_view raw) {
    const EntryName name = safe_entry_name(raw);
    const std::string wanted = joined_path(folder, name.path);
    std::string path = names_.add(wanted);
    if (name.is_changed) {
        note(path, fmt::format("is called `{}` there", shown(raw)), false);
    }
    if (path != wanted) {
        note(path, fmt::format("is another file called `{}`", wanted), false);
    }
    return path;
}

bool Reading::opens(const ArchiveEntry& entry) {
    if (!opens_archives_ || entry.cut_bytes > 0 || !is_archive(entry.bytes)) {
        return false;
    }
    if (depth_ == 0) {
        note(entry.path, "is an archive that lies too deep to be opened");
        return false;
    }
    --depth_;
    const auto opened = read_archive_into(*this, entry.bytes, entry.path, entry.path);
    ++depth_;
    if (!opened) {
        note(entry.path, opened.error().doing);
    }
    return opened.has_value();
}

void Reading::visit(ArchiveEntry&& entry) {
    if (!opens(entry)) {
        ++summary_.entries;
        visit_(std::move(entry));
    }
}

ArchiveSummary Reading::summary() && {
    if (notes_ > kMaxArchiveNotes) {
        summary_.notes.push_back({"", fmt::format("{} more notes", notes_ - kMaxArchiveNotes)});
    }
    return std::move(summary_);
}

Excerpt excerpt_of(std::uint64_t size, std::uint64_t max_bytes) noexcept {
    if (size <= max_bytes) {
        return {size, size};
    }
    const std::uint64_t head = max_bytes / 4 * 2;
    const std::uint64_t tail = size - (max_bytes - head);
    return {head, tail + tail % 2};
}

void HeadAndTail::add(std::string_view bytes) {
    size_ += bytes.size();
    const std::uint64_t head_room = excerpt_of(max_bytes_ + 1, max_bytes_).head - head_.size();
    const std::string_view to_head = bytes.substr(0, head_room);
    head_.append(to_head);
    bytes.remove_prefix(to_head.size());

    const std::uint64_t capacity = max_bytes_ - excerpt_of(max_bytes_ + 1, max_bytes_).head;
    if (bytes.size() > capacity) {
        bytes.remove_prefix(bytes.size() - capacity);
    }
    const std::string_view to_end = bytes.substr(0, capacity - tail_.size());
    tail_.append(to_end);
    bytes.remove_prefix(to_end.size());
    while (!bytes.empty()) {
        const std::size_t count = std::min(bytes.size(), tail_.size() - tail_start_);
        std::copy_n(bytes.begin(), count, tail_.begin() + static_cast<std::ptrdiff_t>(tail_start_));
        tail_start_ = (tail_start_ + count) % tail_.size();
        bytes.remove_prefix(count);
    }
}

void HeadAndTail::move_into(ArchiveEntry& entry) && {
    std::rotate(tail_.begin(), tail_.begin() + static_cast<std::ptrdiff_t>(tail_start_), tail_.end());
    const Excerpt kept = excerpt_of(size_, max_bytes_);
    const std::uint64_t tail_bytes = size_ - kept.tail;
    if (kept.tail > kept.head) {
        tail_.erase(0, tail_.size() - tail_bytes);
        entry.cut_at = kept.head;
        entry.cut_bytes = kept.tail - kept.head;
    }
    entry.size = size_;
    entry.bytes = std::move(head_);
    entry.bytes.append(tail_);
}

}  // namespace kwd
