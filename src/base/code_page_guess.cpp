// SPDX-License-Identifier: Apache-2.0
#include "base/code_page.h"

#include <algorithm>
#include <array>

// Each code page gets points for how well the bytes read in it, divided by the number of bytes judged: 1 is a text made
// of nothing but its everyday letters. Latin letters stand alone between ASCII letters, Cyrillic ones in words of their
// own, Chinese, Japanese and Korean ones in pairs that fall into the rows where a standard keeps its common characters
// (GB 2312 level 1, Big5 level 1, JIS X 0208 level 1 and kana, KS X 1001 hangul).

namespace kwd {
namespace {

constexpr std::size_t kMostBytes = 65536;
constexpr double kLeastScore = 0.45;
constexpr double kLeastLead = 0.05;

struct Score {
    double points = 0;
    double judged = 0;

    void add(double value, double weight = 1) noexcept {
        points += value * weight;
        judged += weight;
    }
    [[nodiscard]] double value() const noexcept { return judged == 0 ? 0 : points / judged; }
};

constexpr bool in(unsigned byte, unsigned low, unsigned high) noexcept {
    return byte >= low && byte <= high;
}
constexpr bool is_high(unsigned byte) noexcept {
    return byte >= 0x80;
}
constexpr bool is_ascii_letter(unsigned byte) noexcept {
    return in(byte | 0x20U, 'a', 'z');
}

/// The bytes of a text; 0 before its start and behind its end.
class Bytes {
  public:
    explicit Bytes(std::string_view text) noexcept : text_(text) {}
    [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }
    [[nodiscard]] unsigned at(std::size_t i) const noexcept {
        return i < text_.size() ? static_cast<unsigned char>(text_[i]) : 0;
    }
    [[nodiscard]] unsigned before(std::size_t i) const noexcept { return i == 0 ? 0 : at(i - 1); }
    [[nodiscard]] bool has_ascii_letter_beside(std::size_t i) const noexcept {
        return is_ascii_letter(before(i)) || is_ascii_letter(at(i + 1));
    }

  private:
    std::string_view text_;
};

template <std::size_t Count>
constexpr bool is_one_of(const std::array<unsigned, Count>& bytes, unsigned byte) noexcept {
    return std::find(bytes.begin(), bytes.end(), byte) != bytes.end();
}

double latin_value(unsigned byte, unsigned before, unsigned after) noexcept {
    constexpr std::array<unsigned, 5> kUnassigned{0x81, 0x8d, 0x8f, 0x90, 0x9d};
    constexpr std::array<unsigned, 3> kWithinWords{0x92, 0x96, 0x97};                    // ’ – —
    constexpr std::array<unsigned, 6> kBesideWords{0x80, 0x84, 0x85, 0x91, 0x93, 0x94};  // € „ … ‘ “ ”
    const auto is_letter = [](unsigned b) { return in(b, 0xc0, 0xff) && b != 0xd7 && b != 0xf7; };
    const bool follows_word = is_ascii_letter(before) || is_letter(before);
    if (is_letter(byte)) {
        return follows_word || is_ascii_letter(after) ? 1 : 0;
    }
    if (is_one_of(kUnassigned, byte)) {
        return -2;
    }
    if (is_one_of(kBesideWords, byte)) {
        return follows_word && (is_ascii_letter(after) || is_letter(after)) ? 0 : 0.5;
    }
    return is_one_of(kWithinWords, byte) ? 0.5 : 0.25;
}

Score windows_1252_score(const Bytes& bytes) noexcept {
    Score score;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (is_high(bytes.at(i))) {
            score.add(latin_value(bytes.at(i), bytes.before(i), bytes.at(i + 1)));
        }
    }
    return score;
}

/// Only what tells it from windows-1252: its small letters are that one's punctuation, which does not stand within
/// words.
Score cp850_score(const Bytes& bytes) noexcept {
    constexpr unsigned kSmallUUmlaut = 0x81;
    constexpr unsigned kSmallEAcute = 0x82;
    constexpr unsigned kSmallAGrave = 0x85;
    constexpr unsigned kSharpS = 0xe1;
    const auto is_small = [](unsigned byte) { return in(byte, 0x81, 0x8d) || byte == 0x94 || in(byte, 0xa1, 0xa4); };
    const auto is_capital = [](unsigned byte) { return byte == 0x8e || byte == 0x90 || byte == 0x99 || byte == 0x9a; };
    const auto is_letter = [&](unsigned byte) { return is_ascii_letter(byte) || is_small(byte) || byte == kSharpS; };
    Score score;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const unsigned byte = bytes.at(i);
        if (!is_high(byte)) {
            continue;
        }
        const bool letter_before = is_letter(bytes.before(i));
        const bool letter_after = is_letter(bytes.at(i + 1));
        const bool alone = bytes.before(i) == ' ' && bytes.at(i + 1) == ' ';
        if ((is_small(byte) && letter_before && letter_after) || (byte == kSmallUUmlaut && letter_after) ||
            (byte == kSmallEAcute && letter_before) || (byte == kSmallAGrave && alone) ||
            (is_capital(byte) && !letter_before && letter_after)) {
            score.add(1);
        } else if ((byte == kSharpS && letter_before) || (byte == kSmallEAcute && letter_after)) {
            score.add(0.6);
        } else if (in(byte, 0xc0, 0xff) && byte != kSharpS && bytes.has_ascii_letter_beside(i)) {
            score.add(-1);
        } else {
            score.add(0.2);
        }
    }
    return score;
}

/// `is_small` and `is_capital` tell the letters of a Cyrillic code page, `is_sign` what else is common in it; one
/// letter says nothing.
template <class IsSmall, class IsCapital, class IsSign>
Score cyrillic_score(const Bytes& bytes, IsSmall is_small, IsCapital is_capital, IsSign is_sign) noexcept {
    Score score;
    std::size_t letters = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const unsigned byte = bytes.at(i);
        if (!is_high(byte)) {
            continue;
        }
        letters += is_small(byte) || is_capital(byte) ? 1 : 0;
        if (!is_small(byte) && !is_capital(byte)) {
            score.add(is_sign(byte) ? 0.5 : -1);
        } else if (bytes.has_ascii_letter_beside(i)) {
            score.add(-2);
        } else if (is_capital(byte) && is_small(bytes.before(i))) {
            score.add(-3);
        } else {
            score.add(1);
        }
    }
    return letters > 1 ? score : Score{};
}

Score windows_1251_score(const Bytes& bytes) noexcept {
    constexpr std::array<unsigned, 8> kSigns{0x85, 0x96, 0x97, 0xa0, 0xab, 0xb9, 0xbb, 0xa7};
    return cyrillic_score(
        bytes, [](unsigned b) { return in(b, 0xe0, 0xff) || b == 0xb8; },
        [](unsigned b) { return in(b, 0xc0, 0xdf) || b == 0xa8; }, [&](unsigned b) { return is_one_of(kSigns, b); });
}

Score cp866_score(const Bytes& bytes) noexcept {
    return cyrillic_score(
        bytes, [](unsigned b) { return in(b, 0xa0, 0xaf) || in(b, 0xe0, 0xef) || b == 0xf1; },
        [](unsigned b) { return in(b, 0x80, 0x9f) || b == 0xf0; },
        [](unsigned b) { return in(b, 0xb0, 0xdf) || b == 0xfc || b == 0xff; });
}

/// Walks the pairs of a double-byte code page. `single` gives the value of a byte that stands alone, or nothing when it
/// leads a pair; `pair` gives the value of a pair.
template <class Single, class Pair>
Score pair_score(const Bytes& bytes, Single single, Pair pair) noexcept {
    constexpr double kUnreadable = -2;
    constexpr double kWithinWord = -0.5;  // of ASCII letters: rather a Latin letter or two
    std::size_t end_of_pair = 0;
    Score score;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const unsigned lead = bytes.at(i);
        if (!is_high(lead)) {
            continue;
        }
        if (const std::optional<double> value = single(lead)) {
            score.add(*value);
            continue;
        }
        const unsigned trail = bytes.at(i + 1);
        const std::optional<double> value = pair(lead, trail);
        if (!value) {
            score.add(kUnreadable);
            continue;
        }
        const bool follows_ascii = i != end_of_pair && is_ascii_letter(bytes.before(i));
        const bool is_within_word =
            follows_ascii && ((is_ascii_letter(trail) && *value < 1) || is_ascii_letter(bytes.at(i + 2)));
        score.add(is_within_word ? kWithinWord : *value, 2);
        end_of_pair = i + 2;
        ++i;
    }
    return score;
}

std::optional<double> stands_alone_in_none(unsigned lead) noexcept {
    return lead == 0x80 || lead == 0xff ? std::optional(-2.0) : std::nullopt;
}

Score cp932_score(const Bytes& bytes) noexcept {
    const auto single = [](unsigned lead) {
        constexpr double kHalfWidthKatakana = 0.1;
        return in(lead, 0xa1, 0xdf) ? std::optional(kHalfWidthKatakana)
                                    : (lead == 0xa0 || lead >= 0xfd ? std::optional(-2.0) : stands_alone_in_none(lead));
    };
    const auto pair = [](unsigned lead, unsigned trail) -> std::optional<double> {
        if (!in(trail, 0x40, 0xfc) || trail == 0x7f) {
            return std::nullopt;
        }
        const bool is_kana = (lead == 0x82 && in(trail, 0x9f, 0xf1)) || (lead == 0x83 && in(trail, 0x40, 0x96));
        const bool is_level_1 = in(lead, 0x88, 0x97) || (lead == 0x98 && trail <= 0x72);
        if (is_kana) {
            return 1;
        }
        return is_level_1 ? 0.9 : (lead == 0x81 ? 0.8 : (lead == 0x82 ? 0.5 : (in(lead, 0x98, 0xea) ? 0.2 : -0.5)));
    };
    return pair_score(bytes, single, pair);
}

Score cp936_score(const Bytes& bytes) noexcept {
    return pair_score(bytes, stands_alone_in_none, [](unsigned lead, unsigned trail) -> std::optional<double> {
        if (!in(trail, 0x40, 0xfe) || trail == 0x7f) {
            return std::nullopt;
        }
        if (trail < 0xa1) {
            return 0.1;
        }
        return in(lead, 0xb0, 0xd7) ? 0.95 : (in(lead, 0xa1, 0xa3) ? 0.8 : (in(lead, 0xd8, 0xf7) ? 0.25 : 0.1));
    });
}

/// Korean and Chinese share their rows; the everyday syllables of Korean are rare characters in Chinese.
Score cp949_score(const Bytes& bytes) noexcept {
    // 이다는의을가에로하지기사인정상스네트워크어터연결주소설명서비구성없음를습니고시제보요오류실패않게드리한입된파일은수
    constexpr std::array<unsigned, 59> kEveryday{
        0xc0cc, 0xb4d9, 0xb4c2, 0xc0c7, 0xc0bb, 0xb0a1, 0xbfa1, 0xb7ce, 0xc7cf, 0xc1f6, 0xb1e2, 0xbbe7,
        0xc0ce, 0xc1a4, 0xbbf3, 0xbdba, 0xb3d7, 0xc6ae, 0xbff6, 0xc5a9, 0xbeee, 0xc5cd, 0xbfac, 0xb0e1,
        0xc1d6, 0xbcd2, 0xbcb3, 0xb8ed, 0xbcad, 0xbaf1, 0xb1b8, 0xbcba, 0xbef8, 0xc0bd, 0xb8a6, 0xbdc0,
        0xb4cf, 0xb0ed, 0xbdc3, 0xc1a6, 0xbab8, 0xbfe4, 0xbfc0, 0xb7f9, 0xbdc7, 0xc6d0, 0xbeca, 0xb0d4,
        0xb5e5, 0xb8ae, 0xc7d1, 0xc0d4, 0xb5c8, 0xc6c4, 0xc0cf, 0xc0ba, 0xbcf6, 0xb9ab, 0xbfeb};
    constexpr double kLeastEveryday = 0.2;
    double pairs = 0;
    double everyday = 0;
    Score score = pair_score(bytes, stands_alone_in_none, [&](unsigned lead, unsigned trail) -> std::optional<double> {
        if (!in(trail, 0x41, 0xfe) || in(trail, 0x5b, 0x60) || in(trail, 0x7b, 0x80)) {
            return std::nullopt;
        }
        if (trail < 0xa1 || !in(lead, 0xb0, 0xc8)) {
            return in(lead, 0xa1, 0xa3) && trail >= 0xa1 ? 0.8 : 0.1;
        }
        const bool is_everyday = std::find(kEveryday.begin(), kEveryday.end(), (lead << 8) | trail) != kEveryday.end();
        pairs += 1;
        everyday += is_everyday ? 1 : 0;
        return 1;
    });
    return everyday < pairs * kLeastEveryday ? Score{} : score;
}

Score cp950_score(const Bytes& bytes) noexcept {
    return pair_score(bytes, stands_alone_in_none, [](unsigned lead, unsigned trail) -> std::optional<double> {
        if (!in(trail, 0x40, 0xfe) || in(trail, 0x7f, 0xa0)) {
            return std::nullopt;
        }
        return in(lead, 0xa4, 0xc6) ? 0.92 : (in(lead, 0xa1, 0xa3) ? 0.8 : (in(lead, 0xc9, 0xf9) ? 0.2 : -1));
    });
}

}  // namespace

CodePage guess_code_page(std::string_view text) noexcept {
    struct Candidate {
        CodePage page;
        Score (*score)(const Bytes&) noexcept;
    };
    constexpr std::array kCandidates{
        Candidate{CodePage::cp850, &cp850_score}, Candidate{CodePage::windows_1251, &windows_1251_score},
        Candidate{CodePage::cp866, &cp866_score}, Candidate{CodePage::cp932, &cp932_score},
        Candidate{CodePage::cp936, &cp936_score}, Candidate{CodePage::cp949, &cp949_score},
        Candidate{CodePage::cp950, &cp950_score},
    };
    const Bytes bytes(text.substr(0, kMostBytes));
    CodePage best = CodePage::windows_1252;
    double best_score = std::max(windows_1252_score(bytes).value() + kLeastLead, kLeastScore);
    for (const Candidate& candidate : kCandidates) {
        const double score = candidate.score(bytes).value();
        if (score > best_score) {
            best = candidate.page;
            best_score = score;
        }
    }
    return best;
}

}  // namespace kwd
