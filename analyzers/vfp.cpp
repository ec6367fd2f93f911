// SPDX-License-Identifier: Apache-2.0
#include "analyzers/vfp.h"

#include "analyzers/normal_forms.h"
#include "analyzers/powershell_list.h"
#include "analyzers/text_lines.h"
#include "base/identifiers.h"
#include "snapshot/place.h"
#include "snapshot/tables/network.h"

#include <map>

namespace kwd::analyzers {
namespace {

using snapshot::line_place;
using snapshot::Text;
using snapshot::VfpPortsRow;

struct Setting {
    std::string_view key;
    std::string_view value;
};

// `Port name             : GUID`; sentences such as `Port is Initialized.` have no colon.
std::optional<Setting> setting_in(std::string_view line) {
    const std::size_t colon = line.find(':');
    return colon != std::string_view::npos
               ? std::optional(Setting{trim(line.substr(0, colon)), trim(line.substr(colon + 1))})
               : std::nullopt;
}

class Ports {
  public:
    explicit Ports(const TextLines& lines) : lines_(lines) {}

    void read() {
        for (std::size_t at = 0; at < lines_.size(); ++at) {
            if (const auto table = read_powershell_table(lines_, at)) {
                for (const PowerShellObject& row : table->objects) {
                    read_row(row);
                }
                at = table->end - 1;
                continue;
            }
            const auto setting = setting_in(lines_[at]);
            if (setting) {
                read_setting(*setting, at);
            } else if (auto guid = normal_guid(trim(lines_[at])); guid && awaits_port_) {
                select(*guid, at);
            }
        }
    }

    void write(Analysis& out) {
        if (ports_.empty()) {
            out.note("", "unrecognised", "the text names no port");
            return;
        }
        for (const std::string& name : order_) {
            Port& port = ports_.at(name);
            out.add(snapshot::kVfpPorts, std::move(port.row), line_place(port.line + 1));
        }
    }

  private:
    struct Port {
        VfpPortsRow row;
        std::size_t line;
    };

    void select(const std::string& guid, std::size_t at) {
        awaits_port_ = false;
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
            current_->mac = normal_mac_text(row.text({"Mac Address"}));
            current_->port_id = row.integer({"PortId"});
            current_ = nullptr;
        }
    }

    void read_setting(const Setting& setting, std::size_t at) {
        if (setting.key == "Port name") {
            if (const auto guid = normal_guid(setting.value)) {
                select(*guid, at);
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

    void read_property(const Setting& setting) {
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
    std::map<std::string, Port, std::less<>> ports_;
    std::vector<std::string> order_;
    VfpPortsRow* current_ = nullptr;
    bool awaits_port_ = false;
};

}  // namespace

void analyze_vfp(const snapshot::Document& document, Analysis& out) {
    const TextLines lines(document, out);
    Ports ports(lines);
    ports.read();
    ports.write(out);
}

}  // namespace kwd::analyzers
