// SPDX-License-Identifier: Apache-2.0
#include "collectors/capture_summary.h"

#include "base/json.h"

#include <fmt/format.h>

namespace kwd::collectors {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

void set(ordered_json& object, const char* name, const std::optional<std::uint64_t>& count) {
    if (count) {
        object[name] = *count;
    }
}

std::optional<std::uint64_t> get(const json& object, const char* name) {
    return object.contains(name) ? std::optional(object.at(name).get<std::uint64_t>()) : std::nullopt;
}

}  // namespace

std::string as_json(const CaptureSummary& summary) {
    ordered_json interfaces = ordered_json::array();
    for (const CaptureSummary::Interface& each : summary.interfaces) {
        ordered_json object{{"name", each.name}, {"packets", each.packets}, {"bytes", each.bytes}};
        set(object, "dropped", each.dropped);
        set(object, "dropped_by_interface", each.dropped_by_interface);
        interfaces.push_back(std::move(object));
    }
    const ordered_json document{{"interfaces", std::move(interfaces)}, {"ended_when", summary.ended_when}};
    return document.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

Result<CaptureSummary> read_capture_summary(std::string_view text) {
    const auto parsed = parse_json(text);
    if (!parsed) {
        return parsed.error();
    }
    CaptureSummary summary;
    try {
        for (const json& each : parsed->at("interfaces")) {
            summary.interfaces.push_back({.name = each.at("name").get<std::string>(),
                                          .packets = each.at("packets").get<std::uint64_t>(),
                                          .bytes = each.at("bytes").get<std::uint64_t>(),
                                          .dropped = get(each, "dropped"),
                                          .dropped_by_interface = get(each, "dropped_by_interface")});
        }
        summary.ended_when = parsed->at("ended_when").get<std::string>();
    } catch (const json::exception& error) {
        return Error{Errc::malformed, fmt::format("read what a capture says of itself: {}", error.what())};
    }
    return summary;
}

}  // namespace kwd::collectors
