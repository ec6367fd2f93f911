// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/document.h"

#include <string>
#include <string_view>
#include <vector>

namespace kwd::analyzers {

/// Documents that a test writes down itself; a content that is missing cannot be read.
class GivenDocuments final : public snapshot::DocumentSource {
  public:
    snapshot::DocumentInfo& add(std::string_view kind, std::string content) {
        snapshot::DocumentInfo info;
        info.id = static_cast<std::int64_t>(documents_.size()) + 1;
        info.collector = "import";
        info.kind = kind;
        info.name = info.kind + ".txt";
        documents_.push_back({std::move(info), std::move(content)});
        return documents_.back().info;
    }
    void damage(std::int64_t id) { damaged_ = id; }

    [[nodiscard]] std::vector<snapshot::DocumentInfo> documents() const override {
        std::vector<snapshot::DocumentInfo> infos;
        for (const snapshot::Document& each : documents_) {
            infos.push_back(each.info);
        }
        return infos;
    }
    [[nodiscard]] Result<snapshot::Document> document(std::int64_t id) const override {
        if (id == damaged_) {
            return Error{Errc::malformed, "read document: its content is not what its sha256 says"};
        }
        return documents_.at(static_cast<std::size_t>(id) - 1);
    }

  private:
    std::vector<snapshot::Document> documents_;
    std::int64_t damaged_ = 0;
};

}  // namespace kwd::analyzers
