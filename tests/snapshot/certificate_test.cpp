// SPDX-License-Identifier: Apache-2.0
#include "snapshot/certificate.h"

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <iterator>
#include <string>

using namespace kwd;
using namespace kwd::snapshot;

namespace {

std::string fixture(const std::string& name) {
    std::ifstream file(std::string(KWD_FIXTURES) + "/certificates/" + name, std::ios::binary);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("a certificate tells its dates, subject and fingerprint", "[snapshot][certificate]") {
    const auto ca = read_certificate(fixture("ca.pem"));
    REQUIRE(ca);
    CHECK(ca->not_before_utc == "2026-11-22T21:53:18Z");
    CHECK(ca->not_after_utc == "2036-11-19T21:53:18Z");
    CHECK(ca->subject == "CN=kubernetes");
    CHECK(ca->sha256 == "29506786320c98fe06dc26f8e90c0c8b21f20a543b60cc6a998808f00d324f33");

    const auto client = read_certificate(fixture("client.pem"));
    REQUIRE(client);
    CHECK(client->not_after_utc == "2025-04-30T09:00:00Z");
    CHECK(client->subject == "O=system:nodes,CN=system:node:node-1");
    CHECK(client->sha256 == "d4a5a7a3fcde3181cbfbf1d8e9d0f7c458bae4904a3bb6532cbc22bd4c90e566");
}

TEST_CASE("a certificate may end after 2049", "[snapshot][certificate]") {
    const auto far = read_certificate(fixture("far.pem"));
    REQUIRE(far);
    CHECK(far->not_after_utc == "2099-04-30T09:00:00Z");
}

TEST_CASE("a key beside a certificate is passed over", "[snapshot][certificate]") {
    const auto both =
        read_certificate("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" + fixture("client.pem"));
    REQUIRE(both);
    CHECK(both->subject == "O=system:nodes,CN=system:node:node-1");
}

TEST_CASE("what is no certificate is refused", "[snapshot][certificate]") {
    CHECK(read_certificate("").error().code == Errc::not_found);
    CHECK(read_certificate("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----").error().code ==
          Errc::malformed);
    CHECK(read_certificate("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----").error().code ==
          Errc::malformed);
    CHECK(read_certificate("-----BEGIN CERTIFICATE-----\n").error().code == Errc::malformed);
}

TEST_CASE("a certificate cut or changed anywhere is read or refused, never read beyond", "[snapshot][certificate]") {
    const std::string pem = fixture("ca.pem");
    const std::size_t begin = pem.find('\n') + 1;
    const auto der = decode_base64(pem.substr(begin, pem.find("-----END") - begin));
    REQUIRE(der);
    for (std::size_t i = begin; i < pem.size(); ++i) {
        CHECK_NOTHROW((void)read_certificate(pem.substr(0, i)));
        std::string changed = pem;
        changed[i] = '/';
        CHECK_NOTHROW((void)read_certificate(changed));
    }
}

TEST_CASE("base64 is decoded whatever its lines", "[snapshot][certificate]") {
    CHECK(decode_base64("aGVsbG8=").value() == "hello");
    CHECK(decode_base64("aGVs\r\nbG8=\n").value() == "hello");
    CHECK(decode_base64("").value().empty());
    CHECK_FALSE(decode_base64("aGVsbG8"));
    CHECK_FALSE(decode_base64("a-b_"));
}
