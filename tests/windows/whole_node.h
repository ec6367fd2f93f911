// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/windows/made_key.h"
#include "tests/windows/node.h"

#include <filesystem>
#include <string>

namespace kwd::test {

/// A file on the system drive, taken away again with the folders that were made for it.
class MadeFile {
  public:
    MadeFile(const std::filesystem::path& path, const std::string& content);
    ~MadeFile();
    MadeFile(const MadeFile&) = delete;
    MadeFile& operator=(const MadeFile&) = delete;

  private:
    std::filesystem::path path_;
    std::filesystem::path topmost_;
};

/// A node that has something for every collector; packets come by Npcap.
class WholeNode : public Node {
  public:
    WholeNode();

  private:
    MadeKey hns_state_;
    MadeKey firewall_;
    MadeKey kubelet_;
    MadeKey nssm_;
    MadeFile cni_;
    MadeFile log_;
    MadeFile reservation_;
    MadeFile kubeconfig_;
    MadeFile kubectl_;
};

}  // namespace kwd::test
