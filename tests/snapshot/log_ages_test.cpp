// SPDX-License-Identifier: Apache-2.0
#include "snapshot/log_ages.h"

#include "snapshot/schema.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace kwd::snapshot;

namespace {

class Given {
  public:
    Given() { create_schema(database_); }

    Given& with(const char* sql) {
        database_.execute(sql);
        return *this;
    }
    // message=age_s/sequence, in the order of rows.
    std::string ages() {
        derive_log_ages(database_);
        return database_
            .text(
                "SELECT group_concat(message || '=' || coalesce(CAST(age_s AS INTEGER), '?') || '/' || sequence, ' ') "
                "FROM (SELECT * FROM log_lines ORDER BY rowid)")
            .value_or("");
    }
    std::string ask(const char* sql) { return database_.text(sql).value_or("NULL"); }

  private:
    Database database_ = Database::memory();
};

constexpr const char* kCollected =
    "INSERT INTO documents (collector, kind, name, collected_at_utc, size_bytes, sha256) VALUES "
    "('logs', 'log', 'a', '2024-01-31T12:00:00Z', 0, '')";

}  // namespace

TEST_CASE("lines of an older file that was stored later come before those of the newer one", "[snapshot][log_ages]") {
    CHECK(
        Given()
            .with(
                "INSERT INTO log_lines (document_id, component, time_utc, message) VALUES"
                " (1, 'flanneld', '2024-01-31T10:00:00Z', 'new'), (1, 'flanneld', '2024-01-31T10:00:07.5Z', 'newest'),"
                " (2, 'flanneld', '2024-01-31T09:00:00Z', 'old'), (2, 'flanneld', NULL, 'goes-on')")
            .ages() == "new=7/3 newest=0/4 old=3607/1 goes-on=3607/2");
}

TEST_CASE("a fraction of a second is later than none", "[snapshot][log_ages]") {
    CHECK(Given()
              .with("INSERT INTO log_lines (time_utc, message) VALUES ('2024-01-31T10:00:07.250Z', 'b'),"
                    " ('2024-01-31T10:00:07Z', 'a')")
              .ages() == "b=0/2 a=0/1");
}

TEST_CASE("what a silent component said last grows old", "[snapshot][log_ages]") {
    Given given;
    given.with(kCollected)
        .with(
            "INSERT INTO log_lines (component, time_utc, message) VALUES"
            " ('flanneld', '2024-01-31T02:00:00Z', 'f'), ('kubelet', '2024-01-31T11:59:50Z', 'k'),"
            " ('kubelet', '2024-01-31T12:00:03Z', 'ahead')");
    given.with("INSERT INTO table_coverage (table_name, state) VALUES ('processes', 'ok')");
    SECTION("a choice of the processes was listed") {
        CHECK(given
                  .with("INSERT INTO processes (process_id, name) VALUES (2, 'kubelet');"
                        "UPDATE table_coverage SET state = 'partial'")
                  .ages() == "f=36000/1 k=10/2 ahead=0/3");
    }
    SECTION("which processes there are is not known") {
        CHECK(given.ages() == "f=36000/1 k=10/2 ahead=0/3");
    }
    SECTION("it runs") {
        CHECK(given.with("INSERT INTO processes (process_id, name) VALUES (1, 'flanneld'), (2, 'kubelet')").ages() ==
              "f=36000/1 k=10/2 ahead=0/3");
    }
    SECTION("it does not run any more: its last words are of now") {
        CHECK(given.with("INSERT INTO processes (process_id, name) VALUES (2, 'kubelet')").ages() ==
              "f=0/1 k=10/2 ahead=0/3");
    }
    SECTION("its service is stopped") {
        CHECK(given.with("INSERT INTO services (name, state) VALUES ('Flanneld', 'stopped')").ages() ==
              "f=0/1 k=10/2 ahead=0/3");
    }
    SECTION("it does not run, and said that before the node was started") {
        CHECK(given
                  .with("INSERT INTO processes (process_id, name) VALUES (2, 'kubelet');"
                        "INSERT INTO system (boot_time_utc) VALUES ('2024-01-31T02:00:01Z')")
                  .ages() == "f=36000/1 k=10/2 ahead=0/3");
    }
}

TEST_CASE("a state that was read again after a long capture makes no log old", "[snapshot][log_ages]") {
    CHECK(Given()
              .with(kCollected)
              .with("INSERT INTO documents (collector, kind, name, collected_at_utc, size_bytes, sha256) VALUES "
                    "('hns', 'hns', 'b', '2024-01-31T12:40:00Z', 0, '')")
              .with("INSERT INTO log_lines (document_id, time_utc, message) VALUES (1, '2024-01-31T11:59:00Z', 'a')")
              .ages() == "a=60/1");
}

TEST_CASE("the times of an import's files, and of a disk mounted elsewhere, are not when it was collected",
          "[snapshot][log_ages]") {
    Given given;
    given.with("INSERT INTO log_lines (component, time_utc, message) VALUES ('kubelet', '2024-01-31T10:00:00Z', 'k')");
    SECTION("import") {
        given.with(
            "INSERT INTO documents (collector, kind, name, collected_at_utc, size_bytes, sha256) VALUES "
            "('import', 'log', 'a', '2024-06-01T12:00:00Z', 0, '')");
    }
    SECTION("a disk") {
        given.with(kCollected).with("INSERT INTO meta (key, value) VALUES ('root', '/mnt')");
    }
    CHECK(given
              .with("INSERT INTO events (time_utc, message) VALUES ('2024-01-31T10:00:30Z', 'e'),"
                    " ('2024-01-31T09:59:00Z', 'f'), ('yesterday', 'g')")
              .ages() == "k=30/1");
    CHECK(given.ask("SELECT group_concat(coalesce(CAST(age_s AS INTEGER), '?'), ' ') FROM events") == "0 90 ?");
}

TEST_CASE("a line that is later than the import makes no other old", "[snapshot][log_ages]") {
    CHECK(
        Given()
            .with("INSERT INTO meta (key, value) VALUES ('imported_at_utc', '2024-06-01T00:00:00Z')")
            .with(
                "INSERT INTO log_lines (component, time_utc, message) VALUES ('kubelet', '2024-01-31T10:00:00Z', 'k'),"
                " ('kubelet', '2024-01-31T10:00:09Z', 'l'), ('kubelet', '2099-01-01T00:00:00Z', 'm');"
                "INSERT INTO events (time_utc, message) VALUES ('2098-01-31T10:00:30Z', 'e')")
            .ages() == "k=9/1 l=0/2 m=0/3");
}

TEST_CASE("by a clock whose zone is not known a line is as old as it must be in any", "[snapshot][log_ages]") {
    // 26 hours before the end of the others: 12 at the least, were it of UTC+14; an hour before its own newest.
    CHECK(Given()
              .with("INSERT INTO log_lines (component, time_utc, time_is_local, message) VALUES"
                    " ('azure-vnet', '2024-01-30T09:00:00', 1, 'a'), ('azure-vnet', '2024-01-30T10:00:00', 1, 'b'),"
                    " ('kubelet', '2024-01-31T12:00:00Z', 0, 'k')")
              .ages() == "a=46800/1 b=43200/2 k=0/3");
    CHECK(Given()
              .with("INSERT INTO log_lines (time_utc, time_is_local, message) VALUES ('2024-01-31T13:00:00', 1, 'a'),"
                    " ('2024-01-31T13:00:05', 1, 'b'), ('2024-01-31T12:00:00Z', 0, 'k')")
              .ages() == "a=5/2 b=0/3 k=0/1");
}

TEST_CASE("what is not known stays unknown, and what was derived is not derived again", "[snapshot][log_ages]") {
    CHECK(Given()
              .with("INSERT INTO log_lines (message, time_utc, age_s) VALUES ('none', NULL, NULL),"
                    " ('kept', '2024-01-31T12:00:00Z', 77), ('odd', 'soon', NULL)")
              .ages() == "none=?/1 kept=77/2 odd=0/3");
    CHECK(Given().ages().empty());
}
