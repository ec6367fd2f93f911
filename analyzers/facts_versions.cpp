// SPDX-License-Identifier: Apache-2.0
#include "analyzers/facts_parts.h"
#include "analyzers/facts_rows.h"
#include "snapshot/tables/system.h"

#include <vector>

namespace kwd::analyzers {
namespace {

// What the API server knows of this node: kubelet told it the versions in the node object, and images of agents that
// run here have theirs in the tag (flannel's for Windows end in -hostprocess).
constexpr std::string_view kTold = R"sql(
    SELECT 'kubelet', kubelet_version, 'api', document_id, place FROM k8s_nodes WHERE is_this_node = 1
    UNION ALL
    SELECT regexp_capture(container_runtime, '^(containerd|docker)://', 1), regexp_capture(container_runtime, '://v?([0-9].*)$', 1),
           'api', document_id, place
      FROM k8s_nodes WHERE is_this_node = 1
    UNION ALL
    SELECT a.component, regexp_capture(p.images, a.image || '[^,:/]*:v?([0-9][0-9A-Za-z.+]*)', 1), 'image', p.document_id, p.place
      FROM k8s_pods AS p JOIN k8s_nodes AS n ON n.is_this_node = 1 AND lower(p.node_name) = n.name
      JOIN (SELECT 'kube-proxy' AS component, 'kube-proxy' AS image UNION ALL SELECT 'flanneld', '/flannel'
            UNION ALL SELECT 'calico', 'calico/node' UNION ALL SELECT 'kube-apiserver', 'kube-apiserver'
            UNION ALL SELECT 'antrea-agent', 'antrea/antrea') AS a
     WHERE instr(p.images, a.image) > 0
     ORDER BY 3, 1)sql";

struct Version {
    snapshot::ComponentVersionsRow row;
    RowOrigin origin;
};

}  // namespace

void derive_component_versions(snapshot::Database& database) {
    std::vector<Version> versions;
    snapshot::Statement query = database.prepare(kTold);
    snapshot::Statement known =
        database.prepare("SELECT 1 FROM component_versions WHERE component = ? AND version_compare(version, ?) = 0");
    while (query.step()) {
        if (!query.is_null(0) && !query.is_null(1)) {
            versions.push_back({{query.text(0), query.text(1), query.optional_text(2)},
                                {query.optional_integer(3), query.optional_text(4)}});
        }
    }
    DerivedRows rows(database, snapshot::kComponentVersions);
    for (const Version& each : versions) {
        known.bind(1, std::string_view(each.row.component));
        known.bind(2, std::string_view(each.row.version));
        if (!known.step()) {
            rows.add(each.row, each.origin);
        }
        known.reset();
    }
    if (!versions.empty() && covered(database, snapshot::kComponentVersions.name) != Covered::ok) {
        cover(database, snapshot::kComponentVersions.name, Covered::ok, "");
    }
}

}  // namespace kwd::analyzers
