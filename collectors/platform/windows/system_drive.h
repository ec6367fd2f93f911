// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace kwd::collectors {

/// The letter of the drive that Windows lies on, which is where node agents mean `/var/lib/kubelet` to be: `C`.
[[nodiscard]] char system_drive();

}  // namespace kwd::collectors
