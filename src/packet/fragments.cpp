// SPDX-License-Identifier: Apache-2.0
#include "packet/fragments.h"

#include "packet/keyed_hash.h"
#include "packet/time_between.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace kwd::packet {

// From so many bytes on it is seen whether a datagram to any port is a tunnel's (is_surely_vxlan()).
static constexpr std::size_t kEnoughToRecognise = 64;

std::size_t Fragments::Beginning::there() const noexcept {
    return std::min(static_cast<std::size_t>(std::countr_one(units)) * kUnit, end);
}

std::optional<Fragments::Fragment> Fragments::fragment_of(const Layers& outer) noexcept {
    if (const auto* ip = std::get_if<Ipv4>(&outer.network)) {
        if (!ip->fragment() || ip->protocol != kProtocolUdp || ip->defect != Defect::none) {
            return std::nullopt;
        }
        Key key{.identification = ip->identification};
        for (std::size_t i = 0; i < 4; ++i) {
            key.source[i] = static_cast<std::uint8_t>(ip->source >> (24 - 8 * i));
            key.destination[i] = static_cast<std::uint8_t>(ip->destination >> (24 - 8 * i));
        }
        return Fragment{key, ip->fragment_offset, ip->more_fragments, ip->cut, ip->payload};
    }
    if (const auto* ip = std::get_if<Ipv6>(&outer.network)) {
        if (!ip->fragment() || ip->protocol != kProtocolUdp || ip->defect != Defect::none) {
            return std::nullopt;
        }
        const Key key{ip->source, ip->destination, ip->fragment_header->identification, true};
        return Fragment{key, ip->fragment_header->offset, ip->fragment_header->more, ip->cut, ip->payload};
    }
    return std::nullopt;
}

Fragments::Datagram Fragments::datagram_of(const Packet& packet) noexcept {
    Datagram datagram;
    if (const auto* udp = std::get_if<Udp>(&packet.outer.transport)) {
        datagram.source_port = udp->source_port;
        datagram.destination_port = udp->destination_port;
    }
    if (packet.vxlan) {
        datagram.vni = packet.vxlan->vni;
        datagram.vni_valid = packet.vxlan->vni_valid;
    }
    return datagram;
}

std::size_t Fragments::bucket_of(const Key& key) noexcept {
    std::array<std::uint32_t, 8> words{};
    std::memcpy(words.data(), key.source.data(), key.source.size());
    std::memcpy(words.data() + 4, key.destination.data(), key.destination.size());
    const auto hash = keyed_hash(hash_key_of_process(), words[0], words[1], words[2], words[3], words[4], words[5],
                                 words[6], words[7], key.identification);
    return static_cast<std::size_t>(hash % kBuckets);
}

Fragments::Answer Fragments::add(Packet& packet, std::uint64_t number, std::optional<std::int64_t> time_ns,
                                 std::uint64_t bytes) {
    const auto fragment = fragment_of(packet.outer);
    if (!fragment) {
        return {};
    }
    auto& entry = entry_of(fragment->key, time_ns);
    entry.last_ns = time_ns ? time_ns : entry.last_ns;
    if (fragment->offset == 0) {
        entry.known = false;  // or it is another datagram, of the same number
        const auto size = fragment->payload.size();
        const bool enough = fragment->cut || size >= kBeginning || (!packet.vxlan && size >= kEnoughToRecognise);
        if (enough || !keep(*fragment, entry)) {
            return tell(packet, entry);
        }
    } else if (entry.known) {
        return {.role = Role::later, .datagram = entry.datagram};
    } else if (fragment->offset < kBeginning) {
        static_cast<void>(keep(*fragment, entry));  // without room for it the datagram will not be put together
    }
    if (put_together(packet, entry)) {
        return tell(packet, entry);
    }
    auto& waited = entry.waited;
    if (waited.packets == 0) {
        waited.first_packet = number;
        waited.first_ns = time_ns;
    }
    waited.last_ns = time_ns ? time_ns : waited.last_ns;
    ++waited.packets;
    waited.bytes += bytes;
    return {.role = Role::waiting};
}

Fragments::Answer Fragments::tell(const Packet& packet, Entry& entry) {
    release(entry);
    entry.known = true;
    entry.datagram = datagram_of(packet);
    return {.role = Role::beginning, .datagram = entry.datagram, .before = std::exchange(entry.waited, {})};
}

// Takes what a fragment has of the datagram's beginning. False when there is no room for one.
bool Fragments::keep(const Fragment& fragment, Entry& entry) {
    if (entry.beginning == kNone) {
        if (free_.empty() && beginnings_.size() == kMostBeginnings) {
            return false;
        }
        if (free_.empty()) {
            free_.push_back(static_cast<std::uint32_t>(beginnings_.size()));
            beginnings_.emplace_back();
        }
        entry.beginning = free_.back();
        free_.pop_back();
        beginnings_[entry.beginning] = {};
    }
    auto& beginning = beginnings_[entry.beginning];
    const auto size = std::min(fragment.payload.size(), kBeginning - fragment.offset);
    const bool last = !fragment.more && !fragment.cut && fragment.offset + size < kBeginning;
    // All but the last fragment are multiples of the unit long; what is not is no more than what the capture left.
    const auto units = last ? (size + kUnit - 1) / kUnit : size / kUnit;
    std::ranges::copy(fragment.payload.first(size),
                      beginning.bytes.begin() + static_cast<std::ptrdiff_t>(fragment.offset));
    for (std::size_t i = 0; i < units; ++i) {
        beginning.units |= 1U << (fragment.offset / kUnit + i);
    }
    if (last) {
        beginning.end = fragment.offset + size;
    }
    return true;
}

// Reads the beginning into the packet, if it is all there.
bool Fragments::put_together(Packet& packet, Entry& entry) {
    if (entry.beginning == kNone) {
        return false;
    }
    const auto& beginning = beginnings_[entry.beginning];
    if (beginning.there() < beginning.end) {
        return false;
    }
    done_ = beginning;
    dissect_datagram(std::span{done_.bytes}.first(done_.end), vxlan_ports_, packet);
    return true;
}

Fragments::Entry& Fragments::entry_of(const Key& key, std::optional<std::int64_t> time_ns) {
    if (buckets_.empty()) {
        buckets_.assign(kBuckets, kNone);
    }
    for (auto index = buckets_[bucket_of(key)]; index != kNone; index = entries_[index].next) {
        auto& entry = entries_[index];
        if (entry.key == key) {
            if (time_ns && entry.last_ns && ns_between(*entry.last_ns, *time_ns) > kExpiryNs) {
                forget(entry);
            }
            return entry;
        }
    }
    return new_entry(key);
}

Fragments::Entry& Fragments::new_entry(const Key& key) {
    auto index = static_cast<std::uint32_t>(entries_.size());
    if (entries_.size() < kMostDatagrams) {
        entries_.emplace_back();
    } else {
        index = static_cast<std::uint32_t>(oldest_);
        oldest_ = (oldest_ + 1) % kMostDatagrams;
        forget(entries_[index]);
        unlink(index);
        entries_[index] = {};
    }
    auto& bucket = buckets_[bucket_of(key)];
    auto& entry = entries_[index];
    entry.key = key;
    entry.next = std::exchange(bucket, index);
    return entry;
}

void Fragments::unlink(std::uint32_t index) noexcept {
    auto* link = &buckets_[bucket_of(entries_[index].key)];
    while (*link != index) {
        link = &entries_[*link].next;
    }
    *link = entries_[index].next;
}

// Tells of what waits, and makes the entry as one that nothing is known of.
void Fragments::forget(Entry& entry) {
    if (entry.waited.packets != 0) {
        Unsettled unsettled{entry.key.ipv6, entry.key.source, entry.key.destination, std::nullopt, entry.waited};
        if (entry.beginning != kNone && beginnings_[entry.beginning].there() >= Udp::kSize) {
            const auto& beginning = beginnings_[entry.beginning];
            Packet packet;
            dissect_datagram(std::span{beginning.bytes}.first(beginning.there()), vxlan_ports_, packet);
            unsettled.datagram = datagram_of(packet);
        }
        unsettled_(unsettled);
    }
    release(entry);
    entry.waited = {};
    entry.known = false;
    entry.last_ns.reset();
}

void Fragments::release(Entry& entry) noexcept {
    if (entry.beginning != kNone) {  // there is room in free_, which held it before
        free_.push_back(std::exchange(entry.beginning, kNone));
    }
}

void Fragments::settle() {
    for (auto& entry : entries_) {
        forget(entry);
    }
    entries_.clear();
    buckets_.clear();
    oldest_ = 0;
}

}  // namespace kwd::packet
