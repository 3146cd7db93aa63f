// SPDX-License-Identifier: Apache-2.0
//
// Activities and variants as columns.
#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "services/analytics/causes/categories.h"
#include "services/analytics/filter/path_pattern.h"

namespace plumbline::analytics::causes {
namespace {

constexpr size_t kMostActivities = 200;
constexpr size_t kMostStepsShown = 6;
// So many activities share a code: each value of it is a set of them.
constexpr size_t kBits = 8;

class Maker {
 public:
  Maker(const SequenceFacts& facts, const Outcomes& outcomes, const ColumnOptions& options,
        Columns* columns)
      : facts_(facts),
        list_(*facts.list),
        options_(options),
        columns_(*columns),
        sequences_(ValuesOf(outcomes, facts.of_case)) {}

  void AddActivities();
  void AddVariants();

 private:
  int64_t known() const { return static_cast<int64_t>(sequences_.size()); }
  uint32_t RankOf(uint32_t step) const { return facts_.rank.empty() ? step : facts_.rank[step]; }
  const std::string& NameOf(uint32_t step) const { return facts_.activities[RankOf(step)]; }

  std::vector<int64_t> CountActivities() const;
  std::vector<uint32_t> ChooseActivities(const std::vector<int64_t>& counts);
  std::vector<std::vector<uint8_t>> SetsOf(const std::vector<uint32_t>& chosen) const;
  std::vector<uint32_t> PlacesOfVariants() const;
  std::string TextOf(uint32_t sequence) const;
  DrillDown CasesOf(uint32_t sequence) const;

  const SequenceFacts& facts_;
  const SequenceList& list_;
  const ColumnOptions& options_;
  Columns& columns_;
  const std::vector<uint32_t> sequences_;  // of Outcomes::cases
};

// Cases with each, in the order of their names.
std::vector<int64_t> Maker::CountActivities() const {
  std::vector<int64_t> of_sequence(list_.size(), 0), counts(facts_.activities.size(), 0);
  for (const uint32_t sequence : sequences_) {
    if (sequence != kNoText) ++of_sequence[sequence];
  }
  std::vector<uint32_t> last(counts.size(), kNoText);
  for (uint32_t sequence = 0; sequence < list_.size(); ++sequence) {
    if (of_sequence[sequence] == 0) continue;
    for (const uint32_t step : list_[sequence]) {
      const uint32_t activity = RankOf(step);
      if (std::exchange(last[activity], sequence) != sequence)
        counts[activity] += of_sequence[sequence];
    }
  }
  return counts;
}

// Those that tell enough cases apart, in their order; of too many those that tell most apart.
std::vector<uint32_t> Maker::ChooseActivities(const std::vector<int64_t>& counts) {
  std::vector<uint32_t> chosen;
  for (uint32_t a = 0; a < counts.size(); ++a) {
    if (counts[a] >= options_.min_cases && known() - counts[a] >= options_.min_cases)
      chosen.push_back(a);
  }
  if (const size_t rest = counts.size() - chosen.size(); rest > 0 && known() > 0) {
    columns_.skipped.push_back(
        {absl::StrCat(rest, rest == 1 ? " activity" : " activities"),
         absl::StrCat("in fewer than ", options_.min_cases, " cases, or missing in fewer")});
  }
  if (chosen.size() <= kMostActivities) return chosen;
  const auto apart = [&](uint32_t a) { return std::min(counts[a], known() - counts[a]); };
  std::stable_sort(chosen.begin(), chosen.end(),
                   [&](uint32_t a, uint32_t b) { return apart(a) > apart(b); });
  columns_.skipped.push_back({absl::StrCat(chosen.size() - kMostActivities, " activities"),
                              absl::StrCat("at most ", kMostActivities, " are looked at")});
  chosen.resize(kMostActivities);
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

void Maker::AddActivities() {
  const std::vector<uint32_t> chosen = ChooseActivities(CountActivities());
  const std::vector<std::vector<uint8_t>> sets = SetsOf(chosen);
  for (size_t i = 0; i < chosen.size(); ++i) {
    Column column;
    column.kind = ColumnKind::kActivity;
    column.key = facts_.activities[chosen[i]];
    column.label = absl::StrCat("has ", column.key);
    const std::string filter = absl::StrCat("activities:", Quoted(column.key));
    column.groups = {{"yes", column.label, {filter, ""}},
                     {"no", absl::StrCat("has no ", column.key), {"NOT " + filter, ""}}};
    column.value_count = 2;
    column.codes = columns_.codes.size() + i / kBits;
    column.bit = static_cast<int>(i % kBits);
    columns_.columns.push_back(std::move(column));
  }
  for (const std::vector<uint8_t>& set : sets) {
    Codes codes{std::vector<uint16_t>(sequences_.size()), size_t{1} << kBits};
    for (size_t i = 0; i < sequences_.size(); ++i)
      codes.of_case[i] = sequences_[i] == kNoText ? 0 : set[sequences_[i]];
    columns_.codes.push_back(std::move(codes));
  }
}

// For each kBits of the activities, which of them each sequence has.
std::vector<std::vector<uint8_t>> Maker::SetsOf(const std::vector<uint32_t>& chosen) const {
  std::vector<uint32_t> place(facts_.activities.size(), kNoText);
  for (uint32_t i = 0; i < chosen.size(); ++i) place[chosen[i]] = i;
  std::vector<std::vector<uint8_t>> sets((chosen.size() + kBits - 1) / kBits,
                                         std::vector<uint8_t>(list_.size()));
  for (uint32_t sequence = 0; sequence < list_.size() && !chosen.empty(); ++sequence) {
    for (const uint32_t step : list_[sequence]) {
      const uint32_t at = place[RankOf(step)];
      if (at != kNoText) sets[at / kBits][sequence] |= static_cast<uint8_t>(1U << (at % kBits));
    }
  }
  return sets;
}

// Most frequent first, then by names. Of those with fewer than min_cases cases, which are no group
// and behind all that are, the order is of no account.
std::vector<uint32_t> Maker::PlacesOfVariants() const {
  std::vector<uint32_t> order(list_.size());
  std::iota(order.begin(), order.end(), 0);
  const auto middle = std::partition(order.begin(), order.end(), [&](uint32_t sequence) {
    return list_.count[sequence] >= options_.min_cases;
  });
  std::sort(order.begin(), middle, [&](uint32_t a, uint32_t b) {
    if (list_.count[a] != list_.count[b]) return list_.count[a] > list_.count[b];
    const std::span<const uint32_t> x = list_[a], y = list_[b];
    return std::lexicographical_compare(
        x.begin(), x.end(), y.begin(), y.end(),
        [&](uint32_t s, uint32_t t) { return RankOf(s) < RankOf(t); });
  });
  std::vector<uint32_t> places(order.size());
  for (uint32_t place = 0; place < order.size(); ++place) places[order[place]] = place;
  return places;
}

std::string Maker::TextOf(uint32_t sequence) const {
  const std::span<const uint32_t> steps = list_[sequence];
  std::string shown;
  for (size_t i = 0; i < steps.size() && i < kMostStepsShown; ++i)
    absl::StrAppend(&shown, i > 0 ? " > " : "", NameOf(steps[i]));
  if (steps.size() > kMostStepsShown) absl::StrAppend(&shown, " > ... (", steps.size(), " steps)");
  return shown;
}

DrillDown Maker::CasesOf(uint32_t sequence) const {
  const std::span<const uint32_t> steps = list_[sequence];
  if (steps.size() > kMaxPathSteps) return {};
  const std::string path = absl::StrJoin(steps, " > ", [&](std::string* out, uint32_t step) {
    absl::StrAppend(out, absl::StrReplaceAll(NameOf(step), {{">", ">>"}}));
  });
  return {absl::StrCat("sequence:", Quoted(path)), ""};
}

void Maker::AddVariants() {
  const std::vector<uint32_t> places = PlacesOfVariants();
  Column column;
  column.kind = ColumnKind::kVariant;
  column.label = "variant";
  AddCategories(
      std::move(column), sequences_, list_.size(), options_,
      {[&](uint32_t value) { return absl::StrCat("no. ", places[value] + 1, ": ", TextOf(value)); },
       [](const std::string& t) { return absl::StrCat("variant ", t); },
       [&](uint32_t value) { return CasesOf(value); },
       [&](uint32_t a, uint32_t b) { return places[a] < places[b]; }},
      &columns_);
}

}  // namespace

void AddSequences(const SequenceFacts& facts, const Outcomes& outcomes,
                  const ColumnOptions& options, Columns* columns) {
  Maker maker(facts, outcomes, options, columns);
  if (options.Has(ColumnKind::kActivity)) maker.AddActivities();
  if (options.Has(ColumnKind::kVariant)) maker.AddVariants();
}

}  // namespace plumbline::analytics::causes
