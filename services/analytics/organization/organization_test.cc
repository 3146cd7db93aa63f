// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/base/error.h"
#include "services/analytics/organization/batches.h"
#include "services/analytics/organization/handovers.h"
#include "services/analytics/organization/load_effect.h"
#include "services/analytics/organization/organization_testing.h"
#include "services/analytics/organization/workload.h"

namespace plumbline::analytics {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int64_t kHour = 3600;

absl::Status Over() { return absl::DeadlineExceededError("over"); }

// Ada draws, Bob checks twice, the machine files, Ada signs.
std::vector<TestRow> Contract() {
  return {Did("1", "draw", "ada", 0, 10),    Did("1", "check", "bob", 30, 40),
          Did("1", "check", "bob", 50, 60),  Did("1", "file", "", kNoTime, 61),
          Did("1", "sign", "ada", 65, 70),   Did("2", "draw", "ada", 100, 110),
          Did("2", "check", "bob", 105, 120)};
}

TEST(Work, PerformersAreResourcesByName) {
  const Work work = WorkOf(Contract());
  EXPECT_THAT(work.performers, ElementsAre("ada", "bob"));
  EXPECT_EQ(work.items.size(), 7u);
  EXPECT_EQ(work.unassigned_count, 1);
  EXPECT_TRUE(work.has_starts);
  EXPECT_EQ(work.CaseItems(1).size(), 2u);
}

TEST(Work, LifeCyclesArePairedAndTheStartMayNameThePerformer) {
  std::vector<TestRow> rows = {{"1", "a", 1, "start", kNoTime, "ada"}, {"1", "a", 5, "complete"}};
  const Work work = WorkOf(rows);
  ASSERT_EQ(work.items.size(), 1u);
  EXPECT_EQ(work.items[0].start, 1);
  EXPECT_EQ(work.items[0].end, 5);
  EXPECT_THAT(work.performers, ElementsAre("ada"));
}

TEST(Work, TeamsAreAttributesOfEventsOrCases) {
  std::vector<TestRow> rows = Contract();
  rows[0].attributes = {{"team", std::string("sales")}, {"case:region", std::string("north")}};
  rows[1].attributes = {{"team", int64_t{7}}};
  const Work teams = WorkOf(rows, "team");
  EXPECT_THAT(teams.performers, ElementsAre("7", "sales"));
  EXPECT_EQ(teams.unassigned_count, 5);
  const Work regions = WorkOf(rows, "case:region");
  EXPECT_THAT(regions.performers, ElementsAre("north"));
  EXPECT_EQ(regions.unassigned_count, 2);
  const auto none = ReadWork(*MakeLog(rows), {{}, "tem"}, GoOn);
  EXPECT_EQ(base::ReasonOf(none.status()), base::Reason::ERROR_REASON_FIELD_INVALID);
  EXPECT_THAT(none.status().message(), HasSubstr("team"));
}

TEST(Handovers, CountsCasesAndWaits) {
  const auto handovers = MineHandovers(WorkOf(Contract()), {}, GoOn);
  ASSERT_TRUE(handovers.ok()) << handovers.status();
  ASSERT_EQ(handovers->pairs.size(), 1u);
  const Handover& pair = handovers->pairs[0];  // ada to bob
  EXPECT_EQ(pair.count, 2);
  EXPECT_EQ(pair.case_count, 2);
  EXPECT_DOUBLE_EQ(pair.wait.max, 20);
  EXPECT_DOUBLE_EQ(pair.wait.min, -5);  // bob began before ada was done
  EXPECT_DOUBLE_EQ(pair.wait.median, 7.5);
  EXPECT_EQ(handovers->handover_count, 2);
  EXPECT_EQ(handovers->kept_count, 1);
  EXPECT_EQ(handovers->unknown_count, 2);  // to the machine and from it
  EXPECT_EQ(handovers->case_count, 2);
  EXPECT_EQ(handovers->parts[0].given, 2);
  EXPECT_EQ(handovers->parts[1].received, 2);
  EXPECT_EQ(handovers->parts[1].kept, 1);

  HandoverOptions kept;
  kept.include_kept = true;
  EXPECT_EQ(MineHandovers(WorkOf(Contract()), kept, GoOn)->pairs.size(), 2u);
  HandoverOptions slow;
  slow.between = [](int64_t from, int64_t to) { return 2 * (to - from); };
  EXPECT_DOUBLE_EQ(MineHandovers(WorkOf(Contract()), slow, GoOn)->pairs[0].wait.max, 40);
}

TEST(Handovers, TooManyPairsAndTheCallersErrorEndIt) {
  HandoverOptions few;
  few.most_pairs = 1;
  few.include_kept = true;
  const auto refused = MineHandovers(WorkOf(Contract()), few, GoOn);
  EXPECT_EQ(base::ReasonOf(refused.status()), base::Reason::ERROR_REASON_FIELD_INVALID);
  EXPECT_EQ(MineHandovers(WorkOf(Contract()), {}, Over).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  EXPECT_FALSE(MineTogether(WorkOf(Contract()), 10, Over).ok());
  EXPECT_FALSE(MeasureWorkload(WorkOf(Contract()), {}, Over).ok());
  EXPECT_FALSE(MeasureLoadEffect(WorkOf(Contract()), {kHour, 10}, Over).ok());
  EXPECT_FALSE(FindBatches(WorkOf(Contract()), {}, Over).ok());
}

TEST(Together, SharesOfCases) {
  std::vector<TestRow> rows = Contract();
  rows.push_back(Did("3", "draw", "ada", 200, 210));
  const auto pairs = MineTogether(WorkOf(rows), 10, GoOn);
  ASSERT_TRUE(pairs.ok()) << pairs.status();
  ASSERT_EQ(pairs->size(), 1u);
  EXPECT_EQ(pairs->at(0).case_count, 2);
  EXPECT_EQ(pairs->at(0).first_case_count, 3);
  EXPECT_EQ(pairs->at(0).second_case_count, 2);
}

TEST(Workload, OfOnePersonOverTwoDays) {
  const int64_t day = 24 * kHour;
  const auto workload =
      MeasureWorkload(WorkOf({Did("1", "a", "ada", 9 * kHour, 11 * kHour),
                              Did("2", "a", "ada", 10 * kHour, 12 * kHour),
                              Did("1", "b", "ada", 12 * kHour, 13 * kHour),
                              Did("1", "a", "ada", day + 9 * kHour, day + 10 * kHour)}),
                      {absl::UTCTimeZone(), PeriodLength::kDay, {}}, GoOn);
  ASSERT_TRUE(workload.ok()) << workload.status();
  ASSERT_EQ(workload->performers.size(), 1u);
  const PerformerLoad& ada = workload->performers[0];
  EXPECT_EQ(ada.item_count, 4);
  EXPECT_EQ(ada.case_count, 2);
  EXPECT_EQ(ada.activity_count, 2);
  EXPECT_EQ(ada.active_days, 2);
  EXPECT_EQ(ada.busiest_day_items, 3);
  EXPECT_DOUBLE_EQ(ada.items_per_active_day(), 2);
  EXPECT_DOUBLE_EQ(ada.items_per_week(), 4);
  EXPECT_DOUBLE_EQ(ada.service.total, 6 * kHour);
  EXPECT_DOUBLE_EQ(ada.busy_seconds, 5 * kHour);
  EXPECT_DOUBLE_EQ(ada.utilisation(), 0.2);
  EXPECT_EQ(ada.most_open_items, 2);
  EXPECT_EQ(ada.most_open_cases, 2);
  EXPECT_DOUBLE_EQ(ada.mean_open_cases, 27.0 / 25);  // 25 h of case 1 and 2 h of case 2
  ASSERT_EQ(workload->periods.size(), 2u);
  EXPECT_EQ(workload->periods[0].item_count, 3);
  EXPECT_DOUBLE_EQ(workload->periods[0].busy_seconds, 4 * kHour);
  EXPECT_DOUBLE_EQ(workload->periods[0].mean_open_cases, 17.0 / 24);
  EXPECT_DOUBLE_EQ(workload->periods[1].mean_open_cases, 10.0 / 24);
}

TEST(Workload, PeriodsOfAZone) {
  absl::TimeZone berlin;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Berlin", &berlin));
  // 23:30 UTC is the next day there; 1970-01-01 was a Thursday.
  const Work work = WorkOf({Did("1", "a", "ada", kNoTime, 84'600)});
  const auto months = MeasureWorkload(work, {berlin, PeriodLength::kMonth, {}}, GoOn);
  EXPECT_EQ(months->periods.at(0).begin, -3600 * kSecond);
  const auto weeks = MeasureWorkload(work, {berlin, PeriodLength::kWeek, {}}, GoOn);
  EXPECT_EQ(weeks->periods.at(0).begin, -(3 * 86'400 + 3600) * kSecond);
  const auto days = MeasureWorkload(work, {berlin, PeriodLength::kDay, {}}, GoOn);
  EXPECT_EQ(days->periods.at(0).begin, (86'400 - 3600) * kSecond);
  const auto long_log = MeasureWorkload(
      WorkOf({Did("1", "a", "ada", kNoTime, 0), Did("1", "a", "ada", kNoTime, 2'000'000'000)}),
      {berlin, PeriodLength::kDay, {}}, GoOn);
  EXPECT_EQ(base::ReasonOf(long_log.status()), base::Reason::ERROR_REASON_FIELD_INVALID);
}

// Ten quiet days with one item, ten busy ones with four, each of which takes twice as long.
TEST(LoadEffect, MoreLoadSlowerWork) {
  std::vector<TestRow> rows;
  for (int64_t day = 0; day < 20; ++day) {
    for (int64_t i = 0; i < (day % 2 == 0 ? 1 : 4); ++i) {
      const int64_t begin = (2 * day * 24 + 8 + 2 * i) * kHour;
      rows.push_back(Did(absl::StrCat(day, "/", i), "a", "ada", begin, begin + 600 * (i + 1)));
    }
  }
  const auto effect = MeasureLoadEffect(WorkOf(rows), {24 * kHour * kSecond, 10}, GoOn);
  ASSERT_TRUE(effect.ok()) << effect.status();
  EXPECT_TRUE(effect->by_service);
  EXPECT_EQ(effect->item_count, 50);
  ASSERT_EQ(effect->bins.size(), 4u);
  EXPECT_EQ(effect->bins[0].count, 20);
  EXPECT_EQ(effect->bins[3].least_load, 3);
  EXPECT_DOUBLE_EQ(effect->bins[3].median_ratio / effect->bins[0].median_ratio, 4);
  EXPECT_DOUBLE_EQ(*effect->correlation, 1);
  EXPECT_LT(effect->p_value, 1e-9);
}

TEST(LoadEffect, NothingToSayOfFew) {
  const auto effect = MeasureLoadEffect(WorkOf(Contract()), {kHour * kSecond, 10}, GoOn);
  EXPECT_FALSE(effect->correlation.has_value());
  EXPECT_EQ(effect->p_value, 1);
}

// Each case gets ready by its first event; ada then works on the collected ones.
std::vector<TestRow> Collected(const std::vector<std::pair<int64_t, int64_t>>& stretches) {
  std::vector<TestRow> rows;
  for (size_t i = 0; i < stretches.size(); ++i) {
    const std::string id = absl::StrCat(i);
    rows.push_back(Did(id, "ask", "", static_cast<int64_t>(i), static_cast<int64_t>(i)));
    rows.push_back(Did(id, "sign", "ada", stretches[i].first, stretches[i].second));
  }
  return rows;
}

TEST(Batches, KindsByHowItemsLie) {
  struct Row {
    std::string name;
    std::vector<std::pair<int64_t, int64_t>> stretches;
    int64_t gap, batches, simultaneous, sequential, concurrent, batched;
  };
  for (const Row& row : std::vector<Row>{
           {"together", {{100, 110}, {100, 110}, {100, 110}}, 0, 1, 1, 0, 0, 3},
           {"one after another", {{100, 110}, {110, 120}, {120, 130}}, 0, 1, 0, 1, 0, 3},
           {"overlapping", {{100, 110}, {105, 120}}, 0, 1, 0, 0, 1, 2},
           {"within the gap", {{100, 110}, {115, 120}}, 5, 1, 0, 1, 0, 2},
           {"beyond the gap", {{100, 110}, {116, 120}}, 5, 0, 0, 0, 0, 0},
           {"alone", {{100, 110}}, 9, 0, 0, 0, 0, 0}}) {
    SCOPED_TRACE(row.name);
    BatchOptions options;
    options.gap = row.gap * kSecond;
    options.largest = 5;
    const auto found = FindBatches(WorkOf(Collected(row.stretches)), options, GoOn);
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(found->all.batch_count, row.batches);
    EXPECT_EQ(found->all.batches_of_kind[0], row.simultaneous);
    EXPECT_EQ(found->all.batches_of_kind[1], row.sequential);
    EXPECT_EQ(found->all.batches_of_kind[2], row.concurrent);
    EXPECT_EQ(found->all.batched_count, row.batched);
    EXPECT_EQ(found->largest.size(), static_cast<size_t>(row.batches));
  }
}

// Ready at 0, 1 and 2; begun at 100, 110, 120.
TEST(Batches, CostOfCollecting) {
  const auto found = FindBatches(WorkOf(Collected({{100, 110}, {110, 120}, {120, 130}})), {}, GoOn);
  ASSERT_EQ(found->work.size(), 1u);
  const BatchWork& sign = found->work[0];
  EXPECT_DOUBLE_EQ(sign.gathering_seconds, 2 + 1 + 0);
  EXPECT_DOUBLE_EQ(sign.waiting_seconds, 100 + 109 + 118);
  EXPECT_DOUBLE_EQ(sign.turn_seconds, 0 + 10 + 20);
  EXPECT_DOUBLE_EQ(sign.batched_share(), 1);
  EXPECT_DOUBLE_EQ(sign.mean_size(), 3);
}

// The second comes up while the first is worked on.
TEST(Batches, SteadyWorkCountsOnlyIfAskedFor) {
  const std::vector<TestRow> rows = {Did("1", "ask", "", 0, 0), Did("1", "sign", "ada", 5, 10),
                                     Did("2", "ask", "", 7, 7), Did("2", "sign", "ada", 10, 15)};
  BatchOptions options;
  EXPECT_EQ(FindBatches(WorkOf(rows), options, GoOn)->all.batch_count, 0);
  options.only_collected = false;
  EXPECT_EQ(FindBatches(WorkOf(rows), options, GoOn)->all.batch_count, 1);
}

TEST(Batches, TheSameCaseTwiceIsNoBatch) {
  const std::vector<TestRow> rows = {Did("1", "ask", "", 0, 0), Did("1", "sign", "ada", 5, 10),
                                     Did("1", "sign", "ada", 10, 15)};
  BatchOptions options;
  options.only_collected = false;
  EXPECT_EQ(FindBatches(WorkOf(rows), options, GoOn)->all.batch_count, 0);
}

}  // namespace
}  // namespace plumbline::analytics
