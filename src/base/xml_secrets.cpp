// SPDX-License-Identifier: Apache-2.0
#include "base/xml_secrets.h"

#include "base/xml.h"

#include <string>
#include <utility>
#include <vector>

namespace kwd {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

class Cleaning {
  public:
    explicit Cleaning(std::string_view xml) : xml_(xml), reader_(xml) {}

    CleanText done() {
        auto piece = reader_.next();
        for (; piece && *piece; piece = reader_.next()) {
            clean(**piece);
        }
        if (piece) {
            clean_.text += xml_.substr(copied_);
        } else {
            const CleanText rest = remove_secrets(xml_.substr(copied_));
            replace(copied_, xml_.size(), rest, false);
            clean_.text += xml_.substr(copied_);
        }
        return std::move(clean_);
    }

  private:
    void clean(const XmlPiece& piece) {
        switch (piece.kind) {
            case XmlPiece::Kind::start:
                is_secret_.push_back(names_a_secret(piece.attribute("Name").value_or(piece.name)));
                for (const XmlAttribute& each : piece.attributes) {
                    replace(each.begin, each.end, remove_secrets(each.value), true);
                }
                break;
            case XmlPiece::Kind::end: is_secret_.pop_back(); break;
            case XmlPiece::Kind::text:
                if (!is_secret_.empty() && is_secret_.back() &&
                    piece.text.find_first_not_of(kBlanks) != std::string::npos) {
                    replace(piece.begin, piece.end, {"[removed: secret]", {{"secret", 1}}}, true);
                } else {
                    replace(piece.begin, piece.end, remove_secrets(piece.text), true);
                }
                break;
        }
    }

    // Only what changed is written anew: everything else stays byte for byte.
    void replace(std::size_t begin, std::size_t end, const CleanText& by, bool escape) {
        if (by.removed.empty()) {
            return;
        }
        clean_.text += xml_.substr(copied_, begin - copied_);
        clean_.text += escape ? escape_xml(by.text) : by.text;
        copied_ = end;
        for (const auto& [kind, count] : by.removed) {
            clean_.removed[kind] += count;
        }
    }

    std::string_view xml_;
    XmlReader reader_;
    CleanText clean_;
    std::size_t copied_ = 0;
    std::vector<bool> is_secret_;
};

}  // namespace

CleanText remove_secrets_from_xml(std::string_view xml) {
    return Cleaning(xml).done();
}

bool begins_like_xml(std::string_view text) noexcept {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    text.remove_prefix(text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0);
    const std::size_t begin = text.find_first_not_of(kBlanks);
    return begin != std::string_view::npos && text[begin] == '<';
}

}  // namespace kwd
