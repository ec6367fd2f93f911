// SPDX-License-Identifier: Apache-2.0
#include "collectors/kubeconfig.h"

#include "base/secrets.h"
#include "snapshot/certificate.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include <optional>
#include <utility>

namespace kwd::collectors {
namespace {

using nlohmann::json;

// A file of more is none that somebody wrote. Nesting is bounded by yaml-cpp itself (DepthGuard).
constexpr std::size_t kMaxKubeconfig = 1 << 20;

std::optional<std::string> text_of(const YAML::Node& map, const char* name) {
    if (!map.IsMap() || !map[name] || !map[name].IsScalar() || map[name].Scalar().empty()) {
        return std::nullopt;
    }
    return map[name].Scalar();
}

YAML::Node map_of(const YAML::Node& map, const char* name) {
    return map.IsMap() && map[name] && map[name].IsMap() ? map[name] : YAML::Node(YAML::NodeType::Map);
}

class Reader {
  public:
    Reader(const std::string& path, const ReadNamedFile& read)
        : folder_(path.substr(0, path.find_last_of("/\\") + 1)), read_(read) {}

    // NAME-data holds it in base64, NAME names a file.
    [[nodiscard]] std::optional<snapshot::CertificateFacts> certificate(const YAML::Node& map,
                                                                        const std::string& name) const {
        if (const auto data = text_of(map, (name + "-data").c_str())) {
            const auto pem = snapshot::decode_base64(*data);
            return pem ? facts(*pem) : std::nullopt;
        }
        const auto path = text_of(map, name.c_str());
        if (!path) {
            return std::nullopt;
        }
        const bool absolute = path->find_first_of("/\\") == 0 || (path->size() > 1 && (*path)[1] == ':');
        const auto pem = read_(absolute ? *path : folder_ + *path);
        return pem ? facts(*pem) : std::nullopt;
    }

  private:
    static std::optional<snapshot::CertificateFacts> facts(std::string_view pem) {
        auto read = snapshot::read_certificate(pem);
        return read ? std::optional(std::move(*read)) : std::nullopt;
    }

    std::string folder_;
    const ReadNamedFile& read_;
};

void set(json& object, const char* name, const std::optional<std::string>& value) {
    if (value) {
        object[name] = remove_secrets(*value).text;
    }
}

json describe_cluster(const YAML::Node& entry, const Reader& reader) {
    const YAML::Node cluster = map_of(entry, "cluster");
    json result = json::object();
    set(result, "name", text_of(entry, "name"));
    set(result, "server", text_of(cluster, "server"));
    set(result, "proxy_url", text_of(cluster, "proxy-url"));
    set(result, "tls_server_name", text_of(cluster, "tls-server-name"));
    result["insecure_skip_tls_verify"] = text_of(cluster, "insecure-skip-tls-verify") == "true";
    if (const auto ca = reader.certificate(cluster, "certificate-authority")) {
        result["ca_fingerprint"] = ca->sha256;
        result["ca_not_after"] = ca->not_after_utc;
    }
    return result;
}

json describe_user(const YAML::Node& entry, const Reader& reader) {
    const YAML::Node user = map_of(entry, "user");
    json result = json::object();
    set(result, "name", text_of(entry, "name"));
    set(result, "client_certificate", text_of(user, "client-certificate"));
    set(result, "token_file", text_of(user, "tokenFile"));
    set(result, "exec", text_of(map_of(user, "exec"), "command"));
    result["token_present"] = text_of(user, "token").has_value() || text_of(user, "tokenFile").has_value();
    if (const auto certificate = reader.certificate(user, "client-certificate")) {
        result["client_certificate_not_after"] = certificate->not_after_utc;
        result["client_certificate_subject"] = certificate->subject;
    }
    return result;
}

// The list's entry of that name; the first where none is asked for.
json pick(const json& list, const std::optional<std::string>& name) {
    for (const json& each : list) {
        if (!name || each.value("name", "") == *name) {
            return each;
        }
    }
    return json::object();
}

json list_of(const YAML::Node& config, const char* name, const Reader& reader,
             json (*describe)(const YAML::Node&, const Reader&)) {
    json list = json::array();
    if (config[name] && config[name].IsSequence()) {
        for (const YAML::Node& each : config[name]) {
            list.push_back(describe(each, reader));
        }
    }
    return list;
}

json describe(const YAML::Node& config, const std::string& path, const ReadNamedFile& read) {
    const Reader reader(path, read);
    json result{{"path", path},
                {"clusters", list_of(config, "clusters", reader, &describe_cluster)},
                {"users", list_of(config, "users", reader, &describe_user)}};
    const auto current = text_of(config, "current-context");
    set(result, "current_context", current);
    YAML::Node context(YAML::NodeType::Map);
    if (current && config["contexts"] && config["contexts"].IsSequence()) {
        for (const YAML::Node& each : config["contexts"]) {
            if (text_of(each, "name") == current) {
                context = map_of(each, "context");
            }
        }
    }
    json effective = pick(result["clusters"], text_of(context, "cluster"));
    effective.update(pick(result["users"], text_of(context, "user")));
    for (const char* name :
         {"server", "ca_fingerprint", "client_certificate_not_after", "client_certificate_subject", "token_present"}) {
        if (effective.contains(name)) {
            result[name] = effective[name];
        }
    }
    return result;
}

}  // namespace

Result<json> describe_kubeconfig(std::string_view text, const std::string& path, const ReadNamedFile& read) {
    const std::string doing = fmt::format("read the kubeconfig {}", path);
    if (text.size() > kMaxKubeconfig) {
        return Error{Errc::too_large, doing};
    }
    try {
        const YAML::Node config = YAML::Load(std::string(text));
        if (!config.IsMap() || !config["clusters"]) {
            return Error{Errc::malformed, doing + ": it has no clusters"};
        }
        return describe(config, path, read);
    } catch (const YAML::Exception&) {
        // yaml-cpp quotes the text in its messages, and this text holds secrets.
        return Error{Errc::malformed, doing + ": it is no YAML"};
    }
}

}  // namespace kwd::collectors
