// SPDX-License-Identifier: Apache-2.0
//
// mkpcap: a deterministic generator of VXLAN-encapsulated pod traffic as pcap or pcapng, with the ground truth as JSON
// on standard output.
//
//   mkpcap --packets 1000000 --seed 7 --out t.pcap > truth.json
//
// The same arguments always give the same bytes. Nothing is sent; only a file is written. Every frame has valid IPv4,
// TCP, inner UDP and ICMP checksums; the outer UDP checksum is 0, as RFC 7348 recommends.
#include "bench/mkpcap/conversations.h"
#include "bench/mkpcap/noise.h"

using namespace mkpcap;

int main(int argc, char** argv) {
    const Options options = parse_options(argc, argv);
    Rng random{options.seed * 0x2545f4914f6cdd1dull + 1};
    Truth truth;
    CaptureFile file(options);
    Packets packets(options, random, truth, file);
    Conversations conversations(options, random, truth, packets);
    const u64 began_ns = packets.now_ns();
    while (truth.packets < options.packets && (!options.max_bytes || file.size() < options.max_bytes)) {
        if (random.chance(options.noise))
            add_noise(options, random, truth, packets);
        else
            conversations.step();
    }
    conversations.end();
    truth.duration_ns = packets.now_ns() - began_ns;
    truth.file_bytes = file.size();
    file.close();
    truth.print(options);
    return 0;
}
