// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_file.h"

#include "base/duration.h"
#include "base/path.h"
#include "rules/rule_reader.h"
#include "rules/yaml_tree.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <set>

namespace kwd::rules {
namespace {

constexpr std::array<std::string_view, 5> kCommandPlaces = {"node", "cluster", "linux-node", "cloud", "hypervisor"};

// One line for people: what titles, messages and names of tests are.
std::string read_line(RuleReader& reader, const YamlNode& map, const char* key, std::size_t limit) {
    std::string line = reader.text(map, key);
    if (line.find_first_of("\r\n\t") != std::string::npos) {
        reader.problem(map.find(key)->line, fmt::format("'{}' must be one line", key));
    }
    if (line.size() > limit) {
        reader.problem(map.find(key)->line, fmt::format("'{}' is longer than {} bytes", key, limit));
    }
    return line;
}

bool is_word(std::string_view text, std::string_view extra) {
    return !text.empty() && text.size() <= 100 && std::ranges::all_of(text, [&](char each) {
        return (each >= 'a' && each <= 'z') || (each >= '0' && each <= '9') ||
               extra.find(each) != std::string_view::npos;
    });
}

// "windows:" and its like, which say of which nodes something is needed, taken off the text.
Tellers take_tellers(std::string_view& text) {
    for (const auto& [word, tellers] : {std::pair<std::string_view, Tellers>{"windows:", Tellers::windows},
                                        {"linux:", Tellers::linux},
                                        {"one:", Tellers::one}}) {
        if (text.starts_with(word)) {
            text.remove_prefix(word.size());
            return tellers;
        }
    }
    return Tellers::all;
}

Need read_need(RuleReader& reader, const YamlNode& node) {
    Need need;
    std::string_view left = node.text;
    need.tellers = take_tellers(left);
    while (true) {
        const std::size_t bar = left.find('|');
        const std::string_view one = left.substr(0, bar);
        const std::size_t dot = one.find('.');
        Source source{std::string(one.substr(0, dot)),
                      dot == std::string_view::npos ? std::string() : std::string(one.substr(dot + 1))};
        if (!is_word(source.table, "_") || (dot != std::string_view::npos && !is_word(source.column, "_"))) {
            reader.problem(node.line, fmt::format("'{}' is not a table, table.column, or several with '|'", node.text));
        }
        need.any_of.push_back(std::move(source));
        if (bar == std::string_view::npos) {
            return need;
        }
        left.remove_prefix(bar + 1);
    }
}

std::vector<Need> read_needs(RuleReader& reader, const YamlNode& map) {
    std::vector<Need> needs;
    for (const YamlNode* each : reader.texts(map, "needs", RuleReader::Presence::required)) {
        needs.push_back(read_need(reader, *each));
    }
    return needs;
}

std::vector<std::string> read_texts(RuleReader& reader, const YamlNode& map, const char* key,
                                    RuleReader::Presence presence) {
    std::vector<std::string> texts;
    for (const YamlNode* each : reader.texts(map, key, presence)) {
        if (std::ranges::find(texts, each->text) != texts.end()) {
            reader.problem(each->line, fmt::format("'{}' stands twice in '{}'", each->text, key));
        }
        texts.push_back(each->text);
    }
    return texts;
}

std::optional<Applies> read_applies(RuleReader& reader, const YamlNode& root) {
    const YamlNode* map = reader.map(root, "applies", RuleReader::Presence::optional);
    if (map == nullptr) {
        return std::nullopt;
    }
    reader.only_keys(*map, "applies", std::array{"needs", "query", "otherwise"});
    return Applies{read_needs(reader, *map), reader.text(*map, "query"), reader.text(*map, "otherwise")};
}

Remedy read_remedy(RuleReader& reader, const YamlNode& root) {
    const YamlNode* map = reader.map(root, "remedy", RuleReader::Presence::required);
    if (map == nullptr) {
        return {};
    }
    reader.only_keys(*map, "remedy", std::array{"text", "risk", "commands", "verify"});
    Remedy remedy{reader.text(*map, "text"), reader.text(*map, "risk"), {}, reader.text(*map, "verify")};
    for (const YamlNode* each : reader.maps(*map, "commands", RuleReader::Presence::optional)) {
        reader.only_keys(*each, "commands", std::array{"run", "on"});
        Command command{reader.text(*each, "run"), reader.text(*each, "on")};
        if (!command.on.empty() && std::ranges::find(kCommandPlaces, command.on) == kCommandPlaces.end()) {
            reader.problem(each->line,
                           fmt::format("'on' is one of {}; not '{}'", fmt::join(kCommandPlaces, ", "), command.on));
        }
        remedy.commands.push_back(std::move(command));
    }
    return remedy;
}

std::vector<TestRow> read_rows(RuleReader& reader, const YamlNode& list, std::string_view what) {
    std::vector<TestRow> rows;
    for (const YamlNode& item : list.items) {
        if (item.kind != YamlNode::Kind::map) {
            reader.problem(item.line, fmt::format("a row of {} is a map of columns: {{name: value}}", what));
            continue;
        }
        TestRow row;
        for (const auto& [column, value] : item.entries) {
            if (value.kind == YamlNode::Kind::null) {
                row.emplace_back(column.text, TestValue{});
            } else if (value.kind == YamlNode::Kind::scalar) {
                row.emplace_back(column.text, TestValue{value.text, value.plain});
            } else {
                reader.problem(value.line, fmt::format("'{}' must be one value", column.text));
            }
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

void read_expect(RuleReader& reader, const YamlNode& map, RuleTest& test) {
    const YamlNode* expect = map.find("expect");
    if (expect == nullptr) {
        reader.problem(map.line, "'expect' is missing");
        return;
    }
    if (expect->kind == YamlNode::Kind::list && !expect->items.empty()) {
        test.expect = Verdict::finding;
        test.rows = read_rows(reader, *expect, "'expect'");
        return;
    }
    for (const Verdict verdict : {Verdict::clear, Verdict::not_applicable, Verdict::not_evaluated}) {
        if (expect->kind == YamlNode::Kind::scalar && expect->text == name_of(verdict)) {
            test.expect = verdict;
            return;
        }
    }
    reader.problem(expect->line, "'expect' is a list of rows, or clear, not_applicable or not_evaluated");
}

RuleTest read_test(RuleReader& reader, const YamlNode& map) {
    reader.only_keys(map, "tests", std::array{"name", "given", "missing", "partial", "expect"});
    RuleTest test;
    test.name = read_line(reader, map, "name", 200);
    test.line = map.line;
    if (const YamlNode* given = reader.map(map, "given", RuleReader::Presence::optional)) {
        for (const auto& [table, rows] : given->entries) {
            if (rows.kind != YamlNode::Kind::list) {
                reader.problem(rows.line, fmt::format("'{}' must be a list of rows", table.text));
            }
            test.given.emplace_back(table.text, read_rows(reader, rows, table.text));
        }
    }
    test.missing = read_texts(reader, map, "missing", RuleReader::Presence::optional);
    if (const YamlNode* partial = reader.map(map, "partial", RuleReader::Presence::optional)) {
        for (const auto& [table, why] : partial->entries) {
            if (why.kind != YamlNode::Kind::scalar || why.text.empty()) {
                reader.problem(table.line, fmt::format("'partial' says why for '{}'", table.text));
            }
            test.partial.emplace_back(table.text, why.text);
        }
    }
    for (const std::string& table : test.missing) {
        if (std::ranges::find(test.given, table, &std::pair<std::string, std::vector<TestRow>>::first) !=
            test.given.end()) {
            reader.problem(map.line, fmt::format("'{}' is both given and missing", table));
        }
    }
    read_expect(reader, map, test);
    return test;
}

void check_tests(RuleReader& reader, const YamlNode& root, const Rule& rule) {
    const int line = root.find("tests") != nullptr ? root.find("tests")->line : root.line;
    std::set<std::string_view> names;
    for (const RuleTest& test : rule.tests) {
        if (!names.insert(test.name).second) {
            reader.problem(test.line, fmt::format("two tests are named '{}'", test.name));
        }
    }
    const auto expects = [&](Verdict verdict) {
        return std::ranges::find(rule.tests, verdict, &RuleTest::expect) != rule.tests.end();
    };
    if (rule.tests.size() < 3) {
        reader.problem(line, fmt::format("a rule has at least three tests; this one has {}", rule.tests.size()));
    }
    if (!expects(Verdict::finding)) {
        reader.problem(line, "no test shows the rule fire ('expect' with rows)");
    }
    if (!expects(Verdict::clear)) {
        reader.problem(line, "no test shows the nearest neighbour that stays clear ('expect: clear')");
    }
    if (!expects(Verdict::not_evaluated)) {
        reader.problem(line, "no test shows what happens when data is missing ('expect: not_evaluated')");
    }
}

void check_names(RuleReader& reader, const YamlNode& root, const Rule& rule) {
    const std::filesystem::path path = path_of(rule.path);
    const auto line_of = [&](const char* key) { return root.find(key) != nullptr ? root.find(key)->line : root.line; };
    if (!is_word(rule.id, "-")) {
        reader.problem(line_of("id"), "'id' is made of small letters, digits and '-'");
    } else if (path.filename() != rule.id + ".yaml") {
        reader.problem(line_of("id"),
                       fmt::format("the id is '{}', so the file must be named '{}.yaml'", rule.id, rule.id));
    }
    if (std::ranges::find(areas(), std::string_view(rule.area)) == areas().end()) {
        reader.problem(line_of("area"),
                       fmt::format("'area' is one of {}; not '{}'", fmt::join(areas(), ", "), rule.area));
    } else if (path.parent_path().filename() != rule.area) {
        reader.problem(line_of("area"),
                       fmt::format("the area is '{}', so the file must lie in a folder of that name", rule.area));
    }
    for (const auto& [key, tables] : {std::pair{"whole", &rule.whole}, std::pair{"uses", &rule.uses}}) {
        for (const std::string& table : *tables) {
            if (!is_word(table, "_")) {
                reader.problem(line_of(key), fmt::format("'{}' is not a table", table));
            }
        }
    }
    for (const Suppression& each : rule.suppresses) {
        if (!is_word(each.rule, "-") || each.rule == rule.id) {
            reader.problem(line_of("suppresses"), fmt::format("'{}' is not the id of another rule", each.rule));
        }
        if (!each.on.empty() && !is_word(each.on, "_")) {
            reader.problem(line_of("suppresses"), fmt::format("'{}' is not a column", each.on));
        }
    }
}

// An id, or {rule: ID, on: COLUMN}.
std::vector<Suppression> read_suppresses(RuleReader& reader, const YamlNode& root) {
    std::vector<Suppression> suppresses;
    for (const YamlNode* each : reader.texts_or_maps(root, "suppresses", RuleReader::Presence::optional)) {
        if (each->kind == YamlNode::Kind::scalar) {
            suppresses.push_back({each->text});
        } else {
            reader.only_keys(*each, "suppresses", std::array{"rule", "on"});
            suppresses.push_back({reader.text(*each, "rule"), reader.text(*each, "on")});
        }
    }
    return suppresses;
}

// What only rules about several nodes can say.
void read_scope(RuleReader& reader, const YamlNode& root, Rule& rule) {
    if (root.find("scope") != nullptr) {
        rule.scope = reader.word<Scope>(root, "scope", std::array{Scope::node, Scope::cluster});
    }
    rule.within = reader.text(root, "within", RuleReader::Presence::optional);
    if (rule.scope == Scope::cluster) {
        const auto seconds = parse_duration(rule.within);
        if (!rule.within.empty() && (!seconds || *seconds <= 0)) {
            reader.problem(root.find("within")->line,
                           fmt::format("'within' is a length of time such as 10m; not '{}'", rule.within));
        }
        rule.within_seconds = seconds.value_or(0);
    } else if (!rule.within.empty()) {
        reader.problem(root.find("within")->line, "'within' is for rules of cluster scope");
    }
    const auto names_tellers = [](const Need& need) { return need.tellers != Tellers::all; };
    if (rule.scope == Scope::node && std::ranges::any_of(rule.needs, names_tellers)) {
        reader.problem(root.find("needs")->line, "'windows:', 'linux:' and 'one:' are for rules of cluster scope");
    }
    if (rule.applies && std::ranges::any_of(rule.applies->needs, names_tellers)) {
        reader.problem(root.find("applies")->line, "'applies.needs' names tables, of whichever nodes have them");
    }
}

Rule read_root(RuleReader& reader, const YamlNode& root, std::string_view path) {
    using enum RuleReader::Presence;
    reader.only_keys(root, "the rule",
                     std::array{"id",         "title",           "area",       "status",  "severity", "confidence",
                                "scope",      "within",          "applies",    "needs",   "whole",    "uses",
                                "query",      "unknown",         "near",       "message", "impact",   "remedy",
                                "suppresses", "false_positives", "references", "tests"});
    Rule rule;
    rule.path = path;
    rule.id = reader.text(root, "id");
    rule.title = read_line(reader, root, "title", 120);
    rule.area = reader.text(root, "area");
    rule.status =
        reader.word<Status>(root, "status", std::array{Status::experimental, Status::stable, Status::retired});
    rule.severity =
        reader.word<Severity>(root, "severity", std::array{Severity::critical, Severity::warning, Severity::info});
    rule.confidence = reader.word<Confidence>(root, "confidence",
                                              std::array{Confidence::definite, Confidence::likely, Confidence::hint});
    rule.applies = read_applies(reader, root);
    rule.needs = read_needs(reader, root);
    read_scope(reader, root, rule);
    rule.whole = read_texts(reader, root, "whole", optional);
    rule.uses = read_texts(reader, root, "uses", optional);
    rule.query = reader.text(root, "query");
    rule.unknown = reader.text(root, "unknown", optional);
    rule.near = reader.text(root, "near", optional);
    rule.message = read_line(reader, root, "message", 1000);
    rule.impact = reader.text(root, "impact");
    rule.remedy = read_remedy(reader, root);
    rule.suppresses = read_suppresses(reader, root);
    rule.false_positives = reader.text(root, "false_positives");
    rule.references = read_texts(reader, root, "references", required);
    for (const YamlNode* test : reader.maps(root, "tests", required)) {
        rule.tests.push_back(read_test(reader, *test));
    }
    check_names(reader, root, rule);
    check_tests(reader, root, rule);
    return rule;
}

}  // namespace

Result<Rule> parse_rule(std::string_view yaml, std::string_view path) {
    const auto root = read_yaml(yaml, path);
    if (!root) {
        return root.error();
    }
    RuleReader reader(path);
    if (root->kind != YamlNode::Kind::map) {
        reader.problem(root->line, "a rule file is a map of keys");
        return reader.error();
    }
    Rule rule = read_root(reader, *root, path);
    if (reader.failed()) {
        return reader.error();
    }
    return rule;
}

Result<Rule> read_rule(const std::string& path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path_of(path), error)) {
        return Error{Errc::not_found, fmt::format("{}: there is no such file", path)};
    }
    std::ifstream file(path_of(path), std::ios::binary);
    if (!file) {
        return Error{Errc::access_denied, fmt::format("{}: cannot be opened", path)};
    }
    std::string text(kMaxYamlBytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad()) {
        return Error{Errc::io, fmt::format("{}: cannot be read", path)};
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    // An absolute path has a folder to compare the area with, wherever the caller stands.
    const std::filesystem::path absolute = std::filesystem::absolute(path_of(path), error).lexically_normal();
    auto rule = parse_rule(text, error ? path : generic_utf8_of(absolute));
    if (rule) {
        rule->path = path;
    }
    return rule;
}

Result<std::vector<std::string>> find_rule_files(const std::string& path) {
    namespace fs = std::filesystem;
    const fs::path place = path_of(path);
    std::error_code error;
    if (fs::is_regular_file(place, error)) {
        return std::vector{path};
    }
    if (!fs::is_directory(place, error)) {
        return Error{Errc::not_found, fmt::format("{}: there is no such file or folder", path)};
    }
    std::vector<std::string> files;
    for (fs::recursive_directory_iterator each(place, error); !error && each != fs::end(each); each.increment(error)) {
        const fs::path& file = each->path();
        if (file.extension() == ".yml") {
            return Error{Errc::invalid_input, fmt::format("{}: rule files end in .yaml", generic_utf8_of(file))};
        }
        if (file.extension() == ".yaml" && each->is_regular_file(error)) {
            files.push_back(generic_utf8_of(file));
        }
    }
    if (error) {
        return Error{Errc::io, fmt::format("{}: {}", path, error.message())};
    }
    if (files.empty()) {
        return Error{Errc::invalid_input, fmt::format("{}: holds no rule file (*.yaml)", path)};
    }
    std::ranges::sort(files);
    return files;
}

}  // namespace kwd::rules
