// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

namespace kwd::collectors {

/// IPv4 routes that are made again at each start, as `route -p add` keeps them, in a document persistent-routes.json.
/// Those of New-NetRoute and of IPv6 are kept in a store of a form that nobody has published: how many there are is
/// told in the document's note. Source: Tcpip\Parameters\PersistentRoutes in the registry; the keys of Control\Nsi.
void collect_persistent_routes(DocumentSink& out);

}  // namespace kwd::collectors
