// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/causes/columns.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "common/base/status_macros.h"
#include "common/base/threads.h"
#include "services/analytics/causes/categories.h"

namespace plumbline::analytics::causes {
namespace {

void AddResources(const ResourceFacts& facts, bool first, const Outcomes& outcomes,
                  const ColumnOptions& options, Columns* columns) {
  Column column;
  column.kind = first ? ColumnKind::kFirstResource : ColumnKind::kLastResource;
  column.label = first ? "first resource" : "last resource";
  const std::string label = column.label;
  AddCategories(
      std::move(column), ValuesOf(outcomes, facts.of_case), facts.names.size(), options,
      {[&](uint32_t value) { return facts.names[value]; },
       [&](const std::string& text) { return absl::StrCat(label, " = ", text); },
       // A filter knows whether a resource did anything in a case, not whether first or last.
       [](uint32_t) { return DrillDown(); },
       [&](uint32_t a, uint32_t b) { return facts.names[a] < facts.names[b]; },
       {"NOT resources:*", ""}},
      columns);
}

void AddMonths(const MonthFacts& facts, const Outcomes& outcomes, const ColumnOptions& options,
               Columns* columns) {
  Column column;
  column.kind = ColumnKind::kStartMonth;
  column.label = "month of start";
  const auto begin_of = [&](absl::CivilMonth month) {
    return absl::ToUnixMicros(absl::FromCivil(month, options.zone));
  };
  const auto cases = [&](uint32_t value) {
    const absl::CivilMonth month = facts.months[value];
    return DrillDown{Within("start_time", begin_of(month), begin_of(month + 1), /*closed=*/false),
                     ""};
  };
  const auto text = [&](uint32_t value) {
    const absl::CivilMonth month = facts.months[value];
    return absl::StrFormat("%04d-%02d", month.year(), month.month());
  };
  AddCategories(std::move(column), ValuesOf(outcomes, facts.of_case), facts.months.size(), options,
                {text, [](const std::string& t) { return absl::StrCat("began in ", t); }, cases,
                 [&](uint32_t a, uint32_t b) { return text(a) < text(b); }},
                columns);
}

// Where each case is in Outcomes::cases; empty where nobody asks.
std::vector<uint32_t> PlacesOfCases(const Facts& facts, const Outcomes& outcomes) {
  std::vector<uint32_t> places;
  const bool asked = absl::c_any_of(facts.attributes, [](const AttributeFacts& attribute) {
    return !attribute.more.empty() || !attribute.timed.empty();
  });
  if (!asked) return places;
  places.assign(facts.attributes[0].first.size(), kNoText);
  for (uint32_t place = 0; place < outcomes.cases.size(); ++place)
    places[outcomes.cases[place]] = place;
  return places;
}

// Puts what one thread made behind what others did.
void Append(Columns more, Columns* columns) {
  for (Column& column : more.columns) {
    column.codes += columns->codes.size();
    columns->columns.push_back(std::move(column));
  }
  absl::c_move(more.codes, std::back_inserter(columns->codes));
  absl::c_move(more.skipped, std::back_inserter(columns->skipped));
}

}  // namespace

bool ColumnOptions::Has(ColumnKind kind) const {
  return kinds.empty() || absl::c_linear_search(kinds, kind);
}

bool IsHouseKeeping(absl::string_view key) {
  constexpr std::array<absl::string_view, 15> kKeys = {
      "case_finished",        "day_one",    "defects",   "due_time",         "earliest_time",
      "expected_finish_time", "impediment", "milestone", "previous_process", "target",
      "target_time",          "task",       "utilities", "concept:instance", "lifecycle:state"};
  return absl::c_linear_search(kKeys, key);
}

int64_t BytesOfColumns(size_t cases, size_t keys, size_t activities) {
  // Of each case: its outcome, duration, rank and members; of each column its value while it is
  // read, its code, and its place in the order of durations.
  constexpr size_t kOthers = 4;
  const size_t of_activities = std::min<size_t>(activities, 200) / 8 + 1;
  return static_cast<int64_t>(cases * (48 + (keys + kOthers) * 10 + of_activities * 4));
}

int64_t BytesOfColumns(const LogSnapshot& log) {
  // Read of the log: begins, durations as they are sorted, values; an attribute may be a value of
  // its own, and a case a variant.
  constexpr int64_t kOfACase = 64;
  const size_t keys = log.attribute_keys.size();
  return BytesOfColumns(log.case_count(), keys, log.activities.size()) +
         static_cast<int64_t>(log.case_count()) * (kOfACase + 4 * static_cast<int64_t>(keys)) +
         4 * static_cast<int64_t>(log.size()) + 40 * static_cast<int64_t>(log.attributes.size());
}

absl::StatusOr<Columns> MakeColumns(const Facts& facts, const Outcomes& outcomes,
                                    const ColumnOptions& options, KeepOn keep_on) {
  const std::vector<uint32_t> places = PlacesOfCases(facts, outcomes);
  std::vector<std::function<void(Columns*)>> pieces;
  for (const AttributeFacts& attribute : facts.attributes) {
    pieces.push_back(
        [&](Columns* made) { AddAttribute(attribute, outcomes, options, places, made); });
  }
  for (const bool first : {true, false}) {
    const auto& resources = first ? facts.first_resource : facts.last_resource;
    if (!resources.has_value()) continue;
    pieces.push_back(
        [&, first](Columns* made) { AddResources(*resources, first, outcomes, options, made); });
  }
  if (facts.sequences.has_value()) {
    pieces.push_back(
        [&](Columns* made) { AddSequences(*facts.sequences, outcomes, options, made); });
  }
  if (facts.months.has_value())
    pieces.push_back([&](Columns* made) { AddMonths(*facts.months, outcomes, options, made); });
  std::vector<Columns> made(pieces.size());
  RETURN_IF_ERROR(base::TryInThreads(base::ThreadsOfOneQuestion(), pieces.size(), keep_on,
                                     [&](size_t i, KeepOn go_on) {
                                       pieces[i](&made[i]);
                                       return go_on();
                                     }));
  Columns columns;
  columns.skipped = facts.skipped;
  for (Columns& more : made) Append(std::move(more), &columns);
  return columns;
}

absl::StatusOr<Columns> ReadColumns(const LogParts& parts, const Outcomes& outcomes,
                                    const ColumnOptions& options, KeepOn keep_on) {
  const LogSnapshot& log = parts.log;
  ASSIGN_OR_RETURN(ChosenKeys chosen, ChooseKeys(log.attribute_keys, !log.empty(), options));
  ASSIGN_OR_RETURN(const ReadOfLog read, ReadFacts(parts, std::move(chosen), options, keep_on));
  return MakeColumns(read.Show(log, options), outcomes, options, keep_on);
}

}  // namespace plumbline::analytics::causes
