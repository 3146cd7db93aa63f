// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast/case_steps.h"

#include "services/analytics/mining/case_times.h"
#include "services/analytics/mining/occurrences.h"

namespace plumbline::analytics::forecast {
namespace {

class Collector {
 public:
  Collector(const LogSnapshot& log, const conformance::Tree& tree, int64_t as_of,
            const std::vector<bool>& wanted, absl::FunctionRef<void(const CaseSteps&)> take)
      : log_(log), as_of_(as_of), wanted_(wanted), take_(take) {
    for (const std::string& activity : log.activities) labels_.push_back(tree.FindLabel(activity));
    for (const std::string& transition : log.transitions)
      skips_.push_back(transition == "manualskip" || transition == "autoskip");
  }

  void Add(const Occurrence& occurrence) {
    if (!wanted_[occurrence.case_number]) return;
    if (!any_ || occurrence.case_number != steps_.case_number) Begin(occurrence.case_number);
    const uint32_t label = labels_[occurrence.activity];
    if (occurrence.end != kNoTime && occurrence.end <= as_of_) {
      if (!EndsAStep(occurrence)) return;
      if (label == conformance::kNoLabel) {
        ++steps_.unknown_count;
      } else {
        steps_.done.push_back({label, occurrence.end});
      }
      return;
    }
    const bool came_up = (occurrence.scheduled != kNoTime && occurrence.scheduled <= as_of_) ||
                         (occurrence.start != kNoTime && occurrence.start <= as_of_);
    if (came_up && label != conformance::kNoLabel) steps_.open.push_back(label);
  }

  void Give() {
    if (any_ && steps_.begin <= as_of_) take_(steps_);
    any_ = false;
  }

 private:
  void Begin(uint32_t case_number) {
    Give();
    any_ = true;
    steps_ = {.case_number = case_number, .begin = CaseStart(log_, case_number)};
  }
  bool EndsAStep(const Occurrence& occurrence) const {
    if (occurrence.completed) return true;
    const uint32_t transition =
        occurrence.end_row == kNoText ? kNoText : log_.TransitionOf(occurrence.end_row);
    return transition != kNoText && skips_[transition];
  }

  const LogSnapshot& log_;
  const int64_t as_of_;
  const std::vector<bool>& wanted_;
  absl::FunctionRef<void(const CaseSteps&)> take_;
  std::vector<uint32_t> labels_;  // by activity of the log
  std::vector<bool> skips_;       // by transition
  CaseSteps steps_;
  bool any_ = false;
};

}  // namespace

absl::Status ReadCases(const LogSnapshot& log, const std::vector<std::string>& map_transitions,
                       const conformance::Tree& tree, int64_t as_of,
                       const std::vector<bool>& wanted,
                       absl::FunctionRef<void(const CaseSteps&)> take,
                       absl::FunctionRef<absl::Status()> keep_on) {
  Collector collector(log, tree, as_of, wanted, take);
  const OccurrenceSink sink{[&](const Occurrence& occurrence) { collector.Add(occurrence); }, {}};
  const absl::Status status = ReadOccurrences(log, map_transitions, sink, keep_on);
  if (status.ok()) collector.Give();
  return status;
}

int64_t WalkCase(const CaseSteps& steps, TreeWalk* walk) {
  std::vector<uint32_t> later(walk->tree().label_count());
  for (const CaseSteps::Step& step : steps.done) ++later[step.label];
  walk->Begin(steps.begin);
  int64_t refused = 0;
  for (const CaseSteps::Step& step : steps.done) {
    --later[step.label];
    refused += walk->Take(step.label, step.end, later) == TreeWalk::Taken::kNo;
  }
  for (const uint32_t label : steps.open) walk->Open(label);
  return refused;
}

}  // namespace plumbline::analytics::forecast
