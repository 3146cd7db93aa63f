// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/schedule.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/calendar/layer.h"

namespace plumbline::onboarding {
namespace {

using flow::NodeIndex;
using flow::NodeKind;

// `turn`, or the earliest time of the step if that is later.
absl::Time NotBefore(const flow::StepDetails& step, absl::Time turn, absl::CivilDay day_one,
                     const calendar::Calendar& calendar) {
  return std::max(turn, EarliestTime(step, day_one, calendar).value_or(absl::InfinitePast()));
}

class Walk {
 public:
  Walk(const flow::Plan& plan, absl::CivilDay day_one, const calendar::Calendar& calendar)
      : plan_(plan), day_one_(day_one), calendar_(calendar), spans_(plan.size()) {}

  // `turn` is when the node's turn comes, InfinitePast before the first step. Returns when it ends.
  // The depth is that of the plan, at most flow::kMaxDepth.
  absl::Time Node(NodeIndex index, absl::Time turn) {
    const flow::PlanNode& node = plan_.node(index);
    if (node.kind == NodeKind::kStep) return Step(index, turn);
    absl::Time start = absl::InfiniteFuture();
    absl::Time end = turn;
    for (NodeIndex child : node.children) {
      absl::Time child_end = Node(child, node.kind == NodeKind::kSequence ? end : turn);
      start = std::min(start, spans_[child]->start);
      end = std::max(end, child_end);
      if (node.kind == NodeKind::kLoop) break;
    }
    spans_[index] = PlannedSpan{start, end};
    return end;
  }

  std::vector<std::optional<PlannedSpan>> Take() { return std::move(spans_); }

 private:
  absl::Time Step(NodeIndex index, absl::Time turn) {
    const flow::StepDetails& step = plan_.node(index).step;
    absl::Time start = NotBefore(step, turn, day_one_, calendar_);
    if (start == absl::InfinitePast()) start = calendar_.OpeningOfDay(day_one_, 0);
    absl::Time end = start;
    if (step.target.has_value()) {
      end = std::min(calendar_.Add(start, step.target->days, step.target->minutes), LastInstant());
    }
    spans_[index] = PlannedSpan{start, end};
    return end;
  }

  const flow::Plan& plan_;
  const absl::CivilDay day_one_;
  const calendar::Calendar& calendar_;
  std::vector<std::optional<PlannedSpan>> spans_;
};

}  // namespace

std::vector<std::optional<PlannedSpan>> PlanSchedule(const flow::Plan& plan, absl::CivilDay day_one,
                                                     const calendar::Calendar& calendar) {
  Walk walk(plan, day_one, calendar);
  walk.Node(0, absl::InfinitePast());
  return walk.Take();
}

std::optional<absl::Time> EarliestTime(const flow::StepDetails& step, absl::CivilDay day_one,
                                       const calendar::Calendar& calendar) {
  if (!step.earliest_day.has_value()) return std::nullopt;
  return calendar.OpeningOfDay(day_one, *step.earliest_day);
}

absl::Time FirstTime(const flow::PlanNode& node, absl::CivilDay day_one,
                     const calendar::Calendar& calendar) {
  return calendar.OpeningOfDay(day_one, node.first_day);
}

std::optional<absl::Time> DueTime(const flow::PlanNode& node, absl::Time ready,
                                  absl::CivilDay day_one, const calendar::Calendar& calendar) {
  const auto& target = node.step.target;
  if (!target.has_value()) return std::nullopt;
  const absl::Time due = calendar.Add(std::max(ready, FirstTime(node, day_one, calendar)),
                                      target->days, target->minutes);
  if (due == absl::InfiniteFuture()) return std::nullopt;
  return due;
}

std::string OpenTimeText(absl::Time from, absl::Time to, const calendar::Calendar& calendar) {
  int64_t days = calendar.WorkingDays(absl::ToCivilDay(from, calendar.zone()),
                                      absl::ToCivilDay(to, calendar.zone()));
  while (days > 0 && calendar.Add(from, days, 0) > to) --days;
  if (days == 1) return "1 working day";
  if (days > 1) return absl::StrCat(days, " working days");
  const int64_t minutes =
      absl::ToInt64Minutes(absl::Ceil(calendar.Between(from, to), absl::Minutes(1)));
  if (minutes < 60) return absl::StrCat(minutes, " min of open time");
  return absl::StrCat(minutes / 60, " h ", minutes % 60, " min of open time");
}

absl::Time LastInstant() {
  return absl::FromCivil(absl::CivilYear(calendar::kLastYear + 1), absl::UTCTimeZone());
}

}  // namespace plumbline::onboarding
