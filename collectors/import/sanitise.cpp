// SPDX-License-Identifier: Apache-2.0
#include "collectors/import/sanitise.h"

#include "base/secrets.h"
#include "base/text.h"
#include "base/xml_secrets.h"
#include "snapshot/kinds.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>

namespace kwd::collectors {
namespace {

namespace kind = snapshot::kind;

constexpr auto kMayHoldSecrets = std::to_array<std::string_view>({
    kind::log,
    kind::journal,
    kind::event_records,
    kind::kubeconfig,
    kind::kubelet_config,
    kind::kube_proxy_config,
    kind::cluster_config,
    kind::containerd_config,
    kind::cni_conf,
    kind::command_line,
    kind::k8s_objects,
    kind::kubectl_text,
    kind::windows_services,
    kind::ps_list,
    kind::process_list,
    kind::registry_text,
    kind::other,
});

constexpr std::string_view kNoValue = "[removed: secret]";

/// Values of Secrets are base64 of anything, so all that stands under `data` and `stringData` goes. In a file that
/// holds a Secret those of other objects go too: which object a line belongs to is not known without reading the whole,
/// and the file need not be whole.
std::size_t remove_secret_objects(std::string& text) {
    static const RE2 secret(R"re((?m)(^\s*-?\s*kind:\s*["']?Secret["']?\s*$|"kind"\s*:\s*"Secret"))re");
    if (!RE2::PartialMatch(text, secret)) {
        return 0;
    }
    // also with the quotes escaped, as the last applied configuration is kept in an annotation
    static const RE2 json_data(R"re((\\*"(?:data|stringData)\\*"\s*:\s*)\{[^{}]*\})re");
    auto removed = RE2::GlobalReplace(&text, json_data, "\\1{}");

    std::string kept;
    kept.reserve(text.size());
    static const RE2 yaml_data(R"re(^(\s*)(?:data|stringData):\s*(?:\|.*|>.*)?$)re");
    static const RE2 yaml_inline(R"re(^(\s*(?:data|stringData):\s*)\{.*$)re");
    std::size_t data_indent = std::string::npos;
    for_each_line(text, [&](const TextLine& line) {
        const auto indent = line.text.find_first_not_of(' ');
        if (data_indent != std::string::npos && indent != std::string_view::npos && indent > data_indent) {
            return;
        }
        if (indent != std::string_view::npos) {
            data_indent = std::string::npos;
        }
        std::string copy(line.text);
        if (RE2::FullMatch(copy, yaml_data)) {
            data_indent = indent;
            copy += ' ';
            copy += kNoValue;
            ++removed;
        } else if (RE2::Replace(&copy, yaml_inline, "\\1" + std::string(kNoValue))) {
            ++removed;
        }
        kept += copy;
        kept += '\n';
    });
    text = std::move(kept);
    return static_cast<std::size_t>(removed);
}

}  // namespace

CleanContent sanitise(std::string_view kind, std::string bytes) {
    if (std::find(kMayHoldSecrets.begin(), kMayHoldSecrets.end(), kind) == kMayHoldSecrets.end()) {
        return {std::move(bytes), {}};
    }
    auto text = decode_text(bytes).utf8;
    if (text.find('\0') != std::string::npos) {
        return {std::move(bytes), {}};
    }
    const auto objects = kind == kind::k8s_objects ? remove_secret_objects(text) : 0;
    auto clean = begins_like_xml(text) ? remove_secrets_from_xml(text) : remove_secrets(text);
    if (objects > 0) {
        clean.removed["secret"] += objects;
    }
    if (clean.removed.empty()) {
        return {std::move(bytes), {}};
    }
    return {std::move(clean.text), note_of(clean.removed) + ", stored as UTF-8"};
}

}  // namespace kwd::collectors
