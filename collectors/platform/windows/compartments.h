// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

#include <cstdint>
#include <functional>

namespace kwd::collectors {

/// The network compartment of the host. Each pod with process isolation has one of its own, whose number is the
/// NamespaceId of its HNS namespace.
inline constexpr std::int64_t kHostCompartment = 1;

/// Calls `ask` for every compartment but the host's, on a thread that was put into it and is put back afterwards: what
/// IP Helper functions answer is of the compartment of the calling thread, and the host's as long as nobody changes it.
/// Pods of Hyper-V isolation have none here. Needs an elevated process; what could not be entered is reported as
/// missed. Whoever asks should have put what he has before: a call may hang in the compartment of one pod.
/// Source: Get- and SetCurrentThreadCompartmentId of iphlpapi.dll.
void for_each_pod_compartment(DocumentSink& out, Deadline deadline, const std::function<void(std::int64_t)>& ask);

}  // namespace kwd::collectors
