// SPDX-License-Identifier: Apache-2.0
#include "analyzers/readings.h"

#include "analyzers/analyze.h"
#include "snapshot/kinds.h"
#include "snapshot/schema.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <tuple>

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
            return readings_.supersedes(info.id) || std::ranges::find(kNoState, info.kind) != kNoState.end();
        });
        return infos;
    }
    [[nodiscard]] Result<snapshot::Document> document(std::int64_t id) const override { return all_.document(id); }

  private:
    const snapshot::DocumentSource& all_;
    const Readings& readings_;
};

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

Readings::Readings(const std::vector<snapshot::DocumentInfo>& documents) {
    std::map<std::tuple<std::string_view, std::string_view, std::string_view>, std::int64_t> last;
    for (const snapshot::DocumentInfo& each : documents) {
        if (each.collector == "import") {
            continue;
        }
        const auto [found, fresh] = last.try_emplace({each.collector, each.kind, each.name}, each.id);
        if (!fresh) {
            superseded_.insert(found->second);
            superseding_.insert(each.id);
            found->second = each.id;
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
