// SPDX-License-Identifier: Apache-2.0
#include "collectors/node_tree.h"

#include "base/windows_error.h"
#include "base/windows_handle.h"
#include "collectors/path_style.h"
#include "collectors/platform/elevation.h"
#include "collectors/platform/windows/disk_path.h"
#include "collectors/platform/windows/system_drive.h"

#include <windows.h>
#include <winioctl.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <type_traits>
#include <utility>

// Every path is opened as \\?\C:\…: no name in it can then mean a device, and it may be as long as NTFS lets it be.

namespace kwd::collectors {

const PathStyle kPaths = kWindowsPaths;

namespace {

constexpr DWORD kShareAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
constexpr DWORD kRecallOnDataAccess = 0x00400000;  // not named by mingw-w64 10
constexpr std::string_view kLongPrefix = R"(\\?\)";

Error disk_error(DWORD code, std::string doing) {
    Error error = with_what_it_needs(windows_error(code, std::move(doing)));
    // A file where a folder is looked into, a drive without a disk: nothing is there.
    if (code == ERROR_DIRECTORY || code == ERROR_NOT_READY) {
        error.code = Errc::not_found;
    }
    return error;
}

std::int64_t unix_seconds(const FILETIME& time) {
    constexpr std::int64_t ticks_per_second = 10'000'000;
    constexpr std::int64_t from_1601_to_1970 = 11'644'473'600;
    const auto ticks =
        static_cast<std::int64_t>((static_cast<std::uint64_t>(time.dwHighDateTime) << 32U) | time.dwLowDateTime);
    return ticks / ticks_per_second - from_1601_to_1970;
}

/// Where a node's path lies for us.
class Root {
  public:
    explicit Root(const std::string& root) {
        if (root != "/") {
            std::wstring full(32'768, L'\0');
            full.resize(
                GetFullPathNameW(wide_name(root).c_str(), static_cast<DWORD>(full.size()), full.data(), nullptr));
            top_ = narrow_name(full);
            while (top_.ends_with('\\')) {
                top_.pop_back();
            }
        }
    }

    /// nullopt for a drive that is not below the root.
    [[nodiscard]] std::optional<std::wstring> ours(const DiskPath& path) const {
        if (!top_.empty() && path.drive != system_drive()) {
            return std::nullopt;
        }
        const std::string text = path.text();
        const bool long_already = top_.starts_with(kLongPrefix) || top_.starts_with(R"(\\)");
        return wide_name((long_already ? "" : std::string(kLongPrefix)) +
                         (top_.empty() ? text : top_ + text.substr(2)));
    }

    /// Whether a drive may be touched: a network drive's server would be waited for, and told who we are. A folder that
    /// was given as root is the person's own choice.
    [[nodiscard]] Result<void> may_touch(const DiskPath& path) const {
        const std::wstring drive{static_cast<wchar_t>(path.drive), L':', L'\\'};
        const UINT type = top_.empty() ? GetDriveTypeW(drive.c_str()) : DRIVE_FIXED;
        if (type == DRIVE_FIXED || type == DRIVE_REMOVABLE || type == DRIVE_RAMDISK) {
            return {};
        }
        const std::string doing = fmt::format("open {}", path.text());
        if (type == DRIVE_NO_ROOT_DIR) {
            return Error{Errc::not_found, fmt::format("{}: there is no drive {}:", doing, path.drive)};
        }
        return Error{Errc::access_denied, fmt::format("{}: drive {}: is no disk of this node", doing, path.drive)};
    }

    /// The node's path of what was opened as `located`; empty when that lies out of the root.
    [[nodiscard]] std::string on_node(HANDLE file, const DiskPath& located) const {
        std::string path = final_path(file);
        if (top_.empty()) {
            const bool nameless = path.empty() || path.starts_with("Volume{");  // a disk mounted in a folder alone
            return nameless ? located.text() : parse_disk_path(path, system_drive()) ? path : std::string();
        }
        const Handle top(CreateFileW(ours({system_drive(), {}})->c_str(), 0, kShareAll, nullptr, OPEN_EXISTING,
                                     FILE_FLAG_BACKUP_SEMANTICS, nullptr));
        std::string folder = top ? final_path(top.get()) : std::string();
        while (folder.ends_with('\\')) {
            folder.pop_back();
        }
        if (folder.empty() || !(lies_below(path, folder) || same_path(path, folder))) {
            return {};
        }
        const std::string below = path.substr(folder.size());
        return std::string{system_drive(), ':'} + (below.empty() ? "\\" : below);
    }

  private:
    static std::string final_path(HANDLE file) {
        std::wstring path(32'768, L'\0');
        path.resize(GetFinalPathNameByHandleW(file, path.data(), static_cast<DWORD>(path.size()), VOLUME_NAME_DOS));
        std::string text = narrow_name(path);
        return text.starts_with(kLongPrefix) ? text.substr(kLongPrefix.size()) : text;
    }

    std::string top_;  // empty: this machine
};

/// Finds the way to files, and opens them.
class Disk {
  public:
    explicit Disk(const std::string& root) : root_(root) {}

    struct Opened {
        Handle handle;
        DWORD attributes = 0;
        std::string real_path;
    };

    [[nodiscard]] Result<DiskPath> parse(const std::string& path) const {
        auto parsed = parse_disk_path(path, system_drive());
        if (!parsed) {
            return Error{Errc::not_found, fmt::format("open {}: no file of a disk has such a path", path)};
        }
        return std::move(*parsed);
    }

    /// The reparse point at a path, if it is one that leads elsewhere.
    [[nodiscard]] Result<std::optional<DiskLink>> link_at(const DiskPath& path) const {
        if (auto allowed = root_.may_touch(path); !allowed) {
            return std::move(allowed).error();
        }
        const auto ours = root_.ours(path);
        const DWORD attributes = ours ? GetFileAttributesW(ours->c_str()) : INVALID_FILE_ATTRIBUTES;
        if (attributes == INVALID_FILE_ATTRIBUTES) {
            return disk_error(ours ? GetLastError() : ERROR_PATH_NOT_FOUND, fmt::format("open {}", path.text()));
        }
        if ((attributes & FILE_ATTRIBUTE_REPARSE_POINT) == 0) {
            return std::optional<DiskLink>();
        }
        const Handle link(CreateFileW(ours->c_str(), 0, kShareAll, nullptr, OPEN_EXISTING,
                                      FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, nullptr));
        std::array<std::byte, MAXIMUM_REPARSE_DATA_BUFFER_SIZE> data;
        DWORD size = 0;
        if (!link || DeviceIoControl(link.get(), FSCTL_GET_REPARSE_POINT, nullptr, 0, data.data(),
                                     static_cast<DWORD>(data.size()), &size, nullptr) == 0) {
            return std::optional<DiskLink>();  // whatever it is, opening follows it and is checked then
        }
        auto found = read_reparse_point(std::span(data).first(size));
        if (found && found->leads_to_volume()) {
            found.reset();  // another disk in this place; below another root, the check after opening refuses it
        }
        return found;
    }

    [[nodiscard]] Result<DiskPath> locate(const std::string& path, bool also_last) const {
        const auto parsed = parse(path);
        return parsed ? follow_links(*parsed, also_last, [this](const DiskPath& each) { return link_at(each); })
                      : parsed;
    }

    [[nodiscard]] std::wstring ours(const DiskPath& path) const { return root_.ours(path).value_or(L""); }

    /// Opens what a path leads to. `path` is told to people.
    [[nodiscard]] Result<Opened> open(const std::string& path, DWORD access) const {
        const auto real = locate(path, true);
        if (!real) {
            return real.error();
        }
        // A drive's top, on the way to which no link was looked for.
        if (auto allowed = root_.may_touch(*real); !allowed) {
            return std::move(allowed).error();
        }
        const auto ours = root_.ours(*real);
        const DWORD before = ours ? GetFileAttributesW(ours->c_str()) : INVALID_FILE_ATTRIBUTES;
        if (before == INVALID_FILE_ATTRIBUTES) {
            return disk_error(ours ? GetLastError() : ERROR_PATH_NOT_FOUND, fmt::format("open {}", path));
        }
        // A link that was put there since is opened itself, and then is no regular file.
        const DWORD itself = (before & FILE_ATTRIBUTE_REPARSE_POINT) == 0 ? FILE_FLAG_OPEN_REPARSE_POINT : 0;
        Opened opened;
        opened.handle = Handle(CreateFileW(ours->c_str(), access, kShareAll, nullptr, OPEN_EXISTING,
                                           FILE_FLAG_BACKUP_SEMANTICS | itself, nullptr));
        if (!opened.handle) {
            return disk_error(GetLastError(), fmt::format("open {}", path));
        }
        opened.real_path = root_.on_node(opened.handle.get(), *real);
        if (opened.real_path.empty()) {
            return Error{Errc::access_denied, fmt::format("open {}: it leads out of the node's files", path)};
        }
        FILE_ATTRIBUTE_TAG_INFO info{};
        opened.attributes =
            GetFileInformationByHandleEx(opened.handle.get(), FileAttributeTagInfo, &info, sizeof info) != 0
                ? info.FileAttributes
                : before;
        return opened;
    }

  private:
    Root root_;
};

struct SizeAndTime {
    std::uint64_t size_bytes = 0;
    std::int64_t modified = 0;
};

Result<SizeAndTime> size_and_time(HANDLE file, const std::string& path) {
    LARGE_INTEGER size{};
    FILETIME written{};
    if (GetFileTime(file, nullptr, nullptr, &written) == 0) {
        return disk_error(GetLastError(), fmt::format("look at {}", path));
    }
    (void)GetFileSizeEx(file, &size);  // folders have none
    return SizeAndTime{static_cast<std::uint64_t>(size.QuadPart), unix_seconds(written)};
}

Entry::Type type_of(const Disk::Opened& opened) {
    if (GetFileType(opened.handle.get()) != FILE_TYPE_DISK) {
        return Entry::Type::other;
    }
    return (opened.attributes & FILE_ATTRIBUTE_DIRECTORY) != 0 ? Entry::Type::folder : Entry::Type::file;
}

// Reads `bytes` from `offset`; a file that shrinks meanwhile gives less.
Result<std::string> read_range(HANDLE file, std::uint64_t offset, std::size_t bytes, const std::string& path) {
    std::string text;
    constexpr std::size_t step = 256 << 10;
    while (text.size() < bytes) {
        const std::size_t before = text.size();
        text.resize(before + std::min(step, bytes - before));
        const std::uint64_t from = offset + before;
        OVERLAPPED at{};
        at.Offset = static_cast<DWORD>(from);
        at.OffsetHigh = static_cast<DWORD>(from >> 32U);
        DWORD got = 0;
        const bool read =
            ReadFile(file, text.data() + before, static_cast<DWORD>(text.size() - before), &got, &at) != 0;
        const DWORD code = read ? ERROR_SUCCESS : GetLastError();
        text.resize(before + got);
        if (code != ERROR_SUCCESS && code != ERROR_HANDLE_EOF) {
            return disk_error(code, fmt::format("read {}", path));
        }
        if (got == 0) {
            break;
        }
    }
    return text;
}

struct CloseFind {
    void operator()(HANDLE find) const noexcept { FindClose(find); }
};
using Find = std::unique_ptr<std::remove_pointer_t<HANDLE>, CloseFind>;

}  // namespace

char system_drive() {
    std::array<wchar_t, MAX_PATH> folder{};
    const UINT length = GetSystemWindowsDirectoryW(folder.data(), static_cast<UINT>(folder.size()));
    const bool has_letter = length > 1 && folder[1] == L':';
    const wchar_t letter = has_letter ? folder[0] : L'C';
    return static_cast<char>(letter >= L'a' && letter <= L'z' ? letter - L'a' + L'A' : letter);
}

NodeTree::NodeTree(std::string root) : root_(std::move(root)) {
    const auto top = parse_disk_path(root_, system_drive());
    if (root_.empty() || (top && top->names.empty() && top->drive == system_drive())) {
        root_ = "/";
    }
}

Result<std::optional<Entry>> NodeTree::look(const std::string& path) const {
    const Disk disk(root_);
    const auto found = [&]() -> Result<Entry> {
        Entry entry;
        entry.link_target = follow(path);
        const auto opened = disk.open(path, FILE_READ_ATTRIBUTES);
        if (!opened) {
            return opened.error();
        }
        const auto facts = size_and_time(opened->handle.get(), path);
        if (!facts) {
            return facts.error();
        }
        entry.type = type_of(*opened);
        entry.size_bytes = facts->size_bytes;
        entry.modified = facts->modified;
        return entry;
    }();
    if (!found && found.error().code == Errc::not_found) {
        return std::optional<Entry>();
    }
    return found ? Result<std::optional<Entry>>(*found) : Result<std::optional<Entry>>(found.error());
}

std::optional<std::string> NodeTree::follow(const std::string& path) const {
    const Disk disk(root_);
    const auto itself = disk.locate(path, false);
    if (!itself || itself->names.empty()) {
        return std::nullopt;
    }
    const auto link = disk.link_at(*itself);
    return link && *link ? std::optional((*link)->shown) : std::nullopt;
}

Result<FileText> NodeTree::read_part(const std::string& path, std::size_t max_bytes, bool from_end) const {
    const Disk disk(root_);
    const auto file = disk.open(path, GENERIC_READ);
    if (!file) {
        return file.error();
    }
    const auto facts = size_and_time(file->handle.get(), path);
    if (!facts) {
        return facts.error();
    }
    if (type_of(*file) != Entry::Type::file) {
        return Error{Errc::malformed, fmt::format("read {}: it is no regular file", path)};
    }
    if ((file->attributes & (FILE_ATTRIBUTE_OFFLINE | kRecallOnDataAccess)) != 0) {
        return Error{Errc::unsupported,
                     fmt::format("read {}: its content would have to be fetched to this disk", path)};
    }
    FileText result;
    result.size_bytes = facts->size_bytes;
    result.modified = facts->modified;
    result.real_path = file->real_path;
    result.cut = result.size_bytes > max_bytes;
    const std::uint64_t unread = from_end && result.cut ? result.size_bytes - max_bytes : 0;
    auto text = read_range(file->handle.get(), unread + unread % 2, max_bytes, path);
    if (!text) {
        return text.error();
    }
    result.text = std::move(*text);
    return result;
}

Result<NodeTree::Names> NodeTree::list(const std::string& folder, std::size_t most) const {
    const Disk disk(root_);
    // Opened first, so that it is known to lie among the node's files.
    const auto opened = disk.open(folder, FILE_READ_ATTRIBUTES);
    const auto real = opened ? disk.locate(folder, true) : Result<DiskPath>(opened.error());
    if (!real) {
        return real.error();
    }
    std::wstring pattern = disk.ours(*real);
    pattern += pattern.ends_with(L'\\') ? L"*" : L"\\*";
    WIN32_FIND_DATAW entry{};
    HANDLE first = FindFirstFileExW(pattern.c_str(), FindExInfoBasic, &entry, FindExSearchNameMatch, nullptr,
                                    FIND_FIRST_EX_LARGE_FETCH);
    if (first == INVALID_HANDLE_VALUE) {
        return disk_error(GetLastError(), fmt::format("list {}", folder));
    }
    const Find find(first);
    Names found;
    do {
        std::string name = narrow_name(static_cast<const wchar_t*>(entry.cFileName));
        if (name == "." || name == "..") {
            continue;
        }
        found.more = found.names.size() == most;
        if (!found.more) {
            found.names.push_back(std::move(name));
        }
    } while (!found.more && FindNextFileW(find.get(), &entry) != 0);
    if (const DWORD code = GetLastError(); !found.more && code != ERROR_NO_MORE_FILES) {
        return disk_error(code, fmt::format("list {}", folder));
    }
    std::sort(found.names.begin(), found.names.end());
    return found;
}

}  // namespace kwd::collectors
