// SPDX-License-Identifier: Apache-2.0
#include "base/archive.h"

#include "base/archive_reading.h"
#include "base/path.h"
#include "base/utf8.h"
#include "base/utf8_locale.h"

#include <archive.h>
#include <archive_entry.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

namespace kwd {
namespace {

constexpr std::size_t kBlockBytes = 65536;

struct FreeReader {
    void operator()(struct archive* reader) const noexcept { archive_read_free(reader); }
};
using Reader = std::unique_ptr<struct archive, FreeReader>;

Reader make_reader() {
    Reader reader(archive_read_new());
    archive_read_support_filter_bzip2(reader.get());
    archive_read_support_filter_gzip(reader.get());
    archive_read_support_filter_xz(reader.get());
    archive_read_support_filter_zstd(reader.get());
    archive_read_support_format_7zip(reader.get());
    archive_read_support_format_raw(reader.get());
    archive_read_support_format_tar(reader.get());
    archive_read_support_format_zip(reader.get());
    return reader;
}

/// A file as libarchive reads it; std::ifstream opens any path of the platform, libarchive's own opener does not.
struct FileSource {
    std::ifstream file;
    std::array<char, kBlockBytes> block;

    static FileSource& of(void* self) noexcept { return *static_cast<FileSource*>(self); }

    static la_ssize_t read(struct archive* reader, void* self, const void** out) noexcept {
        FileSource& source = of(self);
        source.file.read(source.block.data(), static_cast<std::streamsize>(source.block.size()));
        *out = source.block.data();
        if (source.file.bad()) {
            archive_set_error(reader, EIO, "cannot read the file");
            return ARCHIVE_FATAL;
        }
        return source.file.gcount();
    }
    static la_int64_t seek(struct archive* /*reader*/, void* self, la_int64_t offset, int whence) noexcept {
        std::ifstream& file = of(self).file;
        file.clear();
        file.seekg(offset, whence == SEEK_SET ? std::ios::beg : (whence == SEEK_CUR ? std::ios::cur : std::ios::end));
        return file.good() ? static_cast<la_int64_t>(file.tellg()) : la_int64_t{ARCHIVE_FATAL};
    }
};

std::string text_or_empty(const char* text) {
    return text == nullptr ? std::string() : std::string(text);
}

std::string complaint_of(struct archive* reader) {
    const std::string text = repair_utf8(text_or_empty(archive_error_string(reader)));
    return text.empty() ? "unknown error" : text;
}

Error archive_error(struct archive* reader, Errc code, std::string_view name) {
    return Error{code, fmt::format("cannot be opened as an archive: {}: {}", repair_utf8(name), complaint_of(reader)),
                 NativeCode{Domain::archive, archive_errno(reader)}};
}

/// `logs/kubelet.log` for `logs/kubelet.log.gz`, without the folder.
std::string_view unpacked_name(std::string_view name) noexcept {
    name.remove_prefix(name.find_last_of("/\\") == std::string_view::npos ? 0 : name.find_last_of("/\\") + 1);
    for (const std::string_view ending : {".gz", ".bz2", ".xz", ".zst"}) {
        if (name.size() > ending.size() && name.ends_with(ending)) {
            name.remove_suffix(ending.size());
            break;
        }
    }
    return name;
}

/// 0 is no time in tar and 7z; beyond the year 2262 a time_point of system_clock overflows.
std::optional<std::chrono::sys_seconds> plausible_time(std::int64_t seconds) noexcept {
    constexpr std::int64_t kLast = 9'223'372'036;
    return seconds > 0 && seconds <= kLast ? std::optional(std::chrono::sys_seconds{std::chrono::seconds{seconds}})
                                           : std::nullopt;
}

/// One archive on its way through a reading.
class OpenArchive {
  public:
    OpenArchive(Reading& reading, Reader reader, std::uint64_t packed_bytes, std::string_view folder,
                std::string_view own_name)
        : reading_(reading),
          reader_(std::move(reader)),
          packed_bytes_(packed_bytes),
          folder_(folder),
          own_name_(own_name) {}

    /// Visits all entries. False when it was left before its end for a reason of its own, which is noted. Error when
    /// there is not even a first entry.
    Result<bool> read() {
        const Utf8Locale names_are_utf8;
        struct archive_entry* entry = nullptr;
        int code = archive_read_next_header(reader_.get(), &entry);
        is_raw_ = archive_format(reader_.get()) == ARCHIVE_FORMAT_RAW;
        if (is_raw_ && archive_filter_count(reader_.get()) == 1) {
            return Error{Errc::malformed,
                         fmt::format("is no archive, though it begins like one: {}", repair_utf8(own_name_))};
        }
        if (code < ARCHIVE_WARN) {
            return archive_error(reader_.get(), Errc::malformed, own_name_);
        }
        while (code != ARCHIVE_EOF && !is_ended_ && !reading_.is_stopped()) {
            if (code < ARCHIVE_WARN) {
                end(folder_, fmt::format("damaged, the rest was not read: {}", complaint_of(reader_.get())));
                break;
            }
            if (!reading_.count_entry()) {
                break;
            }
            if (code != ARCHIVE_RETRY) {
                visit(entry);
            }
            code = archive_read_next_header(reader_.get(), &entry);
        }
        return !is_ended_;
    }

  private:
    void end(std::string_view path, std::string why) {
        reading_.note(path, std::move(why));
        is_ended_ = true;
    }

    [[nodiscard]] std::string raw_name(struct archive_entry* entry) const {
        if (is_raw_) {
            return std::string(unpacked_name(own_name_));
        }
        // As it stands in the archive, where that is UTF-8: a conversion by the system's code page would spoil it.
        const char* const stored = archive_entry_pathname(entry);
        if (stored != nullptr && is_utf8(stored)) {
            return stored;
        }
        if (const char* const utf8 = archive_entry_pathname_utf8(entry); utf8 != nullptr) {
            return utf8;
        }
        if (const wchar_t* const wide = archive_entry_pathname_w(entry); wide != nullptr) {
            return utf8_of(std::filesystem::path(wide));
        }
        return text_or_empty(stored);
    }

    void visit(struct archive_entry* entry) {
        const std::string raw = raw_name(entry);
        const auto type = archive_entry_filetype(entry);
        const bool is_empty = archive_entry_size_is_set(entry) != 0 && archive_entry_size(entry) == 0;
        if (type == AE_IFDIR || (is_empty && (raw.ends_with('/') || raw.ends_with('\\')))) {
            return;
        }
        const auto leave_out = [&](const std::string& why) {
            reading_.note(joined_path(folder_, safe_entry_name(raw).path), why);
        };
        if (type == AE_IFLNK) {
            const char* const target = archive_entry_symlink_utf8(entry);
            leave_out(fmt::format("is a symbolic link, not followed: {}", repair_utf8(text_or_empty(target))));
        } else if (archive_entry_hardlink(entry) != nullptr && is_empty) {
            const char* const target = archive_entry_hardlink_utf8(entry);
            leave_out(fmt::format("is a hard link, not followed: {}", repair_utf8(text_or_empty(target))));
        } else if (type != AE_IFREG && type != 0) {
            leave_out("is a device, a FIFO or a socket: not read");
        } else if (archive_entry_is_data_encrypted(entry) != 0) {
            leave_out("is encrypted: not read");
        } else {
            visit_file(entry, raw);
        }
    }

    void visit_file(struct archive_entry* entry, std::string_view raw) {
        ArchiveEntry file;
        file.path = reading_.name_entry(folder_, raw);
        file.modified_at = plausible_time(archive_entry_mtime_is_set(entry) != 0 ? archive_entry_mtime(entry) : 0);
        HeadAndTail kept(reading_.limits().max_entry_bytes);
        const bool is_whole = read_data(file.path, kept);
        if (!is_whole && kept.size() == 0) {
            return;
        }
        std::move(kept).move_into(file);
        if (!is_whole) {
            const auto told = static_cast<std::uint64_t>(std::max<la_int64_t>(archive_entry_size(entry), 0));
            reading_.note(file.path, fmt::format("only its first {} bytes could be read", file.size));
            file.size = std::max(file.size, told);
        } else if (file.cut_bytes > 0) {
            reading_.note(file.path, fmt::format("{} bytes in its middle were left out", file.cut_bytes));
        }
        reading_.visit(std::move(file));
    }

    /// False when it did not come to the end of the entry. Block by block: archive_read_data() would lose what stands
    /// in front of damage.
    bool read_data(std::string_view path, HeadAndTail& kept) {
        for (;;) {
            const void* block = nullptr;
            std::size_t size = 0;
            la_int64_t offset = 0;
            const int code = archive_read_data_block(reader_.get(), &block, &size, &offset);
            if (code == ARCHIVE_EOF) {
                return true;
            }
            if (code < ARCHIVE_WARN || offset < static_cast<la_int64_t>(kept.size())) {
                reading_.note(path, fmt::format("damaged: {}", complaint_of(reader_.get())));
                return false;
            }
            if (code != ARCHIVE_OK) {
                reading_.note(path, complaint_of(reader_.get()));
            }
            const auto hole = static_cast<std::uint64_t>(offset) - kept.size();
            if (!add_hole(kept, hole) || !add(kept, {static_cast<const char*>(block), size})) {
                return false;
            }
        }
    }

    /// What a sparse file does not hold reads as NULs.
    bool add_hole(HeadAndTail& kept, std::uint64_t bytes) {
        static constexpr std::array<char, kBlockBytes> kNuls{};
        bool goes_on = true;
        for (; bytes > 0 && goes_on; bytes -= std::min<std::uint64_t>(bytes, kNuls.size())) {
            goes_on = add(kept, {kNuls.data(), static_cast<std::size_t>(std::min<std::uint64_t>(bytes, kNuls.size()))});
        }
        return goes_on;
    }

    bool add(HeadAndTail& kept, std::string_view bytes) {
        kept.add(bytes);
        unpacked_bytes_ += bytes.size();
        if (!reading_.count_bytes(bytes.size())) {
            return false;
        }
        if (is_bomb()) {
            end(folder_, fmt::format("unpacks to more than {} times its size: the rest was not read",
                                     reading_.limits().max_ratio));
            return false;
        }
        return true;
    }

    [[nodiscard]] bool is_bomb() const noexcept {
        return unpacked_bytes_ > reading_.limits().ratio_free_bytes &&
               unpacked_bytes_ > packed_bytes_ * reading_.limits().max_ratio;
    }

    Reading& reading_;
    Reader reader_;
    std::uint64_t packed_bytes_;
    std::string folder_;
    std::string own_name_;
    std::uint64_t unpacked_bytes_ = 0;
    bool is_raw_ = false;
    bool is_ended_ = false;
};

}  // namespace

bool is_archive(std::string_view beginning) noexcept {
    using namespace std::string_view_literals;
    constexpr std::size_t kTarMagic = 257;
    for (const std::string_view magic : {"PK\x03\x04"sv, "PK\x05\x06"sv, "7z\xbc\xaf\x27\x1c"sv, "\x1f\x8b\x08"sv,
                                         "\xfd"
                                         "7zXZ\0"sv,
                                         "\x28\xb5\x2f\xfd"sv}) {
        if (beginning.starts_with(magic)) {
            return true;
        }
    }
    const bool is_bzip2 = beginning.starts_with("BZh"sv) && beginning.size() > 9 && beginning[3] >= '1' &&
                          beginning[3] <= '9' && beginning.substr(4).starts_with("1AY&SY"sv);
    return is_bzip2 || (beginning.size() > kTarMagic && beginning.substr(kTarMagic).starts_with("ustar"sv));
}

Result<bool> read_archive_into(Reading& reading, std::string_view bytes, std::string_view folder,
                               std::string_view own_name) {
    Reader reader = make_reader();
    if (archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) < ARCHIVE_WARN) {
        return archive_error(reader.get(), Errc::malformed, own_name);
    }
    return OpenArchive(reading, std::move(reader), bytes.size(), folder, own_name).read();
}

Result<void> read_archive_into(Reading& reading, const std::filesystem::path& path) {
    std::error_code code;
    const std::uint64_t packed_bytes = std::filesystem::file_size(path, code);
    if (code) {
        return file_error("open", path, code);
    }
    FileSource source;
    errno = 0;
    source.file.open(path, std::ios::binary);
    if (!source.file.is_open()) {
        return file_error("open", path, {errno, std::generic_category()});
    }
    source.file.read(source.block.data(), static_cast<std::streamsize>(source.block.size()));
    if (!is_archive({source.block.data(), static_cast<std::size_t>(source.file.gcount())})) {
        return Error{Errc::unsupported, fmt::format("open {}: it is no zip, 7z or tar archive", shown_path(path))};
    }
    source.file.clear();
    source.file.seekg(0);

    const std::string own_name = generic_utf8_of(path.filename());
    Reader reader = make_reader();
    archive_read_set_callback_data(reader.get(), &source);
    archive_read_set_read_callback(reader.get(), &FileSource::read);
    archive_read_set_seek_callback(reader.get(), &FileSource::seek);
    if (archive_read_open1(reader.get()) < ARCHIVE_WARN) {
        return archive_error(reader.get(), Errc::malformed, own_name);
    }
    const auto read = OpenArchive(reading, std::move(reader), packed_bytes, "", own_name).read();
    if (!read) {
        return read.error();
    }
    if (!*read) {
        reading.stop();
    }
    return {};
}

Result<ArchiveSummary> read_archive(const std::filesystem::path& path, const ArchiveLimits& limits,
                                    const EntryVisitor& visit) {
    Reading reading(limits, visit, 0);
    const auto read = read_archive_into(reading, path);
    return read ? Result<ArchiveSummary>(std::move(reading).summary()) : read.error();
}

Result<ArchiveSummary> read_archive(std::string_view bytes, std::string_view name, const ArchiveLimits& limits,
                                    const EntryVisitor& visit) {
    if (!is_archive(bytes)) {
        return Error{Errc::unsupported, fmt::format("open {}: it is no zip, 7z or tar archive", repair_utf8(name))};
    }
    Reading reading(limits, visit, 0);
    const auto read = read_archive_into(reading, bytes, "", name);
    if (read && !*read) {
        reading.stop();
    }
    return read ? Result<ArchiveSummary>(std::move(reading).summary()) : read.error();
}

}  // namespace kwd
