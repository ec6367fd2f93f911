// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace kwd::collectors {

/// Reads a file that a kubeconfig names: a certificate, or a token of which only its presence matters.
using ReadNamedFile = std::function<Result<std::string>(const std::string& path)>;

/// What of a kubeconfig file may leave the node, as docs/documents.md describes the kind `kubeconfig`: servers,
/// certificate dates and fingerprints, whether there is a token. Keys and tokens are not in it.
///
/// `read` gives the files that it names by absolute path, or relative to its own folder. What cannot be read or
/// understood is left out. Errors: malformed when it is no kubeconfig.
[[nodiscard]] Result<nlohmann::json> describe_kubeconfig(std::string_view text, const std::string& path,
                                                         const ReadNamedFile& read);

}  // namespace kwd::collectors
