// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/own_json.h"

#include <string>
#include <string_view>

namespace kwd::analyzers {

/// The member `processes` of a document that a collector worded, on Windows or Linux: rows of `processes`, and the
/// flags of those that run as a component itself. Where no process is left out, flags that none of them has are set
/// nowhere by flag; a component whose command line was not to be read makes that unsure.
void read_processes(const DocumentValue& document, Analysis& out);

/// The name of a program as `processes` has it: without folder and .exe, in lower case.
[[nodiscard]] std::string process_name(std::string_view program);

/// Says once a text was read that its processes are a choice, where the one is not among them that every Windows has:
/// `System`, 4.
void judge_process_list(Analysis& out);

}  // namespace kwd::analyzers
