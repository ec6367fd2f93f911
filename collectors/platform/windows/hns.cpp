// SPDX-License-Identifier: Apache-2.0
#include "base/windows_error.h"
#include "collectors/platform/elevation.h"
#include "collectors/platform/windows/collectors.h"
#include "collectors/platform/windows/hns_interfaces.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <future>
#include <thread>

namespace kwd::collectors {

Error hns_error(std::int32_t result, std::string doing) {
    return with_what_it_needs(hresult_error(result, std::move(doing)));
}

bool is_unknown_to_hns(std::int32_t result) noexcept {
    // E_NOTIMPL, ERROR_NOT_SUPPORTED, ERROR_CALL_NOT_IMPLEMENTED, HCN_E_REQUEST_UNSUPPORTED
    constexpr std::array<std::uint32_t, 4> kUnknown = {0x80004001, 0x80070032, 0x80070078, 0x803B0015};
    return std::ranges::find(kUnknown, static_cast<std::uint32_t>(result)) != kUnknown.end();
}

namespace {

using Clock = std::chrono::steady_clock;

// On a thread that may be left behind when HNS hangs: the process ends soon, and with it the thread. What it uses is
// its own or shared.
std::future<void> start(HnsAsking asking, std::shared_ptr<HnsAnswers> answers, Deadline deadline) {
    std::promise<void> promise;
    std::future<void> done = promise.get_future();
    std::thread([asking = std::move(asking), answers = std::move(answers), promise = std::move(promise),
                 deadline]() mutable {
        try {
            asking(deadline);
        } catch (const std::exception& error) {
            answers->missed({Errc::io, fmt::format("ask HNS: exception: {}", error.what())});
        }
        promise.set_value();
    }).detach();
    return done;
}

}  // namespace

Result<void> collect_hns(const CollectOptions& /*options*/, DocumentSink& out, Deadline deadline) {
    auto hcn = SystemLibrary::load(L"computenetwork.dll");
    auto hnscall = SystemLibrary::load(L"vmcompute.dll");
    if (!hcn && !hnscall) {
        return Error{Errc::unsupported, "load computenetwork.dll and vmcompute.dll: this Windows has no containers",
                     hcn.error().native};
    }
    const auto answers = std::make_shared<HnsAnswers>(out);
    // Telling what was had takes time as well, and whoever started this process counted from before it ran. HCN asks
    // for every object, HNSCall makes five calls: its part of the time is smaller, and is kept for it even when HCN
    // hangs.
    const auto now = Clock::now();
    const Deadline last = now + (deadline - now) * 9 / 10;
    const Deadline first = hnscall ? now + (deadline - now) * 6 / 10 : last;
    if (hcn) {
        start(ask_by_hcn(std::move(*hcn), answers), answers, first).wait_until(first);
        answers->give_up();
    } else {
        answers->missed(hcn.error());
    }
    if (!hnscall) {
        answers->missed(hnscall.error());
    } else if (HnsAsking asking = ask_by_hnscall(std::move(*hnscall), answers)) {
        start(std::move(asking), answers, last).wait_until(last);
    }
    return answers->close();
}

}  // namespace kwd::collectors
