// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/temporary_folder.h"

#include <filesystem>
#include <fstream>
#include <string>

namespace kwd::test {

/// A folder of its own for one test case, to write files into.
class ScratchFolder {
  public:
    [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path() / name; }
    [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }

    void write(const std::string& name, const std::string& content) const {
        std::filesystem::create_directories((path() / name).parent_path());
        std::ofstream(path() / name, std::ios::binary) << content;
    }

  private:
    TemporaryFolder folder_;
};

}  // namespace kwd::test
