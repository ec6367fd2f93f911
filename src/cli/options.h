// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

#include <boost/program_options.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::cli {

namespace po = boost::program_options;

/// One subcommand's options: described once, they are parsed, printed as help and offered as completion.
class Options {
  public:
    /// `usage` is what follows "kwdiag ": "analyze SNAPSHOT [options]".
    Options(std::string usage, std::string text) : usage_(std::move(usage)), text_(std::move(text)) {
        visible_.add_options()("help,h", "this text");
    }

    po::options_description& add() { return visible_; }
    /// Positional arguments, all of them under one name.
    void positional(const char* name);

    /// Reads the arguments. Answers false when it was help that was asked for, and was printed.
    /// Throws UsageError.
    [[nodiscard]] bool parse(const std::vector<std::string>& arguments);

    /// Whether the command has this option at all.
    [[nodiscard]] bool offers(const char* name) const { return visible_.find_nothrow(name, false) != nullptr; }
    [[nodiscard]] bool has(const char* name) const { return values_.count(name) > 0 && !values_[name].defaulted(); }
    [[nodiscard]] bool flag(const char* name) const { return values_.count(name) > 0 && values_[name].as<bool>(); }
    template <class T = std::string>
    [[nodiscard]] T get(const char* name) const {
        return values_[name].as<T>();
    }
    [[nodiscard]] std::optional<std::string> text(const char* name) const {
        return values_.count(name) > 0 ? std::optional(values_[name].as<std::string>()) : std::nullopt;
    }
    /// The positional arguments.
    [[nodiscard]] std::vector<std::string> arguments() const;

  private:
    std::string usage_;
    std::string text_;
    std::string positional_name_;
    po::options_description visible_{"Options", 100, 60};
    po::variables_map values_;
};

/// `--format`, `--fail-on`, `--rules`, `--incomplete-ok`, `--verbose`: of every command that judges.
void add_judging(Options& options);
/// `--packets`, `--filter`, `--since`, …: of commands that collect from this machine.
void add_collecting(Options& options);
/// How long `kwdiag capture` captures when nobody says.
inline constexpr int kUsualCaptureSeconds = 60;
/// `--seconds`, `--filter`, `--interface`, …: of commands that capture packets.
void add_capturing(Options& options);
/// Throws UsageError.
[[nodiscard]] collectors::CollectOptions collect_options(const Options& options);
/// The collectors that `--only` names, in the order of all_collectors(); without it those of `usual`, or all of them
/// when that is empty. Throws UsageError, also for an option that only collectors left out would heed.
[[nodiscard]] std::vector<collectors::Collector> chosen_collectors(const Options& options,
                                                                   std::span<const std::string_view> usual = {});

}  // namespace kwd::cli
