// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kwd {

/// A version as software on a node gives it: `v1.28.3`, `1.7.0-beta.1`, `v1.28.9+rke2r1`, `10.0.17763.379`.
///
/// The numbers are compared part by part, a missing part is 0. A pre-release (semver.org §9, §11) is lower than its
/// release. What stands behind `+`, a blank or anything unexpected is not looked at, nor is the name that a vendor
/// gives to its build of a release, as in `v1.28.3-eks-4f4795d`, `v1.27.3-gke.1700` or `17.06.2-ee-13`.
///
/// Windows is written with and without its `10.0.`: `10.0.17763.379` and `17763.379` are the same.
class Version {
  public:
    /// nullopt when there is no number in front (after an optional `v`), or one of more than 18 digits.
    [[nodiscard]] static std::optional<Version> parse(std::string_view text);

    [[nodiscard]] std::uint64_t major_number() const noexcept { return numbers_.front(); }
    [[nodiscard]] std::optional<std::uint64_t> minor_number() const noexcept {
        return numbers_.size() > 1 ? std::optional(numbers_[1]) : std::nullopt;
    }
    [[nodiscard]] bool is_pre_release() const noexcept { return !pre_release_.empty(); }

    /// -1, 0 or 1 as this version is older than, the same as or newer than `other`.
    [[nodiscard]] int compare(const Version& other) const;

  private:
    std::vector<std::uint64_t> numbers_;
    std::vector<std::string> pre_release_;
};

}  // namespace kwd
