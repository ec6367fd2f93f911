// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/tool.h"

#include "base/utf8.h"
#include "collectors/platform/linux/child.h"

#include <poll.h>

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>

namespace kwd::collectors {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::array<std::string_view, 4> kFolders{"/usr/sbin", "/usr/bin", "/sbin", "/bin"};
constexpr std::size_t kMaxComplaints = 4000;

bool is_program(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

// One stream of a program, of which at most `limit` bytes are kept.
struct Stream {
    FileDescriptor fd;
    std::string& text;
    std::size_t limit;
    bool cut = false;

    // Reads once; answers false when nothing more is there now. At the end of the stream `fd` is closed.
    bool read_some() {
        std::array<char, 64 << 10> buffer;
        const ssize_t bytes = ::read(fd.get(), buffer.data(), buffer.size());
        if (bytes <= 0) {
            if (bytes == 0 || (errno != EAGAIN && errno != EINTR)) {
                fd.close();
            }
            return false;
        }
        const std::size_t room = limit - text.size();
        text.append(buffer.data(), std::min(room, static_cast<std::size_t>(bytes)));
        cut = cut || static_cast<std::size_t>(bytes) > room;
        return true;
    }
};

// Reads until the output is through, or too much; answers false when the deadline came first.
bool read_until_closed(Stream& output, Stream& complaints, Deadline deadline) {
    while (output.fd && !output.cut) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        if (left <= 0) {
            return false;
        }
        std::array<pollfd, 2> waiting{{{output.fd.get(), POLLIN, 0}, {complaints.fd.get(), POLLIN, 0}}};
        if (::poll(waiting.data(), waiting.size(), static_cast<int>(std::min<long>(left, 60'000))) <= 0) {
            continue;
        }
        if (waiting[1].revents != 0) {
            complaints.read_some();
        }
        if (waiting[0].revents != 0) {
            output.read_some();
        }
    }
    return true;
}

}  // namespace

Result<std::string> find_tool(std::string_view name, std::span<const std::string_view> more_folders) {
    if (name.find('/') != std::string_view::npos) {
        return Error{Errc::not_found, fmt::format("find the program {}: that is a path", name)};
    }
    for (const auto& folders : {std::span<const std::string_view>(kFolders), more_folders}) {
        for (const std::string_view folder : folders) {
            std::string path = fmt::format("{}/{}", folder, name);
            if (is_program(path)) {
                return path;
            }
        }
    }
    return Error{Errc::not_found, fmt::format("find the program {}: it is not installed", name)};
}

std::string text_of_tool(std::string_view bytes) {
    return repair_utf8(bytes);
}

bool means_denied(int /*exit_status*/) {
    return false;
}

Result<ToolAnswer> run_tool(const std::vector<std::string>& command, Deadline deadline, std::size_t max_bytes) {
    Result<std::string> program = command.at(0);
    if (!command[0].starts_with('/')) {
        program = find_tool(command[0]);
    }
    auto output = make_pipe();
    auto complaints = make_pipe();
    if (!program || !output || !complaints) {
        return !program ? program.error() : !output ? output.error() : complaints.error();
    }
    const ChildSpec spec{
        .program = *program,
        .arguments = command,
        .environment = std::vector<std::string>{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC",
                                                "HOME=/nonexistent", "NO_COLOR=1", "SYSTEMD_COLORS=0"},
        .standard_output = output->write_end.get(),
        .standard_error = complaints->write_end.get()};
    const auto child = start_child(spec);
    if (!child) {
        return child.error();
    }
    output->write_end.close();
    complaints->write_end.close();

    ToolAnswer answer;
    Stream out{std::move(output->read_end), answer.output, max_bytes};
    Stream err{std::move(complaints->read_end), answer.complaints, kMaxComplaints};
    const bool in_time = read_until_closed(out, err, deadline);
    answer.cut = out.cut;
    const auto end = wait_for_end(*child, in_time && !out.cut ? deadline : Clock::now());
    end_group(*child);
    while (err.fd && err.read_some()) {
    }
    answer.complaints = complaints_of(answer.complaints);
    const std::string line = running(command);
    if (answer.cut) {
        return answer;
    }
    if (!in_time || !end) {
        return Error{Errc::timed_out, line + ": it did not answer in time"};
    }
    if (!end->exited) {
        return Error{Errc::io, fmt::format("{}: died of signal {}", line, end->code)};
    }
    answer.exit_status = end->code;
    return answer;
}

}  // namespace kwd::collectors
