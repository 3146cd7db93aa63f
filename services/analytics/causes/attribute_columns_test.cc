// SPDX-License-Identifier: Apache-2.0
//
// Columns of keys that cases have several values of, against their definition.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "services/analytics/causes/causes_testing.h"
#include "services/analytics/causes/facts.h"

namespace plumbline::analytics::causes {
namespace {

using ::testing::ElementsAre;

constexpr uint32_t kCases = 120;

// Values of each case, in any order and some twice.
std::vector<std::vector<std::string>> Draw(std::mt19937& random) {
  std::vector<std::vector<std::string>> values(kCases);
  const int most = 3 + static_cast<int>(random() % 12);
  for (std::vector<std::string>& of_case : values) {
    for (unsigned i = random() % 6; i > 0; --i) {
      // Some are frequent, some rare, and many as frequent as others.
      const auto value = static_cast<int>(random() % (random() % 2 == 0 ? 3 : most));
      of_case.push_back(absl::StrCat("v", value));
    }
  }
  return values;
}

std::shared_ptr<const LogSnapshot> LogOf(const std::vector<std::vector<std::string>>& values) {
  std::vector<TestRow> rows;
  for (size_t c = 0; c < values.size(); ++c) {
    const std::string id = absl::StrCat("case", 10'000 + c);
    const int64_t begin = kBegin + static_cast<int64_t>(c) * kDay;
    rows.push_back({id, "begin", begin});
    for (size_t i = 0; i < values[c].size(); ++i) {
      rows.push_back({id, "step", begin + kMinute * static_cast<int64_t>(i + 1)});
      rows.back().attributes = {{"contact", values[c][i]}};
    }
  }
  return MakeLog(rows);
}

// The cases of each group, "" standing for those without a value.
std::map<std::string, std::vector<bool>> GroupsOf(
    const std::vector<std::vector<std::string>>& values, const Outcomes& outcomes,
    const ColumnOptions& options) {
  std::map<std::string, std::vector<bool>> members;
  const size_t n = outcomes.cases.size();
  for (size_t i = 0; i < n; ++i) {
    const std::vector<std::string>& of_case = values[outcomes.cases[i]];
    const std::set<std::string> all(of_case.begin(), of_case.end());
    for (const std::string& value : all) {
      members[value].resize(n);
      members[value][i] = true;
    }
    if (!all.empty()) continue;
    members[""].resize(n);
    members[""][i] = true;
  }
  std::vector<std::pair<int64_t, std::string>> order;
  for (const auto& [value, in] : members) {
    const auto count = std::count(in.begin(), in.end(), true);
    if (!value.empty()) order.emplace_back(-count, value);
  }
  std::sort(order.begin(), order.end());
  std::map<std::string, std::vector<bool>> groups;
  if (members.contains("")) groups["(none)"] = members[""];
  for (size_t k = 0; k < order.size(); ++k) {
    const auto& [count, value] = order[k];
    const bool kept = -count >= options.min_cases && k < static_cast<size_t>(options.max_values);
    std::vector<bool>& group = groups[kept ? value : "(other)"];
    group.resize(n);
    for (size_t i = 0; i < n; ++i) group[i] = group[i] || members[value][i];
  }
  return groups;
}

TEST(AttributeColumns, OfSeveralValuesAsDefined) {
  int columns = 0, others = 0;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::mt19937 random(seed);
    const auto values = Draw(random);
    const auto log = LogOf(values);
    const Traces traces(log, {});
    const Variants variants(traces);
    Outcomes outcomes;
    for (uint32_t c = 0; c < kCases; ++c) {
      // Of some logs nearly nothing is known, so that what most cases have is little of it.
      if (random() % (seed % 3 + 1) == 0) outcomes.cases.push_back(c);
    }
    std::shuffle(outcomes.cases.begin(), outcomes.cases.end(), random);
    outcomes.has_it.assign(outcomes.cases.size(), 0);
    ColumnOptions options;
    options.kinds = {ColumnKind::kEventAttribute};
    options.min_cases = 1 + static_cast<int64_t>(random() % 9);
    options.max_values = 2 + static_cast<int64_t>(random() % 7);
    const auto made = ReadColumns({*log, traces, [&]() -> const Variants& { return variants; }},
                                  outcomes, options, Go);
    ASSERT_TRUE(made.ok()) << made.status();
    const auto groups = GroupsOf(values, outcomes, options);
    if (made->columns.empty()) continue;  // all values are rare
    ++columns;
    ASSERT_EQ(made->columns.size(), 1u);
    const Column& column = made->columns[0];
    ASSERT_EQ(column.groups.size(), groups.size()) << "seed " << seed;
    std::set<std::string> used;
    for (const uint32_t c : outcomes.cases) used.insert(values[c].begin(), values[c].end());
    EXPECT_EQ(column.value_count, static_cast<int64_t>(used.size()));
    for (size_t g = 0; g < column.groups.size(); ++g) {
      const std::string& value = column.groups[g].value;
      others += value == "(other)";
      ASSERT_TRUE(groups.contains(value)) << "seed " << seed << " " << value;
      for (size_t i = 0; i < outcomes.cases.size(); ++i)
        ASSERT_EQ(column.members[g][i], groups.at(value)[i]) << "seed " << seed << " " << value;
    }
  }
  EXPECT_GT(columns, 150);
  EXPECT_GT(others, 100);
}

// A case has each of its values once, the first one apart, whatever the order of its events.
TEST(AttributeColumns, TellOfEachCaseWhatElseItHas) {
  const auto log = LogOf({{"b", "a", "b", "a", "c"}, {"a"}, {}, {"c", "a"}});
  const auto read = ReadAttributes(*log, {0}, Go);
  ASSERT_TRUE(read.ok());
  const AttributeFacts facts = (*read)[0].Show("contact");
  EXPECT_THAT(facts.more.of_case, ElementsAre(2, 0, 0, 1));
  std::map<std::string, std::vector<uint32_t>> cases;
  for (uint32_t value = 0; value < facts.values->size(); ++value) {
    facts.more.visit(value, [&](std::span<const int64_t> pairs) {
      EXPECT_EQ(pairs.size(), facts.more.of_value[value]);
      for (const int64_t pair : pairs)
        cases[std::get<std::string>((*facts.values)[value])].push_back(CaseOf(pair));
      return true;
    });
  }
  EXPECT_THAT(cases["a"], ElementsAre(0, 3));
  EXPECT_THAT(cases["c"], ElementsAre(0));
  EXPECT_THAT(cases["b"], ElementsAre());
}

}  // namespace
}  // namespace plumbline::analytics::causes
