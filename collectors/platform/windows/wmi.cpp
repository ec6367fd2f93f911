// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/wmi.h"

#include "base/wide.h"
#include "base/windows_error.h"
#include "collectors/platform/elevation.h"
#include "collectors/platform/windows/com.h"
#include "collectors/platform/windows/service_control.h"

#include <windows.h>
#include <wbemidl.h>

#include <fmt/format.h>

#include <future>
#include <optional>
#include <thread>

// Source: COM API for WMI, learn.microsoft.com/windows/win32/wmisdk.

namespace kwd::collectors {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostObjects = 10'000;

class Bstr {
  public:
    explicit Bstr(std::string_view text) : text_(SysAllocString(wide(text).c_str())) {}
    Bstr(const Bstr&) = delete;
    Bstr& operator=(const Bstr&) = delete;
    ~Bstr() { SysFreeString(text_); }
    [[nodiscard]] BSTR get() const noexcept { return text_; }

  private:
    BSTR text_;
};

class Variant {
  public:
    Variant() { VariantInit(&value_); }
    Variant(const Variant&) = delete;
    Variant& operator=(const Variant&) = delete;
    ~Variant() { VariantClear(&value_); }
    [[nodiscard]] VARIANT* address() noexcept { return &value_; }

    [[nodiscard]] std::optional<std::string> text() {
        if (V_VT(&value_) == VT_NULL || V_VT(&value_) == VT_EMPTY) {
            return std::nullopt;
        }
        if (V_VT(&value_) == VT_BOOL) {
            return V_BOOL(&value_) != VARIANT_FALSE ? "true" : "false";
        }
        // Neither separators nor words of the user's language.
        if (FAILED(VariantChangeTypeEx(&value_, &value_, LOCALE_INVARIANT, VARIANT_NOUSEROVERRIDE, VT_BSTR))) {
            return std::nullopt;
        }
        return narrow(std::wstring_view(V_BSTR(&value_), SysStringLen(V_BSTR(&value_))));
    }

  private:
    VARIANT value_;
};

Error wmi_error(HRESULT result, std::string doing) {
    constexpr auto code = [](WBEMSTATUS status) { return static_cast<HRESULT>(status); };
    Error error = hresult_error(result, std::move(doing));
    if (result == code(WBEM_E_INVALID_CLASS) || result == code(WBEM_E_NOT_FOUND) ||
        result == code(WBEM_E_INVALID_NAMESPACE) || result == REGDB_E_CLASSNOTREG) {
        error.code = Errc::unsupported;
    } else if (result == code(WBEM_E_ACCESS_DENIED)) {
        error.code = Errc::access_denied;
    } else if (result == code(WBEM_E_TIMED_OUT)) {
        error.code = Errc::timed_out;
    }
    return with_what_it_needs(std::move(error));
}

// Null without an error where the scope names nothing.
Com<IWbemContext> make_context(const WmiScope& scope, HRESULT& result) {
    result = S_OK;
    if (scope.context.empty()) {
        return nullptr;
    }
    auto context = create_object<IWbemContext>(CLSID_WbemContext, IID_IWbemContext, result);
    for (const auto& [name, value] : scope.context) {
        if (!context || FAILED(result)) {
            break;
        }
        Variant variant;
        V_VT(variant.address()) = VT_BSTR;
        V_BSTR(variant.address()) = SysAllocString(wide(value).c_str());
        result = context->SetValue(wide(name).c_str(), 0, variant.address());
    }
    return context;
}

// Asking would start its service where that is stopped, and that would change the node.
Result<void> check_that_it_runs(const std::string& doing) {
    const auto services = ServiceControl::open();
    const auto state = services ? services->state("Winmgmt") : Result<DWORD>(services.error());
    if (!state) {
        return Error{state.error().code, doing + ": " + state.error().doing, state.error().native};
    }
    if (*state != SERVICE_RUNNING) {
        return Error{Errc::unsupported, doing + ": its service, Winmgmt, does not run"};
    }
    return {};
}

WmiObject properties_of(IWbemClassObject& object) {
    WmiObject properties;
    if (FAILED(object.BeginEnumeration(WBEM_FLAG_NONSYSTEM_ONLY))) {
        return properties;
    }
    while (true) {
        BSTR name = nullptr;
        Variant value;
        if (object.Next(0, &name, value.address(), nullptr, nullptr) != WBEM_S_NO_ERROR) {
            return properties;
        }
        if (auto text = value.text()) {
            properties.emplace(narrow(std::wstring_view(name, SysStringLen(name))), std::move(*text));
        }
        SysFreeString(name);
    }
}

std::string doing_of(std::string_view query) {
    return fmt::format("ask WMI: {}", query);
}

// Each of these calls may hang: to connect has a limit of two minutes, and others have none.
Result<std::vector<WmiObject>> ask(const std::string& query, Clock::time_point until, const WmiScope& scope) {
    const std::string doing = doing_of(query);
    if (const auto runs = check_that_it_runs(doing); !runs) {
        return runs.error();
    }
    const Apartment apartment;
    if (FAILED(apartment.result())) {
        return wmi_error(apartment.result(), doing);
    }
    // Only the first of a process counts; a second one is an error that does no harm.
    CoInitializeSecurity(nullptr, -1, nullptr, nullptr, RPC_C_AUTHN_LEVEL_DEFAULT, RPC_C_IMP_LEVEL_IMPERSONATE, nullptr,
                         EOAC_NONE, nullptr);
    HRESULT result = S_OK;
    const auto locator = create_object<IWbemLocator>(CLSID_WbemLocator, IID_IWbemLocator, result);
    if (!locator) {
        return wmi_error(result, doing);
    }
    const Com<IWbemContext> context = make_context(scope, result);
    if (FAILED(result)) {
        return wmi_error(result, doing);
    }
    IWbemServices* raw_services = nullptr;
    result = locator->ConnectServer(Bstr(scope.name_space).get(), nullptr, nullptr, nullptr,
                                    WBEM_FLAG_CONNECT_USE_MAX_WAIT, nullptr, nullptr, &raw_services);
    if (FAILED(result)) {
        return wmi_error(result, doing);
    }
    const Com<IWbemServices> services(raw_services);
    CoSetProxyBlanket(services.get(), RPC_C_AUTHN_WINNT, RPC_C_AUTHZ_NONE, nullptr, RPC_C_AUTHN_LEVEL_CALL,
                      RPC_C_IMP_LEVEL_IMPERSONATE, nullptr, EOAC_NONE);
    IEnumWbemClassObject* raw_objects = nullptr;
    result = services->ExecQuery(Bstr("WQL").get(), Bstr(query).get(),
                                 WBEM_FLAG_FORWARD_ONLY | WBEM_FLAG_RETURN_IMMEDIATELY, context.get(), &raw_objects);
    if (FAILED(result)) {
        return wmi_error(result, doing);
    }
    const Com<IEnumWbemClassObject> objects(raw_objects);
    std::vector<WmiObject> answer;
    while (answer.size() < kMostObjects) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
        if (left <= 0) {
            return Error{Errc::timed_out, doing};
        }
        IWbemClassObject* raw_object = nullptr;
        ULONG count = 0;
        result = objects->Next(static_cast<long>(left), 1, &raw_object, &count);
        if (FAILED(result)) {
            return wmi_error(result, doing);
        }
        if (result == WBEM_S_TIMEDOUT) {
            return Error{Errc::timed_out, doing};
        }
        if (count == 0) {
            return answer;
        }
        const Com<IWbemClassObject> object(raw_object);
        answer.push_back(properties_of(*object));
    }
    return answer;
}

}  // namespace

Result<std::vector<WmiObject>> ask_wmi(std::string_view query, std::chrono::milliseconds limit, const WmiScope& scope) {
    const auto until = Clock::now() + limit;
    // With copies of its own, since it may outlive the caller.
    std::packaged_task<Result<std::vector<WmiObject>>()> task(
        [query = std::string(query), until, scope] { return ask(query, until, scope); });
    auto answer = task.get_future();
    std::thread(std::move(task)).detach();
    if (answer.wait_until(until) != std::future_status::ready) {
        return Error{Errc::timed_out, doing_of(query)};
    }
    return answer.get();
}

}  // namespace kwd::collectors
