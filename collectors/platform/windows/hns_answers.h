// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"
#include "collectors/platform/windows/hns_calls.h"

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::collectors {

/// What asking HNS brings. A call of HNS may never come back: so it is asked by threads that can be left behind, and
/// what they had until then is here. After close() nothing of theirs is taken any more.
class HnsAnswers {
  public:
    explicit HnsAnswers(DocumentSink& out) : out_(&out) {}

    /// A list that HNS is going to be asked for, and its document. Whatever becomes of it, the snapshot says: a list
    /// that is not had is there as one that holds a part, so that the other interface's is not taken for all there is.
    void owe(std::string_view kind, std::string document);
    /// One object of a list, as HNS gave it.
    void add_object(std::string_view document, std::string_view object);
    /// Puts the objects of a list.
    void settle(std::string_view document, bool whole, std::string note);
    /// Puts an answer as it is.
    void settle_with(std::string_view document, std::string content);
    /// Puts what is no answer, as it is.
    void spoilt(std::string_view document, std::string content, std::string note);
    /// The list could not be had, or not all of it.
    void failed(std::string_view document, std::string note);
    /// This Windows does not have the list: nothing is missing.
    void absent(std::string_view document);

    /// A call is made now; the answer is for ended().
    [[nodiscard]] std::size_t begun(HnsCall call);
    /// It came back. `result` is a HRESULT.
    void ended(std::size_t call, std::uint32_t result, std::string error);
    void missed(Error error);

    /// Puts what is owed until now, as parts: nobody waits for it any more. The snapshot stands then even if this
    /// process is ended.
    void give_up();
    /// give_up(), and puts the times of all calls. Errors: timed_out when something was not had in time;
    /// what the first call failed with when none gave anything.
    [[nodiscard]] Result<void> close();

  private:
    struct Owed {
        std::string_view kind;
        std::string document;
        std::string objects = {};
        bool settled = false;
    };
    struct Begun {
        HnsCall call;
        std::chrono::steady_clock::time_point at;
    };

    Owed* unsettled(std::string_view document);
    void put(Owed& owed, std::string content, bool whole, std::string note);
    void fail(Owed& owed, std::string note);
    void miss(Error error);
    void put_what_is_owed();

    std::mutex mutex_;
    DocumentSink* out_;  // nullptr when it is closed
    std::vector<Owed> owed_;
    std::map<std::size_t, Begun> begun_;
    std::size_t next_call_ = 0;
    HnsCalls calls_;
    bool answered_ = false;
    bool timed_out_ = false;
};

}  // namespace kwd::collectors
