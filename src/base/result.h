// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cassert>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace kwd {

/// What went wrong, in the few kinds that a caller treats differently.
enum class Errc : std::uint8_t {
    not_found,      ///< the thing asked for does not exist
    access_denied,  ///< it exists, and we may not look
    unsupported,    ///< this platform, version or format cannot do it
    timed_out,      ///< the deadline passed first
    malformed,      ///< it was read, and is not what it claims to be
    too_large,      ///< a limit on size or number was reached
    invalid_input,  ///< the caller, in the end a person, asked for something impossible
    left_out,       ///< the caller, in the end a person, wanted it to be left out
    io,             ///< everything else that the world does to us
};

/// Whose numbering a native error code belongs to.
enum class Domain : std::uint8_t { posix, win32, hresult, sqlite, pcap, archive };

/// The code that the operating system or a library gave, kept as a number: one searches for `0x803b0001`,
/// not for its translation.
struct NativeCode {
    Domain domain;
    std::int64_t value;
};

struct Error {
    Errc code = Errc::io;
    std::string doing;  ///< what we were at, with the object's name, and what was found
    std::optional<NativeCode> native = {};

    /// One line for a person: what we were at, the kind, and the native code if there is one.
    [[nodiscard]] std::string text() const;
};

/// The kind's name as it stands in snapshots: `not_found`, `access_denied`, …
[[nodiscard]] const char* name_of(Errc code) noexcept;
[[nodiscard]] const char* name_of(Domain domain) noexcept;

/// A value, or why there is none. Spelled like std::expected, which g++ 12 only has under C++23.
template <class T>
class [[nodiscard]] Result {
  public:
    // NOLINTBEGIN(google-explicit-constructor): so that a function returns its value, or an Error, as it is
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
    // NOLINTEND(google-explicit-constructor)

    [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    [[nodiscard]] T& value() & {
        assert(has_value());
        return std::get<0>(state_);
    }
    [[nodiscard]] const T& value() const& {
        assert(has_value());
        return std::get<0>(state_);
    }
    [[nodiscard]] T&& value() && {
        assert(has_value());
        return std::get<0>(std::move(state_));
    }
    [[nodiscard]] T& operator*() & { return value(); }
    [[nodiscard]] const T& operator*() const& { return value(); }
    [[nodiscard]] T&& operator*() && { return std::move(*this).value(); }
    [[nodiscard]] T* operator->() { return &value(); }
    [[nodiscard]] const T* operator->() const { return &value(); }

    [[nodiscard]] const Error& error() const& {
        assert(!has_value());
        return std::get<1>(state_);
    }
    [[nodiscard]] Error&& error() && {
        assert(!has_value());
        return std::get<1>(std::move(state_));
    }

    [[nodiscard]] T value_or(T other) const& { return has_value() ? value() : std::move(other); }

  private:
    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor): as above

    [[nodiscard]] bool has_value() const noexcept { return !error_.has_value(); }
    explicit operator bool() const noexcept { return has_value(); }
    [[nodiscard]] const Error& error() const& {
        assert(error_);
        return *error_;
    }
    [[nodiscard]] Error&& error() && {
        assert(error_);
        return std::move(*error_);
    }

  private:
    std::optional<Error> error_;
};

}  // namespace kwd
