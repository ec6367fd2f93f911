// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace kwd::collectors {

/// What calls of one function of HNS took and gave. Every call that failed has one of its own; those that went well are
/// put together.
struct HnsCall {
    std::string api;       ///< "HCN" (computenetwork.dll) or "HNSCall" (vmcompute.dll)
    std::string function;  ///< HcnEnumerateNetworks; "GET /networks/"
    std::string object_id = {};
    std::int64_t calls = 1;
    std::chrono::microseconds total{0};
    std::chrono::microseconds slowest{0};
    std::uint32_t result = 0;  ///< HRESULT
    std::string error = {};    ///< the error record, as HNS gave it; else what is wrong with the answer
    bool returned = true;      ///< false: it had not come back when the time was up, and `total` is the time until then
};

/// Puts calls together and writes them as a document of kind windows-state.
class HnsCalls {
  public:
    void add(HnsCall call);
    /// The result of the first call that failed; 0 when none did.
    [[nodiscard]] std::uint32_t first_failure() const;
    [[nodiscard]] bool empty() const { return calls_.empty(); }
    [[nodiscard]] std::string as_json() const;

  private:
    std::vector<HnsCall> calls_;
};

}  // namespace kwd::collectors
