// SPDX-License-Identifier: Apache-2.0
#include "snapshot/database.h"

#include "base/path.h"
#include "snapshot/owner_only_file.h"
#include "snapshot/sql/functions.h"

#include <sqlite3.h>

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <limits>
#include <utility>

namespace kwd::snapshot {
namespace {

constexpr int kProgressInterval = 1000;

[[noreturn]] void fail(sqlite3* database, std::string_view doing) {
    throw DatabaseError(sqlite3_extended_errcode(database), fmt::format("{}: {}", doing, sqlite3_errmsg(database)));
}

void check(int code, sqlite3* database, std::string_view doing) {
    if (code != SQLITE_OK) {
        fail(database, doing);
    }
}

Error open_error(int code, const std::string& path, const char* message) {
    if ((code & 0xff) == SQLITE_NOTADB) {
        return Error{Errc::malformed, fmt::format("open {}: it is no kwdiag snapshot ({})", path, message),
                     NativeCode{Domain::sqlite, code}};
    }
    Errc kind = Errc::io;
    switch (code & 0xff) {
        case SQLITE_CANTOPEN: kind = Errc::not_found; break;
        case SQLITE_PERM:
        case SQLITE_AUTH:
        case SQLITE_READONLY: kind = Errc::access_denied; break;
        case SQLITE_CORRUPT: kind = Errc::malformed; break;
        default: break;
    }
    return Error{kind, fmt::format("open {}: {}", path, message), NativeCode{Domain::sqlite, code}};
}

// No SQL that a file brings along is run: our own have none.
void distrust_schema(sqlite3* database) {
    sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
}

void limit(sqlite3* database) {
    sqlite3_limit(database, SQLITE_LIMIT_LENGTH, 512 * 1024 * 1024);
    sqlite3_limit(database, SQLITE_LIMIT_SQL_LENGTH, 100'000);
    sqlite3_limit(database, SQLITE_LIMIT_COLUMN, 200);
    sqlite3_limit(database, SQLITE_LIMIT_EXPR_DEPTH, 100);
    sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 0);
}

int only_reading(void*, int action, const char* first, const char* second, const char*, const char*) {
    switch (action) {
        case SQLITE_SELECT:
        case SQLITE_READ:
        case SQLITE_RECURSIVE: return SQLITE_OK;
        case SQLITE_FUNCTION: {
            const std::string_view name = second != nullptr ? second : "";
            return name == "load_extension" || name == "fts3_tokenizer" ? SQLITE_DENY : SQLITE_OK;
        }
        default: (void)first; return SQLITE_DENY;
    }
}

}  // namespace

std::string to_text(const Value& value) {
    struct Visitor {
        std::string operator()(std::nullptr_t) const { return {}; }
        std::string operator()(std::int64_t number) const { return std::to_string(number); }
        std::string operator()(double number) const { return fmt::format("{}", number); }
        std::string operator()(const std::string& text) const { return text; }
    };
    return std::visit(Visitor{}, value);
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
    sqlite3_finalize(statement);
}

void Statement::bind(int position, std::nullptr_t) {
    check(sqlite3_bind_null(handle(), position), sqlite3_db_handle(handle()), "bind NULL");
}
void Statement::bind(int position, std::int64_t value) {
    check(sqlite3_bind_int64(handle(), position, value), sqlite3_db_handle(handle()), "bind an integer");
}
void Statement::bind(int position, double value) {
    check(sqlite3_bind_double(handle(), position, value), sqlite3_db_handle(handle()), "bind a number");
}
void Statement::bind(int position, std::string_view text) {
    const char* bytes = text.data() != nullptr ? text.data() : "";
    check(sqlite3_bind_text64(handle(), position, bytes, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8),
          sqlite3_db_handle(handle()), "bind a text");
}
void Statement::bind_blob(int position, std::string_view bytes) {
    const char* data = bytes.data() != nullptr ? bytes.data() : "";
    check(sqlite3_bind_blob64(handle(), position, data, bytes.size(), SQLITE_STATIC), sqlite3_db_handle(handle()),
          "bind bytes");
}
void Statement::bind_value(int position, const Value& value) {
    std::visit([&](const auto& held) { bind(position, held); }, value);
}

bool Statement::step() {
    const int code = sqlite3_step(handle());
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code != SQLITE_DONE) {
        const DatabaseError error(sqlite3_extended_errcode(sqlite3_db_handle(handle())),
                                  sqlite3_errmsg(sqlite3_db_handle(handle())));
        sqlite3_reset(handle());
        throw error;
    }
    return false;
}

void Statement::reset() {
    sqlite3_reset(handle());
}

void Statement::run() {
    while (step()) {
    }
    reset();
}

int Statement::column_count() const {
    return sqlite3_column_count(handle());
}
std::string Statement::column_name(int column) const {
    return sqlite3_column_name(handle(), column);
}
bool Statement::is_null(int column) const {
    return sqlite3_column_type(handle(), column) == SQLITE_NULL;
}
std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(handle(), column);
}
double Statement::real(int column) const {
    return sqlite3_column_double(handle(), column);
}

std::string Statement::text(int column) const {
    const void* bytes = sqlite3_column_blob(handle(), column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle(), column));
    return bytes != nullptr ? std::string(static_cast<const char*>(bytes), size) : std::string();
}

std::optional<std::string> Statement::optional_text(int column) const {
    return is_null(column) ? std::nullopt : std::optional(text(column));
}

std::optional<std::int64_t> Statement::optional_integer(int column) const {
    return is_null(column) ? std::nullopt : std::optional(integer(column));
}

Value Statement::value(int column) const {
    switch (sqlite3_column_type(handle(), column)) {
        case SQLITE_NULL: return nullptr;
        case SQLITE_INTEGER: return integer(column);
        case SQLITE_FLOAT: return real(column);
        default: return text(column);
    }
}

void Database::Close::operator()(sqlite3* database) const noexcept {
    sqlite3_close_v2(database);
}

Result<Database> Database::open(const std::string& path, Access access) {
    if (access == Access::create) {
        if (auto created = create_owner_only_file(path); !created) {
            return std::move(created).error();
        }
    } else if (std::error_code error; !std::filesystem::is_regular_file(path_of(path), error)) {
        if (error == std::errc::permission_denied) {
            return Error{Errc::access_denied, fmt::format("open {}: {}", path, error.message())};
        }
        return std::filesystem::exists(path_of(path), error)
                   ? Error{Errc::malformed, fmt::format("open {}: it is no regular file", path)}
                   : Error{Errc::not_found, fmt::format("open {}: there is no such file", path)};
    }
    const int flags = access == Access::hostile ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    Database database(raw);
    if (code != SQLITE_OK) {
        return open_error(code, path, raw != nullptr ? sqlite3_errmsg(raw) : sqlite3_errstr(code));
    }
    distrust_schema(raw);
    if (access == Access::hostile) {
        limit(raw);
    }
    sqlite3_busy_timeout(raw, 5000);
    register_sql_functions(raw);
    // Reads the header now, so that a file that is no database is told from one whose content is wrong.
    if (const int read = sqlite3_exec(raw, "PRAGMA schema_version", nullptr, nullptr, nullptr); read != SQLITE_OK) {
        return open_error(read, path, sqlite3_errmsg(raw));
    }
    return database;
}

Database Database::memory() {
    sqlite3* raw = nullptr;
    // An empty name is a private temporary database: in memory until its cache is full, then in an unlinked file.
    const int code = sqlite3_open_v2(
        "", &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    Database database(raw);
    if (code != SQLITE_OK) {
        throw DatabaseError(code, "open a database in memory");
    }
    sqlite3_exec(raw, "PRAGMA cache_size = -262144; PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY", nullptr,
                 nullptr, nullptr);
    register_sql_functions(raw);
    return database;
}

void Database::execute(const char* sql) {
    check(sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr), handle(), "execute SQL");
}

Statement Database::prepare(std::string_view sql) const {
    sqlite3_stmt* raw = nullptr;
    const char* rest = nullptr;
    if (sql.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
        throw DatabaseError(SQLITE_TOOBIG, "prepare SQL: the text is too long");
    }
    check(sqlite3_prepare_v2(handle(), sql.data(), static_cast<int>(sql.size()), &raw, &rest), handle(), "prepare SQL");
    Statement statement(raw);
    if (raw == nullptr) {
        throw DatabaseError(SQLITE_ERROR, "prepare SQL: the text holds no statement");
    }
    const std::string_view left = sql.substr(static_cast<std::size_t>(rest - sql.data()));
    if (left.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
        sqlite3_stmt* more = nullptr;
        const int code = sqlite3_prepare_v2(handle(), left.data(), static_cast<int>(left.size()), &more, nullptr);
        const Statement second(more);
        if (code != SQLITE_OK || more != nullptr) {
            throw DatabaseError(SQLITE_ERROR, "prepare SQL: only one statement is allowed");
        }
    }
    return statement;
}

std::optional<std::string> Database::text(std::string_view sql, std::span<const Value> values) const {
    Statement statement = prepare(sql);
    for (std::size_t i = 0; i < values.size(); ++i) {
        statement.bind_value(static_cast<int>(i) + 1, values[i]);
    }
    return statement.step() ? statement.optional_text(0) : std::nullopt;
}

std::optional<std::int64_t> Database::integer(std::string_view sql, std::span<const Value> values) const {
    Statement statement = prepare(sql);
    for (std::size_t i = 0; i < values.size(); ++i) {
        statement.bind_value(static_cast<int>(i) + 1, values[i]);
    }
    return statement.step() ? statement.optional_integer(0) : std::nullopt;
}

std::int64_t Database::last_insert_id() const {
    return sqlite3_last_insert_rowid(handle());
}

Transaction::Transaction(Database& database) : database_(database) {
    database_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
    if (open_) {
        sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
}

void Transaction::commit() {
    database_.execute("COMMIT");
    open_ = false;
}

int ReadOnlyGuard::count_steps(void* guard) {
    auto& self = *static_cast<ReadOnlyGuard*>(guard);
    if (self.left_ <= kProgressInterval || self.stop_.stop_requested()) {
        self.left_ = 0;
        return 1;
    }
    self.left_ -= kProgressInterval;
    return 0;
}

ReadOnlyGuard::ReadOnlyGuard(const Database& database, std::uint64_t steps, std::stop_token stop)
    : database_(database), steps_(steps), left_(steps), stop_(std::move(stop)) {
    sqlite3_set_authorizer(database_.handle(), &only_reading, nullptr);
    sqlite3_progress_handler(database_.handle(), kProgressInterval, &count_steps, this);
}

ReadOnlyGuard::~ReadOnlyGuard() {
    sqlite3_set_authorizer(database_.handle(), nullptr, nullptr);
    sqlite3_progress_handler(database_.handle(), 0, nullptr, nullptr);
}

void ReadOnlyGuard::restart() {
    left_ = steps_;
}

}  // namespace kwd::snapshot
