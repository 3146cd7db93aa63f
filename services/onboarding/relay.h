// SPDX-License-Identifier: Apache-2.0
//
// The relay sends the history to analytics, each entry once: one event log per process.
//
// Exactly once: the feed never changes before a place that was read, so an entry always gets the
// same number in its log; analytics takes a number once. The cursor is stored only after analytics
// has acknowledged what lies before it. A crash, an answer that is lost, or a second relay leads to
// events being sent again with the numbers that they had.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RELAY_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RELAY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/rpc/channel.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "services/onboarding/store.h"
#include "services/onboarding/wakeup.h"

namespace plumbline::onboarding {

struct RelayOptions {
  absl::Duration gather = absl::Milliseconds(50);  // least time between rounds: few large batches
  absl::Duration interval = absl::Seconds(1);      // pause when there is nothing to send
  absl::Duration lease_term = absl::Seconds(3);    // after a crash another replica takes over
  int batch = 2000;                                // entries that are read at once, at most 10,000
};

// What it is given must outlive it.
class Relay {
 public:
  static constexpr char kProducer[] = "onboarding-relay";

  Relay(FeedStore& feed, RelayStore& store, rpc::Channel& analytics, const base::Clock& clock,
        const base::Logger& logger, const RelayOptions& options);
  ~Relay();  // stops

  // Begins and ends the loop. Stop is idempotent.
  void Start();
  void Stop();
  // There may be something to send. Never blocks.
  void Wake() { wakeup_.Wake(); }

  // One round: sends one batch and stores the place after it. Returns how many entries it has sent;
  // 0 = there is nothing, or another replica is at it. Called by one thread at a time.
  absl::StatusOr<int64_t> RunOnce(const base::CallContext& context, absl::Time now);

 private:
  // The events of one log in one batch.
  struct Outgoing {
    std::string title;
    std::vector<analytics::v1::Event> events;
  };

  void Loop();
  absl::StatusOr<int64_t> SendBatch(const base::CallContext& context);
  // Sends events from the number `first` on; makes the log if it is not there, and sends what
  // analytics has lost. Returns the number after the last one.
  absl::StatusOr<int64_t> Send(const base::CallContext& context, const std::string& log,
                               const Outgoing& outgoing, int64_t first);
  absl::Status Write(const base::CallContext& context, const std::string& log, int64_t first,
                     const std::vector<analytics::v1::Event>& events);
  absl::Status CreateLog(const base::CallContext& context, const std::string& log,
                         const std::string& title);
  // Sends the events `from` <= number < `to` of a log again, from the beginning of the feed.
  absl::Status SendAgain(const base::CallContext& context, const std::string& log, int64_t from,
                         int64_t to);

  FeedStore& feed_;
  RelayStore& store_;
  rpc::Channel& analytics_;
  const base::Clock& clock_;
  const base::Logger& logger_;
  const RelayOptions options_;
  const std::string holder_;
  Wakeup wakeup_;
  std::thread thread_;
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RELAY_H_
