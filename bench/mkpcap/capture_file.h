// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/mkpcap/options.h"

#include <cstdio>
#include <vector>

namespace mkpcap {

/// The pcap or pcapng file that is written. Ends the program when that fails.
class CaptureFile {
  public:
    explicit CaptureFile(const Options& options);
    CaptureFile(const CaptureFile&) = delete;
    CaptureFile& operator=(const CaptureFile&) = delete;

    /// The first `captured` bytes of a packet of `length`.
    void add(u64 time_ns, const u8* packet, u32 captured, u32 length);
    /// Bytes so far.
    u64 size() const { return written_ + used_; }
    void close();

  private:
    void flush();
    u8* reserve(size_t size);

    const Options& options_;
    FILE* file_;
    std::vector<u8> buffer_;
    size_t used_ = 0;
    u64 written_ = 0;
};

}  // namespace mkpcap
