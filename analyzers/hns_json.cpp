// SPDX-License-Identifier: Apache-2.0
#include "analyzers/hns_json.h"

#include "analyzers/hns_listing.h"
#include "analyzers/hns_objects.h"
#include "analyzers/text_lines.h"
#include "base/wrapped_json.h"
#include "snapshot/place.h"
#include "snapshot/tables/system.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

namespace kwd::analyzers {
namespace {

using nlohmann::json;
using snapshot::line_place;

// A text with more broken values than this is not JSON; reading on would only be slow.
constexpr int kMaxBrokenValues = 16;

const JsonNode::PropertyLines kNoPropertyLines;

class HnsText {
  public:
    HnsText(const snapshot::Document& document, HnsObject hint, Analysis& out)
        : lines_(document, out), hint_(hint), listing_(lines_, hint, out), out_(out) {}

    void read() {
        std::size_t at = 0;
        while (at < lines_.size()) {
            if (may_begin_json(lines_[at]) && broken_ < kMaxBrokenValues) {
                at = take_json(at);
                continue;
            }
            at = std::max(listing_.take(at), at + 1);
        }
        // The text is read first: it may tell of objects what their JSON does not.
        for (const Value& value : values_) {
            add_objects(value.has_pointers ? JsonNode(value.root, value.place)
                                           : JsonNode(value.root, value.place, kNoPropertyLines),
                        value.section);
        }
        finish();
    }

  private:
    struct Value {
        json root;
        std::string place;
        bool has_pointers;
        HnsObject section;
    };

    // A line of JSON begins with a bracket; so do lines of chatter, `[GET] /networks`.
    static bool may_begin_json(std::string_view line) {
        line = trim(line);
        if (!line.starts_with('{') && !line.starts_with('[')) {
            return false;
        }
        const std::string_view next = trim(line.substr(1));
        return next.empty() ||
               std::string_view(line[0] == '{' ? "\"}" : "{[\"]").find(next[0]) != std::string_view::npos;
    }

    std::size_t take_json(std::size_t at) {
        const std::string_view text = lines_.from(at);
        std::size_t byte = 0;
        while (true) {
            auto read = parse_wrapped_json_prefix(text.substr(byte));
            if (!read) {
                return byte == 0 ? take_broken(at, read.error()) : behind(at, byte);
            }
            if (read->repaired) {
                out_.note(line_place(at + 1), "repaired",
                          "line breaks that a console put into the JSON were taken out");
            }
            const std::size_t begin = byte;
            byte += read->bytes;
            keep(std::move(read->value), text, begin);
            const std::size_t next = text.find_first_not_of(" \t,", byte);
            if (next == std::string_view::npos || (text[next] != '{' && text[next] != '[')) {
                return behind(at, byte);
            }
            byte = next;  // another value on the line on which this one ends
        }
    }

    // Places are pointers only where a value begins its line: a pointer is looked for in the first value of a line.
    void keep(json value, std::string_view text, std::size_t byte) {
        byte = text.find_first_not_of(" \t\r\n", byte);
        const std::size_t line = lines_.line_of(static_cast<std::size_t>(text.data() - lines_.from(0).data()) + byte);
        const bool begins_line = trim(lines_[line]).data() == text.data() + byte;
        values_.push_back(
            {std::move(value), line == 0 && begins_line ? "" : line_place(line + 1), begins_line, listing_.section()});
    }

    // The line behind a value that took some bytes from the beginning of a line. What follows it on its own last line,
    // a comma or a bracket, is nothing.
    [[nodiscard]] std::size_t behind(std::size_t at, std::size_t bytes) const {
        const auto before = static_cast<std::size_t>(lines_.from(at).data() - lines_.from(0).data());
        return lines_.line_of(before + bytes - 1) + 1;
    }

    // A list that ends early, or has something broken in it: its items one by one, as far as they can be read.
    std::size_t take_broken(std::size_t at, const Error& error) {
        ++broken_;
        out_.note(line_place(at + 1), "malformed", error.text());
        lost_ = fmt::format("line {}: {}", at + 1, error.doing);
        if (!trim(lines_[at]).starts_with('[')) {
            return at_margin(at + 1);
        }
        const std::string_view text = lines_.from(at);
        std::size_t byte = text.find('[') + 1;
        std::size_t next = at + 1;
        while (true) {
            byte = text.find_first_not_of(" \t\r\n,", byte);
            if (byte == std::string_view::npos || text[byte] != '{') {
                return at_margin(next);
            }
            auto item = parse_wrapped_json_prefix(text.substr(byte));
            if (!item) {
                return at_margin(next);
            }
            keep(std::move(item->value), text, byte);
            byte += item->bytes;
            next = behind(at, byte);
        }
    }

    // The next line that is not within something: what a broken object holds are not objects of HNS.
    [[nodiscard]] std::size_t at_margin(std::size_t at) const {
        while (at < lines_.size() &&
               (lines_[at].empty() || std::string_view(" \t}]").find(lines_[at][0]) != std::string_view::npos)) {
            ++at;
        }
        return at;
    }

    void add_objects(const JsonNode& node, HnsObject section) {
        if (!node || (node.value().is_string() && !node.is_object())) {
            return;
        }
        if (node.value().is_array()) {
            const auto items = node.items();
            if (items.empty()) {
                cover(section);
            }
            for (const JsonNode& each : items) {
                add_objects(each, section);
            }
            return;
        }
        if (!node.is_object()) {
            return;
        }
        const bool answered = node.has("Success");
        if (answered && node.has("Output")) {
            add_objects(node["Output"], section);
            return;
        }
        if (answered && !node["Success"].flag().value_or(true)) {
            const std::string why =
                fmt::format("HNS answered with an error: {}", node["Error"].text().value_or("no text"));
            out_.note(node.place(), "refused", why);
            lost_ = why;
            return;
        }
        if (answered && node.value().size() == 1) {
            cover(section);
            return;
        }
        if (node.has("value") && node.has("Count")) {  // how Windows PowerShell wraps some arrays
            add_objects(node["value"], section);
            return;
        }
        if (!add_version(node)) {
            add_object(node, section);
        }
    }

    // The answer to GET /globals/version.
    bool add_version(const JsonNode& node) {
        const auto major = node["Major"].integer();
        const auto minor = node["Minor"].integer();
        if (!major || !minor || node.value().size() != 2) {
            return false;
        }
        out_.add_in_outline(snapshot::kComponentVersions,
                            {.component = "hns", .version = fmt::format("{}.{}", *major, *minor), .origin = "hns"},
                            node.place());
        found_anything_ = true;
        return true;
    }

    void add_object(const JsonNode& node, HnsObject section) {
        const HnsObject kind = recognise_hns_object(node, section);
        switch (kind) {
            case HnsObject::network: add_hns_network(node, out_); break;
            case HnsObject::endpoint: add_hns_endpoint(node, listing_.states(), out_); break;
            case HnsObject::load_balancer: add_hns_load_balancer(node, out_); break;
            case HnsObject::sdn_route: add_hns_sdn_route(node, out_); break;
            case HnsObject::name_space: add_hns_namespace(node, out_); break;
            case HnsObject::unknown:
                out_.note(node.place(), "unknown_object", "this object is none of HNS that is known");
                return;
        }
        if (is_selection(kind, node)) {
            cover_hns_in_outline(kind, out_);
            found_anything_ = true;
        } else {
            cover(kind);
        }
    }

    void cover(HnsObject kind) {
        cover_hns(kind, out_);
        found_anything_ = true;
    }

    void finish() {
        if (!found_anything_ && !listing_.found_anything()) {
            cover_hns_partly(
                hint_, lost_.empty() ? "the text holds no HNS object: there are none, or it could not be asked" : lost_,
                out_);
        } else if (!lost_.empty()) {
            cover_hns_partly(hint_, lost_, out_);
        }
    }

    TextLines lines_;
    HnsObject hint_;
    HnsListing listing_;
    Analysis& out_;
    std::deque<Value> values_;
    int broken_ = 0;
    std::string lost_;
    bool found_anything_ = false;
};

}  // namespace

void analyze_hns_networks(const snapshot::Document& document, Analysis& out) {
    HnsText(document, HnsObject::network, out).read();
}
void analyze_hns_endpoints(const snapshot::Document& document, Analysis& out) {
    HnsText(document, HnsObject::endpoint, out).read();
}
void analyze_hns_load_balancers(const snapshot::Document& document, Analysis& out) {
    HnsText(document, HnsObject::load_balancer, out).read();
}
void analyze_hns_namespaces(const snapshot::Document& document, Analysis& out) {
    HnsText(document, HnsObject::name_space, out).read();
}
void analyze_hns_mixed(const snapshot::Document& document, Analysis& out) {
    HnsText(document, HnsObject::unknown, out).read();
}

}  // namespace kwd::analyzers
