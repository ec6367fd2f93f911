// SPDX-License-Identifier: Apache-2.0
// A hundred checks as somebody would write them in SQLite who has the documents and no tables made of them: json_each
// over the documents, json_extract for members, lines of the log as the members of an array. Of 217 rules that ask these
// five kinds of documents 92 ask the log, 66 networks, 55 endpoints, 26 load balancers and 15 routes, and so do these.
// They ask less than the rules do: none looks at how old a line is, which component wrote it, or into a second document
// where one is enough.
#include "raw_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

namespace kwd::bench {
namespace {

using snapshot::Database;

// Names for what each statement begins with. SQLite puts a view's text in its place: nothing is kept from one check to
// the next. To cut a text into lines with instr() and substr() would copy the rest of it for each line; making a JSON
// array of it and asking json_each for its members takes one pass.
constexpr const char* kViews = R"sql(
CREATE TEMP VIEW network AS SELECT value AS json FROM documents, json_each(content) WHERE kind = 'hns-networks';
CREATE TEMP VIEW endpoint AS SELECT value AS json FROM documents, json_each(content) WHERE kind = 'hns-endpoints';
CREATE TEMP VIEW balancer AS SELECT value AS json FROM documents, json_each(content) WHERE kind = 'hns-load-balancers';
CREATE TEMP VIEW route AS SELECT value AS json FROM documents, json_each(content, '$.ipv4') WHERE kind = 'linux-routes';
CREATE TEMP VIEW line AS SELECT value AS text FROM documents,
  json_each('["' || replace(replace(replace(replace(content, '\', '\\'), '"', '\"'), char(9), '\t'), char(10), '","') || '"]')
 WHERE kind = 'log';
)sql";

// Each: SELECT count(*), max(text) FROM line WHERE … HAVING count(*) > 0.
constexpr std::string_view kLogConditions[] = {
    "text REGEXP '(?i)Not syncing hns until Services and Endpoints have been received'",
    "text REGEXP '(?i)source-vip flag not set'",
    "text REGEXP '(?i)HNS network .{0,300}is not present or has changed since the last sync'",
    "text REGEXP '(?i)failed to (list|watch)|Unauthorized|is forbidden|dial tcp|x509'",
    "text REGEXP '(?i)Syncing proxy rules complete|syncProxyRules took'",
    "text REGEXP '(?i)switch-port was not found' OR text LIKE '%0x803b0007%'",
    "text REGEXP '(?i)object already exists' AND text REGEXP '(?i)endpoint|sandbox|\\bcni\\b'",
    "text REGEXP '(?i)failed to add HostComputeEndpoint|failed to attach .{0,80}endpoint'",
    "text REGEXP '(?i)no ip addresses available in range set|failed to allocate for range|no available addresses'",
    "text REGEXP '(?i)incompatible CNI versions|does not (support|implement) (the )?CHECK'",
    "text REGEXP '(?i)cni config uninitialized|cni plugin not initialized'",
    "text REGEXP '(?i)failed to find plugin'",
    "text REGEXP '(?i)timed out locking store|failed to lock (the )?(key-value )?store'",
    "text REGEXP '(?i)wrong diskette is in the drive' OR text LIKE '%0x22)%'",
    "text REGEXP '(?i)dial tcp|x509|tls handshake timeout|i/o timeout|connectex|no such host|connection refused'",
    "text REGEXP '(?i)token id .{1,60}(invalid|expired)|(could not find|does not yet contain) a JWS signature'",
    "text REGEXP '(?i)(hns|hcn)\\w*( failed|.{0,80}error|call).{0,160}(access is denied|\\(0x5\\)|0x80070005)'",
    "text REGEXP '(?i)subnet\\.env.{0,10}(:|no such|cannot|not found)'",
    "text REGEXP 'VNI \\[?\\d+\\]? must be greater than or equal to 4096|does not support VXLANVNI < 4096'",
    "text REGEXP '(?i)0x80370102|0xc0351000|no hypervisor is present on this system'",
    "text REGEXP '(?i)policy creation failed'",
    "text REGEXP '(?i)(port|address) already (exists|in use)|0x803b0013'",
    "text REGEXP '(?i)failed to (create|start|setup|set up) (pod )?sandbox'",
    "text REGEXP '(?i)error running proxyserver|panic: |Observed a panic'",
    "text REGEXP '(?i)nodeip.{0,40}127\\.0\\.0\\.1|can.t set node ip'",
    "text REGEXP '(?i)feature gate.{0,60}(unknown|locked|unrecognized)|unrecognized feature gate'",
    "text REGEXP '(?i)found network config'",
    "text REGEXP '(?i)failed to acquire lease|node .{1,200} pod cidr not assigned'",
    "text REGEXP '(?i)error fetching network config|failed to (read|decode|load) .{0,40}net-conf'",
    "text REGEXP '(?i)failed to (get|find) (the )?interface|no interface with given IP'",
    "text REGEXP '(?i)smb|GlobalMapping' AND text REGEXP '(?i)access is denied|password is (not correct|incorrect)'",
    "text REGEXP '(?i)iscsi|:3260' AND text REGEXP '(?i)connection failed|login time-?out|timed out'",
    "text REGEXP '(?i)no volume plugin matched' AND text REGEXP '(?i)flexvolume'",
    "text REGEXP '(?i)(image|manifest).{0,80}(no match for platform|no matching manifest)'",
    "text REGEXP '(?i)port-?forward.{0,120}(wincat|not supported)'",
    "text REGEXP '(?i)unknown flag: --|unknown shorthand flag'",
    "text REGEXP '(?i)invalid (mac )?prefix|mac.{0,20}prefix.{0,40}invalid'",
    "text REGEXP '(?i)network .{1,80} already exists'",
    "text REGEXP '(?i)failed to find (an? )?(adapter|interface)|adapter .{0,60}not found'",
    "text REGEXP '0x803b00[0-9a-f]{2}'",
    "text LIKE 'F%' OR text REGEXP '^F\\d{4} '",
    "text LIKE 'E%' AND NOT text REGEXP '(?i)failed to (create|start|setup|set up) (pod )?sandbox|policy creation failed|unimplemented'",
};

constexpr std::string_view kStatements[] = {
    // networks
    "SELECT json_extract(json, '$.Name') FROM network WHERE json_extract(json, '$.Type') = 'Overlay' AND json_extract(json, '$.Policies') IS NULL",
    "SELECT json_extract(n.json, '$.ID') FROM network AS n, json_each(n.json, '$.Ipams') AS i, json_each(i.value, '$.Subnets') AS s, json_each(s.value, '$.Policies') AS p WHERE json_extract(p.value, '$.Type') = 'VSID' AND json_extract(p.value, '$.Settings.IsolationId') < 4096",
    "SELECT json_extract(p.value, '$.Settings.DestinationPrefix') FROM network AS n, json_each(n.json, '$.Policies') AS p WHERE json_extract(p.value, '$.Type') = 'RemoteSubnetRoute' AND json_extract(p.value, '$.Settings.IsolationId') <> 4096",
    "SELECT json_extract(p.value, '$.Settings.DestinationPrefix') FROM network AS n, json_each(n.json, '$.Policies') AS p WHERE json_extract(p.value, '$.Type') = 'RemoteSubnetRoute' AND json_extract(p.value, '$.Settings.ProviderAddress') NOT LIKE '192.168.%'",
    "SELECT json_extract(p.value, '$.Settings.DestinationPrefix') AS prefix FROM network AS n, json_each(n.json, '$.Policies') AS p WHERE json_extract(p.value, '$.Type') = 'RemoteSubnetRoute' GROUP BY prefix HAVING count(*) > 1",
    "SELECT json_extract(p.value, '$.Settings.ProviderAddress') AS host FROM network AS n, json_each(n.json, '$.Policies') AS p WHERE json_extract(p.value, '$.Type') = 'RemoteSubnetRoute' GROUP BY host HAVING count(*) > 1",
    "SELECT json_extract(p.value, '$.Settings.DestinationPrefix') FROM network AS n, json_each(n.json, '$.Policies') AS p WHERE json_extract(p.value, '$.Type') = 'RemoteSubnetRoute' AND mac_normal(json_extract(p.value, '$.Settings.DistributedRouterMacAddress')) IS NULL",
    "SELECT json_extract(n.json, '$.Name') FROM network AS n WHERE NOT EXISTS (SELECT 1 FROM json_each(n.json, '$.Policies') AS p WHERE json_extract(p.value, '$.Type') = 'NetAdapterName')",
    "SELECT json_extract(n.json, '$.Name') FROM network AS n WHERE NOT EXISTS (SELECT 1 FROM json_each(n.json, '$.Policies') AS p WHERE json_extract(p.value, '$.Type') = 'DrMacAddress')",
    "SELECT json_extract(n.json, '$.Name') FROM network AS n, json_each(n.json, '$.Policies') AS p WHERE json_extract(p.value, '$.Type') = 'VxlanPort' AND json_extract(p.value, '$.Settings.Port') <> 4789",
    "SELECT json_extract(json, '$.Name') FROM network WHERE json_extract(json, '$.Type') NOT IN ('Overlay', 'L2Bridge', 'NAT', 'ICS', 'Transparent', 'L2Tunnel')",
    "SELECT json_extract(json, '$.Name') AS name FROM network GROUP BY lower(name) HAVING count(*) > 1",
    "SELECT json_extract(n.json, '$.Name'), json_extract(s.value, '$.IpAddressPrefix') FROM network AS n, json_each(n.json, '$.Ipams') AS i, json_each(i.value, '$.Subnets') AS s, network AS m, json_each(m.json, '$.Ipams') AS j, json_each(j.value, '$.Subnets') AS t WHERE json_extract(n.json, '$.ID') < json_extract(m.json, '$.ID') AND cidr_overlaps(json_extract(s.value, '$.IpAddressPrefix'), json_extract(t.value, '$.IpAddressPrefix')) = 1",
    "SELECT json_extract(n.json, '$.Name') FROM network AS n, json_each(n.json, '$.Ipams') AS i, json_each(i.value, '$.Subnets') AS s WHERE NOT EXISTS (SELECT 1 FROM json_each(s.value, '$.Routes') AS r WHERE json_extract(r.value, '$.DestinationPrefix') = '0.0.0.0/0')",
    "SELECT json_extract(n.json, '$.Name') FROM network AS n, json_each(n.json, '$.Ipams') AS i, json_each(i.value, '$.Subnets') AS s, json_each(s.value, '$.Routes') AS r WHERE cidr_contains(json_extract(s.value, '$.IpAddressPrefix'), json_extract(r.value, '$.NextHop')) = 0",
    "SELECT json_extract(json, '$.Name') FROM network WHERE json_extract(json, '$.Type') = 'Overlay' AND json_extract(json, '$.Flags') & 8 = 0",
    "SELECT json_extract(json, '$.Name') FROM network WHERE json_extract(json, '$.SchemaVersion.Major') < 2",
    "SELECT json_extract(p.value, '$.Settings.DestinationPrefix') FROM network AS n, json_each(n.json, '$.Policies') AS p, json_each(n.json, '$.Ipams') AS i, json_each(i.value, '$.Subnets') AS s WHERE json_extract(p.value, '$.Type') = 'RemoteSubnetRoute' AND cidr_overlaps(json_extract(p.value, '$.Settings.DestinationPrefix'), json_extract(s.value, '$.IpAddressPrefix')) = 1",
    "SELECT json_extract(p.value, '$.Settings.DestinationPrefix') FROM network AS n, json_each(n.json, '$.Policies') AS p, json_each(n.json, '$.Policies') AS q WHERE json_extract(p.value, '$.Type') = 'RemoteSubnetRoute' AND json_extract(q.value, '$.Type') = 'ProviderAddress' AND json_extract(p.value, '$.Settings.ProviderAddress') = json_extract(q.value, '$.Settings.ProviderAddress')",
    "SELECT count(*) FROM network HAVING count(*) FILTER (WHERE json_extract(json, '$.Type') = 'Overlay') = 0",
    "SELECT json_extract(n.json, '$.Name') FROM network AS n, json_each(n.json, '$.Ipams') AS i, json_each(i.value, '$.Subnets') AS s WHERE cidr_size(json_extract(s.value, '$.IpAddressPrefix')) < 16",
    "SELECT json_extract(n.json, '$.Name') FROM network AS n WHERE json_extract(n.json, '$.Type') = 'Overlay' AND NOT EXISTS (SELECT 1 FROM json_each(n.json, '$.Policies') AS p WHERE json_extract(p.value, '$.Type') = 'RemoteSubnetRoute')",
    // endpoints
    "SELECT json_extract(i.value, '$.IpAddress') AS ip FROM endpoint AS e, json_each(e.json, '$.IpConfigurations') AS i GROUP BY ip HAVING count(*) > 1",
    "SELECT json_extract(json, '$.MacAddress') AS mac FROM endpoint GROUP BY mac HAVING count(*) > 1",
    "SELECT json_extract(json, '$.Name') FROM endpoint WHERE json_extract(json, '$.HostComputeNamespace') IS NULL",
    "SELECT json_extract(json, '$.Name') FROM endpoint WHERE json_extract(json, '$.HostComputeNetwork') NOT IN (SELECT json_extract(json, '$.ID') FROM network)",
    "SELECT json_extract(e.json, '$.Name') FROM endpoint AS e WHERE NOT EXISTS (SELECT 1 FROM json_each(e.json, '$.Policies') AS p WHERE json_extract(p.value, '$.Type') = 'OutBoundNAT')",
    "SELECT json_extract(e.json, '$.Name') FROM endpoint AS e, json_each(e.json, '$.Policies') AS p WHERE json_extract(p.value, '$.Type') = 'OutBoundNAT' AND NOT EXISTS (SELECT 1 FROM json_each(p.value, '$.Settings.Exceptions') AS x WHERE x.value = '10.244.0.0/16')",
    "SELECT json_extract(e.json, '$.Name') FROM endpoint AS e, json_each(e.json, '$.Policies') AS p, json_each(p.value, '$.Settings.Exceptions') AS x WHERE json_extract(p.value, '$.Type') = 'OutBoundNAT' AND x.value = '0.0.0.0/0'",
    "SELECT json_extract(e.json, '$.Name') FROM endpoint AS e WHERE NOT EXISTS (SELECT 1 FROM json_each(e.json, '$.Policies') AS p WHERE json_extract(p.value, '$.Type') = 'SDNRoute' AND json_extract(p.value, '$.Settings.DestinationPrefix') = '10.96.0.0/12')",
    "SELECT json_extract(e.json, '$.Name') FROM endpoint AS e, json_each(e.json, '$.Policies') AS p WHERE json_extract(p.value, '$.Type') = 'SDNRoute' AND json_extract(p.value, '$.Settings.NeedEncap') = 0",
    "SELECT json_extract(e.json, '$.Name') FROM endpoint AS e WHERE NOT EXISTS (SELECT 1 FROM json_each(e.json, '$.Policies') AS p WHERE json_extract(p.value, '$.Type') = 'ProviderAddress')",
    "SELECT json_extract(e.json, '$.Name') FROM endpoint AS e, json_each(e.json, '$.Policies') AS p WHERE json_extract(p.value, '$.Type') = 'ProviderAddress' AND json_extract(p.value, '$.Settings.ProviderAddress') <> '192.168.10.21'",
    "SELECT json_extract(json, '$.Name') FROM endpoint WHERE json_array_length(json, '$.Dns.ServerList') = 0 OR json_extract(json, '$.Dns.ServerList') IS NULL",
    "SELECT json_extract(e.json, '$.Name') FROM endpoint AS e, json_each(e.json, '$.Dns.ServerList') AS d WHERE d.value <> '10.96.0.10'",
    "SELECT json_extract(e.json, '$.Name') FROM endpoint AS e, json_each(e.json, '$.IpConfigurations') AS i WHERE cidr_contains('10.244.2.0/24', json_extract(i.value, '$.IpAddress')) = 0",
    "SELECT json_extract(e.json, '$.Name') FROM endpoint AS e, json_each(e.json, '$.IpConfigurations') AS i WHERE json_extract(i.value, '$.PrefixLength') <> 24",
    "SELECT json_extract(json, '$.Name') FROM endpoint WHERE json_extract(json, '$.MacAddress') NOT LIKE '0E-2A-%'",
    "SELECT json_extract(json, '$.HostComputeNamespace') AS namespace FROM endpoint GROUP BY namespace HAVING count(*) > 1",
    "SELECT json_extract(json, '$.Name') FROM endpoint WHERE json_extract(json, '$.Flags') & 1 = 1 AND json_extract(json, '$.HostComputeNamespace') IS NOT NULL",
    // load balancers
    "SELECT DISTINCT r.value FROM balancer AS b, json_each(b.json, '$.HostComputeEndpoints') AS r WHERE r.value NOT IN (SELECT json_extract(json, '$.ID') FROM endpoint)",
    "SELECT v.value FROM balancer AS b, json_each(b.json, '$.FrontendVIPs') AS v, json_each(b.json, '$.PortMappings') AS p GROUP BY v.value, json_extract(p.value, '$.Protocol'), json_extract(p.value, '$.ExternalPort') HAVING count(*) > 1",
    "SELECT json_extract(json, '$.ID') FROM balancer WHERE json_array_length(json, '$.HostComputeEndpoints') = 0",
    "SELECT DISTINCT json_extract(json, '$.SourceVIP') FROM balancer WHERE json_extract(json, '$.SourceVIP') <> '10.244.2.2'",
    "SELECT count(*) FROM balancer AS b, json_each(b.json, '$.FrontendVIPs') AS v WHERE v.value = '10.96.0.10' HAVING count(*) = 0",
    "SELECT v.value FROM balancer AS b, json_each(b.json, '$.FrontendVIPs') AS v WHERE cidr_contains('10.96.0.0/12', v.value) = 0 LIMIT 200",
    "SELECT count(*) FROM balancer WHERE json_extract(json, '$.Flags') & 1 = 0 HAVING count(*) > 1000",
    "SELECT json_extract(p.value, '$.ExternalPort') FROM balancer AS b, json_each(b.json, '$.PortMappings') AS p WHERE json_extract(p.value, '$.ExternalPort') BETWEEN 30000 AND 32767 AND NOT EXISTS (SELECT 1 FROM endpoint)",
    "SELECT json_extract(json, '$.ID') FROM balancer WHERE json_extract(json, '$.State') > 1",
    "SELECT json_extract(e.json, '$.Name') FROM endpoint AS e WHERE json_extract(e.json, '$.Flags') & 1 = 1 AND json_extract(e.json, '$.ID') NOT IN (SELECT r.value FROM balancer AS b, json_each(b.json, '$.HostComputeEndpoints') AS r)",
    "SELECT json_extract(json, '$.ID') FROM balancer WHERE json_extract(json, '$.HostComputeNetwork') NOT IN (SELECT json_extract(json, '$.ID') FROM network)",
    // routes
    "SELECT json_extract(json, '$.dst') AS prefix FROM route GROUP BY prefix, json_extract(json, '$.metric') HAVING count(DISTINCT json_extract(json, '$.gateway')) > 1",
    "SELECT json_extract(json, '$.dst') FROM route WHERE cidr_overlaps(json_extract(json, '$.dst'), '10.96.0.0/12') = 1 LIMIT 200",
    "SELECT json_extract(json, '$.dst') FROM route WHERE json_extract(json, '$.dst') = '169.254.169.254' AND json_extract(json, '$.gateway') IS NULL",
    "SELECT json_extract(p.value, '$.Settings.DestinationPrefix') FROM network AS n, json_each(n.json, '$.Policies') AS p WHERE json_extract(p.value, '$.Type') = 'RemoteSubnetRoute' AND json_extract(p.value, '$.Settings.DestinationPrefix') IN (SELECT json_extract(json, '$.dst') FROM route)",
    "SELECT count(*) FROM route WHERE json_extract(json, '$.dst') IN ('default', '0.0.0.0/0') HAVING count(*) = 0",
    "SELECT json_extract(json, '$.dst') FROM route WHERE json_extract(json, '$.dst') LIKE '10.244.%' AND json_extract(json, '$.dev') LIKE 'flannel%' AND NOT EXISTS (SELECT 1 FROM json_each(json, '$.flags') WHERE value = 'onlink')",
    "SELECT json_extract(json, '$.dst') FROM route WHERE json_extract(json, '$.gateway') NOT LIKE '192.168.%' LIMIT 200",
};

std::vector<std::string> statements() {
    std::vector<std::string> all(std::begin(kStatements), std::end(kStatements));
    for (const std::string_view condition : kLogConditions) {
        all.push_back(
            fmt::format("SELECT count(*), max(text) FROM line WHERE {} HAVING count(*) > 0", condition));
    }
    return all;
}

}  // namespace

RawChecks run_raw_checks(const std::vector<snapshot::Document>& documents) {
    Database database = Database::memory();
    database.execute("CREATE TABLE documents (kind TEXT, content TEXT)");
    auto insert = database.prepare("INSERT INTO documents VALUES (?, ?)");
    for (const snapshot::Document& each : documents) {
        insert.bind(1, std::string_view(each.info.kind));
        insert.bind(2, std::string_view(each.content));
        insert.run();
    }
    database.execute(kViews);

    RawChecks result;
    for (const std::string& sql : statements()) {
        const auto begin = std::chrono::steady_clock::now();
        auto check = database.prepare(sql);
        bool any = false;
        while (check.step()) {
            any = true;
        }
        const double took =
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
        ++result.checks;
        result.with_rows += any ? 1 : 0;
        result.milliseconds += took;
        result.slowest_ms = std::max(result.slowest_ms, took);
    }
    return result;
}

}  // namespace kwd::bench
