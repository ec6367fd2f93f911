// SPDX-License-Identifier: Apache-2.0
// The first byte is how long the name is, then the name, then the file.
#include "collectors/import/recognise.h"

#include "collectors/import/bundle.h"
#include "collectors/import/json_outline.h"
#include "snapshot/kinds.h"
#include "tests/fuzz/check.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace kwd::collectors;
    const std::string input(data, data + size);
    const std::string_view bytes = input;
    const auto name_bytes = bytes.empty() ? 0 : std::min<std::size_t>(data[0], bytes.size() - 1);
    const auto name = bytes.substr(bytes.empty() ? 0 : 1, name_bytes);
    const auto content = bytes.substr(std::min(bytes.size(), 1 + name_bytes));

    const auto recognition = recognise(name, content);
    const auto kinds = kwd::snapshot::document_kinds();
    check(std::any_of(kinds.begin(), kinds.end(), [&](const auto& kind) { return kind.name == recognition.kind; }));
    check(!recognition.why.empty());

    std::size_t end = 0;
    for (const auto& outline : outline_json(content)) {
        check(outline.begin() >= end && outline.end() > outline.begin() && outline.end() <= content.size());
        end = outline.end();
    }

    const std::vector<std::string> paths{std::string(name)};
    const auto fact = bundle_fact(detect_bundle(name, top_folder(paths), paths), paths.front(), paths);
    check(!fact.set_aside || !fact.note.empty());
    return 0;
}
