// SPDX-License-Identifier: Apache-2.0
#include "base/version.h"

#include <catch2/catch_test_macros.hpp>

#include <vector>

using namespace kwd;

namespace {

struct Pair {
    const char* a;
    char sign;  ///< '<', '=' or '>'; '?' when one of them is no version
    const char* b;
};

char sign_of(const char* a, const char* b) {
    const auto x = Version::parse(a);
    const auto y = Version::parse(b);
    if (!x || !y) {
        return '?';
    }
    const int order = x->compare(*y);
    return order < 0 ? '<' : (order > 0 ? '>' : '=');
}

}  // namespace

TEST_CASE("versions are ordered as their makers mean them", "[base][version]") {
    const std::vector<Pair> expected{
        {"1.9.3", '<', "1.10.0"},
        {"v1.28.3", '=', "1.28.3"},
        {"V1.28", '=', "1.28.0"},
        {"1.28.3", '<', "1.28.3.1"},
        {"2", '>', "1.999"},
        {"1.7.0-beta.1", '<', "1.7.0"},
        {"1.7.0-beta.1", '>', "1.6.9"},
        {"v1.28.9+rke2r1", '=', "v1.28.9"},
        {"1.0.0-rc.1+build.5", '=', "1.0.0-rc.1"},
        // The ladder of semver.org §11.4.4
        {"1.0.0-alpha", '<', "1.0.0-alpha.1"},
        {"1.0.0-alpha.1", '<', "1.0.0-alpha.beta"},
        {"1.0.0-alpha.beta", '<', "1.0.0-beta"},
        {"1.0.0-beta", '<', "1.0.0-beta.2"},
        {"1.0.0-beta.2", '<', "1.0.0-beta.11"},
        {"1.0.0-beta.11", '<', "1.0.0-rc.1"},
        {"1.0.0-rc.1", '<', "1.0.0"},
        // A vendor's build of a release is that release
        {"v1.28.3-eks-4f4795d", '=', "1.28.3"},
        {"v1.27.3-gke.1700", '=', "1.27.3"},
        {"17.06.2-ee-13", '=', "17.6.2"},
        {"v1.28.3-eks-4f4795d", '<', "1.28.4"},
        {"v1.28.3-eksperiment", '<', "1.28.3"},
        // Windows
        {"10.0.17763.379", '=', "17763.379"},
        {"10.0.17763.379", '<', "17763.1217"},
        {"17763.379", '<', "10.0.17763.1217"},
        {"10.0.17763", '<', "10.0.17763.379"},
        {"10.0.20348.2582", '>', "17763.9999"},
        {"6.3.9600", '<', "10.0.14393"},
        {"10.0.17763.1 (WinBuild.160101.0800)", '=', "10.0.17763.1"},
        {"10.0.3", '<', "10241"},  // not a Windows build: compared as it stands
        // Not versions
        {"", '?', "1.0"},
        {"v", '?', "1.0"},
        {"unknown", '?', "1.0"},
        {"-1.0", '?', "1.0"},
        {"Microsoft Windows NT 10.0.17763.0", '?', "10.0"},
        {"1.1234567890123456789", '?', "1.0"},
        // What follows is not looked at
        {"1.2.x", '=', "1.2"},
        {"1.2.", '=', "1.2"},
        {"1.2-", '=', "1.2"},
        {"1..2", '=', "1"},
    };
    for (const Pair& pair : expected) {
        INFO(pair.a << " " << pair.sign << " " << pair.b);
        CHECK(sign_of(pair.a, pair.b) == pair.sign);
        const char mirrored = pair.sign == '<' ? '>' : (pair.sign == '>' ? '<' : pair.sign);
        CHECK(sign_of(pair.b, pair.a) == mirrored);
    }
}

TEST_CASE("the first two numbers can be asked for", "[base][version]") {
    CHECK(Version::parse("v1.28.3")->major_number() == 1);
    CHECK(Version::parse("v1.28.3")->minor_number() == 28);
    CHECK(Version::parse("7")->minor_number() == std::nullopt);
    CHECK(Version::parse("1.0-rc1")->is_pre_release());
    CHECK_FALSE(Version::parse("1.0+rc1")->is_pre_release());
}
