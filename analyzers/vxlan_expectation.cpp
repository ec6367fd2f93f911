// SPDX-License-Identifier: Apache-2.0
#include "analyzers/vxlan_expectation.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace kwd::analyzers {
namespace {

using Networks = std::vector<const VxlanNetwork*>;

constexpr std::string_view kAddressesLost =
    "the addresses within are not known: the capture kept too little, or vxlan_paths had no room";

bool is_own(const VxlanState& state, const IpAddress& address) {
    return state.own.contains(address);
}

// Every second hexadecimal digit counts: the lowest bit of the first byte is the group bit (IEEE 802).
bool for_a_group(std::string_view mac) {
    constexpr std::string_view odd = "13579bdf";
    return mac.size() > 1 && odd.find(mac[1]) != std::string_view::npos;
}

bool is_one_machine(const IpAddress& address) {
    const Cidr host(address, bits_of(address.family()));
    const Bits128 bits = address.bits();
    return !is_multicast(host) && !is_link_local(host) && !(bits.high == 0 && bits.low == 0) &&
           !(address.family() == IpFamily::v4 && bits.low == 0xffffffffU);
}

std::string names(const Networks& networks) {
    std::string all;
    for (const VxlanNetwork* each : networks) {
        all += (all.empty() ? "" : ", ") + each->name;
    }
    return all;
}

// The first few of a set, with commas.
template <class Value, class Text>
std::string some_of(const std::set<Value>& values, Text text_of) {
    constexpr std::size_t most = 8;
    std::string text;
    std::size_t count = 0;
    for (const Value& each : values) {
        if (count++ == most) {
            return fmt::format("{}, and {} others", text, values.size() - most);
        }
        text += (text.empty() ? "" : ", ") + text_of(each);
    }
    return text;
}

// Goes through what is asked of one path, in the order of VxlanVerdict, and keeps the first thing that cannot be told.
class Judging {
  public:
    Judging(const VxlanState& state, const SeenPath& path)
        : state_(state), path_(path), direction_(direction_of(state, path.outer_source, path.outer_destination)) {}

    Judgement judge() {
        if (!state_.unknown.empty()) {
            return unknown(state_.unknown);
        }
        if (direction_ == VxlanDirection::other && !state_.own_missing.empty()) {
            return unknown(state_.own_missing);
        }
        if (direction_ == VxlanDirection::other) {
            return {VxlanVerdict::of_others, direction_, {}, {}, {"neither end of the tunnel is this node", {}}};
        }
        if (state_.networks.empty()) {
            return unknown(state_.networks_missing.empty() ? "no VXLAN network of this node is known"
                                                           : state_.networks_missing);
        }
        for (const auto step : {&Judging::port, &Judging::vni}) {
            if (auto wrong = (this->*step)()) {
                return *wrong;
            }
        }
        const bool out = direction_ == VxlanDirection::out;
        if (auto wrong = out ? leaving() : arriving()) {
            return *wrong;
        }
        if (!missing_.empty()) {
            return unknown(missing_);
        }
        return {VxlanVerdict::right, direction_, {}, {}, right_by_};
    }

  private:
    [[nodiscard]] Judgement unknown(std::string why) const {
        return {VxlanVerdict::unknown, direction_, {}, {}, {std::move(why), {}}};
    }
    [[nodiscard]] Judgement wrong(VxlanVerdict verdict, std::string expected, std::string seen, StatedBy by) const {
        return {verdict, direction_, std::move(expected), std::move(seen), std::move(by)};
    }
    void cannot_tell(std::string why) {
        if (missing_.empty()) {
            missing_ = std::move(why);
        }
    }

    using Values = StatedOnce<std::int64_t> VxlanNetwork::*;

    // Leaves the networks that have this value, or may have it.
    bool narrow(std::int64_t value, std::string_view what, Values own, Values peers) {
        Networks stated;
        Networks possible;
        for (const VxlanNetwork* each : networks_) {
            if ((each->*own).empty()) {
                possible.push_back(each);
            } else if ((each->*own).contains(value) ||
                       (direction_ == VxlanDirection::out && (each->*peers).contains(value))) {
                stated.push_back(each);
            }
        }
        if (stated.empty() && possible.empty()) {
            return false;
        }
        if (stated.empty()) {
            cannot_tell(fmt::format("the {} of {} is not known", what, names(possible)));
        }
        networks_ = stated.empty() ? possible : stated;
        return true;
    }

    std::optional<Judgement> port() {
        for (const VxlanNetwork& each : state_.networks) {
            networks_.push_back(&each);
        }
        const Networks all = networks_;
        if (narrow(path_.port, "VXLAN port", &VxlanNetwork::ports, &VxlanNetwork::peer_ports)) {
            return std::nullopt;
        }
        if (!state_.networks_missing.empty()) {
            return unknown(state_.networks_missing);
        }
        return wrong(VxlanVerdict::port_wrong, fmt::format("UDP port {}", values_of(all, &VxlanNetwork::ports)),
                     fmt::format("UDP port {}", path_.port), all.front()->ports.begin()->second);
    }

    std::optional<Judgement> vni() {
        const Networks all = networks_;
        if (!path_.vni_valid) {
            return wrong(VxlanVerdict::vni_wrong, "a valid VNI", "a header without the I flag",
                         {"RFC 7348 section 5: the I flag must be set", all.front()->by.at});
        }
        if (narrow(path_.vni, "VNI", &VxlanNetwork::vnis, &VxlanNetwork::peer_vnis)) {
            right_by_ = networks_.front()->by;
            return std::nullopt;
        }
        if (!state_.networks_missing.empty()) {
            return unknown(state_.networks_missing);
        }
        for (const VxlanNetwork* each : all) {
            if (!each->vnis_missing.empty()) {
                return unknown(each->vnis_missing);
            }
        }
        return wrong(VxlanVerdict::vni_wrong, fmt::format("VNI {}", values_of(all, &VxlanNetwork::vnis)),
                     fmt::format("VNI {}", path_.vni), all.front()->vnis.begin()->second);
    }

    static std::string values_of(const Networks& networks, Values member) {
        std::set<std::int64_t> values;
        for (const VxlanNetwork* each : networks) {
            for (const auto& [value, by] : each->*member) {
                values.insert(value);
            }
        }
        return some_of(values, [](std::int64_t value) { return std::to_string(value); });
    }

    [[nodiscard]] bool for_one_machine() const {
        return path_.destination_mac && !for_a_group(*path_.destination_mac) &&
               (!path_.inner_destination || is_one_machine(*path_.inner_destination));
    }

    // The network among those left, and its subnet, that a packet for this address belongs to.
    const RemoteSubnet* remote() {
        if (!path_.inner_destination) {
            return nullptr;
        }
        for (const VxlanNetwork* each : networks_) {
            if (const RemoteSubnet* found = each->remotes.find(*path_.inner_destination)) {
                networks_ = {each};
                return found;
            }
        }
        return nullptr;
    }

    std::optional<Judgement> leaving() {
        const RemoteSubnet* subnet = for_one_machine() ? remote() : nullptr;
        // What a shorter prefix says is not certain where a longer one may be missing.
        const std::string may_differ = subnet == nullptr ? std::string() : remotes_missing();
        if (subnet != nullptr && subnet->vni && *subnet->vni != path_.vni) {
            if (may_differ.empty()) {
                return wrong(VxlanVerdict::vni_wrong, fmt::format("VNI {}", *subnet->vni),
                             fmt::format("VNI {}", path_.vni), subnet->by);
            }
            cannot_tell(may_differ);
        }
        if (auto wrong = vtep(subnet)) {
            return wrong;
        }
        if (!path_.destination_mac) {
            cannot_tell("the capture kept too little of the packet to see the frame within");
            return std::nullopt;
        }
        if (for_one_machine()) {
            if (auto wrong = vtep_mac(subnet)) {
                return wrong;
            }
            if (subnet != nullptr) {
                right_by_ = subnet->by;
            }
            // Of a VTEP that may be missing from the state, so may be what leads to it.
            if (vtep_known_ && subnet != nullptr && subnet->vtep && *subnet->vtep != path_.outer_destination) {
                if (may_differ.empty()) {
                    return wrong(VxlanVerdict::vtep_wrong, subnet->vtep->text(), path_.outer_destination.text(),
                                 subnet->by);
                }
                cannot_tell(may_differ);
            }
        }
        auto wrong = source();
        if (!wrong && for_one_machine()) {
            destination(subnet);
        }
        return wrong;
    }

    [[nodiscard]] std::string remotes_missing() const {
        for (const VxlanNetwork* each : networks_) {
            if (!each->vteps_missing.empty() || !each->remotes_missing.empty()) {
                return each->vteps_missing.empty() ? each->remotes_missing : each->vteps_missing;
            }
        }
        return {};
    }

    // Nothing is right of which nothing says where it should have gone.
    void destination(const RemoteSubnet* subnet) {
        if (!path_.inner_destination || of_strangers() || of_service()) {
            return;
        }
        if (subnet == nullptr) {
            cannot_tell(fmt::format("nothing of {} leads to {}", names(networks_), path_.inner_destination->text()));
        } else if (!subnet->vtep) {
            cannot_tell("which VTEP is meant is not known: " + subnet->by.words);
        }
    }

    // Such a packet was never translated, or is an answer's counterpart in a way that the state does not tell.
    bool of_service() {
        const StatedBy* service = path_.inner_destination ? state_.services.find(*path_.inner_destination) : nullptr;
        if (service != nullptr) {
            cannot_tell(fmt::format("{} is a service's address, which is translated before the tunnel ({})",
                                    path_.inner_destination->text(), service->words));
        }
        return service != nullptr;
    }

    std::optional<Judgement> vtep(const RemoteSubnet* subnet) {
        for (const VxlanNetwork* each : networks_) {
            if (const auto known = each->vteps.find(path_.outer_destination); known != each->vteps.end()) {
                right_by_ = known->second;
                vtep_known_ = true;
                return std::nullopt;
            }
        }
        for (const VxlanNetwork* each : networks_) {
            if (!each->vteps_missing.empty()) {
                cannot_tell(each->vteps_missing);
                return std::nullopt;
            }
        }
        const VxlanNetwork& network = *networks_.front();
        const auto expected = subnet != nullptr && subnet->vtep ? subnet->vtep->text()
                              : network.vteps.empty()           ? std::string("no VTEP")
                                                                : "one of " + addresses(network.vteps);
        return wrong(
            VxlanVerdict::vtep_unknown, expected, path_.outer_destination.text(),
            subnet != nullptr ? subnet->by : StatedBy{"nothing of " + network.by.words + " names it", network.by.at});
    }

    static std::string addresses(const StatedOnce<IpAddress>& all) {
        std::set<IpAddress> values;
        for (const auto& [value, by] : all) {
            values.insert(value);
        }
        return some_of(values, [](const IpAddress& value) { return value.text(); });
    }

    std::optional<Judgement> vtep_mac(const RemoteSubnet* subnet) {
        std::set<std::string> stated;
        const StatedBy* by = nullptr;
        for (const VxlanNetwork* each : networks_) {
            const auto behind = each->macs.find(path_.outer_destination);
            if (behind == each->macs.end()) {
                continue;
            }
            if (const auto same = behind->second.find(*path_.destination_mac); same != behind->second.end()) {
                right_by_ = same->second;
                return std::nullopt;
            }
            for (const auto& [mac, said] : behind->second) {
                stated.insert(mac);
                by = by == nullptr ? &said : by;
            }
        }
        if (stated.empty()) {
            cannot_tell(fmt::format("nothing states the MAC of {}", path_.outer_destination.text()));
            return std::nullopt;
        }
        for (const VxlanNetwork* each : networks_) {
            if (!each->vteps_missing.empty() || !each->macs_missing.empty()) {
                cannot_tell(each->vteps_missing.empty() ? each->macs_missing : each->vteps_missing);
                return std::nullopt;
            }
        }
        // What the destination's own entry says comes first: it is what a person would look at.
        const bool own = subnet != nullptr && subnet->mac && subnet->vtep == path_.outer_destination;
        return wrong(VxlanVerdict::mac_wrong,
                     own ? *subnet->mac : some_of(stated, [](const std::string& mac) { return mac; }),
                     *path_.destination_mac, own ? subnet->by : *by);
    }

    std::optional<Judgement> source() {
        if (path_.addresses_lost && !of_strangers()) {
            cannot_tell(std::string(kAddressesLost));
        }
        if (!path_.inner_source || !is_one_machine(*path_.inner_source) || of_strangers()) {
            return std::nullopt;
        }
        const Holder& holder = holder_of(*path_.inner_source);
        switch (holder.presence) {
            case Presence::here: return std::nullopt;
            case Presence::unknown: cannot_tell(holder.by.words); return std::nullopt;
            case Presence::nobody:
            case Presence::elsewhere: break;
        }
        StatedBy by = holder.by;
        if (holder.presence == Presence::elsewhere) {
            by.words = holder.by_default ? "nothing but the default leads there: " + by.words
                                         : "forwarded from outside, or made up: " + by.words + " leads there";
        }
        return wrong(VxlanVerdict::source_unknown, "an address of this node or its pods", path_.inner_source->text(),
                     std::move(by));
    }

    std::optional<Judgement> arriving() {
        if (!path_.destination_mac) {
            cannot_tell("the capture kept too little of the packet to see the frame within");
            return std::nullopt;
        }
        if (!for_one_machine()) {
            return std::nullopt;
        }
        if (auto wrong = own_mac()) {
            return wrong;
        }
        if (path_.addresses_lost && !of_strangers()) {
            cannot_tell(std::string(kAddressesLost));
        }
        if (!path_.inner_destination || of_strangers() || of_service()) {
            return std::nullopt;
        }
        const Holder& holder = holder_of(*path_.inner_destination);
        switch (holder.presence) {
            case Presence::here: right_by_ = holder.by; return std::nullopt;
            case Presence::unknown: cannot_tell(holder.by.words); return std::nullopt;
            case Presence::elsewhere:
                cannot_tell("not for an address of this node: " + holder.by.words);
                return std::nullopt;
            case Presence::nobody: break;
        }
        return wrong(VxlanVerdict::no_endpoint, "an address of this node or its pods", path_.inner_destination->text(),
                     holder.by);
    }

    std::optional<Judgement> own_mac() {
        const Stated<std::string>* own = nullptr;
        for (const VxlanNetwork* each : networks_) {
            if (each->of_strangers || each->pod_macs.contains(*path_.destination_mac) ||
                (each->own_mac && each->own_mac->value == *path_.destination_mac)) {
                return std::nullopt;
            }
            own = own == nullptr && each->own_mac ? &*each->own_mac : own;
        }
        if (own == nullptr) {
            cannot_tell(fmt::format("the MAC of {} on this node is not known", names(networks_)));
            return std::nullopt;
        }
        for (const VxlanNetwork* each : networks_) {
            if (!each->pod_macs_missing.empty()) {
                cannot_tell(each->pod_macs_missing);
                return std::nullopt;
            }
        }
        return wrong(VxlanVerdict::mac_wrong, own->value, *path_.destination_mac, own->by);
    }

    [[nodiscard]] bool of_strangers() const {
        return std::ranges::any_of(networks_, [](const VxlanNetwork* each) { return each->of_strangers; });
    }
    [[nodiscard]] const Holder& holder_of(const IpAddress& address) const {
        const Holder* found = state_.holders.find(address);
        return found != nullptr ? *found : state_.other_addresses;
    }

    const VxlanState& state_;
    const SeenPath& path_;
    VxlanDirection direction_;
    Networks networks_;    // that the packet may belong to
    std::string missing_;  // the first thing that could not be told
    StatedBy right_by_;
    bool vtep_known_ = false;
};

}  // namespace

std::string_view name_of(VxlanVerdict verdict) noexcept {
    switch (verdict) {
        case VxlanVerdict::of_others: return "of-others";
        case VxlanVerdict::port_wrong: return "port-wrong";
        case VxlanVerdict::vni_wrong: return "vni-wrong";
        case VxlanVerdict::vtep_unknown: return "vtep-unknown";
        case VxlanVerdict::mac_wrong: return "mac-wrong";
        case VxlanVerdict::vtep_wrong: return "vtep-wrong";
        case VxlanVerdict::source_unknown: return "source-unknown";
        case VxlanVerdict::no_endpoint: return "no-endpoint";
        case VxlanVerdict::right: return "right";
        case VxlanVerdict::unknown: break;
    }
    return "unknown";
}

std::string_view name_of(VxlanDirection direction) noexcept {
    switch (direction) {
        case VxlanDirection::out: return "out";
        case VxlanDirection::in: return "in";
        case VxlanDirection::other: break;
    }
    return "other";
}

VxlanDirection direction_of(const VxlanState& state, const IpAddress& source, const IpAddress& destination) {
    return is_own(state, source)        ? VxlanDirection::out
           : is_own(state, destination) ? VxlanDirection::in
                                        : VxlanDirection::other;
}

Judgement judge(const VxlanState& state, const SeenPath& path) {
    return Judging(state, path).judge();
}

}  // namespace kwd::analyzers
