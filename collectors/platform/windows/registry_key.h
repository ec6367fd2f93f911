// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <windows.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace kwd::collectors {

/// One value as the registry holds it. Anyone may have written anything: a REG_SZ need not end, a REG_DWORD need not
/// have four bytes. What is read of it is what Windows' own programs would make of it.
struct RegistryValue {
    std::string name;  ///< "" is the key's default value
    DWORD type = REG_NONE;
    std::vector<std::byte> data = {};  ///< empty where it was larger than `size_bytes` allowed
    std::uint64_t size_bytes = 0;

    /// REG_SZ, REG_DWORD, …; `type 0x200001` for what has no name.
    [[nodiscard]] std::string type_name() const;

    // Each of these answers `malformed` for a value of another type, saying which it has.

    /// REG_SZ and REG_EXPAND_SZ (not expanded), up to the first NUL or the end.
    [[nodiscard]] Result<std::string> text() const;
    /// REG_MULTI_SZ without its empty strings; a REG_SZ is a list of one.
    [[nodiscard]] Result<std::vector<std::string>> texts() const;
    /// REG_DWORD, REG_DWORD_BIG_ENDIAN and REG_QWORD as unsigned numbers (a REG_QWORD beyond 2^63 is `malformed`).
    [[nodiscard]] Result<std::int64_t> integer() const;
    /// Of any type, as a person writes it: a text; the strings of a REG_MULTI_SZ with `; ` between them; a number in
    /// decimal; bytes in hex. Of more than `most_bytes` the first, then `…`.
    [[nodiscard]] std::string shown(std::size_t most_bytes = 512) const;
};

/// A key of the registry, opened to be read, in the view of 64-bit programs.
class RegistryKey {
  public:
    /// `path` starts with HKLM\ or HKU\. Errors: not_found; access_denied, saying what it needs; io with the Win32
    /// code.
    [[nodiscard]] static Result<RegistryKey> open(std::string_view path);
    /// A key below this one.
    [[nodiscard]] Result<RegistryKey> open_below(std::string_view path) const;

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    /// One value. Errors: not_found; too_large above 1 MiB.
    [[nodiscard]] Result<RegistryValue> value(std::string_view name) const;
    /// value() read as the functions of RegistryValue do; the error names key and value.
    [[nodiscard]] Result<std::string> text(std::string_view name) const;
    [[nodiscard]] Result<std::vector<std::string>> texts(std::string_view name) const;
    [[nodiscard]] Result<std::int64_t> integer(std::string_view name) const;

    /// Names in the registry's order, at most `most`; and whether there were more.
    struct Names {
        std::vector<std::string> names;
        bool more = false;
    };
    [[nodiscard]] Result<Names> subkeys(std::size_t most = 10'000) const;
    [[nodiscard]] Result<Names> value_names(std::size_t most = 10'000) const;

    struct Values {
        std::vector<RegistryValue> values;  ///< one above 1 MiB is there with its size and without its data
        bool more = false;
    };
    /// Every value; those that go while they are listed are left out.
    [[nodiscard]] Result<Values> values(std::size_t most = 10'000) const;

  private:
    struct Close {
        void operator()(HKEY key) const noexcept { RegCloseKey(key); }
    };
    using Owner = std::unique_ptr<std::remove_pointer_t<HKEY>, Close>;
    RegistryKey(Owner key, std::string path) : key_(std::move(key)), path_(std::move(path)) {}

    [[nodiscard]] static Result<RegistryKey> open_at(HKEY root, std::string_view below, std::string path);

    Owner key_;
    std::string path_;
};

}  // namespace kwd::collectors
