// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/hns_interfaces.h"
#include "snapshot/kinds.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>

// Source: the Go bindings of hcsshim for HNSCall.

namespace kwd::collectors {
namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::json;

using HnsCallFunction = HRESULT WINAPI(PCWSTR method, PCWSTR path, PCWSTR request, PWSTR* response);

struct V1Path {
    const wchar_t* path;
    std::string_view kind;
    const char* document;
};

constexpr auto kV1Paths = std::to_array<V1Path>({
    {L"/globals/version", snapshot::kind::hns_mixed, "hns/v1-version.json"},
    {L"/networks/", snapshot::kind::hns_networks, "hns/v1-networks.json"},
    {L"/endpoints/", snapshot::kind::hns_endpoints, "hns/v1-endpoints.json"},
    {L"/policylists/", snapshot::kind::hns_load_balancers, "hns/v1-policylists.json"},
    {L"/portpools", snapshot::kind::hns_port_pools, "hns/v1-portpools.json"},
});

// The HRESULT that an answer holds when HNS refuses. The call itself succeeds then.
HRESULT code_of(const json& refusal) {
    const auto code = refusal.find("ErrorCode");
    return code != refusal.end() && code->is_number_integer() ? static_cast<HRESULT>(code->get<std::int64_t>())
                                                              : E_FAIL;
}

void ask(HnsCallFunction* call, const V1Path& of, HnsAnswers& answers, Deadline deadline) {
    const std::string doing = fmt::format("GET {}", narrow(of.path));
    const auto fail = [&](Error error) {
        std::string note = error.text();
        answers.missed(std::move(error));
        answers.failed(of.document, std::move(note));
    };
    if (Clock::now() > deadline) {
        fail({Errc::timed_out, fmt::format("{}: the time was up before it was asked", doing)});
        return;
    }
    HnsText response;
    const std::size_t number = answers.begun({.api = "HNSCall", .function = doing});
    HRESULT result = call(L"GET", of.path, L"", response.out());
    std::string text = response.utf8();
    const json answer = json::parse(text, nullptr, false);
    const bool refused =
        SUCCEEDED(result) && answer.is_object() && answer.contains("Success") && answer["Success"] == false;
    const bool spoilt = SUCCEEDED(result) && !answer.is_structured();
    const std::string what = text.empty() ? "its answer is empty" : "its answer is no JSON object or list";
    if (refused) {
        result = code_of(answer);
    }
    answers.ended(number, static_cast<std::uint32_t>(result), refused ? text : spoilt ? what : std::string());
    if (is_unknown_to_hns(result)) {
        answers.missed(hns_error(result, doing));
        answers.absent(of.document);
    } else if (refused) {
        fail(hns_error(result, fmt::format("{}: {}", doing, text)));
    } else if (FAILED(result)) {
        fail(hns_error(result, doing));
    } else if (spoilt) {
        answers.missed({Errc::malformed, fmt::format("{}: {}", doing, what)});
        answers.spoilt(of.document, std::move(text), what);
    } else {
        answers.settle_with(of.document, std::move(text));
    }
}

}  // namespace

HnsAsking ask_by_hnscall(SystemLibrary library, std::shared_ptr<HnsAnswers> answers) {
    const auto shared = std::make_shared<SystemLibrary>(std::move(library));
    auto* const call = shared->function<HnsCallFunction>("HNSCall");
    if (call == nullptr) {
        answers->missed({Errc::unsupported, "HNSCall: this vmcompute.dll has no such function"});
        return {};
    }
    for (const V1Path& each : kV1Paths) {
        answers->owe(each.kind, each.document);
    }
    return [shared, call, answers = std::move(answers)](Deadline deadline) {
        for (const V1Path& each : kV1Paths) {
            ask(call, each, *answers, deadline);
        }
    };
}

}  // namespace kwd::collectors
