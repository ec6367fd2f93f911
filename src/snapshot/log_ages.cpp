// SPDX-License-Identifier: Apache-2.0
#include "snapshot/log_ages.h"

#include "base/iso_time.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kwd::snapshot {
namespace {

constexpr double kFurthestZoneS = 14 * 3600;

// Programs that run for as long as the node does, and the names of their processes and services. A plug-in that is
// called for each pod is none: it is not dead for not being there.
struct Daemon {
    std::string_view component;
    std::array<std::string_view, 4> names;
};
constexpr std::array<Daemon, 6> kDaemons = {{
    {"kubelet", {"kubelet"}},
    {"kube-proxy", {"kube-proxy", "kubeproxy"}},
    {"flanneld", {"flanneld", "flannel"}},
    {"containerd", {"containerd"}},
    {"calico", {"calico-node", "calico-felix", "felix", "calicofelix"}},
    {"docker", {"dockerd", "docker"}},
}};

bool is_after(const UtcTime& a, const UtcTime& b) noexcept {
    return std::pair(a.seconds, a.nanoseconds) > std::pair(b.seconds, b.nanoseconds);
}

void raise(std::optional<UtcTime>& newest, const std::optional<UtcTime>& time) {
    if (time && (!newest || is_after(*time, *newest))) {
        newest = time;
    }
}

std::optional<UtcTime> newest_of(const Database& database, std::string_view sql,
                                 const std::optional<UtcTime>& latest = std::nullopt) {
    std::optional<UtcTime> newest;
    for (Statement rows = database.prepare(sql); rows.step();) {
        if (const auto time = parse_iso_time(rows.text(0)); time && !(latest && is_after(*time, *latest))) {
            raise(newest, time);
        }
    }
    return newest;
}

// No line of an import was written after it was imported: a clock was not set then, or the year was guessed.
std::optional<UtcTime> latest_possible(const Database& database) {
    constexpr std::int64_t kDayS = 24 * 3600;
    auto latest = newest_of(database, "SELECT value FROM meta WHERE key = 'imported_at_utc'");
    if (latest) {
        latest->seconds += kDayS;
    }
    return latest;
}

std::set<std::string> names_of(const Database& database, std::string_view sql) {
    std::set<std::string> names;
    for (Statement rows = database.prepare(sql); rows.step();) {
        names.insert(rows.text(0));
    }
    return names;
}

// Components that are known not to run: by the processes where all were listed, else by services that are stopped.
std::set<std::string, std::less<>> ended_components(const Database& database) {
    const auto processes = names_of(database,
                                    "SELECT DISTINCT name FROM processes WHERE EXISTS (SELECT 1 FROM table_coverage "
                                    "WHERE table_name = 'processes' AND state = 'ok')");
    const auto stopped = names_of(database, "SELECT lower(name) FROM services WHERE state IN ('stopped', 'failed')");
    std::set<std::string, std::less<>> ended;
    for (const Daemon& each : kDaemons) {
        const auto is_in = [&](const std::set<std::string>& names) {
            return std::ranges::any_of(each.names, [&](auto name) { return names.contains(std::string(name)); });
        };
        if (processes.empty() ? is_in(stopped) : !is_in(processes)) {
            ended.emplace(each.component);
        }
    }
    return ended;
}

struct Line {
    std::int64_t row;
    std::size_t component;        ///< index into the components
    std::optional<UtcTime> time;  ///< its own, or that of a line before it
    bool is_local;
};

struct Component {
    bool has_ended = false;
    std::array<std::optional<UtcTime>, 2> newest = {};  ///< by is_local
};

class Lines {
  public:
    Lines(const Database& database, const std::optional<UtcTime>& latest) {
        read(database, latest);
        mark_ended(database);
    }

    [[nodiscard]] const std::set<std::int64_t>& documents() const { return documents_; }
    [[nodiscard]] const std::optional<UtcTime>& newest(bool is_local) const { return newest_[is_local ? 1 : 0]; }

    void write(Database& database, const std::optional<UtcTime>& end) const {
        const std::vector<std::int64_t> sequence = order();
        Statement update = database.prepare(
            "UPDATE log_lines SET age_s = coalesce(age_s, ?2), sequence = coalesce(sequence, ?3) WHERE rowid = ?1");
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            update.bind(1, lines_[i].row);
            update.bind(2, age_of(lines_[i], end));
            update.bind(3, sequence[i]);
            update.run();
        }
    }

  private:
    void read(const Database& database, const std::optional<UtcTime>& latest) {
        std::map<std::string, std::size_t, std::less<>> numbers;
        std::map<std::pair<std::int64_t, std::size_t>, std::size_t> last;
        for (Statement rows = database.prepare("SELECT rowid, coalesce(document_id, 0), coalesce(component, ''), "
                                               "time_utc, coalesce(time_is_local, 0) "
                                               "FROM log_lines ORDER BY rowid");
             rows.step();) {
            const auto number = numbers.try_emplace(rows.text(2), components_.size());
            if (number.second) {
                components_.emplace_back();
                names_.push_back(rows.text(2));
            }
            const std::size_t component = number.first->second;
            Line line{.row = rows.integer(0),
                      .component = component,
                      .time = parse_iso_time(rows.text(3)),
                      .is_local = rows.integer(4) != 0};
            const auto before = last.try_emplace({rows.integer(1), component}, lines_.size());
            if (before.second) {
                documents_.insert(rows.integer(1));
            }
            if (!line.time && !before.second) {
                line.time = lines_[before.first->second].time;
                line.is_local = lines_[before.first->second].is_local;
            }
            before.first->second = lines_.size();
            if (line.time && !(latest && is_after(*line.time, *latest))) {
                raise(newest_[line.is_local ? 1 : 0], line.time);
                raise(components_[component].newest[line.is_local ? 1 : 0], line.time);
            }
            lines_.push_back(line);
        }
    }

    void mark_ended(const Database& database) {
        const auto ended = ended_components(database);
        const auto boot = newest_of(database, "SELECT boot_time_utc FROM system");
        for (std::size_t i = 0; i < components_.size(); ++i) {
            const auto& newest = components_[i].newest[0];
            // What it said before the node was started does not tell why it does not run now.
            components_[i].has_ended = ended.contains(names_[i]) && (!boot || !newest || !is_after(*boot, *newest));
        }
    }

    [[nodiscard]] std::optional<double> age_of(const Line& line, const std::optional<UtcTime>& end) const {
        if (!line.time) {
            return std::nullopt;
        }
        const Component& component = components_[line.component];
        const auto& own = component.has_ended ? component.newest[line.is_local ? 1 : 0] : newest(line.is_local);
        double age = own ? seconds_between(*line.time, *own) : 0;
        if (end && !component.has_ended) {
            const double to_end = seconds_between(*line.time, *end);
            age = line.is_local ? std::max(age, to_end - kFurthestZoneS) : to_end;
        }
        return std::max(age, 0.0);
    }

    [[nodiscard]] std::vector<std::int64_t> order() const {
        std::vector<std::size_t> sorted(lines_.size());
        std::iota(sorted.begin(), sorted.end(), std::size_t{0});
        std::ranges::stable_sort(sorted, [&](std::size_t a, std::size_t b) {
            const auto& first = lines_[a].time;
            const auto& second = lines_[b].time;
            return first && second ? is_after(*second, *first) : !first && second;
        });
        std::vector<std::int64_t> sequence(lines_.size());
        for (std::size_t i = 0; i < sorted.size(); ++i) {
            sequence[sorted[i]] = static_cast<std::int64_t>(i) + 1;
        }
        return sequence;
    }

    std::vector<Line> lines_;
    std::set<std::int64_t> documents_;
    std::vector<Component> components_;
    std::vector<std::string> names_;
    std::array<std::optional<UtcTime>, 2> newest_ = {};  ///< by is_local
};

// When the logs and events of this machine were collected, else what else was: a capture asks for the state again after
// it, and not for logs.
std::optional<UtcTime> collected_at(const Database& database, std::set<std::int64_t> documents) {
    for (Statement rows = database.prepare("SELECT DISTINCT document_id FROM events WHERE document_id IS NOT NULL");
         rows.step();) {
        documents.insert(rows.integer(0));
    }
    std::optional<UtcTime> of_logs;
    std::optional<UtcTime> of_any;
    for (Statement rows = database.prepare("SELECT id, collected_at_utc FROM documents WHERE collector <> 'import' "
                                           "AND NOT EXISTS (SELECT 1 FROM meta WHERE key = 'root')");
         rows.step();) {
        const auto time = parse_iso_time(rows.text(1));
        raise(of_any, time);
        raise(of_logs, documents.contains(rows.integer(0)) ? time : std::nullopt);
    }
    return of_logs ? of_logs : of_any;
}

void write_event_ages(Database& database, const UtcTime& end) {
    Statement rows = database.prepare("SELECT rowid, time_utc FROM events WHERE age_s IS NULL");
    std::vector<std::pair<std::int64_t, double>> ages;
    while (rows.step()) {
        if (const auto time = parse_iso_time(rows.text(1))) {
            ages.emplace_back(rows.integer(0), std::max(seconds_between(*time, end), 0.0));
        }
    }
    Statement update = database.prepare("UPDATE events SET age_s = ?2 WHERE rowid = ?1");
    for (const auto& [row, age] : ages) {
        update.bind(1, row);
        update.bind(2, age);
        update.run();
    }
}

}  // namespace

void derive_log_ages(Database& database) {
    const auto latest = latest_possible(database);
    const Lines lines(database, latest);
    auto end = collected_at(database, lines.documents());
    if (!end) {
        end = newest_of(database, "SELECT time_utc FROM events UNION ALL SELECT last_time_utc FROM k8s_events", latest);
        raise(end, lines.newest(false));
    }
    lines.write(database, end);
    if (end) {
        write_event_ages(database, *end);
    }
}

}  // namespace kwd::snapshot
