// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/column_contents.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "services/analytics/ingest/time_format.h"

namespace plumbline::analytics {
namespace {

constexpr size_t kMaxColumns = 500;
// So many texts of a column tell whether it holds times, and so large a part of them must.
constexpr size_t kTimesLookedAt = 30;
constexpr size_t kTimesOfTen = 9;

bool IsTaken(const CsvColumns& columns, int column) {
  return column == columns.case_id || column == columns.activity || column == columns.time ||
         column == columns.start || column == columns.resource || column == columns.transition;
}

bool HasDigit(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
}

// A number may mean anything.
bool MayBeATime(absl::string_view text) {
  const auto digits = std::count_if(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
  const auto dots = std::count(text.begin(), text.end(), '.');
  return digits >= 3 && digits + (dots == 1 ? 1 : 0) < static_cast<std::ptrdiff_t>(text.size());
}

// Whether one of the words of a column's name is one for what happens.
bool SaysWhatHappens(const std::string& name) {
  static constexpr absl::string_view kWords[] = {"action", "activity", "event", "milestone",
                                                 "phase",  "stage",    "state", "status",
                                                 "step",   "task",     "type"};
  const std::vector<std::string> words =
      absl::StrSplit(absl::AsciiStrToLower(name), absl::ByAnyChar(" _-.:"));
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
  });
}

}  // namespace

ColumnContents::ColumnContents(size_t columns) : texts_(std::min(columns, kMaxColumns)) {}

void ColumnContents::Add(size_t column, absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  if (column < texts_.size() && !text.empty()) texts_[column].emplace_back(text);
}

bool ColumnContents::HoldsTimes(size_t column) const {
  std::vector<absl::string_view> texts;
  for (const std::string& text : texts_[column]) {
    if (texts.size() == kTimesLookedAt) break;
    if (MayBeATime(text)) texts.push_back(text);
  }
  const size_t seen = std::min(texts_[column].size(), kTimesLookedAt);
  if (texts.empty() || 10 * texts.size() < kTimesOfTen * seen) return false;
  const TimeFormat format = TimeFormat::Guess(texts, absl::UTCTimeZone());
  int64_t micros;
  const auto read = std::count_if(texts.begin(), texts.end(), [&](absl::string_view text) {
    return format.Read(text, &micros);
  });
  return 10 * static_cast<size_t>(read) >= kTimesOfTen * seen;
}

int ColumnContents::OnlyTimes(const CsvColumns& taken) const {
  int found = -1;
  for (size_t column = 0; column < texts_.size(); ++column) {
    if (IsTaken(taken, static_cast<int>(column)) || !HoldsTimes(column)) continue;
    if (found >= 0) return -1;
    found = static_cast<int>(column);
  }
  return found;
}

size_t ColumnContents::DifferentTexts(size_t column) const {
  return absl::flat_hash_set<absl::string_view>(texts_[column].begin(), texts_[column].end())
      .size();
}

bool ColumnContents::HasClock(int column) const {
  const auto& texts = texts_[static_cast<size_t>(column)];
  return !texts.empty() && texts[0].find(':') != std::string::npos;
}

CsvColumns ColumnContents::Suggest(CsvColumns columns,
                                   const std::vector<std::string>& header) const {
  std::vector<int> times, others;
  for (size_t column = 0; column < texts_.size(); ++column) {
    if (IsTaken(columns, static_cast<int>(column)) || texts_[column].empty()) continue;
    (HoldsTimes(column) ? times : others).push_back(static_cast<int>(column));
  }
  // A day alone is rather what a case is like than when something happened.
  const auto clock =
      std::find_if(times.begin(), times.end(), [this](int column) { return HasClock(column); });
  if (columns.time < 0 && !times.empty()) columns.time = clock != times.end() ? *clock : times[0];
  if (columns.activity < 0) columns.activity = LikelyActivity(others, header);
  if (columns.case_id < 0) columns.case_id = LikelyCase(others, columns.activity);
  return columns;
}

int ColumnContents::LikelyActivity(const std::vector<int>& among,
                                   const std::vector<std::string>& header) const {
  int found = -1;
  std::tuple<bool, bool, size_t> least;
  for (const int column : among) {
    const std::vector<std::string>& texts = texts_[static_cast<size_t>(column)];
    // Numbers are rather those of cases.
    const bool numbered = std::all_of(texts.begin(), texts.end(), HasDigit);
    const auto place = static_cast<size_t>(column);
    const bool named = place < header.size() && SaysWhatHappens(header[place]);
    const std::tuple<bool, bool, size_t> rank(numbered, !named, DifferentTexts(place));
    if (std::get<2>(rank) < 2 || (found >= 0 && rank >= least)) continue;
    found = column;
    least = rank;
  }
  return found;
}

int ColumnContents::LikelyCase(const std::vector<int>& among, int activity) const {
  int found = -1;
  std::pair<bool, size_t> most;
  for (const int column : among) {
    if (column == activity) continue;
    const size_t count = DifferentTexts(static_cast<size_t>(column));
    const bool repeats = count < texts_[static_cast<size_t>(column)].size();
    const std::pair<bool, size_t> rank(repeats, count);
    if (found >= 0 && rank <= most) continue;
    found = column;
    most = rank;
  }
  return found;
}

}  // namespace plumbline::analytics
