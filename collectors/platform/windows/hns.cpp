// SPDX-License-Identifier: Apache-2.0
#include "base/wide.h"
#include "base/windows_error.h"
#include "collectors/platform/windows/collectors.h"
#include "collectors/platform/windows/hns_calls.h"
#include "collectors/platform/windows/system_library.h"
#include "snapshot/kinds.h"

#include <objbase.h>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <array>
#include <memory>
#include <optional>
#include <vector>

// Sources: Host Compute Network API, learn.microsoft.com; the Go bindings of hcsshim for HNSCall.

namespace kwd::collectors {
namespace {

using Clock = std::chrono::steady_clock;

constexpr HRESULT kNetworkNotFound = static_cast<HRESULT>(0x803B0001);
constexpr HRESULT kEndpointNotFound = static_cast<HRESULT>(0x803B0002);
constexpr HRESULT kElementNotFound = static_cast<HRESULT>(0x80070490);

struct TaskMemory {
    void operator()(void* memory) const noexcept { CoTaskMemFree(memory); }
};

// A text that HNS gave; freed whatever the call's result was.
class HnsText {
  public:
    PWSTR* out() { return &text_; }
    HnsText() = default;
    HnsText(const HnsText&) = delete;
    HnsText& operator=(const HnsText&) = delete;
    ~HnsText() { CoTaskMemFree(text_); }
    [[nodiscard]] std::string utf8() const { return text_ != nullptr ? narrow(text_) : std::string(); }

  private:
    PWSTR text_ = nullptr;
};

/// One class of objects in HCN's functions: HcnEnumerateNetworks, HcnOpenNetwork, HcnQueryNetworkProperties, …
struct ObjectClass {
    const char* plural;
    const char* singular;
    std::string_view kind;
    const char* document;
    const wchar_t* query;
};

// Detailed queries of endpoints are slow where there are a thousand.
constexpr const wchar_t* kPlain = LR"({"SchemaVersion":{"Major":2,"Minor":0},"Flags":0})";
constexpr const wchar_t* kDetailed = LR"({"SchemaVersion":{"Major":2,"Minor":0},"Flags":1})";

constexpr auto kClasses = std::to_array<ObjectClass>({
    {"Networks", "Network", snapshot::kind::hns_networks, "hns/v2-networks.json", kDetailed},
    {"Endpoints", "Endpoint", snapshot::kind::hns_endpoints, "hns/v2-endpoints.json", kPlain},
    {"LoadBalancers", "LoadBalancer", snapshot::kind::hns_load_balancers, "hns/v2-load-balancers.json", kPlain},
    {"Namespaces", "Namespace", snapshot::kind::hns_namespaces, "hns/v2-namespaces.json", kPlain},
    {"SdnRoutes", "SdnRoute", snapshot::kind::hns_mixed, "hns/v2-sdn-routes.json", kPlain},
});

using EnumerateFunction = HRESULT WINAPI(PCWSTR query, PWSTR* objects, PWSTR* error_record);
using OpenFunction = HRESULT WINAPI(const GUID* id, void** object, PWSTR* error_record);
using QueryFunction = HRESULT WINAPI(void* object, PCWSTR query, PWSTR* properties, PWSTR* error_record);
using CloseFunction = HRESULT WINAPI(void* object);
using HnsCallFunction = HRESULT WINAPI(PCWSTR method, PCWSTR path, PCWSTR request, PWSTR* response);

class Timed {
  public:
    Timed(const char* api, std::string function, std::string object_id = {})
        : call_{.api = api, .function = std::move(function), .object_id = std::move(object_id)} {}
    HnsCall done(HRESULT result, std::string error = {}) {
        call_.total = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start_);
        call_.slowest = call_.total;
        call_.result = static_cast<std::uint32_t>(result);
        call_.error = std::move(error);
        return std::move(call_);
    }

  private:
    HnsCall call_;
    Clock::time_point start_ = Clock::now();
};

bool vanished(HRESULT result) {
    return result == kNetworkNotFound || result == kEndpointNotFound || result == kElementNotFound;
}

// nullopt for what is no list. HNS answers "null" or nothing at all where there are no objects.
std::optional<std::vector<std::string>> ids_of(const std::string& list) {
    std::vector<std::string> ids;
    const auto parsed = nlohmann::json::parse(list.empty() ? "null" : list, nullptr, false);
    if (!parsed.is_array() && !parsed.is_null()) {
        return std::nullopt;
    }
    for (const auto& each : parsed) {
        if (!each.is_string()) {
            return std::nullopt;
        }
        ids.push_back(each.get<std::string>());
    }
    return ids;
}

std::optional<GUID> guid_of(const std::string& text) {
    GUID guid{};
    const std::wstring braced = L"{" + wide(text) + L"}";
    return CLSIDFromString(braced.c_str(), &guid) == S_OK ? std::optional(guid) : std::nullopt;
}

/// The objects of one class by computenetwork.dll.
class HcnObjects {
  public:
    HcnObjects(const SystemLibrary& library, const ObjectClass& of, DocumentSink& out, HnsCalls& calls)
        : of_(of),
          out_(out),
          calls_(calls),
          enumerate_(library.function<EnumerateFunction>(fmt::format("HcnEnumerate{}", of.plural).c_str())),
          open_(library.function<OpenFunction>(fmt::format("HcnOpen{}", of.singular).c_str())),
          query_(library.function<QueryFunction>(fmt::format("HcnQuery{}Properties", of.singular).c_str())),
          close_(library.function<CloseFunction>(fmt::format("HcnClose{}", of.singular).c_str())) {}

    /// Whether the list could be had.
    bool collect(Deadline deadline) {
        const std::string doing = fmt::format("HcnEnumerate{}", of_.plural);
        if (enumerate_ == nullptr || open_ == nullptr || query_ == nullptr || close_ == nullptr) {
            out_.missed({Errc::unsupported, fmt::format("{}: this Windows has no such function", doing)});
            return false;
        }
        HnsText list;
        HnsText record;
        Timed timed("HCN", doing);
        const HRESULT result = enumerate_(kPlain, list.out(), record.out());
        calls_.add(timed.done(result, record.utf8()));
        if (FAILED(result)) {
            out_.missed(hresult_error(result, doing));
            return false;
        }
        // What the list says is not to be trusted then, least of all that there is nothing.
        if (const std::string said = record.utf8(); !said.empty()) {
            missed({Errc::io, fmt::format("{}: {}", doing, said)});
        }
        const auto ids = ids_of(list.utf8());
        if (!ids) {
            out_.missed({Errc::malformed, fmt::format("{}: its answer is no list of ids", doing)});
            return false;
        }
        std::string objects;
        for (const std::string& id : *ids) {
            if (Clock::now() > deadline) {
                missed({Errc::timed_out, fmt::format("{}: the time was up before all were asked", doing)});
                break;
            }
            if (const auto object = properties(id)) {
                objects += objects.empty() ? "\n" : ",\n";
                objects += *object;
            }
        }
        (void)out_.put({.kind = of_.kind,
                        .name = of_.document,
                        .content = "[" + objects + "\n]\n",
                        .truncated = lost_,
                        .note = note()});
        return true;
    }

  private:
    // Something of the class was not had: the list is a part.
    void missed(Error error) {
        lost_ = true;
        out_.missed(std::move(error));
    }

    [[nodiscard]] std::string note() const {
        std::string text = lost_ ? "HNS did not give all of it" : "";
        if (!gone_.empty()) {
            text +=
                fmt::format("{}listed, and gone when asked for: {}", text.empty() ? "" : "; ", fmt::join(gone_, ", "));
        }
        return text;
    }

    std::optional<std::string> properties(const std::string& id) {
        const auto guid = guid_of(id);
        if (!guid) {
            missed({Errc::malformed, fmt::format("open {} {}: not a GUID", of_.singular, id)});
            return std::nullopt;
        }
        void* object = nullptr;
        HnsText record;
        Timed opening("HCN", fmt::format("HcnOpen{}", of_.singular), id);
        const HRESULT opened = open_(&*guid, &object, record.out());
        calls_.add(opening.done(opened, record.utf8()));
        if (FAILED(opened)) {
            return failed(opened, fmt::format("HcnOpen{} {}", of_.singular, id), id);
        }
        if (const std::string said = record.utf8(); !said.empty()) {
            out_.missed({Errc::io, fmt::format("HcnOpen{} {}: {}", of_.singular, id, said)});
        }
        HnsText text;
        HnsText query_record;
        Timed asking("HCN", fmt::format("HcnQuery{}Properties", of_.singular), id);
        const HRESULT result = query_(object, of_.query, text.out(), query_record.out());
        calls_.add(asking.done(result, query_record.utf8()));
        close_(object);
        if (FAILED(result)) {
            return failed(result, fmt::format("HcnQuery{}Properties {}", of_.singular, id), id);
        }
        // An error record beside a success: the object is kept, and what HNS says of it is told.
        if (const std::string said = query_record.utf8(); !said.empty()) {
            out_.missed({Errc::io, fmt::format("HcnQuery{}Properties {}: {}", of_.singular, id, said)});
        }
        std::string object_text = text.utf8();
        if (object_text.empty()) {
            missed({Errc::malformed, fmt::format("HcnQuery{}Properties {}: it says nothing", of_.singular, id)});
            return std::nullopt;
        }
        return object_text;
    }

    std::optional<std::string> failed(HRESULT result, const std::string& doing, const std::string& id) {
        if (vanished(result)) {
            gone_.push_back(id);
        } else {
            missed(hresult_error(result, doing));
        }
        return std::nullopt;
    }

    const ObjectClass& of_;
    DocumentSink& out_;
    HnsCalls& calls_;
    EnumerateFunction* enumerate_;
    OpenFunction* open_;
    QueryFunction* query_;
    CloseFunction* close_;
    std::vector<std::string> gone_;
    bool lost_ = false;
};

struct V1Path {
    const wchar_t* path;
    std::string_view kind;
    const char* document;
};

constexpr auto kV1Paths = std::to_array<V1Path>({
    {L"/globals/version", snapshot::kind::hns_mixed, "hns/v1-version.json"},
    {L"/networks/", snapshot::kind::hns_networks, "hns/v1-networks.json"},
    {L"/endpoints/", snapshot::kind::hns_endpoints, "hns/v1-endpoints.json"},
    {L"/policylists/", snapshot::kind::hns_load_balancers, "hns/v1-policylists.json"},
    {L"/portpools", snapshot::kind::hns_port_pools, "hns/v1-portpools.json"},
});

bool collect_v1(const SystemLibrary& library, DocumentSink& out, HnsCalls& calls) {
    auto* const call = library.function<HnsCallFunction>("HNSCall");
    if (call == nullptr) {
        out.missed({Errc::unsupported, "HNSCall: this vmcompute.dll has no such function"});
        return false;
    }
    bool any = false;
    for (const V1Path& each : kV1Paths) {
        const std::string doing = fmt::format("GET {}", narrow(each.path));
        HnsText response;
        Timed timed("HNSCall", doing);
        const HRESULT result = call(L"GET", each.path, L"", response.out());
        const std::string text = response.utf8();
        const auto answer = nlohmann::json::parse(text, nullptr, false);
        const bool refused = answer.is_object() && answer.contains("Success") && answer["Success"] == false;
        calls.add(timed.done(result, refused ? text : std::string()));
        if (FAILED(result)) {
            out.missed(hresult_error(result, doing));
        } else if (refused) {
            out.missed({Errc::io, fmt::format("{}: {}", doing, text)});
        } else {
            any = true;
            (void)out.put({.kind = each.kind, .name = each.document, .content = text});
        }
    }
    return any;
}

}  // namespace

Result<void> collect_hns(const CollectOptions& /*options*/, DocumentSink& out, Deadline deadline) {
    const auto v2 = SystemLibrary::load(L"computenetwork.dll");
    const auto v1 = SystemLibrary::load(L"vmcompute.dll");
    if (!v2 && !v1) {
        return Error{Errc::unsupported, "load computenetwork.dll and vmcompute.dll: this Windows has no containers",
                     v2.error().native};
    }
    HnsCalls calls;
    bool any = false;
    if (v2) {
        for (const ObjectClass& each : kClasses) {
            any = HcnObjects(*v2, each, out, calls).collect(deadline) || any;
        }
    } else {
        out.missed(v2.error());
    }
    if (v1) {
        any = collect_v1(*v1, out, calls) || any;
    } else {
        out.missed(v1.error());
    }
    (void)out.put({.kind = snapshot::kind::windows_state, .name = "hns/calls.json", .content = calls.as_json()});
    if (!any) {
        return hresult_error(static_cast<std::int32_t>(calls.first_failure()),
                             "ask HNS for its objects: it refuses all of them");
    }
    return {};
}

}  // namespace kwd::collectors
