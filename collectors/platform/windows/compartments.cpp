// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/compartments.h"

#include "base/windows_error.h"
#include "collectors/platform/elevation.h"
#include "collectors/platform/windows/ip_helper.h"
#include "collectors/platform/windows/system_library.h"

#include <fmt/format.h>

#include <exception>
#include <thread>

namespace kwd::collectors {
namespace {

// Numbers are given out in order, and old pods keep theirs: between two that are somebody's may be thousands that are
// nobody's. To try one takes no longer than any call into the kernel.
constexpr DWORD kHighest = 65'536;

using GetCompartment = DWORD WINAPI();
using SetCompartment = DWORD WINAPI(DWORD compartment);

// A thread that is in another compartment for as long as it lives.
class InCompartment {
  public:
    InCompartment(GetCompartment* get, SetCompartment* set, DWORD compartment)
        : set_(set), before_(get()), result_(set(compartment)) {}
    InCompartment(const InCompartment&) = delete;
    InCompartment& operator=(const InCompartment&) = delete;
    ~InCompartment() {
        if (result_ == NO_ERROR) {
            set_(before_);
        }
    }
    [[nodiscard]] DWORD result() const noexcept { return result_; }

  private:
    SetCompartment* set_;
    DWORD before_;
    DWORD result_;
};

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
            for (DWORD id = kHostCompartment + 1; id < kHighest; ++id) {
                if (std::chrono::steady_clock::now() > deadline) {
                    out.missed({Errc::timed_out, fmt::format("the time was up before network compartment {}", id)});
                    return;
                }
                const InCompartment in(get, set, id);
                if (in.result() == ERROR_ACCESS_DENIED || in.result() == ERROR_PRIVILEGE_NOT_HELD) {
                    out.missed(
                        with_what_it_needs(windows_error(in.result(), "enter the network compartments of pods")));
                    return;
                }
                if (in.result() == NO_ERROR) {
                    ask(id);
                }
            }
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
