// SPDX-License-Identifier: Apache-2.0
//
// Why what is open, or to come, of a plan that is under way begins and ends when it should, in
// sentences: as reasons.h says it of plans before anything exists, and what happened since.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PLAN_LIVE_REASONS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PLAN_LIVE_REASONS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/calendar/calendar.h"
#include "services/onboarding/engine/first_times.h"
#include "services/onboarding/engine/outlook.h"
#include "services/onboarding/engine/run.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/plan/live_outline.h"
#include "services/onboarding/plan/reasons.h"

namespace plumbline::onboarding {

// Of one run at one instant, which must not change while it is used, nor what it is given.
class LiveReasons {
 public:
  // `views`: what every step is about now. `live`: by the targets, at `now`. Without `tells` Of()
  // is not to be asked: it needs the holidays. O(nodes + what steps wait for, all together).
  LiveReasons(const Run& run, const std::vector<TaskView>& views, const FirstTimes& first,
              const LivePlan& live, const calendar::Calendar& calendar, absl::Time now,
              bool tells = true);

  // What sets the times of a step that is open or to come; nullptr of all others.
  const TimedStep* StepOf(flow::NodeIndex step) const;
  // Whether it may turn out not to be needed, or is done only if a loop is repeated.
  bool MayBeLeftOut(flow::NodeIndex step) const;
  bool RepeatsOnly(const TaskView& view) const;
  // The days on which nobody works while a step of StepOf lasts.
  std::vector<absl::CivilDay> SkippedBy(const TimedStep& step) const;
  // Why; empty for what ended. O(answer) on the calendar.
  std::vector<std::string> Of(const TaskView& view) const;

 private:
  using Sentences = std::vector<std::string>;
  std::string At(absl::Time time) const;
  const TaskRecord* RecordOf(flow::NodeIndex step) const;
  std::string PathOf(flow::NodeIndex step) const;

  Sentences OfOpen(const TaskRecord& task, const TimedStep& step) const;
  Sentences OfComing(const TimedStep& step) const;
  std::string TurnReason(const TaskRecord& task, const TimedStep& step) const;
  void AddClock(const TaskRecord& task, Sentences* reasons) const;
  void AddBefore(const TimedStep& step, Sentences* reasons) const;
  void AddChain(const TimedStep& step, Sentences* reasons) const;
  void AddLater(const TimedStep& step, Sentences* reasons) const;
  std::string BeginningOf(const TimedStep& step) const;

  bool IsLate(const TaskRecord& task) const;
  std::string FateOf(const TaskRecord& task) const;
  std::string EndText(const TaskRecord& task) const;
  std::string StoodText(const TaskRecord& task) const;

  const Run& run_;
  const flow::Plan& plan_;
  const FirstTimes& first_;
  const absl::Time now_;
  const LiveOutline outline_;
  const Hours hours_;
  std::vector<const TaskRecord*> records_;  // by step; nullptr: it is to come
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PLAN_LIVE_REASONS_H_
