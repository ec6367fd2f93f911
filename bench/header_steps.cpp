// SPDX-License-Identifier: Apache-2.0
//
// header_steps FILE.pcap: the limit of what reading a capture can be. Reads the file block by block and steps from
// packet header to packet header, looking at nothing else. Prints packets and bytes on the wire.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

namespace {

constexpr std::size_t kBlock = std::size_t{256} << 10U;
constexpr std::size_t kFileHeader = 24;
constexpr std::size_t kPacketHeader = 16;

std::uint32_t number(const std::byte* bytes) {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes, sizeof value);
    return value;
}

}  // namespace

int main(int argc, char** argv) {
    std::FILE* file = argc == 2 ? std::fopen(argv[1], "rb") : nullptr;
    if (file == nullptr) {
        std::fputs("usage: header_steps FILE.pcap (of this machine's byte order)\n", stderr);
        return 2;
    }
    std::setvbuf(file, nullptr, _IONBF, 0);  // blocks go straight into the buffer
    std::vector<std::byte> block(kBlock);
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
    std::size_t skip = kFileHeader;  // bytes until the next packet's header
    std::size_t kept = 0;            // bytes of a header that the last block ended within
    while (const std::size_t read = std::fread(block.data() + kept, 1, kBlock - kept, file)) {
        const std::size_t size = kept + read;
        std::size_t at = skip;
        while (at + kPacketHeader <= size) {
            ++packets;
            bytes += number(block.data() + at + 12);
            at += kPacketHeader + number(block.data() + at + 8);
        }
        kept = at < size ? size - at : 0;
        skip = at < size ? 0 : at - size;
        std::memmove(block.data(), block.data() + size - kept, kept);
    }
    std::fclose(file);
    std::printf("%llu packets, %llu bytes\n", static_cast<unsigned long long>(packets),
                static_cast<unsigned long long>(bytes));
    return 0;
}
