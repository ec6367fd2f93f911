// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/table.h"
#include "snapshot/tables/types.h"

// What was logged.

namespace kwd::snapshot {

struct LogLinesRow {
    Text component = {};
    Text time_utc = {};
    Flag time_is_local = {};
    Text severity = {};
    Text source_file = {};
    Integer source_line = {};
    Integer process_id = {};
    std::string message = {};
    Text code = {};
    Real age_s = {};
    Integer sequence = {};
};

inline constexpr auto kLogLines = table(
    "log_lines", "Lines of logs, continuation lines joined.",
    column("component", &LogLinesRow::component,
           "kubelet, kube-proxy, flanneld, containerd, calico, azure-vnet, azure-vnet-ipam, kernel, …; the "
           "file's name where unknown"),
    column("time_utc", &LogLinesRow::time_utc,
           "ISO 8601; local time where the log does not say its zone, see `time_is_local`"),
    column("time_is_local", &LogLinesRow::time_is_local, "1 when the zone is not known"),
    column("severity", &LogLinesRow::severity, "debug, info, warning, error, fatal"),
    column("source_file", &LogLinesRow::source_file, "as in klog"),
    column("source_line", &LogLinesRow::source_line, "as in klog"),
    column("process_id", &LogLinesRow::process_id, "process or thread"),
    column("message", &LogLinesRow::message, "the message, fields of structured lines included"),
    column("code", &LogLinesRow::code, "first HRESULT or Win32 code in it, in lower case: 0x803b0013"),
    column("age_s", &LogLinesRow::age_s,
           "derived: seconds from the line to the end of what is known, the snapshot's time (of an import the newest "
           "time in it), so that what a silent component logged last grows old; of a component that does not run any "
           "more, to its own last line; a line without a time has that of the line before it, NULL where none "
           "before it has one"),
    column("sequence", &LogLinesRow::sequence,
           "derived: 1, 2, 3, … in order of time over all documents; lines of one time in the order of their "
           "document. Where the zone is not known, by the log's own clock"));

struct EventsRow {
    Text channel = {};
    Text provider = {};
    Integer event_id = {};
    Text level = {};
    Text time_utc = {};
    Text message = {};
    Text code = {};
    Text data = {};
    Real age_s = {};
};

inline constexpr auto kEvents = table(
    "events", "Windows event log records.",
    column("channel", &EventsRow::channel, "System, Application, Microsoft-Windows-Host-Network-Service-Admin"),
    column("provider", &EventsRow::provider, "source"), column("event_id", &EventsRow::event_id, "number"),
    column("level", &EventsRow::level, "critical, error, warning, info, verbose"),
    column("time_utc", &EventsRow::time_utc, "ISO 8601"),
    column("message", &EventsRow::message, "the text in the node's language; the data where there is none"),
    column("code", &EventsRow::code, "first HRESULT in it"),
    column("data", &EventsRow::data, "names and values of its data, alike in every language: param1: x; param2: y"),
    column("age_s", &EventsRow::age_s,
           "derived: seconds from the record to the end of what is known, as in `log_lines`"));

struct EventChannelsRow {
    std::string channel = {};
    Text state = {};
    Integer record_count = {};
    Text error = {};
};

inline constexpr auto kEventChannels =
    table("event_channels", "Channels of the Windows event log that were asked for, and how each fared.",
          column("channel", &EventChannelsRow::channel, "as in `events`"),
          column("state", &EventChannelsRow::state,
                 "read, read in part (only the newest), disabled (what it holds was written before that), absent, "
                 "denied, failed, "
                 "not asked"),
          column("record_count", &EventChannelsRow::record_count, "how many records were kept"),
          column("error", &EventChannelsRow::error, "why it was not read, or not to the end"));

}  // namespace kwd::snapshot
