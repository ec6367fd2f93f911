// SPDX-License-Identifier: Apache-2.0
#include "rules/rule.h"

#include <array>

namespace kwd::rules {

const char* name_of(Severity severity) noexcept {
    switch (severity) {
        case Severity::critical: return "critical";
        case Severity::warning: return "warning";
        case Severity::info: return "info";
    }
    return "info";
}

const char* name_of(Confidence confidence) noexcept {
    switch (confidence) {
        case Confidence::definite: return "definite";
        case Confidence::likely: return "likely";
        case Confidence::hint: return "hint";
    }
    return "hint";
}

const char* name_of(Status status) noexcept {
    switch (status) {
        case Status::experimental: return "experimental";
        case Status::stable: return "stable";
        case Status::retired: return "retired";
    }
    return "experimental";
}

const char* name_of(Scope scope) noexcept {
    switch (scope) {
        case Scope::node: return "node";
        case Scope::cluster: return "cluster";
    }
    return "node";
}

const char* name_of(Verdict verdict) noexcept {
    switch (verdict) {
        case Verdict::finding: return "finding";
        case Verdict::clear: return "clear";
        case Verdict::not_applicable: return "not_applicable";
        case Verdict::not_evaluated: return "not_evaluated";
        case Verdict::suppressed: return "suppressed";
        case Verdict::error: return "error";
    }
    return "error";
}

std::span<const std::string_view> areas() {
    static constexpr std::array<std::string_view, 18> kAreas = {
        "platform", "hns",       "overlay", "host-gateway", "ip-plan", "dns",  "kube-proxy", "node-agent", "cni",
        "storage",  "isolation", "mtu",     "firewall",     "cloud",   "logs", "capture",    "linux",      "cluster"};
    return kAreas;
}

std::vector<std::string> Rule::tables() const {
    std::vector<std::string> tables = uses;
    const auto add = [&](const std::vector<Need>& all) {
        for (const Need& need : all) {
            for (const Source& source : need.any_of) {
                tables.push_back(source.table);
            }
        }
    };
    add(needs);
    if (applies) {
        add(applies->needs);
    }
    return tables;
}

std::string Need::text() const {
    std::string all;
    for (const Source& source : any_of) {
        all += (all.empty() ? "" : "|") + source.text();
    }
    switch (tellers) {
        case Tellers::all: return all;
        case Tellers::windows: return "windows:" + all;
        case Tellers::linux: return "linux:" + all;
        case Tellers::one: return "one:" + all;
    }
    return all;
}

}  // namespace kwd::rules
