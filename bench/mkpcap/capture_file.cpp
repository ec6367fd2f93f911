// SPDX-License-Identifier: Apache-2.0
#include "bench/mkpcap/capture_file.h"

#include <cstdlib>
#include <cstring>

namespace mkpcap {

CaptureFile::CaptureFile(const Options& options)
    : options_(options), file_(fopen(options.out.c_str(), "wb")), buffer_(4 << 20) {
    if (file_ == nullptr) {
        perror(options.out.c_str());
        exit(1);
    }
    u8* h = reserve(64);
    if (options_.format == "pcap") {
        le<u32>(h, options_.nano ? 0xa1b23c4du : 0xa1b2c3d4u);
        le<u16>(h + 4, 2);
        le<u16>(h + 6, 4);
        le<u32>(h + 8, 0);
        le<u32>(h + 12, 0);
        le<u32>(h + 16, options_.snaplen);
        le<u32>(h + 20, 1);
        used_ = 24;
    } else {
        le<u32>(h, 0x0a0d0d0au);
        le<u32>(h + 4, 28);
        le<u32>(h + 8, 0x1a2b3c4du);
        le<u16>(h + 12, 1);
        le<u16>(h + 14, 0);
        le<u64>(h + 16, ~0ull);
        le<u32>(h + 24, 28);
        u8* b = h + 28;
        le<u32>(b, 1);
        le<u32>(b + 4, 32);
        le<u16>(b + 8, 1);
        le<u16>(b + 10, 0);
        le<u32>(b + 12, options_.snaplen);
        le<u16>(b + 16, 9);
        le<u16>(b + 18, 1);
        le<u32>(b + 20, options_.nano ? 9 : 6);
        le<u32>(b + 24, 0);
        le<u32>(b + 28, 32);
        used_ = 60;
    }
}

void CaptureFile::flush() {
    if (fwrite(buffer_.data(), 1, used_, file_) != used_) {
        perror("write");
        exit(1);
    }
    written_ += used_;
    used_ = 0;
}

u8* CaptureFile::reserve(size_t size) {
    if (used_ + size > buffer_.size())
        flush();
    return buffer_.data() + used_;
}

void CaptureFile::add(u64 time_ns, const u8* packet, u32 cap, u32 len) {
    if (options_.format == "pcap") {
        u8* p = reserve(16 + cap);
        le<u32>(p, (u32)(time_ns / 1000000000ull));
        u32 frac = (u32)(time_ns % 1000000000ull);
        le<u32>(p + 4, options_.nano ? frac : frac / 1000);
        le<u32>(p + 8, cap);
        le<u32>(p + 12, len);
        memcpy(p + 16, packet, cap);
        used_ += 16 + cap;
    } else {
        u32 pad = (4 - (cap & 3)) & 3, tot = 32 + cap + pad;
        u8* p = reserve(tot);
        u64 ts = options_.nano ? time_ns : time_ns / 1000;
        le<u32>(p, 6);
        le<u32>(p + 4, tot);
        le<u32>(p + 8, 0);
        le<u32>(p + 12, (u32)(ts >> 32));
        le<u32>(p + 16, (u32)ts);
        le<u32>(p + 20, cap);
        le<u32>(p + 24, len);
        memcpy(p + 28, packet, cap);
        memset(p + 28 + cap, 0, pad);
        le<u32>(p + 28 + cap + pad, tot);
        used_ += tot;
    }
}

void CaptureFile::close() {
    flush();
    if (fclose(file_) != 0) {
        perror(options_.out.c_str());
        exit(1);
    }
}

}  // namespace mkpcap
