// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Folders and archives that somebody else made, visited file by file. All of it is hostile: names that climb out,
// links, devices, bombs, damage. Nothing is ever written or followed, and nothing is left out without a note.

namespace kwd {

/// How much of a folder or an archive is read.
struct ArchiveLimits {
    std::size_t max_entries = 20'000;
    std::uint64_t max_entry_bytes = 256ULL << 20;  ///< of one file; of a longer one the middle is left out
    std::uint64_t max_total_bytes = 2ULL << 30;    ///< unpacked, of everything together
    std::uint64_t max_ratio = 200;                 ///< unpacked to packed bytes of an archive …
    std::uint64_t ratio_free_bytes = 10ULL << 20;  ///< … once so much was unpacked from it
    int max_depth = 3;                             ///< read_path() opens archives within archives so deep
};

/// One file.
struct ArchiveEntry {
    /// Where it lay: relative, parts separated by `/`, UTF-8, without `..`, drive or control characters, and different
    /// from the path of every other entry.
    std::string path;
    std::optional<std::chrono::sys_seconds> modified_at = {};
    std::uint64_t size = 0;  ///< of the whole file
    /// The content. When cut_bytes is not 0, so many bytes are missing between its first cut_at bytes and the rest;
    /// both parts begin at even offsets of the file, so that UTF-16 stays whole.
    std::string bytes;
    std::uint64_t cut_at = 0;
    std::uint64_t cut_bytes = 0;
};

/// Something that was not had, or not as it claims to be.
struct ArchiveNote {
    std::string path;  ///< of the entry, as ArchiveEntry gives it; empty for the whole
    std::string text;
    bool is_loss = true;  ///< something is missing; false where only a name was changed
};

/// The most notes that are kept; one more says how many there were.
inline constexpr std::size_t kMaxArchiveNotes = 1000;

struct ArchiveSummary {
    std::size_t entries = 0;         ///< files that were visited
    std::uint64_t total_bytes = 0;   ///< unpacked, whether kept or not
    bool stopped = false;            ///< a limit or damage ended it before the end; what came before was visited
    std::vector<ArchiveNote> notes;  ///< every file that was left out, cut or renamed, and why it stopped
};

using EntryVisitor = std::function<void(ArchiveEntry&&)>;

/// Whether a file that begins like this is one that read_archive() opens: zip, 7z, tar, or gzip, bzip2, xz or zstd of a
/// tar or of one file. 262 bytes are enough to tell.
[[nodiscard]] bool is_archive(std::string_view beginning) noexcept;

/// Visits the files of an archive in its order. `\` in names is `/`, since Compress-Archive of Windows PowerShell
/// writes it. Encrypted files, links and devices are left out; archives within it are files like any other. A
/// compressed file that is no tar is one file, named after `path` without the ending.
///
/// Errors: not_found, access_denied, io; unsupported when it is no archive; malformed when nothing of it can be read.
/// Damage further on ends the reading with a note.
[[nodiscard]] Result<ArchiveSummary> read_archive(const std::filesystem::path& path, const ArchiveLimits& limits,
                                                  const EntryVisitor& visit);

/// The same for an archive in memory, which was called `name`.
[[nodiscard]] Result<ArchiveSummary> read_archive(std::string_view bytes, std::string_view name,
                                                  const ArchiveLimits& limits, const EntryVisitor& visit);

/// Visits the files below a folder, in the order of their names. Links are not followed, wherever they lead; FIFOs,
/// sockets and devices are not opened; what may not be read is noted. Archives are files like any other.
///
/// Errors: not_found, access_denied, io; invalid_input when it is no folder.
[[nodiscard]] Result<ArchiveSummary> read_folder(const std::filesystem::path& folder, const ArchiveLimits& limits,
                                                 const EntryVisitor& visit);

/// Visits the files of a folder, of an archive, or a single file: whichever `path` is. Archives that are found within
/// are opened too, down to limits.max_depth, their files being called `bundle.zip/logs.zip/kubelet.log`; one that
/// cannot be opened is visited as the file that it is. The limits hold for everything together.
///
/// Errors: as read_archive() and read_folder(); invalid_input when it is a device or the like.
[[nodiscard]] Result<ArchiveSummary> read_path(const std::filesystem::path& path, const ArchiveLimits& limits,
                                               const EntryVisitor& visit);

}  // namespace kwd
