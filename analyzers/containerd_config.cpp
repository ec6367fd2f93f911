// SPDX-License-Identifier: Apache-2.0
#include "analyzers/containerd_config.h"

#include "analyzers/document_text.h"
#include "analyzers/words.h"
#include "snapshot/place.h"
#include "snapshot/tables/config.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <initializer_list>
#include <optional>

namespace kwd::analyzers {
namespace {

using snapshot::Text;

const toml::node* at(const toml::table& table, std::initializer_list<std::string_view> path) {
    const toml::node* node = &table;
    for (const std::string_view key : path) {
        const toml::table* inner = node == nullptr ? nullptr : node->as_table();
        node = inner == nullptr ? nullptr : inner->get(key);
    }
    return node;
}

Text text_of(const toml::node* node) {
    if (node == nullptr) {
        return std::nullopt;
    }
    if (const auto* text = node->as_string()) {
        return text->get().empty() ? std::nullopt : Text(text->get());
    }
    if (const auto* list = node->as_array()) {
        std::string items;
        for (const toml::node& each : *list) {
            if (const auto item = text_of(&each)) {
                append_item(items, *item);
            }
        }
        return items.empty() ? std::nullopt : Text(items);
    }
    return std::nullopt;
}

const toml::table* table_of(const toml::node* node) {
    return node == nullptr ? nullptr : node->as_table();
}

snapshot::ContainerdConfigRow read(const toml::table& config, const toml::table*& cni) {
    snapshot::ContainerdConfigRow row{};
    const toml::node* version = config.get("version");
    const auto* number = version == nullptr ? nullptr : version->as_integer();
    // A file without a version is of version 1.
    row.version = number == nullptr ? "1" : fmt::format("{}", number->get());
    row.root = text_of(config.get("root"));
    row.grpc_address = text_of(at(config, {"grpc", "address"}));
    for (const std::string_view plugin : {"io.containerd.cri.v1.runtime", "io.containerd.grpc.v1.cri", "cri"}) {
        if (cni == nullptr) {
            cni = table_of(at(config, {"plugins", plugin, "cni"}));
        }
        if (!row.sandbox_image) {
            row.sandbox_image = text_of(at(config, {"plugins", plugin, "sandbox_image"}));
        }
        if (!row.default_runtime) {
            row.default_runtime = text_of(at(config, {"plugins", plugin, "containerd", "default_runtime_name"}));
        }
    }
    if (const Text pinned =
            text_of(at(config, {"plugins", "io.containerd.cri.v1.images", "pinned_images", "sandbox"}))) {
        row.sandbox_image = pinned;
    }
    if (cni != nullptr) {
        row.cni_conf_dir = text_of(cni->get("conf_dir"));
        row.cni_bin_dir = text_of(cni->get("bin_dirs"));  // since 2.1, and stronger than bin_dir
        if (!row.cni_bin_dir) {
            row.cni_bin_dir = text_of(cni->get("bin_dir"));
        }
    }
    return row;
}

}  // namespace

void analyze_containerd_config(const snapshot::Document& document, Analysis& out) {
    out.covers(snapshot::kContainerdConfig.name);
    const std::string text = text_of_document(document, out);
    try {
        const toml::table config = toml::parse(text);
        const toml::table* cni = nullptr;
        auto row = read(config, cni);
        const auto line = cni == nullptr ? 0 : cni->source().begin.line;
        out.add(snapshot::kContainerdConfig, std::move(row),
                line == 0 ? std::string() : snapshot::line_place(static_cast<std::size_t>(line)));
    } catch (const toml::parse_error& error) {
        const auto line = static_cast<std::size_t>(error.source().begin.line);
        out.note(snapshot::line_place(line), "malformed",
                 fmt::format("not valid TOML on line {}: {}", line, error.description()));
    }
}

}  // namespace kwd::analyzers
