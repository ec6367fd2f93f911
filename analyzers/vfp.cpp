// SPDX-License-Identifier: Apache-2.0
#include "analyzers/vfp.h"

#include "analyzers/normal_forms.h"
#include "analyzers/powershell_list.h"
#include "analyzers/text_lines.h"
#include "analyzers/vfp_policy.h"
#include "base/identifiers.h"
#include "snapshot/place.h"
#include "snapshot/tables/network.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::analyzers {
namespace {

using snapshot::line_place;
using snapshot::Text;
using snapshot::VfpPortsRow;

/// `vfpctrl.exe /port GUID /layer X /list-rule`, as prompts echo it and kwdiag heads each output.
struct Command {
    std::string question = {};  ///< list-rule
    VfpPolicy::Subject subject = {};
};

VfpPolicy::Section section_of(std::string_view question) {
    using Section = VfpPolicy::Section;
    return question == "list-layer"   ? Section::layers
           : question == "list-group" ? Section::groups
           : question == "list-rule"  ? Section::rules
           : question == "get-port-counter" || question == "get-rule-counter" || question == "get-flow-stats"
               ? Section::counters
               : Section::other;
}

std::optional<Command> command_in(std::string_view line) {
    if (!contains_ignoring_case(line, "vfpctrl")) {
        return std::nullopt;
    }
    Command command;
    const auto words = split_words(line, " \t\"");
    for (std::size_t i = 0; i < words.size(); ++i) {
        const Text next = i + 1 < words.size() ? Text(words[i + 1]) : std::nullopt;
        if (words[i] == "/port") {
            command.subject.port = normal_guid(next.value_or(""));
        } else if (words[i] == "/layer") {
            command.subject.layer = next;
        } else if (words[i] == "/group") {
            command.subject.group = next;
        } else if (words[i].starts_with("/list-") || words[i].starts_with("/get-")) {
            command.question = words[i].substr(1);
        }
    }
    if (command.question.empty()) {
        return std::nullopt;
    }
    command.subject.section = section_of(command.question);
    return command;
}

// The table that an answer speaks for; empty where nothing of it is read.
std::string_view table_of(VfpPolicy::Section section, bool lists_ports) {
    switch (section) {
        case VfpPolicy::Section::layers: return snapshot::kVfpLayers.name;
        case VfpPolicy::Section::groups: return snapshot::kVfpGroups.name;
        case VfpPolicy::Section::rules: return snapshot::kVfpRules.name;
        case VfpPolicy::Section::counters: return snapshot::kVfpCounters.name;
        default: return lists_ports ? snapshot::kVfpPorts.name : std::string_view();
    }
}

class Ports {
  public:
    Ports(const TextLines& lines, Analysis& out) : lines_(lines), out_(out) {}

    void read() {
        for (std::size_t at = 0; at < lines_.size(); ++at) {
            if (const auto command = command_in(lines_[at])) {
                read_command(*command, at);
                continue;
            }
            if (lines_[at].starts_with("ERROR")) {
                tell_failure(at);
                continue;
            }
            if (const auto table = read_powershell_table(lines_, at)) {
                for (const PowerShellObject& row : table->objects) {
                    read_row(row);
                }
                at = table->end - 1;
                continue;
            }
            const auto setting = vfp_setting(lines_[at]);
            if (policy_.read(lines_[at], at)) {
                continue;
            }
            if (setting) {
                read_setting(*setting, at);
            } else if (auto guid = normal_guid(trim(lines_[at])); guid && awaits_port_) {
                select(*guid, at);
            }
        }
    }

    void write() {
        if (ports_.empty() && policy_.empty() && !lists_ports_) {
            out_.note("", "unrecognised", "the text names no port");
            return;
        }
        if (lists_ports_) {
            out_.covers(snapshot::kVfpPorts.name);
        } else {
            out_.covers_in_outline(snapshot::kVfpPorts.name, "which ports there are is not said");
        }
        for (const std::string& name : order_) {
            Port& port = ports_.at(name);
            out_.add_in_outline(snapshot::kVfpPorts, std::move(port.row), line_place(port.line + 1));
        }
        policy_.write(out_);
    }

  private:
    struct Port {
        VfpPortsRow row;
        std::size_t line;
    };

    void read_command(const Command& command, std::size_t at) {
        current_ = nullptr;
        awaits_port_ = false;
        if (command.subject.port) {
            select(*command.subject.port, at);
        }
        asks_for_ports_ = command.question == "list-vmswitch-port";
        lists_ports_ = lists_ports_ || asks_for_ports_;
        policy_.begin(command.subject);
        section_ = command.subject.section;
        if (const auto table = table_of(section_, asks_for_ports_); !table.empty()) {
            out_.covers(table);
        }
    }

    void tell_failure(std::size_t at) {
        out_.note(line_place(at + 1), "failed", std::string(lines_[at]));
        if (const auto table = table_of(section_, asks_for_ports_); !table.empty()) {
            out_.covers_partly(table, std::string(lines_[at]));
        }
    }

    void select(const std::string& guid, std::size_t at) {
        awaits_port_ = false;
        policy_.begin({.port = guid});
        section_ = VfpPolicy::Section::unknown;
        const auto [port, is_new] = ports_.try_emplace(guid, Port{{.port_name = guid}, at});
        if (is_new) {
            order_.push_back(guid);
        }
        current_ = &port->second.row;
    }

    // The table at the top of vfpOutput.txt.
    void read_row(const PowerShellObject& row) {
        if (const auto guid = normal_guid(row.text({"Port name"}).value_or(""))) {
            const auto digits = row.place.find(':');
            select(*guid, static_cast<std::size_t>(parse_integer(row.place.substr(digits + 1)).value_or(1)) - 1);
            lists_ports_ = true;
            current_->mac = normal_mac_text(row.text({"Mac Address"}));
            current_->port_id = row.integer({"PortId"});
            current_ = nullptr;
        }
    }

    void read_setting(const VfpSetting& setting, std::size_t at) {
        if (setting.key == "Port name") {
            if (const auto guid = normal_guid(setting.value)) {
                select(*guid, at);
                lists_ports_ = true;
            }
            return;
        }
        if (setting.key.starts_with("Policy for port") || setting.key.starts_with("Get-port-counter for port")) {
            current_ = nullptr;
            awaits_port_ = true;
            if (const auto guid = normal_guid(setting.value)) {
                select(*guid, at);
            }
            return;
        }
        if (current_ != nullptr) {
            read_property(setting);
        }
    }

    void read_property(const VfpSetting& setting) {
        VfpPortsRow& row = *current_;
        const Text value = text_or_null(setting.value);
        if (setting.key == "Port Friendly name") {
            row.friendly_name = value;
        } else if (setting.key == "Switch name") {
            row.switch_name = normal_id(value);
        } else if (setting.key == "Switch Friendly name") {
            row.switch_friendly_name = value;
        } else if (setting.key == "PortId") {
            row.port_id = parse_integer(setting.value);
        } else if (setting.key == "Port type") {
            row.port_type = value;
        } else if (equal_ignoring_case(setting.key, "MAC address")) {
            row.mac = normal_mac_text(value);
        } else if (setting.key == "MTU") {
            row.mtu_bytes = parse_integer(setting.value);
        } else if (setting.key == "NIC state") {
            row.nic_state = value;
        } else if (setting.key == "Enabled" && !row.enabled) {
            row.enabled = parse_flag(lower(setting.value));
        } else if (setting.key == "Blocked" && !row.blocked) {
            row.blocked = parse_flag(lower(setting.value));
        }
    }

    const TextLines& lines_;
    Analysis& out_;
    VfpPolicy policy_;
    VfpPolicy::Section section_ = VfpPolicy::Section::unknown;
    bool asks_for_ports_ = false;
    bool lists_ports_ = false;
    std::map<std::string, Port, std::less<>> ports_;
    std::vector<std::string> order_;
    VfpPortsRow* current_ = nullptr;
    bool awaits_port_ = false;
};

}  // namespace

void analyze_vfp(const snapshot::Document& document, Analysis& out) {
    const TextLines lines(document, out);
    Ports ports(lines, out);
    ports.read();
    ports.write();
}

}  // namespace kwd::analyzers
