// SPDX-License-Identifier: Apache-2.0
#include "collectors/options.h"

#include "base/json.h"

#include <fmt/format.h>

namespace kwd::collectors {

using nlohmann::json;

std::string encode(const CollectOptions& options) {
    const json object{{"packet_seconds", options.packet_seconds.count()},
                      {"packet_count", options.packet_count},
                      {"packet_bytes", options.packet_bytes},
                      {"packet_ring", options.packet_ring},
                      {"packet_trigger", options.packet_trigger},
                      {"packet_after_trigger", options.packet_after_trigger.count()},
                      {"packet_looked_at", options.packet_looked_at},
                      {"packet_filter", options.packet_filter},
                      {"packet_interfaces", options.packet_interfaces},
                      {"packet_snap_length", options.packet_snap_length},
                      {"log_window_minutes", options.log_window.count()},
                      {"log_bytes_per_file", options.log_bytes_per_file},
                      {"kubeconfig", options.kubeconfig},
                      {"root", options.root}};
    return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<CollectOptions> decode_options(std::string_view text) {
    const auto parsed = parse_json(text);
    if (!parsed) {
        return parsed.error();
    }
    CollectOptions options;
    try {
        const json& object = *parsed;
        options.packet_seconds = std::chrono::seconds(object.value("packet_seconds", options.packet_seconds.count()));
        options.packet_count = object.value("packet_count", options.packet_count);
        options.packet_bytes = object.value("packet_bytes", options.packet_bytes);
        options.packet_ring = object.value("packet_ring", options.packet_ring);
        options.packet_trigger = object.value("packet_trigger", options.packet_trigger);
        options.packet_after_trigger =
            std::chrono::seconds(object.value("packet_after_trigger", options.packet_after_trigger.count()));
        options.packet_looked_at = object.value("packet_looked_at", options.packet_looked_at);
        options.packet_filter = object.value("packet_filter", options.packet_filter);
        options.packet_interfaces = object.value("packet_interfaces", options.packet_interfaces);
        options.packet_snap_length = object.value("packet_snap_length", options.packet_snap_length);
        options.log_window = std::chrono::minutes(object.value("log_window_minutes", options.log_window.count()));
        options.log_bytes_per_file = object.value("log_bytes_per_file", options.log_bytes_per_file);
        options.kubeconfig = object.value("kubeconfig", options.kubeconfig);
        options.root = object.value("root", options.root);
    } catch (const json::exception& error) {
        return Error{Errc::malformed, fmt::format("read the options of a worker: {}", error.what())};
    }
    return options;
}

}  // namespace kwd::collectors
