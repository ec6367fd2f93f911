// SPDX-License-Identifier: Apache-2.0
// store CAPTURE: what storing a capture costs, beside compressing the same bytes by bare zstd level 1 into memory. Both
// take the file in pieces of 8 MiB, as they come from the collector, turn by turn; the medians of five turns are
// compared. What is on the disk then is compared with the compressed bytes.
#include "snapshot/store.h"

#include "collectors/document_queue.h"
#include "collectors/message.h"
#include "snapshot/database.h"
#include "snapshot/kinds.h"

#include <zstd.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace kwd;

constexpr std::size_t kPiece = 8 << 20;
constexpr std::size_t kTurns = 5;

double seconds(const std::function<void()>& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> times) {
    std::ranges::sort(times);
    return times[times.size() / 2];
}

std::vector<std::string_view> pieces_of(std::string_view bytes) {
    std::vector<std::string_view> pieces;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(kPiece, bytes.size()))) {
        pieces.push_back(bytes.substr(0, kPiece));
    }
    return pieces;
}

std::size_t compress_bare(const std::vector<std::string_view>& pieces, std::string& room) {
    std::size_t sum = 0;
    for (const std::string_view piece : pieces) {
        sum += ZSTD_compress(room.data(), room.size(), piece.data(), piece.size(), 1);
    }
    return sum;
}

// As a worker and the runner store what a capture gives; `durable`: waiting for the disk after each piece.
void store(std::vector<std::string> pieces, const std::string& path, bool durable) {
    auto created = snapshot::Store::create(path, "bench");
    if (!created) {
        fmt::print(stderr, "{}\n", created.error().text());
        std::exit(1);
    }
    created->survive_power_cuts(durable);
    collectors::DocumentQueue queue([&](collectors::PackedDocument&& packed) {
        created->add_document({.collector = "packets",
                               .kind = std::string(packed.document.kind),
                               .name = packed.document.name,
                               .sha256 = {}},
                              packed.content);
    });
    for (std::string& piece : pieces) {
        auto packed = collectors::packed({.kind = snapshot::kind::capture,
                                          .name = "packets.pcapng",
                                          .content = std::move(piece)});
        if (!packed) {
            fmt::print(stderr, "{}\n", packed.error().text());
            std::exit(1);
        }
        queue.put(*std::move(packed));
    }
    queue.finish();
}

std::int64_t frames_in(const std::string& path) {
    const auto snapshot = snapshot::Database::open(path, snapshot::Database::Access::hostile);
    return snapshot ? snapshot->integer("SELECT sum(length(content)) FROM documents").value_or(0) : 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2 && argc != 3) {
        fmt::print(stderr, "usage: store CAPTURE [FOLDER]\n");
        return 2;
    }
    std::ifstream file(argv[1], std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    const auto pieces = pieces_of(bytes);
    const std::string folder = argc == 3 ? argv[2] : std::filesystem::temp_directory_path().string();
    const std::string path = folder + "/kwdiag-bench-store.kwsnap";
    std::string room(ZSTD_compressBound(kPiece), '\0');
    std::size_t compressed = 0;
    std::vector<double> bare;
    std::vector<double> stored;
    std::vector<double> durable;
    for (std::size_t turn = 0; turn < kTurns; ++turn) {
        bare.push_back(seconds([&] { compressed = compress_bare(pieces, room); }));
        for (const bool each : {false, true}) {
            std::filesystem::remove(path);
            std::vector<std::string> given(pieces.begin(), pieces.end());
            (each ? durable : stored).push_back(seconds([&] { store(std::move(given), path, each); }));
        }
    }
    const auto megabytes = static_cast<double>(bytes.size()) / 1e6;
    fmt::print("{:.0f} MB in {} pieces\n", megabytes, pieces.size());
    const double base = median(bare);
    const auto print = [&](std::string_view what, double time) {
        fmt::print("{:<44} {:7.1f} ms {:7.0f} MB/s  {:.2f} of bare zstd's rate\n", what, time * 1e3, megabytes / time,
                   base / time);
    };
    print("zstd level 1 into memory, one thread", base);
    print("stored", median(stored));
    print("stored, each piece on the disk before the next", median(durable));
    const auto size = std::filesystem::file_size(path);
    const auto frames = frames_in(path);
    const auto more_than = [&](double others) { return 100.0 * (static_cast<double>(size) / others - 1); };
    fmt::print("{} bytes in the snapshot: {:+.2f} % to the {} that were stored compressed, {:+.2f} % to the {} of zstd level 1\n",
               size, more_than(static_cast<double>(frames)), frames, more_than(static_cast<double>(compressed)), compressed);
    std::filesystem::remove(path);
    return 0;
}
