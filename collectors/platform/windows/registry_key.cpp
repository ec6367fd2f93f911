// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/registry_key.h"

#include "base/wide.h"
#include "base/windows_error.h"
#include "collectors/platform/elevation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <span>

// Source: Registry Functions and Registry Element Size Limits, learn.microsoft.com/windows/win32/sysinfo.

namespace kwd::collectors {
namespace {

constexpr std::size_t kMostNameUnits = 16'384;  // of a value; a key's name has at most 255
constexpr std::size_t kMostBytes = 1 << 20;
constexpr std::size_t kFirstBytes = 1024;
// A value that grows between two questions each time is written by somebody in a hurry.
constexpr int kAttempts = 8;

std::string in_key(const std::string& path, std::string_view value) {
    return value.empty() ? fmt::format("the default value of {}", path) : fmt::format("{} of {}", value, path);
}

Error error_of(LSTATUS status, std::string doing) {
    return with_what_it_needs(windows_error(static_cast<std::uint32_t>(status), std::move(doing)));
}

// An odd last byte belongs to nothing.
std::wstring units_of(std::span<const std::byte> data) {
    std::wstring units(data.size() / sizeof(wchar_t), L'\0');
    std::memcpy(units.data(), data.data(), units.size() * sizeof(wchar_t));
    return units;
}

template <class T>
T number_at(std::span<const std::byte> data) {
    T number = 0;
    std::memcpy(&number, data.data(), sizeof number);
    return number;
}

// Between characters.
std::string cut(std::string text, std::size_t most_bytes) {
    if (text.size() <= most_bytes) {
        return text;
    }
    std::size_t end = most_bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    return text.substr(0, end) + "…";
}

bool is_text(DWORD type) {
    return type == REG_SZ || type == REG_EXPAND_SZ || type == REG_LINK;
}

// Calls a function of RegEnum's kind until there is no more.
template <class Enumerate>
Result<RegistryKey::Names> names_of(const std::string& path, std::size_t most, const char* what, Enumerate enumerate) {
    RegistryKey::Names result;
    std::wstring buffer(kMostNameUnits, L'\0');
    for (DWORD i = 0;; ++i) {
        auto units = static_cast<DWORD>(buffer.size());
        const LSTATUS status = enumerate(i, buffer.data(), units);
        if (status == ERROR_NO_MORE_ITEMS) {
            return result;
        }
        if (status != ERROR_SUCCESS) {
            return error_of(status, fmt::format("list the {} of {}", what, path));
        }
        if (result.names.size() == most) {
            result.more = true;
            return result;
        }
        result.names.push_back(narrow(std::wstring_view(buffer).substr(0, units)));
    }
}

}  // namespace

std::string RegistryValue::type_name() const {
    static constexpr auto kNames =
        std::to_array<const char*>({"REG_NONE", "REG_SZ", "REG_EXPAND_SZ", "REG_BINARY", "REG_DWORD",
                                    "REG_DWORD_BIG_ENDIAN", "REG_LINK", "REG_MULTI_SZ", "REG_RESOURCE_LIST",
                                    "REG_FULL_RESOURCE_DESCRIPTOR", "REG_RESOURCE_REQUIREMENTS_LIST", "REG_QWORD"});
    return type < kNames.size() ? kNames[type] : fmt::format("type 0x{:x}", type);
}

Result<std::string> RegistryValue::text() const {
    if (!is_text(type)) {
        return Error{Errc::malformed, fmt::format("read a {} of {} bytes as a text", type_name(), size_bytes)};
    }
    const std::wstring units = units_of(data);
    return narrow(std::wstring_view(units).substr(0, units.find(L'\0')));
}

Result<std::vector<std::string>> RegistryValue::texts() const {
    if (type != REG_MULTI_SZ) {
        auto one = text();
        if (!one) {
            return Error{Errc::malformed, fmt::format("read a {} of {} bytes as a list", type_name(), size_bytes)};
        }
        return one->empty() ? std::vector<std::string>{} : std::vector<std::string>{std::move(*one)};
    }
    std::vector<std::string> list;
    const std::wstring units = units_of(data);
    for (std::wstring_view rest = units; !rest.empty();) {
        const std::size_t end = std::min(rest.find(L'\0'), rest.size());
        if (end > 0) {
            list.push_back(narrow(rest.substr(0, end)));
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return list;
}

Result<std::int64_t> RegistryValue::integer() const {
    if (type == REG_DWORD && data.size() == sizeof(std::uint32_t)) {
        return std::int64_t{number_at<std::uint32_t>(data)};
    }
    if (type == REG_DWORD_BIG_ENDIAN && data.size() == sizeof(std::uint32_t)) {
        std::int64_t number = 0;
        for (const std::byte each : data) {
            number = number << 8 | std::to_integer<std::int64_t>(each);
        }
        return number;
    }
    if (type == REG_QWORD && data.size() == sizeof(std::uint64_t)) {
        const auto number = number_at<std::uint64_t>(data);
        if (number <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
            return static_cast<std::int64_t>(number);
        }
    }
    return Error{Errc::malformed, fmt::format("read a {} of {} bytes as a number", type_name(), size_bytes)};
}

std::string RegistryValue::shown(std::size_t most_bytes) const {
    if (auto number = integer()) {
        return fmt::format("{}", *number);
    }
    if (is_text(type) || type == REG_MULTI_SZ) {
        return cut(fmt::format("{}", fmt::join(texts().value_or({}), "; ")), most_bytes);
    }
    std::string hex;
    for (const std::byte each : std::span(data).first(std::min(most_bytes, data.size()))) {
        hex += fmt::format("{:02x}", std::to_integer<unsigned>(each));
    }
    return data.size() > most_bytes ? hex + "…" : hex;
}

Result<RegistryKey> RegistryKey::open(std::string_view path) {
    for (const auto& [prefix, root] :
         {std::pair<std::string_view, HKEY>{"HKLM\\", HKEY_LOCAL_MACHINE}, {"HKU\\", HKEY_USERS}}) {
        if (path.starts_with(prefix)) {
            return open_at(root, path.substr(prefix.size()), std::string(path));
        }
    }
    return Error{Errc::invalid_input, fmt::format("open {}: not below HKLM or HKU", path)};
}

Result<RegistryKey> RegistryKey::open_below(std::string_view path) const {
    return open_at(key_.get(), path, fmt::format("{}\\{}", path_, path));
}

Result<RegistryKey> RegistryKey::open_at(HKEY root, std::string_view below, std::string path) {
    HKEY key = nullptr;
    const LSTATUS status = RegOpenKeyExW(root, wide(below).c_str(), 0, KEY_READ | KEY_WOW64_64KEY, &key);
    if (status != ERROR_SUCCESS) {
        return error_of(status, fmt::format("open {}", path));
    }
    return RegistryKey(Owner(key), std::move(path));
}

Result<RegistryValue> RegistryKey::value(std::string_view name) const {
    const std::wstring wide_name = wide(name);
    RegistryValue value{.name = std::string(name)};
    auto size = static_cast<DWORD>(kFirstBytes);
    LSTATUS status = ERROR_MORE_DATA;
    for (int i = 0; i < kAttempts && status == ERROR_MORE_DATA; ++i) {
        value.data.resize(size);
        status = RegQueryValueExW(key_.get(), wide_name.c_str(), nullptr, &value.type,
                                  reinterpret_cast<BYTE*>(value.data.data()), &size);
        if (status == ERROR_MORE_DATA && size > kMostBytes) {
            return Error{Errc::too_large, fmt::format("read {}: {} bytes", in_key(path_, name), size)};
        }
    }
    if (status != ERROR_SUCCESS) {
        return error_of(status, fmt::format("read {}", in_key(path_, name)));
    }
    value.data.resize(std::min<std::size_t>(size, value.data.size()));
    value.size_bytes = value.data.size();
    return value;
}

namespace {

// A value that was read, as one of RegistryValue's functions understands it.
template <class T>
Result<T> understood(const Result<RegistryValue>& value, const std::string& path, std::string_view name,
                     Result<T> (RegistryValue::*as)() const) {
    if (!value) {
        return value.error();
    }
    auto result = ((*value).*as)();
    if (!result) {
        return Error{result.error().code, fmt::format("{}: {}", in_key(path, name), result.error().doing)};
    }
    return result;
}

}  // namespace

Result<std::string> RegistryKey::text(std::string_view name) const {
    return understood(value(name), path_, name, &RegistryValue::text);
}

Result<std::vector<std::string>> RegistryKey::texts(std::string_view name) const {
    return understood(value(name), path_, name, &RegistryValue::texts);
}

Result<std::int64_t> RegistryKey::integer(std::string_view name) const {
    return understood(value(name), path_, name, &RegistryValue::integer);
}

Result<RegistryKey::Names> RegistryKey::subkeys(std::size_t most) const {
    return names_of(path_, most, "keys", [&](DWORD index, wchar_t* name, DWORD& units) {
        return RegEnumKeyExW(key_.get(), index, name, &units, nullptr, nullptr, nullptr, nullptr);
    });
}

Result<RegistryKey::Names> RegistryKey::value_names(std::size_t most) const {
    return names_of(path_, most, "values", [&](DWORD index, wchar_t* name, DWORD& units) {
        return RegEnumValueW(key_.get(), index, name, &units, nullptr, nullptr, nullptr, nullptr);
    });
}

Result<RegistryKey::Values> RegistryKey::values(std::size_t most) const {
    auto names = value_names(most);
    if (!names) {
        return names.error();
    }
    Values result{.values = {}, .more = names->more};
    for (const std::string& name : names->names) {
        auto each = value(name);
        if (each) {
            result.values.push_back(std::move(*each));
        } else if (each.error().code == Errc::too_large) {
            RegistryValue large{.name = name};
            DWORD size = 0;
            RegQueryValueExW(key_.get(), wide(name).c_str(), nullptr, &large.type, nullptr, &size);
            large.size_bytes = size;
            result.values.push_back(std::move(large));
        } else if (each.error().code != Errc::not_found) {
            return each.error();
        }
    }
    return result;
}

}  // namespace kwd::collectors
