// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "base/wide.h"
#include "collectors/collector.h"
#include "collectors/platform/windows/hns_answers.h"
#include "collectors/platform/windows/system_library.h"

#include <objbase.h>

#include <functional>
#include <memory>
#include <string>

namespace kwd::collectors {

/// Asks HNS by one of its interfaces until the deadline; a call that does not come back keeps it for ever.
using HnsAsking = std::function<void(Deadline)>;

/// By the functions of computenetwork.dll, one object after another. Tells `answers` at once what it is going to ask.
[[nodiscard]] HnsAsking ask_by_hcn(SystemLibrary library, std::shared_ptr<HnsAnswers> answers);
/// By HNSCall of vmcompute.dll, list by list. Tells `answers` at once what it is going to ask.
[[nodiscard]] HnsAsking ask_by_hnscall(SystemLibrary library, std::shared_ptr<HnsAnswers> answers);

/// hresult_error(), with what it needs where it was refused.
[[nodiscard]] Error hns_error(std::int32_t result, std::string doing);
/// Whether it says that this Windows does not have what was asked for, which is no failure.
[[nodiscard]] bool is_unknown_to_hns(std::int32_t result) noexcept;

/// A text that HNS gave; freed whatever the call's result was.
class HnsText {
  public:
    HnsText() = default;
    HnsText(const HnsText&) = delete;
    HnsText& operator=(const HnsText&) = delete;
    ~HnsText() { CoTaskMemFree(text_); }
    PWSTR* out() { return &text_; }
    [[nodiscard]] std::string utf8() const { return text_ != nullptr ? narrow(text_) : std::string(); }

  private:
    PWSTR text_ = nullptr;
};

}  // namespace kwd::collectors
