// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace kwd {

/// A file of the source tree that the build has put into the executable (`kwd_embed` in cmake/embed.cmake).
struct EmbeddedFile {
    std::string_view path;   ///< relative to the folder it was embedded from, with `/`: `hns/hns-overlay-vni.yaml`
    std::string_view bytes;  ///< the file's content, unchanged; followed by a NUL that is not counted
};

}  // namespace kwd
