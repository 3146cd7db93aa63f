// SPDX-License-Identifier: Apache-2.0
//
// Structured log lines: one JSON object a line, {"time":...,"level":...,"message":...,fields}.
// Secrets are never logged.
#ifndef PLUMBLINE_COMMON_BASE_LOG_H_
#define PLUMBLINE_COMMON_BASE_LOG_H_

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "common/base/clock.h"

namespace plumbline::base {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// One field of a line.
struct LogField {
  absl::string_view key;
  std::variant<absl::string_view, int64_t, double, bool> value;
};

// Thread-safe. A line is written whole or not at all.
class Logger {
 public:
  using Sink = std::function<void(absl::string_view line)>;  // gets lines with their line end;
                                                             // called one at a time
  // `clock` must outlive the logger. Lines below `least` are dropped.
  Logger(const Clock& clock, LogLevel least, Sink sink);

  void Log(LogLevel level, absl::string_view message,
           std::initializer_list<LogField> fields = {}) const;
  void Info(absl::string_view message, std::initializer_list<LogField> fields = {}) const {
    Log(LogLevel::kInfo, message, fields);
  }
  void Warning(absl::string_view message, std::initializer_list<LogField> fields = {}) const {
    Log(LogLevel::kWarning, message, fields);
  }
  void Error(absl::string_view message, std::initializer_list<LogField> fields = {}) const {
    Log(LogLevel::kError, message, fields);
  }

  // Lines to standard error: within 5 ms, errors at once. See log.cc.
  static Sink StandardError();

 private:
  const Clock& clock_;
  LogLevel least_;
  Sink sink_;
  mutable absl::Mutex mutex_;
};

}  // namespace plumbline::base

#endif  // PLUMBLINE_COMMON_BASE_LOG_H_
