// SPDX-License-Identifier: Apache-2.0
#include "analyzers/transcript.h"

#include "analyzers/hns_json.h"
#include "analyzers/windows_text.h"
#include "base/text.h"

namespace kwd::analyzers {

void analyze_transcript(const snapshot::Document& document, Analysis& out) {
    analyze_hns_mixed(document, out);
    // Decoded, so that the encoding is noted once.
    analyze_windows_text({document.info, decode_text(document.content).utf8}, out);
}

}  // namespace kwd::analyzers
