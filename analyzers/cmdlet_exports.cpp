// SPDX-License-Identifier: Apache-2.0
// What cmdlets gave to ConvertTo-Json or Export-Csv: the same properties as in a list or a table.
#include "analyzers/cmdlets.h"
#include "analyzers/csv.h"
#include "analyzers/json_node.h"
#include "analyzers/values.h"
#include "snapshot/place.h"

#include <algorithm>
#include <array>
#include <utility>

namespace kwd::analyzers {
namespace {

using nlohmann::json;

/// ConvertTo-Json writes members of enumerations as numbers. `of` is a property that only the objects meant have.
struct EnumWord {
    std::string_view of;
    std::string_view property;
    std::int64_t number;
    std::string_view word;
};

// Sources: MSFT_NetRoute, MSFT_NetNeighbor, MSFT_NetIPAddress, MSFT_NetIPInterface, MSFT_NetTCPConnection,
// MSFT_NetFirewallRule and MSFT_NetFirewallProfile of root\StandardCimv2; ServiceControllerStatus and ServiceStartMode
// of .NET.
constexpr auto kEnumWords = std::to_array<EnumWord>({
    {"DestinationPrefix", "Protocol", 1, "Other"},
    {"DestinationPrefix", "Protocol", 2, "Local"},
    {"DestinationPrefix", "Protocol", 3, "NetMgmt"},
    {"DestinationPrefix", "Store", 0, "PersistentStore"},
    {"DestinationPrefix", "Store", 1, "ActiveStore"},
    {"LinkLayerAddress", "State", 0, "Unreachable"},
    {"LinkLayerAddress", "State", 1, "Incomplete"},
    {"LinkLayerAddress", "State", 2, "Probe"},
    {"LinkLayerAddress", "State", 3, "Delay"},
    {"LinkLayerAddress", "State", 4, "Stale"},
    {"LinkLayerAddress", "State", 5, "Reachable"},
    {"LinkLayerAddress", "State", 6, "Permanent"},
    {"PrefixOrigin", "PrefixOrigin", 0, "Other"},
    {"PrefixOrigin", "PrefixOrigin", 1, "Manual"},
    {"PrefixOrigin", "PrefixOrigin", 2, "WellKnown"},
    {"PrefixOrigin", "PrefixOrigin", 3, "Dhcp"},
    {"PrefixOrigin", "PrefixOrigin", 4, "RouterAdvertisement"},
    {"PrefixOrigin", "AddressState", 1, "Tentative"},
    {"PrefixOrigin", "AddressState", 2, "Duplicate"},
    {"PrefixOrigin", "AddressState", 3, "Deprecated"},
    {"PrefixOrigin", "AddressState", 4, "Preferred"},
    {"WeakHostSend", "Forwarding", 0, "Disabled"},
    {"WeakHostSend", "Forwarding", 1, "Enabled"},
    {"WeakHostSend", "WeakHostSend", 0, "Disabled"},
    {"WeakHostSend", "WeakHostSend", 1, "Enabled"},
    {"WeakHostSend", "WeakHostReceive", 0, "Disabled"},
    {"WeakHostSend", "WeakHostReceive", 1, "Enabled"},
    {"WeakHostSend", "Dhcp", 0, "Disabled"},
    {"WeakHostSend", "Dhcp", 1, "Enabled"},
    {"WeakHostSend", "ConnectionState", 0, "Disconnected"},
    {"WeakHostSend", "ConnectionState", 1, "Connected"},
    {"RemotePort", "State", 1, "Closed"},
    {"RemotePort", "State", 2, "Listen"},
    {"RemotePort", "State", 3, "SynSent"},
    {"RemotePort", "State", 4, "SynReceived"},
    {"RemotePort", "State", 5, "Established"},
    {"RemotePort", "State", 6, "FinWait1"},
    {"RemotePort", "State", 7, "FinWait2"},
    {"RemotePort", "State", 8, "CloseWait"},
    {"RemotePort", "State", 9, "Closing"},
    {"RemotePort", "State", 10, "LastAck"},
    {"RemotePort", "State", 11, "TimeWait"},
    {"RemotePort", "State", 100, "Bound"},
    {"EdgeTraversalPolicy", "Enabled", 1, "True"},
    {"EdgeTraversalPolicy", "Enabled", 2, "False"},
    {"EdgeTraversalPolicy", "Direction", 1, "Inbound"},
    {"EdgeTraversalPolicy", "Direction", 2, "Outbound"},
    {"EdgeTraversalPolicy", "Action", 2, "Allow"},
    {"EdgeTraversalPolicy", "Action", 4, "Block"},
    {"EdgeTraversalPolicy", "Profile", 0, "Any"},
    {"EdgeTraversalPolicy", "Profile", 1, "Domain"},
    {"EdgeTraversalPolicy", "Profile", 2, "Private"},
    {"EdgeTraversalPolicy", "Profile", 4, "Public"},
    {"EdgeTraversalPolicy", "PolicyStoreSourceType", 1, "Local"},
    {"EdgeTraversalPolicy", "PolicyStoreSourceType", 2, "GroupPolicy"},
    {"DefaultInboundAction", "Enabled", 0, "False"},
    {"DefaultInboundAction", "Enabled", 1, "True"},
    {"DefaultInboundAction", "DefaultInboundAction", 0, "NotConfigured"},
    {"DefaultInboundAction", "DefaultInboundAction", 2, "Allow"},
    {"DefaultInboundAction", "DefaultInboundAction", 4, "Block"},
    {"ServicesDependedOn", "Status", 1, "Stopped"},
    {"ServicesDependedOn", "Status", 2, "StartPending"},
    {"ServicesDependedOn", "Status", 3, "StopPending"},
    {"ServicesDependedOn", "Status", 4, "Running"},
    {"ServicesDependedOn", "Status", 7, "Paused"},
    {"ServicesDependedOn", "StartType", 0, "Boot"},
    {"ServicesDependedOn", "StartType", 1, "System"},
    {"ServicesDependedOn", "StartType", 2, "Automatic"},
    {"ServicesDependedOn", "StartType", 3, "Manual"},
    {"ServicesDependedOn", "StartType", 4, "Disabled"},
});

// A number that is not in the list says nothing.
std::string word_of(const PowerShellObject& object, std::string_view property, std::int64_t number) {
    std::string word = std::to_string(number);
    for (const EnumWord& each : kEnumWords) {
        if (equal_ignoring_case(each.property, property) && object.has(each.of)) {
            if (each.number == number) {
                return std::string(each.word);
            }
            word.clear();
        }
    }
    return word;
}

// As the list form prints it.
std::string printed(const json& value) {
    if (value.is_null()) {
        return {};
    }
    if (value.is_boolean()) {
        return value.get<bool>() ? "True" : "False";
    }
    if (value.is_array()) {
        std::string list = "{";
        for (const json& each : value) {
            list += (list.size() > 1 ? ", " : "") + printed(each);
        }
        return list + "}";
    }
    if (value.is_object()) {
        // A date of Windows PowerShell, or the wrapper that it puts around values of its own.
        for (const std::string_view inner : {"DateTime", "value"}) {
            if (const json* found = member(value, inner); found != nullptr && !found->is_structured()) {
                return printed(*found);
            }
        }
        return {};
    }
    return text_of(&value).value_or("");
}

PowerShellObject object_of(const json& value, std::string place) {
    PowerShellObject object;
    for (auto each = value.begin(); each != value.end(); ++each) {
        object.properties.push_back({each.key(), printed(each.value()), place});
    }
    for (PowerShellObject::Property& each : object.properties) {
        const json& source = value[each.name];
        if (source.is_number_integer()) {
            each.value = word_of(object, each.name, source.get<std::int64_t>());
        }
    }
    object.place = std::move(place);
    return object;
}

bool add_json(const TextLines& lines, Analysis& out) {
    bool known = false;
    Analysis unread;  // notes of a text that is not ours to judge
    for (const DocumentValue& each : read_json_values(lines.from(0), unread)) {
        const bool is_list = each.value.is_array();
        const std::size_t count = is_list ? each.value.size() : 1;
        for (std::size_t i = 0; i < count; ++i) {
            const json& item = is_list ? each.value[i] : each.value;
            if (item.is_object()) {
                known = add_cmdlet_object(object_of(item, each.place(is_list ? pointer_to("", i) : "")), out) || known;
            }
        }
        if (known && !each.whole) {
            for (const auto& [table, why] : std::map(out.coverage())) {
                out.covers_partly(table, "the document breaks off");
            }
        }
    }
    for (const Analysis::Note& note : unread.notes()) {
        if (known) {
            out.note(note.place, note.problem, note.text);
        }
    }
    return known;
}

bool add_csv(const TextLines& lines, Analysis& out) {
    CsvReader reader(lines.from(0));
    auto header = reader.next();
    if (header && header->fields.front().starts_with("#TYPE")) {
        header = reader.next();
    }
    bool known = false;
    while (header && header->fields.size() > 1) {
        const auto record = reader.next();
        if (!record) {
            break;
        }
        PowerShellObject object;
        object.place = snapshot::line_place(lines.line_of(record->begin) + 1, lines.line_of(record->end - 1) + 1);
        for (std::size_t i = 0; i < std::min(header->fields.size(), record->fields.size()); ++i) {
            object.properties.push_back({header->fields[i], record->fields[i], object.place});
        }
        if (record->fields.size() < header->fields.size() && known) {
            out.note(object.place, "truncated", "a record with fewer fields than there are columns");
            continue;
        }
        known = add_cmdlet_object(object, out) || known;
    }
    return known;
}

}  // namespace

bool read_exported_objects(const TextLines& lines, Analysis& out) {
    const std::string_view text = trim(lines.from(0));
    if (text.starts_with('[') || text.starts_with('{')) {
        return add_json(lines, out);
    }
    return (text.starts_with('"') || text.starts_with("#TYPE")) && add_csv(lines, out);
}

}  // namespace kwd::analyzers
