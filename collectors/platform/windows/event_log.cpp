// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/event_log.h"

#include "base/wide.h"
#include "base/windows_error.h"
#include "base/xml.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>
#include <vector>

// Source: Windows Event Log Functions, learn.microsoft.com/windows/win32/wes.

namespace kwd::collectors {
namespace {

using Clock = std::chrono::steady_clock;

constexpr DWORD kBatch = 64;
constexpr LCID kEnglish = 0x0409;
constexpr std::size_t kLongest = std::size_t{4} << 20;  // characters of one record; Windows allows 64 KiB of data

Error event_error(DWORD code, std::string doing) {
    Error error = windows_error(code, std::move(doing));
    switch (code) {
        case ERROR_EVT_CHANNEL_NOT_FOUND: error.code = Errc::not_found; break;
        case ERROR_EVT_INVALID_QUERY:
        case ERROR_EVT_FILTER_TOO_COMPLEX: error.code = Errc::malformed; break;
        default: break;
    }
    return error;
}

// Whose record it is: `<Provider Name='…'` within `<System>`.
std::string provider_of(std::string_view xml) {
    XmlReader reader(xml);
    for (auto piece = reader.next(); piece && *piece; piece = reader.next()) {
        if ((*piece)->kind == XmlPiece::Kind::start && (*piece)->name == "Provider") {
            return std::string((*piece)->attribute("Name").value_or(""));
        }
    }
    return {};
}

DWORD milliseconds_until(Deadline deadline) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    return static_cast<DWORD>(std::clamp<std::int64_t>(left, 0, 60'000));
}

}  // namespace

Result<EventLog> EventLog::open() {
    auto library = SystemLibrary::load(L"wevtapi.dll");
    if (!library) {
        return std::move(library).error();
    }
    EventLog log(std::move(*library));
    log.query_ = log.library_.function<decltype(EvtQuery)>("EvtQuery");
    log.next_ = log.library_.function<decltype(EvtNext)>("EvtNext");
    log.render_ = log.library_.function<decltype(EvtRender)>("EvtRender");
    log.close_ = log.library_.function<decltype(EvtClose)>("EvtClose");
    log.format_ = log.library_.function<decltype(EvtFormatMessage)>("EvtFormatMessage");
    log.open_provider_ = log.library_.function<decltype(EvtOpenPublisherMetadata)>("EvtOpenPublisherMetadata");
    log.open_channel_ = log.library_.function<decltype(EvtOpenChannelConfig)>("EvtOpenChannelConfig");
    log.channel_property_ = log.library_.function<decltype(EvtGetChannelConfigProperty)>("EvtGetChannelConfigProperty");
    if (log.query_ == nullptr || log.next_ == nullptr || log.render_ == nullptr || log.close_ == nullptr) {
        return Error{Errc::unsupported, "read event channels: this wevtapi.dll lacks EvtQuery or what goes with it"};
    }
    return log;
}

Result<EventLog::Handle> EventLog::ask(const std::string& channel, const std::string& query) const {
    SetLastError(ERROR_SUCCESS);
    Handle handle = own(
        query_(nullptr, wide(channel).c_str(), wide(query).c_str(), EvtQueryChannelPath | EvtQueryReverseDirection));
    if (handle) {
        return handle;
    }
    const DWORD code = GetLastError();
    const std::string doing = fmt::format("read the event channel {}", channel);
    if (code == ERROR_SUCCESS) {
        return Error{Errc::unsupported, doing + ": this system keeps no event log"};
    }
    return event_error(code, doing);
}

Result<EventLog::Records> EventLog::read(const std::string& channel, const std::string& query, const Limits& limits) {
    auto selected = ask(channel, query);
    if (!selected) {
        return std::move(selected).error();
    }
    const std::string doing = fmt::format("read the event channel {}", channel);
    Records records;
    std::size_t bytes = 0;
    DWORD batch = kBatch;
    std::size_t to_skip = 0;
    for (;;) {
        std::array<EVT_HANDLE, kBatch> events{};
        DWORD count = 0;
        if (next_(selected->get(), batch, events.data(), milliseconds_until(limits.deadline), 0, &count) == 0) {
            const DWORD code = GetLastError();
            if (code == ERROR_NO_MORE_ITEMS) {
                return records;
            }
            // Large records do not fit into a batch; which were lost is not said, so it begins again, one by one.
            if (code == RPC_S_INVALID_BOUND && batch > 1) {
                batch = 1;
                to_skip = records.xml.size();
                if (selected = ask(channel, query); selected) {
                    continue;
                }
                records.failed = selected.error();
                return records;
            }
            records.failed = event_error(code, doing);
            return records;
        }
        std::vector<Handle> batch_of;
        for (DWORD i = 0; i < count; ++i) {
            batch_of.push_back(own(events.at(i)));
        }
        for (const Handle& event : batch_of) {
            if (to_skip > 0) {
                --to_skip;
                continue;
            }
            if (records.xml.size() == limits.records || bytes >= limits.bytes) {
                records.cut = fmt::format("the newest {} records", records.xml.size());
                return records;
            }
            if (Clock::now() > limits.deadline) {
                records.failed = Error{Errc::timed_out, doing + ": the time was up before all were read"};
                return records;
            }
            auto xml = record(event.get());
            if (!xml) {
                records.failed = std::move(xml).error();
                continue;
            }
            bytes += xml->size();
            records.xml.push_front(std::move(*xml));
        }
    }
}

Result<std::string> EventLog::record(EVT_HANDLE event) {
    DWORD used = 0;
    DWORD properties = 0;
    for (;;) {
        const auto size = static_cast<DWORD>(buffer_.size() * sizeof(wchar_t));
        if (render_(nullptr, event, EvtRenderEventXml, size, buffer_.data(), &used, &properties) != 0) {
            break;
        }
        const DWORD code = GetLastError();
        if (code != ERROR_INSUFFICIENT_BUFFER || used / sizeof(wchar_t) <= buffer_.size() ||
            used / sizeof(wchar_t) > kLongest) {
            return event_error(code, "render a record of the event log");
        }
        buffer_.resize(used / sizeof(wchar_t));
    }
    std::string xml = narrow(buffer_.c_str());
    return with_message(event, provider_of(xml)).value_or(std::move(xml));
}

std::optional<std::string> EventLog::with_message(EVT_HANDLE event, const std::string& provider) {
    if (format_ == nullptr || open_provider_ == nullptr || provider.empty()) {
        return std::nullopt;
    }
    auto found = providers_.find(provider);
    if (found == providers_.end()) {
        const std::wstring name = wide(provider);
        // Without metadata, as of a provider that was uninstalled, its records have no message.
        Provider opened{own(open_provider_(nullptr, name.c_str(), nullptr, kEnglish, 0)),
                        own(open_provider_(nullptr, name.c_str(), nullptr, 0, 0))};
        found = providers_.emplace(provider, std::move(opened)).first;
    }
    auto text = formatted(found->second.english.get(), event);
    return text ? text : formatted(found->second.local.get(), event);
}

std::optional<std::string> EventLog::formatted(EVT_HANDLE metadata, EVT_HANDLE event) {
    if (metadata == nullptr) {
        return std::nullopt;
    }
    for (;;) {
        DWORD used = 0;
        if (format_(metadata, event, 0, 0, nullptr, EvtFormatMessageXml, static_cast<DWORD>(buffer_.size()),
                    buffer_.data(), &used) != 0) {
            return narrow(buffer_.c_str());
        }
        if (GetLastError() != ERROR_INSUFFICIENT_BUFFER || used <= buffer_.size() || used > kLongest) {
            return std::nullopt;
        }
        buffer_.resize(used);
    }
}

std::optional<bool> EventLog::is_enabled(const std::string& channel) const {
    if (open_channel_ == nullptr || channel_property_ == nullptr) {
        return std::nullopt;
    }
    const Handle config = own(open_channel_(nullptr, wide(channel).c_str(), 0));
    EVT_VARIANT value{};
    DWORD used = 0;
    if (!config || channel_property_(config.get(), EvtChannelConfigEnabled, 0, sizeof value, &value, &used) == 0 ||
        value.Type != EvtVarTypeBoolean) {
        return std::nullopt;
    }
    return value.BooleanVal != 0;
}

}  // namespace kwd::collectors
