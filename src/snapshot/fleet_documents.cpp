// SPDX-License-Identifier: Apache-2.0
#include "snapshot/fleet_documents.h"

#include "snapshot/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace kwd::snapshot {
namespace {

// Each holds a file and a cache.
constexpr std::size_t kMostOpen = 16;

constexpr const char* kSelect =
    "SELECT d.id, d.collector, d.kind, d.node || ': ' || d.name, d.original_path, d.collected_at_utc, d.size_bytes, "
    "d.sha256, d.truncated, d.note FROM main.documents AS d";

}  // namespace

std::vector<DocumentInfo> FleetDocuments::documents() const {
    std::vector<DocumentInfo> all;
    Statement select = fleet_.prepare(fmt::format("{} ORDER BY d.id", kSelect));
    while (select.step()) {
        all.push_back(read_document_info(select));
    }
    return all;
}

Result<const Snapshot*> FleetDocuments::opened(const std::string& path) const {
    const auto found = std::ranges::find(open_, path, &std::pair<std::string, std::unique_ptr<Snapshot>>::first);
    if (found != open_.end()) {
        std::rotate(found, found + 1, open_.end());
    } else {
        auto snapshot = Snapshot::open(path);
        if (!snapshot) {
            return std::move(snapshot).error();
        }
        if (open_.size() == kMostOpen) {
            open_.erase(open_.begin());
        }
        open_.emplace_back(path, std::move(*snapshot));
    }
    return open_.back().second.get();
}

Result<Document> FleetDocuments::document(std::int64_t id) const {
    const std::array<Value, 1> wanted = {id};
    const auto path = fleet_.text(
        "SELECT n.snapshot FROM main.documents AS d JOIN main.fleet_nodes AS n ON n.node = d.node WHERE d.id = ?",
        wanted);
    if (!path) {
        return Error{Errc::not_found, fmt::format("read document {}: no snapshot of the fleet has it", id)};
    }
    Statement select = fleet_.prepare(fmt::format("{} WHERE d.id = ?", kSelect));
    select.bind(1, id);
    if (!select.step()) {
        return Error{Errc::not_found, fmt::format("read document {}: no snapshot of the fleet has it", id)};
    }
    DocumentInfo info = read_document_info(select);
    // Documents of one snapshot stand in its order, without gaps.
    const auto position = fleet_.integer(
        "SELECT count(*) FROM main.documents AS d JOIN main.documents AS o ON o.node = d.node AND o.id < d.id "
        "WHERE d.id = ?",
        wanted);
    const auto snapshot = opened(*path);
    if (!snapshot) {
        return snapshot.error();
    }
    const std::vector<DocumentInfo> own = (*snapshot)->documents();
    const auto index = static_cast<std::size_t>(position.value_or(0));
    if (index >= own.size() || own[index].sha256 != info.sha256) {
        return Error{Errc::malformed, fmt::format("read document {}: {} has changed", info.name, *path)};
    }
    auto document = (*snapshot)->document(own[index].id);
    if (!document) {
        return std::move(document).error();
    }
    return Document{std::move(info), std::move(document->content)};
}

}  // namespace kwd::snapshot
