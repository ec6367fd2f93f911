// SPDX-License-Identifier: Apache-2.0
// What stands in for libFuzzer where there is none: runs the fuzz entry once on every file named, and on every file in
// every folder named. A corpus without a file is an error, so that a misspelt folder cannot pass for a green test.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

void replay(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    std::fprintf(stderr, "%s (%zu bytes)\n", path.string().c_str(), bytes.size());
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

std::size_t replay_all(const fs::path& path) {
    if (!fs::exists(path)) {
        std::fprintf(stderr, "%s: there is no such file or folder\n", path.string().c_str());
        return 0;
    }
    if (!fs::is_directory(path)) {
        replay(path);
        return 1;
    }
    std::size_t inputs = 0;
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
        if (entry.is_regular_file()) {
            replay(entry.path());
            ++inputs;
        }
    }
    if (inputs == 0) {
        std::fprintf(stderr, "%s: no input in this folder\n", path.string().c_str());
    }
    return inputs;
}

}  // namespace

int main(int argc, char** argv) {
    std::size_t inputs = 0;
    for (int i = 1; i < argc; ++i) {
        const auto replayed = replay_all(argv[i]);
        if (replayed == 0) {
            return 1;
        }
        inputs += replayed;
    }
    std::fprintf(stderr, "%zu inputs, none of them broke it\n", inputs);
    return inputs == 0 ? 1 : 0;
}
