// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/database.h"
#include "snapshot/document.h"
#include "snapshot/snapshot.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace kwd::snapshot {

/// The documents of a fleet, read from its snapshots when they are asked for. Their names begin with that of the node.
class FleetDocuments final : public DocumentSource {
  public:
    explicit FleetDocuments(const Database& fleet) : fleet_(fleet) {}
    [[nodiscard]] std::vector<DocumentInfo> documents() const override;
    /// Errors: those of the snapshot's document, and of opening it.
    [[nodiscard]] Result<Document> document(std::int64_t id) const override;

  private:
    [[nodiscard]] Result<const Snapshot*> opened(const std::string& path) const;

    const Database& fleet_;
    mutable std::vector<std::pair<std::string, std::unique_ptr<Snapshot>>> open_;  ///< the last used last
};

}  // namespace kwd::snapshot
