// SPDX-License-Identifier: Apache-2.0
#include "collectors/clean.h"
#include "collectors/kubeconfig.h"
#include "collectors/kubeconfig_files.h"
#include "collectors/node_places.h"
#include "collectors/node_tree.h"
#include "collectors/path_style.h"
#include "collectors/shared_collectors.h"
#include "snapshot/kinds.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <optional>
#include <set>
#include <string>

namespace kwd::collectors {
namespace {

constexpr std::size_t kMaxFile = 1 << 20;

}  // namespace

std::vector<std::string> find_kubeconfigs(const NodeTree& tree, const std::function<void(Error)>& refused) {
    std::vector<std::string> found;
    std::set<std::string> seen;
    for (const NodePlace& place : node_places(tree, refused)) {
        if (place.role == "kubeconfig") {
            for (std::string& path : tree.match(place.pattern, refused)) {
                if (seen.insert(path_key(path)).second) {
                    found.push_back(std::move(path));
                }
            }
        }
    }
    return found;
}

Result<void> collect_kubeconfigs(const CollectOptions& options, DocumentSink& out, Deadline) {
    const NodeTree tree(options.root);
    const auto read = [&](const std::string& path) -> Result<std::string> {
        auto file = tree.read(path, kMaxFile);
        if (!file) {
            return std::move(file).error();
        }
        return std::move(file->text);
    };
    bool any = false;
    std::optional<Error> refusal;
    const auto refused = [&](Error error) { refusal = refusal ? refusal : std::move(error); };
    for (const std::string& path : find_kubeconfigs(tree, refused)) {
        const auto text = read(path);
        const auto facts = text ? describe_kubeconfig(*text, path, read) : Result<nlohmann::json>(text.error());
        if (!facts) {
            out.missed(facts.error());
            continue;
        }
        any = true;
        if (auto put = out.put({.kind = snapshot::kind::kubeconfig,
                                .name = path,
                                .original_path = path,
                                .content = to_document(*facts),
                                .note = "what of it is no secret; the file itself is not stored"});
            !put) {
            return put;
        }
    }
    if (refusal && any) {
        out.missed(*refusal);
    }
    return any       ? Result<void>()
           : refusal ? *refusal
                     : Error{Errc::unsupported, "look for kubeconfig files: none is where agents keep theirs"};
}

}  // namespace kwd::collectors
