// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/vxlan_tables.h"
#include "base/iso_time.h"
#include "snapshot/database.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace kwd::analyzers {

/// What may_have_changed() says where a later reading of the state could tell.
inline constexpr std::string_view kCameAfterReading = "the first packet came after the node's state was read";

/// When the tables that change as pods and nodes come and go were read, and when the captures were taken.
///
/// Of what was collected on the node those are the times at which documents were read; packets have times of their own.
/// Of imported files it is the files' times: those of packets may be by another clock.
class StateTimes {
  public:
    StateTimes(const snapshot::Database& database, const VxlanTables& tables);

    /// Why the state says nothing of a capture that is, or begins with, this document; empty where it does. `at` is a
    /// row's.
    [[nodiscard]] std::string apart(const std::string& at) const;
    /// Whether a capture that is, or begins with, this document was taken by who read the state, whose clock it has.
    [[nodiscard]] bool is_live(const std::string& at) const;
    /// Why packets of a live capture that the state calls wrong may have been right in their time; empty where they may
    /// not. Packets that were seen both before and after the state was read were wrong while it held.
    [[nodiscard]] std::string may_have_changed(const snapshot::Text& first, const snapshot::Text& last) const;

    /// Whether this state had been read before packets came, and was no longer that of their time.
    [[nodiscard]] bool is_before(const snapshot::Text& first) const;
    /// Whether this state was read after packets had come, and was not that of their time yet.
    [[nodiscard]] bool is_after(const snapshot::Text& first, const snapshot::Text& last) const;
    /// Whether packets came when this state had been read already, and `later` was not read yet.
    [[nodiscard]] bool holds_until(const StateTimes& later, const snapshot::Text& first,
                                   const snapshot::Text& last) const;

  private:
    struct Document {
        bool imported;
        std::optional<UtcTime> time;
    };
    struct Range {
        std::optional<UtcTime> earliest;
        std::optional<UtcTime> latest;
        void add(const UtcTime& time);
    };
    [[nodiscard]] const Document* document_of(const std::string& at) const;

    std::map<std::int64_t, Document> documents_;
    Range read_;   ///< on the node
    Range files_;  ///< imported
};

}  // namespace kwd::analyzers
