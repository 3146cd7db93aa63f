// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/event_lines.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "clients/cli/session.h"
#include "common/base/error.h"
#include "common/base/nearest.h"
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

// The names of the fields of a message as JSON has them.
std::vector<std::string> FieldsOf(const google::protobuf::Descriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.field_count(); ++i) names.push_back(type.field(i)->json_name());
  return names;
}

// What lists of other systems call a field.
absl::string_view UsualName(absl::string_view name) {
  constexpr std::pair<absl::string_view, absl::string_view> kUsual[] = {
      {"case", "caseId"},         {"case:concept:name", "caseId"}, {"id", "eventId"},
      {"timestamp", "time"},      {"time:timestamp", "time"},      {"date", "time"},
      {"name", "activity"},       {"concept:name", "activity"},    {"step", "activity"},
      {"user", "resource"},       {"org:resource", "resource"},    {"start", "startTime"},
      {"lifecycle", "transition"}};
  for (const auto& [usual, field] : kUsual) {
    if (absl::EqualsIgnoreCase(name, usual)) return field;
  }
  return "";
}

// "has no field 'timestmp'; did you mean 'time'?". Anything that is not of the event itself is one
// of its attributes.
std::string UnknownField(absl::string_view name, bool of_attribute) {
  const std::vector<std::string> fields =
      FieldsOf(of_attribute ? *pb::Attribute::descriptor() : *pb::Event::descriptor());
  std::string text =
      absl::StrCat(of_attribute ? "an attribute" : "an event", " has no field '", name, "'");
  const absl::string_view usual = of_attribute ? "" : UsualName(name);
  const std::string near = base::DidYouMean(name, fields);
  absl::StrAppend(&text, usual.empty() ? near : absl::StrCat("; did you mean '", usual, "'?"));
  if (!usual.empty() || !near.empty()) return text;
  absl::StrAppend(&text, "; it has ", absl::StrJoin(fields, ", "));
  if (!of_attribute) {
    absl::StrAppend(&text,
                    ". What else is to be kept is an attribute: \"attributes\": [{\"key\": \"",
                    name, "\", \"stringValue\": \"...\"}]");
  }
  return text;
}

// What is wrong with a line, from what the parser of protobuf says of it.
std::string JsonProblem(absl::string_view said) {
  constexpr absl::string_view kNoField = ": Cannot find field";
  constexpr absl::string_view kNoTime = "Invalid time format: ";
  if (const size_t at = said.find(kNoField); at != said.npos) {
    const absl::string_view before = said.substr(0, at);
    const size_t begin = before.find_last_of(" ):") + 1;  // of npos: 0
    return UnknownField(before.substr(begin), absl::StrContains(before, "attributes["));
  }
  if (const size_t at = said.find(kNoTime); at != said.npos) {
    const absl::string_view text = said.substr(at + kNoTime.size());
    return absl::StrCat("'", text.substr(0, text.find(" for type")),
                        "' is no time of JSON; write it with its zone, as 2026-01-31T09:00:00Z or "
                        "2026-01-31T09:00:00+01:00");
  }
  return std::string(said);
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
      if (!read.ok()) return Wrong(absl::StrCat("column ", read.message()));
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
  return Wrong(JsonProblem({status.message().data(), status.message().size()}));
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
