// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace kwd::collectors {

/// What a file that somebody sent is.
struct Recognition {
    std::string_view kind;  ///< one of snapshot/kinds.h; `other` when nothing fits
    std::string why;        ///< for people: the shape that was seen, or what the file is though nobody reads it
    std::string component;  ///< of logs and command lines: kubelet, kube-proxy, flanneld, …; empty where unknown
    bool by_name = false;   ///< the content said nothing; the name decided
};

/// Says what a file is, by its content first and its name where the content has nothing to say.
///
/// `path` is the path within the bundle, with `/` or `\`; `bytes` the whole file or at least the first
/// kSampleBytes of it, in whatever encoding. Never fails: what fits no row of the table becomes `other`.
[[nodiscard]] Recognition recognise(std::string_view path, std::string_view bytes);

}  // namespace kwd::collectors
