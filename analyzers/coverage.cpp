// SPDX-License-Identifier: Apache-2.0
#include "analyzers/coverage.h"

#include "snapshot/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kwd::analyzers {
namespace {

// A collector is named after what it asks, as the kinds of its documents are: `routes` brings linux-routes, `hns`
// brings hns-networks, `logs` brings log, `events` brings event-records.
bool obviously_brings(std::string_view collector, std::string_view kind) {
    const auto is_of = [&](std::string_view name) {
        return name == kind ||
               (kind.size() > name.size() && ((kind.ends_with(name) && kind[kind.size() - name.size() - 1] == '-') ||
                                              (kind.starts_with(name) && kind[name.size()] == '-')));
    };
    return is_of(collector) || (collector.ends_with('s') && is_of(collector.substr(0, collector.size() - 1)));
}

// Documents of one kind, windows-state, come from several collectors, each of which brings some of its tables.
struct Brought {
    std::string_view collector;
    std::string_view table;
};
constexpr auto kBrought = std::to_array<Brought>({{"firewall", "firewall_profiles"},
                                                  {"firewall", "firewall_rules"},
                                                  {"events", "event_channels"},
                                                  {"hns", "hns_calls"},
                                                  {"hns", "network_intents"},
                                                  {"ip", "addresses"},
                                                  {"ip", "dns_servers"},
                                                  {"ip", "interfaces"},
                                                  {"ip", "ip_interfaces"},
                                                  {"ip", "neighbors"},
                                                  {"ip", "routes"},
                                                  {"links", "network_intents"},
                                                  {"node-files", "cni_nat_exceptions"},
                                                  {"node-files", "cni_networks"},
                                                  {"node-files", "cni_policies"},
                                                  {"node-files", "containerd_config"},
                                                  {"node-files", "flannel_config"},
                                                  {"node-files", "flannel_subnet_env"},
                                                  {"node-files", "kube_proxy_config"},
                                                  {"node-files", "kubelet_config"},
                                                  {"node-files", "network_intents"},
                                                  {"node-files", "source_vip_files"},
                                                  {"ports", "port_ranges"},
                                                  {"ports", "sockets"},
                                                  {"processes", "processes"},
                                                  {"registry", "registry_values"},
                                                  {"services", "services"},
                                                  {"system", "environment"},
                                                  {"system", "features"},
                                                  {"system", "hotfixes"}});

bool is_known_to_bring(std::string_view collector, std::string_view table) {
    return std::ranges::any_of(kBrought,
                               [&](const Brought& each) { return each.collector == collector && each.table == table; });
}

std::string how_it_fared(std::string_view outcome) {
    return outcome == "timed_out" ? "ran out of time" : outcome == "skipped" ? "was skipped" : "failed";
}

}  // namespace

void Coverage::add_outlines(const Analysis& analysis) {
    for (const auto& [table, why] : analysis.outlines()) {
        outlines_.try_emplace(table, why);
    }
}

void Coverage::add_loss(const Analyzer& analyzer, const std::string& why) {
    for (const std::string_view table : analyzer.tables) {
        losses_.try_emplace(std::string(table), why);
    }
}

std::string Coverage::why_missing(const snapshot::Database& database, std::string_view table) const {
    snapshot::Statement collection = database.prepare(
        "SELECT collector, outcome, reason FROM collections WHERE outcome IN ('failed', 'timed_out', 'skipped', "
        "'partial') ORDER BY outcome = 'partial', id");
    while (collection.step()) {
        const std::string collector = collection.text(0);
        const bool brings =
            is_known_to_bring(collector, table) || std::ranges::any_of(analyzers_, [&](const Analyzer& each) {
                return obviously_brings(collector, each.kind) &&
                       std::ranges::find(each.tables, table) != each.tables.end();
            });
        if (brings && (collection.text(1) != "partial" || !collection.is_null(2))) {
            return fmt::format("the collector {} {}{}", collector,
                               collection.text(1) == "partial" ? "missed something" : how_it_fared(collection.text(1)),
                               collection.is_null(2) ? "" : ": " + collection.text(2));
        }
    }
    return "no document gives it";
}

void Coverage::complete(snapshot::Database& database) const {
    snapshot::Statement lose = database.prepare(
        "INSERT INTO table_coverage (table_name, state, reason) VALUES (?1, 'partial', ?2) "
        "ON CONFLICT (table_name) DO UPDATE SET state = 'partial', reason = excluded.reason WHERE state = 'ok'");
    for (const auto& [table, why] : losses_) {
        lose.bind(1, std::string_view(table));
        lose.bind(2, std::string_view(why));
        lose.run();
    }
    snapshot::Statement say = database.prepare(
        "INSERT INTO table_coverage (table_name, state, reason) VALUES (?1, ?2, ?3) ON CONFLICT (table_name) DO "
        "NOTHING");
    for (const auto& [table, why] : outlines_) {
        say.bind(1, std::string_view(table));
        say.bind(2, std::string_view("partial"));
        say.bind(3, std::string_view(why));
        say.run();
    }
    for (const snapshot::TableSchema& table : snapshot::derived_tables()) {
        const std::array<snapshot::Value, 1> name = {std::string(table.name)};
        if (!database.integer("SELECT 1 FROM table_coverage WHERE table_name = ?", name)) {
            say.bind(1, table.name);
            say.bind(2, std::string_view("missing"));
            say.bind(3, std::string_view(why_missing(database, table.name)));
            say.run();
        }
    }
}

}  // namespace kwd::analyzers
