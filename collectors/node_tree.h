// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::collectors {

/// What lies at a path, symbolic links followed.
struct Entry {
    enum class Type : std::uint8_t { file, folder, other };
    Type type = Type::other;
    std::uint64_t size_bytes = 0;
    std::int64_t modified = 0;                    ///< seconds since 1970
    std::optional<std::uint32_t> mode = {};       ///< permission bits, where the platform has them
    std::optional<std::string> link_target = {};  ///< where the path itself is a symbolic link
};

/// A file's content, or the part of it that was wanted.
struct FileText {
    std::string text;
    std::uint64_t size_bytes = 0;  ///< of the whole file
    std::int64_t modified = 0;     ///< seconds since 1970
    std::string real_path;         ///< after all links, as the node has it; empty where it lies out of the root
    bool cut = false;              ///< the text is only a part
};

/// The node's files below a root folder: `/`, which is this machine itself, or where the node's disk is mounted, or a
/// tree made by a test. Paths are absolute, as they are on the node and as its platform spells them
/// (`/etc/cni/net.d`, `C:\etc\cni\net.d`); symbolic links, absolute ones too, stay within the root.
///
/// Nothing but regular files is ever read, and opening never blocks: where a pipe or a device lies, somebody put it
/// there to hang us.
class NodeTree {
  public:
    static constexpr std::size_t kMaxNames = 10'000;

    explicit NodeTree(std::string root);

    /// Whether these are the files of the machine that we run on.
    [[nodiscard]] bool is_this_machine() const { return root_ == "/"; }

    /// nullopt when nothing is there, also behind a link that leads nowhere. Errors: access_denied, io.
    [[nodiscard]] Result<std::optional<Entry>> look(const std::string& path) const;

    /// Where a symbolic link leads, whether anything is there or not. nullopt when the path is none.
    [[nodiscard]] std::optional<std::string> follow(const std::string& path) const;

    /// The first `max_bytes` of a file. Errors: not_found, access_denied, io; malformed when it is no regular file.
    [[nodiscard]] Result<FileText> read(const std::string& path, std::size_t max_bytes) const;
    /// The last `max_bytes` of a file; when cut, from the beginning of a line, also of UTF-16.
    [[nodiscard]] Result<FileText> read_end(const std::string& path, std::size_t max_bytes) const;

    /// Names in a folder, sorted bytewise; at most `most`, whichever come first, and whether there were more.
    struct Names {
        std::vector<std::string> names;
        bool more = false;
    };
    /// Errors: not_found, access_denied, io.
    [[nodiscard]] Result<Names> list(const std::string& folder, std::size_t most = kMaxNames) const;
    /// Paths that match a pattern, in which `*` and `?` stand within one name:
    /// `/var/log/pods/*/kube-proxy/*.log`. Sorted; at most 10,000. A folder that is there and may not be listed has no
    /// matches; `refused` hears of it, and of what there was beyond a limit (too_large).
    [[nodiscard]] std::vector<std::string> match(std::string_view pattern,
                                                 const std::function<void(Error)>& refused = {}) const;

  private:
    // From the end: from an even offset.
    [[nodiscard]] Result<FileText> read_part(const std::string& path, std::size_t max_bytes, bool from_end) const;

    std::string root_;
};

/// What is told of a folder that has more names than are listed.
[[nodiscard]] Error too_many_names(const std::string& folder);

/// Takes away what stands before the first line that begins within a part of a text: UTF-16LE when most of its
/// characters say so, else anything in which a byte ends a line. A part without an end of line stays whole.
void begin_at_line(std::string& text);

}  // namespace kwd::collectors
