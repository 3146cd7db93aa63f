// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/roster.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/cli/encoding.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

constexpr char kFlag[] = "--roster";
constexpr std::array<absl::string_view, 10> kHeadings = {
    "person", "day-one",   "id",     "name",       "process",
    "zone",   "assignees", "labels", "attributes", "calendar"};

absl::Status Wrong(int line, absl::string_view what) {
  return base::FieldError(kFlag, absl::StrCat("line ", line, ": ", what));
}

struct Cells {
  int line = 0;
  std::vector<std::string> cells;
  bool empty() const { return cells.size() == 1 && cells[0].empty(); }
};

// Takes a text apart, cell by cell.
class Splitter {
 public:
  explicit Splitter(absl::string_view text) : rest_(text) {
    absl::ConsumePrefix(&rest_, "\xEF\xBB\xBF");
    // Spreadsheets of half of Europe separate cells by semicolons. No heading has either in it.
    const absl::string_view headings = rest_.substr(0, rest_.find_first_of("\r\n"));
    for (const char c : {'\t', ';'}) {
      if (absl::StrContains(headings, c) && !absl::StrContains(headings, ',')) separator_ = c;
    }
  }

  bool done() const { return rest_.empty(); }

  // On an error the next call begins with the next line, as far as that can be told.
  absl::StatusOr<Cells> Next() {
    Cells row{.line = line_};
    while (true) {
      absl::StatusOr<std::string> cell = Cell();
      if (!cell.ok()) rest_.remove_prefix(std::min(rest_.find_first_of("\r\n"), rest_.size()));
      if (cell.ok()) {
        row.cells.push_back(std::string(absl::StripAsciiWhitespace(*cell)));
        if (absl::ConsumePrefix(&rest_, absl::string_view(&separator_, 1))) continue;
      }
      absl::ConsumePrefix(&rest_, "\r");
      if (absl::ConsumePrefix(&rest_, "\n")) ++line_;
      RETURN_IF_ERROR(cell.status());
      return row;
    }
  }
  // The line that comes next.
  int line() const { return line_; }

 private:
  absl::StatusOr<std::string> Cell() {
    std::string cell;
    if (!absl::ConsumePrefix(&rest_, "\"")) {
      const char ends[] = {separator_, '\r', '\n', '\0'};
      const size_t end = std::min(rest_.find_first_of(ends), rest_.size());
      cell = std::string(rest_.substr(0, end));
      rest_.remove_prefix(end);
      return cell;
    }
    const int begin = line_;
    while (true) {
      const size_t quote = rest_.find('"');
      if (quote == absl::string_view::npos) {
        rest_ = "";
        return Wrong(begin, "a quote is opened and never closed; what follows it is not read");
      }
      cell.append(rest_.data(), quote);
      line_ += static_cast<int>(std::count(rest_.begin(), rest_.begin() + quote, '\n'));
      rest_.remove_prefix(quote + 1);
      if (!absl::ConsumePrefix(&rest_, "\"")) break;
      cell += '"';
    }
    if (!rest_.empty() && rest_[0] != separator_ && rest_[0] != '\r' && rest_[0] != '\n')
      return Wrong(line_, "text stands behind a closing quote; write a quote in a cell twice");
    return cell;
  }

  absl::string_view rest_;
  int line_ = 1;
  char separator_ = ',';
};

// Which heading each column has.
absl::StatusOr<std::vector<size_t>> Columns(const Cells& headings) {
  std::vector<size_t> columns;
  for (const std::string& text : headings.cells) {
    const std::string name =
        absl::StrReplaceAll(absl::AsciiStrToLower(text), {{" ", "-"}, {"_", "-"}});
    const auto known = std::find(kHeadings.begin(), kHeadings.end(), name);
    if (known == kHeadings.end()) {
      return Wrong(headings.line, absl::StrCat("'", text, "' is no heading of a roster; it has ",
                                               absl::StrJoin(kHeadings, ", ")));
    }
    columns.push_back(static_cast<size_t>(known - kHeadings.begin()));
    if (std::count(columns.begin(), columns.end(), columns.back()) > 1)
      return Wrong(headings.line, absl::StrCat("the heading '", text, "' stands there twice"));
  }
  for (size_t i = 0; i < 2; ++i) {
    if (std::find(columns.begin(), columns.end(), i) == columns.end())
      return Wrong(headings.line, absl::StrCat("the heading '", kHeadings[i], "' is missing"));
  }
  return columns;
}

absl::Status ReadPairs(absl::string_view heading, const std::string& text,
                       google::protobuf::Map<std::string, std::string>* out) {
  std::vector<std::string> pairs;
  for (absl::string_view part : absl::StrSplit(text, ';')) {
    part = absl::StripAsciiWhitespace(part);
    if (!part.empty()) pairs.emplace_back(part);
  }
  return ParsePairs(std::string(heading).c_str(), "KEY=VALUE", pairs, out);
}

absl::Status Put(size_t heading, const std::string& text, ob::StartOnboardingRequest* request) {
  ob::Onboarding& onboarding = *request->mutable_onboarding();
  switch (heading) {
    case 0:
      onboarding.set_person(text);
      break;
    case 1:
      onboarding.set_day_one(text);
      break;
    case 2:
      request->set_onboarding_id(text);
      break;
    case 3:
      onboarding.set_display_name(text);
      break;
    case 4:
      onboarding.set_process(text);
      break;
    case 5:
      onboarding.set_time_zone(text);
      break;
    case 6:
      return ReadPairs(kHeadings[heading], text, onboarding.mutable_assignees());
    case 7:
      return ReadPairs(kHeadings[heading], text, onboarding.mutable_labels());
    case 8:
      return ReadPairs(kHeadings[heading], text, onboarding.mutable_attributes());
    default:
      // An id is enough.
      onboarding.set_calendar(
          text.empty() || absl::StrContains(text, '/') ? text : absl::StrCat("calendars/", text));
  }
  return absl::OkStatus();
}

absl::Status ReadRow(const Cells& cells, const std::vector<size_t>& columns,
                     absl::string_view process, RosterRow* row) {
  if (cells.cells.size() != columns.size()) {
    return Wrong(
        cells.line,
        absl::StrCat("has ", Number(static_cast<int64_t>(cells.cells.size()), "cell", "cells"),
                     ", and there are ", columns.size(),
                     " headings; put a cell that holds a separator into quotes"));
  }
  absl::Status problem;
  for (size_t i = 0; i < columns.size(); ++i)
    problem.Update(Put(columns[i], cells.cells[i], &row->request));
  ob::Onboarding& onboarding = *row->request.mutable_onboarding();
  if (onboarding.process().empty()) onboarding.set_process(std::string(process));
  if (row->request.onboarding_id().empty())
    row->request.set_onboarding_id(RosterId(onboarding.person(), onboarding.process()));
  return problem;
}

// An on-boarding that a line before is for already cannot be started by this one too.
absl::Status CheckFirst(const RosterRow& row, std::map<std::string, int>* lines) {
  const std::string& id = row.request.onboarding_id();
  const auto [first, is_first] = lines->insert({id, row.line});
  if (is_first) return absl::OkStatus();
  return base::FieldError("id", absl::StrCat("'", id, "' is that of line ", first->second,
                                             " already; leave one of them out, or give it an id "
                                             "of its own"));
}

}  // namespace

std::string RosterId(absl::string_view person, absl::string_view process) {
  constexpr size_t kReadable = 50;  // with the digits no more than an id may have
  constexpr size_t kDigits = 8;
  const std::string name = absl::AsciiStrToLower(person);
  std::string id;
  for (const char c : name) {
    const bool kept = absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
                      absl::ascii_islower(static_cast<unsigned char>(c));
    if (kept) id += c;
    if (!kept && !id.empty() && id.back() != '-') id += '-';
  }
  // Ids begin with a letter.
  if (id.empty() || absl::ascii_isdigit(static_cast<unsigned char>(id[0]))) id.insert(0, "p-");
  id.resize(std::min(id.size(), kReadable));
  while (id.back() == '-') id.pop_back();
  process = process.substr(0, process.find('@'));
  if (const size_t slash = process.rfind('/'); slash != absl::string_view::npos)
    process.remove_prefix(slash + 1);
  return absl::StrCat(id, "-",
                      base::Sha256Hex(absl::StrCat(name, "\n", process)).substr(0, kDigits));
}

absl::StatusOr<std::vector<RosterRow>> ReadRoster(absl::string_view text,
                                                  absl::string_view process) {
  if (absl::StripAsciiWhitespace(absl::StripPrefix(text, "\xEF\xBB\xBF")).empty())
    return base::FieldError(kFlag,
                            "is empty; its first line has the headings, as in person,day-one");
  RETURN_IF_ERROR(CheckTable(kFlag, text));
  Splitter splitter(text);
  ASSIGN_OR_RETURN(const Cells headings, splitter.Next());
  ASSIGN_OR_RETURN(const std::vector<size_t> columns, Columns(headings));
  std::vector<RosterRow> rows;
  std::map<std::string, int> lines;  // by id
  while (!splitter.done()) {
    const int line = splitter.line();
    const absl::StatusOr<Cells> cells = splitter.Next();
    if (cells.ok() && cells->empty()) continue;
    RosterRow& row = rows.emplace_back(RosterRow{.line = line});
    row.problem = cells.ok() ? ReadRow(*cells, columns, process, &row) : cells.status();
    if (row.problem.ok()) row.problem = CheckFirst(row, &lines);
  }
  return rows;
}

}  // namespace plumbline::cli
