// SPDX-License-Identifier: Apache-2.0
#include "analyzers/error_code.h"
#include "analyzers/facts_parts.h"

#include <optional>
#include <string>
#include <string_view>

namespace kwd::analyzers {
namespace {

using snapshot::Database;
using snapshot::Statement;

// Reasons that kubelet alone gives, for what it logs as an error too. Source: kubernetes pkg/kubelet/events/event.go.
constexpr std::string_view kEventsOfKubelet = R"sql(
    SELECT e.document_id, e.place, e.last_time_utc, e.message FROM k8s_events AS e
     WHERE e.type = 'Warning'
       AND e.reason IN ('FailedCreatePodSandBox', 'FailedPodSandBoxStatus', 'FailedKillPod', 'Failed', 'FailedMount',
                        'FailedMapVolume', 'NetworkNotReady', 'HostNetworkNotSupported', 'HostPortConflict')
       AND (lower(e.object) = 'node/' || ?1
            OR EXISTS (SELECT 1 FROM k8s_pods AS p WHERE e.object = 'Pod/' || p.name AND lower(p.node_name) = ?1
                          AND (e.namespace IS NULL OR p.namespace = '' OR e.namespace = p.namespace)))
     ORDER BY e.rowid)sql";

}  // namespace

void derive_event_lines(Database& database) {
    if (database.integer("SELECT EXISTS (SELECT 1 FROM log_lines WHERE component = 'kubelet')") == 1) {
        return;
    }
    auto node = database.text("SELECT lower(name) FROM k8s_nodes WHERE is_this_node = 1");
    if (!node && !(node = node_of_pasted_pods(database))) {
        return;
    }
    Statement events = database.prepare(kEventsOfKubelet);
    events.bind(1, std::string_view(*node));
    Statement insert = database.prepare(
        "INSERT INTO log_lines (document_id, place, component, time_utc, time_is_local, severity, message, code) "
        "VALUES (?1, ?2, 'kubelet', ?3, iif(?3 IS NULL, NULL, 0), 'error', ?4, ?5)");
    bool any = false;
    for (; events.step(); any = true) {
        const std::string message = events.text(3);
        insert.bind(1, events.optional_integer(0));
        insert.bind_value(2, events.value(1));
        insert.bind_value(3, events.value(2));
        insert.bind(4, std::string_view(message));
        const auto code = first_error_code(message);
        insert.bind(5, code ? std::optional<std::string_view>(*code) : std::nullopt);
        insert.run();
    }
    if (any) {
        database.execute(
            "INSERT INTO table_coverage (table_name, state, reason) VALUES ('log_lines', 'partial', "
            "'of kubelet there are only the events of pods') ON CONFLICT (table_name) DO NOTHING");
    }
}

}  // namespace kwd::analyzers
