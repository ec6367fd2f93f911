// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/compartments.h"

#include "base/windows_error.h"
#include "collectors/platform/elevation.h"
#include "collectors/platform/windows/ip_helper.h"
#include "collectors/platform/windows/system_library.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <map>
#include <thread>
#include <utility>

namespace kwd::collectors {
namespace {

// Numbers are given out in order, and old pods keep theirs: between two that are somebody's may be thousands that are
// nobody's. To try one takes no longer than any call into the kernel.
constexpr DWORD kHighest = 65'536;

using GetCompartment = DWORD WINAPI();
using SetCompartment = DWORD WINAPI(DWORD compartment);

// A thread that is in another compartment for as long as this lives.
class InCompartment {
  public:
    InCompartment(SetCompartment* set, DWORD home, DWORD compartment)
        : set_(set), home_(home), result_(set(compartment)) {}
    InCompartment(const InCompartment&) = delete;
    InCompartment& operator=(const InCompartment&) = delete;
    ~InCompartment() {
        if (result_ == NO_ERROR) {
            set_(home_);
        }
    }
    [[nodiscard]] DWORD result() const noexcept { return result_; }

  private:
    SetCompartment* set_;
    DWORD home_;
    DWORD result_;
};

bool is_refusal(DWORD result) {
    return result == ERROR_ACCESS_DENIED || result == ERROR_PRIVILEGE_NOT_HELD;
}

/// How compartments could not be entered. Which code stands for a number that is nobody's is documented nowhere, and
/// nearly all numbers are: it is the one that most of them give, unless that says that the door is shut.
class Refusals {
  public:
    void add(DWORD result, DWORD compartment) {
        auto& [first, count] = by_result_.try_emplace(result, compartment, 0).first->second;
        ++count;
    }

    /// Of the compartments that are somebody's.
    void tell(DocumentSink& out) const {
        const auto nobodys = std::ranges::max_element(by_result_, {}, [](const auto& each) {
            return is_refusal(each.first) ? std::size_t{0} : each.second.second;
        });
        for (auto each = by_result_.begin(); each != by_result_.end(); ++each) {
            if (each != nobodys || is_refusal(each->first)) {
                const auto& [first, count] = each->second;
                out.missed(with_what_it_needs(windows_error(
                    each->first, fmt::format("enter network compartment {}{}", first,
                                             count > 1 ? fmt::format(" and {} others", count - 1) : ""))));
            }
        }
    }

  private:
    std::map<DWORD, std::pair<DWORD, std::size_t>> by_result_;
};

// Answers whether the thread can go on to the next one.
bool visit(GetCompartment* get, SetCompartment* set, DWORD home, DWORD id, Refusals& refusals, DocumentSink& out,
           const std::function<void(std::int64_t)>& ask) {
    {
        const InCompartment in(set, home, id);
        if (is_refusal(in.result()) && !is_elevated()) {
            out.missed(with_what_it_needs(windows_error(in.result(), "enter the network compartments of pods")));
            return false;
        }
        if (in.result() != NO_ERROR) {
            refusals.add(in.result(), id);
            return true;
        }
        ask(id);
    }
    if (get() != home) {
        out.missed({Errc::io, fmt::format("ask in more network compartments: the thread could not leave {}", id)});
        return false;
    }
    return true;
}

}  // namespace

void for_each_pod_compartment(DocumentSink& out, Deadline deadline, const std::function<void(std::int64_t)>& ask) {
    const auto library = SystemLibrary::load(L"iphlpapi.dll");
    auto* const get = library ? library->function<GetCompartment>("GetCurrentThreadCompartmentId") : nullptr;
    auto* const set = library ? library->function<SetCompartment>("SetCurrentThreadCompartmentId") : nullptr;
    if (get == nullptr || set == nullptr) {
        out.missed({Errc::unsupported, "enter the network compartments of pods: this Windows has no such function"});
        return;
    }
    std::exception_ptr failure;
    std::jthread thread([&] {
        try {
            const DWORD home = get();
            Refusals refusals;
            for (DWORD id = kHostCompartment + 1; id < kHighest; ++id) {
                if (std::chrono::steady_clock::now() > deadline) {
                    out.missed({Errc::timed_out, fmt::format("the time was up before network compartment {}", id)});
                    break;
                }
                if (!visit(get, set, home, id, refusals, out, ask)) {
                    break;
                }
            }
            refusals.tell(out);
        } catch (...) {
            failure = std::current_exception();
        }
    });
    thread.join();
    if (failure) {
        std::rethrow_exception(failure);
    }
}

}  // namespace kwd::collectors
