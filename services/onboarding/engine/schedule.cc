// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/schedule.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "common/calendar/layer.h"

namespace plumbline::onboarding {
namespace {

using flow::NodeIndex;
using flow::NodeKind;

// How many whole open minutes a length takes.
int64_t MinutesOf(absl::Duration length) {
  return length <= absl::ZeroDuration()
             ? 0
             : absl::ToInt64Minutes(absl::Ceil(length, absl::Minutes(1)));
}

class Walk {
 public:
  Walk(const flow::Plan& plan, absl::CivilDay day_one, const calendar::Calendar& calendar,
       const Course& course, const StepLength& length)
      : plan_(plan),
        day_one_(day_one),
        calendar_(calendar),
        course_(course),
        length_(length),
        spans_(plan.size()) {}

  // `turn` is when the node's turn comes, InfinitePast before the first step. Returns when what
  // comes next has its turn. The depth is that of the plan, at most flow::kMaxDepth.
  absl::Time Node(NodeIndex index, absl::Time turn) {
    const bool is_step = plan_.node(index).kind == NodeKind::kStep;
    const absl::Time end = is_step ? Step(index, turn) : Part(index, turn);
    return Counts(index) ? end : turn;
  }

  std::vector<std::optional<PlannedSpan>> Take() { return std::move(spans_); }

 private:
  // Whether anything waits for the node.
  bool Counts(NodeIndex index) const { return course_.Counts(index); }

  absl::Time Part(NodeIndex index, absl::Time turn) {
    const flow::PlanNode& node = plan_.node(index);
    absl::Time start = absl::InfiniteFuture();
    absl::Time end = turn;
    for (const NodeIndex child : node.children) {
      end = std::max(end, Node(child, node.kind == NodeKind::kSequence ? end : turn));
      if (Counts(child)) start = std::min(start, spans_[child]->start);
      if (node.kind == NodeKind::kLoop) break;
    }
    // Where nothing is done it takes no time.
    if (start == absl::InfiniteFuture()) start = spans_[node.children[0]]->start;
    spans_[index] = PlannedSpan{start, std::max(start, end)};
    return end;
  }

  absl::Time Step(NodeIndex index, absl::Time turn) {
    const flow::StepDetails& step = plan_.node(index).step;
    absl::Time start =
        std::max(turn, EarliestTime(step, day_one_, calendar_).value_or(absl::InfinitePast()));
    if (start == absl::InfinitePast()) start = FirstStart(index);
    const absl::Time end = EndOfStep(step, LengthOf(index), start, calendar_);
    spans_[index] = PlannedSpan{start, end};
    return end;
  }

  // When a step begins before which nothing counts.
  absl::Time FirstStart(NodeIndex index) {
    if (latest_.empty()) {
      latest_.resize(static_cast<size_t>(plan_.size()), absl::InfiniteFuture());
      Latest(0, absl::InfiniteFuture());
    }
    const absl::Time day_one = calendar_.OpeningOfDay(day_one_, 0);
    const absl::Time start = std::min(day_one, latest_[index]);
    return start == absl::InfinitePast() ? day_one : start;
  }

  // `next`: when what surely comes after the node is to begin, InfiniteFuture if no day says it.
  // Returns when its turn has to come for that. What is known of the run does not count here: what
  // comes later would move what is open.
  absl::Time Latest(NodeIndex index, absl::Time next) {
    const flow::PlanNode& node = plan_.node(index);
    absl::Time turn = next;
    if (node.kind == NodeKind::kStep) {
      turn = latest_[index] = LatestStart(index, next);
    } else if (node.kind == NodeKind::kLoop) {
      turn = Latest(node.children[0], next);
    } else if (node.kind == NodeKind::kSequence) {
      for (auto child = node.children.rbegin(); child != node.children.rend(); ++child)
        turn = Latest(*child, turn);
    } else {
      // Of a choice the branch counts that asks for least: it is not known which is taken.
      const bool any = node.kind == NodeKind::kChoice;
      turn = any ? absl::InfinitePast() : absl::InfiniteFuture();
      for (const NodeIndex child : node.children) {
        const absl::Time one = Latest(child, next);
        turn = any ? std::max(turn, one) : std::min(turn, one);
      }
    }
    return node.optional ? next : turn;
  }

  absl::Time LatestStart(NodeIndex index, absl::Time next) const {
    const flow::StepDetails& step = plan_.node(index).step;
    const auto earliest = EarliestTime(step, day_one_, calendar_);
    if (earliest.has_value()) return *earliest;
    if (next == absl::InfiniteFuture()) return next;
    return StartOfStep(step, LengthOf(index), next, calendar_);
  }

  std::optional<absl::Duration> LengthOf(NodeIndex step) const {
    return length_ == nullptr ? std::nullopt : length_(step);
  }

  const flow::Plan& plan_;
  const absl::CivilDay day_one_;
  const calendar::Calendar& calendar_;
  const Course& course_;
  const StepLength& length_;
  std::vector<std::optional<PlannedSpan>> spans_;
  std::vector<absl::Time> latest_;  // of each step Latest; empty until it is asked for
};

// "2.5 working days": so many whole ones and the share of the one after them, to the nearest tenth.
std::string DaysText(absl::Time from, absl::Time to, int64_t days,
                     const calendar::Calendar& calendar) {
  const absl::Time whole = calendar.Add(from, days, 0);
  const absl::Duration next = calendar.Between(whole, calendar.Add(from, days + 1, 0));
  const absl::Duration rest = calendar.Between(whole, to);
  int64_t tenths = days * 10;
  if (next > absl::ZeroDuration())
    tenths += std::clamp<int64_t>(std::llround(10 * absl::FDivDuration(rest, next)), 0, 10);
  if (tenths == 10) return "1 working day";
  if (tenths % 10 == 0) return absl::StrCat(tenths / 10, " working days");
  return absl::StrCat(tenths / 10, ".", tenths % 10, " working days");
}

}  // namespace

std::vector<std::optional<PlannedSpan>> PlanSchedule(const flow::Plan& plan, absl::CivilDay day_one,
                                                     const calendar::Calendar& calendar,
                                                     const Course& course,
                                                     const StepLength& length) {
  Walk walk(plan, day_one, calendar, course, length);
  walk.Node(0, absl::InfinitePast());
  return walk.Take();
}

bool IsAtOnce(const flow::StepDetails& step) { return step.earliest_day == flow::kAtOnce; }

std::optional<absl::Time> EarliestTime(const flow::StepDetails& step, absl::CivilDay day_one,
                                       const calendar::Calendar& calendar) {
  if (!step.earliest_day.has_value() || IsAtOnce(step)) return std::nullopt;
  return calendar.OpeningOfDay(day_one, *step.earliest_day);
}

std::optional<absl::Time> DueTime(const flow::StepDetails& step, absl::Time from,
                                  const calendar::Calendar& calendar) {
  if (!step.target.has_value()) return std::nullopt;
  const absl::Time due = calendar.Add(from, step.target->days, step.target->minutes);
  if (due == absl::InfiniteFuture()) return std::nullopt;
  return due;
}

absl::Time EndOfStep(const flow::StepDetails& step, std::optional<absl::Duration> length,
                     absl::Time start, const calendar::Calendar& calendar) {
  absl::Time end = start;
  if (length.has_value()) {
    if (const int64_t minutes = MinutesOf(*length); minutes > 0)
      end = calendar.Add(start, 0, minutes);
  } else if (step.target.has_value()) {
    end = calendar.Add(start, step.target->days, step.target->minutes);
  }
  return std::min(end, LastInstant());
}

absl::Time StartOfStep(const flow::StepDetails& step, std::optional<absl::Duration> length,
                       absl::Time end, const calendar::Calendar& calendar) {
  if (length.has_value()) {
    const int64_t minutes = MinutesOf(*length);
    return minutes > 0 ? calendar.Add(end, 0, -minutes) : end;
  }
  if (!step.target.has_value()) return end;
  return calendar.Add(end, -int64_t{step.target->days}, -int64_t{step.target->minutes});
}

std::string OpenTimeText(absl::Time from, absl::Time to, const calendar::Calendar& calendar) {
  int64_t days = calendar.WorkingDays(absl::ToCivilDay(from, calendar.zone()),
                                      absl::ToCivilDay(to, calendar.zone()));
  while (days > 0 && calendar.Add(from, days, 0) > to) --days;
  if (days > 0) return DaysText(from, to, days, calendar);
  return OpenTimeText(calendar.Between(from, to));
}

std::string OpenTimeText(absl::Duration open) {
  if (open > absl::ZeroDuration() && open < absl::Minutes(1)) return "less than 1 min of open time";
  const int64_t minutes = absl::ToInt64Minutes(absl::Ceil(open, absl::Minutes(1)));
  if (minutes < 60) return absl::StrCat(minutes, " min of open time");
  return absl::StrCat(minutes / 60, " h ", minutes % 60, " min of open time");
}

absl::Time LastInstant() {
  // Every step of every plan asks for it.
  static const absl::Time kLast =
      absl::FromCivil(absl::CivilYear(calendar::kLastYear + 1), absl::UTCTimeZone());
  return kLast;
}

}  // namespace plumbline::onboarding
