// SPDX-License-Identifier: Apache-2.0
//
// Tells the catalog which revisions are run, so that who retires one learns of it
// (docs/adr/0007-who-uses-a-process.md). A report is the whole truth about one workspace: it may be
// lost, repeated or late, the next one mends it. Nothing depends on it: a run needs nothing of the
// catalog after its start.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RELAY_USES_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RELAY_USES_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/rpc/channel.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/onboarding/runs/store.h"
#include "services/onboarding/watch/wakeup.h"

namespace plumbline::onboarding {

struct UseRelayOptions {
  absl::Duration gather = absl::Seconds(2);      // least time between rounds
  absl::Duration interval = absl::Minutes(1);    // pause when nothing wakes it, and after an error
  absl::Duration renew = absl::Hours(6);         // before the same is said again
  absl::Duration ttl = absl::Hours(24);          // for how long the catalog believes it
  absl::Duration lease_term = absl::Minutes(3);  // after a crash another replica takes over
};

// What it is given must outlive it.
class UseRelay {
 public:
  UseRelay(UseStore& store, rpc::Channel& catalog, const base::Clock& clock,
           const base::Logger& logger, const UseRelayOptions& options);
  ~UseRelay();  // stops

  // Begins and ends the loop. Stop cancels a call that is under way; it is idempotent.
  void Start();
  void Stop();
  // What is run may have changed. Never blocks.
  void Wake() { wakeup_.Wake(); }

  // One round: reports the workspaces of which the catalog does not know the truth. Returns how
  // many; 0 = it knows, or another replica is at it. Called by one thread at a time.
  absl::StatusOr<int64_t> RunOnce(const base::CallContext& context, absl::Time now);

 private:
  // One report on its way.
  struct Outgoing {
    std::string workspace;
    catalog::v1::ReportProcessUseRequest request;
    std::string digest;
  };

  void Loop();
  absl::Status Send(const base::CallContext& context, absl::Time now, const Outgoing& outgoing);
  // One warning for each change of what is wrong.
  void Tell(const absl::Status& status);

  UseStore& store_;
  rpc::Channel& catalog_;
  const base::Clock& clock_;
  const base::Logger& logger_;
  const UseRelayOptions options_;
  const std::string holder_;
  std::string told_;  // touched by the loop alone
  Wakeup wakeup_;
  // Cancels what the thread is at.
  const std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
  std::thread thread_;
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RELAY_USES_H_
