// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kwd::collectors {

/// One line of /proc/net/tcp, tcp6, udp or udp6.
struct SocketLine {
    std::string local_address;
    std::uint16_t local_port = 0;
    std::string remote_address;
    std::uint16_t remote_port = 0;
    unsigned state = 0;  ///< as include/net/tcp_states.h numbers them
    std::uint32_t user_id = 0;
    std::uint64_t inode = 0;  ///< 0 where no process holds it
};

/// nullopt for the header and anything else that is no socket. Source: proc(5), /proc/net/tcp; the addresses are 32 bit
/// words in the machine's byte order.
[[nodiscard]] std::optional<SocketLine> read_socket_line(std::string_view line);

}  // namespace kwd::collectors
