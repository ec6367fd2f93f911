// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"
#include "collectors/platform/windows/system_library.h"

#include <windows.h>
#include <winevt.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace kwd::collectors {

/// The reading half of wevtapi.dll. Nothing that subscribes, clears, exports or configures is ever resolved.
class EventLog {
  public:
    /// Errors: not_found where there is no such library; unsupported where it lacks a function.
    [[nodiscard]] static Result<EventLog> open();

    struct Limits {
        std::size_t records;
        std::size_t bytes;
        Deadline deadline;
    };
    struct Records {
        std::deque<std::string> xml;  ///< oldest first; with its message rendered where the node can
        /// Why older ones are not there, though they may exist; empty where all are.
        std::string cut = {};
        std::optional<Error> failed = {};  ///< reading broke off; what came before is there
    };
    /// The newest records of a channel that an XPath query of the event log selects.
    /// Errors: not_found (no such channel), access_denied, timed_out, malformed (the query), io;
    /// unsupported when nothing was said of why not, as Wine does: then no other function may be called.
    [[nodiscard]] Result<Records> read(const std::string& channel, const std::string& query, const Limits& limits);

    /// Whether a channel is switched on; nullopt where that can't be told.
    [[nodiscard]] std::optional<bool> is_enabled(const std::string& channel) const;

  private:
    struct Close {
        using pointer = EVT_HANDLE;
        decltype(&EvtClose) close = nullptr;
        void operator()(EVT_HANDLE handle) const noexcept { close(handle); }
    };
    using Handle = std::unique_ptr<void, Close>;
    /// What a provider's messages can be read from: in English, which rules know, else as the node speaks.
    struct Provider {
        Handle english;
        Handle local;
    };

    explicit EventLog(SystemLibrary library) : library_(std::move(library)) {}
    [[nodiscard]] Handle own(EVT_HANDLE handle) const { return {handle, Close{close_}}; }
    [[nodiscard]] Result<Handle> ask(const std::string& channel, const std::string& query) const;
    [[nodiscard]] Result<std::string> record(EVT_HANDLE event);
    [[nodiscard]] std::optional<std::string> with_message(EVT_HANDLE event, const std::string& provider);
    [[nodiscard]] std::optional<std::string> formatted(EVT_HANDLE metadata, EVT_HANDLE event);

    SystemLibrary library_;
    decltype(&EvtQuery) query_ = nullptr;
    decltype(&EvtNext) next_ = nullptr;
    decltype(&EvtRender) render_ = nullptr;
    decltype(&EvtClose) close_ = nullptr;
    decltype(&EvtFormatMessage) format_ = nullptr;
    decltype(&EvtOpenPublisherMetadata) open_provider_ = nullptr;
    decltype(&EvtOpenChannelConfig) open_channel_ = nullptr;
    decltype(&EvtGetChannelConfigProperty) channel_property_ = nullptr;
    std::map<std::string, Provider, std::less<>> providers_;
    std::wstring buffer_ = std::wstring(32 * 1024, L'\0');
};

}  // namespace kwd::collectors
