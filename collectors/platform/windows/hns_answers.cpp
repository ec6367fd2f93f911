// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/hns_answers.h"

#include "collectors/platform/windows/hns_interfaces.h"
#include "snapshot/kinds.h"

#include <fmt/format.h>

#include <algorithm>

namespace kwd::collectors {
namespace {

using Clock = std::chrono::steady_clock;

// Of the other kinds no table is made that an empty list could answer for.
bool is_list_of_a_table(std::string_view kind) {
    return kind != snapshot::kind::hns_mixed && kind != snapshot::kind::hns_port_pools;
}

}  // namespace

void HnsAnswers::owe(std::string_view kind, std::string document) {
    const std::lock_guard lock(mutex_);
    owed_.push_back({.kind = kind, .document = std::move(document)});
}

void HnsAnswers::add_object(std::string_view document, std::string_view object) {
    const std::lock_guard lock(mutex_);
    if (Owed* const owed = unsettled(document)) {
        owed->objects += owed->objects.empty() ? "\n" : ",\n";
        owed->objects += object;
    }
}

void HnsAnswers::settle(std::string_view document, bool whole, std::string note) {
    const std::lock_guard lock(mutex_);
    if (Owed* const owed = unsettled(document)) {
        answered_ = true;
        put(*owed, "[" + owed->objects + "\n]\n", whole, std::move(note));
    }
}

void HnsAnswers::settle_with(std::string_view document, std::string content) {
    const std::lock_guard lock(mutex_);
    if (Owed* const owed = unsettled(document)) {
        answered_ = true;
        put(*owed, std::move(content), true, {});
    }
}

void HnsAnswers::spoilt(std::string_view document, std::string content, std::string note) {
    const std::lock_guard lock(mutex_);
    if (Owed* const owed = unsettled(document)) {
        put(*owed, std::move(content), false, std::move(note));
    }
}

void HnsAnswers::failed(std::string_view document, std::string note) {
    const std::lock_guard lock(mutex_);
    if (Owed* const owed = unsettled(document)) {
        fail(*owed, std::move(note));
    }
}

void HnsAnswers::absent(std::string_view document) {
    const std::lock_guard lock(mutex_);
    if (Owed* const owed = unsettled(document)) {
        owed->settled = true;
    }
}

std::size_t HnsAnswers::begun(HnsCall call) {
    const std::lock_guard lock(mutex_);
    begun_.emplace(next_call_, Begun{std::move(call), Clock::now()});
    return next_call_++;
}

void HnsAnswers::ended(std::size_t call, std::uint32_t result, std::string error) {
    const std::lock_guard lock(mutex_);
    auto found = begun_.extract(call);
    if (found.empty()) {
        return;
    }
    HnsCall& ended = found.mapped().call;
    ended.total = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - found.mapped().at);
    ended.slowest = ended.total;
    ended.result = result;
    ended.error = std::move(error);
    calls_.add(std::move(ended));
}

void HnsAnswers::missed(Error error) {
    const std::lock_guard lock(mutex_);
    miss(std::move(error));
}

void HnsAnswers::give_up() {
    const std::lock_guard lock(mutex_);
    put_what_is_owed();
}

Result<void> HnsAnswers::close() {
    const std::lock_guard lock(mutex_);
    for (auto& [number, each] : begun_) {
        each.call.total = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - each.at);
        each.call.slowest = each.call.total;
        each.call.returned = false;
        miss({Errc::timed_out, fmt::format("{}{}{}: it did not return within {} ms", each.call.function,
                                           each.call.object_id.empty() ? "" : " ", each.call.object_id,
                                           each.call.total.count() / 1000)});
        calls_.add(std::move(each.call));
    }
    begun_.clear();
    put_what_is_owed();
    (void)out_->put({.kind = snapshot::kind::windows_state, .name = "hns/calls.json", .content = calls_.as_json()});
    out_ = nullptr;
    if (timed_out_) {
        return Error{Errc::timed_out, "ask HNS for its objects: the time was up before all were had"};
    }
    if (answered_) {
        return {};
    }
    if (const std::uint32_t failure = calls_.first_failure(); failure != 0) {
        return hns_error(static_cast<std::int32_t>(failure), "ask HNS for its objects: it refuses all of them");
    }
    return Error{calls_.empty() ? Errc::unsupported : Errc::malformed,
                 "ask HNS for its objects: it gives none of them"};
}

// nullptr when its document was put, or nobody waits for it any more.
HnsAnswers::Owed* HnsAnswers::unsettled(std::string_view document) {
    const auto found = std::ranges::find(owed_, document, &Owed::document);
    return out_ == nullptr || found == owed_.end() || found->settled ? nullptr : &*found;
}

void HnsAnswers::put(Owed& owed, std::string content, bool whole, std::string note) {
    owed.settled = true;
    (void)out_->put({.kind = owed.kind,
                     .name = owed.document,
                     .content = std::move(content),
                     .truncated = !whole,
                     .note = std::move(note)});
}

void HnsAnswers::fail(Owed& owed, std::string note) {
    owed.settled = true;
    if (is_list_of_a_table(owed.kind) || !owed.objects.empty()) {
        put(owed, "[" + owed.objects + "\n]\n", false, std::move(note));
    }
}

void HnsAnswers::put_what_is_owed() {
    for (Owed& each : owed_) {
        if (!each.settled) {
            miss({Errc::timed_out, fmt::format("{}: the time was up", each.document)});
            fail(each, "the time was up before HNS gave all of it");
        }
    }
}

void HnsAnswers::miss(Error error) {
    if (out_ != nullptr) {
        timed_out_ = timed_out_ || error.code == Errc::timed_out;
        out_->missed(std::move(error));
    }
}

}  // namespace kwd::collectors
