// SPDX-License-Identifier: Apache-2.0
#include "collectors/pktmon.h"

#include "base/text.h"
#include "packet/capture_reader.h"
#include "packet/time_between.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <deque>
#include <functional>
#include <span>

namespace kwd::collectors {
namespace {

using nlohmann::json;

constexpr std::int64_t kDuplicateWithinNs = 1'000'000;

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const auto begin = text.find_first_not_of(blank);
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    for_each_line(text, [&](const TextLine& line) {
        if (const auto words = trimmed(line.text); !words.empty()) {
            lines.push_back(words);
        }
    });
    return lines;
}

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (!(line = trimmed(line)).empty()) {
        const auto end = std::min(line.find_first_of(" \t"), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
    return words;
}

bool has_command(const std::vector<std::string_view>& lines, std::string_view command) {
    return std::ranges::any_of(lines, [&](std::string_view line) { return words_of(line).front() == command; });
}

// Of numbers it is not known whether they are quoted in every version.
std::optional<std::int64_t> number_of(const json& value) {
    if (value.is_number_integer()) {
        return value.get<std::int64_t>();
    }
    if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        if (!text.empty() && text.size() < 10 && std::ranges::all_of(text, is_digit)) {
            return std::stoll(text);
        }
    }
    return std::nullopt;
}

bool has_property(const json& component, std::string_view name, std::int64_t wanted) {
    const auto properties = component.find("Properties");
    return properties != component.end() && properties->is_array() &&
           std::ranges::any_of(*properties, [&](const json& each) {
               return each.is_object() && each.contains("Name") && each["Name"] == name && each.contains("Value") &&
                      number_of(each["Value"]) == wanted;
           });
}

// Components stand in groups in some versions and alone in others.
void visit_components(const json& value, const std::function<void(const json&)>& visit) {
    if (!value.is_array()) {
        return;
    }
    for (const json& each : value) {
        if (!each.is_object()) {
            continue;
        }
        if (const auto within = each.find("Components"); within != each.end()) {
            visit_components(*within, visit);
        } else {
            visit(each);
        }
    }
}

class RecentPackets {
  public:
    // Whether it was seen within the last millisecond; takes note of it.
    bool seen(std::int64_t time_ns, std::span<const std::byte> bytes) {
        while (!recent_.empty() && packet::ns_between(recent_.front().time_ns, time_ns) > kDuplicateWithinNs) {
            recent_.pop_front();
        }
        const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        if (std::ranges::any_of(recent_, [&](const Packet& each) { return each.bytes == text; })) {
            return true;
        }
        recent_.push_back({time_ns, text});
        return false;
    }

  private:
    struct Packet {
        std::int64_t time_ns;
        std::string_view bytes;
    };
    std::deque<Packet> recent_;
};

}  // namespace

PktmonDialect dialect_of(std::string_view help, std::string_view start_help) {
    const auto lines = lines_of(help);
    PktmonDialect dialect;
    dialect.has_status = has_command(lines, "status");
    dialect.list = has_command(lines, "list") ? "list" : "comp list";
    dialect.converter = has_command(lines, "etl2pcap") ? "etl2pcap" : has_command(lines, "pcapng") ? "pcapng" : "";
    dialect.has_unload = has_command(lines, "unload");
    dialect.has_capture = start_help.find("--capture") != std::string_view::npos;
    return dialect;
}

bool says_running(std::string_view status) {
    return lines_of(status).size() != 1;
}

std::optional<std::vector<std::string>> filters_of(std::string_view list) {
    std::vector<std::string> names;
    bool table = false;
    const auto lines = lines_of(list);
    for (const std::string_view line : lines) {
        const auto words = words_of(line);
        if (std::ranges::all_of(words[0], is_digit)) {
            if (words.size() < 2) {
                return std::nullopt;
            }
            names.emplace_back(words[1]);
        }
        table = table || line.find("---") != std::string_view::npos;
    }
    if (table != !names.empty() || lines.empty() || (!table && lines.size() > 2)) {
        return std::nullopt;
    }
    return names;
}

std::optional<std::int64_t> component_of(std::string_view text, std::uint32_t interface_index) {
    const json all = json::parse(text, nullptr, false);
    std::optional<std::int64_t> found;
    visit_components(all, [&](const json& component) {
        if (!found && component.contains("Id") && has_property(component, "ifIndex", interface_index)) {
            found = number_of(component["Id"]);
        }
    });
    return found;
}

std::vector<std::vector<std::string>> pktmon_filters() {
    return {{"kwdiag-vxlan", "-t", "UDP", "-p", "4789"},
            {"kwdiag-vxlan-8472", "-t", "UDP", "-p", "8472"},
            {"kwdiag-dns", "-p", "53"},
            {"kwdiag-icmp", "-t", "ICMP"},
            {"kwdiag-icmp6", "-t", "ICMPv6"},
            {"kwdiag-arp", "-d", "ARP"},
            {"kwdiag-syn", "-t", "TCP", "SYN"},
            {"kwdiag-rst", "-t", "TCP", "RST"}};
}

std::vector<std::string> start_arguments(const PktmonDialect& dialect, std::optional<std::int64_t> component,
                                         std::uint32_t snap_length, const std::string& file, std::uint64_t megabytes) {
    std::vector<std::string> arguments;
    if (dialect.has_capture) {
        arguments = {"start",      "--capture",
                     "--comp",     component ? std::to_string(*component) : "nics",
                     "--pkt-size", std::to_string(snap_length)};
    } else {
        arguments = {"start", "--etw", "-p", std::to_string(snap_length)};
        if (component) {
            arguments.insert(arguments.end(), {"-c", std::to_string(*component)});
        }
    }
    arguments.insert(arguments.end(), {"--file-name", file, "--file-size", std::to_string(megabytes)});
    return arguments;
}

Result<PktmonPackets> keep_packets(std::string_view pcapng, PacketDocuments& documents) {
    packet::CaptureReader reader(std::as_bytes(std::span(pcapng)));
    PktmonPackets result;
    RecentPackets recent;
    while (const auto each = reader.next()) {
        if (each->link_type != packet::LinkType::ethernet) {
            ++result.other_links;
            continue;
        }
        const std::int64_t time_ns = each->time_ns_utc.value_or(0);
        if (recent.seen(time_ns, each->captured)) {
            ++result.duplicates;
            continue;
        }
        if (documents.complete()) {
            break;
        }
        if (auto kept = documents.add(0, time_ns, each->captured, each->original_length); !kept) {
            return kept.error();
        }
    }
    if (documents.packets() == 0 && !reader.problems().empty()) {
        return Error{Errc::malformed, fmt::format("read what pktmon captured: {}", reader.problems().front().text)};
    }
    return result;
}

}  // namespace kwd::collectors
