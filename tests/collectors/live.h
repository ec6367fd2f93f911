// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"
#include "snapshot/document.h"
#include "snapshot/store.h"

#include <nlohmann/json.hpp>

#include <map>
#include <span>
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

/// Runs these collectors, each in its worker process.
Taken collect(std::span<const collectors::Collector> chosen, const collectors::CollectOptions& options);
/// Runs all collectors of this platform, or one of them.
Taken collect(const collectors::CollectOptions& options, std::string_view only = {});

}  // namespace kwd::test
