// SPDX-License-Identifier: Apache-2.0
#include "tests/windows/node.h"

#include "base/path.h"
#include "base/wide.h"
#include "tests/windows/not_elevated.h"

#include <windows.h>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace kwd::test {
namespace {

namespace fs = std::filesystem;

const fs::path kServed = "C:\\kwdiag-double";
const fs::path kOwn = "C:\\kwdiag-test";
constexpr const char* kNpcap = "Npcap";
constexpr const char* kPktmon = "pktmon.exe";
constexpr const char* kIpHelper = "iphlpapi.dll";
// Wine's own IP Helper, which its double asks for what it has not.
constexpr const char* kIpHelperOfWine = "kwdiphlp.dll";
// Where a double lies in the place of what Wine has of its own, that is kept here until the test is over. A test that
// was ended leaves it there for the next one.
const fs::path kKept = "C:\\kwdiag-kept";
// Those files. Each is named in wine.sh as well, or Wine takes its own from elsewhere.
constexpr const char* kReplaced[] = {"iphlpapi.dll", "netsh.exe", "wevtapi.dll"};
constexpr const char* kDoubles[] = {"computenetwork.dll", "netsh.exe", "vfpctrl.exe",
                                    "vmcompute.dll",      "w32tm.exe", "wevtapi.dll"};

fs::path system_folder() {
    wchar_t path[MAX_PATH] = {};
    GetSystemDirectoryW(path, MAX_PATH);
    return path;
}

// What it replaces is kept by renaming, so that a test that is ended at any point leaves each file where it was or
// where it is kept.
void install(const char* file) {
    fs::create_directories(kKept);
    if (std::ranges::find(kReplaced, std::string_view(file)) != std::end(kReplaced) && !fs::exists(kKept / file)) {
        fs::rename(system_folder() / file, kKept / file);
    }
    fs::copy_file(fs::path(KWD_DOUBLES) / file, system_folder() / file, fs::copy_options::overwrite_existing);
}

std::string text_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write(const fs::path& path, const std::string& content) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
}

// In Wine what a process without elevation writes is nobody's to write, and so nobody's to remove.
void remove_own() {
    std::error_code ignored;
    for (const auto& each : fs::directory_iterator(kOwn, ignored)) {
        SetFileAttributesW(each.path().c_str(), FILE_ATTRIBUTE_NORMAL);
    }
    fs::remove_all(kOwn);
}

HANDLE output_file(const fs::path& path) {
    SECURITY_ATTRIBUTES inherited{sizeof(SECURITY_ATTRIBUTES), nullptr, TRUE};
    return CreateFileW(path.c_str(), GENERIC_WRITE, FILE_SHARE_READ, &inherited, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL,
                       nullptr);
}

}  // namespace

Node::Node() {
    fs::remove_all(kServed);
    remove_own();
    // A test that was killed has left them, and they decide by what packets are captured, and by whom addresses are
    // given.
    take_away_what_few_want();
    fs::create_directories(kServed / "hns");
    fs::create_directories(kOwn);
    for (const char* each : kDoubles) {
        install(each);
    }
}

void Node::take_away_what_few_want() const {
    std::error_code ignored;
    fs::remove_all(system_folder() / kNpcap, ignored);
    fs::remove(system_folder() / kPktmon, ignored);
    without(kIpHelper);
    fs::remove(system_folder() / kIpHelperOfWine, ignored);
}

void Node::without(const std::string& file) const {
    const bool replaced = std::ranges::find(kReplaced, file) != std::end(kReplaced);
    // What is kept no more is back already.
    if (replaced && !fs::exists(kKept / file)) {
        return;
    }
    std::error_code ignored;
    fs::remove(system_folder() / file, ignored);
    if (replaced) {
        fs::rename(kKept / file, system_folder() / file, ignored);
    }
}

Node::~Node() {
    std::error_code ignored;
    for (const char* each : kDoubles) {
        without(each);
    }
    take_away_what_few_want();
    fs::remove_all(kServed, ignored);
    remove_own();
}

void Node::serve(const std::string& name, const std::string& content) const {
    write(kServed / name, content);
}

void Node::serve_fixture(const std::string& name, const std::string& fixture) const {
    const std::string text = text_of(fs::path(KWD_FIXTURES) / fixture);
    nlohmann::json value = nlohmann::json::parse(text);
    serve(name, (value.is_array() ? value : nlohmann::json::array({value})).dump());
}

void Node::fault(const std::string& line) const {
    std::ofstream(kServed / "faults.txt", std::ios::app) << line << "\n";
}

void Node::install_pktmon() const {
    install(kPktmon);
}

void Node::install_compartments() const {
    install(kIpHelper);
    std::string library = text_of(kKept / kIpHelper);
    // By this mark Wine knows its own, and would look for it under its own name.
    const std::string mark = "Wine builtin DLL";
    library.replace(library.find(mark), mark.size(), mark.size(), '\0');
    write(system_folder() / kIpHelperOfWine, library);
}

void Node::install_npcap() const {
    fs::create_directories(system_folder() / kNpcap);
    fs::copy_file(system_folder() / "wpcap.dll", system_folder() / kNpcap / "wpcap.dll",
                  fs::copy_options::overwrite_existing);
}

std::vector<std::string> Node::calls() const {
    std::vector<std::string> lines;
    std::ifstream file(kServed / "calls.log");
    for (std::string line; std::getline(file, line);) {
        lines.push_back(line);
    }
    return lines;
}

std::string Node::file(const std::string& name) const {
    return utf8_of(kOwn / path_of(name));
}

Node::Ran Node::run(const std::string& executable, const std::string& arguments, HANDLE token) const {
    const fs::path out = kOwn / "stdout";
    const fs::path err = kOwn / "stderr";
    HANDLE out_file = output_file(out);
    HANDLE err_file = output_file(err);
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    startup.dwFlags = STARTF_USESTDHANDLES;
    startup.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    startup.hStdOutput = out_file;
    startup.hStdError = err_file;
    std::wstring command = wide("\"" + executable + "\" " + arguments);
    PROCESS_INFORMATION made{};
    Ran ran;
    const BOOL started = CreateProcessAsUserW(token, nullptr, command.data(), nullptr, nullptr, TRUE, 0, nullptr,
                                              nullptr, &startup, &made);
    CloseHandle(out_file);
    CloseHandle(err_file);
    REQUIRE(started != 0);
    WaitForSingleObject(made.hProcess, 100'000);
    DWORD code = STILL_ACTIVE;
    GetExitCodeProcess(made.hProcess, &code);
    if (code == STILL_ACTIVE) {
        TerminateProcess(made.hProcess, 1);
    }
    CloseHandle(made.hProcess);
    CloseHandle(made.hThread);
    ran.code = static_cast<int>(code);
    ran.out = text_of(out);
    ran.err = text_of(err);
    return ran;
}

Node::Ran Node::kwdiag(const std::string& arguments) const {
    return run("Z:" KWD_KWDIAG, arguments);
}

Node::Ran Node::kwdiag_not_elevated(const std::string& arguments) const {
    return run("Z:" KWD_KWDIAG, arguments, token_without_elevation().get());
}

nlohmann::json Node::query(const std::string& snapshot, const std::string& sql) const {
    const Ran ran = kwdiag("query --format json " + snapshot + " \"" + sql + "\"");
    INFO(ran.err);
    REQUIRE(ran.code == 0);
    return nlohmann::json::parse(ran.out);
}

std::string Node::stored(const std::string& snapshot) const {
    const fs::path folder = kOwn / "documents";
    const Ran ran = kwdiag("export " + snapshot + " --out " + folder.string());
    INFO(ran.err);
    REQUIRE(ran.code == 0);
    std::string all;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            all += text_of(entry.path());
        }
    }
    return all;
}

}  // namespace kwd::test
