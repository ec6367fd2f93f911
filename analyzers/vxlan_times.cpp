// SPDX-License-Identifier: Apache-2.0
#include "analyzers/vxlan_times.h"

#include <charconv>
#include <set>

namespace kwd::analyzers {
namespace {

// What was read within so many seconds of a packet holds for it: reading itself takes a second or two, and a capture
// begins a little earlier or later.
constexpr double kHoldsFor = 3;
// Files of one bundle are written one after the other, and an archive's times may be of another time zone.
constexpr double kFilesHoldFor = 24.0 * 3600;

// `at` is "DOCUMENT#PLACE".
std::optional<std::int64_t> document_id_of(const std::string& at) {
    std::int64_t id = 0;
    return std::from_chars(at.data(), at.data() + at.size(), id).ec == std::errc{} ? std::optional(id) : std::nullopt;
}

template <class Row>
void add_documents(const TableRows<Row>& rows, std::set<std::int64_t>& ids) {
    for (const auto& each : rows) {
        if (const auto id = document_id_of(each.at)) {
            ids.insert(*id);
        }
    }
}

}  // namespace

void StateTimes::Range::add(const UtcTime& time) {
    earliest = !earliest || seconds_between(time, *earliest) > 0 ? time : *earliest;
    latest = !latest || seconds_between(*latest, time) > 0 ? time : *latest;
}

StateTimes::StateTimes(const snapshot::Database& database, const VxlanTables& tables) {
    snapshot::Statement query = database.prepare("SELECT id, collector = 'import', collected_at_utc FROM documents");
    while (query.step()) {
        documents_.try_emplace(
            query.integer(0),
            Document{query.integer(1) != 0, query.is_null(2) ? std::nullopt : parse_iso_time(query.text(2))});
    }
    std::set<std::int64_t> ids;
    add_documents(tables.hns_networks, ids);
    add_documents(tables.hns_subnets, ids);
    add_documents(tables.hns_remote_subnets, ids);
    add_documents(tables.hns_endpoints, ids);
    add_documents(tables.routes, ids);
    add_documents(tables.neighbors, ids);
    add_documents(tables.fdb, ids);
    for (const std::int64_t id : ids) {
        const auto found = documents_.find(id);
        if (found != documents_.end() && found->second.time) {
            (found->second.imported ? files_ : read_).add(*found->second.time);
        }
    }
}

const StateTimes::Document* StateTimes::document_of(const std::string& at) const {
    const auto id = document_id_of(at);
    const auto found = id ? documents_.find(*id) : documents_.end();
    return found == documents_.end() ? nullptr : &found->second;
}

std::string StateTimes::apart(const std::string& at) const {
    const Document* capture = document_of(at);
    if (capture == nullptr || !capture->imported || !capture->time || !files_.earliest) {
        return {};
    }
    if (seconds_between(*files_.earliest, *capture->time) > kFilesHoldFor) {
        return "the files with the node's state are more than a day older than the capture";
    }
    return seconds_between(*capture->time, *files_.latest) > kFilesHoldFor
               ? "the files with the node's state are more than a day newer than the capture"
               : "";
}

bool StateTimes::holds_until(const StateTimes& later, const snapshot::Text& first, const snapshot::Text& last) const {
    const auto begin = first ? parse_iso_time(*first) : std::nullopt;
    const auto end = last ? parse_iso_time(*last) : begin;
    return begin && end && read_.latest && later.read_.earliest &&
           seconds_between(*read_.latest, *begin) >= -kHoldsFor &&
           seconds_between(*end, *later.read_.earliest) >= -kHoldsFor;
}

bool StateTimes::is_before(const snapshot::Text& first) const {
    const auto begin = first ? parse_iso_time(*first) : std::nullopt;
    return begin && read_.latest && seconds_between(*read_.latest, *begin) > kHoldsFor;
}

bool StateTimes::is_after(const snapshot::Text& first, const snapshot::Text& last) const {
    const auto end = parse_iso_time(last.value_or(first.value_or("")));
    return end && read_.earliest && seconds_between(*end, *read_.earliest) > kHoldsFor;
}

bool StateTimes::is_live(const std::string& at) const {
    const Document* capture = document_of(at);
    return capture != nullptr && !capture->imported;
}

std::string StateTimes::may_have_changed(const snapshot::Text& first, const snapshot::Text& last) const {
    const auto begin = first ? parse_iso_time(*first) : std::nullopt;
    const auto end = last ? parse_iso_time(*last) : begin;
    if (!begin || !end || !read_.earliest) {
        return {};
    }
    if (seconds_between(*read_.earliest, *begin) > kHoldsFor) {
        return std::string(kCameAfterReading);
    }
    return seconds_between(*end, *read_.latest) > kHoldsFor ? "the last packet came before the node's state was read"
                                                            : "";
}

}  // namespace kwd::analyzers
