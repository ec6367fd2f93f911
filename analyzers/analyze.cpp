// SPDX-License-Identifier: Apache-2.0
#include "analyzers/analyze.h"

#include "analyzers/absence.h"
#include "analyzers/coverage.h"
#include "analyzers/facts.h"
#include "analyzers/merge.h"
#include "snapshot/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <new>

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

void analyze_document(const snapshot::DocumentSource& documents, const snapshot::DocumentInfo& info,
                      const Analyzer& analyzer, snapshot::Database& into, Coverage& coverage) {
    const auto document = documents.document(info.id);
    if (!document) {
        const std::string why = document.error().text();
        write_loss(into, info.id, "unreadable", why);
        coverage.add_loss(analyzer, why);
        return;
    }
    into.execute("SAVEPOINT one_document");
    try {
        Analysis analysis;
        analyzer.analyze(*document, analysis);
        if (info.truncated) {
            mark_truncated(info, analysis);
        }
        analysis.write(into, info.id);
        coverage.add_outlines(analysis);
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

}  // namespace

void analyze(const snapshot::DocumentSource& documents, snapshot::Database& into, std::span<const Analyzer> analyzers) {
    snapshot::Transaction transaction(into);
    snapshot::clear_derived(into);
    Coverage coverage(analyzers);
    for (const snapshot::DocumentInfo& info : documents.documents()) {
        if (const auto each = std::ranges::find(analyzers, info.kind, &Analyzer::kind); each != analyzers.end()) {
            analyze_document(documents, info, *each, into, coverage);
        }
    }
    merge_documents(into);
    cover_what_is_absent(into);
    derive_facts(into);
    coverage.complete(into);
    transaction.commit();
}

}  // namespace kwd::analyzers
