// SPDX-License-Identifier: Apache-2.0
//
// What a forecast of one case is made from, of sums that are kept, is that of the whole log, to the
// last digit.
#include "services/analytics/live/live_case_history.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/analytics/conformance/model.h"
#include "services/analytics/forecast/case_history.h"
#include "services/analytics/live/growing_log.h"

namespace plumbline::analytics {
namespace {

using conformance::Operator;

std::string Exactly(const TraceBag& bag) {
  std::map<std::string, int64_t> cases;
  for (size_t i = 0; i < bag.size(); ++i) {
    std::string trace;
    for (const uint32_t activity : bag[i]) absl::StrAppend(&trace, bag.names()[activity], ", ");
    cases[trace] += bag.count(i);
  }
  std::string text = absl::StrCat(bag.case_count(), " cases ");
  for (const auto& [trace, count] : cases) absl::StrAppend(&text, "\n", count, " x ", trace);
  return text;
}

std::string Exactly(const absl::StatusOr<forecast::CaseHistory>& all) {
  if (!all.ok()) return std::string(all.status().message());
  std::string text = absl::StrCat("\n", all->open_cases, " ", all->unfinished_cases, " ",
                                  all->older_cases, " ", all->extra_steps, " ", all->unknown_steps);
  for (const double duration : all->durations)
    absl::StrAppend(&text, absl::StrFormat(" %.17g", duration));
  for (const auto& node : all->nodes) {
    absl::StrAppend(&text, "\nnode ", node.skipped);
    for (const double time : node.times) absl::StrAppend(&text, absl::StrFormat(" %.17g", time));
    for (const int64_t taken : node.taken) absl::StrAppend(&text, " took ", taken);
  }
  return text;
}

// Any of the steps, again and again, of which the last is not known.
conformance::Tree Process() {
  std::vector<conformance::ModelNode> any, again;
  for (int s = 0; s < 4; ++s) any.push_back(conformance::Activity(absl::StrCat("step ", s)));
  again.push_back(conformance::Inner(Operator::kChoice, std::move(any)));
  again.push_back(conformance::Silent());
  return conformance::Tree(conformance::Inner(Operator::kLoop, std::move(again)));
}

// `one`: a case that does not count.
Question Ask(size_t most_cases, const std::string& one) {
  return {[] { return std::make_unique<LiveCaseHistory>(true, std::vector<std::string>()); },
          [=](LiveSums& sums, const LiveWhole& whole) {
            const auto& kept = static_cast<LiveCaseHistory&>(sums);
            const auto number = kept.NumberOf(whole, one);
            EXPECT_TRUE(!number.has_value() || whole.case_name(*number) == one);
            const auto latest = kept.LatestOf(whole, most_cases, number);
            auto history = forecast::LearnCases(
                *latest.cases.log, {}, Process(),
                {.as_of = whole.last_time, .most_cases = most_cases, .without = one}, Go);
            if (history.ok()) {
              EXPECT_LE(history->case_count() + history->unfinished_cases,
                        static_cast<int64_t>(most_cases));
              history->open_cases = latest.open_count;
              history->older_cases =
                  std::max<int64_t>(0, latest.ended_count - static_cast<int64_t>(most_cases));
            }
            return absl::StrCat(number.has_value(), " ", Exactly(kept.Bag(whole)),
                                Exactly(history));
          },
          [=](const std::shared_ptr<const LogSnapshot>& log) {
            bool there = false;
            for (size_t c = 0; c < log->case_count(); ++c) there |= log->cases[c] == one;
            return absl::StrCat(
                there, " ", Exactly(TraceBag(Traces(log, {}))),
                Exactly(forecast::LearnCases(
                    *log, {}, Process(),
                    {.as_of = log->LastTime(), .most_cases = most_cases, .without = one}, Go)));
          }};
}

TEST(LiveCaseHistory, IsThatOfTheWholeLog) {
  const std::vector<Question> questions = {Ask(1'000, ""), Ask(3, "case 7"), Ask(1, "no case"),
                                           Ask(10, "case 1")};
  for (unsigned seed = 0; seed < 24; ++seed) {
    Growing growing(seed);
    std::vector<std::unique_ptr<LiveQuestion>> live;
    for (const Question& question : questions) {
      auto made = LiveQuestion::Make(question.make(), SnapshotOf(growing.followed), Go);
      ASSERT_TRUE(made.ok()) << made.status();
      (*made)->Follow();
      live.push_back(*std::move(made));
    }
    for (int step = 0; step < 10; ++step) {
      std::vector<TestRow> rows = growing.log.Rows(1 + growing.log.Roll(40));
      // Some begin long after they end, which cannot be.
      if (step % 3 == 0) rows.back().start = rows.back().time + 30'000 * kMinute;
      growing.Append(rows);
      for (size_t i = 0; i < live.size(); ++i) {
        ASSERT_TRUE(live[i]->Update(growing.followed));
        for (int again = 0; again < 1 + step % 2; ++again)
          ASSERT_NO_FATAL_FAILURE(ExpectSame(*live[i], questions[i], growing))
              << "seed " << seed << " step " << step << " question " << i;
        EXPECT_GT(live[i]->memory_bytes(), 0);
      }
      if (growing.log.Roll(3) != 0) continue;
      growing.followed.Snapshot();
      for (const auto& one : live) one->Folded();
    }
  }
}

// What is read for an answer is accounted for before: the latest cases, with all that ended when
// the first of them did, and what is open.
TEST(LiveCaseHistory, AccountsForTheLatestCases) {
  std::vector<TestRow> rows;
  for (int c = 0; c < 400; ++c) {
    const int count = c < 300 ? 1 : 40;
    for (int r = 0; r < count; ++r)
      rows.push_back({absl::StrCat("case ", c), absl::StrCat("step ", r % 4),
                      kBegin + (std::min(c, 390) * 100 + r) * kMinute});
  }
  EventLogBuilder followed;
  followed.Append(MakeBatch(rows));
  auto made =
      LiveQuestion::Make(std::make_unique<LiveCaseHistory>(false, std::vector<std::string>()),
                         SnapshotOf(followed), Go);
  ASSERT_TRUE(made.ok()) << made.status();
  (*made)->Follow();
  const auto answer = [&](LiveSums& sums, const LiveWhole& whole) {
    const auto& kept = static_cast<LiveCaseHistory&>(sums);
    for (const auto& [most, cases] : {std::pair<size_t, size_t>{5, 10}, {50, 50}, {1'000, 400}}) {
      const auto latest = kept.LatestOf(whole, most, std::nullopt);
      EXPECT_EQ(latest.cases.log->case_count(), cases);
      EXPECT_GE(kept.latest_bytes(most), latest.cases.log->memory_bytes() * 3 / 4) << most;
      EXPECT_GE(kept.latest_bytes(most), 100 * latest.cases.log->size()) << most;
    }
    return absl::OkStatus();
  };
  const auto answered = (*made)->Answer(followed, answer, Go);
  ASSERT_TRUE(answered.ok() && *answered) << answered.status();
}

}  // namespace
}  // namespace plumbline::analytics
