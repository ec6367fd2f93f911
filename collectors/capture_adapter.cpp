// SPDX-License-Identifier: Apache-2.0
#include "collectors/capture_adapter.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace kwd::collectors {
namespace {

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

bool holds(std::string_view text, std::string_view part) {
    return std::search(text.begin(), text.end(), part.begin(), part.end(),
                       [](char a, char b) { return lower(a) == lower(b); }) != text.end();
}

std::string_view without_braces(std::string_view guid) {
    return guid.size() > 2 && guid.front() == '{' && guid.back() == '}' ? guid.substr(1, guid.size() - 2) : guid;
}

bool is_named(const CaptureAdapter& adapter, std::string_view wanted) {
    return same(adapter.name, wanted) || same(adapter.description, wanted) ||
           (!adapter.guid.empty() && same(adapter.guid, without_braces(wanted))) ||
           wanted == std::to_string(adapter.index);
}

bool is_card(const CaptureAdapter& adapter) {
    return adapter.hardware && adapter.up && !adapter.loopback;
}

// Where a cloud gives a virtual machine a second path to the same network (SR-IOV), two cards have one MAC address, and
// the switch is bound to the one of the hypervisor.
const CaptureAdapter* better(const CaptureAdapter* a, const CaptureAdapter* b) {
    constexpr std::string_view kSynthetic = "Hyper-V Network Adapter";
    return a == nullptr || (!holds(a->description, kSynthetic) && holds(b->description, kSynthetic)) ? b : a;
}

// The card that the virtual switch of this host adapter is bound to.
const CaptureAdapter* card_below(std::span<const CaptureAdapter> adapters, const CaptureAdapter& host) {
    const CaptureAdapter* same_mac = nullptr;
    std::vector<const CaptureAdapter*> unaddressed;
    for (const CaptureAdapter& each : adapters) {
        if (!is_card(each)) {
            continue;
        }
        if (!host.mac.empty() && each.mac == host.mac) {
            same_mac = better(same_mac, &each);
        }
        if (!each.addressed) {
            unaddressed.push_back(&each);
        }
    }
    if (same_mac != nullptr) {
        return same_mac;
    }
    return unaddressed.size() == 1 ? unaddressed.front() : nullptr;
}

std::string names_of(std::span<const CaptureAdapter> adapters) {
    std::string names;
    for (const CaptureAdapter& each : adapters) {
        names += fmt::format("{}'{}'", names.empty() ? "" : ", ", each.name);
    }
    return names.empty() ? "none" : names;
}

const CaptureAdapter* with_address(std::span<const CaptureAdapter> adapters) {
    const CaptureAdapter* found = nullptr;
    for (const CaptureAdapter& each : adapters) {
        if (each.up && each.addressed && !each.loopback && (found == nullptr || (each.hardware && !found->hardware))) {
            found = &each;
        }
    }
    return found;
}

}  // namespace

Result<AdapterChoice> choose_adapter(std::span<const CaptureAdapter> adapters, std::string_view wanted,
                                     std::optional<std::uint32_t> leading_out) {
    if (!wanted.empty()) {
        const auto found =
            std::ranges::find_if(adapters, [&](const CaptureAdapter& each) { return is_named(each, wanted); });
        if (found == adapters.end()) {
            return Error{Errc::not_found, fmt::format("find the interface '{}' to capture packets on; there are: {}",
                                                      wanted, names_of(adapters))};
        }
        return AdapterChoice{*found, "as asked for"};
    }
    const CaptureAdapter* out = nullptr;
    if (leading_out) {
        const auto found =
            std::ranges::find_if(adapters, [&](const CaptureAdapter& each) { return each.index == *leading_out; });
        out = found == adapters.end() ? nullptr : &*found;
    }
    std::string reason = "the default route's";
    if (out == nullptr) {
        out = with_address(adapters);
        reason = "there is no default route";
    }
    if (out == nullptr) {
        return Error{Errc::not_found, fmt::format("find an interface that leads out of the node, to capture packets "
                                                  "on; there are: {}",
                                                  names_of(adapters))};
    }
    if (out->hardware) {
        return AdapterChoice{*out, std::move(reason)};
    }
    if (const CaptureAdapter* card = card_below(adapters, *out)) {
        return AdapterChoice{*card, fmt::format("below the virtual switch of '{}'", out->name)};
    }
    return AdapterChoice{*out, reason + "; no network card was found below it, so that VXLAN may not be seen"};
}

Result<DeviceChoice> choose_device(std::span<const CaptureDevice> devices, std::span<const CaptureAdapter> adapters,
                                   std::string_view wanted, std::optional<std::uint32_t> leading_out) {
    if (!wanted.empty()) {
        for (const CaptureDevice& each : devices) {
            if (same(each.name, wanted) || same(each.description, wanted)) {
                return DeviceChoice{each, each.description.empty() ? each.name : each.description, "as asked for"};
            }
        }
    }
    auto choice = choose_adapter(adapters, wanted, leading_out);
    if (!choice) {
        return choice.error();
    }
    for (const CaptureDevice& each : devices) {
        if (!choice->adapter.guid.empty() && holds(each.name, choice->adapter.guid)) {
            return DeviceChoice{each, choice->adapter.name, choice->reason};
        }
    }
    return Error{Errc::not_found,
                 fmt::format("capture packets on '{}': the capturing driver is not bound to it", choice->adapter.name)};
}

}  // namespace kwd::collectors
