// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/wmi.h"

#include "base/wide.h"
#include "base/windows_error.h"

#include <windows.h>
#include <wbemidl.h>

#include <fmt/format.h>

#include <memory>
#include <optional>

// Source: COM API for WMI, learn.microsoft.com/windows/win32/wmisdk.

namespace kwd::collectors {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostObjects = 10'000;

struct ReleaseObject {
    void operator()(IUnknown* object) const noexcept { object->Release(); }
};
template <class T>
using Com = std::unique_ptr<T, ReleaseObject>;

class Apartment {
  public:
    Apartment() : result_(CoInitializeEx(nullptr, COINIT_MULTITHREADED)) {}
    Apartment(const Apartment&) = delete;
    Apartment& operator=(const Apartment&) = delete;
    ~Apartment() {
        if (SUCCEEDED(result_)) {
            CoUninitialize();
        }
    }
    [[nodiscard]] HRESULT result() const noexcept { return result_; }

  private:
    HRESULT result_;
};

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
    if (result == code(WBEM_E_INVALID_CLASS) || result == code(WBEM_E_NOT_FOUND) || result == REGDB_E_CLASSNOTREG) {
        error.code = Errc::unsupported;
    } else if (result == code(WBEM_E_ACCESS_DENIED)) {
        error.code = Errc::access_denied;
        error.doing += " (needs an elevated process)";
    } else if (result == code(WBEM_E_TIMED_OUT)) {
        error.code = Errc::timed_out;
    }
    return error;
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

}  // namespace

Result<std::vector<WmiObject>> ask_wmi(std::string_view query, std::chrono::milliseconds limit) {
    const auto until = Clock::now() + limit;
    const std::string doing = fmt::format("ask WMI: {}", query);
    const Apartment apartment;
    if (FAILED(apartment.result())) {
        return wmi_error(apartment.result(), doing);
    }
    // Only the first of a process counts; a second one is an error that does no harm.
    CoInitializeSecurity(nullptr, -1, nullptr, nullptr, RPC_C_AUTHN_LEVEL_DEFAULT, RPC_C_IMP_LEVEL_IMPERSONATE, nullptr,
                         EOAC_NONE, nullptr);
    IWbemLocator* raw_locator = nullptr;
    HRESULT result = CoCreateInstance(CLSID_WbemLocator, nullptr, CLSCTX_INPROC_SERVER, IID_IWbemLocator,
                                      reinterpret_cast<void**>(&raw_locator));
    if (FAILED(result)) {
        return wmi_error(result, doing);
    }
    const Com<IWbemLocator> locator(raw_locator);
    IWbemServices* raw_services = nullptr;
    result = locator->ConnectServer(Bstr("ROOT\\CIMV2").get(), nullptr, nullptr, nullptr,
                                    WBEM_FLAG_CONNECT_USE_MAX_WAIT, nullptr, nullptr, &raw_services);
    if (FAILED(result)) {
        return wmi_error(result, doing);
    }
    const Com<IWbemServices> services(raw_services);
    CoSetProxyBlanket(services.get(), RPC_C_AUTHN_WINNT, RPC_C_AUTHZ_NONE, nullptr, RPC_C_AUTHN_LEVEL_CALL,
                      RPC_C_IMP_LEVEL_IMPERSONATE, nullptr, EOAC_NONE);
    IEnumWbemClassObject* raw_objects = nullptr;
    result = services->ExecQuery(Bstr("WQL").get(), Bstr(query).get(),
                                 WBEM_FLAG_FORWARD_ONLY | WBEM_FLAG_RETURN_IMMEDIATELY, nullptr, &raw_objects);
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

}  // namespace kwd::collectors
