// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/plan/live_reasons.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/onboarding/engine/clocks.h"
#include "services/onboarding/engine/schedule.h"
#include "services/onboarding/engine/time_text.h"
#include "services/onboarding/plan/why.h"

namespace plumbline::onboarding {
namespace {

using flow::NodeIndex;

// Of what a step waits for, so many are told; the message has them.
constexpr int kMostTold = 6;

// Times are told to the minute: what is shorter is not told.
constexpr absl::Duration kShortest = absl::Minutes(1);

// By which hours what is left is planned.
Hours HoursOf(const Run& run, const LiveOutline& outline, const calendar::Calendar& calendar,
              absl::Time now) {
  absl::Time first = now;
  absl::Time last = now;
  for (const std::optional<TimedStep>& step : outline.steps) {
    if (!step.has_value()) continue;
    first = std::min(first, step->start);
    last = std::max(last, step->end);
  }
  return HoursOf(run, calendar, first, last);
}

}  // namespace

LiveReasons::LiveReasons(const Run& run, const std::vector<TaskView>& views,
                         const FirstTimes& first, const LivePlan& live,
                         const calendar::Calendar& calendar, absl::Time now, bool tells)
    : run_(run),
      plan_(run.plan->plan),
      first_(first),
      now_(now),
      outline_(LiveOutlineOf(run, views, first, live, now)),
      hours_(tells ? HoursOf(run, outline_, calendar, now) : Hours{calendar, "", {}}),
      records_(static_cast<size_t>(plan_.size()), nullptr) {
  for (const TaskView& view : views) records_[view.step] = view.record;
}

const TimedStep* LiveReasons::StepOf(NodeIndex step) const {
  const std::optional<TimedStep>& timed = outline_.steps[step];
  return timed.has_value() ? &*timed : nullptr;
}

bool LiveReasons::MayBeLeftOut(NodeIndex step) const {
  return first_.course().IsLeftOut(step) ||
         (outline_.waits[step].has_value() && outline_.waits[step]->may_be_left_out);
}

bool LiveReasons::RepeatsOnly(const TaskView& view) const {
  return view.record == nullptr && !outline_.waits[view.step].has_value() &&
         first_.course().Counts(view.step);
}

std::vector<absl::CivilDay> LiveReasons::SkippedBy(const TimedStep& step) const {
  return ClosedDays(hours_.calendar, step.start, step.end, kMostSkipped);
}

std::vector<std::string> LiveReasons::Of(const TaskView& view) const {
  if (view.record != nullptr && !IsOpen(*view.record)) return {};
  Sentences reasons;
  const auto skip = run_.planned_skips.find(view.step);
  if (view.record == nullptr && skip != run_.planned_skips.end()) {
    return {absl::StrCat("is left out when its turn comes, as ", skip->second.requester,
                         " said: ", skip->second.reason)};
  }
  if (const TimedStep* step = StepOf(view.step); step != nullptr)
    reasons = view.record != nullptr ? OfOpen(*view.record, *step) : OfComing(*step);
  for (std::string& reason : ConditionReasons(plan_, view.step, first_.course()))
    reasons.push_back(std::move(reason));
  if (RepeatsOnly(view)) reasons.push_back(RepeatReason());
  return reasons;
}

std::string LiveReasons::At(absl::Time time) const { return TimeText(time, hours_.calendar); }

const TaskRecord* LiveReasons::RecordOf(NodeIndex step) const { return records_[step]; }

std::string LiveReasons::PathOf(NodeIndex step) const {
  return absl::StrCat("'", plan_.node(step).path, "'");
}

std::vector<std::string> LiveReasons::OfOpen(const TaskRecord& task, const TimedStep& step) const {
  Sentences reasons = {TurnReason(task, step)};
  for (std::string& reason : LengthReasons(plan_.node(step.step).step, hours_, SkippedBy(step)))
    reasons.push_back(std::move(reason));
  AddClock(task, &reasons);
  return reasons;
}

// Since when it is open, and from when its time counts.
std::string LiveReasons::TurnReason(const TaskRecord& task, const TimedStep& step) const {
  std::string text = absl::StrCat("its turn came on ", At(task.ready_time));
  const TaskRecord* last =
      step.last_of_these == flow::kNoNode ? nullptr : RecordOf(step.last_of_these);
  if (last != nullptr && last->end_time == task.ready_time) {
    absl::StrAppend(
        &text, ", when ", PathOf(last->step), " ended",
        step.waits_for.size() == 1
            ? ""
            : absl::StrCat(", the last of ", step.waits_for.size(), " that it waited for"));
  }
  if (step.start <= task.ready_time) return text;
  return absl::StrCat(
      text, "; its time counts from ",
      step.bound == Bound::kEarliestDay ? "its earliest day" : "when the plan foresees it", ", ",
      At(step.start));
}

// What moved the end of an open task, or does now.
void LiveReasons::AddClock(const TaskRecord& task, Sentences* reasons) const {
  const auto by_plan = first_.DueTime(task.step, task.ready_time);
  if (by_plan.has_value() && task.due_time.has_value() && *task.due_time > *by_plan &&
      hours_.calendar.Between(*by_plan, *task.due_time) >= kShortest) {
    const std::string stood = StoodText(task);
    reasons->push_back(absl::StrCat("is due on ", At(*task.due_time), ", ",
                                    OpenTimeText(*by_plan, *task.due_time, hours_.calendar),
                                    " later than by its target", stood.empty() ? "" : ": ", stood));
  }
  if (IsLate(task) || task.blocked_since.has_value() || run_.pause_time.has_value())
    reasons->push_back(FateOf(task));
  if (task.state == TaskState::kAwaitingVerification)
    reasons->push_back("is done, and waits for who verifies it");
}

std::vector<std::string> LiveReasons::OfComing(const TimedStep& step) const {
  Sentences reasons = ReasonsOf(plan_, step, run_.spec.day_one, hours_, SkippedBy(step));
  const DecisionRecord* decision = DecisionBefore(run_, step.step);
  if (step.bound == Bound::kPredecessor) {
    AddBefore(step, &reasons);
    AddChain(step, &reasons);
  } else if (decision != nullptr) {
    reasons.push_back(absl::StrCat("decision ", PathOf(decision->node), " is open since ",
                                   At(decision->ready_time)));
  }
  AddLater(step, &reasons);
  return reasons;
}

// What happened to what it waits for: the one that sets its start, and what is late.
void LiveReasons::AddBefore(const TimedStep& step, Sentences* reasons) const {
  int told = 0, more = 0;
  for (const NodeIndex one : step.waits_for) {
    const TaskRecord* task = RecordOf(one);
    if (task == nullptr || (one != step.last_of_these && !IsLate(*task))) continue;
    // The one that sets its start has a place of its own.
    if (one != step.last_of_these && told + 1 == kMostTold) {
      ++more;
      continue;
    }
    told += one != step.last_of_these;
    reasons->push_back(absl::StrCat(PathOf(one), " ", FateOf(*task)));
  }
  if (more > 0) {
    reasons->push_back(
        absl::StrCat("and ", more, " more of them ", more == 1 ? "is" : "are", " late"));
  }
}

// Where what it waits for is itself to come: on what all that hangs.
void LiveReasons::AddChain(const TimedStep& step, Sentences* reasons) const {
  const NodeIndex first = outline_.chains[step.step];
  const TaskRecord* task = RecordOf(first);
  if (first == step.step || (first == step.last_of_these && task != nullptr)) return;
  reasons->push_back(
      absl::StrCat(first == step.last_of_these ? "" : "in the end it hangs on ", PathOf(first),
                   first == step.last_of_these ? " " : ", which ",
                   task != nullptr ? FateOf(*task) : BeginningOf(*outline_.steps[first])));
}

// Of a step that begins a chain and is to come.
std::string LiveReasons::BeginningOf(const TimedStep& step) const {
  const DecisionRecord* decision = DecisionBefore(run_, step.step);
  const std::string open = decision == nullptr
                               ? ""
                               : absl::StrCat("decision ", PathOf(decision->node), ", open since ",
                                              At(decision->ready_time));
  if (step.bound == Bound::kDecision) return "waits for " + open;
  return absl::StrCat(
      step.bound == Bound::kEarliestDay ? "begins on its earliest day, " : "begins as planned, ",
      At(step.start), open.empty() ? "" : ", and waits for ", open);
}

// By how much it begins later than by the plan.
void LiveReasons::AddLater(const TimedStep& step, Sentences* reasons) const {
  const std::optional<PlannedSpan>& planned = first_.planned()[step.step];
  const bool again = run_.progress.round(step.step) > 0;
  if (again || !planned.has_value() || !IsBeyond(step.start, planned->start, hours_.calendar))
    return;
  reasons->push_back(absl::StrCat("begins ",
                                  OpenTimeText(planned->start, step.start, hours_.calendar),
                                  " later than planned, ", At(planned->start)));
}

// Whether it ended later than planned, or should have ended by now.
bool LiveReasons::IsLate(const TaskRecord& task) const {
  if (IsOpen(task)) {
    const absl::Time from = first_.CountFrom(task.step, task.ready_time);
    return task.due_time.has_value() &&
           IsBeyond(now_, DueSoFar(run_, task, from, now_, hours_.calendar), hours_.calendar);
  }
  const std::optional<PlannedSpan>& planned = first_.planned()[task.step];
  return task.round == 1 && planned.has_value() &&
         IsBeyond(*task.end_time, planned->end, hours_.calendar);
}

// "was done on Fri 2031-03-07 12:00 UTC, 3 h 0 min of open time later than planned".
std::string LiveReasons::FateOf(const TaskRecord& task) const {
  if (!IsOpen(task)) return EndText(task);
  if (task.blocked_since.has_value()) {
    const auto open = OpenImpediments(run_, TaskId(*run_.plan, task.step, task.round));
    const std::string why = open.empty() ? "" : open.front()->description;
    return absl::StrCat("is blocked since ", At(*task.blocked_since),
                        why.empty() ? "" : absl::StrCat(" (", why, ")"), ": its clock stands");
  }
  if (run_.pause_time.has_value())
    return absl::StrCat("rests with the on-boarding since ", At(*run_.pause_time),
                        ": its clock stands");
  if (!task.due_time.has_value()) return absl::StrCat("is open since ", At(task.ready_time));
  if (!IsLate(task)) return absl::StrCat("is open, and due on ", At(*task.due_time));
  return absl::StrCat("was due on ", At(*task.due_time), ", and is late by ",
                      OpenTimeText(*task.due_time, now_, hours_.calendar));
}

std::string LiveReasons::EndText(const TaskRecord& task) const {
  std::string text = absl::StrCat("was done on ", At(*task.end_time));
  const std::optional<PlannedSpan>& planned = first_.planned()[task.step];
  if (task.round == 1 && planned.has_value()) {
    const absl::Time end = *task.end_time;
    const bool late = IsBeyond(end, planned->end, hours_.calendar);
    const bool early = IsBeyond(planned->end, end, hours_.calendar);
    absl::StrAppend(&text, ", ",
                    late ? OpenTimeText(planned->end, end, hours_.calendar) + " later than planned"
                    : early
                        ? OpenTimeText(end, planned->end, hours_.calendar) + " earlier than planned"
                        : "as planned");
  }
  const std::string stood = StoodText(task);
  return stood.empty() ? text : absl::StrCat(text, "; ", stood);
}

// "it was blocked for 45 min of open time, and the on-boarding was paused for 3 h 0 min of open
// time"; "" if its clock never stood. What was both is told as a pause.
std::string LiveReasons::StoodText(const TaskRecord& task) const {
  const absl::Time from = first_.CountFrom(task.step, task.ready_time);
  const absl::Duration all = StoodStill(run_, task, from, hours_.calendar);
  const absl::Time until = std::min(task.end_time.value_or(absl::InfiniteFuture()),
                                    task.blocked_since.value_or(absl::InfiniteFuture()));
  const absl::Duration paused = StoodStill(run_, from, hours_.calendar, until);
  const std::string pauses =
      paused < kShortest ? ""
                         : absl::StrCat("the on-boarding was paused for ", OpenTimeText(paused));
  if (all - paused < kShortest) return pauses;
  const std::string blocks = absl::StrCat("it was blocked for ", OpenTimeText(all - paused));
  return pauses.empty() ? blocks : absl::StrCat(blocks, ", and ", pauses);
}

}  // namespace plumbline::onboarding
