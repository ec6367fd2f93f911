// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/rule.h"

#include <map>
#include <span>
#include <string>

namespace kwd::rules {

/// What people read of rules in docs/rules/, as Markdown by file name: a page for each rule, `<id>.md`, and
/// `README.md`, which lists them by area. Pages link to those of rules that explain them and that they explain.
[[nodiscard]] std::map<std::string, std::string> pages_of(std::span<const Rule> rules);

}  // namespace kwd::rules
