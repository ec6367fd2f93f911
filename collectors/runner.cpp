// SPDX-License-Identifier: Apache-2.0
#include "collectors/runner.h"

#include "base/clock.h"
#include "collectors/document_queue.h"
#include "collectors/message.h"
#include "collectors/options.h"
#include "collectors/platform/worker_process.h"
#include "collectors/worker.h"
#include "snapshot/content.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>

namespace kwd::collectors {
namespace {

using snapshot::Collection;
using snapshot::Outcome;
using Clock = std::chrono::steady_clock;

// How often a waiting thread looks whether it should stop.
constexpr std::chrono::milliseconds kTick{100};
// For a worker that has said its last word.
constexpr std::chrono::milliseconds kTimeToExit{1000};
// Names, notes and reasons beside the content of a document; and its compressing may make a content longer by 1/256,
// if it can not be compressed.
constexpr std::uint64_t longest_frame(std::uint64_t content) {
    return content + content / 256 + (64 << 10);
}
constexpr std::int64_t kMostDocuments = 20'000;
constexpr std::int64_t kMostDocumentsOfListener = 100'000;
// For what was captured last, when a collector that listens is asked to finish.
constexpr std::chrono::seconds kTimeToFinish{5};
constexpr std::uint64_t kMostMissed = 1000;
constexpr std::size_t kLongestReason = 4000;

// What all threads of one run share.
class Run {
  public:
    Run(const CollectOptions& options, snapshot::Store& store, const std::function<void(const Progress&)>& progress,
        const RunnerSettings& settings, std::size_t total)
        : options_(options),
          request_(encode(options)),
          store_(store),
          progress_(progress),
          settings_(settings),
          total_(total) {}

    void started(std::string_view collector) {
        const std::lock_guard lock(mutex_);
        if (progress_) {
            progress_({collector, nullptr, finished_, total_});
        }
    }

    // Answers the document's id; those in `superseded` go.
    std::int64_t store(std::string_view collector, PackedDocument&& packed, std::span<const std::int64_t> superseded) {
        NewDocument& document = packed.document;
        const std::lock_guard lock(mutex_);
        snapshot::DocumentInfo info;
        info.collector = collector;
        info.kind = document.kind;
        info.name = std::move(document.name);
        if (!document.original_path.empty()) {
            info.original_path = std::move(document.original_path);
        }
        info.collected_at_utc = document.collected_at_utc.empty() ? now_utc() : std::move(document.collected_at_utc);
        info.truncated = document.truncated;
        if (!document.note.empty()) {
            info.note = std::move(document.note);
        }
        return store_.add_document(info, packed.content, superseded);
    }

    void finished(const Collection& collection) {
        const std::lock_guard lock(mutex_);
        store_.add_collection(collection);
        ++finished_;
        if (progress_) {
            progress_({collection.collector, &collection, finished_, total_});
        }
    }

    // More collectors than was thought.
    void expect(std::size_t more) {
        const std::lock_guard lock(mutex_);
        total_ += more;
    }

    // The first failure of the store, or of the caller's own function, ends the run.
    void fail(std::exception_ptr failure) {
        const std::lock_guard lock(mutex_);
        if (!failure_) {
            failure_ = std::move(failure);
        }
        own_stop_.request_stop();
    }
    void rethrow() const {
        if (failure_) {
            std::rethrow_exception(failure_);
        }
    }

    [[nodiscard]] bool stopped() const { return own_stop_.stop_requested() || settings_.stop.stop_requested(); }
    [[nodiscard]] bool finishing() const { return settings_.finish.stop_requested(); }
    [[nodiscard]] const CollectOptions& options() const { return options_; }
    [[nodiscard]] const std::string& request() const { return request_; }
    [[nodiscard]] const RunnerSettings& settings() const { return settings_; }

  private:
    const CollectOptions& options_;
    const std::string request_;
    snapshot::Store& store_;
    const std::function<void(const Progress&)>& progress_;
    const RunnerSettings& settings_;
    std::size_t total_;
    std::mutex mutex_;
    std::size_t finished_ = 0;
    std::exception_ptr failure_;
    std::stop_source own_stop_;
};

// One collector from start to end.
class Attempt {
  public:
    Attempt(Run& run, const Collector& collector)
        : run_(run),
          listener_(collector.listens),
          budget_(budget_of(collector, run.options())),
          begin_(Clock::now()),
          deadline_(begin_ + budget_.time + run.settings().grace),
          reader_(longest_frame(std::min<std::uint64_t>(budget_.bytes, snapshot::kMaxDocumentBytes))) {
        collection_.collector = collector.name;
        collection_.started_at_utc = now_utc();
    }

    Collection go() {
        using Haste = WorkerProcess::Haste;
        auto worker =
            WorkerProcess::start(collection_.collector, run_.request(), listener_ ? Haste::keeping_up : Haste::none);
        if (worker) {
            listen(**worker);
            if (!decided_) {
                const auto end = (*worker)->end(std::min(deadline_, Clock::now() + kTimeToExit));
                judge(end, (*worker)->diagnostics());
            }
        } else {
            decide(Outcome::failed, worker.error());
        }
        queue_.finish();
        collection_.duration_ms = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin_).count();
        return std::move(collection_);
    }

  private:
    void listen(WorkerProcess& worker) {
        std::string bytes;
        while (!decided_ && !result_) {
            if (listener_ && !asked_to_finish_ && (run_.stopped() || run_.finishing())) {
                asked_to_finish_ = true;
                worker.ask_to_finish();
                deadline_ = std::min(deadline_, Clock::now() + kTimeToFinish);
            } else if (run_.stopped() && !listener_) {
                decide(Outcome::failed, {Errc::timed_out, "the run was stopped before it was through"});
                return;
            }
            const auto now = Clock::now();
            if (now >= deadline_) {
                decide(Outcome::timed_out,
                       {Errc::timed_out, fmt::format("ended after {} ms, its budget", budget_.time.count())});
                return;
            }
            const auto event = worker.wait(std::min(deadline_, now + kTick), bytes);
            reader_.feed(bytes);
            bytes.clear();
            take_messages();
            if (event == WorkerProcess::Event::closed) {
                return;
            }
        }
    }

    void take_messages() {
        while (!decided_ && !result_) {
            auto message = reader_.next();
            if (!message) {
                decide(Outcome::failed, message.error());
                return;
            }
            if (!*message) {
                return;
            }
            std::visit([this](auto&& each) { take(std::forward<decltype(each)>(each)); }, std::move(**message));
        }
    }

    void take(PackedDocument&& packed) {
        const NewDocument& document = packed.document;
        const std::int64_t bytes = packed.content.size_bytes;
        for (const std::string& name : document.in_place_of) {
            if (const auto gone = sizes_.find(name); gone != sizes_.end()) {
                collection_.bytes -= gone->second;
                --collection_.documents;
                sizes_.erase(gone);
            }
        }
        if (static_cast<std::uint64_t>(collection_.bytes) + static_cast<std::uint64_t>(bytes) > budget_.bytes) {
            decide(
                Outcome::partial,
                {Errc::too_large, fmt::format("ended when it gave more than its budget of {} bytes", budget_.bytes)});
            return;
        }
        collection_.bytes += bytes;
        const std::int64_t most = listener_ ? kMostDocumentsOfListener : kMostDocuments;
        if (++collection_.documents > most) {
            decide(Outcome::partial, {Errc::too_large, fmt::format("ended when it gave more than {} documents", most)});
            return;
        }
        sizes_[document.name] = bytes;
        queue_.put(std::move(packed));
    }

    // On the queue's thread.
    void store(PackedDocument&& packed) {
        std::vector<std::int64_t> superseded;
        for (const std::string& name : packed.document.in_place_of) {
            if (const auto gone = ids_.find(name); gone != ids_.end()) {
                superseded.push_back(gone->second);
                ids_.erase(gone);
            }
        }
        std::string name = packed.document.name;
        ids_[std::move(name)] = run_.store(collection_.collector, std::move(packed), superseded);
    }

    void take(Missed&& missed) {
        if (++missed_ > kMostMissed) {
            decide(Outcome::partial, {Errc::too_large, "ended when it missed more than can be told"});
        } else if (!collection_.error) {
            collection_.error = std::move(missed.error);
        } else if (collection_.error->doing.size() + missed.error.doing.size() < kLongestReason) {
            collection_.error->doing += "; " + missed.error.doing;
        }
    }

    void take(Finished&& finished) { result_ = std::move(finished.result); }

    // The worker is through, or gone.
    void judge(const WorkerProcess::End& end, const std::string& diagnostics) {
        if (!result_) {
            std::string reason = fmt::format("the worker {} before it was through", end.text);
            if (reader_.in_the_middle()) {
                reason += ", in the middle of a message";
            }
            if (!diagnostics.empty()) {
                reason += ": " + diagnostics;
            }
            decide(Outcome::failed, {Errc::io, std::move(reason)});
        } else if (*result_) {
            collection_.outcome = collection_.error ? Outcome::partial : Outcome::ok;
        } else {
            decide(outcome_of(result_->error()), result_->error());
        }
    }

    [[nodiscard]] Outcome outcome_of(const Error& error) const {
        if (collection_.documents > 0) {
            return Outcome::partial;
        }
        switch (error.code) {
            case Errc::unsupported: return Outcome::skipped;
            case Errc::timed_out: return Outcome::timed_out;
            default: return Outcome::failed;
        }
    }

    // What had been missed before stands behind the reason for the outcome.
    void decide(Outcome outcome, Error reason) {
        if (collection_.error && collection_.error->doing != reason.doing) {
            reason.doing += "; " + collection_.error->doing;
        }
        collection_.outcome = outcome;
        collection_.error = std::move(reason);
        decided_ = true;
    }

    Run& run_;
    bool listener_;
    Budget budget_;
    Clock::time_point begin_;
    Deadline deadline_;
    MessageReader reader_;
    Collection collection_;
    std::optional<Result<void>> result_;
    std::uint64_t missed_ = 0;
    bool decided_ = false;
    bool asked_to_finish_ = false;
    std::map<std::string, std::int64_t> sizes_;  ///< of documents, by name
    std::map<std::string, std::int64_t> ids_;    ///< the same; the queue's thread alone uses it
    DocumentQueue queue_{[this](PackedDocument&& packed) { store(std::move(packed)); }};
};

Collection not_started(const Collector& collector) {
    return {.collector = std::string(collector.name),
            .outcome = Outcome::skipped,
            .error = Error{Errc::timed_out, "the run was stopped before it was started"},
            .started_at_utc = now_utc()};
}

// Some collectors, side by side.
class Round {
  public:
    Round(Run& run, std::vector<const Collector*> collectors, std::size_t parallel)
        : run_(run), collectors_(std::move(collectors)), collections_(collectors_.size()) {
        for (std::size_t i = 0; i < std::min(std::max<std::size_t>(parallel, 1), collectors_.size()); ++i) {
            threads_.emplace_back([this] { take_turns(); });
        }
    }
    Round(const Round&) = delete;
    Round& operator=(const Round&) = delete;

    /// Waits until all are through.
    void end() { threads_.clear(); }
    /// After end(): how each fared, in their order.
    [[nodiscard]] Collection take_next() { return std::move(collections_[taken_++]); }

  private:
    void take_turns() {
        for (std::size_t index = next_++; index < collectors_.size(); index = next_++) {
            const Collector& collector = *collectors_[index];
            try {
                if (run_.stopped()) {
                    collections_[index] = not_started(collector);
                } else {
                    run_.started(collector.name);
                    collections_[index] = Attempt(run_, collector).go();
                }
                run_.finished(collections_[index]);
            } catch (...) {
                run_.fail(std::current_exception());
            }
        }
    }

    Run& run_;
    std::vector<const Collector*> collectors_;
    std::vector<Collection> collections_;
    std::atomic<std::size_t> next_ = 0;
    std::size_t taken_ = 0;
    std::vector<std::jthread> threads_;
};

// Asks those again whose answers change, and answers how they fared.
void ask_again(Run& run, const std::vector<const Collector*>& changing, std::vector<Collection>& collections) {
    run.expect(changing.size());
    Round round(run, changing, run.settings().parallel);
    round.end();
    for (std::size_t i = 0; i < changing.size(); ++i) {
        collections.push_back(round.take_next());
    }
}

// Beside those that listen, for whoever wants to know.
class BesideListening {
  public:
    BesideListening(Run& run, const std::vector<const Collector*>& changing, bool listens) : run_(run) {
        if (run.settings().asking_again != nullptr && listens) {
            thread_ = std::jthread([this, &changing](const std::stop_token& over) { serve(changing, over); });
        }
    }
    ~BesideListening() { end(); }
    BesideListening(const BesideListening&) = delete;
    BesideListening& operator=(const BesideListening&) = delete;

    /// Nobody listens any more; waits for what is being asked.
    void end() {
        thread_ = {};
        if (AskingAgain* asking = run_.settings().asking_again; asking != nullptr) {
            asking->close();
        }
    }
    /// After end(): how each fared, each time.
    [[nodiscard]] std::vector<Collection>& collections() noexcept { return collections_; }

  private:
    void serve(const std::vector<const Collector*>& changing, const std::stop_token& over) {
        AskingAgain& asking = *run_.settings().asking_again;
        try {
            while (asking.wait(over) && !run_.stopped() && !run_.finishing()) {
                ask_again(run_, changing, collections_);
                asking.answer();
            }
        } catch (...) {
            run_.fail(std::current_exception());
        }
        asking.close();
    }

    Run& run_;
    std::vector<Collection> collections_;
    std::jthread thread_;
};

}  // namespace

std::vector<Collection> run_collectors(std::span<const Collector> collectors, const CollectOptions& options,
                                       snapshot::Store& store, const std::function<void(const Progress&)>& progress,
                                       const RunnerSettings& settings) {
    std::vector<const Collector*> listeners;
    std::vector<const Collector*> others;
    std::vector<const Collector*> changing;
    for (const Collector& each : collectors) {
        (each.listens ? listeners : others).push_back(&each);
        if (each.changes) {
            changing.push_back(&each);
        }
    }
    const bool listens = !listeners.empty() && options.packet_seconds.count() > 0;
    const auto begin = Clock::now();
    Run run(options, store, progress, settings, collectors.size());
    store.survive_power_cuts(listens);
    Round of_listeners(run, listeners, listeners.size());
    Round of_others(run, others, settings.parallel);
    BesideListening beside(run, changing, listens);
    of_listeners.end();
    beside.end();
    const bool listened_long = listens && Clock::now() - begin >= settings.long_listening;
    of_others.end();
    run.rethrow();
    std::vector<Collection> collections;
    for (const Collector& each : collectors) {
        collections.push_back((each.listens ? of_listeners : of_others).take_next());
    }
    for (Collection& each : beside.collections()) {
        collections.push_back(std::move(each));
    }
    if (listened_long && !run.stopped()) {
        ask_again(run, changing, collections);
        run.rethrow();
    }
    store.survive_power_cuts(false);
    return collections;
}

}  // namespace kwd::collectors
