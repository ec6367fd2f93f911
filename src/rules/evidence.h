// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/evaluation.h"
#include "snapshot/document.h"
#include "snapshot/place.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::rules {

/// One piece of evidence of a finding.
struct Evidence {
    std::optional<std::int64_t> document_id = {};
    std::optional<std::string> document = {};  ///< its name
    std::optional<std::string> place = {};     ///< as in snapshot/place.h
    std::optional<std::string> text = {};      ///< what stands there; none when the document cannot be quoted
};

/// Quotes the places that findings refer to. Each document is unpacked once, as long as there is room.
class EvidenceQuotes {
  public:
    EvidenceQuotes(const snapshot::DocumentSource& documents, const EngineLimits& limits,
                   snapshot::OpenQuotes open_quotes);

    /// The evidence of one row: references as tables give them in `at` ("12#/0/Name"), several joined by newlines; each
    /// place once, in order. Of long texts the lines that hold one of `values`. What is no reference is evidence by
    /// its own text.
    [[nodiscard]] std::vector<Evidence> of(const std::vector<std::string>& columns,
                                           const std::vector<snapshot::Value>& row,
                                           const std::vector<std::string>& values);

  private:
    [[nodiscard]] Evidence quote(std::string_view reference, const std::vector<std::string>& values);
    [[nodiscard]] std::optional<std::string> text_at(const snapshot::DocumentInfo& info, std::string_view place,
                                                     const std::vector<std::string>& values);

    const snapshot::DocumentSource& documents_;
    EngineLimits limits_;
    snapshot::OpenQuotes open_quotes_;
    std::map<std::int64_t, snapshot::DocumentInfo> infos_;
    std::map<std::int64_t, snapshot::Quotes> open_;  ///< empty for a document that cannot be read
    std::size_t open_bytes_ = 0;
};

}  // namespace kwd::rules
