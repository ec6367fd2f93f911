// SPDX-License-Identifier: Apache-2.0
// Stands in for wevtapi.dll, of which Wine has only stubs. Serves
//   events\CHANNEL.xml             its records, one a line, oldest first; `/` in the channel's name is `-`
//   events\messages-PROVIDER.txt   lines `EVENTID MESSAGE`, for rendering
//   events\disabled.txt            names of channels that are switched off, one a line
// A channel without a file does not exist. Faults of one channel are those of `EvtQuery:CHANNEL`; `EvtNext fail 0x6c6`
// refuses batches of more than one record.
#include "tests/windows/doubles/double.h"

#include <winevt.h>

#include <algorithm>
#include <sstream>
#include <vector>

namespace {

using namespace kwd::double_of_windows;

struct Object {
    std::vector<std::string> lines;  // of a query: newest first; of an event: one; of a provider: its messages
    std::size_t at = 0;
};

std::vector<std::string> lines_of(const std::string& file) {
    std::vector<std::string> lines;
    std::istringstream text(file_text(file));
    for (std::string line; std::getline(text, line);) {
        if (!line.empty()) {
            lines.push_back(line);
        }
    }
    return lines;
}

std::string file_name(std::string channel) {
    std::ranges::replace(channel, '/', '-');
    return "events\\" + channel + ".xml";
}

std::string between(const std::string& text, const std::string& before, const std::string& after) {
    const std::size_t begin = text.find(before);
    if (begin == std::string::npos) {
        return {};
    }
    const std::size_t from = begin + before.size();
    return text.substr(from, text.find(after, from) - from);
}

Object* object(EVT_HANDLE handle) {
    return static_cast<Object*>(handle);
}

EVT_HANDLE none(DWORD code) {
    SetLastError(code);
    return nullptr;
}

BOOL failed(DWORD code) {
    SetLastError(code);
    return FALSE;
}

// Copies a text out as the event log does: sizes in the unit that the caller counts in.
BOOL give(const std::string& utf8, DWORD size, DWORD unit, void* buffer, DWORD* used) {
    const std::wstring text = widened(utf8);
    *used = static_cast<DWORD>((text.size() + 1) * sizeof(wchar_t)) / unit;
    if (*used > size) {
        return failed(ERROR_INSUFFICIENT_BUFFER);
    }
    std::copy_n(text.c_str(), text.size() + 1, static_cast<wchar_t*>(buffer));
    return TRUE;
}

}  // namespace

extern "C" {

__declspec(dllexport) EVT_HANDLE WINAPI EvtQuery(EVT_HANDLE, LPCWSTR path, LPCWSTR query, DWORD) {
    const std::string channel = narrowed(path);
    log_call("EvtQuery " + channel + " " + narrowed(query));
    if (const Fault fault = fault_of("EvtQuery:" + channel); fault.result != S_OK) {
        return none(static_cast<DWORD>(fault.result));
    }
    if (file_text(file_name(channel)).empty()) {
        return none(ERROR_EVT_CHANNEL_NOT_FOUND);
    }
    auto* const result = new Object{lines_of(file_name(channel))};
    std::ranges::reverse(result->lines);
    return result;
}

__declspec(dllexport) BOOL WINAPI
    EvtNext(EVT_HANDLE handle, DWORD size, EVT_HANDLE* events, DWORD, DWORD, DWORD* returned) {
    const Fault fault = fault_of("EvtNext");
    if (fault.result != S_OK && (fault.result != RPC_S_INVALID_BOUND || size > 1)) {
        return failed(static_cast<DWORD>(fault.result));
    }
    Object* const query = object(handle);
    *returned = 0;
    while (*returned < size && query->at < query->lines.size()) {
        events[(*returned)++] = new Object{{query->lines[query->at++]}};
    }
    return *returned > 0 ? TRUE : failed(ERROR_NO_MORE_ITEMS);
}

__declspec(dllexport) BOOL WINAPI
    EvtRender(EVT_HANDLE, EVT_HANDLE event, DWORD flags, DWORD size, void* buffer, DWORD* used, DWORD* properties) {
    *properties = 0;
    return flags == EvtRenderEventXml ? give(object(event)->lines[0], size, 1, buffer, used)
                                      : failed(ERROR_INVALID_PARAMETER);
}

__declspec(dllexport) EVT_HANDLE WINAPI
    EvtOpenPublisherMetadata(EVT_HANDLE, LPCWSTR provider, LPCWSTR, LCID locale, DWORD) {
    const std::string name = narrowed(provider);
    log_call("EvtOpenPublisherMetadata " + name + " " + std::to_string(locale));
    auto messages = lines_of("events\\messages-" + name + ".txt");
    return messages.empty() ? none(ERROR_EVT_PUBLISHER_METADATA_NOT_FOUND) : new Object{std::move(messages)};
}

__declspec(dllexport) BOOL WINAPI EvtFormatMessage(EVT_HANDLE provider, EVT_HANDLE event, DWORD, DWORD, EVT_VARIANT*,
                                                   DWORD flags, DWORD size, LPWSTR buffer, DWORD* used) {
    std::string xml = object(event)->lines[0];
    const std::string id = between(between(xml, "<EventID", "</EventID>"), ">", "<");
    for (const std::string& line : object(provider)->lines) {
        if (flags == EvtFormatMessageXml && line.starts_with(id + " ")) {
            xml.insert(xml.rfind("</Event>"), "<RenderingInfo Culture='en-US'><Message>" + line.substr(id.size() + 1) +
                                                  "</Message></RenderingInfo>");
            return give(xml, size, sizeof(wchar_t), buffer, used);
        }
    }
    return failed(ERROR_EVT_MESSAGE_NOT_FOUND);
}

__declspec(dllexport) EVT_HANDLE WINAPI EvtOpenChannelConfig(EVT_HANDLE, LPCWSTR path, DWORD) {
    return new Object{{narrowed(path)}};
}

__declspec(dllexport) BOOL WINAPI EvtGetChannelConfigProperty(EVT_HANDLE config, EVT_CHANNEL_CONFIG_PROPERTY_ID, DWORD,
                                                              DWORD size, EVT_VARIANT* value, DWORD* used) {
    *used = sizeof(EVT_VARIANT);
    if (size < *used) {
        return failed(ERROR_INSUFFICIENT_BUFFER);
    }
    const auto disabled = lines_of("events\\disabled.txt");
    value->Type = EvtVarTypeBoolean;
    value->Count = 0;
    value->BooleanVal = std::ranges::find(disabled, object(config)->lines[0]) == disabled.end() ? TRUE : FALSE;
    return TRUE;
}

__declspec(dllexport) BOOL WINAPI EvtClose(EVT_HANDLE handle) {
    delete object(handle);
    return TRUE;
}

// Nobody may call these, nor have them resolved.
__declspec(dllexport) BOOL WINAPI EvtClearLog(EVT_HANDLE, LPCWSTR path, LPCWSTR, DWORD) {
    log_call("CHANGED: EvtClearLog " + narrowed(path));
    return TRUE;
}

__declspec(dllexport) BOOL WINAPI EvtExportLog(EVT_HANDLE, LPCWSTR path, LPCWSTR, LPCWSTR, DWORD) {
    log_call("CHANGED: EvtExportLog " + narrowed(path));
    return TRUE;
}

__declspec(dllexport) BOOL WINAPI EvtSaveChannelConfig(EVT_HANDLE, DWORD) {
    log_call("CHANGED: EvtSaveChannelConfig");
    return TRUE;
}

}  // extern "C"
