// SPDX-License-Identifier: Apache-2.0
//
// Root causes of random logs against their definition, and what must not matter.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "common/statistics/multiplicity.h"
#include "common/statistics/rank_sum.h"
#include "services/analytics/causes/causes_testing.h"

namespace plumbline::analytics::causes {
namespace {

struct Made {
  std::vector<TestRow> rows;
  std::vector<double> hours;
  std::vector<std::map<std::string, std::string>> attributes;
};

// Cases with two attributes, of which some have no value; `effect`: hours that region r1 adds.
Made Random(unsigned seed, double effect, int cases = 150) {
  std::mt19937 random(seed);
  std::lognormal_distribution<double> draw(3, 1);
  Made made;
  for (int c = 0; c < cases; ++c) {
    std::map<std::string, std::string> values;
    if (random() % 8 != 0) values["region"] = absl::StrCat("r", random() % 4);
    if (random() % 8 != 0) values["source"] = absl::StrCat("s", random() % 3);
    double hours = std::round(draw(random)) + 1;
    if (values["region"] == "r1") hours += effect;
    std::vector<std::pair<std::string, AttributeValue>> attributes;
    for (const auto& [key, value] : values) {
      if (!value.empty()) attributes.emplace_back(key, value);
    }
    AddCase(c, static_cast<int64_t>(hours) * kHour, attributes, &made.rows);
    made.hours.push_back(std::floor(hours));
    made.attributes.push_back(values);
  }
  return made;
}

const Cause* Find(const RootCauses& found, const std::string& label) {
  for (const auto* list : {&found.causes, &found.better}) {
    for (const Cause& cause : *list) {
      if (cause.group.label == label) return &cause;
    }
  }
  return nullptr;
}

// Counts, the rank sum by comparing all pairs, and the adjustment over all of them.
TEST(CausesProperty, AsDefined) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    const Made made = Random(seed, 10);
    OutcomeSpec spec;
    spec.target = 30 * kHour;
    CauseOptions options = Only(ColumnKind::kAttribute);
    options.max_groups = 1000;
    const RootCauses found = Of(made.rows, spec, options);
    SCOPED_TRACE(seed);
    int seen = 0;
    for (const std::string key : {"region", "source"}) {
      std::map<std::string, std::vector<size_t>> groups;
      for (size_t c = 0; c < made.hours.size(); ++c) {
        auto value = made.attributes[c];
        groups[value[key].empty() ? "(none)" : value[key]].push_back(c);
      }
      for (const auto& [value, members] : groups) {
        const Cause* cause = Find(found, absl::StrCat(key, " = ", value));
        if (cause == nullptr) continue;  // too few, or better and no more than chance
        ++seen;
        std::vector<bool> in(made.hours.size());
        for (const size_t c : members) in[c] = true;
        int64_t happened = 0, all = 0;
        double sum = 0, other = 0;
        std::vector<double> x, y;
        for (size_t c = 0; c < made.hours.size(); ++c) {
          all += made.hours[c] > 30;
          happened += in[c] && made.hours[c] > 30;
          (in[c] ? x : y).push_back(made.hours[c] * 3600);
          (in[c] ? sum : other) += made.hours[c];
        }
        EXPECT_EQ(cause->table.count, static_cast<int64_t>(members.size()));
        EXPECT_EQ(cause->table.happened, happened);
        EXPECT_EQ(cause->table.other_happened, all - happened);
        const auto m = static_cast<double>(x.size()), n = static_cast<double>(y.size());
        EXPECT_NEAR(cause->excess_hours->value, m * (sum / m - other / n), 1e-6);
        double u = 0;
        std::map<double, double> equal;
        for (const double a : x) {
          for (const double b : y) u += a > b ? 1 : a == b ? 0.5 : 0;
        }
        for (const double hours : made.hours) ++equal[hours];
        double ties = 0;
        for (const auto& [hours, t] : equal) ties += t * t * t - t;
        EXPECT_NEAR(cause->durations->p_value,
                    statistics::RankSumPValue(u + m * (m + 1) / 2, m, n, ties), 1e-9);
        EXPECT_NEAR(cause->durations->cliffs_delta.value, 2 * u / (m * n) - 1, 1e-9);
        EXPECT_GE(cause->adjusted, cause->p_value);
        EXPECT_GE(cause->durations->adjusted, cause->durations->p_value);
      }
    }
    EXPECT_GT(seen, 0);
  }
}

TEST(CausesProperty, OrderNamesAndTheUnitOfTimeDoNotMatter) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    Made made = Random(seed, 30);
    OutcomeSpec spec;
    spec.target = 30 * kHour;
    const RootCauses before = Of(made.rows, spec, Only(ColumnKind::kAttribute));
    std::mt19937 random(seed);
    std::shuffle(made.rows.begin(), made.rows.end(), random);
    for (TestRow& row : made.rows) {
      row.case_id = absl::StrCat("z", 99'999 - std::stoi(row.case_id.substr(4)));
      row.time = 3 * row.time - 77 * kDay;
      for (auto& [key, value] : row.attributes)
        value = absl::StrCat("new ", std::get<std::string>(value));
    }
    spec.target = 90 * kHour;
    const RootCauses after = Of(made.rows, spec, Only(ColumnKind::kAttribute));
    SCOPED_TRACE(seed);
    ASSERT_EQ(before.causes.size(), after.causes.size());
    EXPECT_EQ(before.test_count, after.test_count);
    for (size_t i = 0; i < before.causes.size(); ++i) {
      const Cause &a = before.causes[i], &b = after.causes[i];
      EXPECT_EQ(a.table.count, b.table.count);
      EXPECT_EQ(a.table.happened, b.table.happened);
      EXPECT_DOUBLE_EQ(a.p_value, b.p_value);
      EXPECT_DOUBLE_EQ(a.durations->p_value, b.durations->p_value);
      EXPECT_NEAR(a.durations->shift.value * 3, b.durations->shift.value, 1e-3);
      EXPECT_NEAR(a.durations->cliffs_delta.lower, b.durations->cliffs_delta.lower, 1e-12);
      EXPECT_NEAR(a.excess_hours->value * 3, b.excess_hours->value, 1e-6);
      EXPECT_NEAR(a.excess_hours->upper * 3, b.excess_hours->upper, 1e-6);
    }
  }
}

// Where nothing has an effect, hardly a log has a significant cause; where one has, it is found.
TEST(CausesProperty, ChanceIsNotCalledACause) {
  int false_alarms = 0, found = 0;
  constexpr unsigned kLogs = 200;
  CauseOptions holm = Only(ColumnKind::kAttribute);
  holm.holm = true;
  for (unsigned seed = 1; seed <= kLogs; ++seed) {
    const auto significant = [](const RootCauses& all) {
      return std::any_of(all.causes.begin(), all.causes.end(),
                         [](const Cause& cause) { return cause.significant; });
    };
    false_alarms += significant(Of(Random(seed, 0).rows, {}, holm));
    const RootCauses effect = Of(Random(seed, 40).rows, {}, holm);
    found += !effect.causes.empty() && effect.causes[0].group.label == "region = r1" &&
             effect.causes[0].significant;
  }
  EXPECT_LE(false_alarms, kLogs / 12);
  EXPECT_GE(found, kLogs * 9 / 10);
}

// The interval of the excess holds the true effect about as often as it says.
TEST(CausesProperty, IntervalsHoldWhatIsTrue) {
  int holds = 0;
  constexpr unsigned kLogs = 150;
  for (unsigned seed = 1; seed <= kLogs; ++seed) {
    const Cause* cause = nullptr;
    const RootCauses all = Of(Random(1000 + seed, 40, 400).rows, {}, Only(ColumnKind::kAttribute));
    cause = Find(all, "region = r1");
    ASSERT_NE(cause, nullptr);
    const double truth = 40 * 3600;
    holds += cause->durations->shift.lower <= truth && truth <= cause->durations->shift.upper;
  }
  EXPECT_GE(holds, kLogs * 9 / 10);
}

}  // namespace
}  // namespace plumbline::analytics::causes
