// SPDX-License-Identifier: Apache-2.0
#include "base/secrets.h"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <string>
#include <vector>

using kwd::remove_secrets;

namespace {

struct Case {
    const char* text;
    const char* clean;
};

void check(std::span<const Case> cases) {
    for (const Case& each : cases) {
        CAPTURE(each.text);
        CHECK(remove_secrets(each.text).text == each.clean);
    }
}

}  // namespace

TEST_CASE("secrets in flags and variables are removed", "[base][secrets]") {
    check(std::to_array<Case>({
        {"kubelet --token=abc123 --v=2", "kubelet --token=[removed: token] --v=2"},
        {"kubelet --token abc123 --v=2", "kubelet --token [removed: token] --v=2"},
        {"--bootstrap-token='a b' -x", "--bootstrap-token='[removed: token]' -x"},
        {"DB_PASSWORD=hunter2 PATH=/bin", "DB_PASSWORD=[removed: password] PATH=/bin"},
        {"AWS_SECRET_ACCESS_KEY=wJalr/abc+def", "AWS_SECRET_ACCESS_KEY=[removed: secret]"},
        {"MYSQL_PWD=x1;", "MYSQL_PWD=[removed: password]"},
        {"password = \"a b\\\"c\" # note", "password = \"[removed: password]\" # note"},
        {"agent-token: K10ab\nserver: https://x", "agent-token: [removed: token]\nserver: https://x"},
        {"curl -s -u admin:pw https://x", "curl -s -u admin:[removed: password] https://x"},
        {"sshpass -p pw ssh x", "sshpass -p [removed: password] ssh x"},
        {"docker login -u me -p pw reg.example", "docker login -u me -p [removed: password] reg.example"},
    }));
}

TEST_CASE("secrets in JSON are removed and it stays JSON, however deep it was quoted", "[base][secrets]") {
    check(std::to_array<Case>({
        {R"({"aadClientSecret": "s3cr,et}", "x": 1})", R"({"aadClientSecret": "[removed: secret]", "x": 1})"},
        {R"({"password":"a\"b\\","x":1})", R"({"password":"[removed: password]","x":1})"},
        {R"({"MESSAGE":"{\"token\":\"a\\\"b\",\"x\":1}"})",
         R"({"MESSAGE":"{\"token\":\"[removed: token]\",\"x\":1}"})"},
        {R"({"MESSAGE":"run --token=abc\" now"})", R"({"MESSAGE":"run --token=[removed: token]\" now"})"},
        {R"({"MESSAGE":"token=","next":"abc"})", R"({"MESSAGE":"token=","next":"abc"})"},
        {R"({"token": 12345})", R"({"token": "[removed: token]"})"},
        {R"({"conf":"a:\n  token: ab\ntoken: cd\nb: 1"})",
         R"({"conf":"a:\n  token: [removed: token]\ntoken: [removed: token]\nb: 1"})"},
        {R"({"m":"x\neyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln"})", R"({"m":"x\n[removed: token]"})"},
        {R"({"m":"x\nMIIEowIBAAKCAQEAvvvvvvvv\nAB==\n-----END PRIVATE KEY-----\n"})",
         R"({"m":"x\n[removed: private-key]\n"})"},
        {R"({"m":"\n--token abc"})", R"({"m":"\n--token [removed: token]"})"},
        {R"({"auth": "dXNlcjpwYXNz"})", R"({"auth": "[removed: secret]"})"},
        {R"({"secret":{"secretName":"x","items":[]}})", R"({"secret":{"secretName":"x","items":[]}})"},
        {R"({"token":"","password":null})", R"({"token":"","password":null})"},
    }));
}

TEST_CASE("secrets in YAML are removed, blocks too", "[base][secrets]") {
    check(std::to_array<Case>({
        {"users:\n- name: a\n  user:\n    token: abc def\n",
         "users:\n- name: a\n  user:\n    token: [removed: token]\n"},
        {"  client-key-data: LS0tLS1=\n", "  client-key-data: [removed: private-key]\n"},
        {"a:\n  password: |\n    one\n\n    two\n  next: 1\n", "a:\n  password: [removed: password]\n  next: 1\n"},
        {"- password: >-\n    one\nnext: 1", "- password: [removed: password]\nnext: 1"},
        {"token: 'it''s'\n", "token: '[removed: token]'\n"},
    }));
}

TEST_CASE("secrets of a container's arguments and variables are removed", "[base][secrets]") {
    check(std::to_array<Case>({
        {R"(command: ["x","--password","pw","--v=2"])", R"(command: ["x","--password","[removed: secret]","--v=2"])"},
        {R"({\"args\":[\"--token\",\"ab\"]})", R"({\"args\":[\"--token\",\"[removed: secret]\"]})"},
        {"- --db-password\n- pw\n- x\n", "- --db-password\n- [removed: secret]\n- x\n"},
        {"- --token\n- --v=2\n", "- --token\n- --v=2\n"},
        {"the flags --password, use them", "the flags --password, use them"},
        {"- name: DB_PASSWORD\n  value: a b\n- name: X\n  value: y\n",
         "- name: DB_PASSWORD\n  value: [removed: secret]\n- name: X\n  value: y\n"},
        {R"({"name":"API_TOKEN","value":"abc"})", R"({"name":"API_TOKEN","value":"[removed: secret]"})"},
        {R"({"name":"API_TOKEN","valueFrom":{"secretKeyRef":{"name":"n","key":"k"}}})",
         R"({"name":"API_TOKEN","valueFrom":{"secretKeyRef":{"name":"n","key":"k"}}})"},
    }));
}

TEST_CASE("a Secret that a log names is no secret, and what is no name of an object is", "[base][secrets]") {
    check(std::to_array<Case>({
        {R"("Got" secret="kube-system/regcred-1" x=1)", R"("Got" secret="kube-system/regcred-1" x=1)"},
        {R"({"msg":"Got","secret":"default/a.b","v":4})", R"({"msg":"Got","secret":"default/a.b","v":4})"},
        {R"(pullSecret="default/regcred")", R"(pullSecret="default/regcred")"},
        {"secretName: foo\n", "secretName: foo\n"},
        {R"(secret="s3cr3t")", R"(secret="[removed: secret]")"},
        {R"(secret="abc/DEF+ghi")", R"(secret="[removed: secret]")"},
        {R"(token="ns/name")", R"(token="[removed: token]")"},
        {R"(clientSecret="ns/name")", R"(clientSecret="[removed: secret]")"},
    }));
}

TEST_CASE("keys and tokens are removed wherever they stand", "[base][secrets]") {
    check(std::to_array<Case>({
        {"a\n-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMIIEow+/=\nAB==\n-----END RSA PRIVATE "
         "KEY-----\nb",
         "a\n[removed: private-key]\nb"},
        {R"("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n")", R"("[removed: private-key]\n")"},
        {"x: -----BEGIN EC PRIVATE KEY-----\nMHcCAQ", "x: [removed: private-key]"},
        {"MIIEowIBAAKCAQEAvvvvvvvv\nAB==\n-----END PRIVATE KEY-----\nb", "[removed: private-key]\nb"},
        {"key LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQo= end", "key [removed: private-key] end"},
        {"t eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl end", "t [removed: token] end"},
        {"Authorization: Bearer abc.def", "Authorization: Bearer [removed: token]"},
        {R"("Authorization":["Basic YTpi"])", R"("Authorization":["Basic [removed: token]"])"},
        {"sent bearer 0123456789abcdef0123 to x", "sent bearer [removed: token] to x"},
        {"proxy http://user:p%40ss@10.0.0.1:3128/ x", "proxy http://user:[removed: password]@10.0.0.1:3128/ x"},
        {"postgres://u:p@ss@db:5432/k", "postgres://u:[removed: password]@db:5432/k"},
        {"git https://0123456789abcdefghij@host/x", "git https://[removed: token]@host/x"},
        {"kubeadm join --token abcdef.0123456789abcdef 10.0.0.1:6443",
         "kubeadm join --token [removed: token] 10.0.0.1:6443"},
        {"token abcdef.0123456789abcdef was used", "token [removed: token] was used"},
        {"set-cookie: session=ab; path=/\nx", "set-cookie: [removed: token]\nx"},
        {"push with glpat-abcdefghij0123456789", "push with [removed: token]"},
        {"https://x.blob.core.windows.net/c?sv=2020&sig=abcdefghijklmnop%3D&se=1",
         "https://x.blob.core.windows.net/c?sv=2020&sig=[removed: token]&se=1"},
    }));
}

TEST_CASE("what is no secret stays as it is", "[base][secrets]") {
    for (const char* text : {
             "failed to get token: context deadline exceeded",
             "invalid bearer token, service account token has expired",
             "secret \"default-token-x\" not found",
             "volumes:\n- secret:\n    secretName: flannel\n",
             "--tls-private-key-file=/etc/kubernetes/pki/apiserver.key --token-auth-file=/x",
             "automountServiceAccountToken: true",
             "authorization:\n  mode: Webhook\n",
             "--authorization-mode=Node,RBAC --authentication-token-webhook=true",
             "password=$(DB_PASSWORD) token=${TOKEN}",
             "PWD=/root OLDPWD=/tmp",
             "-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n",
             "certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUM=",
             "https://[fd00::1]:6443/api?x=a@b",
             "time=\"2024-01-31T10:11:12Z\" level=error msg=\"PullImage \\\"x\\\" failed\"",
             "Authorization: <masked>",
             "",
         }) {
        CAPTURE(text);
        const auto clean = remove_secrets(text);
        CHECK(clean.text == text);
        CHECK(clean.removed.empty());
    }
}

TEST_CASE("a quoted secret that is never closed ends with its line", "[base][secrets]") {
    CHECK(remove_secrets("password=\"abc\nnext line").text == "password=\"[removed: password]\nnext line");
}

TEST_CASE("in running text only what looks like a token follows its name", "[base][secrets]") {
    check(std::to_array<Case>({
        {"X x-auth-token: 0123456789abcdef end", "X x-auth-token: [removed: token] end"},
        {"the generated password: hunter2, keep it", "the generated password: [removed: password], keep it"},
        {"{Host:x Token:abcd}", "{Host:x Token:[removed: token]}"},
    }));
}

TEST_CASE("what was removed is counted by kind and told", "[base][secrets]") {
    const auto clean = remove_secrets("--token=a --token=b password=c");
    CHECK(kwd::note_of(clean.removed) == "secrets removed: 1 password, 2 token");
    CHECK(kwd::note_of({}).empty());
    CHECK(remove_secrets(clean.text).text == clean.text);
}

TEST_CASE("a command line loses its secrets, also those in the next argument", "[base][secrets]") {
    using Arguments = std::vector<std::string>;
    const auto clean = [](const Arguments& arguments) {
        return kwd::remove_secrets_from_arguments(arguments).arguments;
    };
    CHECK(clean({"kubelet", "--token", "abc", "--v", "2"}) ==
          Arguments{"kubelet", "--token", "[removed: token]", "--v", "2"});
    CHECK(clean({"x", "--password", "--v"}) == Arguments{"x", "--password", "--v"});
    CHECK(clean({"x", "--token=a b", "y"}) == Arguments{"x", "--token=[removed: token] b", "y"});
    CHECK(clean({"/usr/bin/curl", "-u", "me:pw", "x"}) ==
          Arguments{"/usr/bin/curl", "-u", "me:[removed: password]", "x"});
    CHECK(clean({"mysql", "-ppw", "-h", "x"}) == Arguments{"mysql", "-p[removed: password]", "-h", "x"});
    CHECK(clean({"sshpass", "-p", "pw", "ssh"}) == Arguments{"sshpass", "-p", "[removed: password]", "ssh"});
    CHECK(clean({"nc", "-p", "53"}) == Arguments{"nc", "-p", "53"});
    CHECK(clean({}).empty());
}

TEST_CASE("names tell whether their value is a secret", "[base][secrets]") {
    for (const char* name : {"DB_PASSWORD", "client-secret", "aadClientSecret", "accessToken", "AWS_SECRET_ACCESS_KEY",
                             "apiKey", "FELIX_IPSECPSK"}) {
        CAPTURE(name);
        CHECK(kwd::names_a_secret(name));
    }
    for (const char* name : {"secretName", "PWD", "NODE_NAME", "tokenTTL", "KUBECONFIG", ""}) {
        CAPTURE(name);
        CHECK_FALSE(kwd::names_a_secret(name));
    }
}
