// SPDX-License-Identifier: Apache-2.0
#include "base/path.h"
#include "base/printable.h"
#include "cli/command.h"
#include "cli/options.h"
#include "snapshot/owner_only_file.h"
#include "snapshot/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace kwd::cli {
namespace {

// A name of ours for a document of anybody's: its number keeps it apart, and no character of it can leave the folder.
std::string file_name(const snapshot::DocumentInfo& info) {
    std::string safe;
    for (const char c : info.name) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                           c == '-' || c == '_';
        safe += plain ? c : '_';
    }
    return fmt::format("{:04}-{}", info.id, safe.substr(0, 120));
}

}  // namespace

ExitCode run_export(const std::vector<std::string>& arguments) {
    Options options(
        "export SNAPSHOT --out FOLDER [options]",
        "Writes the documents of a snapshot as files, byte for byte, with a list of them on stdout. Packet\n"
        "captures come out as pcapng files.");
    options.add().add_options()("out,o", po::value<std::string>(), "folder to write to; made when it is not there")(
        "kind", po::value<std::string>(), "only documents of this kind, such as capture or log")(
        "list", po::bool_switch(), "only list them");
    options.positional("snapshot");
    if (!options.parse(arguments)) {
        return ExitCode::nothing;
    }
    const auto folder = options.text("out");
    if (options.arguments().size() != 1 || (!folder && !options.flag("list"))) {
        throw UsageError("export takes one snapshot and --out FOLDER, or --list");
    }
    auto opened = snapshot::Snapshot::open(options.arguments()[0]);
    if (!opened) {
        throw ToolError(opened.error());
    }
    const auto kind = options.text("kind");
    const std::vector<snapshot::DocumentInfo> all = (*opened)->documents();
    if (kind && std::ranges::none_of(all, [&](const auto& info) { return info.kind == *kind; })) {
        throw ToolError(fmt::format("{} holds no document of the kind {}; --list shows what it holds",
                                    options.arguments()[0], *kind));
    }
    std::error_code error;
    if (folder && !options.flag("list") && !std::filesystem::is_directory(path_of(*folder), error) &&
        !std::filesystem::create_directories(path_of(*folder), error)) {
        throw ToolError(fmt::format("make the folder {}: {}", *folder, error.message()));
    }
    bool whole = true;
    for (const snapshot::DocumentInfo& info : all) {
        if (kind && *kind != info.kind) {
            continue;
        }
        std::cout << fmt::format("{}\t{}\t{}\t{}\n", file_name(info), printable(info.kind), info.size_bytes,
                                 printable(info.original_path.value_or("")));
        if (options.flag("list")) {
            continue;
        }
        auto document = (*opened)->document(info.id);
        if (!document) {
            std::cerr << "kwdiag: " << document.error().text() << "\n";
            whole = false;
            continue;
        }
        const auto path = utf8_of(path_of(*folder) / path_of(file_name(info)));
        if (auto written = snapshot::write_owner_only_file(path, document->content); !written) {
            throw ToolError(written.error());
        }
    }
    return whole ? ExitCode::nothing : ExitCode::tool_failed;
}

}  // namespace kwd::cli
