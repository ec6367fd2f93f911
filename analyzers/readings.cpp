// SPDX-License-Identifier: Apache-2.0
#include "analyzers/readings.h"

#include "analyzers/analyze.h"
#include "snapshot/kinds.h"
#include "snapshot/schema.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace kwd::analyzers {
namespace {

namespace kind = snapshot::kind;

// They take their time, and say nothing of the state.
constexpr auto kNoState =
    std::to_array<std::string_view>({kind::capture, kind::log, kind::journal, kind::event_records});

class FirstReading final : public snapshot::DocumentSource {
  public:
    FirstReading(const snapshot::DocumentSource& all, const Readings& readings) : all_(all), readings_(readings) {}

    [[nodiscard]] std::vector<snapshot::DocumentInfo> documents() const override {
        auto infos = all_.documents();
        std::erase_if(infos, [this](const snapshot::DocumentInfo& info) {
            return readings_.is_later(info.id) || std::ranges::find(kNoState, info.kind) != kNoState.end();
        });
        return infos;
    }
    [[nodiscard]] Result<snapshot::Document> document(std::int64_t id) const override { return all_.document(id); }

  private:
    const snapshot::DocumentSource& all_;
    const Readings& readings_;
};

// A time at which a collector was asked.
struct Turn {
    std::string started_at_utc;
    bool answered;
};

// Which turns are the first and the last that tell the state.
std::pair<std::size_t, std::size_t> first_and_last(const std::vector<Turn>& turns) {
    const auto first = std::ranges::find(turns, true, &Turn::answered);
    const auto last = std::find_if(turns.rbegin(), turns.rend(), [](const Turn& each) { return each.answered; });
    return first == turns.end() ? std::pair(std::size_t{0}, turns.size() - 1)
                                : std::pair(static_cast<std::size_t>(first - turns.begin()),
                                            static_cast<std::size_t>(turns.rend() - last) - 1);
}

// Turns are many seconds apart, and a document's time is that at which it was read.
std::size_t turn_at(const std::vector<Turn>& turns, const std::optional<std::string>& time) {
    const auto after = std::ranges::upper_bound(turns, time.value_or(""), {}, &Turn::started_at_utc);
    return after == turns.begin() ? 0 : static_cast<std::size_t>(after - turns.begin()) - 1;
}

// The stored tables, documents without their content.
void copy_stored(snapshot::Database& from, const std::vector<snapshot::DocumentInfo>& documents,
                 snapshot::Database& to) {
    snapshot::Statement meta = from.prepare("SELECT key, value FROM meta");
    snapshot::Statement add_meta = to.prepare("INSERT INTO meta (key, value) VALUES (?, ?)");
    while (meta.step()) {
        add_meta.bind(1, meta.text(0));
        add_meta.bind(2, meta.text(1));
        add_meta.run();
    }
    snapshot::Statement collections =
        from.prepare("SELECT collector, outcome, reason, error_code FROM collections ORDER BY id");
    snapshot::Statement add_collection =
        to.prepare("INSERT INTO collections (collector, outcome, reason, error_code) VALUES (?, ?, ?, ?)");
    while (collections.step()) {
        for (int column = 0; column < collections.column_count(); ++column) {
            add_collection.bind(column + 1, collections.optional_text(column));
        }
        add_collection.run();
    }
    snapshot::Statement add_document = to.prepare(
        "INSERT INTO documents (id, collector, kind, name, collected_at_utc, size_bytes, sha256) VALUES (?, ?, ?, ?, "
        "?, ?, ?)");
    for (const snapshot::DocumentInfo& each : documents) {
        add_document.bind(1, each.id);
        add_document.bind(2, each.collector);
        add_document.bind(3, each.kind);
        add_document.bind(4, each.name);
        add_document.bind(5, each.collected_at_utc);
        add_document.bind(6, each.size_bytes);
        add_document.bind(7, each.sha256);
        add_document.run();
    }
}

}  // namespace

Readings::Readings(const snapshot::Database& collections, const std::vector<snapshot::DocumentInfo>& documents) {
    std::map<std::string, std::vector<Turn>, std::less<>> turns_of;
    snapshot::Statement query = collections.prepare(
        "SELECT collector, started_at_utc, outcome IN ('ok', 'partial') FROM collections WHERE started_at_utc IS NOT "
        "NULL AND collector <> 'import' ORDER BY started_at_utc, id");
    while (query.step()) {
        turns_of[query.text(0)].push_back({query.text(1), query.integer(2) != 0});
    }
    for (const snapshot::DocumentInfo& each : documents) {
        const auto found = turns_of.find(each.collector);
        if (found == turns_of.end() || found->second.size() < 2) {
            continue;
        }
        const std::vector<Turn>& turns = found->second;
        const auto [first, last] = first_and_last(turns);
        const std::size_t turn = turn_at(turns, each.collected_at_utc);
        any_ = any_ || first != last;
        if (turn != last) {
            superseded_.insert(each.id);
        }
        if (turn != first) {
            later_.insert(each.id);
        }
    }
}

std::optional<snapshot::Database> state_before(const snapshot::DocumentSource& documents, const Readings& readings,
                                               snapshot::Database& now, std::span<const Analyzer> analyzers) {
    if (readings.empty()) {
        return std::nullopt;
    }
    const FirstReading first(documents, readings);
    snapshot::Database before = snapshot::Database::memory();
    snapshot::create_schema(before);
    copy_stored(now, first.documents(), before);
    analyze(first, before, analyzers);
    return before;
}

}  // namespace kwd::analyzers
