// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/improvement/service/choice_warnings.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/expr/check.h"
#include "common/expr/parse.h"
#include "services/analytics/filter/fields.h"
#include "services/analytics/filter/matchers.h"
#include "services/analytics/filter/path_pattern.h"
#include "services/analytics/mining/case_ends.h"

namespace plumbline::analytics {
namespace {

using Test = expr::Test;

void TestsOf(const expr::Condition& condition, std::vector<const Test*>* tests) {
  if (condition.kind == expr::Condition::Kind::kTest) tests->push_back(&condition.test);
  for (const expr::Condition& child : condition.children) TestsOf(child, tests);
}

// Those that name activities which a case may come to.
std::vector<const Test*> ActivityTests(const Selection& selection) {
  std::vector<const Test*> cases, events;
  if (selection.cases().has_value()) TestsOf(*selection.cases(), &cases);
  if (selection.events().has_value()) TestsOf(*selection.events(), &events);
  const auto other = [](std::vector<const Test*>& tests, std::vector<int> fields) {
    std::erase_if(tests, [&](const Test* test) {
      return test->op == Test::Op::kPresent || !absl::c_linear_search(fields, test->field);
    });
  };
  other(cases, {kActivities, kFollows, kEventuallyFollows});
  other(events, {kEventActivity});
  cases.insert(cases.end(), events.begin(), events.end());
  return cases;
}

// By a test of ActivityTests: of cases where it is a path, of cases or events where it is a name.
bool Names(const Test& test, const std::string& activity) {
  const bool path = test.shape == expr::Shape::kList && test.field != kActivities;
  if (!path) return TextMatcher(test)(activity);
  const auto steps = ParsePath(test, 2);
  return steps.ok() && absl::c_any_of(*steps, [&](const PathStep& step) {
           return MatchesPieces(activity, step);
         });
}

// The activities that are only ever the last of a case that has ended, however often in a row.
std::vector<std::string> LastActivities(const LogView& view) {
  const Traces& traces = view.traces();
  const LogSnapshot& log = *view.log();
  const CaseEnds ends(log);
  std::vector<uint8_t> last(log.activities.size(), 0), within(log.activities.size(), 0);
  traces.activity().Visit([&](auto activity) {
    for (size_t c = 0; c < log.case_count(); ++c) {
      const uint32_t begin = traces.case_begin()[c];
      uint32_t end = traces.case_begin()[c + 1];
      if (begin < end && ends.HasEnded(c)) {
        const auto of = activity[end - 1];
        last[of] = 1;
        while (end > begin && activity[end - 1] == of) --end;
      }
      for (uint32_t row = begin; row < end; ++row) within[activity[row]] = 1;
    }
  });
  std::vector<std::string> names;
  for (size_t a = 0; a < log.activities.size(); ++a) {
    if (last[a] != 0 && within[a] == 0) names.push_back(log.activities[a]);
  }
  return names;
}

// "'Won', with which cases end", of each that the selection goes by.
void AddLastActivities(const Selection& selection, const LogView* whole,
                       std::vector<std::string>* outcomes) {
  const std::vector<const Test*> tests = ActivityTests(selection);
  if (tests.empty()) return;
  std::vector<std::string> names = selection.completion().activities;
  if (whole != nullptr) {
    for (std::string& name : LastActivities(*whole)) {
      if (!absl::c_linear_search(names, name)) names.push_back(std::move(name));
    }
  }
  for (const std::string& name : names) {
    if (absl::c_any_of(tests, [&](const Test* test) { return Names(*test, name); }))
      outcomes->push_back(absl::StrCat("'", name, "', with which cases end"));
  }
}

// What a selection takes cases by that is not known before they have run.
std::vector<std::string> OutcomesIn(const Selection& selection, const LogView* whole) {
  constexpr std::array<int, 9> kOutcomes = {kCaseEnd,      kCaseDuration,       kEventCount,
                                            kLastActivity, kRepeatedActivities, kSequence,
                                            kVariantRank,  kVariantCaseCount,   kOpen};
  std::vector<std::string> names;
  if (selection.cases().has_value()) {
    for (const int field : expr::FieldsOf(*selection.cases())) {
      if (absl::c_linear_search(kOutcomes, field)) names.push_back(CaseSchema().field(field).name);
    }
  }
  const auto& window = selection.window();
  if (window.has_value() &&
      (window->mode == TimeWindow::Mode::kEnded || window->mode == TimeWindow::Mode::kContained))
    names.emplace_back("when they ended");
  AddLastActivities(selection, whole, &names);
  return names;
}

// The same expression, however its words are quoted.
bool Same(const expr::Node& a, const expr::Node& b) {
  if (a.kind != b.kind || a.comparator != b.comparator || a.children.size() != b.children.size())
    return false;
  if (a.Text() != b.Text() || a.Pieces() != b.Pieces() || a.IsStar() != b.IsStar()) return false;
  return std::equal(a.children.begin(), a.children.end(), b.children.begin(), Same);
}

// Whether all (true) or none (false) of what `filter` keeps fulfils `condition`; nullopt: it does
// not say.
std::optional<bool> Decides(const expr::Node& filter, const expr::Node& condition) {
  using Kind = expr::Node::Kind;
  if (Same(filter, condition)) return true;
  if (filter.kind == Kind::kNot && Same(filter.children[0], condition)) return false;
  if (condition.kind == Kind::kNot && Same(condition.children[0], filter)) return false;
  if (filter.kind != Kind::kAnd) return std::nullopt;
  for (const expr::Node& child : filter.children) {
    if (const auto decided = Decides(child, condition); decided.has_value()) return decided;
  }
  return std::nullopt;
}

// What a measure that is a share counts, as a condition; "" of others.
std::string CountedCases(const v1::QualityMeasure& measure) {
  if (measure.kind() == v1::QualityMeasure::KIND_CASES_WITH_CONDITION) return measure.condition();
  const bool plain = measure.activity().find_first_of("\\\"*") == std::string::npos;
  if (measure.kind() != v1::QualityMeasure::KIND_CASES_WITH_ACTIVITY || !plain) return "";
  return absl::StrCat("activities:\"", measure.activity(), "\"");
}

void WarnOfShare(const v1::Improvement& improvement, std::vector<std::string>* warnings) {
  const std::string counted = CountedCases(improvement.measure());
  if (counted.empty() || improvement.selection().filter().empty()) return;
  std::vector<expr::Problem> problems;
  const auto filter = expr::Parse(improvement.selection().filter(), &problems);
  const auto condition = expr::Parse(counted, &problems);
  if (!filter.has_value() || !condition.has_value()) return;
  const std::optional<bool> all = Decides(*filter, *condition);
  if (!all.has_value()) return;
  warnings->push_back(absl::StrCat(
      "the filter keeps ", *all ? "only" : "no", " cases that the measure counts, so that its ",
      "share is always ", *all ? "100" : "0",
      " %, before and after: leave that out of the filter, or measure something else"));
}

}  // namespace

bool GoesByActivities(const Selection& selection) { return !ActivityTests(selection).empty(); }

std::vector<std::string> WarningsOfChoice(const v1::Improvement& improvement,
                                          const Selection& selection, const LogView* whole) {
  std::vector<std::string> warnings;
  const std::vector<std::string> names = OutcomesIn(selection, whole);
  if (!names.empty()) {
    warnings.push_back(absl::StrCat(
        "the cases are chosen by what came of them (", absl::StrJoin(names, ", "),
        "): those that went worst are followed by better ones without any change (regression to "
        "the mean), and a change that keeps cases out of the selection is not seen; choose them by "
        "what was so when they began, such as an attribute"));
  }
  WarnOfShare(improvement, &warnings);
  return warnings;
}

}  // namespace plumbline::analytics
