// SPDX-License-Identifier: Apache-2.0
// Rule files of a folder that a person names: whatever is in one, it is read or refused, and what is read can be
// validated and shown.
#include "rules/rule_file.h"

#include "rules/listing.h"
#include "rules/validate.h"
#include "tests/fuzz/check.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace kwd::rules;
    static const Schemas schemas;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    // The id is in the text, and must be the file's name: take it from there, so that whole rules get through.
    const std::size_t begin = text.starts_with("id: ") ? 4 : 0;
    const std::string id(text.substr(begin, text.find('\n') - begin));
    const std::size_t area = text.find("\narea: ");
    const std::string folder(area == text.npos ? "mtu" : text.substr(area + 7, text.find('\n', area + 1) - area - 7));
    const auto rule = parse_rule(text, "rules/" + folder + "/" + id + ".yaml");
    if (rule) {
        check(rule->id == id && rule->tests.size() >= 3);
        (void)validate(*rule, schemas);
        (void)show_text(*rule);
    }
    return 0;
}
