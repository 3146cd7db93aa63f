// SPDX-License-Identifier: Apache-2.0
//
// Figures of random logs against slow, direct implementations of their definitions, and against the
// same rows in another order.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "services/analytics/organization/batches.h"
#include "services/analytics/organization/handovers.h"
#include "services/analytics/organization/load_effect.h"
#include "services/analytics/organization/organization_testing.h"
#include "services/analytics/organization/workload.h"

namespace plumbline::analytics {
namespace {

constexpr int kRounds = 150;
using Pair = std::pair<std::string, std::string>;

// The items of a log as its rows have them, case by case, in order. The rows have no life cycles.
std::map<std::string, std::vector<TestRow>> CasesOf(const std::vector<TestRow>& rows) {
  std::map<std::string, std::vector<TestRow>> cases;
  for (const TestRow& row : rows) cases[row.case_id].push_back(row);
  const auto begin = [](const TestRow& row) { return row.start == kNoTime ? row.time : row.start; };
  for (auto& [id, items] : cases) {
    std::sort(items.begin(), items.end(), [&](const TestRow& a, const TestRow& b) {
      return std::pair(begin(a), a.time) < std::pair(begin(b), b.time);
    });
  }
  return cases;
}
int64_t BeginOf(const TestRow& row) { return row.start == kNoTime ? row.time : row.start; }

template <class Check>
void ForRandomLogs(const Check& check) {
  std::mt19937 random(11);
  for (int round = 0; round < kRounds; ++round) {
    std::vector<TestRow> rows = RandomRows(random);
    std::vector<TestRow> shuffled = rows;
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    SCOPED_TRACE(round);
    check(rows, shuffled);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(OrganizationProperty, HandoversEqualTheDefinition) {
  ForRandomLogs([](const std::vector<TestRow>& rows, const std::vector<TestRow>& shuffled) {
    std::map<Pair, std::vector<double>> waits;
    std::map<Pair, std::set<std::string>> cases;
    int64_t unknown = 0;
    for (const auto& [id, items] : CasesOf(rows)) {
      for (size_t i = 1; i < items.size(); ++i) {
        const Pair pair(items[i - 1].resource, items[i].resource);
        if (pair.first.empty() || pair.second.empty()) {
          ++unknown;
          continue;
        }
        waits[pair].push_back(static_cast<double>(BeginOf(items[i]) - items[i - 1].time) / 1e6);
        cases[pair].insert(id);
      }
    }
    for (const auto& order : {rows, shuffled}) {
      const Work work = WorkOf(order);
      HandoverOptions options;
      options.include_kept = true;
      const auto got = MineHandovers(work, options, GoOn);
      ASSERT_TRUE(got.ok()) << got.status();
      EXPECT_EQ(got->unknown_count, unknown);
      ASSERT_EQ(got->pairs.size(), waits.size());
      for (const Handover& pair : got->pairs) {
        const Pair names(work.performers[pair.from], work.performers[pair.to]);
        std::vector<double>& slow = waits[names];
        std::sort(slow.begin(), slow.end());
        EXPECT_EQ(pair.count, static_cast<int64_t>(slow.size()));
        EXPECT_EQ(pair.case_count, static_cast<int64_t>(cases[names].size()));
        const size_t n = slow.size();
        EXPECT_DOUBLE_EQ(pair.wait.median, (slow[(n - 1) / 2] + slow[n / 2]) / 2);
        EXPECT_DOUBLE_EQ(pair.wait.min, slow.front());
        EXPECT_DOUBLE_EQ(pair.wait.max, slow.back());
      }
    }
  });
}

TEST(OrganizationProperty, TogetherEqualsTheDefinition) {
  ForRandomLogs([](const std::vector<TestRow>& rows, const std::vector<TestRow>& shuffled) {
    std::map<Pair, int64_t> slow;
    for (const auto& [id, items] : CasesOf(rows)) {
      std::set<std::string> names;
      for (const TestRow& item : items) {
        if (!item.resource.empty()) names.insert(item.resource);
      }
      for (const std::string& a : names) {
        for (const std::string& b : names) {
          if (a < b) ++slow[{a, b}];
        }
      }
    }
    const Work work = WorkOf(shuffled);
    const auto got = MineTogether(work, 100, GoOn);
    ASSERT_TRUE(got.ok()) << got.status();
    std::map<Pair, int64_t> counts;
    for (const Together& pair : *got) {
      counts[{work.performers[pair.first], work.performers[pair.second]}] = pair.case_count;
    }
    EXPECT_EQ(counts, slow);
  });
}

// Minute by minute: times of random rows are multiples of 450 seconds.
TEST(OrganizationProperty, WorkloadEqualsCountingEveryStep) {
  constexpr int64_t kStep = 450 * kSecond;
  ForRandomLogs([](const std::vector<TestRow>& rows, const std::vector<TestRow>& shuffled) {
    const Work work = WorkOf(shuffled);
    const auto got = MeasureWorkload(work, {absl::UTCTimeZone(), PeriodLength::kDay, {}}, GoOn);
    ASSERT_TRUE(got.ok()) << got.status();
    for (const PerformerLoad& load : got->performers) {
      const std::string& name = work.performers[load.performer];
      int64_t items = 0, busy = 0, most_items = 0, most_cases = 0, case_steps = 0;
      std::map<int64_t, int64_t> days;
      std::map<std::string, std::pair<int64_t, int64_t>> cases;
      std::vector<std::pair<int64_t, int64_t>> begun;
      for (const TestRow& row : rows) {
        if (row.resource != name) continue;
        ++items;
        ++days[row.time / (86'400 * kSecond)];
        if (row.start != kNoTime) begun.emplace_back(row.start, row.time);
        auto& [from, to] = cases.try_emplace(row.case_id, BeginOf(row), row.time).first->second;
        from = std::min(from, BeginOf(row));
        to = std::max(to, row.time);
      }
      for (int64_t t = load.first_time; t <= load.last_time; t += kStep) {
        int64_t open = 0, open_cases = 0, inside = 0;
        for (const auto& [from, to] : begun) {
          open += from <= t && t <= to;
          inside += from <= t && t < to;
        }
        for (const auto& [id, span] : cases) {
          open_cases += span.first <= t && t <= span.second;
          case_steps += span.first <= t && t < span.second;
        }
        busy += inside > 0;
        most_items = std::max(most_items, open);
        most_cases = std::max(most_cases, open_cases);
      }
      EXPECT_EQ(load.item_count, items);
      EXPECT_EQ(load.active_days, static_cast<int64_t>(days.size()));
      EXPECT_EQ(load.case_count, static_cast<int64_t>(cases.size()));
      EXPECT_DOUBLE_EQ(load.busy_seconds, static_cast<double>(busy) * 450);
      EXPECT_EQ(load.most_open_items, most_items);
      EXPECT_EQ(load.most_open_cases, most_cases);
      if (load.last_time > load.first_time) {
        EXPECT_DOUBLE_EQ(load.mean_open_cases,
                         static_cast<double>(case_steps) * kStep /
                             static_cast<double>(load.last_time - load.first_time));
      }
    }
    double busy = 0, of_periods = 0;
    int64_t items = 0;
    for (const PerformerLoad& load : got->performers) busy += load.busy_seconds;
    for (const LoadPeriod& period : got->periods) {
      of_periods += period.busy_seconds;
      items += period.item_count;
    }
    EXPECT_NEAR(of_periods, busy, 1e-6);
    EXPECT_EQ(items, got->item_count);
  });
}

// Chains of items by the words of the definition, one item after another.
TEST(OrganizationProperty, BatchesEqualTheDefinition) {
  ForRandomLogs([](const std::vector<TestRow>& rows, const std::vector<TestRow>& shuffled) {
    for (const bool only_collected : {true, false}) {
      BatchOptions options;
      options.gap = 1800 * kSecond;
      options.only_collected = only_collected;
      const Work work = WorkOf(rows);
      const auto ready = [](const WorkItem& item) {
        return item.ready == kNoTime ? item.begin() : std::min(item.ready, item.begin());
      };
      int64_t batches = 0, batched = 0;
      double gathering = 0;
      std::map<std::pair<uint32_t, uint32_t>, std::vector<WorkItem>> groups;
      for (const WorkItem& item : work.items) {
        if (item.performer != kNoText) groups[{item.activity, item.performer}].push_back(item);
      }
      for (auto& [key, items] : groups) {
        std::sort(items.begin(), items.end(), [&](const WorkItem& a, const WorkItem& b) {
          return std::tuple(a.begin(), a.end, ready(a), a.case_number) <
                 std::tuple(b.begin(), b.end, ready(b), b.case_number);
        });
        std::vector<WorkItem> chain;
        const auto close = [&] {
          std::set<uint32_t> cases;
          int64_t last_ready = INT64_MIN;
          for (const WorkItem& item : chain) {
            cases.insert(item.case_number);
            last_ready = std::max(last_ready, ready(item));
          }
          if (cases.size() >= 2) {
            ++batches;
            batched += static_cast<int64_t>(chain.size());
            for (const WorkItem& item : chain) {
              gathering +=
                  static_cast<double>(std::min(last_ready, item.begin()) - ready(item)) / 1e6;
            }
          }
          chain.clear();
        };
        for (const WorkItem& item : items) {
          bool joins = !chain.empty();
          int64_t last_end = INT64_MIN;
          for (const WorkItem& before : chain) last_end = std::max(last_end, before.end);
          if (joins && item.begin() > last_end + options.gap) joins = false;
          if (joins && only_collected && ready(item) > chain[0].begin()) joins = false;
          if (!joins) close();
          chain.push_back(item);
        }
        close();
      }
      const auto got = FindBatches(WorkOf(shuffled), options, GoOn);
      ASSERT_TRUE(got.ok()) << got.status();
      EXPECT_EQ(got->all.batch_count, batches);
      EXPECT_EQ(got->all.batched_count, batched);
      EXPECT_NEAR(got->all.gathering_seconds, gathering, 1e-6);
    }
  });
}

TEST(OrganizationProperty, TheOrderOfRowsDoesNotMatter) {
  ForRandomLogs([](const std::vector<TestRow>& rows, const std::vector<TestRow>& shuffled) {
    for (const char* group_by : {"", "team"}) {
      bool any = *group_by == '\0';
      for (const TestRow& row : rows) any |= !row.attributes.empty();
      if (!any) continue;
      const Work one = WorkOf(rows, group_by), other = WorkOf(shuffled, group_by);
      EXPECT_EQ(one.items, other.items);
      EXPECT_EQ(one.performers, other.performers);
      const auto effect = MeasureLoadEffect(one, {7200 * kSecond, 4}, GoOn);
      const auto again = MeasureLoadEffect(other, {7200 * kSecond, 4}, GoOn);
      EXPECT_EQ(effect->correlation, again->correlation);
      ASSERT_EQ(effect->bins.size(), again->bins.size());
      for (size_t b = 0; b < effect->bins.size(); ++b) {
        EXPECT_EQ(effect->bins[b].median_ratio, again->bins[b].median_ratio);
      }
    }
  });
}

}  // namespace
}  // namespace plumbline::analytics
