// SPDX-License-Identifier: Apache-2.0
#include "collectors/ipam_folders.h"

#include "base/json.h"

#include <nlohmann/json.hpp>

namespace kwd::collectors {
namespace {

using nlohmann::json;

// Nesting is bounded by parse_json.
void add_folders(const json& value, std::vector<std::string>& folders) {
    if (value.is_object()) {
        const auto ipam = value.find("ipam");
        if (ipam != value.end() && ipam->is_object()) {
            const auto folder = ipam->find("dataDir");
            if (folder != ipam->end() && folder->is_string()) {
                folders.push_back(folder->get<std::string>());
            }
        }
    }
    if (value.is_structured()) {
        for (const json& each : value) {
            add_folders(each, folders);
        }
    }
}

}  // namespace

std::vector<std::string> ipam_folders_of_cni(std::string_view conf) {
    std::vector<std::string> folders;
    if (const auto value = parse_json(conf)) {
        add_folders(*value, folders);
    }
    return folders;
}

}  // namespace kwd::collectors
