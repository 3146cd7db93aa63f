// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/causes/columns.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/civil_time.h"
#include "common/base/status_macros.h"
#include "common/base/threads.h"
#include "services/analytics/causes/categories.h"
#include "services/analytics/filter/path_pattern.h"
#include "services/analytics/mining/case_times.h"

namespace plumbline::analytics::causes {
namespace {

constexpr size_t kMostActivities = 200;
constexpr int64_t kMostStepsShown = 6;

class Maker {
 public:
  Maker(const LogParts& parts, const Outcomes& outcomes, const ColumnOptions& options,
        Columns* columns)
      : parts_(parts),
        log_(parts.log),
        outcomes_(outcomes),
        options_(options),
        columns_(*columns) {}

  void AddResources(bool first);
  void AddActivities();
  void AddVariants();
  void AddMonths();

 private:
  bool Known(size_t c) const { return outcomes_.state[c] != Outcomes::kUnknown; }
  std::vector<int64_t> CountActivities() const;
  std::vector<uint32_t> ChooseActivities(const std::vector<int64_t>& counts);

  const LogParts& parts_;
  const LogSnapshot& log_;
  const Outcomes& outcomes_;
  const ColumnOptions& options_;
  Columns& columns_;
};

void Maker::AddResources(bool first) {
  if (log_.resource.empty()) return;
  Column column;
  column.kind = first ? ColumnKind::kFirstResource : ColumnKind::kLastResource;
  column.label = first ? "first resource" : "last resource";
  std::vector<uint32_t> values(log_.case_count(), kNoText);
  for (size_t c = 0; c < values.size(); ++c) {
    const uint32_t begin = log_.case_begin[c], end = log_.case_begin[c + 1];
    for (uint32_t i = 0; i < end - begin && values[c] == kNoText; ++i)
      values[c] = log_.ResourceOf(first ? begin + i : end - 1 - i);
  }
  const std::string label = column.label;
  AddCategories(
      std::move(column), values, log_.resources.size(), outcomes_, options_,
      {[&](uint32_t value) { return log_.resources[value]; },
       [&](const std::string& text) { return absl::StrCat(label, " = ", text); },
       // A filter knows whether a resource did anything in a case, not whether first or last.
       [](uint32_t) { return DrillDown(); },
       {"NOT resources:*", ""}},
      &columns_);
}

std::vector<int64_t> Maker::CountActivities() const {
  std::vector<int64_t> counts(log_.activities.size(), 0);
  std::vector<uint32_t> last(log_.activities.size(), kNoText);
  const std::span<const uint32_t> begin = parts_.traces.case_begin();
  parts_.traces.activity().Visit([&](auto activity) {
    for (uint32_t c = 0; c < log_.case_count(); ++c) {
      if (!Known(c)) continue;
      for (uint32_t row = begin[c]; row < begin[c + 1]; ++row)
        counts[activity[row]] += std::exchange(last[activity[row]], c) != c;
    }
  });
  return counts;
}

// Those that tell enough cases apart, in their order; of too many those that tell most apart.
std::vector<uint32_t> Maker::ChooseActivities(const std::vector<int64_t>& counts) {
  std::vector<uint32_t> chosen;
  for (uint32_t a = 0; a < counts.size(); ++a) {
    if (counts[a] >= options_.min_cases && outcomes_.known - counts[a] >= options_.min_cases)
      chosen.push_back(a);
  }
  if (const size_t rest = counts.size() - chosen.size(); rest > 0 && outcomes_.known > 0) {
    columns_.skipped.push_back(
        {absl::StrCat(rest, rest == 1 ? " activity" : " activities"),
         absl::StrCat("in fewer than ", options_.min_cases, " cases, or missing in fewer")});
  }
  if (chosen.size() <= kMostActivities) return chosen;
  const auto apart = [&](uint32_t a) { return std::min(counts[a], outcomes_.known - counts[a]); };
  std::stable_sort(chosen.begin(), chosen.end(),
                   [&](uint32_t a, uint32_t b) { return apart(a) > apart(b); });
  columns_.skipped.push_back({absl::StrCat(chosen.size() - kMostActivities, " activities"),
                              absl::StrCat("at most ", kMostActivities, " are looked at")});
  chosen.resize(kMostActivities);
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

void Maker::AddActivities() {
  const std::vector<int64_t> counts = CountActivities();
  const std::vector<uint32_t> chosen = ChooseActivities(counts);
  std::vector<uint32_t> place(counts.size(), kNoText);
  for (const uint32_t a : chosen) {
    place[a] = static_cast<uint32_t>(columns_.columns.size());
    Column column;
    column.kind = ColumnKind::kActivity;
    column.key = log_.activities[a];
    column.label = absl::StrCat("has ", column.key);
    const std::string filter = absl::StrCat("activities:", Quoted(column.key));
    column.groups = {{"yes", column.label, {filter, ""}},
                     {"no", absl::StrCat("has no ", column.key), {"NOT " + filter, ""}}};
    column.members.emplace_back(log_.case_count());
    column.value_count = 2;
    columns_.columns.push_back(std::move(column));
  }
  if (chosen.empty()) return;
  const std::span<const uint32_t> begin = parts_.traces.case_begin();
  parts_.traces.activity().Visit([&](auto activity) {
    for (uint32_t c = 0; c < log_.case_count(); ++c) {
      for (uint32_t row = begin[c]; row < begin[c + 1]; ++row) {
        const uint32_t at = place[activity[row]];
        if (at != kNoText) columns_.columns[at].members[0].Set(c);
      }
    }
  });
}

void Maker::AddVariants() {
  const Variants& variants = parts_.variants();
  const std::vector<uint32_t> places = variants.PlacesOfCases(log_.case_count());
  // Those behind the first many have no more cases than these, and are among the others.
  const auto size = static_cast<size_t>(variants.size());
  Column column;
  column.kind = ColumnKind::kVariant;
  column.label = "variant";
  const auto steps_of = [&](uint32_t value) {
    return variants.Page(parts_.traces, value, {1, kMaxPathSteps + 1, kNoLimit})[0];
  };
  const auto text = [&](uint32_t value) {
    const Variant variant = steps_of(value);
    std::string shown;
    for (size_t i = 0; i < variant.activities.size() && i < kMostStepsShown; ++i)
      absl::StrAppend(&shown, i > 0 ? " > " : "", log_.activities[variant.activities[i]]);
    if (variant.activity_count > kMostStepsShown)
      absl::StrAppend(&shown, " > ... (", variant.activity_count, " steps)");
    return absl::StrCat("no. ", value + 1, ": ", shown);
  };
  const auto cases = [&](uint32_t value) {
    const Variant variant = steps_of(value);
    if (variant.activity_count > static_cast<int64_t>(kMaxPathSteps)) return DrillDown();
    const std::string path =
        absl::StrJoin(variant.activities, " > ", [&](std::string* out, uint32_t activity) {
          absl::StrAppend(out, absl::StrReplaceAll(log_.activities[activity], {{">", ">>"}}));
        });
    return DrillDown{absl::StrCat("sequence:", Quoted(path)), ""};
  };
  AddCategories(std::move(column), places, size, outcomes_, options_,
                {text,
                 [](const std::string& t) { return absl::StrCat("variant ", t); },
                 cases,
                 {},
                 /*ordered=*/true},
                &columns_);
}

void Maker::AddMonths() {
  Column column;
  column.kind = ColumnKind::kStartMonth;
  column.label = "month of start";
  std::map<absl::CivilMonth, uint32_t> numbers;
  std::vector<absl::CivilMonth> months;
  std::vector<uint32_t> values(log_.case_count(), kNoText);
  int64_t from = 0, until = 0;  // of the month of the case before
  uint32_t number = 0;
  for (size_t c = 0; c < values.size(); ++c) {
    const int64_t start = CaseStart(log_, c);
    if (start < from || start >= until) {
      const auto month = absl::ToCivilMonth(absl::FromUnixMicros(start), options_.zone);
      const auto [found, added] = numbers.try_emplace(month, static_cast<uint32_t>(months.size()));
      if (added) months.push_back(month);
      number = found->second;
      from = absl::ToUnixMicros(absl::FromCivil(month, options_.zone));
      until = absl::ToUnixMicros(absl::FromCivil(month + 1, options_.zone));
    }
    values[c] = number;
  }
  const auto cases = [&](uint32_t value) {
    const absl::CivilMonth month = months[value];
    return DrillDown{
        Within("start_time", absl::ToUnixMicros(absl::FromCivil(month, options_.zone)),
               absl::ToUnixMicros(absl::FromCivil(month + 1, options_.zone)), /*closed=*/false),
        ""};
  };
  AddCategories(std::move(column), values, months.size(), outcomes_, options_,
                {[&](uint32_t value) {
                   return absl::StrFormat("%04d-%02d", months[value].year(), months[value].month());
                 },
                 [](const std::string& t) { return absl::StrCat("began in ", t); }, cases},
                &columns_);
}

// Columns of what happens in a case, and of when it began.
absl::Status AddOfEvents(const LogParts& parts, const Outcomes& outcomes,
                         const ColumnOptions& options, KeepOn keep_on, Columns* columns) {
  Maker maker(parts, outcomes, options, columns);
  if (options.Has(ColumnKind::kFirstResource)) maker.AddResources(/*first=*/true);
  if (options.Has(ColumnKind::kLastResource)) maker.AddResources(/*first=*/false);
  RETURN_IF_ERROR(keep_on());
  if (options.Has(ColumnKind::kActivity)) maker.AddActivities();
  RETURN_IF_ERROR(keep_on());
  if (options.Has(ColumnKind::kVariant)) maker.AddVariants();
  RETURN_IF_ERROR(keep_on());
  if (options.Has(ColumnKind::kStartMonth)) maker.AddMonths();
  return absl::OkStatus();
}

}  // namespace

bool ColumnOptions::Has(ColumnKind kind) const {
  return kinds.empty() || absl::c_linear_search(kinds, kind);
}

bool IsHouseKeeping(absl::string_view key) {
  constexpr std::array<absl::string_view, 14> kKeys = {
      "case_finished",        "day_one",    "defects",          "due_time",         "earliest_time",
      "expected_finish_time", "impediment", "milestone",        "previous_process", "target",
      "target_time",          "task",       "concept:instance", "lifecycle:state"};
  return absl::c_linear_search(kKeys, key);
}

int64_t BytesOfColumns(const LogSnapshot& log) {
  const auto cases = static_cast<int64_t>(log.case_count());
  const auto keys = static_cast<int64_t>(log.attribute_keys.size());
  const auto activities =
      static_cast<int64_t>(std::min<size_t>(log.activities.size(), kMostActivities));
  // By key: values, numbers, groups; an attribute may be a value of its own. By case: outcome,
  // duration, rank, order, durations of both sides of two groups, and the other columns.
  return cases * (keys * 14 + activities / 8 + 96) +
         static_cast<int64_t>(log.attributes.size()) * 24;
}

absl::StatusOr<Columns> ReadColumns(const LogParts& parts, const Outcomes& outcomes,
                                    const ColumnOptions& options, KeepOn keep_on) {
  std::array<Columns, 2> made;
  RETURN_IF_ERROR(base::TryInThreads(
      base::ThreadsOfOneQuestion(), made.size(), keep_on, [&](size_t i, KeepOn go_on) {
        return i == 0 ? AddAttributes(parts.log, outcomes, options, go_on, &made[0])
                      : AddOfEvents(parts, outcomes, options, go_on, &made[1]);
      }));
  auto& [columns, more] = made;
  absl::c_move(more.columns, std::back_inserter(columns.columns));
  absl::c_move(more.skipped, std::back_inserter(columns.skipped));
  return std::move(columns);
}

}  // namespace plumbline::analytics::causes
