// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/event_lines.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
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

constexpr size_t kMostShown = 40;  // bytes of what was written

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
  // As import takes it: a space in the place of the T.
  const bool spaced = text.size() > 10 && text[10] == ' ';
  const auto parsed_text =
      ParseTime(column, spaced ? absl::StrCat(text.substr(0, 10), "T", text.substr(11)) : text);
  if (!parsed_text.ok()) {
    return base::FieldError(column, absl::StrCat("'", text.substr(0, kMostShown),
                                                 "' is not a time; write 2026-01-31 09:00 or "
                                                 "2026-01-31T09:00+01:00"));
  }
  const absl::Time parsed = *parsed_text;
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
  absl::StrAppend(&text, of_attribute ? "; it has " : "",
                  of_attribute ? absl::StrJoin(fields, ", ") : "");
  if (!of_attribute) text += "; what else is to be kept goes into \"attributes\" (see --help)";
  return text;
}

// "attributes[0].intValue" of "attributes[0].int_value": a field as the line has it.
std::string AsTyped(absl::string_view path, absl::string_view line) {
  std::string name;
  for (size_t i = 0; i < path.size(); ++i) {
    const bool joint = path[i] == '_' && i + 1 < path.size();
    name.push_back(joint ? absl::ascii_toupper(static_cast<unsigned char>(path[++i])) : path[i]);
  }
  const size_t last = name.rfind('.') + 1;  // of npos: 0
  return absl::StrContains(line, absl::StrCat("\"", name.substr(last), "\"")) ? name
                                                                              : std::string(path);
}

// A number where a time is to be: seconds or milliseconds since 1970, or what else it may be.
std::string NumberForTime(absl::string_view name, absl::string_view number) {
  constexpr double kLeast = 1e8, kMillis = 1e11, kMost = 1e14;
  double value = 0;
  std::string better = "2026-01-31T09:00:00Z";
  if (absl::SimpleAtod(number, &value) && value >= kLeast && value < kMost) {
    const absl::Time time =
        absl::FromUnixMillis(static_cast<int64_t>(value < kMillis ? value * 1'000 : value));
    better = absl::FormatTime("%Y-%m-%d%ET%H:%M:%E*SZ", time, absl::UTCTimeZone());
  }
  return absl::StrCat(name, " is the number ", number, "; write it as \"", better, "\"");
}

// A value that does not fit its field: what stands before and behind ": invalid value ".
std::string WrongValue(absl::string_view field, absl::string_view value, absl::string_view line) {
  constexpr absl::string_view kNumber = "Invalid data type for timestamp, value is ";
  const size_t of = value.rfind(" for type ");
  const absl::string_view type = value.substr(of == value.npos ? value.size() : of + 10);
  value = value.substr(0, of);
  field = absl::StripSuffix(absl::StripPrefix(field, "("), ")");
  const std::string name = AsTyped(field, line);
  if (const size_t at = value.find(kNumber); at != value.npos)
    return NumberForTime(name, value.substr(at + kNumber.size()));
  if (absl::StrContains(value, "on a scalar field"))
    return absl::StrCat(AsTyped(type, line), " is to be one value, and no list or object");
  if (absl::StrContains(value, " is already set"))
    return absl::StrCat(name, " has two values; give one of them");
  const absl::string_view shown = value.substr(0, kMostShown);
  if (type == "TYPE_STRING")
    return absl::StrCat(name, " is ", shown, "; write it in quotes: \"", shown, "\"");
  if (absl::EndsWith(type, ".Attribute"))
    return absl::StrCat(name, " is ", shown,
                        "; an attribute is like {\"key\": \"region\", \"stringValue\": \"EMEA\"}");
  return absl::StrCat(name, " is ", shown, ", which is ",
                      type == "TYPE_BOOL"    ? "neither true nor false"
                      : type == "TYPE_INT64" ? "no whole number"
                                             : "no number");
}

// What is wrong with a line, from what the parser of protobuf says of it.
std::string JsonProblem(absl::string_view said, absl::string_view line) {
  constexpr absl::string_view kNoField = ": Cannot find field";
  constexpr absl::string_view kNoTime = "Invalid time format: ";
  constexpr absl::string_view kWrongValue = ": invalid value ";
  constexpr absl::string_view kList = ": Proto field is not repeating";
  if (const size_t at = said.find(kNoField); at != said.npos) {
    const absl::string_view before = said.substr(0, at);
    if (absl::StartsWith(before, "(attributes) "))
      return "attributes is to be a list: [{\"key\": \"region\", \"stringValue\": \"EMEA\"}]";
    const size_t begin = before.find_last_of(" ):") + 1;  // of npos: 0
    return UnknownField(before.substr(begin), absl::StrContains(before, "attributes["));
  }
  if (const size_t at = said.find(kNoTime); at != said.npos) {
    const absl::string_view text = said.substr(at + kNoTime.size());
    return absl::StrCat("'", text.substr(0, text.find(" for type")).substr(0, kMostShown),
                        "' is no time of JSON; write it with its zone, as 2026-01-31T09:00:00Z");
  }
  if (const size_t at = said.find(kWrongValue); at != said.npos)
    return WrongValue(said.substr(0, at), said.substr(at + kWrongValue.size()), line);
  if (const size_t at = said.find(kList); at != said.npos)
    return absl::StrCat(AsTyped(said.substr(0, at), line), " is a list; it is to be one value");
  if (absl::StartsWith(said, "Unexpected end") || absl::StartsWith(said, "Closing quote"))
    return "the event does not end in this line; write each in one line, as 'jq -c . FILE' does";
  if (absl::StartsWith(said, "Parsing terminated"))
    return "there is more behind the event; write one event a line, without commas between them";
  return absl::StrCat("this is no JSON: ", absl::StripSuffix(said.substr(0, said.find('\n')), "."));
}

// "caseid" of "Case_ID".
std::string Plain(absl::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)))
      plain.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
  }
  return plain;
}

// Whether a heading means `column`, though it is written otherwise. Of a column that may be absent
// only another spelling: what else is called so may well be an attribute.
bool Means(absl::string_view heading, absl::string_view column) {
  if (Plain(heading) == Plain(column)) return true;
  const absl::string_view usual = UsualName(heading);
  if (column == "case") return usual == "caseId" || Plain(heading) == "caseid";
  return usual == column && (column == "activity" || column == "time");
}

}  // namespace

absl::Status EventLines::Wrong(absl::string_view why) const {
  return base::FieldError("FILE", absl::StrCat(name_, ", line ", line_, ": ", why));
}

base::FieldViolation EventLines::Violation(int64_t line, absl::string_view field,
                                           absl::string_view why) const {
  std::string name(field);
  if (json_) {
    const size_t end = field.find_first_of(".[");
    const auto* known = pb::Event::descriptor()->FindFieldByName(std::string(field.substr(0, end)));
    if (known != nullptr)
      name = absl::StrCat(known->json_name(), end == field.npos ? "" : field.substr(end));
  } else if (field == "case_id") {
    name = "case";
  }
  return {"FILE", absl::StrCat(name_, ", line ", line, ": ", name, " ", why)};
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
  const auto count = [this](absl::string_view name) {
    return std::count(columns_.begin(), columns_.end(), name);
  };
  for (const char* known :
       {"case", "activity", "time", "start_time", "resource", "transition", "event_id"}) {
    if (count(known) > 0) continue;
    for (const std::string& column : columns_) {
      if (Means(column, known))
        return Wrong(absl::StrCat("call the column '", known, "', not '",
                                  column.substr(0, kMostShown), "'"));
    }
  }
  for (const char* needed : {"case", "activity", "time"}) {
    if (count(needed) == 1) continue;
    const size_t other = line.find_first_of(";\t|");
    if (columns_.size() == 1 && other != line.npos) {
      return Wrong(absl::StrCat("cells are parted by commas here, not by '",
                                line[other] == '\t' ? "tab" : std::string(1, line[other]),
                                "'; 'plumbline import' takes any delimiter"));
    }
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
    if (cells[i].empty()) continue;
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
  return Wrong(JsonProblem({status.message().data(), status.message().size()}, line));
}

absl::Status EventLines::CheckWhole(const pb::Event& event) const {
  const char* const missing = event.case_id().empty()    ? json_ ? "caseId" : "case"
                              : event.activity().empty() ? "activity"
                              : event.has_time()         ? nullptr
                                                         : "time";
  if (missing == nullptr) return absl::OkStatus();
  return Wrong(absl::StrCat(
      "'", missing, "' is missing or empty; an event has a case, an activity ", "and a time"));
}

absl::StatusOr<bool> EventLines::Next(pb::Event* event) {
  event->Clear();
  std::string line;
  if (!NextLine(&line)) return false;
  if (!begun_) {
    begun_ = true;
    const char first = absl::StripLeadingAsciiWhitespace(line)[0];
    if (first == '[')
      return Wrong("a list of JSON; write one event a line, as 'jq -c .[] FILE' does");
    json_ = first == '{';
    if (!json_) {
      RETURN_IF_ERROR(ReadHeader(line));
      if (!NextLine(&line)) return false;
    }
  }
  RETURN_IF_ERROR(json_ ? ReadJson(line, event) : ReadCsv(line, event));
  RETURN_IF_ERROR(CheckWhole(*event));
  return true;
}

}  // namespace plumbline::cli
