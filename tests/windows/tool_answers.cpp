// SPDX-License-Identifier: Apache-2.0
#include "tests/windows/tool_answers.h"

namespace kwd::test {
namespace {

std::string dynamic(const std::string& protocol, const std::string& start, const std::string& number) {
    return "\r\nProtocol " + protocol +
           " Dynamic Port Range\r\n---------------------------------\r\nStart Port      : " + start +
           "\r\nNumber of Ports : " + number + "\r\n\r\n";
}

std::string excluded(const std::string& protocol, const std::string& rows) {
    return "\r\nProtocol " + protocol +
           " Port Exclusion Ranges\r\n\r\nStart Port    End Port      \r\n----------    --------      \r\n" + rows +
           "\r\n* - Administered port exclusions.\r\n\r\n";
}

}  // namespace

void serve_port_ranges(const Node& node) {
    node.serve("netsh\\ipv4-dynamicport-tcp.txt", dynamic("tcp", "49152", "16384"));
    node.serve("netsh\\ipv4-dynamicport-udp.txt", dynamic("udp", "50000", "1000"));
    node.serve("netsh\\ipv6-dynamicport-tcp.txt", dynamic("tcp", "20000", "45535"));
    node.serve("netsh\\ipv6-dynamicport-udp.txt", dynamic("udp", "49152", "16384"));
    node.serve("netsh\\ipv4-excludedportrange-tcp.txt",
               excluded("tcp",
                        "      5985        5985      \r\n     49871       49970      \r\n     50000       50059     "
                        "*\r\n"));
    node.serve("netsh\\ipv4-excludedportrange-udp.txt", excluded("udp", ""));
    node.serve("netsh\\ipv6-excludedportrange-tcp.txt", excluded("tcp", "     47001       47001      \r\n"));
    node.serve("netsh\\ipv6-excludedportrange-udp.txt", excluded("udp", "     64000       64063     *\r\n"));
}

void serve_clock(const Node& node, const std::string& phase_offset) {
    node.serve("w32tm.txt",
               "Leap Indicator: 0(no warning)\r\nStratum: 4 (secondary reference - syncd by (S)NTP)\r\n"
               "Precision: -23 (119.209ns per tick)\r\nRoot Delay: 0.0385101s\r\nRoot Dispersion: 0.0281350s\r\n"
               "ReferenceId: 0xC0000201 (source IP:  192.0.2.1)\r\n"
               "Last Successful Sync Time: 1/31/2024 9:30:13 AM\r\nSource: ntp.example.org,0x8\r\n"
               "Poll Interval: 10 (1024s)\r\n\r\nPhase Offset: " +
                   phase_offset +
                   "s\r\nClockRate: 0.0156250s\r\nState Machine: 2 (Sync)\r\nTime Source Flags: 0 (None)\r\n"
                   "Server Role: 0 (None)\r\nLast Sync Error: 0 (The command completed successfully.)\r\n"
                   "Time since Last Good Sync Time: 339.9333552s\r\n\r\n");
}

}  // namespace kwd::test
