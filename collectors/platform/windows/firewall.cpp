// SPDX-License-Identifier: Apache-2.0
#include "collectors/clean.h"
#include "collectors/platform/elevation.h"
#include "collectors/platform/windows/active_firewall_profiles.h"
#include "collectors/platform/windows/collectors.h"
#include "collectors/platform/windows/registry_key.h"
#include "snapshot/kinds.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>

// Source: [MS-GPFAS] 2.2.2.19 and 2.2.3, learn.microsoft.com/openspecs: the same form in the local store and in those
// of policies. Read rather than asked of the firewall's COM objects, which show no store by itself and need its
// service.

namespace kwd::collectors {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t kMostRules = 20'000;
constexpr std::size_t kMostRuleBytes = 16 << 10;

struct Store {
    const char* origin;
    const char* key;
};
constexpr auto kStores = std::to_array<Store>({
    {"local", R"(HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy)"},
    {"group-policy", R"(HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall)"},
    {"mdm", R"(HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\Mdm)"},
});

constexpr auto kProfiles =
    std::to_array<const char*>({"DomainProfile", "PrivateProfile", "StandardProfile", "PublicProfile"});
constexpr auto kSettings =
    std::to_array<const char*>({"EnableFirewall", "DefaultInboundAction", "DefaultOutboundAction",
                                "AllowLocalPolicyMerge", "DoNotAllowExceptions"});

// Tells what was missed, and remembers that something was.
class Misses {
  public:
    explicit Misses(DocumentSink& out) : out_(out) {}
    void missed(Error error) {
        any_ = true;
        out_.missed(std::move(error));
    }
    // Of what Windows cannot read either nothing is lost.
    void mention(Error error) { out_.missed(std::move(error)); }
    [[nodiscard]] bool any() const { return any_; }

  private:
    DocumentSink& out_;
    bool any_ = false;
};

// What is not there is an answer; anything else is told.
template <class T>
std::optional<T> had(Result<T> result, Misses& misses) {
    if (result) {
        return std::move(*result);
    }
    if (result.error().code != Errc::not_found) {
        misses.missed(result.error());
    }
    return std::nullopt;
}

json settings_of(const RegistryKey& profile, Misses& misses) {
    json settings = json::object();
    for (const char* name : kSettings) {
        if (const auto value = had(profile.integer(name), misses)) {
            settings[name] = *value;
        }
    }
    return settings;
}

// Null where the rules could not be read.
json rules_of(const RegistryKey& store, Misses& misses) {
    const auto key = store.open_below("FirewallRules");
    if (!key) {
        if (key.error().code == Errc::not_found) {
            return json::array();
        }
        misses.missed(key.error());
        return nullptr;
    }
    const auto values = key->values(kMostRules);
    if (!values) {
        misses.missed(values.error());
        return nullptr;
    }
    if (values->more) {
        misses.missed({Errc::too_large, fmt::format("read more than {} rules of {}", kMostRules, key->path())});
    }
    json rules = json::array();
    std::size_t unread = 0;
    bool lost = false;
    std::string first_unread;
    for (const RegistryValue& each : values->values) {
        const auto text = each.text();
        if (!text || text->size() > kMostRuleBytes) {
            lost = lost || text;
            if (++unread == 1) {
                first_unread = fmt::format("{}, {} of {} bytes", each.name, each.type_name(), each.size_bytes);
            }
            continue;
        }
        rules.push_back({{"name", each.name}, {"rule", *text}});
    }
    if (unread > 0) {
        Error error{Errc::malformed, fmt::format("read firewall rules of {}: {} are no texts, or too long ({})",
                                                 store.path(), unread, first_unread)};
        if (lost) {
            misses.missed(std::move(error));
        } else {
            misses.mention(std::move(error));
        }
    }
    return rules;
}

// After the stores, which are read without the firewall's service.
Result<void> collect_active_profiles(DocumentSink& out) {
    const auto active = active_firewall_profiles();
    if (!active) {
        out.missed(with_what_it_needs(active.error()));
        return {};
    }
    return out.put({.kind = snapshot::kind::windows_state,
                    .name = "firewall-active.json",
                    .content = to_document(json{{"active_firewall_profiles", *active}})});
}

}  // namespace

Result<void> collect_firewall(const CollectOptions& /*options*/, DocumentSink& out, Deadline /*deadline*/) {
    Misses misses(out);
    json stores = json::array();
    std::string note;
    std::optional<Error> local_failure;
    for (const Store& store : kStores) {
        json object = {{"origin", store.origin}, {"key", store.key}};
        const auto key = RegistryKey::open(store.key);
        if (key) {
            object["present"] = true;
            json profiles = json::object();
            for (const char* name : kProfiles) {
                if (const auto profile = had(key->open_below(name), misses)) {
                    profiles[name] = settings_of(*profile, misses);
                }
            }
            object["profiles"] = std::move(profiles);
            object["rules"] = rules_of(*key, misses);
            note += note.empty() ? "" : ", ";
            note += object["rules"].is_null()
                        ? fmt::format("rules of the store {} not read", store.origin)
                        : fmt::format("{} rules of the store {}", object["rules"].size(), store.origin);
        } else if (key.error().code == Errc::not_found) {
            object["present"] = false;
        } else {
            misses.missed(key.error());
        }
        if (&store == kStores.data() && !key) {
            local_failure = key.error();
        }
        stores.push_back(std::move(object));
    }
    // Every Windows has a local store, even with the firewall off.
    if (local_failure) {
        return Error{local_failure->code == Errc::not_found ? Errc::unsupported : local_failure->code,
                     local_failure->doing, local_failure->native};
    }
    if (auto put = out.put(without_secrets({.kind = snapshot::kind::windows_state,
                                            .name = "firewall.json",
                                            .content = to_document(json{{"firewall_stores", std::move(stores)}}),
                                            .truncated = misses.any(),
                                            .note = std::move(note)}));
        !put) {
        return put;
    }
    return collect_active_profiles(out);
}

}  // namespace kwd::collectors
