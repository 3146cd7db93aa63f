// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/levels.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "common/statistics/multiplicity.h"
#include "common/statistics/student.h"
#include "services/analytics/defects/drill_down.h"
#include "services/analytics/improvement/observe.h"
#include "services/analytics/review/changes.h"

namespace plumbline::analytics::review {
namespace {

constexpr size_t kMostAttributes = 10;

// The values of one attribute, and which each case has.
struct Column {
  std::string key;
  std::vector<AttributeValue> values;
  std::vector<uint32_t> of_case;  // by place in the graphs; kNoText: none
};

std::vector<Column> ReadColumns(const Facts& facts) {
  const LogSnapshot& log = *facts.log;
  std::vector<improvement::ObservedCase> cases;
  std::vector<uint32_t> place(log.case_count(), kNoText);
  for (uint32_t i = 0; i < facts.graphs.cases.size(); ++i) {
    cases.push_back({0, 0, facts.graphs.cases[i].case_number, {}});
    place[cases.back().number] = i;
  }
  std::vector<Column> columns;
  std::vector<uint32_t> column_of(log.attribute_keys.size(), kNoText);
  for (const std::string& key : improvement::KindAttributes(log, cases, kMostAttributes)) {
    column_of[log.FindAttributeKey(key)] = static_cast<uint32_t>(columns.size());
    columns.push_back({key, {}, std::vector<uint32_t>(cases.size(), kNoText)});
  }
  size_t c = 0;
  for (const EventAttribute& attribute : log.attributes) {
    while (log.case_begin[c + 1] <= attribute.row) ++c;
    if (column_of[attribute.key] == kNoText || place[c] == kNoText) continue;
    Column& column = columns[column_of[attribute.key]];
    uint32_t& value = column.of_case[place[c]];
    if (value != kNoText) continue;  // the first counts
    const auto known = std::find(column.values.begin(), column.values.end(), attribute.value);
    value = static_cast<uint32_t>(known - column.values.begin());
    if (known == column.values.end()) column.values.push_back(attribute.value);
  }
  return columns;
}

// The waiting of each case at a step, seconds; -1 where it did not come to it.
std::vector<double> WaitsAt(const StepIndex& index, uint32_t activity) {
  const CaseGraphs& graphs = index.graphs();
  std::vector<double> waits(graphs.cases.size(), -1);
  index.ForCases(index.by_activity().Of(activity),
                 [&](size_t place, absl::Span<const uint32_t> steps) {
                   for (const uint32_t i : steps) {
                     const int64_t wait = graphs.steps[i].wait;
                     if (wait >= 0)
                       waits[place] = std::max(0.0, waits[place]) + static_cast<double>(wait) / 1e6;
                   }
                 });
  return waits;
}

// One-sided: that `level` is above `rest`.
double PValueOf(const Sample& level, const Sample& rest) {
  const double a = level.variance() / level.count, b = rest.variance() / rest.count;
  const double difference = level.mean() - rest.mean();
  if (!(a + b > 0)) return difference > 0 ? 0 : 1;
  const double freedom = (a + b) * (a + b) / (a * a / (level.count - 1) + b * b / (rest.count - 1));
  return statistics::StudentAbove(difference / std::sqrt(a + b), freedom);
}

struct Tested {
  SlowLevel level;
  size_t column = 0;
  uint32_t value = 0;
  bool best = false;  // of `others`: the value is the best; else it only counts as a comparison
  double p_value = 1;
  double excess() const {
    return (level.mean - level.other_mean) * static_cast<double>(level.count);
  }
};

// Whether all other values wait longer, and two of them surely.
bool IsBest(const std::vector<Sample>& of_value, uint32_t best) {
  constexpr double kSure = 0.01;
  int sure = 0;
  for (uint32_t v = 0; v < of_value.size(); ++v) {
    if (v == best || of_value[v].count < static_cast<double>(kLeastOfLevel)) continue;
    if (of_value[v].mean() <= of_value[best].mean()) return false;
    sure += PValueOf(of_value[v], of_value[best]) < kSure;
  }
  return sure >= 2;
}

void TestColumn(const Column& column, size_t number, uint32_t activity,
                const std::vector<double>& waits, std::vector<Tested>* tests) {
  std::vector<Sample> of_value(column.values.size());
  Sample all;
  for (size_t i = 0; i < waits.size(); ++i) {
    if (waits[i] < 0) continue;
    all.Add(waits[i]);
    if (column.of_case[i] != kNoText) of_value[column.of_case[i]].Add(waits[i]);
  }
  const auto add = [&](const Sample& level, const Sample& rest, uint32_t value, bool others) {
    Tested test;
    test.best = others && IsBest(of_value, value);
    test.level.activity = activity;
    test.level.others = others;
    test.level.count = static_cast<int64_t>(level.count);
    test.level.other_count = static_cast<int64_t>(rest.count);
    test.level.mean = level.mean();
    test.level.other_mean = rest.mean();
    test.column = number;
    test.value = value;
    test.p_value = PValueOf(level, rest);
    tests->push_back(std::move(test));
  };
  for (uint32_t v = 0; v < of_value.size(); ++v) {
    const Sample& level = of_value[v];
    const Sample rest{all.count - level.count, all.sum - level.sum, all.squares - level.squares};
    if (std::min(level.count, rest.count) < static_cast<double>(kLeastOfLevel)) continue;
    add(level, rest, v, /*others=*/false);
    // Of each: which is the best was seen in the data, so all are comparisons that were made.
    add(rest, level, v, /*others=*/true);
  }
}

}  // namespace

std::vector<SlowLevel> FindSlowLevels(const Facts& facts, const StepIndex& index,
                                      absl::Span<const uint32_t> activities, size_t most) {
  const std::vector<Column> columns = ReadColumns(facts);
  std::vector<Tested> tests;
  if (columns.empty()) return {};
  for (const uint32_t activity : activities) {
    const std::vector<double> waits = WaitsAt(index, activity);
    for (size_t c = 0; c < columns.size(); ++c) TestColumn(columns[c], c, activity, waits, &tests);
  }
  std::vector<double> p_values;
  for (const Tested& test : tests) p_values.push_back(test.p_value);
  const std::vector<double> adjusted = statistics::AdjustBenjaminiHochberg(p_values);
  for (size_t i = 0; i < tests.size(); ++i) tests[i].level.adjusted = adjusted[i];
  std::erase_if(tests, [](const Tested& test) {
    return test.level.adjusted > kFalseDiscoveries || !(test.excess() > 0) ||
           (test.level.others && !test.best);
  });
  std::stable_sort(tests.begin(), tests.end(), [](const Tested& a, const Tested& b) {
    return std::pair(a.level.others, -a.excess()) < std::pair(b.level.others, -b.excess());
  });
  if (tests.size() > most) tests.resize(most);
  std::vector<SlowLevel> levels;
  for (Tested& test : tests) {
    const Column& column = columns[test.column];
    SlowLevel& level = levels.emplace_back(std::move(test.level));
    level.attribute = column.key;
    level.value = ValueText(column.values[test.value]);
    level.filter = absl::StrCat(level.others ? "NOT " : "", "attributes.", Quoted(column.key),
                                " = ", ValueLiteral(column.values[test.value]));
    for (const uint32_t value : column.of_case)
      level.cases.push_back((value == test.value) != level.others);
  }
  return levels;
}

}  // namespace plumbline::analytics::review
