// SPDX-License-Identifier: Apache-2.0
#include "snapshot/sql/function.h"
#include "snapshot/sql/functions.h"

#include <sqlite3.h>

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace kwd::snapshot;

namespace {

struct Close {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
};

/// A connection with nothing in it but the functions.
class Connection {
  public:
    Connection() {
        sqlite3* raw = nullptr;
        REQUIRE(sqlite3_open(":memory:", &raw) == SQLITE_OK);
        database_.reset(raw);
        REQUIRE(register_sql_functions(raw) == SQLITE_OK);
    }

    /// Type and value of an expression: `1`, `2.5`, `'text'`, `NULL`; or `error: …`.
    std::string value(const std::string& expression) { return query("SELECT quote(" + expression + ")"); }

    std::string query(const std::string& sql) {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
            return std::string("error: ") + sqlite3_errmsg(database_.get());
        }
        std::string answer;
        while (sqlite3_step(statement) == SQLITE_ROW) {
            const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
            answer += (answer.empty() ? "" : ",") + std::string(text == nullptr ? "" : text);
        }
        const int code = sqlite3_finalize(statement);
        return code == SQLITE_OK ? answer : std::string("error: ") + sqlite3_errmsg(database_.get());
    }

    sqlite3* get() { return database_.get(); }

  private:
    std::unique_ptr<sqlite3, Close> database_;
};

using Expected = std::vector<std::pair<std::string, std::string>>;

void check(const Expected& expected) {
    Connection connection;
    for (const auto& [expression, value] : expected) {
        INFO(expression);
        CHECK(connection.value(expression) == value);
    }
}

}  // namespace

TEST_CASE("prefix functions answer about IPv4 and IPv6 prefixes", "[snapshot][sql]") {
    check({
        {"cidr_contains('10.244.0.0/16', '10.244.3.7')", "1"},
        {"cidr_contains('10.244.0.0/16', '10.245.0.1')", "0"},
        {"cidr_contains('10.244.99.1/16', '10.244.3.0/24')", "1"},
        {"cidr_contains('10.244.3.0/24', '10.244.0.0/16')", "0"},
        {"cidr_contains('10.244.3.7', '10.244.3.7')", "1"},
        {"cidr_contains('fd00::/8', '10.244.3.7')", "0"},
        {"cidr_contains('10.244.0.0/33', '10.244.3.7')", "NULL"},
        {"cidr_contains('10.244.0.0/16', 'localhost')", "NULL"},
        {"cidr_contains(10, 10)", "NULL"},
        {"cidr_overlaps('10.96.0.0/12', '10.100.7.0/24')", "1"},
        {"cidr_overlaps('10.100.7.0/24', '10.96.0.0/12')", "1"},
        {"cidr_overlaps('10.96.0.0/12', '10.112.0.0/12')", "0"},
        {"cidr_overlaps('10.96.0.0/12', 'x')", "NULL"},
        {"cidr_size('10.244.1.0/24')", "256"},
        {"cidr_size('10.244.1.1/32')", "1"},
        {"cidr_size('0.0.0.0/0')", "4294967296"},
        {"cidr_size('fd00::/66')", "4611686018427387904"},
        {"cidr_size('10.244.1.1')", "NULL"},
        {"cidr_network('10.244.1.7/24')", "'10.244.1.0/24'"},
        {"cidr_network('FD00:0:0::1/64')", "'fd00::/64'"},
        {"cidr_network('10.244.1.7')", "NULL"},
        {"cidr_prefix_length('10.244.0.0/16')", "16"},
        {"cidr_prefix_length('10.244.0.0/255.255.240.0')", "20"},
        {"cidr_prefix_length('10.244.0.0')", "NULL"},
        {"cidr_first('10.244.1.7/24')", "'10.244.1.0'"},
        {"cidr_last('10.244.1.7/24')", "'10.244.1.255'"},
        {"cidr_last('fd00::/112')", "'fd00::ffff'"},
        {"cidr_nth('10.244.1.0/24', 1)", "'10.244.1.1'"},
        {"cidr_nth('10.244.1.0/24', 2.0)", "'10.244.1.2'"},
        {"cidr_nth('10.244.1.0/24', '3')", "'10.244.1.3'"},
        {"cidr_nth('10.244.1.0/24', -2)", "'10.244.1.254'"},
        {"cidr_nth('10.244.1.0/24', 256)", "NULL"},
        {"cidr_nth('10.244.1.0/24', 1.5)", "NULL"},
        {"cidr_nth('10.244.1.0/24', 'gateway')", "NULL"},
        {"mask_to_prefix('255.255.255.0')", "24"},
        {"mask_to_prefix('255.0.255.0')", "NULL"},
        {"mask_to_prefix('24')", "NULL"},
    });
    // quote() writes REAL in a form of its own; these go beyond an INTEGER.
    Connection connection;
    CHECK(connection.query("SELECT typeof(cidr_size('fd00::/65')), 1") == "real");
    CHECK(connection.query("SELECT cidr_size('fd00::/64') = 18446744073709551616.0") == "1");
    CHECK(connection.query("SELECT cidr_size('::/0') = 340282366920938463463374607431768211456.0") == "1");
}

TEST_CASE("address functions answer about one address or a list", "[snapshot][sql]") {
    check({
        {"ip_family('10.0.0.1')", "4"},
        {"ip_family('10.0.0.0/8')", "4"},
        {"ip_family('fe80::1%12')", "6"},
        {"ip_family('::ffff:10.0.0.1')", "6"},
        {"ip_family('node-1')", "NULL"},
        {"ip_normal('FE80:0:0:0:0:0:0:1%12')", "'fe80::1'"},
        {"ip_normal('::FFFF:10.0.0.1')", "'::ffff:10.0.0.1'"},
        {"ip_normal('010.0.0.1')", "NULL"},
        {"ip_is_private('192.168.0.5')", "1"},
        {"ip_is_private('8.8.8.8')", "0"},
        {"ip_is_private('10.0.0.0/7')", "0"},
        {"ip_is_private('x')", "NULL"},
        {"ip_is_link_local('169.254.10.1')", "1"},
        {"ip_is_loopback('127.0.0.1')", "1"},
        {"ip_is_multicast('10.0.0.1')", "0"},
        {"ip_in_list('10.96.0.10', '10.244.0.0/16, 10.96.0.0/12')", "1"},
        {"ip_in_list('10.96.0.10', '10.96.0.10')", "1"},
        {"ip_in_list('10.96.0.0/12', '10.96.0.0/12,10.244.0.0/16')", "1"},
        {"ip_in_list('10.96.0.0/12', '10.96.0.0/16')", "0"},
        {"ip_in_list('10.96.0.10', '')", "0"},
        {"ip_in_list('10.96.0.10', ' , ,')", "0"},
        {"ip_in_list('10.96.0.10', 'fd00::/8')", "0"},
        {"ip_in_list('10.96.0.10', 'cluster, 10.0.0.0/8')", "1"},
        {"ip_in_list('10.96.0.10', '192.168.0.0/16, cluster')", "NULL"},
        {"ip_in_list('x', '10.0.0.0/8')", "NULL"},
    });
}

TEST_CASE("identifiers and versions have one form and one order", "[snapshot][sql]") {
    check({
        {"mac_normal('00-15-5D-BB-6E-B1')", "'00:15:5d:bb:6e:b1'"},
        {"mac_normal('00155DBB6EB1')", "'00:15:5d:bb:6e:b1'"},
        {"mac_normal('none')", "NULL"},
        {"guid_normal('{b7d0c1f2-0001-4a00-9000-000000000004}')", "'B7D0C1F2-0001-4A00-9000-000000000004'"},
        {"guid_normal('/endpoints/b7d0c1f2-0001-4a00-9000-000000000004')", "'B7D0C1F2-0001-4A00-9000-000000000004'"},
        {"guid_normal('')", "NULL"},
        {"version_compare('v1.9.3', 'v1.28.0')", "-1"},
        {"version_compare('10.0.17763.379', '17763.379')", "0"},
        {"version_compare('1.7.0', '1.7.0-beta.1')", "1"},
        {"version_compare('1.10', '1.9')", "1"},
        {"version_compare('latest', '1.9')", "NULL"},
        {"version_compare(17763.379, '17763.38')", "1"},
        {"version_major('v1.28.3')", "1"},
        {"version_minor('v1.28.3')", "28"},
        {"version_minor('7')", "NULL"},
        {"version_major('x')", "NULL"},
    });
}

TEST_CASE("text functions search with RE2 and never fail on a bad pattern", "[snapshot][sql]") {
    check({
        {"'HNS failed' REGEXP 'failed$'", "1"},
        {"'HNS failed' REGEXP 'hns'", "0"},
        {"'HNS failed' REGEXP '(?i)hns'", "1"},
        {"regexp('a.c', 'xabcx')", "1"},
        {"regexp('(', 'x')", "NULL"},
        {"regexp('(?=x)', 'x')", "NULL"},
        {"regexp('', 'x')", "1"},
        {"regexp('^5$', 5)", "1"},
        {"regexp('世', '世界')", "1"},
        {"regexp_capture('hr=0x803b0001', 'hr=(0x[0-9a-f]+)', 1)", "'0x803b0001'"},
        {"regexp_capture('hr=0x803b0001', 'hr=(0x[0-9a-f]+)', 0)", "'hr=0x803b0001'"},
        {"regexp_capture('hr=0x803b0001', 'hr=(?P<code>\\w+)', 'code')", "'0x803b0001'"},
        {"regexp_capture('hr=0x803b0001', 'hr=(?P<code>\\w+)', 'name')", "NULL"},
        {"regexp_capture('ab', 'a(b)', 2)", "NULL"},
        {"regexp_capture('ab', 'a(b)', -1)", "NULL"},
        {"regexp_capture('ab', 'a(b)', 99999999999)", "NULL"},
        {"regexp_capture('ab', 'a(c)?', 1)", "NULL"},
        {"regexp_capture('ab', 'a(c*)', 1)", "''"},
        {"regexp_capture('ab', 'x', 0)", "NULL"},
        {"regexp_capture('ab', '(', 0)", "NULL"},
        {"port_in_ranges(30080, '30000-32767,10250')", "1"},
        {"port_in_ranges(10250, '30000-32767, 10250')", "1"},
        {"port_in_ranges('5', '30000 - 32767, 10250')", "NULL"},
        {"port_in_ranges(10251, '30000-32767,10250')", "0"},
        {"port_in_ranges(30000, '30000-32767')", "1"},
        {"port_in_ranges(32767, '30000-32767')", "1"},
        {"port_in_ranges(1, '')", "0"},
        {"port_in_ranges(1, '2-1')", "NULL"},
        {"port_in_ranges(65536, '1-65535')", "NULL"},
        {"port_in_ranges(1, '1-70000')", "NULL"},
        {"port_in_ranges(-1, '1-2')", "NULL"},
    });
}

TEST_CASE("a pattern from a column is compiled anew for each row", "[snapshot][sql]") {
    Connection connection;
    CHECK(connection.query("WITH p(pattern) AS (VALUES ('a'), ('b'), ('('), ('a')) "
                           "SELECT quote('xay' REGEXP pattern) FROM p") == "1,0,NULL,1");
    CHECK(connection.query("WITH t(text) AS (VALUES ('xay'), ('b'), (NULL), ('a')) "
                           "SELECT quote(text REGEXP 'a') FROM t") == "1,0,NULL,1");
}

TEST_CASE("time functions count in seconds", "[snapshot][sql]") {
    check({
        {"duration('1h2m3.5s')", "3723.5"},
        {"duration('2 days')", "172800.0"},
        {"duration(30)", "30.0"},
        {"duration('soon')", "NULL"},
        {"duration_text(7500)", "'2 h 5 min'"},
        {"duration_text(0.25)", "'250 ms'"},
        {"duration_text('45')", "'45 s'"},
        {"duration_text('x')", "NULL"},
        {"duration_text(9e999)", "NULL"},
        {"iso_time_diff('2024-01-31T10:00:05Z', '2024-01-31T10:00:00Z')", "5.0"},
        {"iso_time_diff('2024-01-31T10:00:00Z', '2024-01-31T10:00:05Z')", "-5.0"},
        {"iso_time_diff('2024-01-31 12:00:00+02:00', '2024-01-31T10:00:00')", "0.0"},
        {"iso_time_diff('yesterday', '2024-01-31T10:00:00')", "NULL"},
    });
}

TEST_CASE("a time for a person says whose clock it is by", "[snapshot][sql]") {
    check({
        {"time_text('2026-02-01T09:42:43.880417Z')", "'2026-02-01 09:42:43 UTC'"},
        {"time_text('2026-02-01T09:42:43')", "'2026-02-01 09:42:43 by the log''s own clock'"},
        {"time_text('2026-02-01')", "NULL"},
        {"time_text('2026-02-01T09:42:43+01:00')", "NULL"},
    });
}

TEST_CASE("NULL in any place gives NULL, and only the number of arguments is an error", "[snapshot][sql]") {
    Connection connection;
    for (const SqlFunctionGroup& group : sql_function_groups()) {
        for (const SqlFunction& function : group.functions) {
            const int count = argument_count(function);
            REQUIRE(count <= kMostSqlArguments);
            for (int null_at = 0; null_at < count; ++null_at) {
                std::string call = std::string(function.name) + "(";
                for (int i = 0; i < count; ++i) {
                    call += std::string(i > 0 ? "," : "") + (i == null_at ? "NULL" : "'10.0.0.0/8'");
                }
                INFO(call);
                CHECK(connection.value(call + ")") == "NULL");
            }
            const std::string alone = std::string(function.name) + "()";
            CHECK(connection.value(alone) == "error: wrong number of arguments to function " + alone);
        }
    }
}

TEST_CASE("any bytes may come as any argument", "[snapshot][sql]") {
    Connection connection;
    const std::vector<std::string> values{"x'00ff80'", "''",     "zeroblob(3)",          "char(0)||'10.0.0.1'",
                                          "9e999",     "-9e999", "-9223372036854775808", "x'c328'"};
    for (const SqlFunctionGroup& group : sql_function_groups()) {
        for (const SqlFunction& function : group.functions) {
            for (const std::string& value : values) {
                std::string call = std::string(function.name) + "(";
                for (int i = 0; i < argument_count(function); ++i) {
                    call += (i > 0 ? "," : "") + value;
                }
                INFO(call);
                CHECK_FALSE(connection.value(call + ")").starts_with("error"));
            }
        }
    }
}

TEST_CASE("the functions may be used in indexes and in an untrusted schema", "[snapshot][sql]") {
    Connection connection;
    CHECK(connection.query("CREATE TABLE t(a TEXT, n INT GENERATED ALWAYS AS (cidr_prefix_length(a)))") == "");
    CHECK(connection.query("CREATE INDEX i ON t(mac_normal(a))") == "");
    REQUIRE(sqlite3_db_config(connection.get(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr) == SQLITE_OK);
    CHECK(connection.query("INSERT INTO t(a) VALUES ('10.0.0.0/8') RETURNING n") == "8");
}

TEST_CASE("every example of the documentation is true", "[snapshot][sql][docs]") {
    Connection connection;
    for (const SqlFunctionGroup& group : sql_function_groups()) {
        for (const SqlFunction& function : group.functions) {
            INFO(function.example);
            CHECK(connection.query(std::string("SELECT (") + function.example + ") IS " + function.example_answer) ==
                  "1");
        }
    }
}

/// After a change of the functions, run with KWD_UPDATE_DOCS=1 to write the page anew, and read the difference.
TEST_CASE("docs/sql-functions.md tells of exactly the functions that are registered", "[snapshot][sql][docs]") {
    const char* const path = KWD_DOCS "/sql-functions.md";
    if (std::getenv("KWD_UPDATE_DOCS") != nullptr) {
        std::ofstream(path, std::ios::binary) << sql_functions_document();
    }
    std::ifstream page(path, std::ios::binary);
    REQUIRE(page.is_open());
    CHECK(std::string(std::istreambuf_iterator<char>(page), {}) == sql_functions_document());
}
