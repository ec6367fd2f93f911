// SPDX-License-Identifier: Apache-2.0
#include "cli/words.h"

namespace kwd::cli {

const Words& words() {
    static constexpr Words kWords{
        .reading = "It only ever reads; run it as root to let it read everything.",
        .packets = "seconds of packet capture; 0 for none",
        .root = "where the node's disk is mounted; /: this machine",
        .root_default = "/",
        .unchanged = "It only ever reads; nothing on the node is changed.",
    };
    return kWords;
}

}  // namespace kwd::cli
