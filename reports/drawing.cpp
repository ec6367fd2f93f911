// SPDX-License-Identifier: Apache-2.0
#include "reports/drawing.h"

#include "reports/html_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

namespace kwd::reports {
namespace {

using snapshot::Database;
using snapshot::Statement;

constexpr std::size_t kMostShown = 12;  // of attachments or tunnels in one network; the rest is counted
constexpr int kLine = 18;
constexpr int kPad = 12;
constexpr int kGap = 26;

struct Column {
    int x;
    int width;
};
constexpr Column kAdapters = {10, 240};
constexpr Column kNetworks = {310, 270};
constexpr Column kAttached = {640, 300};
constexpr Column kRemote = {1010, 260};
constexpr int kWidth = 1280;

struct Item {
    std::string text;
    std::string kind;  // CSS class
    std::string key;   // what a finding may name as its subject
};

struct Network {
    std::string key;
    std::string adapter;
    std::vector<std::string> lines;
    std::vector<Item> attached;
    std::vector<Item> remote;
    std::size_t more_attached = 0;
    std::size_t more_remote = 0;
};

struct Picture {
    std::map<std::string, std::vector<std::string>> adapters;  // name to its lines
    std::vector<Network> networks;
    std::set<std::string> blamed;
};

void add(std::vector<Item>& items, std::size_t& more, Item item) {
    if (items.size() < kMostShown) {
        items.push_back(std::move(item));
    } else {
        ++more;
    }
}

std::string joined(const Statement& row, std::initializer_list<int> columns, std::string_view between) {
    std::string text;
    for (const int column : columns) {
        if (const std::string value = row.text(column); !value.empty()) {
            text += (text.empty() ? "" : std::string(between)) + value;
        }
    }
    return text;
}

void read_adapters(const Database& database, Picture& picture) {
    Statement select = database.prepare(
        "SELECT i.name, i.mtu_bytes, i.state, group_concat(a.address || '/' || a.prefix_length, ' ') "
        "FROM interfaces AS i LEFT JOIN addresses AS a ON a.interface_name = i.name AND a.family = 4 "
        "WHERE coalesce(i.kind, 'ethernet') IN ('ethernet', 'bond', 'wireless', 'vlan') AND coalesce(i.hidden, 0) = 0 "
        "AND coalesce(i.compartment_id, 1) = 1 GROUP BY i.name ORDER BY i.interface_index, i.name LIMIT 40");
    while (select.step()) {
        std::vector<std::string> lines = {select.text(0)};
        if (!select.is_null(3)) {
            lines.push_back(select.text(3));
        }
        std::string state = select.is_null(1) ? "" : fmt::format("MTU {}", select.integer(1));
        if (!select.is_null(2)) {
            state += (state.empty() ? "" : ", ") + select.text(2);
        }
        if (!state.empty()) {
            lines.push_back(state);
        }
        picture.adapters[select.text(0)] = std::move(lines);
    }
}

void read_hns_endpoints(const Database& database, Network& network) {
    Statement select = database.prepare(
        "SELECT e.id, coalesce(r.role, iif(e.is_remote, 'remote-pod', 'other')), e.name, coalesce(e.ip_address, "
        "e.ipv6_address), "
        "e.state FROM hns_endpoints AS e LEFT JOIN endpoint_roles AS r ON r.endpoint_id = e.id WHERE e.network_id = ? "
        "ORDER BY CASE coalesce(r.role, '') WHEN 'host' THEN 0 WHEN 'gateway' THEN 1 WHEN 'source-vip' THEN 2 WHEN "
        "'pod' THEN 3 "
        "ELSE 4 END, e.ip_address, e.id");
    select.bind(1, std::string_view(network.key));
    std::size_t service_vips = 0;
    std::size_t remote_pods = 0;
    while (select.step()) {
        const std::string role = select.text(1);
        if (role == "service-vip") {
            ++service_vips;
        } else if (role == "remote-pod") {
            ++remote_pods;
        } else {
            add(network.attached, network.more_attached,
                {fmt::format("{} {}", role, joined(select, {3, 2}, "  ")), role, select.text(0)});
        }
    }
    if (service_vips > 0) {
        network.attached.push_back({fmt::format("{} service VIPs", service_vips), "other", ""});
    }
    if (remote_pods > 0) {
        network.attached.push_back({fmt::format("{} remote pods", remote_pods), "other", ""});
    }
}

void read_hns_networks(const Database& database, Picture& picture) {
    Statement select = database.prepare(
        "SELECT id, name, type, management_ip, adapter_name FROM hns_networks ORDER BY name, id LIMIT 30");
    Statement subnets =
        database.prepare("SELECT prefix, isolation_id, gateway FROM hns_subnets WHERE network_id = ? ORDER BY prefix");
    Statement remotes = database.prepare(
        "SELECT provider_address, destination_prefix, isolation_id FROM hns_remote_subnets WHERE network_id = ? "
        "ORDER BY provider_address, destination_prefix");
    while (select.step()) {
        Network network;
        network.key = select.text(0);
        network.adapter = select.text(4);
        network.lines = {joined(select, {1, 2}, "  ·  ")};
        subnets.bind(1, std::string_view(network.key));
        while (subnets.step()) {
            network.lines.push_back(subnets.text(0) +
                                    (subnets.is_null(1) ? "" : fmt::format("  VNI {}", subnets.integer(1))) +
                                    (subnets.is_null(2) ? "" : "  gateway " + subnets.text(2)));
        }
        subnets.reset();
        if (!select.is_null(3)) {
            network.lines.push_back("management IP " + select.text(3));
        }
        read_hns_endpoints(database, network);
        remotes.bind(1, std::string_view(network.key));
        while (remotes.step()) {
            add(network.remote, network.more_remote,
                {fmt::format("{}  {}", remotes.text(0), remotes.text(1)), "tunnel", remotes.text(1)});
        }
        remotes.reset();
        picture.networks.push_back(std::move(network));
    }
}

void read_linux_devices(const Database& database, Picture& picture) {
    Statement select = database.prepare(
        "SELECT i.name, i.kind, i.vni, i.vxlan_port, coalesce(i.parent_name, ''), i.mtu_bytes, i.master_name, "
        "(SELECT group_concat(a.address || '/' || a.prefix_length, ' ') FROM addresses AS a WHERE a.interface_name = "
        "i.name) "
        "FROM interfaces AS i WHERE i.kind IN ('vxlan', 'bridge') ORDER BY i.kind, i.name LIMIT 30");
    Statement ports = database.prepare(
        "SELECT name, kind, mtu_bytes FROM interfaces WHERE master_name = ? ORDER BY interface_index, name");
    Statement remotes = database.prepare(
        "SELECT destination, group_concat(mac, ' ') FROM fdb_entries WHERE interface_name = ? AND destination IS NOT "
        "NULL "
        "GROUP BY destination ORDER BY destination");
    while (select.step()) {
        Network network;
        network.key = select.text(0);
        network.adapter = select.text(4);
        network.lines = {fmt::format("{}  ·  {}", select.text(0), select.text(1))};
        if (!select.is_null(2)) {
            network.lines.push_back(fmt::format("VNI {}  UDP {}", select.integer(2), select.text(3)));
        }
        if (!select.is_null(7)) {
            network.lines.push_back(select.text(7));
        }
        network.lines.push_back(fmt::format("MTU {}", select.text(5)));
        ports.bind(1, std::string_view(network.key));
        while (ports.step()) {
            add(network.attached, network.more_attached,
                {fmt::format("{}  MTU {}", joined(ports, {1, 0}, " "), ports.text(2)), "pod", ports.text(0)});
        }
        ports.reset();
        remotes.bind(1, std::string_view(network.key));
        while (remotes.step()) {
            add(network.remote, network.more_remote,
                {fmt::format("{}  {}", remotes.text(0), remotes.text(1)), "tunnel", remotes.text(0)});
        }
        remotes.reset();
        picture.networks.push_back(std::move(network));
    }
}

std::string clipped(const std::string& text, int width) {
    const auto most = static_cast<std::size_t>(width * 10 / 76);
    std::size_t characters = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80U && ++characters > most) {
            return text.substr(0, i) + "…";
        }
    }
    return text;
}

class Canvas {
  public:
    void box(Column column, int y, int height, std::string_view kind, bool blamed) {
        body_ += fmt::format("<rect class=\"box {}{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\"/>\n", kind,
                             blamed ? " blamed" : "", column.x, y, column.width, height);
    }
    void text(int x, int y, int width, const std::string& text, std::string_view kind, bool blamed = false) {
        body_ += fmt::format("<text class=\"{}{}\" x=\"{}\" y=\"{}\">{}<title>{}</title></text>\n", kind,
                             blamed ? " blamed" : "", x, y, html_text(clipped(text, width)), html_text(text));
    }
    void line(int x1, int y1, int x2, int y2, std::string_view kind) {
        const int middle = (x1 + x2) / 2;
        body_ += fmt::format("<path class=\"{}\" d=\"M{} {}C{} {} {} {} {} {}\"/>\n", kind, x1, y1, middle, y1, middle,
                             y2, x2, y2);
    }
    [[nodiscard]] std::string svg(int height) const {
        return fmt::format(
            "<svg class=\"drawing\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"The node's adapters, networks, "
            "attachments and tunnels\" xmlns=\"http://www.w3.org/2000/svg\">\n{}</svg>\n",
            kWidth, height, body_);
    }

  private:
    std::string body_;
};

int items_height(const std::vector<Item>& items, std::size_t more) {
    return items.empty() ? 0 : static_cast<int>(items.size() + (more > 0 ? 1 : 0)) * kLine + 2 * kPad;
}

void draw_items(Canvas& canvas, const Picture& picture, Column column, int y, const std::vector<Item>& items,
                std::size_t more, std::string_view kind) {
    canvas.box(column, y, items_height(items, more), kind, false);
    int at = y + kPad + 12;
    for (const Item& item : items) {
        canvas.text(column.x + kPad, at, column.width - 2 * kPad, item.text, item.kind,
                    picture.blamed.contains(item.key));
        at += kLine;
    }
    if (more > 0) {
        canvas.text(column.x + kPad, at, column.width, fmt::format("and {} more", more), "more");
    }
}

std::string draw(const Picture& picture) {
    Canvas canvas;
    int y = 30;
    canvas.text(kAdapters.x, 16, 300, "Adapters", "heading");
    canvas.text(kNetworks.x, 16, 300, "Networks", "heading");
    canvas.text(kAttached.x, 16, 300, "Attached", "heading");
    canvas.text(kRemote.x, 16, 300, "Tunnels to other nodes", "heading");

    std::map<std::string, int> adapter_middle;
    int adapter_y = y;
    for (const auto& [name, lines] : picture.adapters) {
        const int height = static_cast<int>(lines.size()) * kLine + 2 * kPad - 4;
        canvas.box(kAdapters, adapter_y, height, "adapter", picture.blamed.contains(name));
        for (std::size_t i = 0; i < lines.size(); ++i) {
            canvas.text(kAdapters.x + kPad, adapter_y + kPad + 12 + static_cast<int>(i) * kLine,
                        kAdapters.width - 2 * kPad, lines[i], i == 0 ? "name" : "detail");
        }
        adapter_middle[name] = adapter_y + height / 2;
        adapter_y += height + kGap / 2;
    }
    for (const Network& network : picture.networks) {
        const int own = static_cast<int>(network.lines.size()) * kLine + 2 * kPad - 4;
        const bool blamed = picture.blamed.contains(network.key);
        canvas.box(kNetworks, y, own, "network", blamed);
        for (std::size_t i = 0; i < network.lines.size(); ++i) {
            canvas.text(kNetworks.x + kPad, y + kPad + 12 + static_cast<int>(i) * kLine, kNetworks.width - 2 * kPad,
                        network.lines[i], i == 0 ? "name" : "detail");
        }
        const int middle = y + own / 2;
        if (const auto adapter = adapter_middle.find(network.adapter); adapter != adapter_middle.end()) {
            canvas.line(kAdapters.x + kAdapters.width, adapter->second, kNetworks.x, middle, "wire");
        }
        const int attached = items_height(network.attached, network.more_attached);
        const int remote = items_height(network.remote, network.more_remote);
        if (attached > 0) {
            canvas.line(kNetworks.x + kNetworks.width, middle, kAttached.x, y + attached / 2, "wire");
            draw_items(canvas, picture, kAttached, y, network.attached, network.more_attached, "attached");
        }
        if (remote > 0) {
            const int from = attached > 0 ? kAttached.x + kAttached.width : kNetworks.x + kNetworks.width;
            canvas.line(from, attached > 0 ? y + attached / 2 : middle, kRemote.x, y + remote / 2, "wire tunnel");
            draw_items(canvas, picture, kRemote, y, network.remote, network.more_remote, "remote");
        }
        y += std::max({own, attached, remote}) + kGap;
    }
    return canvas.svg(std::max(y, adapter_y) + 4);
}

}  // namespace

std::string draw_networks(const Database& database) {
    Picture picture;
    read_adapters(database, picture);
    read_hns_networks(database, picture);
    read_linux_devices(database, picture);
    if (picture.networks.empty() && picture.adapters.empty()) {
        return {};
    }
    Statement subjects = database.prepare(
        "SELECT DISTINCT subject FROM findings WHERE cause IS NULL AND severity != 'info' AND subject IS NOT NULL");
    while (subjects.step()) {
        picture.blamed.insert(subjects.text(0));
    }
    return draw(picture);
}

}  // namespace kwd::reports
