// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kwd::test {

/// What a collector brought, and what it said that it missed.
class KeptDocuments final : public collectors::DocumentSink {
  public:
    std::vector<collectors::NewDocument> documents;
    std::vector<Error> misses;
    std::size_t bytes_left = std::numeric_limits<std::size_t>::max();  ///< what does not fit is refused
    std::function<void()> when_put = [] {};

    Result<void> put(collectors::NewDocument document) override {
        if (document.content.size() > bytes_left) {
            return Error{Errc::too_large, "put " + document.name};
        }
        bytes_left -= document.content.size();
        documents.push_back(std::move(document));
        when_put();
        return {};
    }
    void missed(Error error) override { misses.push_back(std::move(error)); }

    /// nullptr where there is none of this name.
    [[nodiscard]] const collectors::NewDocument* find(std::string_view name) const {
        const auto found = std::ranges::find(documents, name, &collectors::NewDocument::name);
        return found == documents.end() ? nullptr : &*found;
    }
};

}  // namespace kwd::test
