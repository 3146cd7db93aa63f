// SPDX-License-Identifier: Apache-2.0
#include "common/calendar/icalendar/content_line.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/base/utf8.h"
#include "common/calendar/icalendar/icalendar.h"

namespace plumbline::calendar {
namespace {

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr size_t kLineBytes = 75;
constexpr size_t kQuoted = 40;

bool IsNameCharacter(char c) { return absl::ascii_isalnum(c) || c == '-'; }

bool ContinuesCharacter(char c) { return (c & 0xC0) == 0x80; }

// Takes the name at the front of `rest`, in capitals; "" if there is none.
std::string TakeName(absl::string_view* rest) {
  size_t length = 0;
  while (length < rest->size() && IsNameCharacter((*rest)[length])) ++length;
  std::string name = absl::AsciiStrToUpper(rest->substr(0, length));
  rest->remove_prefix(length);
  return name;
}

// Takes one value of a parameter; false if a quote is not closed.
bool TakeParameterValue(absl::string_view* rest, std::string* value) {
  size_t length;
  if (absl::ConsumePrefix(rest, "\"")) {
    length = rest->find('"');
    if (length == absl::string_view::npos) return false;
    *value = std::string(rest->substr(0, length));
    rest->remove_prefix(length + 1);
    return true;
  }
  length = std::min(rest->find_first_of(";:,\""), rest->size());
  *value = std::string(rest->substr(0, length));
  rest->remove_prefix(length);
  return true;
}

// False unless `rest` begins with parameters and a colon; takes them.
bool TakeParameters(absl::string_view* rest, ContentLine* line) {
  while (absl::ConsumePrefix(rest, ";")) {
    const std::string name = TakeName(rest);
    if (name.empty() || !absl::ConsumePrefix(rest, "=")) return false;
    do {
      std::string value;
      if (!TakeParameterValue(rest, &value)) return false;
      line->parameters.emplace_back(name, std::move(value));
    } while (absl::ConsumePrefix(rest, ","));
  }
  return absl::ConsumePrefix(rest, ":");
}

absl::StatusOr<ContentLine> ParseLine(int number, absl::string_view text) {
  ContentLine line;
  line.line = number;
  if (!base::IsUtf8(text)) return FormatError(number, "is not UTF-8; save the file as UTF-8");
  const bool control = std::any_of(text.begin(), text.end(), [](unsigned char c) {
    return (c < 0x20 && c != '\t') || c == 0x7F;
  });
  if (control) return FormatError(number, "holds a control character; remove it");
  absl::string_view rest = text;
  line.name = TakeName(&rest);
  if (line.name.empty() || !TakeParameters(&rest, &line)) {
    return FormatError(number,
                       absl::StrCat("begins with '", absl::Utf8SafeCEscape(text.substr(0, kQuoted)),
                                    "' and is no 'NAME:value'; is this an iCalendar file?"));
  }
  line.value = std::string(rest);
  return line;
}

}  // namespace

absl::Status FormatError(int line, absl::string_view fault) {
  return base::Error(base::Reason::ERROR_REASON_IMPORT_FORMAT,
                     absl::StrCat("line ", line, " ", fault))
      .With("line", absl::StrCat(line));
}

std::string ContentLine::Parameter(absl::string_view parameter) const {
  for (const auto& [name_of, value_of] : parameters) {
    if (name_of == parameter) return absl::AsciiStrToUpper(value_of);
  }
  return "";
}

absl::StatusOr<std::vector<ContentLine>> ReadContentLines(absl::string_view text) {
  if (text.size() > kMaxICalendarBytes) {
    return FormatError(1, absl::StrCat("begins a file of ", text.size(), " bytes; at most ",
                                       kMaxICalendarBytes, " are taken: split it"));
  }
  absl::ConsumePrefix(&text, kByteOrderMark);
  std::vector<ContentLine> lines;
  std::string unfolded;
  int begin = 0;  // line at which `unfolded` begins; 0 = there is none
  const auto finish = [&]() -> absl::Status {
    if (begin == 0) return absl::OkStatus();
    ASSIGN_OR_RETURN(ContentLine line, ParseLine(begin, unfolded));
    lines.push_back(std::move(line));
    begin = 0;
    return absl::OkStatus();
  };
  int number = 0;
  while (!text.empty()) {
    ++number;
    const size_t length = std::min(text.find('\n'), text.size());
    absl::string_view physical = text.substr(0, length);
    text.remove_prefix(std::min(length + 1, text.size()));
    absl::ConsumeSuffix(&physical, "\r");
    const bool folded = !physical.empty() && (physical[0] == ' ' || physical[0] == '\t');
    if (folded && begin != 0) {
      unfolded.append(physical.data() + 1, physical.size() - 1);
      continue;
    }
    RETURN_IF_ERROR(finish());
    if (physical.empty() && absl::StripAsciiWhitespace(text).empty()) break;
    unfolded.assign(physical.data(), physical.size());
    begin = number;
  }
  RETURN_IF_ERROR(finish());
  return lines;
}

bool Unescape(absl::string_view value, std::string* text) {
  text->clear();
  for (size_t i = 0; i < value.size(); ++i) {
    char c = value[i];
    if (c == '\\') {
      if (++i == value.size()) return false;
      c = value[i];
      if (c == 'n' || c == 'N') {
        c = ' ';
      } else if (c != '\\' && c != ',' && c != ';') {
        return false;
      }
    }
    text->push_back(c == '\t' ? ' ' : c);
  }
  return true;
}

std::string Escape(absl::string_view text) {
  std::string value;
  for (char c : text) {
    if (c == '\\' || c == ',' || c == ';') value.push_back('\\');
    // A control character has no form of its own.
    value.push_back(static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c);
  }
  return value;
}

void AppendContentLine(absl::string_view line, std::string* out) {
  size_t room = kLineBytes;
  while (line.size() > room) {
    size_t length = room;
    while (ContinuesCharacter(line[length])) --length;
    absl::StrAppend(out, line.substr(0, length), "\r\n ");
    line.remove_prefix(length);
    room = kLineBytes - 1;
  }
  absl::StrAppend(out, line, "\r\n");
}

}  // namespace plumbline::calendar
