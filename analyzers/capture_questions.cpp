// SPDX-License-Identifier: Apache-2.0
#include "analyzers/capture_questions.h"

#include "analyzers/capture_rows.h"
#include "analyzers/words.h"
#include "packet/dns.h"
#include "packet/packet_text.h"
#include "packet/time_between.h"
#include "packet/traffic/icmp_errors.h"
#include "snapshot/tables/packets.h"

#include <algorithm>

namespace kwd::analyzers {

void DnsQuestions::add(const SeenPacket& packet) {
    const auto* udp = std::get_if<packet::Udp>(&packet.layers.transport);
    if (udp == nullptr || (udp->source_port != packet::kDnsPort && udp->destination_port != packet::kDnsPort)) {
        return;
    }
    const auto dns = packet::dissect_dns(udp->payload);
    const auto ip = ip_of(packet.layers);
    if (!dns || !ip || !dns->question || dns->opcode != 0) {
        return;
    }
    // A question and its answer are of the same length up to there: where one is cut off, so is the other.
    const bool whole = dns->question->whole;
    std::string name = dns->question->name.text() + (whole ? "" : "…");
    const bool question = !dns->response && udp->destination_port == packet::kDnsPort;
    const bool response = dns->response && udp->source_port == packet::kDnsPort;
    if (question) {
        const Key key{ip->source, udp->source_port, dns->id, lower(name)};
        ask(packet, *ip, key, std::move(name), whole ? std::optional<std::int64_t>(dns->question->type) : std::nullopt);
    } else if (response) {
        answer(packet, *ip, {ip->destination, udp->destination_port, dns->id, lower(name)}, dns->response_code);
    }
}

void DnsQuestions::ask(const SeenPacket& packet, const IpPacket& ip, const Key& key, std::string name,
                       std::optional<std::int64_t> type) {
    if (asked_.size() >= kMostDnsQueries) {
        ++left_out_;
        return;
    }
    open_[key].push_back(asked_.size());
    asked_.push_back({packet.number, packet.time_ns, ip.source, ip.destination, std::move(name), type});
}

void DnsQuestions::answer(const SeenPacket& packet, const IpPacket& ip, const Key& key, std::int64_t response_code) {
    const auto found = open_.find(key);
    if (found == open_.end()) {
        return;
    }
    // Where a question was seen on its way to several addresses, the one that the answer comes from.
    auto& questions = found->second;
    auto match =
        std::find_if(questions.begin(), questions.end(), [&](std::size_t i) { return asked_[i].server == ip.source; });
    match = match == questions.end() ? questions.begin() : match;
    Asked& asked = asked_[*match];
    asked.answered_by = ip.source;
    asked.response_code = response_code;
    if (asked.time_ns && packet.time_ns) {
        asked.latency_ms = static_cast<double>(packet::ns_between(*asked.time_ns, *packet.time_ns)) / 1e6;
    }
    questions.erase(match);
    if (questions.empty()) {
        open_.erase(found);
    }
}

void DnsQuestions::write(std::optional<std::int64_t> end_ns, CaptureRows& out) const {
    out.cover_counted(snapshot::kDnsQueries.name, left_out_, kMostDnsQueries);
    for (const Asked& each : asked_) {
        const bool may_still_come =
            !each.time_ns || !end_ns || packet::ns_between(*each.time_ns, *end_ns) < kAnswerWithinNs;
        snapshot::DnsQueriesRow row{
            .client = each.client.text(), .server = each.server.text(), .name = each.name, .query_type = each.type};
        row.time_utc = time_text(each.time_ns);
        if (each.answered_by) {
            row.answered = true;
            row.answered_by = each.answered_by->text();
            row.rcode = each.response_code;
            row.latency_ms = each.latency_ms;
        } else if (!may_still_come) {
            row.answered = false;
        }
        out.add(snapshot::kDnsQueries, std::move(row), each.packet);
    }
}

std::size_t IcmpErrors::Hash::operator()(const Key& key) const noexcept {
    std::size_t hash = 0;
    mix(hash, key.source);
    mix(hash, key.destination);
    mix(hash, static_cast<std::uint64_t>(key.type << 8 ^ key.code));
    mix(hash, static_cast<std::uint64_t>(key.original_port << 16 ^ key.original_protocol));
    if (key.original_destination) {
        mix(hash, *key.original_destination);
    }
    return hash;
}

void IcmpErrors::add(const packet::PacketRecord& record, std::uint64_t number) {
    constexpr std::uint8_t time_exceeded_v4 = 11;
    constexpr std::uint8_t time_exceeded_v6 = 3;
    const bool v4 = record.kind == packet::PacketRecord::Kind::icmp;
    if (!v4 && record.kind != packet::PacketRecord::Kind::icmpv6) {
        return;
    }
    const auto error = packet::read_icmp_error(record);
    if (!error || (v4 ? error->type != packet::Icmpv4::kDestinationUnreachable && error->type != time_exceeded_v4
                      : error->type == 0 || error->type > time_exceeded_v6)) {
        return;
    }
    Key key{error->source,
            error->destination,
            error->type,
            error->code,
            error->mtu ? std::int64_t{*error->mtu} : -1,
            {},
            -1,
            -1};
    if (error->quoted) {
        key.original_destination = error->quoted->destination;
        key.original_protocol = error->quoted->protocol;
        key.original_port = error->quoted->destination_port ? *error->quoted->destination_port : -1;
    }
    if (Counts* counts = errors_.at(key)) {
        counts->times.add(
            number, record.time_ns == packet::PacketRecord::kNoTime ? std::nullopt : std::optional(record.time_ns));
        ++counts->count;
    }
}

void IcmpErrors::write(CaptureRows& out) const {
    out.cover_counted(snapshot::kIcmpErrors.name, errors_.left_out(), kMostIcmpErrors);
    for (const auto& [key, counts] : errors_.items()) {
        out.add(snapshot::kIcmpErrors,
                {.time_utc = time_text(counts.times.first_ns),
                 .source = key.source.text(),
                 .destination = key.destination.text(),
                 .type = key.type,
                 .code = key.code,
                 .next_hop_mtu_bytes = known(key.mtu),
                 .original_destination =
                     key.original_destination ? snapshot::Text(key.original_destination->text()) : std::nullopt,
                 .original_protocol = known(key.original_protocol),
                 .original_destination_port = known(key.original_port),
                 .count = counts.count},
                counts.times.first_packet);
    }
}

void ArpExchanges::add(const SeenPacket& packet) {
    const auto* arp = std::get_if<packet::Arp>(&packet.layers.network);
    if (arp == nullptr || !arp->addresses) {
        return;
    }
    const auto& addresses = *arp->addresses;
    if (arp->operation == packet::Arp::kRequest) {
        if (Counts* counts = exchanges_.at({addresses.sender_ip, addresses.target_ip})) {
            counts->times.add(packet.number, packet.time_ns);
            ++counts->requests;
        }
    } else if (arp->operation == packet::Arp::kReply) {
        // The reply's sender is whom the request was about.
        if (Counts* counts = exchanges_.at({addresses.target_ip, addresses.sender_ip})) {
            counts->times.add(packet.number, packet.time_ns);
            ++counts->replies;
            counts->replier = addresses.sender_mac;
        }
    }
}

void ArpExchanges::write(CaptureRows& out) const {
    out.cover_counted(snapshot::kArpExchanges.name, exchanges_.left_out(), kMostArpExchanges);
    for (const auto& [key, counts] : exchanges_.items()) {
        out.add(snapshot::kArpExchanges,
                {.sender = IpAddress::v4(key.sender).text(),
                 .target = IpAddress::v4(key.target).text(),
                 .requests = counts.requests,
                 .replies = counts.replies,
                 .replier_mac = counts.replier ? snapshot::Text(packet::mac_text(*counts.replier)) : std::nullopt},
                counts.times.first_packet);
    }
}

}  // namespace kwd::analyzers
