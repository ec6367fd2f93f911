// SPDX-License-Identifier: Apache-2.0
#include "analyzers/event_xml.h"

#include "analyzers/event_row.h"
#include "base/iso_time.h"
#include "base/utf8.h"
#include "base/xml.h"
#include "snapshot/place.h"
#include "snapshot/tables/logs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Source: Event Schema, learn.microsoft.com/windows/win32/wes/eventschema-schema.

namespace kwd::analyzers {
namespace {

using snapshot::EventsRow;
using snapshot::Text;

constexpr std::size_t kMostNotes = 100;  // each of a file of rubbish tells the same
constexpr std::array<std::string_view, 2> kRoots = {"<Event", ":Event"};

// Where the next tag of a record stands: `<Event>`, `<Event xmlns=…>`, `<e:Event …>`, or `</Event>`.
std::size_t next_tag(std::string_view text, std::size_t from, std::string_view opening) {
    constexpr std::string_view name = "Event";
    for (std::size_t at = text.find(name, from); at != std::string_view::npos; at = text.find(name, at + 1)) {
        const char behind = at + name.size() < text.size() ? text[at + name.size()] : '\0';
        if (behind != '>' && !is_blank(behind) && behind != '\r' && behind != '\n') {
            continue;
        }
        std::size_t begin = at;
        if (begin > from && text[begin - 1] == ':') {
            --begin;
            while (begin > from && is_letter(text[begin - 1])) {
                --begin;
            }
        }
        if (begin >= from + opening.size() && text.substr(begin - opening.size(), opening.size()) == opening) {
            return begin - opening.size();
        }
    }
    return std::string_view::npos;
}

int hex_digit(char c) {
    const char digit = lower(c);
    return is_digit(digit) ? digit - '0' : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

// Binary data of the Service Control Manager is the service's own name, in UTF-16; of others it can be anything.
std::string readable(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        const int high = hex_digit(hex[i]);
        const int low = hex_digit(hex[i + 1]);
        if (high < 0 || low < 0) {
            return std::string(hex);
        }
        bytes += static_cast<char>(high * 16 + low);
    }
    while (bytes.ends_with(std::string_view("\0\0", 2))) {
        bytes.resize(bytes.size() - 2);
    }
    std::string text;
    const bool is_text = bytes.size() % 2 == 0 && append_utf16(text, bytes, ByteOrder::little) == 0 && !text.empty() &&
                         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
    return is_text ? text : std::string(hex);
}

/// One record, while it is read.
class Record {
  public:
    explicit Record(const Text& channel) { row_.channel = channel; }

    void take(const XmlPiece& piece) {
        switch (piece.kind) {
            case XmlPiece::Kind::start: start(piece); break;
            case XmlPiece::Kind::text: text_ += piece.text; break;
            case XmlPiece::Kind::end: end(); break;
        }
    }

    [[nodiscard]] EventsRow done() {
        row_.level = event_level(level_name_, level_);
        return std::move(row_);
    }

  private:
    struct Element {
        std::string_view name;
        std::string data_name;
    };

    [[nodiscard]] bool is_in(std::string_view part) const { return path_.size() > 1 && path_[1].name == part; }

    void start(const XmlPiece& piece) {
        text_.clear();
        is_leaf_ = true;
        path_.push_back({piece.name, std::string(piece.attribute("Name").value_or(piece.name))});
        if (path_.size() != 3 || !is_in("System")) {
            return;
        }
        if (piece.name == "Provider") {
            const auto name = piece.attribute("Name");
            row_.provider = text_or_null(name ? *name : piece.attribute("EventSourceName").value_or(""));
        } else if (piece.name == "TimeCreated") {
            const auto time = parse_iso_time(piece.attribute("SystemTime").value_or(""));
            row_.time_utc = time ? event_time(time->seconds * 1000) : std::nullopt;
        }
    }

    void end() {
        const Text value = text_or_null(text_);
        if (path_.size() == 3 && is_in("System")) {
            end_of_system(path_.back().name, value);
        } else if (path_.size() == 3 && is_in("RenderingInfo")) {
            end_of_rendering(path_.back().name, value);
        } else if (value && is_leaf_ && path_.size() > 2 && !is_in("System") && !is_in("RenderingInfo")) {
            add_data(*value);
        }
        is_leaf_ = false;
        text_.clear();
        path_.pop_back();
    }

    void end_of_system(std::string_view name, const Text& value) {
        if (name == "EventID") {
            row_.event_id = parse_integer(value.value_or(""));
        } else if (name == "Level") {
            level_ = parse_integer(value.value_or(""));
        } else if (name == "Channel" && value) {
            row_.channel = value;
        }
    }

    void end_of_rendering(std::string_view name, const Text& value) {
        if (name == "Message") {
            row_.message = value;
        } else if (name == "Level") {
            level_name_ = value;
        }
    }

    // Classic records have data without names.
    void add_data(const std::string& value) {
        const std::string& name = path_.back().data_name;
        const std::string text = path_.back().name == "Binary" ? readable(value) : value;
        std::string& data = row_.data ? *row_.data : row_.data.emplace();
        data += data.empty() ? "" : "; ";
        data += name == "Data" ? text : fmt::format("{}: {}", name, text);
    }

    EventsRow row_;
    snapshot::Integer level_;
    Text level_name_;
    std::vector<Element> path_;
    std::string text_;
    bool is_leaf_ = false;
};

/// The records of a text, one after another.
class Records {
  public:
    Records(const TextLines& lines, const Text& channel, Analysis& out)
        : lines_(lines), text_(lines.from(0)), channel_(channel), out_(out) {}

    void read() {
        for (std::size_t at = next_tag(text_, 0, "<"); at != std::string_view::npos;) {
            // A record reaches to its closing tag and no further, so that what is wrong with one is read at most twice.
            // Event records escape what they quote: no other closing tag stands within.
            const std::size_t closing = next_tag(text_, at, "</");
            const std::size_t end = closing == std::string_view::npos ? text_.size() : text_.find('>', closing) + 1;
            if (!read_record(at, end)) {
                const std::size_t last = last_begin(at, end);
                if (last != at) {
                    (void)read_record(last, end);
                }
            }
            at = next_tag(text_, end, "<");
        }
    }

  private:
    // Where the last record in a part begins: the one behind a record that broke off.
    [[nodiscard]] std::size_t last_begin(std::size_t at, std::size_t end) const {
        std::size_t last = at;
        for (std::size_t next = at; next < end; next = next_tag(text_.substr(0, end), next + 1, "<")) {
            last = next;
        }
        return last;
    }

    bool read_record(std::size_t at, std::size_t end) {
        XmlReader reader(text_.substr(0, end), at);
        Record record(channel_);
        const std::size_t first_line = lines_.line_of(at) + 1;
        auto piece = reader.next();
        while (piece && *piece) {
            record.take(**piece);
            if (reader.depth() == 0) {
                break;
            }
            piece = reader.next();
        }
        if (piece) {
            add_event(record.done(), snapshot::line_place(first_line, lines_.line_of(reader.at() - 1) + 1), out_);
            return true;
        }
        if (++broken_ <= kMostNotes) {
            out_.note(snapshot::line_place(first_line), "malformed", piece.error().text());
        }
        out_.covers_partly(snapshot::kEvents.name, "a record could not be read: " + piece.error().doing);
        return false;
    }

    const TextLines& lines_;
    std::string_view text_;
    const Text& channel_;
    Analysis& out_;
    std::size_t broken_ = 0;
};

}  // namespace

void read_event_xml(const TextLines& lines, const Text& channel, Analysis& out) {
    const std::string_view text = lines.from(0);
    if (std::ranges::none_of(kRoots,
                             [&](std::string_view root) { return text.find(root) != std::string_view::npos; })) {
        out.note("", "unrecognised", "this XML holds no event records");
        return;
    }
    out.covers(snapshot::kEvents.name);
    Records(lines, channel, out).read();
}

}  // namespace kwd::analyzers
