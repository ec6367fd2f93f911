// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

namespace kwd::collectors {

/// Routes that are made again at each start: persistent-routes.json holds those that `route -p add` keeps in the
/// registry, which are of IPv4; its note says how many the network store has. persistent-routes-wmi.json holds all of
/// them, if WMI tells them. The class is only enumerated. Source: Tcpip\Parameters\PersistentRoutes and Control\Nsi in
/// the registry; MSFT_NetRoute of ROOT\StandardCimv2 with the PolicyStore PersistentStore, which is what Get-NetRoute
/// asks.
void collect_persistent_routes(DocumentSink& out, Deadline deadline);

}  // namespace kwd::collectors
