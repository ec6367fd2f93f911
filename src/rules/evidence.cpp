// SPDX-License-Identifier: Apache-2.0
#include "rules/evidence.h"

#include "base/utf8.h"
#include "rules/focus.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace kwd::rules {
namespace {

// How much of a place is looked through for the lines that matter.
constexpr std::size_t kFocusedBytes = 64 * 1024;

std::vector<std::string> references(const std::vector<std::string>& columns, const std::vector<snapshot::Value>& row) {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (!columns[i].starts_with("evidence")) {
            continue;
        }
        const std::string text = snapshot::to_text(row[i]);
        for (std::size_t begin = 0; begin < text.size();) {
            const std::size_t end = std::min(text.find('\n', begin), text.size());
            std::string one = text.substr(begin, end - begin);
            if (!one.empty() && std::ranges::find(all, one) == all.end()) {
                all.push_back(std::move(one));
            }
            begin = end + 1;
        }
    }
    return all;
}

}  // namespace

EvidenceQuotes::EvidenceQuotes(const snapshot::DocumentSource& documents, const EngineLimits& limits,
                               snapshot::OpenQuotes open_quotes)
    : documents_(documents), limits_(limits), open_quotes_(std::move(open_quotes)) {
    for (snapshot::DocumentInfo& info : documents.documents()) {
        const std::int64_t id = info.id;
        infos_.emplace(id, std::move(info));
    }
}

std::optional<std::string> EvidenceQuotes::text_at(const snapshot::DocumentInfo& info, std::string_view place,
                                                   const std::vector<std::string>& values) {
    if (info.size_bytes < 0 || static_cast<std::uint64_t>(info.size_bytes) > limits_.document_bytes) {
        return std::nullopt;
    }
    auto open = open_.find(info.id);
    if (open == open_.end()) {
        auto document = documents_.document(info.id);
        const std::size_t bytes = document ? document->content.size() : 0;
        if (open_bytes_ + bytes > limits_.open_document_bytes) {
            open_.clear();
            open_bytes_ = 0;
        }
        open_bytes_ += bytes;
        open = open_.emplace(info.id, nullptr).first;
        if (document) {
            open->second = open_quotes_(std::move(*document));
        }
    }
    if (!open->second) {
        return std::nullopt;
    }
    const std::string whole = open->second(place, kFocusedBytes);
    return whole.empty() ? std::nullopt : std::optional(shortened(focused(whole, values), limits_.excerpt_bytes));
}

Evidence EvidenceQuotes::quote(std::string_view reference, const std::vector<std::string>& values) {
    std::int64_t id = 0;
    const std::size_t hash = reference.find('#');
    const char* end = reference.data() + std::min(hash, reference.size());
    const auto [stopped, error] = std::from_chars(reference.data(), end, id);
    if (hash == std::string_view::npos || error != std::errc() || stopped != end) {
        return Evidence{.text = std::string(reference.substr(0, limits_.excerpt_bytes))};
    }
    const std::string_view place = reference.substr(hash + 1);
    Evidence evidence{.document_id = id, .place = std::string(place)};
    if (const auto info = infos_.find(id); info != infos_.end()) {
        evidence.document = info->second.name;
        evidence.text = text_at(info->second, place, values);
    }
    return evidence;
}

std::vector<Evidence> EvidenceQuotes::of(const std::vector<std::string>& columns,
                                         const std::vector<snapshot::Value>& row,
                                         const std::vector<std::string>& values) {
    const std::vector<std::string> all = references(columns, row);
    std::vector<Evidence> evidence;
    for (std::size_t i = 0; i < std::min(all.size(), limits_.evidence_per_finding); ++i) {
        evidence.push_back(quote(all[i], values));
    }
    if (all.size() > evidence.size()) {
        evidence.push_back(Evidence{.text = fmt::format("and {} more places", all.size() - evidence.size())});
    }
    return evidence;
}

}  // namespace kwd::rules
