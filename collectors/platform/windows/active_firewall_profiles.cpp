// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/active_firewall_profiles.h"

#include "base/windows_error.h"
#include "collectors/platform/windows/com.h"

#include <initguid.h>
#include <netfw.h>

#include <utility>

namespace kwd::collectors {

Result<std::vector<std::string>> active_firewall_profiles() {
    constexpr const char* kDoing = "ask Windows Firewall which profiles are in use";
    const Apartment apartment;
    if (FAILED(apartment.result())) {
        return hresult_error(apartment.result(), kDoing);
    }
    HRESULT result = S_OK;
    const auto policy = create_object<INetFwPolicy2>(CLSID_NetFwPolicy2, IID_INetFwPolicy2, result);
    long types = 0;
    if (policy) {
        result = policy->get_CurrentProfileTypes(&types);
    }
    if (FAILED(result)) {
        Error error = hresult_error(result, kDoing);
        if (result == E_NOTIMPL || result == REGDB_E_CLASSNOTREG) {
            error.code = Errc::unsupported;
        }
        return error;
    }
    std::vector<std::string> names;
    for (const auto& [type, name] :
         {std::pair{NET_FW_PROFILE2_DOMAIN, "domain"}, std::pair{NET_FW_PROFILE2_PRIVATE, "private"},
          std::pair{NET_FW_PROFILE2_PUBLIC, "public"}}) {
        if ((types & type) != 0) {
            names.emplace_back(name);
        }
    }
    return names;
}

}  // namespace kwd::collectors
