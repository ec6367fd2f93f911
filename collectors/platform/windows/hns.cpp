// SPDX-License-Identifier: Apache-2.0
#include "base/windows_error.h"
#include "collectors/platform/windows/collectors.h"
#include "collectors/platform/windows/elevation.h"
#include "collectors/platform/windows/hns_interfaces.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <future>
#include <thread>

namespace kwd::collectors {

Error hns_error(std::int32_t result, std::string doing) {
    Error error = hresult_error(result, std::move(doing));
    if (error.code == Errc::access_denied && !is_elevated()) {
        error.doing += " (needs an elevated process)";
    }
    return error;
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
    HnsAsking by_hcn;
    HnsAsking by_hnscall;
    if (hcn) {
        by_hcn = ask_by_hcn(std::move(*hcn), answers);
    } else {
        answers->missed(hcn.error());
    }
    if (hnscall) {
        by_hnscall = ask_by_hnscall(std::move(*hnscall), answers);
    } else {
        answers->missed(hnscall.error());
    }
    // HCN asks for every object, HNSCall makes five calls: its part of the time is smaller, and is kept for it even
    // when HCN hangs.
    const auto now = Clock::now();
    const Deadline first_deadline = by_hnscall ? now + (deadline - now) * 2 / 3 : deadline;
    std::future<void> first;
    std::future<void> second;
    if (by_hcn) {
        first = start(std::move(by_hcn), answers, first_deadline);
        first.wait_until(first_deadline);
    }
    if (by_hnscall) {
        second = start(std::move(by_hnscall), answers, deadline);
        second.wait_until(deadline);
    }
    if (first.valid()) {
        first.wait_until(deadline);
    }
    return answers->close();
}

}  // namespace kwd::collectors
