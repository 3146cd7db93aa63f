// SPDX-License-Identifier: Apache-2.0
#include "common/base/log.h"

#include <unistd.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace plumbline::base {
namespace {

void AppendJsonString(absl::string_view text, std::string* out) {
  out->push_back('"');
  for (unsigned char c : text) {
    switch (c) {
      case '"':
        out->append("\\\"");
        break;
      case '\\':
        out->append("\\\\");
        break;
      case '\n':
        out->append("\\n");
        break;
      default:
        if (c < 0x20 || c == 0x7f) {
          absl::StrAppendFormat(out, "\\u%04x", c);
        } else {
          out->push_back(static_cast<char>(c));
        }
    }
  }
  out->push_back('"');
}

void AppendValue(const LogField& field, std::string* out) {
  if (const auto* text = std::get_if<absl::string_view>(&field.value)) {
    AppendJsonString(*text, out);
  } else if (const auto* number = std::get_if<int64_t>(&field.value)) {
    absl::StrAppend(out, *number);
  } else if (const auto* real = std::get_if<double>(&field.value)) {
    std::isfinite(*real) ? absl::StrAppend(out, *real) : absl::StrAppend(out, "null");
  } else {
    absl::StrAppend(out, std::get<bool>(field.value) ? "true" : "false");
  }
}

constexpr absl::string_view NameOf(LogLevel level) {
  constexpr absl::string_view kNames[] = {"debug", "info", "warning", "error"};
  return kNames[static_cast<int>(level)];
}

}  // namespace

Logger::Logger(const Clock& clock, LogLevel least, Sink sink)
    : clock_(clock), least_(least), sink_(std::move(sink)) {}

void Logger::Log(LogLevel level, absl::string_view message,
                 std::initializer_list<LogField> fields) const {
  if (level < least_) return;
  std::string line = absl::StrCat(
      "{\"time\":\"", absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", clock_.Now(), absl::UTCTimeZone()),
      "\",\"level\":\"", NameOf(level), "\",\"message\":");
  AppendJsonString(message, &line);
  for (const LogField& field : fields) {
    line.push_back(',');
    AppendJsonString(field.key, &line);
    line.push_back(':');
    AppendValue(field, &line);
  }
  line.append("}\n");
  absl::MutexLock lock(&mutex_);
  sink_(line);
}

Logger::Sink Logger::StandardError() {
  return [](absl::string_view line) {
    // A log line that cannot be written has nowhere else to go.
    [[maybe_unused]] ssize_t ignored = ::write(STDERR_FILENO, line.data(), line.size());
  };
}

}  // namespace plumbline::base
