// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/archive.h"
#include "base/entry_name.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

// What the readers of folders and of archives share.

namespace kwd {

/// One reading: its limits, which hold for everything that is read in it, and what there is to say about it.
class Reading {
  public:
    /// `depth`: how deep archives that are visited are opened themselves.
    Reading(const ArchiveLimits& limits, const EntryVisitor& visit, int depth)
        : limits_(limits), visit_(visit), depth_(depth), opens_archives_(depth > 0) {}

    [[nodiscard]] const ArchiveLimits& limits() const noexcept { return limits_; }
    [[nodiscard]] bool is_stopped() const noexcept { return summary_.stopped; }

    /// Counts something that is about to be looked at; false, and stopped, when that is one too many.
    [[nodiscard]] bool count_entry();
    /// Counts bytes that were read; false, and stopped, when these are too many.
    [[nodiscard]] bool count_bytes(std::uint64_t bytes);

    void note(std::string_view path, std::string text, bool is_loss = true);
    /// Ends the reading.
    void stop() noexcept { summary_.stopped = true; }

    /// The path that an entry is given: `raw` made safe, below `folder`, and unlike any other so far. A change is
    /// noted.
    [[nodiscard]] std::string name_entry(std::string_view folder, std::string_view raw);

    /// Hands the entry to the visitor or, when it is an archive that is to be opened, what is in it.
    void visit(ArchiveEntry&& entry);

    [[nodiscard]] ArchiveSummary summary() &&;

  private:
    [[nodiscard]] bool opens(const ArchiveEntry& entry);

    const ArchiveLimits& limits_;
    const EntryVisitor& visit_;
    int depth_;
    bool opens_archives_;
    ArchiveSummary summary_;
    UniqueNames names_;
    std::size_t looked_at_ = 0;
    std::size_t notes_ = 0;
};

/// `folder/name`, or `name` alone where `folder` is empty.
[[nodiscard]] std::string joined_path(std::string_view folder, std::string_view name);

/// How much of a file of `size` bytes is kept under a limit: its first `head` bytes and those from `tail` on. Both are
/// even, or the same.
struct Excerpt {
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
};
[[nodiscard]] Excerpt excerpt_of(std::uint64_t size, std::uint64_t max_bytes) noexcept;

/// Keeps the head and the tail of a stream whose length nobody knows.
class HeadAndTail {
  public:
    explicit HeadAndTail(std::uint64_t max_bytes) noexcept : max_bytes_(max_bytes) {}

    void add(std::string_view bytes);
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    /// Gives the entry what was kept, and what that is.
    void move_into(ArchiveEntry& entry) &&;

  private:
    std::uint64_t max_bytes_;
    std::uint64_t size_ = 0;
    std::string head_;
    std::string tail_;            ///< a ring once it is full
    std::size_t tail_start_ = 0;  ///< where the ring begins
};

/// Reads an archive in memory that was called `own_name`; its entries lie below `folder`. False when it was left before
/// its end, for a reason that is noted. Errors: malformed, when not even its first entry could be had; then nothing was
/// visited.
Result<bool> read_archive_into(Reading& reading, std::string_view bytes, std::string_view folder,
                               std::string_view own_name);

Result<void> read_archive_into(Reading& reading, const std::filesystem::path& path);
Result<void> read_folder_into(Reading& reading, const std::filesystem::path& folder);
/// Reads one file, which is called `raw_name` below `folder`. What cannot be read is noted.
void read_file_into(Reading& reading, const std::filesystem::path& path, std::string_view folder,
                    std::string_view raw_name);

/// A path as a person may read it.
[[nodiscard]] std::string shown_path(const std::filesystem::path& path);

/// What the file system answered, as an error about `path`.
[[nodiscard]] Error file_error(std::string_view doing, const std::filesystem::path& path, const std::error_code& code);

}  // namespace kwd
