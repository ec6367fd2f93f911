// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/platform/linux/file_descriptor.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace kwd::test {

/// What a path is answered with.
struct HttpAnswer {
    int status = 200;
    std::string body;
};

/// Answers GET requests on a port of the loopback by their path and query; 404 for all others. One request a
/// connection.
class HttpServer {
  public:
    explicit HttpServer(std::map<std::string, HttpAnswer> answers);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    /// What was asked for so far, in order.
    [[nodiscard]] std::vector<std::string> requests() const;

  private:
    void serve(const std::stop_token& stop);
    void answer(int connection);

    std::map<std::string, HttpAnswer> answers_;
    collectors::FileDescriptor socket_;
    std::uint16_t port_ = 0;
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    std::jthread thread_;
};

}  // namespace kwd::test
