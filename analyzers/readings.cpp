// SPDX-License-Identifier: Apache-2.0
#include "analyzers/readings.h"

#include "analyzers/analyze.h"
#include "analyzers/vxlan_expectation.h"
#include "analyzers/vxlan_times.h"
#include "snapshot/kinds.h"
#include "snapshot/schema.h"

#include <fmt/format.h>

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

class OneReading final : public snapshot::DocumentSource {
  public:
    OneReading(const snapshot::DocumentSource& all, const Readings& readings, std::size_t number)
        : all_(all), readings_(readings), number_(number) {}

    [[nodiscard]] std::vector<snapshot::DocumentInfo> documents() const override {
        auto infos = all_.documents();
        std::erase_if(infos, [this](const snapshot::DocumentInfo& info) {
            return !readings_.is_of(info.id, number_) || std::ranges::find(kNoState, info.kind) != kNoState.end();
        });
        return infos;
    }
    [[nodiscard]] Result<snapshot::Document> document(std::int64_t id) const override { return all_.document(id); }

  private:
    const snapshot::DocumentSource& all_;
    const Readings& readings_;
    std::size_t number_;
};

// A time at which a collector was asked.
struct Turn {
    std::string started_at_utc;
    bool answered;
};

// The numbers of the turns that tell the state, in their order.
std::vector<std::size_t> telling(const std::vector<Turn>& turns) {
    const bool none = std::ranges::none_of(turns, &Turn::answered);
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < turns.size(); ++i) {
        if (none || turns[i].answered) {
            numbers.push_back(i);
        }
    }
    return numbers;
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
        const std::vector<std::size_t> numbers = telling(found->second);
        const auto number = std::ranges::find(numbers, turn_at(found->second, each.collected_at_utc));
        Place& place = places_[each.id];
        if (number != numbers.end()) {
            place.reading = static_cast<std::size_t>(number - numbers.begin());
            place.last = *number == numbers.back();
        }
        count_ = std::max(count_, numbers.size());
    }
}

bool Readings::is_of(std::int64_t document_id, std::size_t reading) const {
    const auto found = places_.find(document_id);
    if (found == places_.end()) {
        return true;
    }
    const Place& place = found->second;
    return place.reading && (*place.reading == reading || (place.last && *place.reading < reading));
}

std::vector<snapshot::Database> states_before(const snapshot::DocumentSource& documents, const Readings& readings,
                                              snapshot::Database& now, std::span<const Analyzer> analyzers) {
    std::vector<snapshot::Database> states;
    for (std::size_t number = 0; number + 1 < readings.count(); ++number) {
        const OneReading reading(documents, readings, number);
        snapshot::Database& state = states.emplace_back(snapshot::Database::memory());
        snapshot::create_schema(state);
        copy_stored(now, reading.documents(), state);
        analyze(reading, state, analyzers);
    }
    return states;
}

bool would_be_told_by_another(const snapshot::Database& database) {
    const std::array<snapshot::Value, 2> values = {std::string(name_of(VxlanVerdict::unknown)),
                                                   fmt::format("% by what was read, but {}", kCameAfterReading)};
    return database.integer("SELECT 1 FROM vxlan_verdicts WHERE verdict = ? AND decided_by LIKE ? LIMIT 1", values)
        .has_value();
}

}  // namespace kwd::analyzers
