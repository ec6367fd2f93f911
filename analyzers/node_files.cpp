// SPDX-License-Identifier: Apache-2.0
#include "analyzers/node_files.h"

#include "analyzers/own_json.h"
#include "snapshot/tables/system.h"

namespace kwd::analyzers {

void analyze_node_files(const snapshot::Document& document, Analysis& out) {
    each_of_list(document, "files", snapshot::kNodeFiles.name, out,
                 [&](const nlohmann::json& file, const std::string& place) {
                     auto path = nonempty_text_of(member(file, "path"));
                     if (!path) {
                         out.note(place, "malformed", "a file without a path");
                         return;
                     }
                     out.add(snapshot::kNodeFiles,
                             {.path = std::move(*path),
                              .role = nonempty_text_of(member(file, "role")),
                              .present = flag_of(member(file, "present")),
                              .size_bytes = integer_of(member(file, "size_bytes")),
                              .modified_at_utc = nonempty_text_of(member(file, "modified_at_utc"))},
                             place);
                 });
}

}  // namespace kwd::analyzers
