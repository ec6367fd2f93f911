// SPDX-License-Identifier: Apache-2.0
#include "analyzers/kubeconfig.h"

#include "analyzers/document_text.h"
#include "analyzers/values.h"
#include "snapshot/certificate.h"
#include "snapshot/tables/config.h"

namespace kwd::analyzers {
namespace {

using nlohmann::json;

constexpr const char* kCaData = "certificate-authority-data";

// The element of a list of named things; the first one where no name is asked for.
const json* named(const json* list, const snapshot::Text& name) {
    if (list == nullptr || !list->is_array()) {
        return nullptr;
    }
    for (const json& each : *list) {
        if (!name || text_of(member(each, "name")) == name) {
            return &each;
        }
    }
    return nullptr;
}

bool holds_token(const json* user) {
    return user != nullptr && (member(*user, "token") != nullptr || member(*user, "tokenFile") != nullptr);
}

// Of a certificate that stands in the file as base64 of PEM.
snapshot::Text fingerprint_of(const snapshot::Text& data) {
    const auto pem = data ? snapshot::decode_base64(*data) : Result<std::string>(std::string());
    const auto certificate = pem ? snapshot::read_certificate(*pem) : Result<snapshot::CertificateFacts>(pem.error());
    return certificate ? snapshot::Text(certificate->sha256) : std::nullopt;
}

void read_yaml_form(const json& config, snapshot::KubeconfigsRow& row) {
    const auto current = nonempty_text_of(member(config, "current-context"));
    const json* context = named(member(config, "contexts"), current);
    context = context == nullptr ? nullptr : member(*context, "context");
    const json nothing;
    const json& chosen = context == nullptr ? nothing : *context;
    if (const json* cluster = named(member(config, "clusters"), nonempty_text_of(member(chosen, "cluster")))) {
        row.server = nonempty_text_of(member_at(*cluster, {"cluster", "server"}));
        row.ca_fingerprint = fingerprint_of(nonempty_text_of(member_at(*cluster, {"cluster", kCaData})));
    }
    if (const json* user = named(member(config, "users"), nonempty_text_of(member(chosen, "user")))) {
        row.token_present = holds_token(member(*user, "user"));
    }
}

void read_own_form(const json& config, snapshot::KubeconfigsRow& row) {
    row.server = nonempty_text_of(member(config, "server"));
    row.client_certificate_not_after = nonempty_text_of(member(config, "client_certificate_not_after"));
    row.ca_fingerprint = nonempty_text_of(member(config, "ca_fingerprint"));
    row.token_present = flag_of(member(config, "token_present"));
    if (auto path = nonempty_text_of(member(config, "path"))) {
        row.path = std::move(*path);
    }
}

}  // namespace

void analyze_kubeconfig(const snapshot::Document& document, Analysis& out) {
    out.covers(snapshot::kKubeconfigs.name);
    for (const DocumentValue& each : read_values(text_of_document(document, out), out)) {
        if (!each.value.is_object()) {
            continue;
        }
        snapshot::KubeconfigsRow row{.path = path_of(document.info)};
        if (member(each.value, "kind") != nullptr || each.value.contains("contexts")) {
            read_yaml_form(each.value, row);
        } else {
            read_own_form(each.value, row);
        }
        out.add(snapshot::kKubeconfigs, std::move(row), each.place(""));
    }
}

}  // namespace kwd::analyzers
