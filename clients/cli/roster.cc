// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/roster.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/cli/onboarding.h"
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
    if (absl::StrContains(headings, ';') && !absl::StrContains(headings, ',')) separator_ = ';';
  }

  bool done() const { return rest_.empty(); }

  absl::StatusOr<Cells> Next() {
    Cells row{.line = line_};
    while (true) {
      ASSIGN_OR_RETURN(std::string cell, Cell());
      row.cells.push_back(std::string(absl::StripAsciiWhitespace(cell)));
      if (absl::ConsumePrefix(&rest_, absl::string_view(&separator_, 1))) continue;
      absl::ConsumePrefix(&rest_, "\r");
      if (absl::ConsumePrefix(&rest_, "\n")) ++line_;
      return row;
    }
  }

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
      if (quote == absl::string_view::npos)
        return Wrong(begin, "a quote is opened and never closed");
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
    const std::string name = absl::AsciiStrToLower(text);
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

absl::Status ReadPairs(int line, absl::string_view heading, const std::string& text,
                       google::protobuf::Map<std::string, std::string>* out) {
  std::vector<std::string> pairs;
  for (absl::string_view part : absl::StrSplit(text, ';')) {
    part = absl::StripAsciiWhitespace(part);
    if (!part.empty()) pairs.emplace_back(part);
  }
  const absl::Status status = ParsePairs(kFlag, "KEY=VALUE; KEY=VALUE", pairs, out);
  return status.ok() ? status : Wrong(line, absl::StrCat(heading, ": ", status.message()));
}

absl::Status Put(int line, size_t heading, const std::string& text,
                 ob::StartOnboardingRequest* request) {
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
      return ReadPairs(line, kHeadings[heading], text, onboarding.mutable_assignees());
    case 7:
      return ReadPairs(line, kHeadings[heading], text, onboarding.mutable_labels());
    case 8:
      return ReadPairs(line, kHeadings[heading], text, onboarding.mutable_attributes());
    default:
      // An id is enough.
      onboarding.set_calendar(
          text.empty() || absl::StrContains(text, '/') ? text : absl::StrCat("calendars/", text));
  }
  return absl::OkStatus();
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
  Splitter splitter(text);
  ASSIGN_OR_RETURN(const Cells headings, splitter.Next());
  ASSIGN_OR_RETURN(const std::vector<size_t> columns, Columns(headings));
  std::vector<RosterRow> rows;
  while (!splitter.done()) {
    ASSIGN_OR_RETURN(const Cells cells, splitter.Next());
    if (cells.empty()) continue;
    if (cells.cells.size() != columns.size()) {
      return Wrong(cells.line, absl::StrCat("has ", cells.cells.size(), " cells, and there are ",
                                            columns.size(), " headings"));
    }
    RosterRow& row = rows.emplace_back(RosterRow{.line = cells.line});
    for (size_t i = 0; i < columns.size(); ++i)
      RETURN_IF_ERROR(Put(cells.line, columns[i], cells.cells[i], &row.request));
    ob::Onboarding& onboarding = *row.request.mutable_onboarding();
    if (onboarding.process().empty()) onboarding.set_process(std::string(process));
    if (row.request.onboarding_id().empty())
      row.request.set_onboarding_id(RosterId(onboarding.person(), onboarding.process()));
  }
  return rows;
}

}  // namespace plumbline::cli
