// SPDX-License-Identifier: Apache-2.0
//
// One simulated on-boarding: a discrete-event simulation whose events are calls of the on-boarding
// API.
#ifndef PLUMBLINE_CLIENTS_SIMULATION_REP_H_
#define PLUMBLINE_CLIENTS_SIMULATION_REP_H_

#include <functional>
#include <map>
#include <queue>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "clients/simulation/behaviour.h"
#include "clients/simulation/cohort.h"
#include "clients/simulation/random.h"
#include "common/calendar/calendar.h"
#include "common/rpc/channel.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::simulation {

// Used once, by one thread.
class Rep {
 public:
  Rep(rpc::Channel& channel, const CohortOptions& options, const Behaviour& behaviour,
      const calendar::Calendar& calendar, int number, absl::CivilDay day_one);

  // Starts the on-boarding and works on it until it is complete. Adds what happened to `summary`.
  absl::Status Run(CohortSummary* summary);

 private:
  // Something that will happen.
  struct Event {
    absl::Time time;
    int order;  // of planning: ties are broken by it
    std::function<absl::Status()> act;
    bool operator>(const Event& other) const {
      return time != other.time ? time > other.time : order > other.order;
    }
  };

  absl::Status Start();
  void Plan(absl::Time time, std::function<absl::Status()> act);
  // A task's turn came: when will it be begun, what will go wrong, when will it be done?
  void PlanTask(const onboarding::v1::Task& task);
  void PlanImpediment(const onboarding::v1::Task& task, absl::Time from, absl::Time to,
                      onboarding::v1::Impediment::Category category, const std::string& utility,
                      const std::string& description);
  void PlanDecisions(const onboarding::v1::Onboarding& onboarding);
  std::string Choose(const onboarding::v1::Decision& decision);

  absl::Status Begin(const std::string& task);
  absl::Status Complete(const std::string& task);
  absl::Status Block(const std::string& task, const onboarding::v1::Impediment& impediment,
                     const std::string& id);
  absl::Status Unblock(const std::string& task, const std::string& id);
  absl::Status Decide(const std::string& decision, const std::string& option);
  template <typename Request, typename Response>
  absl::Status Call(const char* method, Request request, Response* response);
  // The tasks and decisions that an answer made possible.
  template <typename Response>
  void Follow(const Response& response);

  rpc::Channel& channel_;
  const CohortOptions& options_;
  const Behaviour& behaviour_;
  const calendar::Calendar& calendar_;
  const int number_;
  const absl::CivilDay day_one_;
  const std::string id_;
  Random random_;

  absl::Time now_;
  int planned_ = 0;
  int impediments_ = 0;
  bool finished_ = false;
  std::priority_queue<Event, std::vector<Event>, std::greater<Event>> events_;
  std::map<std::string, int> rounds_;      // of loops, by decision
  std::map<std::string, bool> answering_;  // decisions whose answer is planned
  CohortSummary* summary_ = nullptr;
};

}  // namespace plumbline::simulation

#endif  // PLUMBLINE_CLIENTS_SIMULATION_REP_H_
