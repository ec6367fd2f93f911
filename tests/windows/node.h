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
    /// Puts the double of iphlpapi.dll into the system folder, which has network compartments: those of
    /// compartments.json, whose form is that in compartments_test.cpp.
    void install_compartments() const;
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
    /// The same for somebody who did not choose "Run as administrator".
    [[nodiscard]] Ran kwdiag_not_elevated(const std::string& arguments) const;
    /// `token` is that of who runs it, nullptr for the test itself.
    [[nodiscard]] Ran run(const std::string& executable, const std::string& arguments, void* token = nullptr) const;
    /// The rows of a query over a snapshot, as `kwdiag query --format json` gives them.
    [[nodiscard]] nlohmann::json query(const std::string& snapshot, const std::string& sql) const;
    /// The content of all documents of a snapshot, one after the other, as `kwdiag export` gives it.
    [[nodiscard]] std::string stored(const std::string& snapshot) const;

  private:
    void take_away_what_few_want() const;
};

}  // namespace kwd::test
