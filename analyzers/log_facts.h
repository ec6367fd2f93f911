// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace kwd::analyzers {

/// What components say of themselves when they start: their versions, flags and feature gates. A log may hold several
/// starts: of flags the last value counts. The rows are an outline of their tables: a log holds what it happens to
/// hold.
class LogFacts {
  public:
    /// Looks at one message of a component's log.
    void read(std::string_view component, std::string_view message, const std::string& place);
    void write(Analysis& out) const;

  private:
    void read_version(std::string_view component, std::string_view message, const std::string& place);
    void read_gates(std::string_view component, std::string_view message, const std::string& place);
    void read_flannel_flags(std::string_view message, const std::string& place);
    void add_version(std::string_view component, std::string_view version, const std::string& place);

    using Named = std::pair<std::string, std::string>;  ///< component and name
    struct Said {
        std::string text;
        std::string place;
    };
    std::map<Named, Said> flags_;
    std::map<Named, Said> gates_;
    std::map<Named, std::string> versions_;  ///< component and version to the first place
};

}  // namespace kwd::analyzers
