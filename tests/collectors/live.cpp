// SPDX-License-Identifier: Apache-2.0
#include "tests/collectors/live.h"

#include "collectors/runner.h"
#include "snapshot/snapshot.h"
#include "tests/support/temporary_folder.h"

#include <catch2/catch_test_macros.hpp>

#include <vector>

namespace kwd::test {

nlohmann::json Taken::read(const std::string& name) const {
    INFO(name);
    REQUIRE(documents.contains(name));
    return nlohmann::json::parse(documents.at(name).content);
}

Taken collect(std::span<const collectors::Collector> chosen, const collectors::CollectOptions& options) {
    const TemporaryFolder folder;
    auto store = snapshot::Store::create(folder.file("node.kwsnap"), "test");
    REQUIRE(store);
    Taken taken;
    for (auto& each : collectors::run_collectors(chosen, options, *store)) {
        taken.collections[each.collector] = each;
    }
    const snapshot::StoredDocuments stored(store->database());
    for (const auto& info : stored.documents()) {
        auto document = stored.document(info.id);
        REQUIRE(document);
        taken.documents[info.name] = std::move(*document);
    }
    return taken;
}

Taken collect(const collectors::CollectOptions& options, std::string_view only) {
    std::vector<collectors::Collector> chosen;
    for (const collectors::Collector& each : collectors::all_collectors()) {
        if (only.empty() || each.name == only) {
            chosen.push_back(each);
        }
    }
    return collect(chosen, options);
}

}  // namespace kwd::test
