// SPDX-License-Identifier: Apache-2.0
#include "analyzers/transcript.h"

#include "analyzers/hns_json.h"
#include "analyzers/kubectl_text.h"
#include "analyzers/windows_text.h"
#include "base/text.h"

namespace kwd::analyzers {

void analyze_transcript(const snapshot::Document& document, Analysis& out) {
    analyze_hns_mixed(document, out);
    // Decoded, so that the encoding is noted once.
    const snapshot::Document decoded{document.info, decode_text(document.content).utf8};
    analyze_windows_text(decoded, out);
    analyze_kubectl_text(decoded, out);
}

}  // namespace kwd::analyzers
