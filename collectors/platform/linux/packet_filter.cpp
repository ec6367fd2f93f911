// SPDX-License-Identifier: Apache-2.0
#include "collectors/node_tree.h"
#include "collectors/platform/linux/collectors.h"
#include "collectors/platform/linux/kernel_modules.h"
#include "collectors/platform/tool.h"
#include "snapshot/kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

// nftables and iptables. Merely asking for rules can load kernel modules, even make tables, so each is asked only when
// what it asks about is there already.

namespace kwd::collectors {
namespace {

constexpr std::size_t kMaxRules = 128 << 20;  // tens of thousands of services

Error no_nf_tables() {
    return {Errc::unsupported, "list nftables rules: nf_tables is not loaded, so there are none"};
}

// Tables of the older kind are those that the kernel lists; the file is there when the module is.
bool has_legacy_tables(const char* names) {
    const auto file = NodeTree("/").read(names, 4096);
    return file && !file->text.empty();
}

struct Variant {
    std::array<const char*, 2> programs;  ///< the first that is installed is asked
    const char* name;
    const char* legacy_tables;  ///< nullptr for nf_tables
};

// `iptables-save` itself is the one or the other; which, the first line of its output tells.
constexpr auto kVariants = std::to_array<Variant>({
    {{"iptables-nft-save", "iptables-save"}, "iptables-nft.txt", nullptr},
    {{"ip6tables-nft-save", "ip6tables-save"}, "ip6tables-nft.txt", nullptr},
    {{"iptables-legacy-save", "iptables-save"}, "iptables-legacy.txt", "/proc/net/ip_tables_names"},
    {{"ip6tables-legacy-save", "ip6tables-save"}, "ip6tables-legacy.txt", "/proc/net/ip6_tables_names"},
});

Result<std::string> save(const Variant& variant, Deadline deadline) {
    for (const char* program : variant.programs) {
        if (find_tool(program)) {
            return ask_tool({program, "-c"}, deadline, kMaxRules);
        }
    }
    return Error{Errc::not_found, fmt::format("find the program {}", variant.programs[0])};
}

}  // namespace

Result<void> collect_nftables(const CollectOptions& options, DocumentSink& out, Deadline deadline) {
    if (!nf_tables_is_there(NodeTree(options.root))) {
        return no_nf_tables();
    }
    auto rules = ask_tool({"nft", "-j", "list", "ruleset"}, deadline, kMaxRules);
    if (!rules) {
        return std::move(rules).error();
    }
    return out.put({.kind = snapshot::kind::linux_nftables, .name = "nftables.json", .content = std::move(*rules)});
}

Result<void> collect_iptables(const CollectOptions& options, DocumentSink& out, Deadline deadline) {
    const bool nf_tables = nf_tables_is_there(NodeTree(options.root));
    bool asked = false;
    bool stored = false;
    std::vector<Error> errors;
    for (const Variant& variant : kVariants) {
        const bool there = variant.legacy_tables == nullptr ? nf_tables : has_legacy_tables(variant.legacy_tables);
        if (!there) {
            continue;
        }
        asked = true;
        auto rules = save(variant, deadline);
        if (!rules) {
            errors.push_back(rules.error());
            continue;
        }
        if (auto put = out.put({.kind = snapshot::kind::linux_iptables, .name = variant.name, .content = *rules});
            !put) {
            return put;
        }
        stored = true;
    }
    if (!asked) {
        return Error{Errc::unsupported,
                     "list iptables rules: neither ip_tables nor nf_tables is loaded, so there are none"};
    }
    // The last says that nothing was had, when nothing was.
    const std::size_t told = errors.size() - (stored || errors.empty() ? 0 : 1);
    std::for_each_n(errors.begin(), told, [&](const Error& error) { out.missed(error); });
    return told == errors.size() ? Result<void>() : errors.back();
}

}  // namespace kwd::collectors
