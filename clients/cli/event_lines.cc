// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/event_lines.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "clients/cli/session.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/json_util.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

// The cells of a line. False for a quote that does not end.
bool SplitCsv(absl::string_view line, std::vector<std::string>* cells) {
  cells->assign(1, "");
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      cells->back().push_back('"');
      ++i;
    } else if (c == '"' && (quoted || cells->back().empty())) {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells->emplace_back();
    } else {
      cells->back().push_back(c);
    }
  }
  return !quoted;
}

absl::Status SetTimeOf(absl::string_view column, const std::string& text,
                       google::protobuf::Timestamp* time) {
  ASSIGN_OR_RETURN(const absl::Time parsed, ParseTime(column, text));
  const int64_t seconds = absl::ToUnixSeconds(parsed);
  time->set_seconds(seconds);
  time->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(parsed - absl::FromUnixSeconds(seconds))));
  return absl::OkStatus();
}

}  // namespace

absl::Status EventLines::Wrong(absl::string_view why) const {
  return base::FieldError(
      "FILE", absl::StrCat("has a line that cannot be sent, number ", line_, ": ", why));
}

bool EventLines::NextLine(std::string* line) {
  while (std::getline(in_, *line)) {
    if (++line_ == 1) *line = std::string(absl::StripPrefix(*line, "\xEF\xBB\xBF"));
    if (!line->empty() && line->back() == '\r') line->pop_back();
    if (!absl::StripAsciiWhitespace(*line).empty()) return true;
  }
  return false;
}

absl::Status EventLines::ReadHeader(absl::string_view line) {
  if (!SplitCsv(line, &columns_)) return Wrong("a quote does not end in it");
  for (std::string& column : columns_) {
    column = std::string(absl::StripAsciiWhitespace(column));
    if (column == "case_id") column = "case";
  }
  for (const char* needed : {"case", "activity", "time"}) {
    if (std::count(columns_.begin(), columns_.end(), needed) != 1)
      return Wrong(absl::StrCat("it is to name the columns, and among them '", needed, "' once"));
  }
  return absl::OkStatus();
}

absl::Status EventLines::ReadCsv(absl::string_view line, pb::Event* event) const {
  std::vector<std::string> cells;
  if (!SplitCsv(line, &cells)) return Wrong("a quote does not end in it");
  if (cells.size() != columns_.size())
    return Wrong(absl::StrCat("it has ", cells.size(), " cells, and there are ", columns_.size(),
                              " columns"));
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string& column = columns_[i];
    const bool time = column == "time", start = column == "start_time";
    if (cells[i].empty() && !time) continue;
    if (time || start) {
      const absl::Status read =
          SetTimeOf(column, cells[i], time ? event->mutable_time() : event->mutable_start_time());
      if (!read.ok()) return Wrong(read.message());
    } else if (column == "case") {
      event->set_case_id(cells[i]);
    } else if (column == "activity") {
      event->set_activity(cells[i]);
    } else if (column == "resource") {
      event->set_resource(cells[i]);
    } else if (column == "transition") {
      event->set_transition(cells[i]);
    } else if (column == "event_id") {
      event->set_event_id(cells[i]);
    } else {
      pb::Attribute& attribute = *event->add_attributes();
      attribute.set_key(column);
      attribute.set_string_value(cells[i]);
    }
  }
  return absl::OkStatus();
}

absl::Status EventLines::ReadJson(const std::string& line, pb::Event* event) const {
  const auto status = google::protobuf::util::JsonStringToMessage(line, event);
  if (status.ok()) return absl::OkStatus();
  return Wrong(absl::string_view(status.message().data(), status.message().size()));
}

absl::StatusOr<bool> EventLines::Next(pb::Event* event) {
  event->Clear();
  std::string line;
  if (!NextLine(&line)) return false;
  if (!begun_) {
    begun_ = true;
    json_ = absl::StripLeadingAsciiWhitespace(line)[0] == '{';
    if (!json_) {
      RETURN_IF_ERROR(ReadHeader(line));
      if (!NextLine(&line)) return false;
    }
  }
  RETURN_IF_ERROR(json_ ? ReadJson(line, event) : ReadCsv(line, event));
  return true;
}

}  // namespace plumbline::cli
