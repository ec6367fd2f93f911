// SPDX-License-Identifier: Apache-2.0
#include "collectors/socket_list.h"

#include <algorithm>
#include <utility>

namespace kwd::collectors {
namespace {

constexpr std::size_t kMostConnections = 20'000;
constexpr std::int64_t kSystemProcess = 4;

bool waits(const snapshot::SocketsRow& row) {
    return row.state == "listen" || row.state == "unconnected";
}

}  // namespace

bool SocketList::add(std::int64_t compartment, std::vector<Socket> sockets) {
    std::set<Listener> listeners;
    for (const Socket& each : sockets) {
        if (waits(each.row) && each.row.process_id.value_or(0) > kSystemProcess) {
            listeners.emplace(each.row.protocol, each.row.local_address.value_or(""), each.row.local_port.value_or(0),
                              each.row.process_id.value_or(0));
        }
    }
    if (has_host_) {
        // The system listens at the same ports in every compartment, but in that of a pod nobody else has what the
        // host's processes have. Between two questions one may come or go.
        const auto shared =
            std::ranges::count_if(listeners, [&](const Listener& each) { return listeners_of_host_.contains(each); });
        if (shared > 0 && static_cast<std::size_t>(shared) * 2 > listeners_of_host_.size()) {
            return false;
        }
    } else {
        has_host_ = true;
        listeners_of_host_ = std::move(listeners);
    }
    state_.answers_for(snapshot::kSockets);
    for (Socket& each : sockets) {
        ++counts_[{compartment, each.row.protocol, each.family, each.row.state.value_or("")}];
        if (!waits(each.row) && ++connections_ > kMostConnections) {
            ++left_out_;
            continue;
        }
        each.row.compartment_id = compartment;
        state_.add(snapshot::kSockets, each.row, {{"family", each.family}});
    }
    return true;
}

std::string SocketList::take_json() {
    nlohmann::ordered_json counts = nlohmann::ordered_json::array();
    for (const auto& [key, count] : counts_) {
        const auto& [compartment, protocol, family, state] = key;
        counts.push_back({{"compartment_id", compartment},
                          {"protocol", protocol},
                          {"family", family},
                          {"state", state},
                          {"count", count}});
    }
    StateDocument document = std::exchange(state_, {});
    document.set("counts", std::move(counts));
    document.set("left_out", std::exchange(left_out_, 0));
    counts_.clear();
    return document.as_json();
}

}  // namespace kwd::collectors
