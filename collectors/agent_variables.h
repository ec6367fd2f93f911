// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace kwd::collectors {

/// True for an environment variable that decides how node agents make the network. Only these are ever told of a
/// process or service: what else is in its environment is nobody's business.
[[nodiscard]] bool is_agent_variable(std::string_view name);

}  // namespace kwd::collectors
