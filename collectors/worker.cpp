// SPDX-License-Identifier: Apache-2.0
#include "collectors/worker.h"

#include "base/clock.h"
#include "collectors/message.h"
#include "collectors/options.h"
#include "collectors/platform/worker_process.h"
#include "snapshot/content.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <string>

namespace kwd::collectors {
namespace {

// What is kept of a collector's time for telling the parent what it has, before the parent ends it.
constexpr std::chrono::milliseconds kTimeToFinish{500};
// A collector that goes on putting documents after it was told that its budget is used up.
constexpr int kRefusalsUntilEnd = 100;
constexpr std::chrono::hours kLongestListening{24};
constexpr std::uint64_t kMostPacketBytes = 64ULL << 30;

class PipeSink final : public DocumentSink {
  public:
    PipeSink(ParentChannel& parent, std::uint64_t budget) : parent_(parent), budget_(budget), left_(budget) {}

    Result<void> put(NewDocument document) override {
        for (const std::string& name : document.in_place_of) {
            if (const auto gone = sizes_.find(name); gone != sizes_.end()) {
                left_ += gone->second;
                sizes_.erase(gone);
            }
        }
        if (document.content.size() > left_ ||
            document.content.size() > static_cast<std::uint64_t>(snapshot::kMaxDocumentBytes)) {
            return refuse(document);
        }
        const std::size_t size = document.content.size();
        const std::string name = document.name;
        if (document.collected_at_utc.empty()) {
            document.collected_at_utc = now_utc();
        }
        auto packed = collectors::packed(std::move(document));
        if (!packed) {  // others may be small enough
            missed(std::move(packed).error());
            return {};
        }
        left_ -= size;
        sizes_[name] = size;
        auto written = parent_.write(encode_before_content(*packed));
        return written ? parent_.write(packed->content.frame) : written;
    }

    [[nodiscard]] bool asked_to_finish() override { return parent_.asked_to_finish(); }

    void missed(Error error) override {
        // When nobody reads any more there is nobody to tell; put() says so too.
        (void)parent_.write(encode(Missed{std::move(error)}));
    }

  private:
    Result<void> refuse(const NewDocument& document) {
        Error error{Errc::too_large, fmt::format("put {} of {} bytes: the budget of {} bytes is used up", document.name,
                                                 document.content.size(), budget_)};
        if (refused_++ == 0) {
            missed(error);
        } else if (refused_ > kRefusalsUntilEnd) {
            (void)parent_.write(encode(Finished{}));
            std::_Exit(0);
        }
        return error;
    }

    ParentChannel& parent_;
    std::uint64_t budget_;
    std::uint64_t left_;
    std::map<std::string, std::uint64_t> sizes_;  ///< of documents that may still go
    int refused_ = 0;
};

Result<void> run(const Collector& collector, const CollectOptions& options, PipeSink& sink, Deadline deadline) {
    try {
        return collector.collect(options, sink, deadline);
    } catch (const std::exception& error) {
        return Error{Errc::io, fmt::format("collect {}: exception: {}", collector.name, error.what())};
    }
}

int complain(const Error& error) {
    fmt::print(stderr, "{}\n", error.text());
    return 2;
}

}  // namespace

Budget budget_of(const Collector& collector, const CollectOptions& options) {
    Budget budget{collector.budget, collector.byte_budget};
    if (collector.listens) {
        budget.time +=
            std::clamp<std::chrono::seconds>(options.packet_seconds, std::chrono::seconds(0), kLongestListening);
        budget.bytes += std::min(options.packet_bytes, kMostPacketBytes);
    }
    return budget;
}

bool is_worker(int argc, const char* const* argv) {
    return argc == 3 && argv[1] == kWorkerCommand;
}

int worker_main(int argc, const char* const* argv, std::span<const Collector> collectors) {
    const auto begin = std::chrono::steady_clock::now();
    const std::string_view name = argc == 3 ? argv[2] : "";
    if (const auto status = run_beside_workers(name)) {
        return *status;
    }
    auto parent = ParentChannel::open();
    if (!parent) {
        return complain(parent.error());
    }
    auto request = (*parent)->read_request();
    if (!request) {
        return complain(request.error());
    }
    const auto options = decode_options(*request);
    if (!options) {
        return complain(options.error());
    }
    const auto collector =
        std::find_if(collectors.begin(), collectors.end(), [&](const Collector& each) { return each.name == name; });
    if (collector == collectors.end()) {
        return complain({Errc::invalid_input, fmt::format("find collector {}", name)});
    }

    const Budget budget = budget_of(*collector, *options);
    const auto margin = std::min(kTimeToFinish, budget.time / 4);
    PipeSink sink(**parent, budget.bytes);
    auto result = run(*collector, *options, sink, begin + budget.time - margin);
    if (auto told = (*parent)->write(encode(Finished{std::move(result)})); !told) {
        return complain(told.error());
    }
    return 0;
}

}  // namespace kwd::collectors
