// SPDX-License-Identifier: Apache-2.0
#include "analyzers/flannel_files.h"

#include "analyzers/document_text.h"
#include "analyzers/lines.h"
#include "analyzers/values.h"
#include "analyzers/words.h"
#include "snapshot/place.h"
#include "snapshot/tables/config.h"

#include <fmt/format.h>

namespace kwd::analyzers {

void read_flannel_net_conf(const nlohmann::json& config, std::string place, Analysis& out) {
    snapshot::FlannelConfigRow row{};
    row.network = nonempty_text_of(member(config, "Network"));
    row.ipv6_network = nonempty_text_of(member(config, "IPv6Network"));
    row.enable_ipv4 = flag_of(member(config, "EnableIPv4"));
    row.enable_ipv6 = flag_of(member(config, "EnableIPv6"));
    row.subnet_length = integer_of(member(config, "SubnetLen"));
    if (const nlohmann::json* backend = member(config, "Backend")) {
        row.backend_type = nonempty_text_of(member(*backend, "Type"));
        row.backend_name = nonempty_text_of(member(*backend, "Name"));
        row.vni = integer_of(member(*backend, "VNI"));
        row.port = integer_of(member(*backend, "Port"));
        row.mac_prefix = nonempty_text_of(member(*backend, "MacPrefix"));
        row.direct_routing = flag_of(member(*backend, "DirectRouting"));
        row.gbp = flag_of(member(*backend, "GBP"));
        row.mtu_bytes = integer_of(member(*backend, "MTU"));
    }
    out.add(snapshot::kFlannelConfig, std::move(row), std::move(place));
}

void analyze_flannel_net_conf(const snapshot::Document& document, Analysis& out) {
    out.covers(snapshot::kFlannelConfig.name);
    note_byte_order_mark(document, out);
    if (const auto config = read_json_object(text_of_document(document, out), out)) {
        read_flannel_net_conf(config->value, config->place(""), out);
    }
}

void analyze_subnet_env(const snapshot::Document& document, Analysis& out) {
    out.covers(snapshot::kFlannelSubnetEnv.name);
    const std::string text = text_of_document(document, out);
    snapshot::FlannelSubnetEnvRow row{};
    std::size_t first = 0;
    std::size_t last = 0;
    Lines lines(text);
    while (const auto line = lines.next()) {
        const std::string_view entry = trim(line->text);
        const std::size_t equals = entry.find('=');
        if (entry.empty() || entry.starts_with('#')) {
            continue;
        }
        if (equals == std::string_view::npos || !entry.starts_with("FLANNEL_")) {
            out.note(snapshot::line_place(line->number), "unknown_field", "not a setting of flannel");
            continue;
        }
        const std::string_view name = entry.substr(0, equals);
        std::string_view value = trim(entry.substr(equals + 1));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
            value = value.substr(1, value.size() - 2);
        }
        const auto set = value.empty() ? std::nullopt : snapshot::Text(value);
        bool known = true;
        if (name == "FLANNEL_NETWORK") {
            row.network = set;
        } else if (name == "FLANNEL_SUBNET") {
            row.subnet = set;
        } else if (name == "FLANNEL_IPV6_NETWORK") {
            row.ipv6_network = set;
        } else if (name == "FLANNEL_IPV6_SUBNET") {
            row.ipv6_subnet = set;
        } else if (name == "FLANNEL_MTU") {
            row.mtu_bytes = parse_integer(value);
            known = row.mtu_bytes.has_value();
        } else if (name == "FLANNEL_IPMASQ") {
            row.ip_masq = parse_flag(value);
            known = row.ip_masq.has_value();
        }
        if (!known) {
            out.note(snapshot::line_place(line->number), "bad_value", fmt::format("{} is not what it should be", name));
        }
        first = first == 0 ? line->number : first;
        last = line->number;
    }
    if (first == 0) {
        out.note("", "malformed", "no setting of flannel in it");
        return;
    }
    out.add(snapshot::kFlannelSubnetEnv, std::move(row), snapshot::line_place(first, last));
}

}  // namespace kwd::analyzers
