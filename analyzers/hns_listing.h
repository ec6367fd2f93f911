// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/hns_objects.h"
#include "analyzers/text_lines.h"

namespace kwd::analyzers {

struct PowerShellObject;

/// Reads what stands in an HNS text beside JSON: `hnsdiag list` with its sections, the tables that collectlogs.ps1 puts
/// on top of its files, and the list form of Get-HnsNetwork and its sisters. Names and ids alone are an outline.
class HnsListing {
  public:
    HnsListing(const TextLines& lines, HnsObject hint, Analysis& out) : lines_(lines), hint_(hint), out_(out) {}

    /// Takes what begins at a line and answers the line behind it; the same line when it is not understood.
    std::size_t take(std::size_t at);

    /// States of endpoints that were told without their ids.
    [[nodiscard]] const HnsEndpointStates& states() const noexcept { return states_; }
    /// The kind that the last title named (`Networks:`), else the hint.
    [[nodiscard]] HnsObject section() const noexcept { return section_ != HnsObject::unknown ? section_ : hint_; }
    [[nodiscard]] bool found_anything() const noexcept { return found_anything_; }

  private:
    bool take_title(std::string_view line);
    bool take_row(std::size_t at);
    std::size_t take_objects(std::size_t at);
    void take_object(const PowerShellObject& object);

    const TextLines& lines_;
    HnsObject hint_;
    Analysis& out_;
    HnsObject section_ = HnsObject::unknown;
    std::string last_load_balancer_;
    HnsEndpointStates states_;
    bool found_anything_ = false;
};

}  // namespace kwd::analyzers
