// SPDX-License-Identifier: Apache-2.0
#include "collectors/import/import.h"

#include "base/clock.h"
#include "base/path.h"
#include "collectors/import/bundle.h"
#include "collectors/import/cut.h"
#include "collectors/import/event_log_file.h"
#include "collectors/import/recognise.h"
#include "collectors/import/sanitise.h"
#include "snapshot/content.h"
#include "snapshot/kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

namespace kwd::collectors {
namespace {

namespace fs = std::filesystem;
namespace kind = snapshot::kind;

constexpr std::size_t kNotesInReason = 100;

/// The last part of a path that names something: of `.` the folder's own name.
std::string name_of(const fs::path& path) {
    std::error_code ignored;
    auto whole = fs::absolute(path, ignored).lexically_normal();
    if (!whole.has_filename()) {
        whole = whole.parent_path();
    }
    return whole.has_filename() ? utf8_of(whole.filename()) : utf8_of(path);
}

void append(std::string& notes, std::string_view note) {
    if (!note.empty()) {
        notes += notes.empty() ? "" : "; ";
        notes += note;
    }
}

/// The same log twice would tell every event twice; two configuration files may well be equal and mean two things.
bool counts_once(std::string_view document_kind) {
    return document_kind == kind::log || document_kind == kind::journal || document_kind == kind::event_records ||
           document_kind == kind::capture;
}

/// One PATH on its way into the snapshot.
class PathImport {
  public:
    PathImport(const std::string& path, snapshot::Store& store, const ImportOptions& options, ImportSummary& summary)
        : path_(path_of(path)), name_(name_of(path_)), store_(store), options_(options), summary_(summary) {}

    /// Errors: of opening the path, and not_found where it holds no file.
    Result<void> run() {
        const auto begin = std::chrono::steady_clock::now();
        collection_.collector = "import: " + name_;
        collection_.started_at_utc = now_utc();
        auto result = read();
        if (!result) {
            collection_.outcome = snapshot::Outcome::failed;
            collection_.error = result.error();
        } else if (!losses_.empty()) {
            collection_.outcome = snapshot::Outcome::partial;
            collection_.error = Error{stopped_ ? Errc::too_large : Errc::malformed, reason()};
        }
        collection_.duration_ms =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin).count();
        store_.add_collection(collection_);
        return result;
    }

    [[nodiscard]] const Bundle& bundle() const noexcept { return bundle_; }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

  private:
    // Twice: what a file means may depend on what lies beside it.
    Result<void> read() {
        const auto listed =
            read_path(path_, options_.limits, [&](ArchiveEntry&& entry) { paths_.push_back(std::move(entry.path)); });
        if (!listed) {
            return listed.error();
        }
        folder_ = top_folder(paths_);
        for (auto& path : paths_) {
            path.erase(0, folder_.size());
        }
        bundle_ = detect_bundle(name_, folder_, paths_);

        const auto visited = read_path(path_, options_.limits, [&](ArchiveEntry&& entry) { take(std::move(entry)); });
        if (!visited) {
            return visited.error();
        }
        stopped_ = visited->stopped;
        for (const auto& note : visited->notes) {
            add_note(note.path, note.text, note.is_loss);
        }
        if (collection_.documents == 0) {
            return Error{Errc::not_found, losses_.empty() ? fmt::format("import {}: there is no file in it", name_)
                                                          : fmt::format("import {}: {}", name_, reason())};
        }
        return {};
    }

    void take(ArchiveEntry&& entry) {
        if (options_.progress) {
            options_.progress(entry.path);
        }
        const auto inner = entry.path.substr(std::min(folder_.size(), entry.path.size()));
        auto recognition = recognise(entry.path, entry.bytes);
        const auto fact = bundle_fact(bundle_, inner, paths_);
        if (fact.set_aside) {
            recognition = {kind::other, std::string(fact.note), {}, false};
        }
        snapshot::DocumentInfo info;
        info.collector = "import";
        info.kind = recognition.kind;
        info.name = inner;
        info.original_path = !fact.node_path.empty() ? fact.node_path
                             : entry.path == name_   ? name_
                                                     : name_ + '/' + entry.path;
        if (entry.modified_at) {
            info.collected_at_utc = iso_utc(*entry.modified_at);
        }
        // Of an event log file the newest events are kept, wherever they lie in it.
        const bool is_whole_log = recognition.kind == kind::event_records && is_event_log(entry.bytes);
        const auto most = is_whole_log ? entry.bytes.size() : max_bytes_of(recognition.kind);
        auto cut = cut_to_size(std::move(entry), recognition.kind, most);
        const auto converted = convert(cut);
        auto clean = sanitise(recognition.kind, std::move(cut.content));
        if (counts_once(recognition.kind) && !clean.content.empty()) {
            const auto [same, first] = seen_.try_emplace(snapshot::sha256_hex(clean.content), inner);
            if (!first) {
                recognition = {kind::other, "the same bytes as " + same->second, {}, false};
                info.kind = kind::other;
                clean.content.resize(std::min(clean.content.size(), options_.max_unread_bytes));
            }
        }
        const bool unread = recognition.kind == kind::other;
        info.truncated = !cut.note.empty() || !converted.loss.empty();
        std::string notes;
        append(notes, unread || recognition.by_name ? std::string_view(recognition.why) : std::string_view());
        append(notes, fact.set_aside ? std::string_view() : fact.note);
        append(notes, converted.note);
        append(notes, cut.note);
        append(notes, clean.note);
        append(notes, recognition.component.empty() ? std::string() : "component: " + recognition.component);
        if (!notes.empty()) {
            info.note = std::move(notes);
        }
        store(info, clean.content, std::move(recognition.why));
        if (info.truncated && !unread) {
            add_note(inner, cut.note);
        }
        if (!converted.loss.empty() && !unread) {
            add_note(inner, converted.loss);
        }
    }

    struct Converted {
        std::string note;
        std::string loss;  ///< empty where all of it is there
    };

    // An event log file becomes the XML of its events: bytes that nobody can redact or quote are of little use.
    [[nodiscard]] Converted convert(CutContent& cut) const {
        if (!is_event_log(cut.content)) {
            return {};
        }
        auto events = event_log_as_xml(cut.content, options_.max_text_bytes);
        cut.content = std::move(events.xml);
        Converted done{fmt::format("{} events of an event log file (evtx), kept as XML", events.events), {}};
        if (events.unread > 0) {
            append(done.loss, fmt::format("{} events of the event log file could not be read", events.unread));
        }
        if (events.is_cut) {
            append(done.loss, "the event log file holds more events than were taken: older ones are left out");
        }
        if (events.breaks_off) {
            append(done.loss, "a part of the event log file is missing or destroyed");
        }
        append(done.note, done.loss);
        return done;
    }

    [[nodiscard]] std::size_t max_bytes_of(std::string_view document_kind) const {
        if (document_kind == kind::other) {
            return options_.max_unread_bytes;
        }
        return document_kind == kind::capture ? static_cast<std::size_t>(options_.limits.max_entry_bytes)
                                              : options_.max_text_bytes;
    }

    void store(const snapshot::DocumentInfo& info, std::string_view content, std::string why) {
        const auto id = store_.add_document(info, content);
        if (!id) {
            add_note(info.name, id.error().text());
            return;
        }
        ++collection_.documents;
        collection_.bytes += static_cast<std::int64_t>(content.size());
        const auto kinds = snapshot::document_kinds();
        const auto known = std::find_if(kinds.begin(), kinds.end(), [&](const auto& k) { return k.name == info.kind; });
        summary_.documents.push_back({*id, info.name, known->name, std::move(why)});
    }

    void add_note(const std::string& path, std::string text, bool is_loss = true) {
        if (is_loss) {
            losses_.push_back(path.empty() ? text : path + ": " + text);
        }
        summary_.notes.push_back({path, std::move(text), is_loss});
    }

    [[nodiscard]] std::string reason() const {
        std::string all;
        for (std::size_t i = 0; i < std::min(losses_.size(), kNotesInReason); ++i) {
            append(all, losses_[i]);
        }
        if (losses_.size() > kNotesInReason) {
            append(all, fmt::format("and {} more", losses_.size() - kNotesInReason));
        }
        return all;
    }

    fs::path path_;
    std::string name_;
    snapshot::Store& store_;
    const ImportOptions& options_;
    ImportSummary& summary_;

    snapshot::Collection collection_ = {};
    std::vector<std::string> paths_;  ///< of every file, without folder_
    std::string folder_;              ///< what lies around everything, with its slash
    Bundle bundle_ = {};
    std::vector<std::string> losses_;
    std::map<std::string, std::string> seen_;  ///< hash to the first path
    bool stopped_ = false;
};

/// What several imports say of the node, each value once.
class Meta {
  public:
    void add(const std::string& key, std::string_view value) {
        auto& values = values_[key];
        if (!value.empty() && std::find(values.begin(), values.end(), value) == values.end()) {
            values.emplace_back(value);
        }
    }

    void write(snapshot::Store& store) const {
        for (const auto& [key, values] : values_) {
            std::string all;
            for (const auto& value : values) {
                append(all, value);
            }
            if (!all.empty()) {
                store.set_meta(key, all);
            }
        }
    }

  private:
    std::map<std::string, std::vector<std::string>> values_;
};

}  // namespace

std::vector<const ImportedDocument*> ImportSummary::unrecognised() const {
    std::vector<const ImportedDocument*> unread;
    for (const auto& document : documents) {
        if (document.kind == kind::other) {
            unread.push_back(&document);
        }
    }
    return unread;
}

Result<ImportSummary> import_paths(const std::vector<std::string>& paths, snapshot::Store& store,
                                   const ImportOptions& options) {
    ImportSummary summary;
    Meta meta;
    std::optional<Error> first_error;
    for (const auto& path : paths) {
        PathImport import(path, store, options, summary);
        if (const auto done = import.run(); !done) {
            summary.notes.push_back({path, done.error().text()});
            first_error = first_error ? first_error : done.error();
            continue;
        }
        meta.add("imported_from", import.name());
        meta.add("bundle_type", import.bundle().type);
        meta.add("node_name", import.bundle().host_name);
        meta.add("taken_at_local", import.bundle().taken_at);
    }
    if (summary.documents.empty()) {
        return first_error.value_or(Error{Errc::invalid_input, "import: no path was given"});
    }
    meta.add("imported_at_utc", now_utc());
    meta.write(store);
    return summary;
}

}  // namespace kwd::collectors
