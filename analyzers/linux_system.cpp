// SPDX-License-Identifier: Apache-2.0
#include "analyzers/linux_system.h"

#include "analyzers/command_line.h"
#include "analyzers/normal_forms.h"
#include "analyzers/own_json.h"
#include "analyzers/processes.h"
#include "analyzers/words.h"
#include "snapshot/tables/network.h"
#include "snapshot/tables/system.h"

namespace kwd::analyzers {
namespace {

using nlohmann::json;

void read_system(const json& system, const std::string& place, Analysis& out) {
    const auto text = [&](std::string_view name) { return nonempty_text_of(member(system, name)); };
    snapshot::SystemRow row{};
    row.os_family = text("os_family");
    row.host_name = text("host_name");
    row.os_name = text("os_name");
    row.os_version = text("os_version");
    row.build = integer_of(member(system, "build"));
    row.ubr = integer_of(member(system, "ubr"));
    row.edition = text("edition");
    row.installation_type = text("installation_type");
    row.product_type = text("product_type");
    row.kernel = text("kernel");
    row.uptime_seconds = real_of(member(system, "uptime_seconds"));
    row.boot_time_utc = text("boot_time_utc");
    row.clock_source = text("clock_source");
    row.clock_offset_ms = real_of(member(system, "clock_offset_ms"));
    row.clock_synchronized = flag_of(member(system, "clock_synchronized"));
    row.vendor = text("vendor");
    row.model = text("model");
    row.locale = text("locale");
    row.time_zone = text("time_zone");
    row.swap_bytes = integer_of(member(system, "swap_bytes"));
    row.elevated = flag_of(member(system, "elevated"));
    out.add(snapshot::kSystem, std::move(row), place);
}

// "32768\t60999", of TCP and UDP, of IPv4 and IPv6. Source: ip-sysctl in the kernel's documentation.
void read_dynamic_ports(std::string_view value, const std::string& place, Analysis& out) {
    const std::size_t blank = value.find_first_of(" \t");
    const auto first = parse_integer(trim(value.substr(0, blank)));
    const auto last = blank == std::string_view::npos ? std::nullopt : parse_integer(trim(value.substr(blank)));
    if (!first || !last) {
        out.note(place, "bad_value", "a range of ports that is none");
        return;
    }
    for (const char* protocol : {"tcp", "udp"}) {
        for (const std::int64_t family : {4, 6}) {
            out.add(
                snapshot::kPortRanges,
                {.protocol = protocol, .family = family, .kind = "dynamic", .first_port = *first, .last_port = *last},
                place);
        }
    }
}

}  // namespace

void analyze_linux_system(const snapshot::Document& document, Analysis& out) {
    const DocumentValue value = first_value(document, out);
    if (const json* system = member(value.value, "system"); system != nullptr && system->is_object()) {
        read_system(*system, value.place("/system"), out);
    }
    each_of_list(value, "features", snapshot::kFeatures.name, out, [&](const json& feature, const std::string& place) {
        if (auto name = nonempty_text_of(member(feature, "name"))) {
            out.add(snapshot::kFeatures,
                    {.name = std::move(*name), .state = nonempty_text_of(member(feature, "state"))}, place);
        }
    });
}

void analyze_linux_sysctl(const snapshot::Document& document, Analysis& out) {
    each_of_list(document, "sysctl", snapshot::kSysctl.name, out, [&](const json& setting, const std::string& place) {
        if (auto name = nonempty_text_of(member(setting, "name"))) {
            const auto value = text_of(member(setting, "value"));
            if (value && *name == "net.ipv4.ip_local_port_range") {
                read_dynamic_ports(*value, place, out);
            }
            out.add(snapshot::kSysctl, {.name = std::move(*name), .value = value}, place);
        } else {
            out.note(place, "malformed", "a setting without a name");
        }
    });
}

void analyze_linux_sockets(const snapshot::Document& document, Analysis& out) {
    const DocumentValue value = first_value(document, out);
    each_of_list(value, "sockets", snapshot::kSockets.name, out, [&](const json& socket, const std::string& place) {
        const auto protocol = nonempty_text_of(member(socket, "protocol"));
        if (!protocol) {
            out.note(place, "malformed", "a socket without a protocol");
            return;
        }
        out.add(snapshot::kSockets,
                {.protocol = *protocol,
                 .local_address = nonempty_text_of(member(socket, "local_address")),
                 .local_port = integer_of(member(socket, "local_port")),
                 .remote_address = nonempty_text_of(member(socket, "remote_address")),
                 .remote_port = integer_of(member(socket, "remote_port")),
                 .state = nonempty_text_of(member(socket, "state")),
                 .process_id = integer_of(member(socket, "process_id")),
                 .process_name = nonempty_text_of(member(socket, "process_name"))},
                place);
    });
    if (const auto left_out = integer_of(member(value.value, "left_out")); left_out.value_or(0) > 0) {
        out.covers_partly(snapshot::kSockets.name, std::to_string(*left_out) + " connected sockets were left out");
    }
}

void analyze_linux_processes(const snapshot::Document& document, Analysis& out) {
    const DocumentValue value = first_value(document, out);
    read_processes(value, out);
    if (member(value.value, "environment") == nullptr) {
        return;
    }
    each_of_list(
        value, "environment", snapshot::kEnvironment.name, out, [&](const json& variable, const std::string& place) {
            auto scope = nonempty_text_of(member(variable, "scope"));
            auto name = nonempty_text_of(member(variable, "name"));
            if (scope && name) {
                out.add(
                    snapshot::kEnvironment,
                    {.scope = std::move(*scope), .name = std::move(*name), .value = text_of(member(variable, "value"))},
                    place);
            }
        });
}

void analyze_linux_services(const snapshot::Document& document, Analysis& out) {
    each_of_list(document, "services", snapshot::kServices.name, out,
                 [&](const json& service, const std::string& place) {
                     const auto name = nonempty_text_of(member(service, "name"));
                     if (!name) {
                         out.note(place, "malformed", "a service without a name");
                         return;
                     }
                     if (text_of(member(service, "load_state")) == "not-found") {
                         return;
                     }
                     snapshot::ServicesRow row{.name = *name};
                     row.display_name = nonempty_text_of(member(service, "display_name"));
                     row.state = nonempty_text_of(member(service, "state"));
                     row.start_type = nonempty_text_of(member(service, "start_type"));
                     row.process_id = integer_of(member(service, "process_id"));
                     row.binary_path = nonempty_text_of(member(service, "binary_path"));
                     row.account = nonempty_text_of(member(service, "account"));
                     row.dependencies = nonempty_list_of(member(service, "dependencies"));
                     row.exit_code = integer_of(member(service, "exit_code"));
                     if (row.binary_path) {
                         read_flags(*row.binary_path, {{}, "service", true}, place, out);
                     }
                     out.add(snapshot::kServices, std::move(row), place);
                 });
}

}  // namespace kwd::analyzers
