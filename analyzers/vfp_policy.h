// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "snapshot/tables/vfp.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace kwd::analyzers {

/// `Port name             : GUID`, `Flow TTL: 0`; the key ends at the first colon.
struct VfpSetting {
    std::string_view key;
    std::string_view value;
};
/// nullopt for sentences such as `Port is Initialized.`, which have no colon.
[[nodiscard]] std::optional<VfpSetting> vfp_setting(std::string_view line) noexcept;

/// Reads what vfpctrl prints of layers, groups, rules and counters, line by line. Names lead (`LAYER : X`, `GROUP : X`,
/// `RULE : X`), and what stands below one is about it; indentation only tells where a list of conditions ends. Keys
/// that are not known are passed over: they differ between builds.
class VfpPolicy {
  public:
    /// Which question a text answers. Appended outputs do not say: then it is told by what stands in them.
    enum class Section : std::uint8_t { unknown, layers, groups, rules, counters, other };
    struct Subject {
        snapshot::Text port;
        snapshot::Text layer = {};  ///< where the question was only about one
        snapshot::Text group = {};
        Section section = Section::unknown;
    };

    /// What follows is about this.
    void begin(Subject subject);
    /// What follows is about none of the objects so far; the port and the question stay.
    void leave();

    /// Answers whether the line was about a layer, a group, a rule or a counter.
    bool read(std::string_view line, std::size_t at);

    /// Whether nothing was read.
    [[nodiscard]] bool empty() const noexcept;
    void write(Analysis& out);

  private:
    using Key = std::tuple<snapshot::Text, snapshot::Text, snapshot::Text, std::string>;
    /// Rows in the order in which they came; an object that several questions tell of is one.
    template <class Row>
    class Objects {
      public:
        /// The row, and whether it is new.
        std::pair<Row*, bool> open(Key key, Row row, std::size_t at);
        std::vector<Analysis::Placed<Row>> rows;

      private:
        std::map<Key, std::size_t> known_;
    };
    enum class List : std::uint8_t { none, conditions, data };

    bool read_name(const VfpSetting& setting, std::size_t at);
    void open_rule(std::string_view name, std::size_t at);
    bool read_counter(const VfpSetting& setting, std::size_t at);
    bool read_property(const VfpSetting& setting, std::size_t indent);
    bool read_in_list(std::string_view text, std::size_t indent);
    [[nodiscard]] snapshot::Text* list_text() noexcept;
    void close() noexcept;

    Subject subject_;
    snapshot::Text rule_;
    snapshot::Text direction_;
    // The object that lines are about; at most one of them. Pointers hold only until the next object is opened.
    snapshot::VfpLayersRow* layer_row_ = nullptr;
    snapshot::VfpGroupsRow* group_row_ = nullptr;
    snapshot::VfpRulesRow* rule_row_ = nullptr;
    bool was_known_ = false;  ///< it was told before, with its lists
    List list_ = List::none;
    std::size_t list_indent_ = 0;

    Objects<snapshot::VfpLayersRow> layers_;
    Objects<snapshot::VfpGroupsRow> groups_;
    Objects<snapshot::VfpRulesRow> rules_;
    std::vector<Analysis::Placed<snapshot::VfpCountersRow>> counters_;
};

}  // namespace kwd::analyzers
