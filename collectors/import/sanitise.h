// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace kwd::collectors {

/// A file's content as it may be stored.
struct CleanContent {
    std::string content;
    std::string note;  ///< what was removed; empty when the content is as it was
};

/// Takes keys, tokens and passwords out of a file of this kind (snapshot/kinds.h), and the values of Kubernetes
/// Secrets. What had none stays as it was, byte for byte; what had some becomes UTF-8. Kinds that never hold secrets
/// (HNS objects, addresses, routes, packets) are not looked at, nor are files that are no text.
[[nodiscard]] CleanContent sanitise(std::string_view kind, std::string bytes);

}  // namespace kwd::collectors
