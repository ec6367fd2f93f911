// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::snapshot {

/// What is known of a document before its content is read.
struct DocumentInfo {
    std::int64_t id = 0;                               ///< unique within the snapshot
    std::string collector;                             ///< who brought it: a collector's name, or "import"
    std::string kind;                                  ///< what it is, one of kinds.h; decides which analyzer reads it
    std::string name;                                  ///< short name for people: "hns/networks.json", "network.txt"
    std::optional<std::string> original_path = {};     ///< where it lay on the node or in the bundle
    std::optional<std::string> collected_at_utc = {};  ///< ISO 8601
    std::int64_t size_bytes = 0;
    std::string sha256;      ///< of the content as it was, lower case hex
    bool truncated = false;  ///< the content is only a part of what there was; `note` says which
    std::optional<std::string> note = {};
};

/// What the node said, byte for byte, and where it came from.
struct Document {
    DocumentInfo info;
    std::string content;
};

/// Whoever can give documents by their ids: a snapshot on disk, or a few documents in a test.
class DocumentSource {
  public:
    DocumentSource() = default;
    DocumentSource(const DocumentSource&) = delete;
    DocumentSource& operator=(const DocumentSource&) = delete;
    virtual ~DocumentSource() = default;

    /// In the order in which they were stored.
    [[nodiscard]] virtual std::vector<DocumentInfo> documents() const = 0;
    /// Errors: not_found; malformed when content and sha256 disagree or it cannot be unpacked; too_large.
    [[nodiscard]] virtual Result<Document> document(std::int64_t id) const = 0;
};

}  // namespace kwd::snapshot
