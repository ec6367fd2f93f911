// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"
#include "collectors/state_document.h"

namespace kwd::collectors {

/// Adds to `registry_values` what NSSM was told of each service that it runs: the values of the service's key
/// `Parameters`, those that are not there too, without secrets; of the variables only those that decide how agents make
/// the network. A service is NSSM's when its Parameters name an Application. Answers whether all was read; tells what
/// was missed. Source: nssm.cc/usage and NSSM's registry.h.
[[nodiscard]] bool add_nssm_values(StateDocument& state, DocumentSink& out, Deadline deadline);

}  // namespace kwd::collectors
