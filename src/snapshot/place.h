// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/document.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::snapshot {

// A place says where in its document a row was read. Its forms:
//   ""                 the document as a whole
//   "line:12"          a line of the decoded text, counted from 1, or the JSON value that begins on it;
//                      "line:12-15" for a run of lines
//   "/Output/0/Name"   a JSON pointer (RFC 6901) into a document that is one JSON value
//   "line:40/0/Name"   a JSON pointer into the JSON value that begins on line 40
//   "packet:17"        a packet of a capture, counted from 1

[[nodiscard]] std::string line_place(std::size_t line);
[[nodiscard]] std::string line_place(std::size_t first, std::size_t last);
[[nodiscard]] std::string packet_place(std::size_t packet);

/// Answers what stands at a place of one document, for a person to read: at most `limit` bytes, then "…". Empty when
/// the place does not exist in it.
using Quotes = std::function<std::string(std::string_view place, std::size_t limit)>;

/// Opens a document for quotes of it.
using OpenQuotes = std::function<Quotes(Document document)>;

/// Answers what stands at places of a text; decodes and parses it once for all of them.
class Excerpts {
  public:
    explicit Excerpts(std::string content);
    ~Excerpts();
    Excerpts(Excerpts&&) noexcept;
    Excerpts& operator=(Excerpts&&) noexcept;

    /// For a person to read: the lines, or the JSON value (indented); at most `limit` bytes, then "…".
    /// Empty when the place does not exist in the document.
    [[nodiscard]] std::string at(std::string_view place, std::size_t limit = 2000);

  private:
    void decode();
    [[nodiscard]] std::string_view lines(std::size_t first, std::size_t last);
    struct Broken;
    [[nodiscard]] const nlohmann::json* whole_value(std::size_t line);
    [[nodiscard]] const nlohmann::json& broken_value(std::size_t line);
    [[nodiscard]] std::string json(std::size_t line, std::string_view pointer, std::size_t limit);

    std::string content_;
    bool decoded_ = false;
    std::vector<std::size_t> line_starts_;
    std::map<std::size_t, std::unique_ptr<nlohmann::json>> values_;  ///< by the line they begin on; nullptr: it breaks
    std::unique_ptr<Broken> broken_;                                 ///< the last that was asked for
};

/// The excerpts of a document that is a text.
[[nodiscard]] Quotes open_excerpts(Document document);

}  // namespace kwd::snapshot
