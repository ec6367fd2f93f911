// SPDX-License-Identifier: Apache-2.0
#include "base/path.h"
#include "base/windows_error.h"
#include "packet/positioned_file.h"

#include <windows.h>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace kwd::packet {

static HANDLE handle_of(std::intptr_t file) noexcept {
    return reinterpret_cast<HANDLE>(file);
}

PositionedFile::PositionedFile(std::intptr_t file, std::uint64_t size, std::string name)
    : file_(file), size_(size), name_(std::move(name)) {}

PositionedFile::PositionedFile(PositionedFile&& other) noexcept
    : file_(std::exchange(other.file_, kNone)), size_(other.size_), name_(std::move(other.name_)) {}

PositionedFile& PositionedFile::operator=(PositionedFile&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(size_, other.size_);
    std::swap(name_, other.name_);
    return *this;
}

PositionedFile::~PositionedFile() {
    if (file_ != kNone) {
        CloseHandle(handle_of(file_));
    }
}

Result<PositionedFile> PositionedFile::open(const std::filesystem::path& path) {
    auto name = utf8_of(path);
    const HANDLE handle =
        CreateFileW(path.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                    OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN, nullptr);
    if (handle == INVALID_HANDLE_VALUE) {
        return last_error(fmt::format("open {}", name));
    }
    PositionedFile file(reinterpret_cast<std::intptr_t>(handle), 0, std::move(name));
    if (GetFileType(handle) != FILE_TYPE_DISK) {
        return Error{Errc::unsupported, fmt::format("open {}: it is no regular file", file.name_)};
    }
    LARGE_INTEGER size{};
    if (GetFileSizeEx(handle, &size) == 0) {
        return last_error(fmt::format("open {}", file.name_));
    }
    file.size_ = static_cast<std::uint64_t>(size.QuadPart);
    return file;
}

Result<std::size_t> PositionedFile::read(std::uint64_t offset, std::span<std::byte> into) const {
    std::size_t count = 0;
    while (count < into.size()) {
        const auto rest = into.subspan(count);
        OVERLAPPED place{};  // of a handle that was not opened for overlapped reading it takes the offset alone
        place.Offset = static_cast<DWORD>(offset + count);
        place.OffsetHigh = static_cast<DWORD>((offset + count) >> 32U);
        DWORD got = 0;
        const auto most = static_cast<DWORD>(std::min<std::size_t>(rest.size(), 1U << 30U));
        if (ReadFile(handle_of(file_), rest.data(), most, &got, &place) == 0) {
            if (GetLastError() == ERROR_HANDLE_EOF) {
                break;
            }
            return last_error(fmt::format("read {}", name_));
        }
        if (got == 0) {
            break;
        }
        count += got;
    }
    return count;
}

}  // namespace kwd::packet
