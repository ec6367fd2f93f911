// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace kwd::snapshot {

/// A statement that SQLite refused or could not finish. Thrown by Database and Statement, caught where one rule, one
/// document or one command ends; opening a file gives a Result instead, since that is the world's doing.
class DatabaseError : public std::runtime_error {
  public:
    DatabaseError(int sqlite_code, const std::string& what) : std::runtime_error(what), code_(sqlite_code) {}
    [[nodiscard]] int code() const noexcept {
        return code_;
    }  ///< extended result code, https://sqlite.org/rescode.html

  private:
    int code_;
};

/// One value of a row. Blobs come as std::string too: what a column holds is known from its schema.
using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string>;

/// The value as a person reads it: NULL is the empty text, a number in its shortest form.
[[nodiscard]] std::string to_text(const Value& value);

class Database;

/// A prepared statement. Values are bound by position from 1, columns are read by position from 0.
class Statement {
  public:
    Statement(Statement&&) noexcept = default;
    Statement& operator=(Statement&&) noexcept = default;

    void bind(int position, std::nullptr_t);
    void bind(int position, std::int64_t value);
    void bind(int position, double value);
    void bind(int position, std::string_view text);
    /// They are not copied: they have to be there until the statement is run, or bound anew.
    void bind_blob(int position, std::string_view bytes);
    void bind_value(int position, const Value& value);
    template <class T>
    void bind(int position, const std::optional<T>& value) {
        value ? bind(position, *value) : bind(position, nullptr);
    }

    /// Goes to the next row: false when there is none.
    bool step();
    /// Makes it ready to run again; bound values stay.
    void reset();
    /// Runs a statement that gives no rows, then resets it.
    void run();

    [[nodiscard]] int column_count() const;
    [[nodiscard]] std::string column_name(int column) const;
    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] std::string text(int column) const;  ///< text or blob, byte for byte
    [[nodiscard]] std::optional<std::string> optional_text(int column) const;
    [[nodiscard]] std::optional<std::int64_t> optional_integer(int column) const;
    [[nodiscard]] Value value(int column) const;
    [[nodiscard]] sqlite3_stmt* handle() const noexcept { return statement_.get(); }

  private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// An open SQLite database with kwdiag's SQL functions registered. Not shared between threads.
class Database {
  public:
    enum class Access : std::uint8_t {
        create,      ///< a new file, owner-only; refuses to overwrite
        read_write,  ///< our own file
        hostile,     ///< somebody else's file: read-only, tight limits
    };

    /// Whichever it is, triggers and views of the file are never run (defensive, no trusted schema).
    /// Errors: not_found, access_denied, malformed (not a database), io with the SQLite code.
    [[nodiscard]] static Result<Database> open(const std::string& path, Access access);
    /// A private database in memory (it spills to an unnamed temporary file when large).
    [[nodiscard]] static Database memory();

    /// Runs SQL that is ours (schema, pragmas): one or more statements, no values.
    void execute(const char* sql);
    /// Prepares exactly one statement; trailing SQL after it is refused.
    [[nodiscard]] Statement prepare(std::string_view sql) const;

    /// First column of the first row, for questions with one answer. nullopt when there is no row or it is NULL.
    [[nodiscard]] std::optional<std::string> text(std::string_view sql, std::span<const Value> values = {}) const;
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view sql, std::span<const Value> values = {}) const;

    [[nodiscard]] std::int64_t last_insert_id() const;
    [[nodiscard]] sqlite3* handle() const noexcept { return database_.get(); }

  private:
    struct Close {
        void operator()(sqlite3* database) const noexcept;
    };
    explicit Database(sqlite3* database) : database_(database) {}
    std::unique_ptr<sqlite3, Close> database_;
};

/// BEGIN IMMEDIATE … COMMIT; rolls back when it is left without commit().
class Transaction {
  public:
    explicit Transaction(Database& database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

  private:
    Database& database_;
    bool open_ = true;
};

/// While it lives, the connection may only read: no writing, no ATTACH, no PRAGMA, no functions that touch the world,
/// and each statement may take at most `steps` virtual-machine steps (DatabaseError with SQLITE_INTERRUPT beyond, and
/// as soon as `stop` is asked to). This is how SQL that others wrote (rules, `kwdiag query`) runs. Source:
/// sqlite3_set_authorizer.
class ReadOnlyGuard {
  public:
    ReadOnlyGuard(const Database& database, std::uint64_t steps, std::stop_token stop = {});
    ~ReadOnlyGuard();
    ReadOnlyGuard(const ReadOnlyGuard&) = delete;
    ReadOnlyGuard& operator=(const ReadOnlyGuard&) = delete;
    /// Gives the next statement its full allowance again.
    void restart();

  private:
    static int count_steps(void* guard);

    const Database& database_;
    std::uint64_t steps_;
    std::uint64_t left_;
    std::stop_token stop_;
};

}  // namespace kwd::snapshot
