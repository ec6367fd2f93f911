// SPDX-License-Identifier: Apache-2.0
#include "collectors/options.h"

#include "base/json.h"

#include <fmt/format.h>

namespace kwd::collectors {

using nlohmann::json;

std::string encode(const CollectOptions& options) {
    const json object{{"packet_seconds", options.packet_seconds.count()},
                      {"packet_filter", options.packet_filter},
                      {"packet_interface", options.packet_interface},
                      {"packet_snap_length", options.packet_snap_length},
                      {"packet_bytes", options.packet_bytes},
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
        options.packet_filter = object.value("packet_filter", options.packet_filter);
        options.packet_interface = object.value("packet_interface", options.packet_interface);
        options.packet_snap_length = object.value("packet_snap_length", options.packet_snap_length);
        options.packet_bytes = object.value("packet_bytes", options.packet_bytes);
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
