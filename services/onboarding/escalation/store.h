// SPDX-License-Identifier: Apache-2.0
//
// What is kept of escalation and of substitutes beside the runs. Everything here is thread-safe,
// may block until context.deadline, and fails also with DEPENDENCY_UNAVAILABLE, DEADLINE_EXCEEDED,
// SHUTTING_DOWN and INTERNAL.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_STORE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/expr/schema.h"
#include "common/listing/query.h"
#include "plumbline/onboarding/v1/escalation.pb.h"

namespace plumbline::onboarding::escalation {

struct EscalationName {
  std::string workspace;
  std::string onboarding;
  int64_t sequence = 0;  // of its entry
};

struct EscalationQuery {
  std::string workspace;
  std::string onboarding;  // "" = all of them
  std::string recipient;   // "" = whoever was told
  listing::Query list;     // of EscalationSchema
};

// A run that has to be looked at.
struct DueRun {
  std::string workspace;
  std::string onboarding;
  absl::Time next;      // since when
  int64_t version = 0;  // another one with every change that moves `next`
};

class EscalationStore {
 public:
  virtual ~EscalationStore() = default;
  // A page, newest first by itself. PAGE_TOKEN_INVALID for a position of another order. O(page +
  // what the filter passes over).
  virtual absl::StatusOr<listing::Page<v1::Escalation>> List(const base::CallContext& context,
                                                             const EscalationQuery& query) = 0;
  // RESOURCE_NOT_FOUND.
  virtual absl::StatusOr<v1::Escalation> Get(const base::CallContext& context,
                                             const EscalationName& name) = 0;
  // Of all workspaces, what is due longest first. O(limit).
  virtual absl::StatusOr<std::vector<DueRun>> FindDue(const base::CallContext& context,
                                                      absl::Time now, int limit) = 0;
  // Looks at the run at `next`, or never, unless it was changed since it was found.
  virtual absl::Status Defer(const base::CallContext& context, const DueRun& due,
                             std::optional<absl::Time> next) = 0;
  // True if `holder` may escalate until now + term.
  virtual absl::StatusOr<bool> TakeLease(const base::CallContext& context, absl::string_view holder,
                                         absl::Time now, absl::Duration term) = 0;
};

// A person who has to be looked at.
struct DuePerson {
  std::string workspace;
  std::string person;
  absl::Time next;
  std::string version;  // another one with every change that concerns them
};

// A task that somebody has, or is to verify, or of which they are asked whether it may be left out.
struct HeldTask {
  std::string workspace;
  std::string onboarding;
  std::string task;    // its id
  std::string person;  // who has it, or for whom somebody stands in
  // Where lists have it: node of the plan, round. Another plan numbers otherwise.
  int64_t step = 0;
  int64_t round = 1;
  bool waiver = false;  // they are asked
};

class StandInStore {
 public:
  virtual ~StandInStore() = default;
  // Of all workspaces, what is due longest first. O(limit).
  virtual absl::StatusOr<std::vector<DuePerson>> FindDue(const base::CallContext& context,
                                                         absl::Time now, int limit) = 0;
  // Looks at the person at `next`, or never; `away` is since when somebody stands in for them,
  // nullopt = nobody does. Does nothing where the record was written since they were found.
  virtual absl::Status Settle(const base::CallContext& context, const DuePerson& due,
                              std::optional<absl::Time> next, std::optional<absl::Time> away) = 0;
  // Looks at the person at once.
  virtual absl::Status Touch(const base::CallContext& context, absl::string_view workspace,
                             absl::string_view person) = 0;
  // Open tasks of people who are away and for whom somebody stands in, that they had before or got
  // by themselves; the first `limit`. O(people who are away + limit).
  virtual absl::StatusOr<std::vector<HeldTask>> FindLeft(const base::CallContext& context,
                                                         int limit) = 0;
  // Open tasks that somebody does, or verifies, in the stead of the person, or those of which they
  // are asked in their stead (`after.waiver`); the first `limit` after `after`.
  virtual absl::StatusOr<std::vector<HeldTask>> FindStoodFor(const base::CallContext& context,
                                                             const HeldTask& after, int limit) = 0;
  // True if `holder` may hand tasks over until now + term.
  virtual absl::StatusOr<bool> TakeLease(const base::CallContext& context, absl::string_view holder,
                                         absl::Time now, absl::Duration term) = 0;
};

// What lists may filter and order by.
const expr::Schema& EscalationSchema();

}  // namespace plumbline::onboarding::escalation

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_STORE_H_
