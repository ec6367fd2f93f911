// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <windows.h>

#include <cstdint>
#include <string>
#include <vector>

namespace kwd::test {

/// A key of the registry of the tests' prefix, made for a test and taken away with all that is below it. Where it was
/// there before, its values and keys are put back as they were.
class MadeKey {
  public:
    /// `path` starts with HKLM\.
    explicit MadeKey(const std::string& path);
    ~MadeKey();
    MadeKey(const MadeKey&) = delete;
    MadeKey& operator=(const MadeKey&) = delete;

    void text(const std::string& name, const std::string& value) const;
    void number(const std::string& name, std::uint32_t value) const;
    void list(const std::string& name, const std::vector<std::string>& values) const;
    void bytes(const std::string& name, DWORD type, const std::string& value) const;
    void remove(const std::string& name) const;
    /// Nobody may open it to read it from now on, until it is taken away.
    void deny_reading() const;
    /// Administrators alone may open it from now on, until it is taken away.
    void only_for_administrators() const;

  private:
    struct Value {
        std::wstring name;
        DWORD type;
        std::vector<BYTE> data;
    };
    std::wstring path_;
    HKEY key_ = nullptr;
    bool made_ = false;          ///< was not there before
    std::wstring topmost_made_;  ///< of the keys on the way to it that were not there either
    std::vector<Value> before_;
};

}  // namespace kwd::test
