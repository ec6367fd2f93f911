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

TEST_CASE("a registry's user and password, which are named auth, are removed however they are written",
          "[base][secrets]") {
    // dXNlcjpwYXNz is user:pass, dTpwdw== u:pw, YWRtaW46aHVudGVyMg== admin:hunter2, YTpi a:b, dXNlcjo= user:
    check(std::to_array<Case>({
        // containerd's configuration, as k3s and RKE2 write it
        {"[plugins.\"io.containerd.grpc.v1.cri\".registry.configs.\"r.example\".auth]\n  username = \"u\"\n  auth = "
         "\"YWRtaW46aHVudGVyMg==\"\n",
         "[plugins.\"io.containerd.grpc.v1.cri\".registry.configs.\"r.example\".auth]\n  username = \"u\"\n  auth = "
         "\"[removed: secret]\"\n"},
        {"auth = 'dXNlcjpwYXNz'", "auth = '[removed: secret]'"},
        {"a = { auth=\"YTpi\", x = 1 }", "a = { auth=\"[removed: secret]\", x = 1 }"},
        {R"({"toml":"  auth = \"dXNlcjpwYXNz\"\nauth = \"dTpwdw==\"\n"})",
         R"({"toml":"  auth = \"[removed: secret]\"\nauth = \"[removed: secret]\"\n"})"},
        // registries.yaml
        {"configs:\n  r.example:\n    auth:\n      auth: dXNlcjpwYXNz\n    tls:\n",
         "configs:\n  r.example:\n    auth:\n      auth: [removed: secret]\n    tls:\n"},
        {"{auth: dXNlcjo=, x: 1}", "{auth: [removed: secret], x: 1}"},
        {R"({"yaml":"auth: dTpwdw==\nauth: YTpi\n"})",
         R"({"yaml":"auth: [removed: secret]\nauth: [removed: secret]\n"})"},
        // structures in Go's logs
        {"&AuthConfig{Username:u,Auth:dXNlcjpwYXNz,ServerAddress:r.example,}",
         "&AuthConfig{Username:u,Auth:[removed: secret],ServerAddress:r.example,}"},
        {"{Username: Auth:YWRtaW46aHVudGVyMg== ServerAddress:}", "{Username: Auth:[removed: secret] ServerAddress:}"},
        {"map[auth:dXNlcjpwYXNz]", "map[auth:[removed: secret]]"},
        {"registryAuth=dXNlcjpwYXNz", "registryAuth=[removed: secret]"},
        {"REGISTRY_AUTH=dXNlcjpwYXNz", "REGISTRY_AUTH=[removed: secret]"},
    }));
    for (const char* text : {"auth: required", "auth: Optional", "{Auth:disabled}", "auth: {}",
                             "auth:\n  mode: Webhook\n", "auth = [\"x\"]", "auth: /etc/kubernetes/auth.conf",
                             "OAuth: succeeded", "auth: anonymous access is off", "auth = \"none\""}) {
        CAPTURE(text);
        CHECK(remove_secrets(text).text == text);
    }
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
        {R"(proxy http://CORP\user:pw1@proxy:8080 x)", R"(proxy http://CORP\user:[removed: password]@proxy:8080 x)"},
        {R"({"HTTP_PROXY":"http://CORP\\user:pw1@proxy:8080"})",
         R"({"HTTP_PROXY":"http://CORP\\user:[removed: password]@proxy:8080"})"},
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
             R"({"m":"GET http://a\nhttp://b:8080\n\"me@x\""})",
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

TEST_CASE("secrets behind one dash or a slash are removed, as PowerShell and Windows write flags", "[base][secrets]") {
    check(std::to_array<Case>({
        {R"(powershell -Command "& x.ps1 -ClientSecret s3 -Password 'a b' -Node n1")",
         R"(powershell -Command "& x.ps1 -ClientSecret [removed: secret] -Password '[removed: password]' -Node n1")"},
        {".\\x.ps1 -AADClientSecret abc -MasterIP 10.0.0.1",
         ".\\x.ps1 -AADClientSecret [removed: secret] -MasterIP 10.0.0.1"},
        {"x --token \"a b\" -y", "x --token \"[removed: token]\" -y"},
        {"x -Password:p1 -Token:t1 -y", "x -Password:[removed: password] -Token:[removed: token] -y"},
        {"setup.exe /password X1 /token Y2 /quiet",
         "setup.exe /password [removed: password] /token [removed: token] /quiet"},
        {"wmic /node:n1 /password:p1 os", "wmic /node:n1 /password:[removed: password] os"},
        {R"({"m":"x\n-Token abc\" y"})", R"({"m":"x\n-Token [removed: token]\" y"})"},
        {R"({"m":"run -ApiKey \"a b\" now"})", R"({"m":"run -ApiKey \"[removed: secret]\" now"})"},
        {"cmdkey /add:srv /user:me /pass:pw1", "cmdkey /add:srv /user:me /pass:[removed: password]"},
    }));
}

TEST_CASE("a variable whose value is told apart from its name loses it, as in PowerShell's scripts",
          "[base][secrets]") {
    check(std::to_array<Case>({
        {R"([Environment]::SetEnvironmentVariable("RKE2_TOKEN","abc"))",
         R"([Environment]::SetEnvironmentVariable("RKE2_TOKEN","[removed: token]"))"},
        {"[System.Environment]::setenvironmentvariable( 'X_PASSWORD' , 'it''s', 'Machine')",
         "[System.Environment]::setenvironmentvariable( 'X_PASSWORD' , '[removed: password]', 'Machine')"},
        {R"({"m":"SetEnvironmentVariable(\"RKE2_TOKEN\",\"abc\")\r\nx"})",
         R"({"m":"SetEnvironmentVariable(\"RKE2_TOKEN\",\"[removed: token]\")\r\nx"})"},
        {R"(Set-EnvVarIfNotSet -var "X_PASSWORD" -defaultValue "abc")",
         R"(Set-EnvVarIfNotSet -var "X_PASSWORD" -defaultValue "[removed: password]")"},
        {"Set-ItemProperty -Path HKLM:\\x -Name ApiToken -Value abc -Type String",
         "Set-ItemProperty -Path HKLM:\\x -Name ApiToken -Value [removed: token] -Type String"},
        {"Set-Item -Path Env:\\RKE2_TOKEN -Value:'abc'", "Set-Item -Path Env:\\RKE2_TOKEN -Value:'[removed: token]'"},
        {"set-item env:RKE2_TOKEN abc; x", "set-item env:RKE2_TOKEN [removed: token]; x"},
        {"setx.exe /M RKE2_TOKEN abc", "setx.exe /M RKE2_TOKEN [removed: token]"},
        {"setx RKE2_TOKEN \"a b\" /M", "setx RKE2_TOKEN \"[removed: token]\" /M"},
    }));
    for (const char* text : {
             "[Environment]::SetEnvironmentVariable('RKE2_TOKEN', $token, 'Machine')",
             "[Environment]::SetEnvironmentVariable('RKE2_TOKEN', $null)",
             "SetEnvironmentVariable('KUBE_NETWORK', 'Calico.*')",
             "[Environment]::GetEnvironmentVariable('RKE2_TOKEN', 'Machine')",
             "Set-EnvVarIfNotSet -var \"KUBE_NETWORK\" -defaultValue \"Calico.*\"",
             "Set-EnvVarIfNotSet -var \"X_PASSWORD\" -defaultValue $x",
             "Set-Item -Path Env:RKE2_TOKEN -Force",
             "if (Test-Path env:RKE2_TOKEN) { x }",
             R"(["token","refresh_token","x"])",
         }) {
        CAPTURE(text);
        CHECK(remove_secrets(text).text == text);
    }
}

TEST_CASE("programs of Windows have ways of their own to be told a secret", "[base][secrets]") {
    check(std::to_array<Case>({
        {R"(C:\k\CURL.EXE -s -u CORP\admin:Passw0rd1 https://x)",
         R"(C:\k\CURL.EXE -s -u CORP\admin:[removed: password] https://x)"},
        {R"(curl.exe --proxy-user "me:two words" https://x)",
         R"(curl.exe --proxy-user "me:[removed: password]" https://x)"},
        {"curl --user-agent a:b -u me:pw x", "curl --user-agent a:b -u me:[removed: password] x"},
        {R"("C:\my\mysql.exe" -h db -P3306 -uroot -ppw x)",
         R"("C:\my\mysql.exe" -h db -P3306 -uroot -p[removed: password] x)"},
        {"sshpass.exe -p pw ssh x", "sshpass.exe -p [removed: password] ssh x"},
        {"powershell.exe -NoProfile -ExecutionPolicy Bypass -enc ZQBjAGgAbwAgADEA",
         "powershell.exe -NoProfile -ExecutionPolicy Bypass -enc [removed: secret]"},
        {"PowerShell -EncodedCommand \"ZQBjAGgAbwAgADEA\" x", "PowerShell -EncodedCommand \"[removed: secret]\" x"},
        {"pwsh -ec ZQBjAGgAbwAgADEA", "pwsh -ec [removed: secret]"},
        {"pwsh -e ZQBjAGgAbwAgADEA", "pwsh -e [removed: secret]"},
        {R"(sc.exe create x binPath= C:\x.exe obj= .\me password= p1 start= auto)",
         R"(sc.exe create x binPath= C:\x.exe obj= .\me password= [removed: password] start= auto)"},
        {R"(net use Z: \\srv\share Secret1 /user:me)", R"(net use Z: \\srv\share [removed: password] /user:me)"},
        {R"(net.exe use \\srv\share /user:me "Secret 1")", R"(net.exe use \\srv\share /user:me "[removed: password]")"},
        {R"({"m":"net use \\\\srv\\share Secret1\r\n"})", R"({"m":"net use \\\\srv\\share [removed: password]"})"},
        {"net user me Secret1 /add", "net user me [removed: password] /add"},
        {"NET1 USER \"my name\" Secret1 /add", "NET1 USER \"my name\" [removed: password] /add"},
        {"$x = ConvertTo-SecureString 'it''s' -AsPlainText",
         "$x = ConvertTo-SecureString '[removed: password]' -AsPlainText"},
        {"(ConvertTo-SecureString -AsPlainText -Force -String \"a b\")",
         "(ConvertTo-SecureString -AsPlainText -Force -String \"[removed: password]\")"},
        {"convertto-securestring pw -AsPlainText -Force",
         "convertto-securestring [removed: password] -AsPlainText -Force"},
        {"ConvertTo-SecureString -AsPlainText pw -Force",
         "ConvertTo-SecureString -AsPlainText [removed: password] -Force"},
        {"\"it's\" | ConvertTo-SecureString -AsPlainText",
         "\"[removed: password]\" | ConvertTo-SecureString -AsPlainText"},
        {"'p w' | ConvertTo-SecureString -AsPlainText", "'[removed: password]' | ConvertTo-SecureString -AsPlainText"},
        {"schtasks /create /tn x /ru me /rp pw1 /sc once",
         "schtasks /create /tn x /ru me /rp [removed: password] /sc once"},
        {"psexec.exe \\\\n1 -u me -p pw1 cmd", "psexec.exe \\\\n1 -u me -p [removed: password] cmd"},
    }));
}

TEST_CASE("what only resembles a flag or a command of Windows stays as it is", "[base][secrets]") {
    for (const char* text : {
             "I0131 10:11:12.131072    4242 server.go:52] the parameter -Token is missing, -password must not be empty",
             "I0131 10:11:12.131072    4242 x.go:1] \"Mounted\" path=\"/var/run/secrets/token\" pod=\"a/default-token "
             "x\"",
             "GET /token HTTP/1.1",
             "\"GET /oauth2/token 401 in 3ms\"",
             "\"POST /secret 201\"",
             "request to /token failed after 3 retries",
             "open /run/secrets/kubernetes.io/serviceaccount/token: no such file",
             "ctr run -v /secret:/etc/secret x",
             "2024-01-31T10:11:12Z renewed kube-token 2024-01-31T11:11:12Z",
             "Get-AzAccessToken -ResourceUrl https://x",
             "-TokenAuthFile C:\\k\\tokens.csv -SecretName regcred /tokenFile C:\\x",
             "powershell -ExecutionPolicy Bypass -File C:\\k\\StartKubelet.ps1",
             "powershell -Command \"sed -e s/a/b/ x\"",
             "net use Z: /delete",
             "net use \\\\srv\\share * /user:me",
             "net user me /active:no",
             "net user",
             "ConvertTo-SecureString : The argument is null",
             "ConvertTo-SecureString $plain -AsPlainText -Force",
             "the command ConvertTo-SecureString was found in the module",
             "msiexec /p x.msp /quiet",
             "mysql -h db -P 3306 -p",
             "mysql pod is up -pod-cidr=10.0.0.0/8",
             "curl -s https://x:8443/healthz",
         }) {
        CAPTURE(text);
        CHECK(remove_secrets(text).text == text);
    }
}

TEST_CASE("cleaning again changes and counts nothing", "[base][secrets]") {
    for (const char* text : {"curl -u me:pw x", "docker login -u me -p pw x", "Cookie: a=b", "net user me pw",
                             "x -Token abc /password:x1", "'p' | ConvertTo-SecureString -AsPlainText"}) {
        const auto clean = remove_secrets(text);
        CAPTURE(clean.text);
        CHECK_FALSE(clean.removed.empty());
        const auto again = remove_secrets(clean.text);
        CHECK(again.text == clean.text);
        CHECK(again.removed.empty());
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
    CHECK(clean({R"(C:\k\Curl.EXE)", "-uadmin:pw", "-U", "me:pw"}) ==
          Arguments{R"(C:\k\Curl.EXE)", "-uadmin:[removed: password]", "-U", "me:[removed: password]"});
    CHECK(clean({R"(C:\my\MYSQL.exe)", "-ppw"}) == Arguments{R"(C:\my\MYSQL.exe)", "-p[removed: password]"});
    CHECK(clean({R"(C:\x\sshpass.exe)", "-p", "pw"}) == Arguments{R"(C:\x\sshpass.exe)", "-p", "[removed: password]"});
    CHECK(clean({"x.exe", "/password", "X", "/Token", "Y", "/q"}) ==
          Arguments{"x.exe", "/password", "[removed: password]", "/Token", "[removed: token]", "/q"});
    CHECK(clean({"x.exe", "-Password:a b", "/pass:pw"}) ==
          Arguments{"x.exe", "-Password:[removed: password]", "/pass:[removed: password]"});
    CHECK(clean({"sc.exe", "create", "x", "password=", "a b", "start=", "auto"}) ==
          Arguments{"sc.exe", "create", "x", "password=", "[removed: password]", "start=", "auto"});
    CHECK(clean({"pwsh", "-File", "x.ps1", "-enc", "ZQBjAGgAbwAgADEA"}) ==
          Arguments{"pwsh", "-File", "x.ps1", "-enc", "[removed: secret]"});
    CHECK(clean({"net", "use", "Z:", R"(\\srv\share)", "/user:me", "Secret"}) ==
          Arguments{"net", "use", "Z:", R"(\\srv\share)", "/user:me", "[removed: password]"});
    CHECK(clean({"net1.exe", "user", "me", "a b", "/add"}) ==
          Arguments{"net1.exe", "user", "me", "[removed: password]", "/add"});
    CHECK(clean({"ls", "/var/run/secrets/token", "x"}) == Arguments{"ls", "/var/run/secrets/token", "x"});
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
