// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace kwd::collectors {

/// A page of objects as the API server gave it, made fit for leaving the cluster.
struct KubernetesPage {
    std::string json;                           ///< one object or list, on one line
    std::string note;                           ///< what was removed
    std::optional<std::string> next_page = {};  ///< the token for `continue=`
};

/// Takes out of a List or a single object what is bulk (managedFields, the last applied configuration) and what is
/// nobody's business: values of environment variables, except those of pods that make the network, and secrets wherever
/// they stand. Objects of kind Secret keep their metadata alone. Errors: malformed when it is no JSON object.
[[nodiscard]] Result<KubernetesPage> clean_kubernetes_page(std::string_view text);

}  // namespace kwd::collectors
