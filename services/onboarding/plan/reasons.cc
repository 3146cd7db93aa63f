// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/plan/reasons.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/calendar/special_days.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/schedule.h"
#include "services/onboarding/engine/time_text.h"

namespace plumbline::onboarding {
namespace {

// Days that a sentence names; the message has them all.
constexpr size_t kMostNamed = 6;

std::string DayText(absl::CivilDay day) {
  return absl::FormatTime("%a %Y-%m-%d", absl::FromCivil(day, absl::UTCTimeZone()),
                          absl::UTCTimeZone());
}

// Of a day that is closed it is said why work begins later.
std::string DayOneReason(absl::CivilDay day_one, absl::Time start,
                         const calendar::Calendar& calendar) {
  const std::string at = TimeText(start, calendar);
  if (start < calendar.OpeningOfDay(day_one, 0))
    return absl::StrCat(
        "waits for nothing: begins before day one, so that what follows can begin on its earliest "
        "day, ",
        at);
  if (absl::ToCivilDay(start, calendar.zone()) == day_one)
    return absl::StrCat("waits for nothing: begins with the opening of day one, ", at);
  return absl::StrCat("waits for nothing: day one, ", DayText(day_one),
                      ", is no working day, so that it begins with the next opening, ", at);
}

std::string Counted(int64_t n, const char* one, const char* many) {
  return absl::StrCat(n, " ", n == 1 ? one : many);
}

std::string StartReason(const flow::Plan& plan, const TimedStep& step, absl::CivilDay day_one,
                        const calendar::Calendar& calendar) {
  const std::string at = TimeText(step.start, calendar);
  const auto& earliest = plan.node(step.step).step.earliest_day;
  switch (step.bound) {
    case Bound::kDayOne:
      return DayOneReason(day_one, step.start, calendar);
    case Bound::kEarliestDay: {
      const std::string day =
          *earliest == 0 ? "day one"
                         : absl::StrCat(Counted(std::abs(*earliest), "working day", "working days"),
                                        *earliest < 0 ? " before" : " after", " day one (",
                                        absl::FormatCivilTime(day_one), ")");
      return absl::StrCat("begins on its earliest day, ", day, ": ", at);
    }
    case Bound::kPlannedStart:
      return absl::StrCat("begins when the plan foresees it, though its turn may come before: ",
                          at);
    case Bound::kDecision:
      return absl::StrCat("begins once a decision is made, which is open: now at the earliest, ",
                          at);
    case Bound::kPredecessor:
      break;
  }
  const std::string last = plan.node(step.last_of_these).path;
  if (step.waits_for.size() == 1) return absl::StrCat("begins when '", last, "' ends: ", at);
  return absl::StrCat("begins when '", last, "' ends, the last of ", step.waits_for.size(),
                      " that it waits for: ", at);
}

std::string LengthReason(const flow::StepDetails& step, const std::string& calendar_name) {
  if (!step.target.has_value()) return "has no target: it is planned to take no time";
  std::string length;
  if (step.target->days > 0) length = Counted(step.target->days, "working day", "working days");
  if (step.target->minutes > 0 || length.empty()) {
    absl::StrAppend(&length, length.empty() ? "" : " and ",
                    Counted(step.target->minutes, "open minute", "open minutes"));
  }
  return absl::StrCat("takes ", length, " by ", calendar_name);
}

std::string SkippedReason(const std::vector<absl::CivilDay>& skipped, const DayTitles& titles) {
  std::string text = "nobody works on ";
  for (size_t i = 0; i < skipped.size() && i < kMostNamed; ++i) {
    absl::StrAppend(&text, i == 0 ? "" : ", ", DayText(skipped[i]));
    const auto title = titles.find(skipped[i]);
    if (title != titles.end()) absl::StrAppend(&text, " (", title->second, ")");
  }
  if (skipped.size() > kMostNamed)
    absl::StrAppend(&text, " and ", skipped.size() - kMostNamed,
                    skipped.size() == kMostNamed + 1 ? " more day" : " more days");
  return text;
}

// When the program of a step is called.
std::string ProgramReason(const flow::StepDetails& step) {
  const bool waits = step.earliest_day.has_value() && !IsAtOnce(step);
  return absl::StrCat("is done by a program: webhook '", step.automation->webhook, "' is called ",
                      waits ? "when its turn has come, not before its earliest day"
                            : "as soon as its turn comes, also where that is earlier than planned");
}

// What was decided so that a step is not needed.
std::string NotNeededReason(const flow::Plan& plan, flow::NodeIndex step, const Course& course) {
  flow::NodeIndex out = step;
  while (plan.node(out).parent != flow::kNoNode && course.IsLeftOut(plan.node(out).parent))
    out = plan.node(out).parent;
  const flow::NodeIndex around = plan.node(out).parent;
  if (around != flow::kNoNode && plan.node(around).kind == flow::NodeKind::kChoice) {
    for (const flow::NodeIndex branch : plan.node(around).children) {
      if (course.IsLeftOut(branch)) continue;
      return absl::StrCat("is not needed: at '", plan.node(around).path, "' '",
                          plan.node(branch).path, "' is taken");
    }
  }
  // What is done only to repeat a loop, which has ended.
  if (around != flow::kNoNode && plan.node(around).kind == flow::NodeKind::kLoop)
    return absl::StrCat("is not needed: '", plan.node(around).path, "' is not repeated");
  if (out == step) return "is not needed: it was decided to leave it out";
  return absl::StrCat("is not needed: '", plan.node(out).path, "' is left out");
}

}  // namespace

DayTitles TitlesOf(const Spec& spec, absl::CivilDay first, absl::CivilDay last) {
  DayTitles titles;
  if (spec.calendar == nullptr) return titles;
  first = std::max(first, absl::CivilDay(calendar::kFirstYear));
  last = std::min(last, absl::CivilDay(calendar::kLastYear, 12, 31));
  if (first > last) return titles;
  for (const calendar::SpecialDay& day :
       calendar::SpecialDays(absl::MakeConstSpan(spec.calendar->layers), first, last)) {
    if (day.hours.empty()) titles[day.date] = std::string(day.title);
  }
  return titles;
}

std::vector<std::string> ReasonsOf(const flow::Plan& plan, const TimedStep& step,
                                   absl::CivilDay day_one, const Hours& hours,
                                   const std::vector<absl::CivilDay>& skipped) {
  std::vector<std::string> reasons = {StartReason(plan, step, day_one, hours.calendar)};
  for (std::string& reason : LengthReasons(plan.node(step.step).step, hours, skipped))
    reasons.push_back(std::move(reason));
  return reasons;
}

std::vector<std::string> LengthReasons(const flow::StepDetails& step, const Hours& hours,
                                       const std::vector<absl::CivilDay>& skipped) {
  std::vector<std::string> reasons = {LengthReason(step, hours.title)};
  if (IsAtOnce(step) && step.target.has_value())
    reasons.push_back(
        "is to be done at once: it is due by its target from its turn, also where that comes "
        "earlier than planned");
  if (step.automation.has_value()) reasons.push_back(ProgramReason(step));
  if (!skipped.empty()) reasons.push_back(SkippedReason(skipped, hours.titles));
  return reasons;
}

std::vector<std::string> ConditionReasons(const flow::Plan& plan, flow::NodeIndex step,
                                          const Course& course) {
  std::vector<std::string> reasons;
  for (const flow::Foreseen& one : course.foreseen) {
    if (step < one.node || step >= plan.node(one.node).end) continue;
    const bool out = flow::LeftOutBy({one}, plan)[static_cast<size_t>(step)];
    reasons.push_back(absl::StrCat(out ? "is not planned" : "is planned",
                                   " by condition, as things are now: ", one.reason));
  }
  if (reasons.empty() && course.IsLeftOut(step))
    reasons.push_back(NotNeededReason(plan, step, course));
  return reasons;
}

std::string RepeatReason() { return "is done only if a loop is repeated, and is not planned"; }

}  // namespace plumbline::onboarding
