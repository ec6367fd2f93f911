// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::collectors {

using Deadline = std::chrono::steady_clock::time_point;

/// One document on its way into the snapshot.
struct NewDocument {
    std::string_view kind;              ///< one of snapshot/kinds.h
    std::string name;                   ///< short name for people
    std::string original_path = {};     ///< where it lay on the node; empty where it is the answer to a question
    std::string content;                ///< byte for byte; secrets already removed
    bool truncated = false;             ///< only a part of what there was
    std::string note = {};              ///< which part, or what was removed
    std::string collected_at_utc = {};  ///< ISO 8601; the sink fills in now when empty
    /// Names of documents that this collector put before, and that go when this one comes: it holds more of the same,
    /// or there is no room for both.
    std::vector<std::string> in_place_of = {};
};

/// Where a collector puts what it got. Documents that were put are kept even when the collector then hangs or crashes.
class DocumentSink {
  public:
    DocumentSink() = default;
    DocumentSink(const DocumentSink&) = delete;
    DocumentSink& operator=(const DocumentSink&) = delete;
    virtual ~DocumentSink() = default;

    /// Errors: too_large when the collector's size budget is used up (it should stop); io when nobody reads any more.
    virtual Result<void> put(NewDocument document) = 0;
    /// Says that a part could not be had, and why; the collector goes on and its outcome becomes `partial`.
    virtual void missed(Error error) = 0;
    /// Whoever asked wants no more of it: a collector that listens comes to its end.
    [[nodiscard]] virtual bool asked_to_finish() { return false; }
};

/// What a person may ask of collectors.
struct CollectOptions {
    std::chrono::seconds packet_seconds{10};          ///< 0: no packets
    std::uint64_t packet_count = 0;                   ///< ends after that many packets; 0: no limit
    std::uint64_t packet_bytes = 32ULL << 20;         ///< budget for all packets
    bool packet_ring = false;                         ///< the last packet_bytes are kept, not the first
    std::string packet_trigger = {};                  ///< pcap-filter(7): a packet that matches ends it; empty: none
    std::chrono::seconds packet_after_trigger{3};     ///< what is still captured then
    bool packet_looked_at = false;                    ///< packets are wanted while they are captured, not only then
    std::string packet_filter = {};                   ///< pcap-filter(7); empty: VXLAN, DNS, ICMP, ARP and TCP SYN/RST
    std::vector<std::string> packet_interfaces = {};  ///< empty: choose
    std::uint32_t packet_snap_length = 0;             ///< bytes of each packet; 0: its headers, and all of DNS
    std::chrono::minutes log_window{24 * 60};         ///< how far back logs are read
    std::uint64_t log_bytes_per_file = 8ULL << 20;
    std::string kubeconfig = {};  ///< empty: the node's own credentials where they are found
    /// Where the node's files are looked for: a folder that holds what the node has at `/`, on Windows at the top of
    /// the system drive. `/` is this machine itself, on Windows whatever the letter of that drive is.
    std::string root = "/";
};

enum class Privilege : std::uint8_t { none, root };

/// Asks a live node for one subject: stores what it said, understands nothing. Runs in a worker process of its own.
///
/// Answers ok when everything that exists was had; what is missing goes through DocumentSink::missed. An Error means
/// that nothing could be had: unsupported (this platform has no such thing: the collection is `skipped`),
/// access_denied, not_found, timed_out, io.
using CollectFunction = Result<void> (*)(const CollectOptions& options, DocumentSink& out, Deadline deadline);

struct Collector {
    std::string_view name;  ///< as in `collections`: links, routes, logs
    std::string_view doc;   ///< one line: what it asks
    CollectFunction collect;
    std::chrono::milliseconds budget;  ///< time until its worker is ended
    std::uint64_t byte_budget;         ///< bytes of documents until its worker is ended
    Privilege privilege;               ///< what it needs for a whole answer
    bool sensitive;                    ///< may hold names of people, tokens, contents of traffic
    /// Listens for options.packet_seconds and options.packet_bytes, which are added to its budgets; it runs beside all
    /// the others, so that listening costs no time of its own.
    bool listens = false;
    /// What it asks for changes as pods and nodes come and go: it is asked again when others have listened for long,
    /// and while they do where somebody wants to know.
    bool changes = false;
};

/// Every collector of this platform, in the order in which they are started: the only list of them.
[[nodiscard]] std::span<const Collector> all_collectors();

}  // namespace kwd::collectors
