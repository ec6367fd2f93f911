// SPDX-License-Identifier: Apache-2.0
#include "cli/words.h"

namespace kwd::cli {

const Words& words() {
    static constexpr Words kWords{
        .reading =
            "It only ever reads; run it in an elevated prompt to let it read everything. Without Npcap it starts\n"
            "a pktmon trace of its own, and gives pktmon back as it was; --packets 0 does without.",
        .packets = "seconds of packet capture; 0 for none, and no pktmon trace",
        .root = "where another node's disk is mounted, such as D:\\; default: this machine",
        .root_default = "",
        .unchanged =
            "It only ever reads; nothing on the node is changed, but\n"
            "that 'run' and 'collect' trace with pktmon where there is no Npcap, and give it back as it was\n"
            "(--packets 0: no trace).",
    };
    return kWords;
}

}  // namespace kwd::cli
