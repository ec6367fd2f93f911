// SPDX-License-Identifier: Apache-2.0
#include "tests/reports/example.h"

#include "snapshot/schema.h"

namespace kwd::test {

snapshot::Database example_results() {
    snapshot::Database database = snapshot::Database::memory();
    snapshot::create_schema(database);
    database.execute(R"sql(
INSERT INTO meta VALUES ('tool_version', '0.1.0'), ('taken_at_utc', '2026-01-02T03:04:05Z');
INSERT INTO node_facts (os_family, node_name, management_ip, cluster_cidr)
  VALUES ('windows', 'win-a', '192.168.10.21', '10.244.0.0/16');
INSERT INTO system (os_family, host_name, os_name, os_version) VALUES ('windows', 'WIN-A', 'Windows Server 2019', '10.0.17763.379');
INSERT INTO collections (collector, outcome, reason, error_code, native_domain, native_code, started_at_utc, duration_ms, documents, bytes)
  VALUES ('hns', 'ok', NULL, NULL, NULL, NULL, '2026-01-02T03:04:05Z', 120, 2, 4096),
         ('logs', 'failed', 'open C:\k\kubelet.log', 'access_denied', 'Win32', 5, '2026-01-02T03:04:05Z', 3, 0, 0),
         ('packets', 'timed_out', 'no answer within 20 s', 'timed_out', NULL, NULL, '2026-01-02T03:04:06Z', 20000, 0, 0);
INSERT INTO documents (id, collector, kind, name, original_path, size_bytes, sha256, truncated, note)
  VALUES (1, 'hns', 'hns-networks', 'hns/networks.json', NULL, 4000, 'aa', 0, NULL),
         (2, 'hns', 'log', 'kubelet.log', 'C:\k\<b>kubelet</b>.log', 96, 'bb', 1, NULL);
INSERT INTO analysis_notes (document_id, place, problem, text) VALUES (2, 'line:7', 'encoding', 'bytes that are no text');
INSERT INTO findings (id, rule_id, area, severity, confidence, subject, title, message, columns, remedy) VALUES
 (1, 'log-error-storm', 'logs', 'info', 'hint', 'kubelet', 'One message fills the log',
  'The line <script>alert(1)</script> came 900 times.', '{"line":"<img src=x onerror=alert(2)>","times":900}',
  '{"text":"Look at the line.","risk":"","impact":"","verify":"","commands":[]}'),
 (2, 'overlay-vni-below-4096', 'overlay', 'critical', 'definite', 'N1', 'Overlay subnet uses a VNI that Windows does not accept',
  'Overlay network vxlan0 uses VNI 1; Windows needs 4096 or more.', '{"network":"vxlan0","vni":1,"prefix":null}',
  '{"text":"Set VNI to 4096.","risk":"Traffic between nodes stops until all have it.","impact":"Pods cannot reach other nodes.","verify":"Get-HnsNetwork shows 4096.","commands":[{"run":"Restart-Service flanneld","on":"node"}]}'),
 (3, 'hns-duplicate-endpoint-ip', 'hns', 'warning', 'likely', 'E9', 'Two endpoints share an address',
  'Endpoints E8 and E9 both have 10.244.2.7.', '{}', '{"text":"Restart the pod.","risk":"","impact":"","verify":"","commands":[]}');
INSERT INTO findings (id, rule_id, area, severity, confidence, subject, title, message, columns, remedy, cause, cause_id) VALUES
 (4, 'hns-error-code-seen', 'hns', 'warning', 'definite', '0x803b0014', 'HNS gave an error',
  'HNS answered 0x803b0014 <i>twice</i>.', '{}', '{"text":"","risk":"","impact":"","verify":"","commands":[]}', 'overlay-vni-below-4096', 2),
 (5, 'log-sandbox-create-failed', 'logs', 'critical', 'likely', 'pod-a', 'Pods do not start', 'The sandbox of pod-a was not made.', '{}',
  '{"text":"Look at the sandbox of pod-a.","risk":"It stays away.","impact":"pod-a waits.","verify":"pod-a runs.","commands":[{"run":"crictl pods","on":"node"}]}', 'hns-error-code-seen', 4),
 (6, 'log-sandbox-create-failed', 'logs', 'critical', 'likely', 'pod-b', 'Pods do not start', 'The sandbox of pod-b was not made.', '{}',
  '{"text":"Look at the sandbox of pod-b.","risk":"","impact":"","verify":"","commands":[]}', 'hns-error-code-seen', 4);
INSERT INTO finding_evidence (finding_id, position, document_id, document, place, text) VALUES
 (1, 0, 2, 'kubelet.log', 'line:7', 'E0102 <script>alert(3)</script> </pre></details>' || char(10) || 'a' || char(27) || '[31mred' || char(8238) || 'gnp.exe ' || cast(x'ff' AS TEXT)),
 (2, 0, 1, 'hns/networks.json', '/0/Ipams/0/Subnets/0', '{ "IsolationId": 1 }'),
 (5, 0, 2, 'kubelet.log', 'line:8', 'Failed to create sandbox of pod-a'),
 (6, 0, 2, 'kubelet.log', 'line:9', 'Failed to create sandbox of pod-b');
INSERT INTO evaluations (rule_id, area, title, severity, verdict, reason, findings) VALUES
 ('overlay-vni-below-4096', 'overlay', 'Overlay subnet uses a VNI that Windows does not accept', 'critical', 'finding', NULL, 1),
 ('log-error-storm', 'logs', 'One message fills the log', 'info', 'finding', NULL, 1),
 ('hns-duplicate-endpoint-ip', 'hns', 'Two endpoints share an address', 'critical', 'finding', NULL, 1),
 ('hns-error-code-seen', 'hns', 'HNS gave an error', 'warning', 'suppressed', 'overlay-vni-below-4096 explains it', 1),
 ('log-sandbox-create-failed', 'logs', 'Pods do not start', 'critical', 'suppressed', 'hns-error-code-seen explains it', 2),
 ('hostgw-missing-route', 'host-gateway', 'A route to a node is missing', 'critical', 'not_applicable', 'Pods do not use host-gateway mode here.', 0),
 ('overlay-no-vxlan-frames', 'overlay', 'No VXLAN traffic', 'warning', 'not_evaluated', 'vxlan_flows: no document gives it', 0),
 ('mtu-outer-fragments', 'mtu', 'VXLAN packets are fragmented', 'warning', 'error', 'no such column: x', 0),
 ('ipplan-cluster-overlaps-service', 'ip-plan', 'Cluster and service subnets overlap', 'critical', 'clear', NULL, 0);
INSERT INTO interfaces (interface_index, name, kind, mtu_bytes, state) VALUES (4, 'Ethernet', 'ethernet', 1500, 'up');
INSERT INTO addresses (interface_index, interface_name, address, prefix_length, family) VALUES (4, 'Ethernet', '192.168.10.21', 24, 4);
INSERT INTO hns_networks (id, name, type, management_ip, adapter_name) VALUES ('N1', 'vxlan0<svg onload=alert(4)>', 'Overlay', '192.168.10.21', 'Ethernet');
INSERT INTO hns_subnets (network_id, prefix, gateway, isolation_id, family) VALUES ('N1', '10.244.2.0/24', '10.244.2.1', 1, 4);
INSERT INTO hns_remote_subnets (network_id, destination_prefix, isolation_id, provider_address) VALUES
 ('N1', '10.244.0.0/24', 4096, '192.168.10.11'), ('N1', '10.244.3.0/24', 4096, '192.168.10.22');
INSERT INTO hns_endpoints (id, name, network_id, ip_address, is_remote) VALUES
 ('E1', 'source', 'N1', '10.244.2.2', 0), ('E8', 'pod-8', 'N1', '10.244.2.7', 0), ('E9', 'pod-9', 'N1', '10.244.2.7', 0), ('E10', 'Ethernet', 'N1', '10.244.0.5', 1);
INSERT INTO vxlan_verdicts (verdict, exclusive, direction, packets, bytes, paths, capture, first_packet, first_time_utc, expected, seen, decided_by) VALUES
 ('right', 1, 'out', 120, 12000, 3, 'packets-1.pcapng', 1, '2026-01-02T03:04:06Z', NULL, NULL, 'RemoteSubnetRoute of network vxlan0: 10.244.3.0/24 at 192.168.10.22, VNI 4096'),
 ('mac-wrong', 1, 'in', 4, 400, 1, 'packets-1.pcapng', 19, '2026-01-02T03:04:08Z', '00:15:5d:00:00:21', '00:15:5d:00:00:99', 'distributed router MAC of network vxlan0<img src=x onerror=alert(5)>'),
 ('mac-wrong', 1, 'in', 3, 300, 1, 'packets-1.pcapng', 12, '2026-01-02T03:04:07Z', '00:15:5d:00:00:21', '00:15:5d:00:00:98', 'distributed router MAC of network vxlan0'),
 ('unknown', 1, 'in', 2, 200, 1, 'packets-1.pcapng', 30, '2026-01-02T03:04:09Z', NULL, NULL, 'hns_endpoints: names and ids only'),
 ('fragmented', 0, 'out', 5, 500, 1, 'packets-1.pcapng', 40, '2026-01-02T03:04:10Z', 'whole packets', 'fragments of outer IP', 'RFC 7348 section 4.3');
INSERT INTO reconciliation (kind, name, aspect, kubernetes, configuration, hns, hns_v1, hns_v2, vfp, system, agrees, difference) VALUES
 ('network', 'vxlan0<svg onload=alert(6)>', 'VNI', '4096', '1', '1', NULL, NULL, NULL, NULL, 0, 'Kubernetes has 4096, the configuration has 1, HNS has 1'),
 ('network', 'vxlan0', 'subnet', '10.244.2.0/24', NULL, '10.244.2.0/24', NULL, NULL, NULL, NULL, 1, NULL),
 ('network', 'vxlan0', 'views of HNS', NULL, NULL, NULL, 'type Overlay', 'type Overlay', NULL, NULL, 1, NULL),
 ('network', 'vxlan0', 'gateway', NULL, NULL, '10.244.2.1', NULL, NULL, NULL, NULL, NULL, 'nothing else tells of it');
INSERT INTO endpoint_roles (endpoint_id, role) VALUES ('E1', 'source-vip'), ('E8', 'pod'), ('E9', 'pod'), ('E10', 'remote-pod');
)sql");
    return database;
}

}  // namespace kwd::test
