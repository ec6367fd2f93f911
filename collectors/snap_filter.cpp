// SPDX-License-Identifier: Apache-2.0
#include "collectors/snap_filter.h"

namespace kwd::collectors {

// BPF_MAXINSNS of Linux; Npcap's is larger.
static constexpr std::size_t kMostInstructions = 4096;

static bool returns(const bpf_insn& instruction) {
    return BPF_CLASS(instruction.code) == BPF_RET;
}

static bool returns_constant(const bpf_insn& instruction) {
    return BPF_RVAL(instruction.code) == BPF_K;
}

// Jumps go forward by a number of instructions, so that what stands behind a program may be reached from it, and both
// can be moved as they are.
std::vector<bpf_insn> snap_filter(std::span<const bpf_insn> filter, std::span<const bpf_insn> whole,
                                  std::uint32_t short_snap) {
    std::vector<bpf_insn> joined(filter.begin(), filter.end());
    joined.insert(joined.end(), whole.begin(), whole.end());
    if (joined.size() > kMostInstructions) {
        return {};
    }
    for (std::size_t i = 0; i < joined.size(); ++i) {
        bpf_insn& instruction = joined[i];
        if (!returns(instruction)) {
            continue;
        }
        if (!returns_constant(instruction)) {
            return {};
        }
        if (i >= filter.size()) {
            instruction.k = instruction.k == 0 ? short_snap : instruction.k;
        } else if (instruction.k != 0) {
            instruction = {
                .code = BPF_JMP | BPF_JA, .jt = 0, .jf = 0, .k = static_cast<bpf_u_int32>(filter.size() - i - 1)};
        }
    }
    return joined;
}

}  // namespace kwd::collectors
