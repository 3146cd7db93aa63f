// SPDX-License-Identifier: Apache-2.0
#include "common/base/log.h"

#include <errno.h>
#include <unistd.h>

#include <cmath>
#include <memory>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace plumbline::base {
namespace {

bool IsPlain(absl::string_view text) {
  for (unsigned char c : text)
    if (c == '"' || c == '\\' || c < 0x20 || c == 0x7f) return false;
  return true;
}

void AppendJsonString(absl::string_view text, std::string* out) {
  out->push_back('"');
  if (IsPlain(text)) {
    out->append(text.data(), text.size());
    out->push_back('"');
    return;
  }
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

void AppendDigits(int64_t number, int digits, std::string* out) {
  const size_t end = out->size() + static_cast<size_t>(digits);
  out->resize(end);
  for (size_t i = 1; i <= static_cast<size_t>(digits); ++i, number /= 10)
    (*out)[end - i] = static_cast<char>('0' + number % 10);
}

// "2026-03-02T09:00:00.000001Z", as "%Y-%m-%dT%H:%M:%E6SZ" formats years of four digits, in a
// twentieth of its time: every line has it.
void AppendTime(absl::Time time, std::string* out) {
  const absl::CivilSecond civil = absl::ToCivilSecond(time, absl::UTCTimeZone());
  const std::pair<int64_t, const char*> parts[] = {{civil.month(), "-"},
                                                   {civil.day(), "-"},
                                                   {civil.hour(), "T"},
                                                   {civil.minute(), ":"},
                                                   {civil.second(), ":"}};
  AppendDigits(civil.year(), 4, out);
  for (const auto& [number, before] : parts) {
    out->append(before);
    AppendDigits(number, 2, out);
  }
  out->push_back('.');
  AppendDigits(absl::ToUnixMicros(time) - absl::ToUnixSeconds(time) * 1'000'000, 6, out);
  out->push_back('Z');
}

// Writes lines to standard error. One that comes alone is written at once, and so are errors, with
// all before them; the others that come within 5 ms of one are gathered and written together, for
// each write is a system call and wakes whoever reads. Writes what it has when it goes; a process
// that is killed may lose the last 5 ms of what is no error. Thread-safe.
class GatheringWriter {
 public:
  GatheringWriter() : thread_([this] { Loop(); }) {}
  ~GatheringWriter() {
    {
      absl::MutexLock lock(&mutex_);
      stopped_ = true;
    }
    thread_.join();
  }

  void Write(absl::string_view line) {
    absl::MutexLock lock(&mutex_);
    if (pending_.size() + line.size() > kKept) return;  // nobody reads: whole lines are lost
    pending_.append(line.data(), line.size());
    if (pending_.size() >= kMost || absl::Now() - written_ >= kMoment || IsError(line))
      WritePending();
  }

 private:
  // Longer than it takes to write, and nothing to people who read.
  static constexpr absl::Duration kMoment = absl::Milliseconds(5);
  static constexpr size_t kMost = 32 << 10;
  // What waits at most for a reader that does not keep up with a descriptor that does not block.
  static constexpr size_t kKept = 1 << 20;

  // It may be the last that the process says.
  static bool IsError(absl::string_view line) {
    constexpr size_t kHead = 56;  // up to the end of the level; times are all of one length
    return absl::StrContains(line.substr(0, kHead), "\",\"level\":\"error\",");
  }

  void WritePending() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    size_t done = 0;
    while (done < pending_.size()) {
      const ssize_t wrote = ::write(STDERR_FILENO, pending_.data() + done, pending_.size() - done);
      if (wrote > 0) done += static_cast<size_t>(wrote);
      if (wrote > 0 || (wrote < 0 && errno == EINTR)) continue;
      // What the reader has no room for yet is written later, so that no line is cut. What cannot
      // be written at all has nowhere else to go.
      if (wrote == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) done = pending_.size();
      break;
    }
    pending_.erase(0, done);
    written_ = absl::Now();
  }
  bool Due() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stopped_ || !pending_.empty(); }

  void Loop() {
    absl::MutexLock lock(&mutex_);
    while (!stopped_) {
      mutex_.Await(absl::Condition(this, &GatheringWriter::Due));
      mutex_.AwaitWithTimeout(absl::Condition(&stopped_), kMoment);
      if (!pending_.empty()) WritePending();
    }
    if (!pending_.empty()) WritePending();
  }

  absl::Mutex mutex_;
  std::string pending_ ABSL_GUARDED_BY(mutex_);
  absl::Time written_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace

Logger::Logger(const Clock& clock, LogLevel least, Sink sink)
    : clock_(clock), least_(least), sink_(std::move(sink)) {}

void Logger::Log(LogLevel level, absl::string_view message,
                 std::initializer_list<LogField> fields) const {
  if (level < least_) return;
  std::string line = "{\"time\":\"";
  AppendTime(clock_.Now(), &line);
  absl::StrAppend(&line, "\",\"level\":\"", NameOf(level), "\",\"message\":");
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
  return [writer = std::make_shared<GatheringWriter>()](absl::string_view line) {
    writer->Write(line);
  };
}

}  // namespace plumbline::base
