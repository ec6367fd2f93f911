// SPDX-License-Identifier: Apache-2.0
#include "analyzers/csv.h"

#include <algorithm>

namespace kwd::analyzers {

std::optional<CsvReader::Record> CsvReader::next() {
    at_ = std::min(text_.find_first_not_of("\r\n", at_), text_.size());
    if (at_ == text_.size()) {
        return std::nullopt;
    }
    Record record{{}, at_, at_};
    while (true) {
        if (at_ < text_.size() && text_[at_] == '"') {
            record.fields.push_back(quoted_field());
        } else {
            const std::size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
            record.fields.emplace_back(text_.substr(at_, end - at_));
            at_ = end;
        }
        if (at_ >= text_.size() || text_[at_] != ',') {
            record.end = at_;
            return record;
        }
        ++at_;
    }
}

std::string CsvReader::quoted_field() {
    std::string field;
    for (++at_; at_ < text_.size(); ++at_) {
        if (text_[at_] == '"') {
            if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') {
                break;
            }
            ++at_;
        }
        field += text_[at_];
    }
    at_ = std::min(text_.find_first_of(",\r\n", at_), text_.size());
    return field;
}

}  // namespace kwd::analyzers
