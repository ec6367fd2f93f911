// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <catch2/catch_test_macros.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace kwd::test {

/// Writes archives into memory, and lets them be as odd as the formats allow.
class ArchiveBuilder {
  public:
    enum class Format { zip, tar, seven_zip };
    enum class Filter { none, gzip, bzip2, xz, zstd };

    /// Whether the libarchive at hand was built with ciphers.
    [[nodiscard]] static bool can_encrypt() {
        const std::unique_ptr<struct archive, decltype(&archive_write_free)> writer(archive_write_new(),
                                                                                    &archive_write_free);
        archive_write_set_format_zip(writer.get());
        return archive_write_set_options(writer.get(), "zip:encryption=aes256") == ARCHIVE_OK;
    }

    explicit ArchiveBuilder(Format format, Filter filter = Filter::none, const char* options = nullptr)
        : writer_(archive_write_new()) {
        struct archive* const writer = writer_.get();
        switch (format) {
            case Format::zip: archive_write_set_format_zip(writer); break;
            case Format::tar: archive_write_set_format_pax_restricted(writer); break;
            case Format::seven_zip: archive_write_set_format_7zip(writer); break;
        }
        switch (filter) {
            case Filter::none: break;
            case Filter::gzip: archive_write_add_filter_gzip(writer); break;
            case Filter::bzip2: archive_write_add_filter_bzip2(writer); break;
            case Filter::xz: archive_write_add_filter_xz(writer); break;
            case Filter::zstd: archive_write_add_filter_zstd(writer); break;
        }
        if (options != nullptr) {
            REQUIRE(archive_write_set_options(writer, options) == ARCHIVE_OK);
            REQUIRE(archive_write_set_passphrase(writer, "secret") == ARCHIVE_OK);
        }
        archive_write_set_bytes_in_last_block(writer, 1);
        REQUIRE(archive_write_open2(writer, &bytes_, nullptr, &append, nullptr, nullptr) == ARCHIVE_OK);
    }

    ArchiveBuilder& file(const std::string& path, std::string_view content, std::int64_t modified_at = 1706695872) {
        return entry(path, AE_IFREG, content, modified_at);
    }
    ArchiveBuilder& folder(const std::string& path) { return entry(path, AE_IFDIR, {}, 0); }
    ArchiveBuilder& device(const std::string& path) { return entry(path, AE_IFCHR, {}, 0); }
    ArchiveBuilder& fifo(const std::string& path) { return entry(path, AE_IFIFO, {}, 0); }
    ArchiveBuilder& symbolic_link(const std::string& path, const char* target) {
        return entry(path, AE_IFLNK, {}, 0, target);
    }
    ArchiveBuilder& hard_link(const std::string& path, const char* target) {
        return entry(path, AE_IFREG, {}, 0, nullptr, target);
    }

    /// The archive; nothing can be added behind it.
    std::string bytes() {
        REQUIRE(archive_write_close(writer_.get()) == ARCHIVE_OK);
        return bytes_;
    }

  private:
    struct Free {
        void operator()(struct archive* writer) const { archive_write_free(writer); }
    };

    static la_ssize_t append(struct archive* /*writer*/, void* self, const void* data, std::size_t size) {
        static_cast<std::string*>(self)->append(static_cast<const char*>(data), size);
        return static_cast<la_ssize_t>(size);
    }

    ArchiveBuilder& entry(const std::string& path, unsigned type, std::string_view content, std::int64_t modified_at,
                          const char* symbolic_target = nullptr, const char* hard_target = nullptr) {
        struct archive_entry* const entry = archive_entry_new();
        archive_entry_set_pathname(entry, path.c_str());
        archive_entry_set_filetype(entry, type);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
        archive_entry_set_mtime(entry, modified_at, 0);
        if (symbolic_target != nullptr) {
            archive_entry_set_symlink(entry, symbolic_target);
        }
        if (hard_target != nullptr) {
            archive_entry_set_hardlink(entry, hard_target);
        }
        REQUIRE(archive_write_header(writer_.get(), entry) >= ARCHIVE_WARN);
        if (!content.empty()) {
            REQUIRE(archive_write_data(writer_.get(), content.data(), content.size()) ==
                    static_cast<la_ssize_t>(content.size()));
        }
        archive_entry_free(entry);
        return *this;
    }

    std::string bytes_;
    std::unique_ptr<struct archive, Free> writer_;
};

}  // namespace kwd::test
