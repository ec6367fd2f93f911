// SPDX-License-Identifier: Apache-2.0
#include "base/archive.h"
#include "base/archive_reading.h"
#include "base/path.h"
#include "base/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>

namespace kwd {
namespace {

namespace fs = std::filesystem;

/// Folders within folders; the walk is recursive.
constexpr int kMostDeep = 200;
constexpr std::size_t kBlockBytes = 65536;

Errc kind_of(const std::error_code& code) noexcept {
    if (code == std::errc::no_such_file_or_directory || code == std::errc::not_a_directory) {
        return Errc::not_found;
    }
    const bool is_denied = code == std::errc::permission_denied || code == std::errc::operation_not_permitted;
    return is_denied ? Errc::access_denied : Errc::io;
}

/// One folder's entries by name; at most `most` and one.
std::vector<fs::directory_entry> entries_of(const fs::path& folder, std::size_t most, std::error_code& code) {
    std::vector<fs::directory_entry> entries;
    for (fs::directory_iterator i(folder, code), end; !code && i != end && entries.size() <= most; i.increment(code)) {
        entries.push_back(*i);
    }
    std::sort(entries.begin(), entries.end());
    return entries;
}

class FolderWalk {
  public:
    explicit FolderWalk(Reading& reading) : reading_(reading) {}

    /// `name` is the folder's own path from the top, empty for the top itself.
    void walk(const fs::path& folder, const std::string& name, int depth) {
        std::error_code code;
        const auto entries = entries_of(folder, reading_.limits().max_entries, code);
        if (code) {
            reading_.note(name, fmt::format("its files cannot all be listed: {}", code.message()));
        }
        for (const fs::directory_entry& entry : entries) {
            if (reading_.is_stopped() || !reading_.count_entry()) {
                return;
            }
            visit(entry, name, depth);
        }
    }

  private:
    void visit(const fs::directory_entry& entry, const std::string& folder, int depth) {
        const std::string raw = generic_utf8_of(entry.path().filename());
        const std::string name = joined_path(folder, safe_entry_name(raw).path);
        std::error_code code;
        const fs::file_type type = entry.symlink_status(code).type();
        if (type == fs::file_type::directory && depth < kMostDeep) {
            walk(entry.path(), name, depth + 1);
        } else if (type == fs::file_type::regular) {
            read_file_into(reading_, entry.path(), folder, raw);
        } else if (type == fs::file_type::directory) {
            reading_.note(name, "is a folder that lies too deep: not read");
        } else if (type == fs::file_type::symlink) {
            const fs::path target = fs::read_symlink(entry.path(), code);
            reading_.note(name, fmt::format("is a symbolic link, not followed: {}", shown_path(target)));
        } else if (code) {
            reading_.note(name, fmt::format("cannot be read: {}", code.message()));
        } else {
            reading_.note(name, "is a device, a FIFO or a socket: not read");
        }
    }

    Reading& reading_;
};

/// Reads on to `end` or to the end of the file.
bool read_range(std::ifstream& file, std::uint64_t start, std::uint64_t end, Reading& reading, HeadAndTail& kept) {
    std::array<char, kBlockBytes> block;
    file.seekg(static_cast<std::streamoff>(start));
    while (start < end && file.good()) {
        const auto wanted = static_cast<std::streamsize>(std::min<std::uint64_t>(end - start, block.size()));
        file.read(block.data(), wanted);
        const auto count = static_cast<std::size_t>(file.gcount());
        kept.add({block.data(), count});
        start += count;
        if (!reading.count_bytes(count)) {
            return false;
        }
    }
    return !file.bad();
}

std::optional<std::chrono::sys_seconds> modified_at(const fs::path& path) {
    std::error_code code;
    const auto time = fs::last_write_time(path, code);
    if (code) {
        return std::nullopt;
    }
    return std::chrono::floor<std::chrono::seconds>(std::chrono::file_clock::to_sys(time));
}

}  // namespace

std::string shown_path(const fs::path& path) {
    return repair_utf8(generic_utf8_of(path));
}

Error file_error(std::string_view doing, const fs::path& path, const std::error_code& code) {
    return Error{kind_of(code), fmt::format("{} {}: {}", doing, shown_path(path), code.message()),
                 NativeCode{Domain::posix, code.value()}};
}

void read_file_into(Reading& reading, const fs::path& path, std::string_view folder, std::string_view raw_name) {
    ArchiveEntry entry;
    entry.path = reading.name_entry(folder, raw_name);
    entry.modified_at = modified_at(path);
    std::error_code code;
    const std::uint64_t size = fs::file_size(path, code);
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file.is_open()) {
        reading.note(entry.path, fmt::format("cannot be opened: {}", std::generic_category().message(errno)));
        return;
    }
    const std::uint64_t limit = reading.limits().max_entry_bytes;
    HeadAndTail kept(limit);
    bool is_whole = false;
    const Excerpt excerpt = excerpt_of(code ? 0 : size, limit);
    if (excerpt.head < excerpt.tail) {
        HeadAndTail tail(limit);
        is_whole =
            read_range(file, 0, excerpt.head, reading, kept) && read_range(file, excerpt.tail, size, reading, tail);
        std::move(kept).move_into(entry);
        ArchiveEntry end;
        std::move(tail).move_into(end);
        entry.bytes.append(end.bytes);
        entry.cut_at = excerpt.head;
        entry.cut_bytes = excerpt.tail - excerpt.head;
        entry.size = size;
    } else {
        is_whole = read_range(file, 0, UINT64_MAX, reading, kept);
        std::move(kept).move_into(entry);
    }
    if (entry.cut_bytes > 0) {
        reading.note(entry.path, fmt::format("{} bytes in its middle were left out", entry.cut_bytes));
    }
    if (!is_whole) {
        reading.note(entry.path, fmt::format("only {} bytes of it could be read", entry.bytes.size()));
    }
    if (!is_whole && entry.bytes.empty()) {
        return;
    }
    reading.visit(std::move(entry));
}

Result<void> read_folder_into(Reading& reading, const fs::path& folder) {
    std::error_code code;
    const fs::file_status status = fs::status(folder, code);
    if (!fs::exists(status)) {
        return file_error("read folder", folder, code);
    }
    if (!fs::is_directory(status)) {
        return Error{Errc::invalid_input, fmt::format("read folder {}: it is no folder", shown_path(folder))};
    }
    const fs::directory_iterator can_list(folder, code);
    if (code) {
        return file_error("read folder", folder, code);
    }
    FolderWalk(reading).walk(folder, "", 0);
    return {};
}

Result<ArchiveSummary> read_folder(const fs::path& folder, const ArchiveLimits& limits, const EntryVisitor& visit) {
    Reading reading(limits, visit, 0);
    const auto read = read_folder_into(reading, folder);
    return read ? Result<ArchiveSummary>(std::move(reading).summary()) : read.error();
}

Result<ArchiveSummary> read_path(const fs::path& path, const ArchiveLimits& limits, const EntryVisitor& visit) {
    Reading reading(limits, visit, limits.max_depth);
    std::error_code code;
    const fs::file_status status = fs::status(path, code);
    Result<void> read;
    if (fs::is_directory(status)) {
        read = read_folder_into(reading, path);
    } else if (fs::is_regular_file(status)) {
        read = read_archive_into(reading, path);
        if (!read && (read.error().code == Errc::unsupported || read.error().code == Errc::malformed)) {
            read_file_into(reading, path, "", generic_utf8_of(path.filename()));
            read = {};
        }
    } else if (fs::exists(status)) {
        read = Error{Errc::invalid_input, fmt::format("read {}: it is neither file nor folder", shown_path(path))};
    } else {
        read = file_error("read", path, code);
    }
    return read ? Result<ArchiveSummary>(std::move(reading).summary()) : read.error();
}

}  // namespace kwd
