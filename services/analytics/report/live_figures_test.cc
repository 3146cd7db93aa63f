// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/live_figures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/analytics/mining/time_multiset.h"
#include "services/analytics/report/report_testing.h"

namespace plumbline::analytics {
namespace {

// Everything of an answer, to the last bit.
std::string Dump(double value) { return absl::StrFormat("%a ", value); }
std::string Dump(const Distribution& d) {
  return absl::StrCat("[", d.count, " ", Dump(d.mean), Dump(d.median), Dump(d.p90), Dump(d.p95),
                      Dump(d.p99), Dump(d.min), Dump(d.max), Dump(d.total), "]");
}
std::string Dump(const Omitted& omitted) {
  return absl::StrCat("omitted ", omitted.count, " ", Dump(omitted.share));
}
std::string Dump(const Edge& e) {
  return absl::StrCat("\n edge ", e.from, " ", e.to, " ", e.count, " ", e.case_count, Dump(e.wait));
}
std::string Dump(const ProcessMap& map) {
  std::string text =
      absl::StrCat("map ", map.event_count, " ", map.case_count, " ", map.omitted_count,
                   Dump(map.omitted_activities), Dump(map.omitted_edges));
  for (const ActivityNode& n : map.activities) {
    absl::StrAppend(&text, "\n node ", n.activity, " ", n.count, " ", n.case_count, " ",
                    n.rework_case_count, " ", n.start_count, " ", n.end_count, " ",
                    n.self_loop_count, Dump(n.service));
  }
  for (const Edge& edge : map.edges) text += Dump(edge);
  return text;
}
std::string Dump(const Variant& v) {
  std::string text = absl::StrCat("\n variant ", v.activity_count, " ", v.count, " ",
                                  v.open_case_count, " ", Dump(v.share), Dump(v.duration));
  for (const uint32_t activity : v.activities) absl::StrAppend(&text, " ", activity);
  return text;
}
std::string Dump(const StepTime& s) {
  return absl::StrCat("\n step ", s.activity, " ", s.count, Dump(s.waiting), Dump(s.working),
                      Dump(s.blocked), s.late_count, " ", s.due_count, " ", s.rework_case_count,
                      " ", s.case_count, " ", Dump(s.planned_seconds));
}
std::string Dump(const ParetoBar& b) {
  return absl::StrCat("\n bar ", b.cause.category, "/", b.cause.utility, " ", b.count, " ",
                      Dump(b.lost_seconds), Dump(b.share), Dump(b.cumulative_share), b.case_count,
                      b.worst_activity);
}
std::string Dump(const TargetAttainment& t) {
  return absl::StrCat("\n target ", t.case_count, " ", t.inside_count, " ", t.outside_count, " ",
                      t.undecided_count, " ", Dump(t.share), t.target, Dump(t.target_seconds));
}
std::string Dump(const Finding& f) {
  std::string text = absl::StrCat("\n finding ", f.rank, " ", static_cast<int>(f.kind), f.headline,
                                  " ", Dump(f.lost_seconds), f.case_count, f.subject);
  for (const std::string& sentence : f.evidence) absl::StrAppend(&text, "\n  ", sentence);
  return text;
}
std::string Dump(const Report& r) {
  std::string text = Dump(r.process_map);
  for (const Variant& variant : r.variants) text += Dump(variant);
  absl::StrAppend(&text, "\n", r.variant_count, Dump(r.omitted_variants), Dump(r.case_duration),
                  r.open_case_count);
  for (const StepTime& step : r.steps) text += Dump(step);
  for (const ParetoBar& bar : r.impediments) text += Dump(bar);
  if (r.bottleneck.has_value()) text += Dump(*r.bottleneck);
  absl::StrAppend(&text, Dump(r.bottleneck_share), Dump(r.omitted_steps),
                  Dump(r.omitted_impediments));
  if (r.target.has_value()) text += Dump(*r.target);
  for (const Finding& finding : r.findings) text += Dump(finding);
  return text;
}

// What the random logs of a test have.
struct Shape {
  bool transitions = false, starts = false, attributes = false, ends = false;
  int cases = 12, activities = 5;
  std::vector<std::string> map_transitions = {};
};

class RowMaker {
 public:
  RowMaker(unsigned seed, const Shape& shape) : random_(seed), shape_(shape) {}

  int Pick(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

  // Events in any order, some far before what is there.
  std::vector<TestRow> Rows(int count) {
    std::vector<TestRow> rows;
    for (int i = 0; i < count; ++i) rows.push_back(Row());
    now_ += count;
    return rows;
  }

 private:
  TestRow Row() {
    TestRow row{absl::StrCat("c", Pick(shape_.cases)), absl::StrCat("a", Pick(shape_.activities)),
                (Pick(4) == 0 ? Pick(now_ + 1) : now_ + Pick(9)) * 1'000'003};
    if (shape_.transitions) {
      constexpr const char* kTransitions[] = {"schedule", "start",    "suspend",
                                              "resume",   "complete", "Complete",
                                              "withdraw", "comment",  ""};
      row.transition = kTransitions[Pick(9)];
    }
    if (shape_.starts && Pick(3)) row.start = row.time - Pick(6) * 500'001;
    if (!shape_.attributes) return row;
    if (Pick(3) == 0) row.attributes.emplace_back("task", absl::StrCat("t", Pick(2)));
    if (Pick(3) == 0) row.attributes.emplace_back("category", absl::StrCat("CATEGORY_", Pick(3)));
    if (Pick(4) == 0) row.attributes.emplace_back("utility", absl::StrCat("w/u", Pick(2)));
    if (Pick(4) == 0) row.attributes.emplace_back("impediment", absl::StrCat("i", Pick(2)));
    if (Pick(3) == 0)
      row.attributes.emplace_back("due_time", Instant{row.time + (Pick(30) - 5) * 900'000});
    if (Pick(5) == 0)
      row.attributes.emplace_back("earliest_time", Instant{row.time + Pick(9) * 700'000});
    if (Pick(6) == 0) row.attributes.emplace_back("target", absl::StrCat("in ", Pick(2)));
    if (shape_.ends && Pick(12) == 0) row.attributes.emplace_back("case_finished", Pick(3) > 0);
    return row;
  }

  std::mt19937 random_;
  const Shape shape_;
  int now_ = 0;
};

absl::Status GoOn() { return absl::OkStatus(); }

LiveSource SourceOf(EventLogBuilder& builder, const Shape& shape) {
  return {builder.Snapshot(), shape.map_transitions, builder.ActivityNumbers(),
          builder.ActivitiesFrom(0)};
}

std::unique_ptr<LiveFigures> Anew(EventLogBuilder& builder, const Shape& shape) {
  return *LiveFigures::Make(SourceOf(builder, shape), GoOn);
}

std::vector<ReportOptions> OptionsOf(const Shape& shape, RowMaker& maker) {
  ReportOptions own{.map_transitions = shape.map_transitions}, asked = own;
  asked.target_micros = maker.Pick(40) * 1'000'003;
  asked.map = {.activities = 1 + maker.Pick(5), .edges = maker.Pick(9), .edge_coverage = 0.8};
  asked.variants = {.variants = 1 + maker.Pick(4), .activities = 3, .all_activities = 9};
  asked.max_steps = 2;
  asked.max_impediments = 1;
  return {own, asked};
}

void ExpectEqual(LiveFigures& live, const std::vector<TestRow>& rows, const Shape& shape,
                 RowMaker& maker) {
  const auto log = MakeLog(rows);
  ASSERT_EQ(live.names()->activities, log->activities);
  EXPECT_EQ(live.event_count(), static_cast<int64_t>(log->size()));
  EXPECT_EQ(live.case_count(), static_cast<int64_t>(log->case_count()));
  for (const ReportOptions& options : OptionsOf(shape, maker))
    ASSERT_EQ(Dump(live.MakeReport(options)), Dump(MakeReport(log, options)));
  const Traces traces(log, {shape.map_transitions});
  ASSERT_EQ(Dump(live.Map({})), Dump(MineProcessMap(traces)));
  const Variants variants(traces);
  ASSERT_EQ(live.variant_count(), variants.size());
  const int64_t first = variants.size() == 0 ? 0 : maker.Pick(static_cast<int>(variants.size()));
  int64_t before = -1, expected_before = 0;
  for (int64_t i = 0; i < first; ++i) expected_before += variants.CountOf(static_cast<size_t>(i));
  std::string shown, expected;
  for (const Variant& v : live.VariantsFrom(first, {3}, &before)) shown += Dump(v);
  for (const Variant& v : variants.Page(traces, first, {3})) expected += Dump(v);
  ASSERT_EQ(shown, expected);
  EXPECT_EQ(before, expected_before);
}

// Whatever comes in whatever order, the figures are those of the whole log.
void RunRandomLogs(const Shape& shape, int rounds) {
  int made_anew = 0;
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE(round);
    RowMaker maker(static_cast<unsigned>(round) * 7 + 1, shape);
    EventLogBuilder builder;
    std::vector<TestRow> all;
    std::unique_ptr<LiveFigures> live = Anew(builder, shape);
    size_t names = 0, done = 0;
    for (int batch = 0; batch < 8; ++batch) {
      const auto rows = maker.Rows(maker.Pick(40));
      all.insert(all.end(), rows.begin(), rows.end());
      builder.Append(MakeBatch(rows));
      const auto more = builder.ActivitiesFrom(names);
      if (!*live->Update(builder.Touched(done), more, GoOn)) {
        live = Anew(builder, shape);
        ++made_anew;
      }
      names = builder.ActivitiesFrom(0).size();
      done = builder.pending();
      if (maker.Pick(3) == 0) {
        builder.Snapshot();
        done = 0;
      }
      ASSERT_NO_FATAL_FAILURE(ExpectEqual(*live, all, shape, maker));
    }
  }
  EXPECT_EQ(made_anew > 0, shape.ends);
}

// Figures that are some snapshots behind take in what the later one has more.
void RunSnapshots(const Shape& shape, int rounds) {
  int made_anew = 0;
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE(round);
    RowMaker maker(static_cast<unsigned>(round) * 5 + 2, shape);
    EventLogBuilder builder;
    std::vector<TestRow> all;
    LiveSource source = SourceOf(builder, shape);
    std::unique_ptr<LiveFigures> live = *LiveFigures::Make(source, GoOn);
    for (int batch = 0; batch < 10; ++batch) {
      const auto rows = maker.Rows(maker.Pick(30));
      all.insert(all.end(), rows.begin(), rows.end());
      builder.Append(MakeBatch(rows));
      LiveSource next = SourceOf(builder, shape);
      if (maker.Pick(3) == 0) continue;  // passes this one over
      const std::vector<std::string> more = builder.ActivitiesFrom(source.names.size());
      const TouchedCases touched =
          TouchedBetween({*source.log, source.numbers}, {*next.log, next.numbers});
      if (!*live->Update(touched, more, GoOn)) {
        live = *LiveFigures::Make(next, GoOn);
        ++made_anew;
      }
      source = std::move(next);
      ASSERT_NO_FATAL_FAILURE(ExpectEqual(*live, all, shape, maker));
    }
  }
  EXPECT_EQ(made_anew > 0, shape.ends);
}

TEST(LiveFiguresTest, FromOneSnapshotToALaterOne) {
  RunSnapshots({}, 40);
  RunSnapshots({.starts = true}, 40);
  RunSnapshots({.transitions = true, .starts = true, .attributes = true, .ends = true}, 40);
  RunSnapshots({.transitions = true, .attributes = true, .map_transitions = {"complete"}}, 40);
  RunSnapshots({.transitions = true, .cases = 200, .activities = 60}, 15);
}

TEST(LiveFiguresTest, StopsWhenItIsTold) {
  EventLogBuilder builder;
  RowMaker maker(3, {});
  builder.Append(MakeBatch(maker.Rows(30)));
  const auto stopped =
      LiveFigures::Make(SourceOf(builder, {}), [] { return absl::CancelledError("nobody waits"); });
  EXPECT_TRUE(absl::IsCancelled(stopped.status()));
}

TEST(LiveFiguresTest, PlainLogs) { RunRandomLogs({}, 60); }

TEST(LiveFiguresTest, LogsWithStarts) { RunRandomLogs({.starts = true}, 60); }

TEST(LiveFiguresTest, LifeCycles) {
  RunRandomLogs({.transitions = true, .attributes = true}, 60);
  RunRandomLogs(
      {.transitions = true, .starts = true, .attributes = true, .map_transitions = {"complete"}},
      60);
}

TEST(LiveFiguresTest, LogsThatMarkTheirEnds) {
  RunRandomLogs({.transitions = true, .starts = true, .attributes = true, .ends = true}, 60);
}

TEST(LiveFiguresTest, ManyVariantsAndNames) {
  RunRandomLogs({.transitions = true, .cases = 200, .activities = 60}, 20);
}

TEST(LiveFiguresTest, FewCasesWithManyEvents) { RunRandomLogs({.cases = 1, .activities = 30}, 20); }

// Against a sorted copy, with many values that are equal.
TEST(TimeMultisetTest, RandomChanges) {
  std::mt19937 random(5);
  for (int round = 0; round < 20; ++round) {
    TimeMultiset set, other;
    std::vector<int64_t> expected;
    const int kinds = round % 2 == 0 ? 40 : 1'000'000;
    for (int i = 0; i < 9'000; ++i) {
      if (!expected.empty() && random() % 5 < 2) {
        const size_t at = random() % expected.size();
        set.Remove(expected[at]);
        expected[at] = expected.back();
        expected.pop_back();
      } else {
        expected.push_back(static_cast<int64_t>(random() % static_cast<unsigned>(kinds)) - 20);
        set.Add(expected.back());
      }
    }
    for (int i = 0; i < 3'000; ++i) {
      expected.push_back(static_cast<int64_t>(random() % 1'000));
      other.AddLater(expected.back());
    }
    other.Settle();
    TimeUnion all;
    all.Add(set);
    all.Add(other);
    std::sort(expected.begin(), expected.end());
    ASSERT_EQ(all.size(), static_cast<int64_t>(expected.size()));
    for (size_t k = 0; k < expected.size(); k += 97)
      ASSERT_EQ(all.At(static_cast<int64_t>(k)), expected[k]);
    const int64_t middle = expected[expected.size() / 2];
    const auto above = std::upper_bound(expected.begin(), expected.end(), middle);
    EXPECT_EQ(all.CountUpTo(middle), above - expected.begin());
    absl::int128 sum = 0;
    for (auto it = above; it != expected.end(); ++it) sum += *it;
    EXPECT_TRUE(all.SumAbove(middle) == sum);
    EXPECT_EQ(Dump(all.Describe()), Dump(Describe(expected)));
  }
}

TEST(TimeMultisetTest, GivesItsMemoryBack) {
  TimeMultiset set;
  for (int64_t i = 0; i < 100'000; ++i) set.Add(i);
  for (int64_t i = 0; i < 99'000; ++i) set.Remove(i);
  EXPECT_LT(set.memory_bytes(), 64u << 10);
  for (int64_t i = 99'000; i < 100'000; ++i) set.Remove(i);
  EXPECT_LT(set.memory_bytes(), 1u << 10);
  EXPECT_EQ(set.size(), 0);
}

}  // namespace
}  // namespace plumbline::analytics
