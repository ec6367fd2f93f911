// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/state_document.h"
#include "snapshot/tables/network.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace kwd::collectors {

/// Sockets of the network compartments of Windows, for documents of kind windows-state. Of those that are connected the
/// first 20,000 of all compartments are kept; all are counted.
class SocketList {
  public:
    struct Socket {
        snapshot::SocketsRow row;
        int family = 0;  ///< 4 or 6
    };

    /// Adds what was answered for a compartment, the host's first. False when it was not that compartment's, and is not
    /// told: a table that does not follow the thread into a compartment gives the host's sockets again.
    [[nodiscard]] bool add(std::int64_t compartment, std::vector<Socket> sockets);

    /// Whether the host has listeners by which its sockets would be known again.
    [[nodiscard]] bool knows_host() const { return !listeners_of_host_.empty(); }

    /// A document of what was added since the last one: `sockets`, beside them `counts` and `left_out`.
    [[nodiscard]] std::string take_json();
    /// Nothing was added since the last document.
    [[nodiscard]] bool empty() const { return state_.empty(); }

  private:
    using Listener = std::tuple<std::string, std::string, std::int64_t, std::int64_t>;

    StateDocument state_;
    std::map<std::tuple<std::int64_t, std::string, int, std::string>, std::size_t> counts_;
    std::set<Listener> listeners_of_host_;
    bool has_host_ = false;
    std::size_t connections_ = 0;
    std::size_t left_out_ = 0;  ///< since the last document
};

}  // namespace kwd::collectors
