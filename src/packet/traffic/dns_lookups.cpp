// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/dns_lookups.h"

#include "packet/bytes.h"
#include "packet/keyed_hash.h"
#include "packet/time_between.h"
#include "packet/traffic/longest_run.h"
#include "packet/traffic/packet_record.h"

namespace kwd::packet {

static std::uint32_t hash_of_name(Bytes in) noexcept {
    std::uint32_t hash = 0x811c9dc5;  // FNV-1a
    while (const auto length = in.be(1)) {
        if (*length == 0) {
            return hash == 0 ? 1 : hash;
        }
        const auto label = *length <= 63 ? in.take(*length) : std::nullopt;
        if (!label) {
            return 0;
        }
        hash = (hash ^ *length) * 0x01000193;
        for (const auto octet : *label) {
            auto value = std::to_integer<std::uint32_t>(octet);
            value += value >= 'A' && value <= 'Z' ? 'a' - 'A' : 0;
            hash = (hash ^ value) * 0x01000193;
        }
    }
    return 0;
}

std::optional<DnsSummary> summarise_dns(std::span<const std::byte> message) noexcept {
    Bytes in{message};
    const auto start = in.take<4>();
    if (!start) {
        return std::nullopt;
    }
    const auto counts = in.take<8>();
    return DnsSummary{.id = start.be<0, 2>(),
                      .response = (start.be<2, 1>() & 0x80) != 0,
                      .response_code = static_cast<std::uint8_t>(start.be<3, 1>() & 0x0f),
                      .names = counts && counts.be<0, 2>() != 0 ? hash_of_name(in) : 0};
}

// The name too, or the lookups of a client that always takes the same id would be searched one by one. The port where
// there is none.
std::uint64_t DnsLookups::hash_of(const Key& key, std::uint32_t names) noexcept {
    const auto port = names != 0 ? std::uint32_t{0} : key.client_port;
    return keyed_hash(hash_key_of_process(), key.client, key.server, key.network, port << 16 | key.id, names);
}

// Not by hash_of(), which is another in each process: who loses its place shall be the same whenever a capture is read.
std::size_t DnsLookups::place_of_last(const Key& key) noexcept {
    const auto port_and_id = std::uint32_t{key.client_port} << 16 | key.id;
    return mixed((std::uint64_t{key.client} << 32 | key.server) ^ mixed(port_and_id)) % kLast;
}

// Where this lookup is, or the free place where it would be.
std::size_t DnsLookups::find(std::uint64_t key) const noexcept {
    const auto mask = entries_.size() - 1;
    auto place = static_cast<std::size_t>(key) & mask;
    while (entries_[place].queries != 0 && entries_[place].key != key) {
        place = (place + 1) & mask;
    }
    return place;
}

DnsLookups::Asked DnsLookups::query(const Key& key, std::uint32_t names, std::int64_t time_ns) {
    if (used_ * 4 >= entries_.size() * 3) {
        grow();
    }
    const auto hash = hash_of(key, names);
    if (names != 0) {
        const auto asker = hash_of(key, 0);
        last_.resize(kLast);
        last_[place_of_last(key)] = {.asker = asker, .lookup = hash};
    }
    auto& entry = entries_[find(hash)];
    if (entry.queries != 0) {
        ++entry.queries;
        ++waiting_;
        if (time_ns != PacketRecord::kNoTime && entry.asked_ns != PacketRecord::kNoTime &&
            ns_between(entry.asked_ns, time_ns) > kLongestNs) {
            entry.asked_ns = time_ns;
        }
        return Asked::again;
    }
    if (used_ == kMost) {
        return Asked::not_kept;
    }
    entry = {.key = hash, .asked_ns = time_ns, .queries = 1};
    ++used_;
    ++waiting_;
    return Asked::first;
}

std::optional<std::size_t> DnsLookups::find_answered(const Key& key, std::uint32_t names) const noexcept {
    const auto place_of = [&](std::uint64_t hash) {
        const auto place = find(hash);
        return entries_[place].queries != 0 ? std::optional{place} : std::nullopt;
    };
    if (const auto place = place_of(hash_of(key, names))) {
        return place;
    }
    const auto asker = hash_of(key, 0);
    if (names != 0) {
        return place_of(asker);
    }
    if (last_.empty() || last_[place_of_last(key)].asker != asker) {
        return std::nullopt;
    }
    return place_of(last_[place_of_last(key)].lookup);
}

std::optional<DnsLookups::Answered> DnsLookups::answer(const Key& key, std::uint32_t names) noexcept {
    const auto place = find_answered(key, names);
    if (!place) {
        return std::nullopt;
    }
    const auto entry = entries_[*place];
    erase(*place);
    waiting_ -= entry.queries;
    return Answered{.asked_ns = entry.asked_ns, .queries = entry.queries};
}

// Moves up what was put behind for want of this place, so that no place has to be marked as once used.
void DnsLookups::erase(std::size_t place) noexcept {
    const auto mask = entries_.size() - 1;
    entries_[place].queries = 0;
    --used_;
    for (auto next = (place + 1) & mask; entries_[next].queries != 0; next = (next + 1) & mask) {
        const auto home = static_cast<std::size_t>(entries_[next].key) & mask;
        if (((next - home) & mask) >= ((next - place) & mask)) {
            entries_[place] = entries_[next];
            entries_[next].queries = 0;
            place = next;
        }
    }
}

std::size_t DnsLookups::longest_search() const noexcept {
    return longest_run(entries_, [](const Entry& entry) { return entry.queries != 0; });
}

void DnsLookups::grow() {
    if (entries_.size() >= kMost * 4 / 3) {
        return;
    }
    std::vector<Entry> old(entries_.size() * 2);
    old.swap(entries_);
    const auto mask = entries_.size() - 1;
    for (const auto& entry : old) {
        if (entry.queries == 0) {
            continue;
        }
        auto place = static_cast<std::size_t>(entry.key) & mask;
        while (entries_[place].queries != 0) {
            place = (place + 1) & mask;
        }
        entries_[place] = entry;
    }
}

}  // namespace kwd::packet
