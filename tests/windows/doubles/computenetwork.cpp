// SPDX-License-Identifier: Apache-2.0
// Stands in for computenetwork.dll: serves HCN objects from files. Also has two functions that a reader must never
// resolve; to see that, they are there, and say so in the log.
#include "tests/windows/doubles/double.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace {

using namespace kwd::double_of_windows;
using nlohmann::json;

constexpr HRESULT kElementNotFound = static_cast<HRESULT>(0x80070490);

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

std::string text_of(const GUID& id) {
    wchar_t text[64] = {};
    StringFromGUID2(id, text, 64);
    std::string narrow = narrowed(text);
    return upper(narrow.substr(1, narrow.size() - 2));
}

json objects_of(const std::string& file) {
    json all = json::parse(file_text("hns\\" + file), nullptr, false);
    return all.is_array() ? all : json::array();
}

std::string id_of(const json& object) {
    return upper(object.value("ID", object.value("Id", "")));
}

HRESULT enumerate(const char* function, const char* file, PWSTR* objects, PWSTR* record) {
    log_call(function);
    if (!is_elevated()) {
        return E_ACCESSDENIED;
    }
    const Fault fault = fault_of(function);
    if (!fault.record.empty()) {
        *record = task_text(fault.record);
    }
    if (FAILED(fault.result)) {
        return fault.result;
    }
    if (fault.answer) {
        *objects = task_text(*fault.answer);
        return S_OK;
    }
    json ids = json::array();
    for (const json& each : objects_of(file)) {
        ids.push_back(id_of(each));
    }
    *objects = task_text(widened(ids.dump()));
    return S_OK;
}

HRESULT open(const char* function, const GUID* id, void** object) {
    log_call(std::string(function) + " " + text_of(*id));
    const Fault fault = fault_of(function);
    if (fault.lost == text_of(*id)) {
        return kElementNotFound;
    }
    *object = new GUID(*id);
    return fault.result;
}

HRESULT query(const char* function, const char* file, void* object, PWSTR* properties, PWSTR* record) {
    const std::string id = text_of(*static_cast<GUID*>(object));
    log_call(std::string(function) + " " + id);
    const Fault fault = fault_of(function);
    if (!fault.record.empty()) {
        *record = task_text(fault.record);
    }
    if (FAILED(fault.result)) {
        return fault.result;
    }
    for (const json& each : objects_of(file)) {
        if (id_of(each) == id) {
            *properties = task_text(widened(each.dump()));
            return S_OK;
        }
    }
    return kElementNotFound;
}

HRESULT close(const char* function, void* object) {
    log_call(function);
    delete static_cast<GUID*>(object);
    return S_OK;
}

}  // namespace

#define KWD_OBJECT_CLASS(plural, singular, file)                                                                  \
    extern "C" __declspec(dllexport) HRESULT WINAPI HcnEnumerate##plural(PCWSTR, PWSTR* objects, PWSTR* record) { \
        return enumerate("HcnEnumerate" #plural, file, objects, record);                                          \
    }                                                                                                             \
    extern "C" __declspec(dllexport) HRESULT WINAPI HcnOpen##singular(const GUID* id, void** object, PWSTR*) {    \
        return open("HcnOpen" #singular, id, object);                                                             \
    }                                                                                                             \
    extern "C" __declspec(dllexport)                                                                              \
        HRESULT WINAPI HcnQuery##singular##Properties(void* object, PCWSTR, PWSTR* properties, PWSTR* record) {   \
        return query("HcnQuery" #singular "Properties", file, object, properties, record);                        \
    }                                                                                                             \
    extern "C" __declspec(dllexport) HRESULT WINAPI HcnClose##singular(void* object) {                            \
        return close("HcnClose" #singular, object);                                                               \
    }

KWD_OBJECT_CLASS(Networks, Network, "networks.json")
KWD_OBJECT_CLASS(Endpoints, Endpoint, "endpoints.json")
KWD_OBJECT_CLASS(LoadBalancers, LoadBalancer, "load-balancers.json")
KWD_OBJECT_CLASS(Namespaces, Namespace, "namespaces.json")
KWD_OBJECT_CLASS(SdnRoutes, SdnRoute, "sdn-routes.json")

extern "C" __declspec(dllexport) HRESULT WINAPI HcnDeleteNetwork(const GUID* id, PWSTR*) {
    log_call("CHANGED: HcnDeleteNetwork " + text_of(*id));
    return S_OK;
}
extern "C" __declspec(dllexport) HRESULT WINAPI HcnModifyNetwork(void*, PCWSTR, PWSTR*) {
    log_call("CHANGED: HcnModifyNetwork");
    return S_OK;
}
