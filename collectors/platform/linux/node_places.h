// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace kwd::collectors {

/// A place where a node agent, CNI plugin or runtime keeps something, by the habits of kubeadm, RKE2, K3s, MicroK8s and
/// the clouds' own images.
struct NodePlace {
    std::string_view pattern;  ///< path; `*` stands within one name. One without `*` is told as absent when it is
    std::string_view role;     ///< as node_files.role names it
    std::string_view
        kind;  ///< its content is stored as a document of this kind; empty: it is only told that it is there
};

/// Every place, in the order in which they are looked at; the first that matches a path decides.
[[nodiscard]] std::span<const NodePlace> node_places();

}  // namespace kwd::collectors
