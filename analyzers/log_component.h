// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace kwd::analyzers {

/// Whose log this is, by the names in its path: `kubelet.err.log`,
/// `kube-proxy.exe.HOST.USER.log.INFO.20240131-101112.1234`,
/// `/var/log/pods/NS_POD_UID/CONTAINER/0.log`, `/var/log/containers/POD_NS_CONTAINER-ID.log`. Empty where none is
/// known.
[[nodiscard]] std::string_view component_of_log(std::string_view path);

/// The component that a program or container of this name is; empty for others.
[[nodiscard]] std::string_view component_of_container(std::string_view name);

/// The component whose source file this is: proxier.go is kube-proxy's. Empty for files that several have.
[[nodiscard]] std::string_view component_of_source(std::string_view source_file);

/// The name to go by where no component is known: the file's, without endings of rotation and logs.
[[nodiscard]] std::string log_name(std::string_view path);

}  // namespace kwd::analyzers
