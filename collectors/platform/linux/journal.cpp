// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/linux/journal.h"

#include "base/json.h"
#include "base/secrets.h"
#include "collectors/clean.h"
#include "collectors/node_tree.h"
#include "collectors/platform/linux/collectors.h"
#include "collectors/platform/tool.h"
#include "snapshot/kinds.h"

#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace kwd::collectors {
namespace {

// Of these units, each its own document.
constexpr auto kUnits =
    std::to_array<const char*>({"kubelet", "kube-proxy", "flanneld", "containerd", "crio", "docker", "k3s", "k3s-agent",
                                "rke2-server", "rke2-agent", "NetworkManager", "systemd-networkd", "systemd-resolved",
                                "firewalld", "chronyd", "snap.microk8s.daemon-kubelite"});

constexpr const char* kFields =
    "--output-fields=MESSAGE,PRIORITY,SYSLOG_IDENTIFIER,_SYSTEMD_UNIT,_PID,_COMM,_BOOT_ID,_HOSTNAME,_TRANSPORT";

struct Question {
    std::string name;
    std::vector<std::string> selection;
};

// Each line is a JSON object of its own, so each is cleaned on its own.
std::string clean_lines(const std::string& lines, RemovedSecrets& removed) {
    std::string result;
    result.reserve(lines.size());
    std::string_view rest = lines;
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        auto clean = remove_secrets(line);
        if (!clean.removed.empty() && !parse_json(clean.text)) {
            clean.text = clean_json(line);
        }
        for (const auto& [kind, count] : clean.removed) {
            removed[kind] += count;
        }
        result += clean.text;
        result += '\n';
    }
    return result;
}

// Answers whether there was anything.
Result<bool> ask(const Question& question, const CollectOptions& options, DocumentSink& out, Deadline deadline) {
    std::vector<std::string> command{"journalctl",
                                     "--no-pager",
                                     "--quiet",
                                     "--output=json",
                                     "--reverse",
                                     kFields,
                                     fmt::format("--since=-{}min", options.log_window.count())};
    if (options.root != "/") {
        command.push_back(fmt::format("--directory={}/var/log/journal", options.root));
    }
    command.insert(command.end(), question.selection.begin(), question.selection.end());

    auto answer = run_tool(command, deadline, options.log_bytes_per_file);
    if (!answer) {
        return std::move(answer).error();
    }
    if (answer->exit_status != 0 && !answer->cut && answer->output.empty()) {
        return Error{Errc::io, fmt::format("ask the journal for {}: {}", question.name, answer->complaints)};
    }
    if (answer->output.empty()) {
        return false;
    }
    RemovedSecrets removed;
    NewDocument document{.kind = snapshot::kind::journal,
                         .name = fmt::format("journal/{}.json", question.name),
                         .content = clean_lines(in_reverse(answer->output), removed),
                         .truncated = answer->cut};
    if (document.truncated) {
        document.note = fmt::format("the newest {} bytes", document.content.size());
    }
    add_note(document, note_of(removed));
    if (auto put = out.put(std::move(document)); !put) {
        return std::move(put).error();
    }
    return true;
}

}  // namespace

std::string in_reverse(std::string_view lines) {
    std::string result;
    result.reserve(lines.size());
    lines = lines.substr(0, lines.rfind('\n') + 1);
    while (!lines.empty()) {
        const std::string_view without_end = lines.substr(0, lines.size() - 1);
        const std::size_t begin = without_end.rfind('\n') + 1;
        result += lines.substr(begin);
        lines = lines.substr(0, begin);
    }
    return result;
}

Result<void> collect_journal(const CollectOptions& options, DocumentSink& out, Deadline deadline) {
    const NodeTree tree(options.root);
    const bool kept = tree.look("/var/log/journal").value_or(std::nullopt) ||
                      (options.root == "/" && tree.look("/run/log/journal").value_or(std::nullopt));
    if (!kept || !find_tool("journalctl")) {
        return Error{Errc::unsupported, "ask the journal: systemd's journal is not kept here"};
    }
    std::vector<Question> questions;
    questions.reserve(kUnits.size() + 1);
    for (const char* unit : kUnits) {
        questions.push_back({unit, {fmt::format("--unit={}", unit)}});
    }
    questions.push_back({"kernel", {"--dmesg"}});
    bool any = false;
    for (const Question& question : questions) {
        if (auto asked = ask(question, options, out, deadline); !asked) {
            if (asked.error().code == Errc::timed_out || asked.error().code == Errc::too_large) {
                return asked.error();
            }
            out.missed(asked.error());
        } else {
            any = any || *asked;
        }
    }
    // journalctl does not say what it may not read.
    return any || ::geteuid() == 0 ? Result<void>() : Error{Errc::access_denied, "read the journal of the system"};
}

}  // namespace kwd::collectors
