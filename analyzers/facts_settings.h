// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/facts_rows.h"

#include <optional>
#include <string>
#include <string_view>

namespace kwd::analyzers {

/// What is known of one component's settings, whoever wrote them down.
class ComponentSettings {
  public:
    ComponentSettings(const snapshot::Database& database, std::string_view component)
        : database_(database), component_(component) {}

    /// The value of a flag from the strongest of its origins: the process, what it logged, its service, scripts,
    /// kubeadm-flags.env. Of one origin the last counts. A flag without a value is `true`; what holds a variable of a
    /// script is not known; an empty value that was logged is the default, and nobody's setting.
    [[nodiscard]] snapshot::Text flag(std::string_view name);
    /// A feature gate by the same origins; a configuration file's comes before those of a ConfigMap.
    [[nodiscard]] snapshot::Flag gate(std::string_view name);
    /// The newest version that was told.
    [[nodiscard]] snapshot::Text version();
    /// Whether it was seen running: NULL when nobody looked where it could be seen. `services` are the names that its
    /// service has, with commas between and around them.
    [[nodiscard]] snapshot::Flag running(std::string_view services) const;

    /// Flags of it were told by a source that tells all of them.
    [[nodiscard]] bool flags_known() const;
    /// Where the first answer came from.
    [[nodiscard]] const RowOrigin& origin() const noexcept { return origin_; }
    void rests_on(const RowOrigin& origin) {
        if (!origin_.document_id) {
            origin_ = origin;
        }
    }

  private:
    const snapshot::Database& database_;
    std::string component_;
    RowOrigin origin_;
};

}  // namespace kwd::analyzers
