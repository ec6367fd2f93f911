// SPDX-License-Identifier: Apache-2.0
#include "analyzers/packet_filter.h"

#include "analyzers/document_text.h"
#include "analyzers/lines.h"
#include "analyzers/own_json.h"
#include "analyzers/words.h"
#include "snapshot/place.h"
#include "snapshot/tables/network.h"

#include <algorithm>
#include <array>
#include <map>

namespace kwd::analyzers {
namespace {

using nlohmann::json;
using snapshot::Text;

constexpr auto kBuiltInChains =
    std::to_array<std::string_view>({"INPUT", "FORWARD", "OUTPUT", "PREROUTING", "POSTROUTING", "BROUTING"});
constexpr auto kVerdicts =
    std::to_array<std::string_view>({"ACCEPT", "DROP", "REJECT", "RETURN", "MASQUERADE", "DNAT", "SNAT", "REDIRECT",
                                     "QUEUE", "NFQUEUE", "NOTRACK", "LOG", "MARK", "CT", "TPROXY"});

// A target of iptables: a verdict in lower case, or the chain it jumps to.
std::string verdict_of_target(std::string_view target) {
    return std::find(kVerdicts.begin(), kVerdicts.end(), target) != kVerdicts.end() ? lower(target)
                                                                                    : "jump " + std::string(target);
}

void read_expression(const json& expression, snapshot::PacketFilterRulesRow& row) {
    for (auto each = expression.begin(); each != expression.end(); ++each) {
        const std::string& name = each.key();
        if (name == "counter") {
            row.packets = integer_of(member(each.value(), "packets"));
            row.bytes = integer_of(member(each.value(), "bytes"));
        } else if (name == "jump" || name == "goto") {
            row.verdict = name + " " + text_of(member(each.value(), "target")).value_or("");
        } else if (name == "accept" || name == "drop" || name == "return" || name == "reject" || name == "masquerade" ||
                   name == "dnat" || name == "snat" || name == "redirect" || name == "queue" || name == "tproxy") {
            row.verdict = name;
        } else if (name == "xt" && text_of(member(each.value(), "type")) == "target") {
            if (const auto target = nonempty_text_of(member(each.value(), "name"))) {
                row.verdict = verdict_of_target(*target);
            }
        }
    }
}

class Positions {
  public:
    std::int64_t next(const Text& family, const std::string& table, const std::string& chain) {
        return next_[family.value_or("") + ' ' + table + ' ' + chain]++;
    }

  private:
    std::map<std::string, std::int64_t> next_;
};

void read_rule(const json& rule, const std::string& place, Positions& positions, Analysis& out) {
    const auto table = nonempty_text_of(member(rule, "table"));
    const auto chain = nonempty_text_of(member(rule, "chain"));
    if (!table || !chain) {
        out.note(place, "malformed", "a rule without a table or chain");
        return;
    }
    snapshot::PacketFilterRulesRow row{};
    row.family = nonempty_text_of(member(rule, "family"));
    row.table_name = *table;
    row.chain = *chain;
    row.position = positions.next(row.family, row.table_name, row.chain);
    if (const json* expressions = member(rule, "expr"); expressions != nullptr && expressions->is_array()) {
        row.rule = json_text(*expressions);
        for (const json& each : *expressions) {
            if (each.is_object()) {
                read_expression(each, row);
            }
        }
    }
    out.add(snapshot::kPacketFilterRules, std::move(row), place);
}

void read_chain(const json& chain, const std::string& place, Analysis& out) {
    const auto table = nonempty_text_of(member(chain, "table"));
    const auto name = nonempty_text_of(member(chain, "name"));
    const auto hook = nonempty_text_of(member(chain, "hook"));
    if (table && name && hook) {
        out.add(snapshot::kPacketFilterChains,
                {.family = nonempty_text_of(member(chain, "family")),
                 .table_name = *table,
                 .chain = *name,
                 .hook = hook,
                 .policy = nonempty_text_of(member(chain, "policy"))},
                place);
    }
}

// `[12:720] ` in front of a rule.
void take_counters(std::string_view& line, snapshot::PacketFilterRulesRow& row) {
    const std::size_t end = line.find("] ");
    const std::size_t colon = line.find(':');
    if (!line.starts_with('[') || end == std::string_view::npos || colon > end) {
        return;
    }
    row.packets = parse_integer(line.substr(1, colon - 1));
    row.bytes = parse_integer(line.substr(colon + 1, end - colon - 1));
    line.remove_prefix(end + 2);
}

// The word behind -j or -g; what stands in quotes (comments) is passed over.
Text target_of(std::string_view rule) {
    bool quoted = false;
    for (std::size_t i = 0; i + 4 < rule.size(); ++i) {
        if (rule[i] == '"' && (i == 0 || rule[i - 1] != '\\')) {
            quoted = !quoted;
        }
        if (quoted || rule[i] != ' ' || rule[i + 1] != '-' || rule[i + 3] != ' ' ||
            (rule[i + 2] != 'j' && rule[i + 2] != 'g')) {
            continue;
        }
        const std::string_view target = rule.substr(i + 4);
        return verdict_of_target(target.substr(0, target.find(' ')));
    }
    return std::nullopt;
}

class SavedTables {
  public:
    SavedTables(std::string family, Analysis& out) : family_(std::move(family)), out_(out) {}

    void read(const Line& line) {
        std::string_view text = trim(line.text);
        const std::string place = snapshot::line_place(line.number);
        if (text.starts_with('#')) {
            family_ = text.find("ip6tables-save") != std::string_view::npos ? "ip6" : family_;
        } else if (text.starts_with('*')) {
            table_ = std::string(text.substr(1));
        } else if (text.starts_with(':')) {
            read_chain_line(text.substr(1), place);
        } else if (text.starts_with("[") || text.starts_with("-A ")) {
            read_rule_line(text, place);
        } else if (!text.empty() && text != "COMMIT") {
            out_.note(place, "malformed", "not a line of iptables-save");
        }
    }

  private:
    void read_chain_line(std::string_view text, const std::string& place) {
        const std::string_view chain = text.substr(0, text.find(' '));
        std::string_view policy = trim(text.substr(chain.size()));
        policy = policy.substr(0, policy.find(' '));
        if (std::find(kBuiltInChains.begin(), kBuiltInChains.end(), chain) != kBuiltInChains.end()) {
            out_.add(snapshot::kPacketFilterChains,
                     {.family = family_,
                      .table_name = table_,
                      .chain = std::string(chain),
                      .hook = lower(chain),
                      .policy = policy == "-" ? std::nullopt : Text(lower(policy))},
                     place);
        }
    }

    void read_rule_line(std::string_view text, const std::string& place) {
        snapshot::PacketFilterRulesRow row{.family = family_, .table_name = table_};
        take_counters(text, row);
        if (!text.starts_with("-A ")) {
            out_.note(place, "malformed", "not a rule of iptables-save");
            return;
        }
        const std::string_view rest = text.substr(3);
        row.chain = std::string(rest.substr(0, rest.find(' ')));
        row.position = positions_.next(row.family, row.table_name, row.chain);
        row.rule = std::string(text);
        row.verdict = target_of(text);
        out_.add(snapshot::kPacketFilterRules, std::move(row), place);
    }

    std::string family_;
    std::string table_;
    Positions positions_;
    Analysis& out_;
};

}  // namespace

void analyze_nftables(const snapshot::Document& document, Analysis& out) {
    out.covers(snapshot::kPacketFilterChains.name);
    Positions positions;
    each_of_list(document, "nftables", snapshot::kPacketFilterRules.name, out,
                 [&](const json& object, const std::string& place) {
                     if (const json* rule = member(object, "rule")) {
                         read_rule(*rule, pointer_to(place, "rule"), positions, out);
                     } else if (const json* chain = member(object, "chain")) {
                         read_chain(*chain, pointer_to(place, "chain"), out);
                     }
                 });
}

void analyze_iptables(const snapshot::Document& document, Analysis& out) {
    out.covers(snapshot::kPacketFilterRules.name);
    out.covers(snapshot::kPacketFilterChains.name);
    const std::string text = text_of_document(document, out);
    SavedTables tables(path_of(document.info).find("ip6tables") != std::string::npos ? "ip6" : "ip", out);
    Lines lines(text);
    while (const auto line = lines.next()) {
        tables.read(*line);
    }
}

}  // namespace kwd::analyzers
