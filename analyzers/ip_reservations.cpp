// SPDX-License-Identifier: Apache-2.0
#include "analyzers/ip_reservations.h"

#include "analyzers/document_text.h"
#include "analyzers/lines.h"
#include "analyzers/values.h"
#include "analyzers/words.h"
#include "base/ip.h"
#include "base/utf8.h"
#include "snapshot/place.h"
#include "snapshot/tables/config.h"

#include <fmt/format.h>

#include <algorithm>

namespace kwd::analyzers {
namespace {

using nlohmann::json;
using snapshot::IpReservationsRow;

constexpr std::size_t kProblemBytes = 200;
constexpr std::size_t kAzureDepth = 8;

std::optional<IpAddress> address_of_file_name(std::string_view name) {
    std::string text(name);
    if (std::count(text.begin(), text.end(), '_') > 1) {
        std::replace(text.begin(), text.end(), '_', ':');
    }
    return IpAddress::parse(text);
}

void read_host_local_file(const IpAddress& address, const std::string& path, std::string_view text, Analysis& out) {
    IpReservationsRow row{.address = address.text(), .origin = "host-local"};
    const std::string_view network = file_name_of(folder_of(path));
    row.network_name = network.empty() ? std::nullopt : snapshot::Text(network);
    Lines lines(text);
    if (const auto line = lines.next(); line && !trim(line->text).empty()) {
        row.owner = std::string(trim(line->text));
    }
    if (const auto line = lines.next(); line && !trim(line->text).empty()) {
        row.interface = std::string(trim(line->text));
    }
    if (!row.owner) {
        out.note("", "malformed", "an empty reservation: nobody will give the address back");
    }
    out.add_in_outline(snapshot::kIpReservations, std::move(row), "");
    out.covers_in_outline(snapshot::kIpReservations.name, "single reservations; their folder may hold more");
}

void read_own_form(const DocumentValue& document, const json& reservations, Analysis& out) {
    for (std::size_t i = 0; i < reservations.size(); ++i) {
        const json& each = reservations[i];
        const std::string place = document.place(fmt::format("/reservations/{}", i));
        auto address = nonempty_text_of(member(each, "address"));
        if (!address) {
            out.note(place, "malformed", "a reservation without an address");
            continue;
        }
        out.add(snapshot::kIpReservations,
                {.network_name = nonempty_text_of(member(each, "network_name")),
                 .address = std::move(*address),
                 .owner = nonempty_text_of(member(each, "owner")),
                 .interface = nonempty_text_of(member(each, "interface")),
                 .origin = nonempty_text_of(member(each, "origin"))},
                place);
    }
}

// Pools hold Addresses, keyed by the address; they are found by that name, since what is around them has changed.
void read_azure(const DocumentValue& document, const json& value, const std::string& pointer, std::size_t depth,
                Analysis& out) {
    if (!value.is_object() || depth == 0) {
        return;
    }
    for (auto each = value.begin(); each != value.end(); ++each) {
        const std::string at = pointer_to(pointer, each.key());
        if (!equal_ignoring_case(each.key(), "Addresses") || !each.value().is_object()) {
            read_azure(document, each.value(), at, depth - 1, out);
            continue;
        }
        for (auto address = each.value().begin(); address != each.value().end(); ++address) {
            if (!flag_of(member(address.value(), "InUse")).value_or(false)) {
                continue;
            }
            out.add(snapshot::kIpReservations,
                    {.network_name = nonempty_text_of(member(value, "Subnet")),
                     .address = address.key(),
                     .owner = nonempty_text_of(member(address.value(), "ID")),
                     .interface = nonempty_text_of(member(value, "IfName")),
                     .origin = "azure-ipam"},
                    document.place(pointer_to(at, address.key())));
        }
    }
}

std::string without_prefix_length(const std::string& address) {
    return address.substr(0, address.find('/'));
}

// A CNI result of version 0.2 (ip4.ip) or later (ips[].address).
snapshot::Text address_of_result(const json& result) {
    if (const auto address = nonempty_text_of(member_at(result, {"ip4", "ip"}))) {
        return without_prefix_length(*address);
    }
    const json* addresses = member(result, "ips");
    if (addresses != nullptr && addresses->is_array() && !addresses->empty()) {
        if (const auto address = nonempty_text_of(member(addresses->front(), "address"))) {
            return without_prefix_length(*address);
        }
    }
    return std::nullopt;
}

std::string problem_of(const json& result) {
    const auto code = text_of(member(result, "code"));
    if (!code) {
        return "no address in it";
    }
    return fmt::format("CNI error {}: {}", *code, text_of(member(result, "msg")).value_or(""));
}

}  // namespace

void analyze_ip_reservation(const snapshot::Document& document, Analysis& out) {
    const std::string text = text_of_document(document, out);
    const std::string& path = path_of(document.info);
    if (const auto address = address_of_file_name(file_name_of(path))) {
        read_host_local_file(*address, path, text, out);
        return;
    }
    out.covers(snapshot::kIpReservations.name);
    const std::string_view content = trim(text);
    if (!content.starts_with('{') && !content.starts_with('[')) {
        return;  // lock, last_reserved_ip.0: who has them has the whole folder
    }
    for (const DocumentValue& each : read_json_values(text, out)) {
        const json* reservations = member(each.value, "reservations");
        if (reservations != nullptr && reservations->is_array()) {
            read_own_form(each, *reservations, out);
        } else {
            read_azure(each, each.value, "", kAzureDepth, out);
        }
    }
}

void analyze_source_vip(const snapshot::Document& document, Analysis& out) {
    out.covers(snapshot::kSourceVipFiles.name);
    snapshot::SourceVipFilesRow row{.path = path_of(document.info)};
    const std::string text = text_of_document(document, out);
    if (trim(text).empty()) {
        row.problem = "the file is empty";
        out.add(snapshot::kSourceVipFiles, std::move(row), "");
        return;
    }
    Analysis ignored;  // a text that is no JSON is a row here, not a note
    const auto result = read_json_object(text, ignored);
    if (result && result->value.contains("ipam") && !result->value.contains("ip4") && !result->value.contains("ips")) {
        return;  // sourceVipRequest.json, the question
    }
    if (result) {
        row.address = address_of_result(result->value);
        if (!row.address) {
            row.problem = problem_of(result->value);
        }
    } else {
        row.problem = fmt::format("not JSON: {}", cut_text(trim(text), kProblemBytes));
    }
    out.add(snapshot::kSourceVipFiles, std::move(row), "");
}

}  // namespace kwd::analyzers
