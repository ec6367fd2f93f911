// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/hns_interfaces.h"
#include "snapshot/kinds.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <array>
#include <optional>
#include <vector>

// Source: Host Compute Network API, learn.microsoft.com.

namespace kwd::collectors {
namespace {

using Clock = std::chrono::steady_clock;

constexpr HRESULT kNetworkNotFound = static_cast<HRESULT>(0x803B0001);
constexpr HRESULT kEndpointNotFound = static_cast<HRESULT>(0x803B0002);
constexpr HRESULT kElementNotFound = static_cast<HRESULT>(0x80070490);
constexpr const char* kNoList = "its answer is no list of ids";

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
    HcnObjects(const SystemLibrary& library, const ObjectClass& of, HnsAnswers& answers)
        : of_(of),
          answers_(answers),
          enumerate_(library.function<EnumerateFunction>(fmt::format("HcnEnumerate{}", of.plural).c_str())),
          open_(library.function<OpenFunction>(fmt::format("HcnOpen{}", of.singular).c_str())),
          query_(library.function<QueryFunction>(fmt::format("HcnQuery{}Properties", of.singular).c_str())),
          close_(library.function<CloseFunction>(fmt::format("HcnClose{}", of.singular).c_str())) {}

    /// Without all its functions this Windows does not have the class.
    [[nodiscard]] bool is_there() const {
        return enumerate_ != nullptr && open_ != nullptr && query_ != nullptr && close_ != nullptr;
    }

    void collect(Deadline deadline) {
        const std::string doing = fmt::format("HcnEnumerate{}", of_.plural);
        if (Clock::now() > deadline) {
            fail({Errc::timed_out, fmt::format("{}: the time was up before it was asked", doing)});
            return;
        }
        HnsText list;
        HnsText record;
        const std::size_t call = answers_.begun({.api = "HCN", .function = doing});
        const HRESULT result = enumerate_(kPlain, list.out(), record.out());
        const std::string said = record.utf8();
        const auto ids = SUCCEEDED(result) ? ids_of(list.utf8()) : std::nullopt;
        const bool no_list = SUCCEEDED(result) && !ids;
        answers_.ended(call, static_cast<std::uint32_t>(result), said.empty() && no_list ? kNoList : said);
        if (is_unknown_to_hns(result)) {
            answers_.missed(hns_error(result, doing));
            answers_.absent(of_.document);
            return;
        }
        if (FAILED(result)) {
            fail(hns_error(result, doing));
            return;
        }
        // What the list says is not to be trusted then, least of all that there is nothing.
        if (!said.empty()) {
            missed({Errc::io, fmt::format("{}: {}", doing, said)});
        }
        if (!ids) {
            fail({Errc::malformed, fmt::format("{}: {}", doing, kNoList)});
            return;
        }
        for (const std::string& id : *ids) {
            if (Clock::now() > deadline) {
                missed({Errc::timed_out, fmt::format("{}: the time was up before all were asked", doing)});
                break;
            }
            if (const auto object = properties(id)) {
                answers_.add_object(of_.document, *object);
            }
        }
        answers_.settle(of_.document, !lost_, note());
    }

  private:
    // Something of the class was not had: the list is a part.
    void missed(Error error) {
        lost_ = true;
        answers_.missed(std::move(error));
    }
    void fail(Error error) {
        std::string note = error.text();
        answers_.missed(std::move(error));
        answers_.failed(of_.document, std::move(note));
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
        const std::size_t opening =
            answers_.begun({.api = "HCN", .function = fmt::format("HcnOpen{}", of_.singular), .object_id = id});
        const HRESULT opened = open_(&*guid, &object, record.out());
        answers_.ended(opening, static_cast<std::uint32_t>(opened), record.utf8());
        if (FAILED(opened)) {
            return failed(opened, fmt::format("HcnOpen{} {}", of_.singular, id), id);
        }
        if (const std::string said = record.utf8(); !said.empty()) {
            answers_.missed({Errc::io, fmt::format("HcnOpen{} {}: {}", of_.singular, id, said)});
        }
        HnsText text;
        HnsText query_record;
        const std::size_t asking = answers_.begun(
            {.api = "HCN", .function = fmt::format("HcnQuery{}Properties", of_.singular), .object_id = id});
        const HRESULT result = query_(object, of_.query, text.out(), query_record.out());
        answers_.ended(asking, static_cast<std::uint32_t>(result), query_record.utf8());
        close_(object);
        if (FAILED(result)) {
            return failed(result, fmt::format("HcnQuery{}Properties {}", of_.singular, id), id);
        }
        // An error record beside a success: the object is kept, and what HNS says of it is told.
        if (const std::string said = query_record.utf8(); !said.empty()) {
            answers_.missed({Errc::io, fmt::format("HcnQuery{}Properties {}: {}", of_.singular, id, said)});
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
            missed(hns_error(result, doing));
        }
        return std::nullopt;
    }

    const ObjectClass& of_;
    HnsAnswers& answers_;
    EnumerateFunction* enumerate_;
    OpenFunction* open_;
    QueryFunction* query_;
    CloseFunction* close_;
    std::vector<std::string> gone_;
    bool lost_ = false;
};

}  // namespace

HnsAsking ask_by_hcn(SystemLibrary library, std::shared_ptr<HnsAnswers> answers) {
    const auto shared = std::make_shared<SystemLibrary>(std::move(library));
    std::vector<HcnObjects> classes;
    for (const ObjectClass& each : kClasses) {
        HcnObjects objects(*shared, each, *answers);
        if (objects.is_there()) {
            answers->owe(each.kind, each.document);
            classes.push_back(std::move(objects));
        } else {
            answers->missed(
                {Errc::unsupported, fmt::format("HcnEnumerate{}: this Windows has no such function", each.plural)});
        }
    }
    return [shared, answers = std::move(answers), classes = std::move(classes)](Deadline deadline) mutable {
        for (HcnObjects& each : classes) {
            each.collect(deadline);
        }
    };
}

}  // namespace kwd::collectors
