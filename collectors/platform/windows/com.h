// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <windows.h>
#include <objbase.h>
#include <unknwn.h>

#include <memory>

namespace kwd::collectors {

struct ReleaseObject {
    void operator()(IUnknown* object) const noexcept { object->Release(); }
};
/// A COM object that is released.
template <class T>
using Com = std::unique_ptr<T, ReleaseObject>;

/// The thread uses COM for as long as this lives. Declared before all objects that it outlives.
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

/// An object of a class, that runs in this process. Null with the HRESULT in `result` where there is none.
template <class T>
[[nodiscard]] Com<T> create_object(REFCLSID id, REFIID interface_id, HRESULT& result) {
    T* raw = nullptr;
    result = CoCreateInstance(id, nullptr, CLSCTX_INPROC_SERVER, interface_id, reinterpret_cast<void**>(&raw));
    return Com<T>(SUCCEEDED(result) ? raw : nullptr);
}

}  // namespace kwd::collectors
