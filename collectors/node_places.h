// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/node_tree.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::collectors {

/// A place where a node agent, CNI plugin or runtime keeps something, by the habits of kubeadm, RKE2, K3s, MicroK8s and
/// the clouds' own images.
struct NodePlace {
    std::string pattern;    ///< path; `*` stands within one name. One without `*` is told as absent when it is
    std::string_view role;  ///< as node_files.role names it
    std::string_view
        kind;  ///< its content is stored as a document of this kind; empty: it is only told that it is there
};

/// Every place, in the order in which they are looked at; the first that matches a path decides. `refused` hears of
/// what could not be asked for more of them: services, containerd's configuration.
[[nodiscard]] std::vector<NodePlace> node_places(const NodeTree& tree, const std::function<void(Error)>& refused);

/// A path that a configuration names, as this platform spells it. nullopt when it is none of a disk, or not absolute.
[[nodiscard]] std::optional<std::string> named_path(std::string_view text);

/// Where host-local IPAM keeps the addresses that it gave, unless its configuration says otherwise: a folder for each
/// network.
[[nodiscard]] std::string ip_reservations_folder();

}  // namespace kwd::collectors
