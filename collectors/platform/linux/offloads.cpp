// SPDX-License-Identifier: Apache-2.0
#include "collectors/clean.h"
#include "collectors/platform/linux/child.h"
#include "collectors/platform/linux/collectors.h"
#include "collectors/platform/linux/file_descriptor.h"
#include "snapshot/kinds.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <nlohmann/json.hpp>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Source: linux/ethtool.h, and ethtool(8) for the names of the sums. All commands here only get.

namespace kwd::collectors {
namespace {

using nlohmann::json;

constexpr std::uint32_t kMaxFeatures = 1024;

class EthtoolDevice {
  public:
    EthtoolDevice(int socket, std::string_view name) : socket_(socket), name_(name) {}

    // Answers false when the driver does not do it.
    [[nodiscard]] bool ask(void* command) const {
        ifreq request{};
        std::copy_n(name_.begin(), std::min<std::size_t>(name_.size(), IFNAMSIZ - 1), request.ifr_name);
        request.ifr_data = static_cast<char*>(command);
        return ::ioctl(socket_, SIOCETHTOOL, &request) == 0;
    }

  private:
    int socket_;
    std::string name_;
};

// A structure of the interface that ends in an array of `bytes` bytes, all zero.
template <class T>
std::pair<std::vector<std::uint64_t>, T*> with_array(std::size_t bytes) {
    std::vector<std::uint64_t> memory((sizeof(T) + bytes + 7) / 8);
    T* structure = new (memory.data()) T;
    std::memset(memory.data(), 0, memory.size() * sizeof(std::uint64_t));
    return {std::move(memory), structure};
}

template <std::size_t N>
std::string text_of(const char (&field)[N]) {
    return {field, ::strnlen(field, N)};
}

void add_driver(json& interface, const EthtoolDevice& device) {
    ethtool_drvinfo driver{};
    driver.cmd = ETHTOOL_GDRVINFO;
    if (device.ask(&driver)) {
        interface["driver"] = text_of(driver.driver);
        interface["driver_version"] = text_of(driver.version);
        interface["firmware_version"] = text_of(driver.fw_version);
        interface["bus"] = text_of(driver.bus_info);
    }
}

void add_speed(json& interface, const EthtoolDevice& device) {
    ethtool_link_settings settings{};
    settings.cmd = ETHTOOL_GLINKSETTINGS;
    // The first answer tells how many words of link modes the second needs, as a negative number.
    if (!device.ask(&settings) || settings.link_mode_masks_nwords >= 0) {
        return;
    }
    const auto words = static_cast<std::int8_t>(-settings.link_mode_masks_nwords);
    auto [memory, full] =
        with_array<ethtool_link_settings>(3U * static_cast<std::size_t>(words) * sizeof(std::uint32_t));
    full->cmd = ETHTOOL_GLINKSETTINGS;
    full->link_mode_masks_nwords = words;
    if (device.ask(full) && full->speed != static_cast<std::uint32_t>(SPEED_UNKNOWN) && full->speed != 0) {
        interface["link_speed_bps"] = std::uint64_t{full->speed} * 1'000'000;
    }
}

void add_sums(json& features, const EthtoolDevice& device) {
    constexpr auto sums = std::to_array<std::pair<std::uint32_t, const char*>>({{ETHTOOL_GTXCSUM, "tx-checksumming"},
                                                                                {ETHTOOL_GRXCSUM, "rx-checksumming"},
                                                                                {ETHTOOL_GSG, "sg"},
                                                                                {ETHTOOL_GTSO, "tso"},
                                                                                {ETHTOOL_GGSO, "gso"},
                                                                                {ETHTOOL_GGRO, "gro"}});
    for (const auto& [command, name] : sums) {
        ethtool_value value{command, 0};
        if (device.ask(&value)) {
            features.push_back({{"feature", name}, {"enabled", value.data != 0}});
        }
    }
    ethtool_value flags{ETHTOOL_GFLAGS, 0};
    if (device.ask(&flags)) {
        features.push_back({{"feature", "lro"}, {"enabled", (flags.data & ETH_FLAG_LRO) != 0}});
    }
}

std::uint32_t count_features(const EthtoolDevice& device) {
    auto [memory, set] = with_array<ethtool_sset_info>(sizeof(std::uint32_t));
    set->cmd = ETHTOOL_GSSET_INFO;
    set->sset_mask = 1ULL << ETH_SS_FEATURES;
    return device.ask(set) && set->sset_mask != 0 ? std::min(set->data[0], kMaxFeatures) : 0;
}

void add_kernel_features(json& features, const EthtoolDevice& device) {
    const std::uint32_t count = count_features(device);
    const std::uint32_t blocks = (count + 31) / 32;
    auto [name_memory, names] = with_array<ethtool_gstrings>(std::size_t{count} * ETH_GSTRING_LEN);
    names->cmd = ETHTOOL_GSTRINGS;
    names->string_set = ETH_SS_FEATURES;
    names->len = count;
    auto [state_memory, state] = with_array<ethtool_gfeatures>(blocks * sizeof(ethtool_get_features_block));
    state->cmd = ETHTOOL_GFEATURES;
    state->size = blocks;
    if (count == 0 || !device.ask(names) || !device.ask(state)) {
        return;
    }
    for (std::uint32_t i = 0; i < std::min(count, names->len); ++i) {
        const char* name = reinterpret_cast<const char*>(names->data) + std::size_t{i} * ETH_GSTRING_LEN;
        const std::string text(name, ::strnlen(name, ETH_GSTRING_LEN));
        if (text.empty()) {
            continue;
        }
        const auto& block = state->features[i / 32];
        const std::uint32_t bit = 1U << i % 32;
        features.push_back({{"feature", text},
                            {"enabled", (block.active & bit) != 0},
                            {"fixed", (block.available & bit) == 0 || (block.never_changed & bit) != 0}});
    }
}

}  // namespace

Result<void> collect_offloads(const CollectOptions&, DocumentSink& out, Deadline) {
    const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const std::unique_ptr<struct if_nameindex, void (*)(struct if_nameindex*)> names(::if_nameindex(),
                                                                                     &::if_freenameindex);
    if (!socket || !names) {
        return posix_error(errno, "list network interfaces");
    }
    json interfaces = json::array();
    for (const auto* each = names.get(); each->if_index != 0; ++each) {
        const EthtoolDevice device(socket.get(), each->if_name);
        json interface {
            { "interface_name", each->if_name }
        };
        add_driver(interface, device);
        add_speed(interface, device);
        json features = json::array();
        add_sums(features, device);
        add_kernel_features(features, device);
        interface["features"] = std::move(features);
        interfaces.push_back(std::move(interface));
    }
    return out.put({.kind = snapshot::kind::linux_offloads,
                    .name = "offloads.json",
                    .content = to_document({{"interfaces", std::move(interfaces)}})});
}

}  // namespace kwd::collectors
