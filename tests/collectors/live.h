// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"
#include "snapshot/document.h"
#include "snapshot/store.h"

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <string_view>

namespace kwd::test {

/// What a run of the real collectors gave.
struct Taken {
    std::map<std::string, snapshot::Collection> collections;
    std::map<std::string, snapshot::Document> documents;  ///< by name

    /// Fails the test when there is no such document.
    [[nodiscard]] nlohmann::json read(const std::string& name) const;
};

/// Runs all collectors of this platform, or one of them, each in its worker process.
Taken collect(const collectors::CollectOptions& options, std::string_view only = {});

}  // namespace kwd::test
