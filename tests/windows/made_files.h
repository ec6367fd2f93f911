// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace kwd::test {

/// Files of a node below a folder, or on the drive of the prefix itself. They are gone afterwards.
class MadeFiles {
  public:
    explicit MadeFiles(std::filesystem::path top) : top_(std::move(top)) {}
    ~MadeFiles() {
        std::error_code ignored;
        for (auto each = made_.rbegin(); each != made_.rend(); ++each) {
            std::filesystem::remove_all(*each, ignored);
        }
    }
    MadeFiles(const MadeFiles&) = delete;
    MadeFiles& operator=(const MadeFiles&) = delete;

    /// `path` without its drive: `k\config`.
    void write(const std::filesystem::path& path, const std::string& content) {
        std::filesystem::path folder = top_;
        for (const auto& part : path.parent_path()) {
            folder /= part;
            if (std::filesystem::create_directory(folder)) {
                made_.push_back(folder);
            }
        }
        const std::filesystem::path file = top_ / path;
        std::ofstream(file, std::ios::binary) << content;
        made_.push_back(file);
    }
    void age(const std::filesystem::path& path, std::chrono::hours hours) const {
        std::filesystem::last_write_time(top_ / path, std::filesystem::file_time_type::clock::now() - hours);
    }
    [[nodiscard]] std::filesystem::path at(const std::filesystem::path& path) const { return top_ / path; }

  private:
    std::filesystem::path top_;
    std::vector<std::filesystem::path> made_;
};

}  // namespace kwd::test
