// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace kwd::test {

/// The node that Wine plays, with doubles in its system folder. One at a time: they share the prefix.
class Node {
  public:
    /// Puts the doubles into the system folder, and an empty folder for what they serve.
    Node();
    /// Takes both away again.
    ~Node();
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    /// Takes one double away, and what Wine itself has comes back.
    void without(const std::string& file) const;

    /// What a double serves: `name` below its folder.
    void serve(const std::string& name, const std::string& content) const;
    /// A file of tests/fixtures as an array of objects, as an enumeration serves it.
    void serve_fixture(const std::string& name, const std::string& fixture) const;
    void fault(const std::string& line) const;
    /// Puts the double of pktmon.exe into the system folder.
    void install_pktmon() const;
    /// Puts Wine's own wpcap.dll where Npcap's lies.
    void install_npcap() const;
    /// What was called, in order.
    [[nodiscard]] std::vector<std::string> calls() const;

    /// A file in a folder of the test's own.
    [[nodiscard]] std::string file(const std::string& name) const;

    struct Ran {
        int code = -1;
        std::string out;
        std::string err;
    };
    /// Runs kwdiag.exe with these arguments.
    [[nodiscard]] Ran kwdiag(const std::string& arguments) const;
    [[nodiscard]] Ran run(const std::string& executable, const std::string& arguments) const;
    /// The rows of a query over a snapshot, as `kwdiag query --format json` gives them.
    [[nodiscard]] nlohmann::json query(const std::string& snapshot, const std::string& sql) const;
    /// The content of all documents of a snapshot, one after the other, as `kwdiag export` gives it.
    [[nodiscard]] std::string stored(const std::string& snapshot) const;
};

}  // namespace kwd::test
