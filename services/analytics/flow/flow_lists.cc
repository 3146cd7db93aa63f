// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/flow/flow_lists.h"

#include <algorithm>
#include <utility>

#include "common/base/status_macros.h"
#include "services/analytics/flow/case_time.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_times.h"
#include "services/analytics/mining/milestones.h"

namespace plumbline::analytics {
namespace {

// One pass over the occurrences of a log.
class Pass {
 public:
  Pass(const LogSnapshot& log, const std::vector<CaseSpan>& cases, const Horizon& horizon,
       const std::vector<std::string>& map_transitions, const FlowOptions& options)
      : cases_(cases),
        horizon_(horizon),
        options_(options),
        log_end_(log.empty() ? 0 : log.LastTime()),
        delays_(log.activities.size(), log_end_, options.between),
        stage_of_(log.activities.size(), kNoText) {
    if (!options.stages.empty()) milestones_ = Milestones(log, map_transitions);
    lists_.first_done.resize(options.stages.size());
    for (size_t i = 0; i < options.stages.size(); ++i)
      stage_of_[options.stages[i]] = static_cast<uint32_t>(i);
  }

  absl::Status Read(const LogSnapshot& log, const std::vector<std::string>& map_transitions,
                    absl::FunctionRef<absl::Status()> keep_on) {
    RETURN_IF_ERROR(ReadOccurrences(log, map_transitions,
                                    {.occurrence = [this](const Occurrence& o) { Take(o); },
                                     .impediment = {},
                                     .blocked =
                                         [this](std::span<const Stretch> blocked) {
                                           blocked_.assign(blocked.begin(), blocked.end());
                                         }},
                                    keep_on));
    GoTo(cases_.size());
    return absl::OkStatus();
  }

  FlowLists Take() {
    lists_.steps = delays_.Take();
    return std::move(lists_);
  }

 private:
  void Take(const Occurrence& o) {
    GoTo(o.case_number);
    any_open_ |= o.end == kNoTime;
    if (EndsIn(cases_[o.case_number], horizon_)) {
      AddStretches(o, blocked_, &stretches_);
      any_start_ |= o.start != kNoTime && o.end != kNoTime;
    }
    if (TouchesHorizon(cases_[o.case_number], horizon_)) delays_.Add(o, blocked_);
    blocked_.clear();
    if (o.completed) Reach(o.activity, o.end);
  }

  void Reach(uint32_t activity, int64_t time) {
    const uint32_t stage = stage_of_[activity];
    if (stage == kNoText) return;
    int64_t& first = first_[stage];
    first = first == kNoTime ? time : std::min(first, time);
  }

  // Ends all cases before `next`.
  void GoTo(size_t next) {
    for (; case_ < next; ++case_) {
      if (EndsIn(cases_[case_], horizon_)) EndCase(cases_[case_]);
      if (!cases_[case_].ended && !any_open_ && TouchesHorizon(cases_[case_], horizon_))
        lists_.unknown.Add({1, Measure(options_.between, cases_[case_].end, log_end_)});
      for (const auto& [time, activity] : milestones_.Of(case_)) Reach(activity, time);
      for (size_t stage = 0; stage < first_.size(); ++stage) {
        if (first_[stage] != kNoTime) lists_.first_done[stage].push_back(first_[stage]);
        first_[stage] = kNoTime;
      }
      stretches_.clear();
      any_start_ = any_open_ = false;
    }
  }

  void EndCase(const CaseSpan& c) {
    const CaseTime time = SplitCase(c.begin, c.end, stretches_, options_.between);
    lists_.lead.push_back(time.lead);
    if (!any_start_) {
      ++lists_.without_starts;
      return;
    }
    lists_.touch.push_back(time.touch);
    lists_.wait.push_back(time.wait);
    lists_.blocked.push_back(time.blocked);
    lists_.planned.push_back(time.planned);
    lists_.known_lead += time.lead;
    if (time.lead > 0)
      lists_.efficiencies.push_back(static_cast<double>(time.touch) /
                                    static_cast<double>(time.lead));
  }

  const std::vector<CaseSpan>& cases_;
  const Horizon& horizon_;
  const FlowOptions& options_;
  const int64_t log_end_;
  StepDelayBuilder delays_;
  std::vector<uint32_t> stage_of_;  // by activity
  std::vector<int64_t> first_ = std::vector<int64_t>(options_.stages.size(), kNoTime);  // by stage
  Milestones milestones_;
  size_t case_ = 0;
  std::vector<Stretch> blocked_;
  std::vector<DoingStretch> stretches_;        // of the case
  bool any_start_ = false, any_open_ = false;  // of the case
  FlowLists lists_;
};

}  // namespace

int64_t SeenUntil(const CaseSpan& c, const Horizon& horizon) {
  return EndsIn(c, horizon) ? c.end : horizon.end;
}

bool EndsIn(const CaseSpan& c, const Horizon& horizon) { return c.ended && horizon.Holds(c.end); }

bool TouchesHorizon(const CaseSpan& c, const Horizon& horizon) {
  return (c.begin < horizon.end || horizon.Holds(c.begin)) && (!c.ended || c.end >= horizon.begin);
}

std::vector<CaseSpan> SpansOf(const LogSnapshot& log) {
  const CaseEnds ends(log);
  std::vector<CaseSpan> spans(log.case_count());
  for (size_t c = 0; c < spans.size(); ++c)
    spans[c] = {CaseStart(log, c), CaseEnd(log, c), ends.HasEnded(c)};
  return spans;
}

absl::StatusOr<FlowLists> ReadFlow(const LogSnapshot& log, const std::vector<CaseSpan>& cases,
                                   const Horizon& horizon,
                                   const std::vector<std::string>& map_transitions,
                                   const FlowOptions& options,
                                   absl::FunctionRef<absl::Status()> keep_on) {
  Pass pass(log, cases, horizon, map_transitions, options);
  RETURN_IF_ERROR(pass.Read(log, map_transitions, keep_on));
  return pass.Take();
}

}  // namespace plumbline::analytics
