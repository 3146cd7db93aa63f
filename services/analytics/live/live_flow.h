// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_FLOW_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_FLOW_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "services/analytics/flow/flow.h"
#include "services/analytics/flow/flow_lists.h"
#include "services/analytics/live/live_sums.h"
#include "services/analytics/live/live_times.h"

namespace plumbline::analytics {

// The flow of all of a log, from its begin to its end.
class LiveFlow : public LiveSums {
 public:
  // `options` without begin, end and stages; `stages`: names of activities of the log.
  LiveFlow(FlowOptions options, std::vector<std::string> stages,
           std::vector<std::string> map_transitions);

  absl::Status Change(const LiveCases& cases, int sign, KeepOn keep_on) override;
  void Settle() override;
  // False: no case has come to a stage; who reads the log tells why.
  bool CanAnswer() const override;
  int64_t memory_bytes() const override;
  int64_t answer_bytes() const override;

  // As MeasureFlow. Open cases are numbered as in `oldest_ids`. FIELD_INVALID (field "period").
  // O(cases), and O(log^2 n) for each step.
  absl::StatusOr<Flow> Answer(const LiveWhole& whole, std::vector<std::string>* oldest_ids,
                              KeepOn keep_on);

 private:
  struct Step {
    LiveTimes waiting, blocked;
    StepDelay counts;
    absl::int128 open_micros = 0;
  };
  struct Open {
    uint32_t number = 0;
    int64_t begin = 0;
  };

  std::vector<LiveTimes*> AllTimes();
  void ChangeSteps(const std::vector<StepLists>& lists, int sign);
  std::vector<StepDelay> Delays(const LiveWhole& whole);
  LeadTimes Times();
  // Oldest first, as ids go where they are as old.
  void SetOpen(const LiveWhole& whole, FlowParts* parts, std::vector<std::string>* oldest_ids);

  FlowOptions options_;  // its stages are the builder's numbers
  const std::vector<std::string> stages_, map_transitions_;
  LiveTimes begins_, ends_;  // of cases; ends of those that have ended
  LiveTimes lead_, touch_, wait_, blocked_, planned_;
  LiveTimes efficiencies_;  // the bits of numbers >= 0, which are in their order
  absl::int128 known_lead_ = 0;
  int64_t without_starts_ = 0;
  UnknownWaits unknown_;
  std::vector<Step> steps_;
  std::vector<LiveTimes> first_done_;
  std::vector<Open> open_;
  bool filling_ = true;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_FLOW_H_
