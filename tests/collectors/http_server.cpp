// SPDX-License-Identifier: Apache-2.0
#include "tests/collectors/http_server.h"

#include <poll.h>

#include <catch2/catch_test_macros.hpp>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>

namespace kwd::test {

HttpServer::HttpServer(std::map<std::string, HttpAnswer> answers)
    : answers_(std::move(answers)), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(socket_.get(), 16) == 0);
    REQUIRE(::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
}

HttpServer::~HttpServer() {
    thread_.request_stop();
    thread_.join();
}

std::vector<std::string> HttpServer::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

void HttpServer::serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        pollfd waiting{socket_.get(), POLLIN, 0};
        if (::poll(&waiting, 1, 50) > 0) {
            const collectors::FileDescriptor connection(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
            answer(connection.get());
        }
    }
}

void HttpServer::answer(int connection) {
    std::string request;
    std::array<char, 4096> buffer{};
    while (request.find("\r\n\r\n") == std::string::npos) {
        const ssize_t bytes = ::read(connection, buffer.data(), buffer.size());
        if (bytes <= 0) {
            return;
        }
        request.append(buffer.data(), static_cast<std::size_t>(bytes));
    }
    std::string path = request.substr(4, request.find(' ', 4) - 4);
    // kubectl tells the server of its own time limit.
    if (const std::size_t timeout = path.find("timeout="); timeout != std::string::npos) {
        const std::size_t end = path.find('&', timeout);
        path.erase(timeout - 1, end == std::string::npos ? end : end - timeout + 1);
    }
    const auto found = answers_.find(path);
    const HttpAnswer answer = found == answers_.end() ? HttpAnswer{404, R"({"kind":"Status","apiVersion":"v1",)"
                                                                        R"("status":"Failure","reason":"NotFound",)"
                                                                        R"("message":"not found","code":404})"}
                                                      : found->second;
    {
        const std::lock_guard lock(mutex_);
        requests_.push_back(path);
    }
    const std::string reply = "HTTP/1.1 " + std::to_string(answer.status) +
                              " X\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
                              std::to_string(answer.body.size()) + "\r\n\r\n" + answer.body;
    (void)!::send(connection, reply.data(), reply.size(), MSG_NOSIGNAL);
}

}  // namespace kwd::test
