// SPDX-License-Identifier: Apache-2.0
#include "base/path.h"
#include "base/printable.h"
#include "cli/command.h"
#include "cli/export_pcapng.h"
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

ExitCode write_packets(const Options& options) {
    if (options.arguments().size() != 1 || options.has("out") || options.has("kind") || options.flag("list")) {
        throw UsageError("export --pcapng FILE takes one snapshot, and --bpf, --vni and --flow");
    }
    PacketExport wanted{.path = options.get("pcapng"), .bpf = options.text("bpf")};
    if (options.has("vni")) {
        wanted.selection.vni = options.get<std::uint32_t>("vni");
    }
    if (const auto flow = options.text("flow")) {
        auto ends = packet::parse_flow_ends(*flow);
        if (!ends) {
            throw UsageError(ends.error().doing);
        }
        wanted.selection.flow = *ends;
    }
    auto opened = snapshot::Snapshot::open(options.arguments()[0]);
    if (!opened) {
        throw ToolError(opened.error());
    }
    const std::string path = wanted.path;
    const ExportedPackets exported = export_packets(**opened, std::move(wanted));
    std::cout << fmt::format("{}: {} of {} packets, of {} interfaces\n", printable(path), exported.packets,
                             exported.all, exported.interfaces);
    return exported.whole ? ExitCode::nothing : ExitCode::tool_failed;
}

}  // namespace

ExitCode run_export(const std::vector<std::string>& arguments) {
    Options options(
        "export SNAPSHOT --out FOLDER | --pcapng FILE [options]",
        "Writes the documents of a snapshot as files, byte for byte, with a list of them on stdout; or what it\n"
        "holds of packets as one pcapng file, for Wireshark.");
    options.add().add_options()("out,o", po::value<std::string>(), "folder to write to; made when it is not there")(
        "kind", po::value<std::string>(), "only documents of this kind, such as capture or log")(
        "list", po::bool_switch(), "only list them")("pcapng", po::value<std::string>(),
                                                     "file to write packets to; must not be there yet")(
        "bpf", po::value<std::string>(), "only packets that match this filter (pcap-filter)")(
        "vni", po::value<std::uint32_t>(), "only packets that came through VXLAN with this VNI")(
        "flow", po::value<std::string>(),
        "only packets between two ends, in a tunnel or not: 10.244.1.7:50000-10.244.2.9:53, [fd00::7]-[fd00::9]:53");
    options.positional("snapshot");
    if (!options.parse(arguments)) {
        return ExitCode::nothing;
    }
    if (options.has("pcapng")) {
        return write_packets(options);
    }
    for (const char* const name : {"bpf", "vni", "flow"}) {
        if (options.has(name)) {
            throw UsageError(fmt::format("--{} selects packets, for --pcapng FILE", name));
        }
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
