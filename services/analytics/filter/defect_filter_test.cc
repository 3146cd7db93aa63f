// SPDX-License-Identifier: Apache-2.0
//
// From the bars of Pareto charts to their cases: in random logs each bar's condition finds exactly
// the cases that a chart of theirs alone has this bar of.
#include "services/analytics/filter/defect_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "services/analytics/defects/quality_pareto.h"
#include "services/analytics/filter/log_part.h"
#include "services/analytics/filter/own_events.h"
#include "services/analytics/filter/select_by_defects.h"
#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics {
namespace {

using Options = QualityParetoOptions;
using Texts = std::vector<std::string>;

absl::Status Go() { return absl::OkStatus(); }

class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  bool OneIn(unsigned n) { return random_() % n == 0; }
  int64_t Below(unsigned n) { return static_cast<int64_t>(random_() % n); }
  template <class T>
  const T& Of(const std::vector<T>& all) {
    return all[random_() % all.size()];
  }

 private:
  std::mt19937 random_;
};

std::vector<TestRow> RandomRows(Dice& dice) {
  static const Texts kTransitions = {"schedule",   "start",  "suspend", "resume", "complete",
                                     "complete",   "complete", "manualskip", "submit", "verify",
                                     "withdraw", "custom", ""};
  std::vector<TestRow> rows;
  for (int64_t i = 40 + dice.Below(160); i > 0; --i) {
    TestRow row{absl::StrCat("case", dice.Below(25)), dice.Of(Texts{"A", "B \"x\"", "C*"}),
                1'000'000 * dice.Below(500), dice.Of(kTransitions)};
    const auto say = [&](const char* key, AttributeValue value) {
      row.attributes.emplace_back(key, std::move(value));
    };
    if (dice.OneIn(4)) say("due_time", Instant{1'000'000 * dice.Below(600)});
    if (dice.OneIn(4)) {
      say("defects", dice.Of(Texts{"rejected", "form", "rejected,form", "form,REWORK", "", "a*b"}));
    }
    if (dice.OneIn(3)) say("category", dice.Of(Texts{"WAIT", "DOWN", ""}));
    if (dice.OneIn(3)) say("utility", dice.Of(Texts{"workspaces/w/utilities/crm", ""}));
    if (dice.OneIn(6)) say("region", dice.Of(std::vector<AttributeValue>{"EMEA", "", int64_t{7}}));
    if (dice.OneIn(20)) say("case_finished", true);
    rows.push_back(std::move(row));
  }
  return rows;
}

Options RandomOptions(Dice& dice) {
  Options options;
  options.subject = dice.OneIn(4) ? Options::Subject::kImpediments : Options::Subject::kDefects;
  std::vector groupings = {Options::Grouping::kCause, Options::Grouping::kStep,
                           Options::Grouping::kAttribute};
  if (options.subject == Options::Subject::kImpediments)
    groupings.push_back(Options::Grouping::kUtility);
  options.grouping = dice.Of(groupings);
  if (options.grouping == Options::Grouping::kAttribute) options.attribute = "region";
  if (dice.OneIn(2)) return options;
  options.defects.sources = {};
  for (const DefectSource source : kDefectSources) {
    if (dice.OneIn(2)) options.defects.sources.Add(source);
  }
  return options;
}

// Rework with one kind alone of what was found defective has no name in filters.
bool HasNoName(const Options& options) {
  const DefectSources& asked = options.defects.sources;
  return options.subject == Options::Subject::kDefects && asked.Has(DefectSource::kRework) &&
         asked.Has(DefectSource::kFailedVerification) != asked.Has(DefectSource::kReported);
}

class Filtered {
 public:
  Filtered(const std::vector<TestRow>& rows, Texts map_transitions)
      : log_(MakeLog(rows)),
        map_transitions_(std::move(map_transitions)),
        traces_(log_, {.transitions = map_transitions_}),
        variants_(traces_) {}

  absl::StatusOr<QualityPareto> Pareto(const Options& options) const {
    return MakeQualityPareto(*log_, map_transitions_, options, Go);
  }
  std::string Find(const SelectionText& text) const {
    const auto selection = Selection::Compile("selection", text);
    EXPECT_TRUE(selection.ok()) << selection.status();
    if (!selection.ok()) return "";
    const auto found =
        Select(*selection, {*log_, traces_, [&]() -> const Variants& { return variants_; }},
               map_transitions_, Go);
    EXPECT_TRUE(found.ok()) << found.status();
    return Names([&](size_t c) { return found->cases[c]; });
  }
  // Of which a chart of one case alone has the bar.
  std::string With(const QualityBar& bar, const Options& options) const {
    return Names([&](size_t c) {
      Selected one{BitSet(log_->case_count()), std::nullopt, {}};
      one.cases.Set(c);
      const auto pareto =
          MakeQualityPareto(*PartOf(*log_, one), map_transitions_, options, Go).value();
      for (const QualityBar& own : pareto.bars) {
        if (own.label == bar.label && own.cases.filter == bar.cases.filter &&
            own.cases.event_filter == bar.cases.event_filter)
          return true;
      }
      return false;
    });
  }

 private:
  template <class Is>
  std::string Names(const Is& is) const {
    Texts names;
    for (size_t c = 0; c < log_->case_count(); ++c) {
      if (is(c)) names.emplace_back(log_->cases[c].data(), log_->cases[c].size());
    }
    return absl::StrJoin(names, " ");
  }

  const std::shared_ptr<const LogSnapshot> log_;
  const Texts map_transitions_;
  const Traces traces_;
  const Variants variants_;
};

TEST(DefectFilter, TheCasesOfABarAreExactlyThose) {
  int bars = 0;
  for (unsigned seed = 1; seed <= 400; ++seed) {
    Dice dice(seed);
    const std::vector<TestRow> rows = RandomRows(dice);
    const Filtered log(rows, dice.Of(std::vector<Texts>{{}, {"complete"}, {"custom", "start"}}));
    const Options options = RandomOptions(dice);
    const auto pareto = log.Pareto(options);
    if (!pareto.ok()) continue;  // no event has the attribute
    for (const QualityBar& bar : pareto->bars) {
      SCOPED_TRACE(absl::StrCat("seed ", seed, " ", bar.label, ": ", bar.cases.filter, "|",
                                bar.cases.event_filter));
      if (HasNoName(options) && bar.cases.empty()) continue;
      ASSERT_FALSE(bar.cases.empty());
      const std::string found =
          log.Find({.filter = bar.cases.filter, .event_filter = bar.cases.event_filter});
      ASSERT_EQ(bar.case_count, found.empty() ? 0 : 1 + std::count(found.begin(), found.end(), ' '))
          << found;
      if (options.defects.sources == DefectSources::All()) {
        ASSERT_EQ(found, log.With(bar, options));
      }
      ++bars;
    }
  }
  EXPECT_GT(bars, 500);
}

TEST(DefectFilter, KeysAndSteps) {
  const auto row = [](const char* id, int64_t second, const char* activity,
                      std::vector<std::pair<std::string, AttributeValue>> attributes = {}) {
    return TestRow{id, activity, second * 1'000'000, "complete", kNoTime, "", attributes};
  };
  // A time on the first event would be due of the whole case.
  const Filtered log({row("1", 0, "Send"), row("1", 1, "Sign", {{"due_time", Instant{0}}}),
                      row("2", 1, "Sign"), row("2", 2, "Sign"),
                      row("3", 1, "Sign", {{"defects", std::string("form")}}),
                      row("3", 2, "Sign"), row("4", 1, "Send")},
                     {});
  const auto find = [&](const char* filter) { return log.Find({.filter = filter}); };
  EXPECT_EQ(find("defects:*"), "1 2 3");
  EXPECT_EQ(find("defects:any"), "1 2 3");
  EXPECT_EQ(find("NOT defects:*"), "4");
  EXPECT_EQ(find("defects.rework = Sign"), "2");  // of 3 it is the repair
  EXPECT_EQ(find("defects.repeated = \"Si*\""), "2 3");
  EXPECT_EQ(find("defects.any = Send"), "");
  EXPECT_EQ(find("reported_defects:form"), "3");
  EXPECT_EQ(find("reported_defects:*"), "3");
  const auto unknown = Selection::Compile("selection", {.filter = "defects:late"});
  EXPECT_THAT(base::FieldViolationsOf(unknown.status())[0].description,
              testing::HasSubstr("there are rework, failed_verification, waived, missed_target"));
  for (const char* text : {"defects:*", "defects.rework = Sign", "reported_defects:form"})
    EXPECT_FALSE(IsByOwnEvents(Selection::Compile("s", {.filter = text}).value())) << text;
}

}  // namespace
}  // namespace plumbline::analytics
