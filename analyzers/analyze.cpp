// SPDX-License-Identifier: Apache-2.0
#include "analyzers/analyze.h"

#include "analyzers/absence.h"
#include "analyzers/coverage.h"
#include "analyzers/facts.h"
#include "analyzers/merge.h"
#include "analyzers/readings.h"
#include "snapshot/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace kwd::analyzers {
namespace {

// A part of a document cannot speak for the whole of any table.
void mark_truncated(const snapshot::DocumentInfo& info, Analysis& analysis) {
    const auto covered = analysis.coverage();
    for (const auto& [table, why] : covered) {
        if (why.empty()) {
            analysis.covers_partly(table, fmt::format("{} holds only a part{}", info.name,
                                                      info.note ? fmt::format(": {}", *info.note) : std::string()));
        }
    }
}

void write_loss(snapshot::Database& into, std::int64_t document_id, std::string_view problem, std::string text) {
    Analysis nothing;
    nothing.note("", std::string(problem), std::move(text));
    nothing.write(into, document_id);
}

// Does a part of the work whose failing costs that part alone.
void attempt(const snapshot::DocumentInfo& info, const Analyzer& analyzer, snapshot::Database& into, Coverage& coverage,
             const std::function<void()>& work) {
    into.execute("SAVEPOINT one_document");
    try {
        work();
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception& error) {
        into.execute("ROLLBACK TO one_document");
        const std::string why = fmt::format("{} could not be understood: {}", info.name, error.what());
        write_loss(into, info.id, "failed", why);
        coverage.add_loss(analyzer, why);
    }
    into.execute("RELEASE one_document");
}

void write(const snapshot::DocumentInfo& info, Analysis& analysis, snapshot::Database& into, Coverage& coverage) {
    if (info.truncated) {
        mark_truncated(info, analysis);
    }
    analysis.write(into, info.id);
    coverage.add_outlines(analysis);
}

/// Documents that are understood as one, because a collector brought them in parts.
class Parts {
  public:
    explicit Parts(const Analyzer& analyzer) : analyzer_(analyzer), analysis_(analyzer.begin_parts()) {}

    void add(const snapshot::Document& document, snapshot::Database& into, Coverage& coverage) {
        attempt(document.info, analyzer_, into, coverage, [&] {
            parts_.push_back(document.info);
            analysis_->add(document);
        });
    }

    void finish(snapshot::Database& into, Coverage& coverage) {
        if (parts_.empty()) {
            return;
        }
        attempt(parts_.front(), analyzer_, into, coverage, [&] {
            std::vector<Analysis> all = analysis_->finish();
            for (std::size_t i = 0; i < parts_.size(); ++i) {
                write(parts_[i], all[i], into, coverage);
            }
        });
    }

  private:
    const Analyzer& analyzer_;
    std::unique_ptr<PartsAnalysis> analysis_;
    std::vector<snapshot::DocumentInfo> parts_;
};

class Documents {
  public:
    Documents(const snapshot::DocumentSource& documents, snapshot::Database& into, Coverage& coverage)
        : documents_(documents), into_(into), coverage_(coverage) {}

    void analyze(const snapshot::DocumentInfo& info, const Analyzer& analyzer) {
        const auto document = documents_.document(info.id);
        if (!document) {
            const std::string why = document.error().text();
            write_loss(into_, info.id, "unreadable", why);
            coverage_.add_loss(analyzer, why);
        } else if (analyzer.begin_parts != nullptr && info.collector != "import") {
            parts_.try_emplace({info.kind, info.collector}, analyzer).first->second.add(*document, into_, coverage_);
        } else {
            attempt(info, analyzer, into_, coverage_, [&] {
                Analysis analysis;
                analyzer.analyze(*document, analysis);
                write(info, analysis, into_, coverage_);
            });
        }
    }

    void finish() {
        for (auto& [key, parts] : parts_) {
            parts.finish(into_, coverage_);
        }
    }

  private:
    const snapshot::DocumentSource& documents_;
    snapshot::Database& into_;
    Coverage& coverage_;
    std::map<std::pair<std::string, std::string>, Parts> parts_;  ///< by kind and collector
};

}  // namespace

void analyze(const snapshot::DocumentSource& documents, snapshot::Database& into, std::span<const Analyzer> analyzers) {
    snapshot::Transaction transaction(into);
    snapshot::clear_derived(into);
    Coverage coverage(analyzers);
    Documents all(documents, into, coverage);
    const auto infos = documents.documents();
    const Readings readings(into, infos);
    for (const snapshot::DocumentInfo& info : infos) {
        const auto each = std::ranges::find(analyzers, info.kind, &Analyzer::kind);
        if (each != analyzers.end() && !readings.is_superseded(info.id)) {
            all.analyze(info, *each);
        }
    }
    all.finish();
    merge_documents(into);
    cover_what_is_absent(into);
    derive_facts(into, states_before(documents, readings, into, analyzers));
    coverage.complete(into);
    transaction.commit();
}

}  // namespace kwd::analyzers
