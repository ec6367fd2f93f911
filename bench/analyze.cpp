// SPDX-License-Identifier: Apache-2.0
// How long it takes to judge a large node: 110 pods, 5,000 load balancers, 50,000 log lines, 10,000 routes. Prints rows
// and seconds of the analysis beside what the same documents cost to be parsed and the same rows to be inserted with
// nothing else done, the rules beside what a hundred checks of the documents themselves cost, and milliseconds for each
// rule. Arguments are folders of rules, which take the place of those built in.
#include "analyzers/analyze.h"

#include "raw_checks.h"
#include "rules/engine.h"
#include "rules/rule_set.h"
#include "snapshot/content.h"
#include "snapshot/kinds.h"
#include "snapshot/schema.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

namespace {

using kwd::snapshot::Database;
using kwd::snapshot::Document;
using kwd::snapshot::DocumentInfo;
using nlohmann::json;

constexpr int kPods = 110;
constexpr int kLoadBalancers = 5'000;
constexpr int kLogLines = 50'000;
constexpr int kRoutes = 10'000;

class Documents final : public kwd::snapshot::DocumentSource {
  public:
    void add(std::string_view kind, std::string name, std::string content) {
        DocumentInfo info{.id = static_cast<std::int64_t>(all_.size()) + 1,
                          .collector = "bench",
                          .kind = std::string(kind),
                          .name = std::move(name),
                          .collected_at_utc = "2026-01-02T03:04:05Z",
                          .size_bytes = static_cast<std::int64_t>(content.size()),
                          .sha256 = kwd::snapshot::sha256_hex(content)};
        all_.push_back({std::move(info), std::move(content)});
    }
    [[nodiscard]] std::vector<DocumentInfo> documents() const override {
        std::vector<DocumentInfo> infos;
        for (const Document& each : all_) {
            infos.push_back(each.info);
        }
        return infos;
    }
    [[nodiscard]] kwd::Result<Document> document(std::int64_t id) const override {
        return all_.at(static_cast<std::size_t>(id - 1));
    }
    [[nodiscard]] const std::vector<Document>& all() const { return all_; }

  private:
    std::vector<Document> all_;
};

std::string guid(int type, int n) {
    return fmt::format("{:08X}-0000-4000-8000-{:012X}", type, n);
}
std::string pod_ip(int n) {
    return fmt::format("10.244.2.{}", 10 + n);
}

json policy(const char* type, json settings) {
    return {{"Type", type}, {"Settings", std::move(settings)}};
}

std::string networks() {
    json policies = json::array({policy("NetAdapterName", {{"NetworkAdapterName", "Ethernet"}}),
                                 policy("ProviderAddress", {{"ProviderAddress", "192.168.10.21"}}),
                                 policy("DrMacAddress", {{"Address", "00-15-5D-3E-21-A1"}})});
    for (int node = 0; node < 200; ++node) {
        policies.push_back(policy("RemoteSubnetRoute", {{"DestinationPrefix", fmt::format("10.245.{}.0/24", node)},
                                                        {"IsolationId", 4096},
                                                        {"ProviderAddress", fmt::format("192.168.11.{}", node)},
                                                        {"DistributedRouterMacAddress", "00:15:5d:9a:40:02"}}));
    }
    return json::array({{{"ID", guid(1, 1)},
                         {"Name", "flannel.4096"},
                         {"Type", "Overlay"},
                         {"Policies", policies},
                         {"Ipams", json::parse(R"([{"Type":"Static","Subnets":[{"IpAddressPrefix":"10.244.2.0/24",
                            "Policies":[{"Type":"VSID","Settings":{"IsolationId":4096}}],
                            "Routes":[{"NextHop":"10.244.2.1","DestinationPrefix":"0.0.0.0/0"}]}]}])")},
                         {"Flags", 8},
                         {"SchemaVersion", {{"Major", 2}, {"Minor", 11}}}}})
        .dump(2);
}

std::string endpoints() {
    json all = json::array();
    for (int pod = 0; pod < kPods; ++pod) {
        all.push_back(
            {{"ID", guid(2, pod)},
             {"Name", fmt::format("{:064x}_flannel.4096", pod)},
             {"HostComputeNetwork", guid(1, 1)},
             {"HostComputeNamespace", guid(3, pod)},
             {"Policies", json::array({policy("OutBoundNAT", {{"Exceptions", {"10.244.0.0/16", "10.96.0.0/12"}}}),
                                       policy("SDNRoute", {{"DestinationPrefix", "10.96.0.0/12"}, {"NeedEncap", true}}),
                                       policy("ProviderAddress", {{"ProviderAddress", "192.168.10.21"}})})},
             {"IpConfigurations", json::array({{{"IpAddress", pod_ip(pod)}, {"PrefixLength", 24}}})},
             {"Dns", {{"ServerList", {"10.96.0.10"}}, {"Search", {"default.svc.cluster.local"}}}},
             {"MacAddress", fmt::format("0E-2A-0A-F4-02-{:02X}", 10 + pod)},
             {"SchemaVersion", {{"Major", 2}, {"Minor", 11}}}});
    }
    return all.dump(2);
}

std::string load_balancers() {
    json all = json::array();
    for (int n = 0; n < kLoadBalancers; ++n) {
        all.push_back(
            {{"ID", guid(4, n)},
             {"HostComputeNetwork", guid(1, 1)},
             {"HostComputeEndpoints", {guid(2, n % kPods), guid(2, (n + 1) % kPods), guid(2, (n + 2) % kPods)}},
             {"SourceVIP", "10.244.2.2"},
             {"FrontendVIPs", {fmt::format("10.{}.{}.{}", 96 + n / 65'000, n / 250 % 250, n % 250 + 1)}},
             {"PortMappings", json::array({{{"Protocol", 6}, {"InternalPort", 8080}, {"ExternalPort", 80}}})},
             {"Flags", 1},
             {"SchemaVersion", {{"Major", 2}, {"Minor", 11}}}});
    }
    return all.dump(2);
}

std::string log_lines() {
    std::string text;
    for (int n = 0; n < kLogLines; ++n) {
        text += fmt::format(
            "{}0102 {:02}:{:02}:{:02}.{:06}    4711 proxier.go:{}] \"Hns LoadBalancer resource created\" "
            "hnsID=\"{}\" service=\"default/web-{}\"\n",
            n % 50 == 0 ? 'E' : 'I', n / 3600 % 24, n / 60 % 60, n % 60, n % 1'000'000, n % 2000, guid(4, n), n % 500);
    }
    return text;
}

std::string routes() {
    json all = json::array();
    for (int n = 0; n < kRoutes; ++n) {
        all.push_back({{"dst", fmt::format("10.{}.{}.0/24", 128 + n / 250, n % 250)},
                       {"gateway", fmt::format("192.168.{}.{}", n / 250 % 250, n % 250 + 1)},
                       {"dev", "eth0"},
                       {"protocol", "bgp"},
                       {"metric", 100},
                       {"flags", json::array()}});
    }
    return json{{"ipv4", all}, {"ipv6", json::array()}}.dump(2);
}

double milliseconds(std::chrono::steady_clock::duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

template <class Work>
double measured(const Work& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return milliseconds(std::chrono::steady_clock::now() - begin);
}

std::int64_t count_rows(const Database& database) {
    std::int64_t rows = 0;
    for (const auto& table : kwd::snapshot::derived_tables()) {
        rows += database.integer(fmt::format("SELECT count(*) FROM {}", table.name)).value_or(0);
    }
    return rows;
}

// The floor: the JSON read by the library, each line of the log touched, nothing kept.
double read_only(const Documents& documents) {
    std::size_t seen = 0;
    const double time = measured([&] {
        for (const Document& each : documents.all()) {
            if (each.info.kind == kwd::snapshot::kind::log) {
                seen += static_cast<std::size_t>(std::ranges::count(each.content, '\n'));
            } else {
                seen += json::parse(each.content).size();
            }
        }
    });
    return seen > 0 ? time : 0;
}

// The other floor: the rows that came out, copied by SQLite alone into an empty database of the same schema.
double insert_only(const Database& full) {
    Database empty = Database::memory();
    kwd::snapshot::create_schema(empty);
    return measured([&] {
        kwd::snapshot::Transaction transaction(empty);
        for (const auto& table : kwd::snapshot::derived_tables()) {
            std::string columns = "document_id, place";
            for (const auto& column : table.columns) {
                columns += fmt::format(", \"{}\"", column.name);
            }
            auto from = full.prepare(fmt::format("SELECT {} FROM {}", columns, table.name));
            auto into = empty.prepare(kwd::snapshot::insert_sql(table));
            while (from.step()) {
                for (int i = 0; i < from.column_count(); ++i) {
                    into.bind_value(i + 1, from.value(i));
                }
                into.run();
            }
        }
        transaction.commit();
    });
}

}  // namespace

int main(int argc, char** argv) {
    Documents documents;
    documents.add(kwd::snapshot::kind::hns_networks, "hns/networks.json", networks());
    documents.add(kwd::snapshot::kind::hns_endpoints, "hns/endpoints.json", endpoints());
    documents.add(kwd::snapshot::kind::hns_load_balancers, "hns/load_balancers.json", load_balancers());
    documents.add(kwd::snapshot::kind::log, "kube-proxy.log", log_lines());
    documents.add(kwd::snapshot::kind::linux_routes, "routes.json", routes());
    std::size_t bytes = 0;
    for (const Document& each : documents.all()) {
        bytes += each.content.size();
    }

    Database database = Database::memory();
    kwd::snapshot::create_schema(database);
    const double analysis = measured([&] { kwd::analyzers::analyze(documents, database); });
    const std::int64_t rows = count_rows(database);
    const double reading = read_only(documents);
    const double inserting = insert_only(database);
    fmt::print("{} pods, {} load balancers, {} log lines, {} routes: {:.1f} MB in {} documents\n", kPods,
               kLoadBalancers, kLogLines, kRoutes, static_cast<double>(bytes) / 1e6, documents.all().size());
    fmt::print("analyze   {:8.1f} ms  {} rows, {:.0f} rows/s\n", analysis, rows,
               static_cast<double>(rows) / analysis * 1000);
    fmt::print(
        "floor     {:8.1f} ms  JSON parsed and lines counted {:.1f} ms, the same rows inserted {:.1f} ms: ratio "
        "{:.2f}\n",
        reading + inserting, reading, inserting, analysis / (reading + inserting));

    kwd::rules::RuleSet rules = kwd::rules::RuleSet::embedded();
    for (int i = 1; i < argc; ++i) {
        rules.load_folder(argv[i]);
    }
    const double judging = measured([&] { kwd::rules::evaluate(rules, database, documents); });
    fmt::print("rules     {:8.1f} ms  {} rules\n", judging, rules.active(kwd::rules::Scope::node).size());

    const kwd::bench::RawChecks raw = kwd::bench::run_raw_checks(documents.all());
    fmt::print(
        "raw       {:8.1f} ms  {} checks of the documents themselves, {} with rows, slowest {:.1f} ms: {:.1f} times the "
        "rules, {:.1f} times tables and rules\n\n",
        raw.milliseconds, raw.checks, raw.with_rows, raw.slowest_ms, raw.milliseconds / judging,
        raw.milliseconds / (analysis + judging));
    auto slowest =
        database.prepare("SELECT rule_id, verdict, duration_us FROM evaluations ORDER BY duration_us DESC, rule_id");
    while (slowest.step()) {
        fmt::print("{:9.3f} ms  {:<14} {}\n", slowest.real(2) / 1000, slowest.text(1), slowest.text(0));
    }
    return 0;
}
