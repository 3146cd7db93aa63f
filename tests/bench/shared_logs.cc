// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/shared_logs.h"

#include <zlib.h>

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace plumbline::bench {
namespace {

constexpr size_t kPieceBytes = 256 << 10;

int64_t Count(const std::string& text, absl::string_view what) {
  int64_t count = 0;
  for (size_t at = 0; (at = text.find(what.data(), at, what.size())) != std::string::npos; ++at)
    ++count;
  return count;
}

}  // namespace

std::string SharedFolder() {
  const char* folder = std::getenv("PLUMBLINE_SHARED");
  return folder == nullptr ? "../shared" : folder;
}

std::string ReadShared(const std::string& path) {
  std::string text, buffer(1 << 16, '\0');
  gzFile file = gzopen(absl::StrCat(SharedFolder(), "/", path).c_str(), "rb");
  if (file == nullptr) return text;
  for (int n; (n = gzread(file, buffer.data(), static_cast<unsigned>(buffer.size()))) > 0;) {
    text.append(buffer.data(), static_cast<size_t>(n));
  }
  gzclose(file);
  return text;
}

ReplicatedLog ReplicatedLog::Csv() {
  ReplicatedLog log;
  const std::string text = ReadShared("data/logs/bpic2012.csv.gz");
  if (text.empty()) return log;
  const size_t begin = text.find('\n');  // the end of the header; each case id follows a line end
  log.mark_ = "\n";
  log.head_ = text.substr(0, begin);
  log.body_ = text.substr(begin, text.size() - 1 - begin);
  log.tail_ = "\n";
  log.events_ = Count(log.body_, "\n");
  return log;
}

ReplicatedLog ReplicatedLog::Xes() {
  constexpr absl::string_view kEnd = "</trace>";
  ReplicatedLog log;
  std::string text = ReadShared("data/raw/bpic2012.xes.gz");
  if (text.empty()) return log;
  // The name of a trace gets a mark: that of an event is written the same way.
  const std::string name = "<string key=\"concept:name\" value=\"";
  log.mark_ = "\x01";
  std::string marked;
  size_t at = 0;
  for (size_t trace; (trace = text.find("<trace>", at)) != std::string::npos;) {
    const size_t id = text.find(name, trace) + name.size();
    absl::StrAppend(&marked, absl::string_view(text).substr(at, id - at), log.mark_);
    at = id;
  }
  marked += text.substr(at);
  const size_t begin = marked.find("<trace>"), end = marked.rfind(std::string(kEnd)) + kEnd.size();
  log.head_ = marked.substr(0, begin);
  log.body_ = marked.substr(begin, end - begin);
  log.tail_ = marked.substr(end);
  log.events_ = Count(log.body_, "<event>");
  return log;
}

int64_t ReplicatedLog::Feed(int64_t events, const bench::Feed& feed) const {
  const bool keep_mark = mark_ == "\n";
  int64_t given = 0;
  for (int copy = 100; given < events; ++copy, given += events_) {
    std::string text = given == 0 ? head_ : "";
    const std::string prefix = absl::StrCat(keep_mark ? mark_ : "", copy, "-");
    size_t at = 0;
    for (size_t mark; (mark = body_.find(mark_, at)) != std::string::npos; at = mark + 1) {
      absl::StrAppend(&text, absl::string_view(body_).substr(at, mark - at), prefix);
    }
    text += body_.substr(at);
    if (given + events_ >= events) text += tail_;
    for (at = 0; at < text.size(); at += kPieceBytes)
      feed(absl::string_view(text).substr(at, kPieceBytes));
  }
  return given;
}

}  // namespace plumbline::bench
