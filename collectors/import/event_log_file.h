// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kwd::collectors {

/// What stood in an event log file.
struct EventLogText {
    std::string xml;          ///< one `<Event>` after another, the oldest first
    std::size_t events = 0;   ///< that are in it
    std::size_t unread = 0;   ///< that were there and could not be understood
    bool is_cut = false;      ///< the file has older ones, of which no more were to be taken
    bool breaks_off = false;  ///< a part of the file is missing or destroyed, and whatever stood in it
};

/// Whether the bytes begin as those of an event log file (*.evtx) do.
[[nodiscard]] bool is_event_log(std::string_view bytes) noexcept;

/// The events of an event log file as XML, the form in which Windows itself renders them: so that they are read,
/// redacted and quoted as any other text is. Messages are not in such a file; they lie in the providers' own.
///
/// The file is nobody's friend: every offset is checked, nesting and work are bounded, and a record that is broken
/// costs itself alone. The file's header is not asked what there is, since a log that is copied while it is in use has
/// not written it yet; a chunk's header is, for what must be there. At most `max_bytes` of text: the newest events.
///
/// Source: "Windows XML Event Log (EVTX) format", Joachim Metz, libevtx documentation.
[[nodiscard]] EventLogText event_log_as_xml(std::string_view bytes, std::size_t max_bytes);

}  // namespace kwd::collectors
