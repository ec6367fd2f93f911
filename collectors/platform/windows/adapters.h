// SPDX-License-Identifier: Apache-2.0
#pragma once

// ip_helper.h comes before <windows.h>, wherever both are included.
#include "collectors/collector.h"
#include "collectors/platform/windows/ip_helper.h"
#include "collectors/platform/windows/system_library.h"

#include <map>
#include <optional>
#include <string>

namespace kwd::collectors {

/// A network adapter as it is installed, whether its device is there or not.
struct InstalledAdapter {
    std::string name;         ///< alias; empty where the adapter never had a connection
    std::string description;  ///< of the driver
    std::string instance;     ///< device instance: ROOT\VMS_MP\0003
    std::optional<bool> hidden = {};
};

/// Installed adapters by GUID, as guid_text() writes it. What could not be read goes to `out`. Source: the class key of
/// network adapters and Control\Network in the registry; Characteristics is that of INF files (NCF_HIDDEN).
[[nodiscard]] std::map<std::string, InstalledAdapter> installed_adapters(DocumentSink& out);

/// Asks whether Windows has a device now. Source: CM_Locate_DevNode of cfgmgr32.dll, learn.microsoft.com.
class DeviceTree {
  public:
    DeviceTree();
    /// Nothing when Windows does not say.
    [[nodiscard]] std::optional<bool> has(const std::string& instance) const;

  private:
    using Locate = DWORD WINAPI(DWORD* device, wchar_t* instance, ULONG flags);
    std::optional<SystemLibrary> library_;
    Locate* locate_ = nullptr;
};

}  // namespace kwd::collectors
