// SPDX-License-Identifier: Apache-2.0
#include "analyzers/windows_text.h"
#include "base/identifiers.h"
#include "base/ip.h"
#include "snapshot/place.h"
#include "snapshot/tables/network.h"
#include "snapshot/tables/system.h"

#include <fmt/format.h>

#include <algorithm>

namespace kwd::analyzers {
namespace {

using snapshot::Integer;
using snapshot::line_place;
using snapshot::Text;

constexpr std::string_view kFullWidthColon = "\xEF\xBC\x9A";

// A `Key . . . : value` with its further values, one a line below it.
struct Entry {
    std::string_view key;
    std::vector<std::string_view> values;
    std::size_t first = 0;  ///< lines, from 0
    std::size_t last = 0;

    [[nodiscard]] std::string_view value() const { return values.empty() ? std::string_view{} : values.front(); }
    [[nodiscard]] std::string place() const { return line_place(first + 1, last + 1); }
    [[nodiscard]] bool speaks_of(std::string_view word) const { return key.find(word) != std::string_view::npos; }
};

struct Colon {
    std::size_t at;
    std::size_t bytes;
};

// The colon between key and value: the one behind the leader dots, since keys and values may hold colons too; a key
// that fills its column has no dots, and then it is the first colon before a blank.
std::optional<Colon> separator_in(std::string_view line) {
    std::optional<Colon> without_dots;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const bool wide = line.substr(i).starts_with(kFullWidthColon);
        if (line[i] != ':' && !wide) {
            continue;
        }
        const Colon colon{i, wide ? kFullWidthColon.size() : 1};
        const std::string_view before = trim(line.substr(0, i));
        if (before.ends_with('.')) {
            return colon;
        }
        const std::size_t behind = i + colon.bytes;
        if (!without_dots && (behind == line.size() || line[behind] == ' ')) {
            without_dots = colon;
        }
    }
    return without_dots;
}

std::optional<Entry> entry_in(std::string_view line, std::size_t at) {
    if (!line.starts_with(' ')) {
        return std::nullopt;
    }
    const auto colon = separator_in(line);
    if (!colon) {
        return std::nullopt;
    }
    std::string_view key = trim(line.substr(0, colon->at));
    while (key.ends_with('.') || key.ends_with(' ')) {
        key.remove_suffix(1);
    }
    Entry entry{key, {}, at, at};
    if (const std::string_view value = trim(line.substr(colon->at + colon->bytes)); !value.empty()) {
        entry.values.push_back(value);
    }
    return key.empty() ? std::nullopt : std::optional(entry);
}

bool has_leader_dots(std::string_view line) {
    return line.find(". .") != std::string_view::npos && entry_in(line, 0);
}

std::vector<Entry> read_entries(const TextLines& lines, std::size_t& at) {
    std::vector<Entry> entries;
    for (; at < lines.size() && lines[at].starts_with(' '); ++at) {
        if (auto entry = entry_in(lines[at], at)) {
            entries.push_back(std::move(*entry));
        } else if (!entries.empty()) {
            entries.back().values.push_back(trim(lines[at]));
            entries.back().last = at;
        }
    }
    return entries;
}

// `Network Information for Compartment 2 (ACTIVE)`, between bars or with stars.
Integer compartment_of(const TextLines& lines, std::size_t at) {
    const bool between_bars = is_bar(lines[at]) && is_bar(lines[at + 2]);
    const std::string_view title = between_bars ? lines[at + 1] : lines[at];
    if (!between_bars && title.find("***") == std::string_view::npos) {
        return std::nullopt;
    }
    for (const std::string_view word : split_words(title, " \t*()[]:")) {
        if (const auto number = parse_integer(word); number && *number > 0) {
            return number;
        }
    }
    return std::nullopt;
}

// `Ethernet adapter vEthernet (nat):` at the margin; keys with leader dots follow.
std::optional<std::string_view> title_in(const TextLines& lines, std::size_t at) {
    std::string_view line = lines[at];
    if (line.ends_with(kFullWidthColon)) {
        line.remove_suffix(kFullWidthColon.size());
    } else if (line.ends_with(':')) {
        line.remove_suffix(1);
    } else {
        return std::nullopt;
    }
    std::size_t next = at + 1;
    while (next < lines.size() && next <= at + 2 && lines[next].empty()) {
        ++next;
    }
    // The colon of an empty PowerShell property stands behind one word.
    const bool keys_follow =
        entry_in(lines[next], next) && (has_leader_dots(lines[next]) || has_leader_dots(lines[next + 1]));
    return !line.starts_with(' ') && trim(line).find(' ') != std::string_view::npos && keys_follow
               ? std::optional(trim(line))
               : std::nullopt;
}

class Adapter {
  public:
    Adapter(WindowsText& text, std::string_view title, std::size_t at) : text_(text), at_(at) {
        const AdapterTitle read = adapter_title(title);
        row_.compartment_id = text.compartment_id;
        row_.name = read.name;
        row_.kind = read.kind;
        if (!read.kind) {
            text.out.note(line_place(at + 1), "unknown_words", fmt::format("the title of adapter \"{}\"", title));
        }
    }

    void read(const std::vector<Entry>& entries) {
        for (std::size_t i = 0; i < entries.size(); ++i) {
            read_entry(entries, i);
        }
        // The suffix comes first; before it stands the state of the medium, only when nothing is plugged in.
        row_.state = entries.front().speaks_of("DNS") || !addresses_.empty() ? "up" : "disconnected";
        for (snapshot::AddressesRow& each : addresses_) {
            each.interface_index = row_.interface_index;
        }
        write(entries);
    }

  private:
    void read_entry(const std::vector<Entry>& entries, std::size_t i) {
        const Entry& entry = entries[i];
        if (row_.mac == std::nullopt && normal_mac(entry.value()) && entry.value().size() == 17) {
            row_.mac = normal_mac(entry.value());
            if (i > 0 && !entries[i - 1].speaks_of("DNS")) {
                row_.description = text_or_null(entries[i - 1].value());  // it stands before the address
            }
            return;
        }
        if (entry.speaks_of("DHCP") && !entry.speaks_of("DHCPv6") && !printed_address(entry.value())) {
            read_dhcp(entry);
            return;
        }
        if (entry.speaks_of("DNS") && !printed_address(entry.value())) {
            row_.dns_suffix = saw_suffix_ ? row_.dns_suffix : text_or_null(entry.value());
            saw_suffix_ = true;
            return;
        }
        if (entry.speaks_of("DNS")) {
            add_dns_servers(entry);
            return;
        }
        if (entry.speaks_of("IPv4") || entry.speaks_of("IPv6") || is_bare_address(entry)) {
            add_addresses(entry);
            return;
        }
        if (read_mask(entry)) {
            return;
        }
        if (awaits_gateway_ && !entry.speaks_of("DHCP") && !entry.speaks_of("WINS")) {
            awaits_gateway_ = !entry.values.empty() && !add_gateways(entry);
        }
    }

    void read_dhcp(const Entry& entry) {
        const auto flag = printed_flag(entry.value());
        if (!row_.dhcp) {
            row_.dhcp = flag;
        }
        if (!flag && !entry.value().empty() && entry.value().find_first_of("0123456789") == std::string_view::npos) {
            text_.out.note(entry.place(), "unknown_words", fmt::format("{}: {}", entry.key, entry.value()));
        }
    }

    // Before Windows Vista the key was just `IP Address`.
    [[nodiscard]] bool is_bare_address(const Entry& entry) const {
        return addresses_.empty() && entry.speaks_of("IP") && printed_address(entry.value()).has_value();
    }

    void add_addresses(const Entry& entry) {
        for (std::size_t i = 0; i < entry.values.size(); ++i) {
            const auto address = printed_address(entry.values[i]);
            if (!address) {
                continue;
            }
            snapshot::AddressesRow row;
            row.compartment_id = text_.compartment_id;
            row.interface_name = row_.name;
            row.address = address->address;
            row.family = address->family;
            row.state = printed_address_state(address->remark);
            if (!row.state && !address->remark.empty()) {
                text_.out.note(line_place(entry.first + 1 + i), "unknown_words",
                               fmt::format("the state of an address: {}", address->remark));
            }
            const auto as_prefix = Cidr::parse_or_host(address->address);
            if (as_prefix && is_link_local(*as_prefix)) {
                row.origin = "link-local";
                row_.interface_index = row_.interface_index ? row_.interface_index : address->zone;
            }
            addresses_.push_back(std::move(row));
            places_.push_back(line_place(entry.first + 1 + i));
        }
    }

    // A mask belongs to the IPv4 address above it, whatever its key says.
    bool read_mask(const Entry& entry) {
        const auto mask = IpAddress::parse(entry.value());
        if (!mask || mask->family() != IpFamily::v4 || addresses_.empty() || addresses_.back().prefix_length ||
            addresses_.back().family != 4) {
            return false;
        }
        const auto length = prefix_length_of_mask(*mask);
        if (!length) {
            return false;
        }
        snapshot::AddressesRow& row = addresses_.back();
        row.prefix_length = *length;
        row.prefix = Cidr(*IpAddress::parse(row.address), *length).text();
        awaits_gateway_ = true;
        return true;
    }

    // The first addresses behind the mask are those of gateways; leases and servers come later.
    bool add_gateways(const Entry& entry) {
        bool any = false;
        for (std::size_t i = 0; i < entry.values.size(); ++i) {
            const auto address = printed_address(entry.values[i]);
            if (!address) {
                continue;
            }
            any = true;
            text_.out.add_in_outline(snapshot::kRoutes,
                                     {.compartment_id = text_.compartment_id,
                                      .destination = address->family == 4 ? "0.0.0.0/0" : "::/0",
                                      .family = address->family,
                                      .next_hop = address->address,
                                      .interface_name = row_.name},
                                     line_place(entry.first + 1 + i));
        }
        if (any) {
            text_.out.covers_in_outline(snapshot::kRoutes.name, "ipconfig shows default gateways only");
        }
        return any;
    }

    void add_dns_servers(const Entry& entry) {
        std::int64_t position = 0;
        for (std::size_t i = 0; i < entry.values.size(); ++i) {
            if (const auto address = printed_address(entry.values[i])) {
                text_.out.add(snapshot::kDnsServers,
                              {.interface_name = row_.name, .position = position++, .address = address->address},
                              line_place(entry.first + 1 + i));
            }
        }
    }

    void write(const std::vector<Entry>& entries) {
        text_.out.covers(snapshot::kAddresses.name);
        for (std::size_t i = 0; i < addresses_.size(); ++i) {
            text_.out.add(snapshot::kAddresses, std::move(addresses_[i]), places_[i]);
        }
        text_.out.add(snapshot::kInterfaces, std::move(row_), line_place(at_ + 1, entries.back().last + 1));
    }

    WindowsText& text_;
    std::size_t at_;
    snapshot::InterfacesRow row_;
    std::vector<snapshot::AddressesRow> addresses_;
    std::vector<std::string> places_;
    bool saw_suffix_ = false;
    bool awaits_gateway_ = false;
};

// The suffixes stand last in the settings of the node, and only if there are any; the node's own suffix stands second.
Text dns_search_in(const std::vector<Entry>& entries) {
    if (entries.size() <= 2 || !entries.back().speaks_of("DNS")) {
        return "";
    }
    std::string list;
    for (const std::string_view value : entries.back().values) {
        list += list.empty() ? "" : ",";
        list += value;
    }
    return list;
}

}  // namespace

std::size_t read_ipconfig(WindowsText& text, std::size_t at) {
    const TextLines& lines = text.lines;
    if (const auto compartment = compartment_of(lines, at)) {
        text.compartment_id = compartment;
        return at + (is_bar(lines[at]) ? 3 : 1);
    }
    if (const Text language = language_of_title(lines[at])) {
        text.out.add(snapshot::kSystem, {.os_family = "windows", .locale = language}, line_place(at + 1));
        return at + 1;
    }
    if (const auto title = title_in(lines, at)) {
        std::size_t next = at + 1;
        while (lines[next].empty()) {
            ++next;
        }
        const auto entries = read_entries(lines, next);
        Adapter(text, *title, at).read(entries);
        return next;
    }
    if (has_leader_dots(lines[at])) {
        const std::size_t begin = at;
        const auto entries = read_entries(lines, at);
        // The settings of the whole node begin with its name.
        if (const Text name = text_or_null(entries.front().value());
            name && name->find_first_of(" :") == std::string::npos && !printed_address(*name) && entries.size() >= 3) {
            const bool is_host = text.compartment_id.value_or(1) == 1;
            text.out.add(snapshot::kSystem,
                         {.os_family = "windows",
                          .host_name = name,
                          .dns_search = is_host ? dns_search_in(entries) : std::nullopt},
                         entries.front().place());
        }
        return std::max(at, begin + 1);
    }
    return at;
}

}  // namespace kwd::analyzers
