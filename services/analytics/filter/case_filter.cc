// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/filter/case_filter.h"

#include <algorithm>
#include <span>
#include <utility>

#include "common/base/status_macros.h"
#include "services/analytics/filter/condition.h"
#include "services/analytics/filter/fields.h"
#include "services/analytics/filter/matchers.h"
#include "services/analytics/filter/notes.h"
#include "services/analytics/filter/path_pattern.h"
#include "services/analytics/filter/scans.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_times.h"

namespace plumbline::analytics {

using Op = expr::Test::Op;

absl::StatusOr<BitSet> CaseFilter::Run(const expr::Condition& condition) {
  return Combine(condition, cases(), [this](const expr::Test& test) -> absl::StatusOr<BitSet> {
    RETURN_IF_ERROR(keep_on_());
    const bool of_defects = test.field == kDefects || test.field == kReportedDefects;
    return of_defects ? ByDefects(test) : RunTest(test);
  });
}

BitSet CaseFilter::InWindow(const TimeWindow& window) {
  const Range in{window.begin, window.end - 1};
  const std::vector<int64_t>& start = starts();
  const std::vector<int64_t>& end = ends();
  switch (window.mode) {
    case TimeWindow::Mode::kStarted:
      return BitSet::Where(cases(), [&](size_t c) { return in.Holds(start[c]); });
    case TimeWindow::Mode::kContained:
      return BitSet::Where(cases(),
                           [&](size_t c) { return start[c] >= in.least && end[c] <= in.most; });
    case TimeWindow::Mode::kIntersecting:
      return BitSet::Where(cases(),
                           [&](size_t c) { return end[c] >= in.least && start[c] <= in.most; });
    case TimeWindow::Mode::kEnded:
      return BitSet::Where(cases(), [&](size_t c) { return in.Holds(end[c]); });
  }
  return BitSet(cases());
}

BitSet CaseFilter::RunTest(const expr::Test& test) {
  const Range range = RangeOf(test);
  switch (test.field) {
    case kCaseId:
      return ById(test);
    case kCaseStart:
      return BitSet::Where(cases(), [&, &s = starts()](size_t c) { return range.Holds(s[c]); });
    case kCaseEnd:
      return BitSet::Where(cases(), [&, &e = ends()](size_t c) { return range.Holds(e[c]); });
    case kCaseDuration:
      return BitSet::Where(
          cases(), [&, &s = starts(), &e = ends()](size_t c) { return range.Holds(e[c] - s[c]); });
    case kEventCount: {
      const std::span<const uint32_t> begin = parts_.traces.case_begin();
      return BitSet::Where(cases(), [&, whole = WholeRangeOf(test)](size_t c) {
        return whole.Holds(begin[c + 1] - begin[c]);
      });
    }
    case kFirstActivity:
    case kLastActivity:
      return ByEnd(test, test.field == kFirstActivity);
    case kActivities:
    case kRepeatedActivities:
      return ByActivities(test);
    case kFollows:
    case kEventuallyFollows:
    case kSequence:
      return ByPath(test);
    case kVariantRank:
    case kVariantCaseCount:
      return ByVariant(test);
    case kResources:
      return ByColumn(test, log_.resource, log_.resources, "resource");
    case kTransitions:
      return ByColumn(test, log_.transition, log_.transitions, "transition");
    case kOpen:
      return ByOpen(test);
    default:
      return ByAttribute(test);
  }
}

BitSet CaseFilter::ById(const expr::Test& test) const {
  const TextMatcher matches(test);
  return BitSet::Where(cases(), [&](size_t c) { return matches(log_.cases[c]); });
}

std::vector<uint8_t> CaseFilter::ActivityTable(const expr::Test& test) {
  return TableOf(test, log_.activities, "activity", notes_);
}

BitSet CaseFilter::ByEnd(const expr::Test& test, bool first) {
  const std::vector<uint8_t> table = ActivityTable(test);
  const std::span<const uint32_t> begin = parts_.traces.case_begin();
  return parts_.traces.activity().Visit([&](auto activity) {
    return BitSet::Where(cases(), [&](size_t c) {
      return begin[c] < begin[c + 1] && table[activity[first ? begin[c] : begin[c + 1] - 1]] != 0;
    });
  });
}

BitSet CaseFilter::ByActivities(const expr::Test& test) {
  const std::vector<uint8_t> table = ActivityTable(test);
  const std::span<const uint32_t> begin = parts_.traces.case_begin();
  const bool any = test.field == kActivities;
  BitSet found = parts_.traces.activity().Visit([&](auto activity) {
    return any ? CasesWithAny(begin, activity, table) : CasesWithRepeat(begin, activity, table);
  });
  const Milestones& milestones = parts_.traces.milestones();
  for (size_t c = 0; any && !milestones.empty() && c < cases(); ++c) {
    for (const auto& reached : milestones.Of(c)) {
      if (table[reached.activity] != 0) found.Set(c);
    }
  }
  return found;
}

BitSet CaseFilter::ByPath(const expr::Test& test) {
  const bool sequence = test.field == kSequence;
  if (test.op == Op::kPresent) return WithEvents(sequence ? 1 : 2);
  const auto steps = ParsePath(test, sequence ? 1 : 2);
  if (!steps.ok()) return BitSet(cases());  // was refused before
  const std::vector<uint64_t> table = StepTable(*steps, log_.activities);
  for (size_t s = 0; s < steps->size(); ++s) {
    const bool known = std::any_of(table.begin(), table.end(),
                                   [s](uint64_t mask) { return (mask >> s & 1) != 0; });
    if (!known && (*steps)[s].size() == 1) {
      NoteMissing("activity", (*steps)[s][0], log_.activities, notes_);
    }
  }
  if (test.field == kEventuallyFollows && !parts_.traces.milestones().empty())
    return WithMilestones(table, steps->size());
  const std::span<const uint32_t> begin = parts_.traces.case_begin();
  return parts_.traces.activity().Visit([&](auto activity) {
    return sequence                 ? CasesOfSequence(begin, activity, table, steps->size())
           : test.field == kFollows ? CasesWithPath(begin, activity, table, steps->size())
                                    : CasesWithSubsequence(begin, activity, table, steps->size());
  });
}

// CasesWithSubsequence with the milestones of a case between its events, each after what was done
// by then.
BitSet CaseFilter::WithMilestones(const std::vector<uint64_t>& table, size_t steps) const {
  const Traces& traces = parts_.traces;
  return BitSet::Where(cases(), [&](size_t c) {
    size_t done = 0;
    const auto reached = traces.milestones().Of(c);
    auto next = reached.begin();
    const auto pass = [&](uint32_t activity) {
      if (done < steps) done += table[activity] >> done & 1;
    };
    for (uint32_t row = traces.case_begin()[c]; row < traces.case_begin()[c + 1]; ++row) {
      for (; next != reached.end() && next->time < traces.time()[row]; ++next) pass(next->activity);
      pass(traces.activity()[row]);
    }
    for (; next != reached.end(); ++next) pass(next->activity);
    return done == steps;
  });
}

BitSet CaseFilter::WithEvents(uint32_t least) const {
  const std::span<const uint32_t> begin = parts_.traces.case_begin();
  return BitSet::Where(cases(), [&](size_t c) { return begin[c + 1] - begin[c] >= least; });
}

BitSet CaseFilter::ByVariant(const expr::Test& test) {
  const Variants& variants = parts_.variants();
  const std::vector<uint32_t> place = variants.PlacesOfCases(cases());
  const Range whole = WholeRangeOf(test);
  const bool rank = test.field == kVariantRank;
  return BitSet::Where(cases(), [&](size_t c) {
    return place[c] != kNoText &&
           whole.Holds(rank ? int64_t{place[c]} + 1 : variants.CountOf(place[c]));
  });
}

BitSet CaseFilter::ByColumn(const expr::Test& test, const NarrowColumn& column,
                            const std::vector<std::string>& texts, absl::string_view kind) {
  std::vector<uint8_t> table = TableOf(test, texts, kind, notes_);
  if (column.empty()) return BitSet(cases());
  table.insert(table.begin(), 0);  // the column holds numbers plus 1; 0 = none
  return column.Visit([&](auto values) {
    return CasesWithAny(std::span<const uint32_t>(log_.case_begin), values, table);
  });
}

BitSet CaseFilter::ByOpen(const expr::Test& test) const {
  if (test.op == Op::kPresent) return BitSet(cases(), true);
  const CaseEnds case_ends(log_);
  const bool open = test.value.number != 0;
  return BitSet::Where(cases(), [&](size_t c) { return case_ends.HasEnded(c) != open; });
}

BitSet CaseFilter::ByAttribute(const expr::Test& test) {
  BitSet set(cases());
  const uint32_t key = test.key.has_value() ? log_.FindAttributeKey(*test.key) : kNoText;
  if (test.key.has_value() && key == kNoText) {
    NoteMissing("attribute", *test.key, log_.attribute_keys, notes_);
    return set;
  }
  const AttributeMatcher matches(test);
  size_t c = 0, seen = cases();
  for (const EventAttribute& attribute : log_.attributes) {
    if (key != kNoText && attribute.key != key) continue;
    while (attribute.row >= log_.case_begin[c + 1]) ++c;
    if (c == seen) continue;  // the first value counts
    seen = c;
    set.SetIf(c, matches(attribute.value));
  }
  if (key != kNoText && set.Count() == 0) NoteMissingValue(test, key, log_, notes_);
  return set;
}

absl::StatusOr<BitSet> CaseFilter::ByDefects(const expr::Test& test) {
  if (!defects_.has_value()) {
    ASSIGN_OR_RETURN(defects_, DefectFilter::Read(log_, map_transitions_, keep_on_));
  }
  if (test.field == kReportedDefects) return defects_->WithReported(test, cases());
  const uint8_t bits = *DefectBitsOf(test.key.value_or("any"));  // others were refused before
  return defects_->WithDefect(bits, ActivityTable(test), cases());
}

const std::vector<int64_t>& CaseFilter::starts() {
  if (!starts_.empty() || cases() == 0) return starts_;
  starts_.reserve(cases());
  for (size_t c = 0; c < cases(); ++c) starts_.push_back(CaseStart(log_, c));
  return starts_;
}

const std::vector<int64_t>& CaseFilter::ends() {
  if (!ends_.empty() || cases() == 0) return ends_;
  ends_.reserve(cases());
  for (size_t c = 0; c < cases(); ++c) ends_.push_back(CaseEnd(log_, c));
  return ends_;
}

}  // namespace plumbline::analytics
