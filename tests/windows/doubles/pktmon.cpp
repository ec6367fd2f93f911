// SPDX-License-Identifier: Apache-2.0
// Stands in for pktmon.exe: keeps the one session and the one list of filters that a system has, answers as the real
// one was seen to answer, and logs every call. Where the test has made a service PktMon of it (`pktmon.exe driver`),
// that is its driver: most commands load it, as those of the real one do. It serves and keeps below pktmon\ of the
// doubles' folder:
//   version.txt       2022 (when there is none), 2019 (another syntax, no unload), 2019-first (no status, no pcapng)
//   sentences.txt     what status says when nothing runs; a node may speak another language
//   components.json   what list --json answers
//   capture.pcapng    what a trace is converted to
//   running.txt       the trace file, while a trace runs
//   theirs.txt        the trace file that somebody begins as soon as a filter is added
//   filters.txt       one filter a line: name, then what it filters
// Faults: pktmon-start, pktmon-stop, pktmon-status, pktmon-filter-add, …
#include "tests/windows/doubles/double.h"

#include <winsvc.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace kwd::double_of_windows;

const fs::path kFolder = "C:\\kwdiag-double\\pktmon";
const fs::path kRunning = kFolder / "running.txt";
const fs::path kFilters = kFolder / "filters.txt";

std::string first_line(const std::string& name, const std::string& otherwise) {
    std::string text = file_text("pktmon\\" + name);
    text.erase(std::min(text.find_last_not_of("\r\n") + 1, text.size()));
    return text.empty() ? otherwise : text;
}

std::string version() {
    return first_line("version.txt", "2022");
}

int say(const std::string& text, int code = 0) {
    std::fputs(text.c_str(), stdout);
    return code;
}

std::string after(const std::vector<std::string>& words, const std::string& option) {
    const auto found = std::ranges::find(words, option);
    return found == words.end() || found + 1 == words.end() ? std::string() : *(found + 1);
}

constexpr const wchar_t* kDriver = L"PktMon";

void tell_state(SERVICE_STATUS_HANDLE handle, DWORD state) {
    SERVICE_STATUS status{};
    status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
    status.dwCurrentState = state;
    status.dwControlsAccepted = SERVICE_ACCEPT_STOP;
    SetServiceStatus(handle, &status);
}

DWORD WINAPI on_control(DWORD control, DWORD /*event*/, void* /*data*/, void* stop) {
    if (control == SERVICE_CONTROL_STOP) {
        SetEvent(stop);
    }
    return NO_ERROR;
}

void WINAPI be_driver(DWORD /*count*/, wchar_t** /*arguments*/) {
    HANDLE stop = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    SERVICE_STATUS_HANDLE handle = RegisterServiceCtrlHandlerExW(kDriver, on_control, stop);
    tell_state(handle, SERVICE_RUNNING);
    WaitForSingleObject(stop, INFINITE);
    tell_state(handle, SERVICE_STOPPED);
}

// Nothing, where the test has made no driver.
void set_driver(bool loaded) {
    SC_HANDLE manager = OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT);
    SC_HANDLE driver = OpenServiceW(manager, kDriver, SERVICE_START | SERVICE_STOP | SERVICE_QUERY_STATUS);
    SERVICE_STATUS status{};
    if (driver != nullptr) {
        loaded ? StartServiceW(driver, 0, nullptr) : ControlService(driver, SERVICE_CONTROL_STOP, &status);
        const DWORD wanted = loaded ? SERVICE_RUNNING : SERVICE_STOPPED;
        for (int i = 0; i < 200 && QueryServiceStatus(driver, &status) != 0 && status.dwCurrentState != wanted; ++i) {
            Sleep(50);
        }
        CloseServiceHandle(driver);
    }
    CloseServiceHandle(manager);
}

int unload() {
    fs::remove(kRunning);
    fs::remove(kFilters);
    set_driver(false);
    return say("");
}

int help() {
    if (version() == "2022") {
        return say(
            "pktmon <command> [OPTIONS | help]\n    Advanced packet capture and event collection.\n\nCommands\n"
            "    filter     Manage packet filters.\n    list       List packet processing components.\n\n"
            "    start      Start packet capture and event collection.\n    stop       Stop data collection.\n"
            "    status     Query current status.\n    unload     Unload PktMon driver.\n\n    etl2pcap   Convert log "
            "file to pcapng format.\n");
    }
    return say(
        std::string("pktmon <command> [OPTIONS | help]\n\nCommands\n    filter     Packet filter management.\n"
                    "    comp       Networking component management.\n    start      Start packet monitoring.\n"
                    "    stop       Stop packet monitoring.\n    format     Convert log file to text.\n") +
        (version() == "2019" ? "    status     Query status.\n    pcapng     Convert log file to pcapng.\n" : ""));
}

int status() {
    if (!fs::exists(kRunning)) {
        return say(first_line("sentences.txt", "Packet Monitor is not running.") + "\n");
    }
    return say(
        "Collected Data:\n    Packet counters, packet capture\n\nCapture Type:\n    All packets\n\n"
        "Logger Parameters:\n    Logger name:        PktMon\n    Logging mode:       Circular\n"
        "    Log file:           " +
        first_line("running.txt", "") + "\n    Maximum file size:  32 MB\n");
}

int list_filters() {
    std::istringstream lines(file_text("pktmon\\filters.txt"));
    std::string table;
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
        table += "     " + std::to_string(++number) + " " + line + "\n";
    }
    return say(number == 0 ? "Packet Filters:\n    None\n"
                           : "Packet Filters:\n     # Name Protocol Port\n     - ---- -------- ----\n" + table);
}

int filter(const std::vector<std::string>& words) {
    if (words.size() > 2 && words[1] == "add") {
        std::string line;
        for (auto word = words.begin() + 2; word != words.end(); ++word) {
            line += *word + " ";
        }
        std::ofstream(kFilters, std::ios::app) << line << "\n";
        return say("Filter added.\n");
    }
    if (words.size() == 2 && words[1] == "remove") {
        fs::remove(kFilters);
        return say("Removed all filters.\n");
    }
    return words.size() == 2 && words[1] == "list" ? list_filters() : say("Error: unknown\n", 1);
}

int start(const std::vector<std::string>& words) {
    const bool old = version() != "2022";
    if (words.size() > 1 && words[1] == "help") {
        return say(old ? "pktmon start [--etw [-p size] [-k keywords]] [-c components] [-f file]\n    --etw\n"
                       : "pktmon start [--capture]\n    -c, --capture\n        --comp\n        --pkt-size\n");
    }
    if (std::ranges::find(words, old ? "--etw" : "--capture") == words.end()) {
        return say("Error: not a valid argument\n", 1);
    }
    if (fs::exists(kRunning)) {
        return say("Packet Monitor is already started.\n", 1);
    }
    const std::string file = after(words, "--file-name");
    std::ofstream(kRunning) << file << "\n";
    std::ofstream(fs::path(file)) << "a trace";
    return say("Logger Parameters:\n    Logger name: PktMon\n");
}

int stop() {
    if (!fs::remove(kRunning)) {
        return say("Packet Monitor is not running.\n", 1);
    }
    return say("Flushing logs...\nMerging metadata...\n");
}

int convert(const std::vector<std::string>& words) {
    if (words.size() < 2 || !fs::exists(words[1])) {
        return say("Error: cannot open the file\n", 2);
    }
    fs::copy_file(kFolder / "capture.pcapng", after(words, "--out"));
    return say("Processing...\n\nPackets total: 2\n");
}

int run(const std::vector<std::string>& words) {
    const std::string command = words.empty() ? "help" : words[0];
    if (command == "help") {
        return help();
    }
    if (command == "unload" && version() == "2022") {
        return unload();
    }
    set_driver(true);
    if (command == "status" && version() != "2019-first") {
        return status();
    }
    if (command == "filter") {
        return filter(words);
    }
    if (command == (version() == "2022" ? "list" : "comp")) {
        return say(file_text("pktmon\\components.json"));
    }
    if (command == "start") {
        return start(words);
    }
    if (command == "stop") {
        return stop();
    }
    if (command == (version() == "2022" ? "etl2pcap" : "pcapng") && version() != "2019-first") {
        return convert(words);
    }
    return say("Error: unknown command\n", 1);
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words == std::vector<std::string>{"driver"}) {
        std::wstring name = kDriver;
        const SERVICE_TABLE_ENTRYW table[] = {{name.data(), be_driver}, {nullptr, nullptr}};
        return StartServiceCtrlDispatcherW(table) != 0 ? 0 : 1;
    }
    fs::create_directories(kFolder);
    std::string call = "pktmon";
    for (const std::string& word : words) {
        call += " " + word;
    }
    log_call(call);
    if (call.starts_with("pktmon filter add") && fs::exists(kFolder / "theirs.txt")) {
        fs::rename(kFolder / "theirs.txt", kRunning);
    }
    std::string name = "pktmon-" + (words.empty() ? std::string("help") : words[0]);
    if (words.size() > 1 && (words[0] == "filter" || words[1] == "help")) {
        name += "-" + words[1];
    }
    if (const Fault fault = fault_of(name); FAILED(fault.result)) {
        return say("Error: told to fail\n", static_cast<int>(fault.result & 0xffff));
    }
    return run(words);
}
