// SPDX-License-Identifier: Apache-2.0
//
// Tells the catalog which revisions are run, so that who retires one learns of it
// (docs/adr/0007-who-uses-a-process.md). A report is the whole truth about one workspace: it may be
// lost, repeated or late, the next one mends it. Nothing depends on it: a run needs nothing of the
// catalog after its start.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RELAY_USES_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RELAY_USES_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/rpc/channel.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/onboarding/runs/store.h"
#include "services/onboarding/watch/round_loop.h"

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

  // Begins and ends the loop. Stop cancels a call that is under way; it is idempotent.
  void Start() { loop_.Start(); }
  void Stop() { loop_.Stop(); }
  // What is run may have changed. Never blocks.
  void Wake() { loop_.Wake(); }

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

  absl::Status Send(const base::CallContext& context, absl::Time now, const Outgoing& outgoing);

  UseStore& store_;
  rpc::Channel& catalog_;
  const UseRelayOptions options_;
  const std::string holder_;
  RoundLoop loop_;  // last: it uses the others
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RELAY_USES_H_
