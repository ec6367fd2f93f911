// SPDX-License-Identifier: Apache-2.0
#include "analyzers/facts_parts.h"
#include "base/iso_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::analyzers {
namespace {

// What a collector brings in several documents is one capture; imported files are captures each.
constexpr std::string_view kCapture =
    "coalesce((SELECT nullif(collector, 'import') FROM documents WHERE id = document_id), CAST(document_id AS TEXT))";
// Captures of the same time are one set: whatever each of them saw, another may have seen too.
constexpr std::string_view kSet = "coalesce((SELECT together FROM capture_sets WHERE capture_sets.capture = {0}), {0})";

struct Span {
    std::string capture;
    UtcTime first;
    UtcTime last;
    std::size_t set;
};

// One file of several that a capturing program wrote in turn ends where the next begins; packets around there may be a
// little out of order.
constexpr double kSharedPart = 0.1;

bool are_of_the_same_time(const Span& a, const Span& b) {
    const auto shorter = std::min(seconds_between(a.first, a.last), seconds_between(b.first, b.last));
    const auto begin = seconds_between(a.first, b.first) > 0 ? b.first : a.first;
    const auto end = seconds_between(a.last, b.last) > 0 ? a.last : b.last;
    const double shared = seconds_between(begin, end);
    return shorter > 0 ? shared > kSharedPart * shorter : shared >= 0;
}

std::vector<Span> read_spans(const snapshot::Database& database) {
    std::vector<Span> spans;
    auto select = database.prepare(fmt::format(
        "SELECT {}, min(first_time_utc), max(last_time_utc) FROM captures GROUP BY 1 ORDER BY min(rowid)", kCapture));
    while (select.step()) {
        const auto first = parse_iso_time(select.text(1));
        const auto last = parse_iso_time(select.text(2));
        if (first && last) {
            spans.push_back({select.text(0), *first, *last, spans.size()});
        }
    }
    return spans;
}

void find_sets(snapshot::Database& database) {
    std::vector<Span> spans = read_spans(database);
    for (std::size_t i = 0; i < spans.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (spans[i].set != spans[j].set && are_of_the_same_time(spans[i], spans[j])) {
                const std::size_t gone = spans[i].set;
                for (Span& each : spans) {
                    each.set = each.set == gone ? spans[j].set : each.set;
                }
            }
        }
    }
    database.execute("CREATE TEMP TABLE capture_sets (capture PRIMARY KEY, together TEXT)");
    auto insert = database.prepare("INSERT INTO temp.capture_sets VALUES (?, ?)");
    for (const Span& each : spans) {
        insert.bind(1, std::string_view(each.capture));
        insert.bind(2, std::string_view(fmt::format("set {}", each.set)));
        insert.run();
    }
}

struct Merged {
    std::string_view column;
    std::string_view function;  // how the values of different times become one
    std::string_view of_same_time;
};
constexpr Merged counted(std::string_view column) {
    return {column, "sum", "max"};
}
constexpr Merged least(std::string_view column) {
    return {column, "min", "min"};
}
constexpr Merged most(std::string_view column) {
    return {column, "max", "max"};
}

// Keeps the first row of each group of equal keys, with the columns of all of them put together. Of captures of the
// same time the one that counted most has a say, so that no packet counts twice.
void merge_groups(snapshot::Database& database, std::string_view table, std::string_view keys,
                  std::initializer_list<Merged> columns) {
    std::string of_set;
    std::string of_all;
    std::string assignments;
    for (const Merged& each : columns) {
        of_set += fmt::format(", {0}({1}) AS {1}", each.of_same_time, each.column);
        of_all += fmt::format(", {0}({1}) AS {1}", each.function, each.column);
        assignments += fmt::format("{}{} = together.{}", assignments.empty() ? "" : ", ", each.column, each.column);
    }
    database.execute(
        fmt::format("CREATE TEMP TABLE together AS SELECT min(first_row) AS first_row, sum(size) AS size{0} "
                    "FROM (SELECT {1}, min(rowid) AS first_row, count(*) AS size{2} FROM {3} GROUP BY {1}, "
                    "{4}) GROUP BY {1} HAVING sum(size) > 1",
                    of_all, keys, of_set, table, fmt::format(fmt::runtime(kSet), kCapture))
            .c_str());
    database.execute(
        fmt::format("DELETE FROM {0} WHERE rowid NOT IN (SELECT min(rowid) FROM {0} GROUP BY {1})", table, keys)
            .c_str());
    database.execute(
        fmt::format("UPDATE {0} SET {1} FROM together WHERE {0}.rowid = together.first_row", table, assignments)
            .c_str());
    database.execute("DROP TABLE together");
}

// Of questions that several captures of the same time hold, those of the one that holds most of them stay.
void keep_questions_once(snapshot::Database& database) {
    database.execute(
        fmt::format(
            "DELETE FROM dns_queries WHERE rowid IN (SELECT question FROM (SELECT question, capture, "
            "first_value(capture) OVER (PARTITION BY client, server, name, query_type, of_time ORDER BY times "
            "DESC, question) AS kept FROM (SELECT rowid AS question, client, server, name, query_type, {0} AS "
            "capture, {1} AS of_time, count(*) OVER (PARTITION BY client, server, name, query_type, {0}) AS times "
            "FROM dns_queries)) WHERE capture <> kept)",
            kCapture, fmt::format(fmt::runtime(kSet), kCapture))
            .c_str());
}

}  // namespace

void merge_captures(snapshot::Database& database) {
    if (database.integer(fmt::format("SELECT count(*) FROM (SELECT DISTINCT {} FROM captures)", kCapture)).value_or(0) <
        2) {
        return;
    }
    find_sets(database);
    merge_groups(
        database, "vxlan_flows", "outer_source, outer_destination, udp_port, vni",
        {least("vni_valid"), counted("packets"), counted("bytes"), most("largest_inner_bytes"),
         counted("outer_fragments"), counted("zero_checksum"), least("first_time_utc"), most("last_time_utc")});
    merge_groups(database, "vxlan_inner_macs", "vni, outer_source, outer_destination, source_mac, destination_mac",
                 {counted("packets")});
    merge_groups(database, "flows", "source, destination, protocol, source_port, destination_port, vni",
                 {counted("packets"), counted("bytes"), counted("syn"), counted("syn_ack"), counted("rst"),
                  counted("fin"), least("first_time_utc"), most("last_time_utc")});
    merge_groups(database, "icmp_errors",
                 "source, destination, type, code, next_hop_mtu_bytes, original_destination, original_protocol, "
                 "original_destination_port",
                 {least("time_utc"), counted("count")});
    merge_groups(database, "arp_exchanges", "sender, target",
                 {counted("requests"), counted("replies"), most("replier_mac")});
    keep_questions_once(database);
    database.execute("DROP TABLE capture_sets");
}

}  // namespace kwd::analyzers
