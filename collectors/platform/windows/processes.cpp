// SPDX-License-Identifier: Apache-2.0
#include "base/wide.h"
#include "base/windows_error.h"
#include "collectors/command_arguments.h"
#include "collectors/platform/elevation.h"
#include "collectors/platform/windows/collectors.h"
#include "collectors/platform/windows/process_list.h"
#include "collectors/state_document.h"
#include "snapshot/kinds.h"
#include "snapshot/tables/system.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace kwd::collectors {
namespace {

// Known without asking, and in English on every Windows. Source: Well-known SIDs, learn.microsoft.com.
constexpr auto kWellKnown = std::to_array<std::pair<std::string_view, std::string_view>>(
    {{"S-1-5-18", "LocalSystem"},
     {"S-1-5-19", "NT AUTHORITY\\LocalService"},
     {"S-1-5-20", "NT AUTHORITY\\NetworkService"},
     {"S-1-5-93-2-1", "User Manager\\ContainerAdministrator"},
     {"S-1-5-93-2-2", "User Manager\\ContainerUser"}});

// The list has to be handed over before the time is up.
constexpr std::chrono::seconds kToHandOver{2};

std::string text_of(SID* sid) {
    const auto authority = GetSidIdentifierAuthority(sid)->Value;
    std::uint64_t number = 0;
    for (int i = 0; i < 6; ++i) {
        number = number << 8 | authority[i];
    }
    std::string text = fmt::format("S-{}-{}", sid->Revision, number);
    for (UCHAR i = 0; i < *GetSidSubAuthorityCount(sid); ++i) {
        text += fmt::format("-{}", *GetSidSubAuthority(sid, i));
    }
    return text;
}

// Services, application pools, virtual machines, window managers, groups of this machine.
constexpr auto kLocal =
    std::to_array<std::string_view>({"S-1-5-80-", "S-1-5-82-", "S-1-5-83-", "S-1-5-90-", "S-1-5-32-"});

/// Names of accounts that this machine knows by itself. All others keep their SID: their names may have to be fetched
/// from a domain controller, which is no question for a node whose network is sick.
class Accounts {
  public:
    std::string name_of(SID* sid) {
        std::string text = text_of(sid);
        for (const auto& [known, name] : kWellKnown) {
            if (text == known) {
                return std::string(name);
            }
        }
        if (std::ranges::none_of(kLocal, [&](std::string_view each) { return text.starts_with(each); })) {
            return text;
        }
        const auto [entry, is_new] = names_.try_emplace(text, text);
        if (is_new) {
            std::array<wchar_t, 256> name{};
            std::array<wchar_t, 256> domain{};
            DWORD name_size = name.size();
            DWORD domain_size = domain.size();
            SID_NAME_USE use{};
            if (LookupAccountSidW(nullptr, sid, name.data(), &name_size, domain.data(), &domain_size, &use) != 0) {
                entry->second = domain_size == 0
                                    ? narrow({name.data(), name_size})
                                    : narrow({domain.data(), domain_size}) + "\\" + narrow({name.data(), name_size});
            }
        }
        return entry->second;
    }

  private:
    std::map<std::string, std::string> names_;
};

/// What only its handle tells of a process.
class Process {
  public:
    explicit Process(std::uint32_t id) : handle_(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, id)) {}

    [[nodiscard]] std::string executable() const {
        std::wstring path(32'768, L'\0');
        auto size = static_cast<DWORD>(path.size());
        const bool had = handle_ && QueryFullProcessImageNameW(handle_.get(), 0, path.data(), &size) != 0;
        return had ? narrow(std::wstring_view(path).substr(0, size)) : std::string();
    }

    [[nodiscard]] std::string account(Accounts& accounts) const {
        HANDLE raw = nullptr;
        if (!handle_ || OpenProcessToken(handle_.get(), TOKEN_QUERY, &raw) == 0) {
            return {};
        }
        const OwnedHandle token(raw);
        alignas(TOKEN_USER) std::array<std::byte, sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE> buffer{};
        DWORD size = 0;
        if (GetTokenInformation(token.get(), TokenUser, buffer.data(), static_cast<DWORD>(buffer.size()), &size) == 0) {
            return {};
        }
        return accounts.name_of(static_cast<SID*>(reinterpret_cast<TOKEN_USER*>(buffer.data())->User.Sid));
    }

  private:
    OwnedHandle handle_;
};

// The kernel's own (System, Registry, Memory Compression) have no program, and so no command line.
bool has_program(const ListedProcess& process) {
    return process.name.find('.') != std::string::npos;
}

// It was listed and went before it was asked: nobody has its id, or its memory is gone.
bool has_ended(const Error& error) {
    return error.native &&
           (error.native->value == ERROR_INVALID_PARAMETER || error.native->value == ERROR_PARTIAL_COPY);
}

template <class Text>
void set(Text& target, std::string value) {
    if (!value.empty()) {
        target = std::move(value);
    }
}

class ProcessReader {
  public:
    ProcessReader(const ProcessQueries& queries, DocumentSink& out) : queries_(queries), out_(out) {}

    /// What the list tells, for which there is always time.
    static snapshot::ProcessesRow listed(const ListedProcess& process) {
        snapshot::ProcessesRow row{.process_id = process.process_id, .name = program_name(process.name)};
        row.parent_id = process.parent_id;
        row.thread_count = process.thread_count;
        row.working_set_bytes = static_cast<std::int64_t>(process.working_set_bytes);
        set(row.started_at_utc, process.started_at_utc);
        return row;
    }

    void add_listed(const ListedProcess& process) { state_.add(snapshot::kProcesses, listed(process)); }

    void read(const ListedProcess& process) {
        const Process opened(process.process_id);
        snapshot::ProcessesRow row = listed(process);
        set(row.account, opened.account(accounts_));
        CleanCommandLine command;
        if (has_program(process)) {
            command = command_line_of(process);
            set(row.command_line, command.line);
        }
        nlohmann::ordered_json also = nlohmann::ordered_json::object();
        if (!command.arguments.empty()) {
            also["arguments"] = command.arguments;
        }
        if (std::string executable = opened.executable(); !executable.empty()) {
            also["executable"] = std::move(executable);
        }
        state_.add(snapshot::kProcesses, row, also);
    }

    Result<void> put() {
        state_.answers_for(snapshot::kProcesses);
        if (const auto refused = still_refused(); !refused.empty()) {
            out_.missed(with_what_it_needs(windows_error(
                ERROR_ACCESS_DENIED,
                fmt::format("read the command lines of {} processes, such as {}", refused.size(), refused.front()))));
        }
        if (failure_) {
            out_.missed(*failure_);
        }
        return out_.put({.kind = snapshot::kind::windows_state,
                         .name = "processes.json",
                         .content = state_.as_json(),
                         .note = note_of(removed_)});
    }

  private:
    CleanCommandLine command_line_of(const ListedProcess& process) {
        const auto line = queries_.command_line(process.process_id);
        if (!line) {
            if (line.error().code == Errc::access_denied) {
                refused_.insert(process.process_id);
            } else if (!has_ended(line.error()) && !failure_) {
                failure_ = line.error();
            }
            return {};
        }
        CleanCommandLine clean = clean_command_line(*line);
        for (const auto& [kind, count] : clean.removed) {
            removed_[kind] += count;
        }
        return clean;
    }

    // Of a process that ends, Windows refuses to tell; it is listed without threads until nobody holds it any more.
    [[nodiscard]] std::vector<std::string> still_refused() const {
        std::vector<std::string> names;
        const auto now =
            refused_.empty() ? Result<std::vector<ListedProcess>>(std::vector<ListedProcess>()) : queries_.list();
        for (const ListedProcess& each : now.value_or({})) {
            if (each.thread_count > 0 && refused_.contains(each.process_id)) {
                names.push_back(each.name);
            }
        }
        return names;
    }

    const ProcessQueries& queries_;
    DocumentSink& out_;
    Accounts accounts_;
    StateDocument state_;
    RemovedSecrets removed_;
    std::set<std::uint32_t> refused_;
    std::optional<Error> failure_;
};

}  // namespace

Result<void> collect_processes(const CollectOptions& /*options*/, DocumentSink& out, Deadline deadline) {
    const auto queries = ProcessQueries::load();
    if (!queries) {
        return queries.error();
    }
    const auto processes = queries->list();
    if (!processes) {
        return processes.error();
    }
    ProcessReader reader(*queries, out);
    std::size_t unasked = 0;
    for (const ListedProcess& each : *processes) {
        if (std::chrono::steady_clock::now() < deadline - kToHandOver) {
            reader.read(each);
        } else {
            reader.add_listed(each);
            ++unasked;
        }
    }
    if (unasked > 0) {
        out.missed({Errc::timed_out, fmt::format("read the command lines of {} of {} processes: the time was up",
                                                 unasked, processes->size())});
    }
    return reader.put();
}

}  // namespace kwd::collectors
