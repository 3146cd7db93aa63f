// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/impediments/preview.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

// Whether it may make another number of tasks stand still.
bool MovesCounts(v1::ImpedimentEntry::Kind kind) {
  return kind == v1::ImpedimentEntry::KIND_OPENED ||
         kind == v1::ImpedimentEntry::KIND_TASKS_ADDED ||
         kind == v1::ImpedimentEntry::KIND_TASK_REMOVED ||
         kind == v1::ImpedimentEntry::KIND_RESOLVED;
}

int BlockedBy(const Run& run, const std::string& record) {
  return static_cast<int>(
      std::count_if(run.impediments.begin(), run.impediments.end(), [&](const Impediment& one) {
        return !one.resolve_time.has_value() && RecordId(run.spec, one) == record;
      }));
}

// Who would follow, in order, with what is wished of each; at most one more than `most`.
using Wishes = std::map<std::string, std::vector<Wish>>;
absl::StatusOr<Wishes> FollowersOf(const ImpedimentDependencies& on,
                                   const base::CallContext& context, const StoredRecord& stored,
                                   const RecordChange& change, int most) {
  Wishes wishes;
  for (const Wish& wish : change.wishes) wishes[wish.onboarding].push_back(wish);
  ASSIGN_OR_RETURN(const std::vector<PlanUsers> users, on.store.UsersOf(context, stored));
  ASSIGN_OR_RETURN(const std::vector<std::string> known,
                   on.store.Followers(context, stored, users, "", most + 1));
  for (const std::string& onboarding : known) wishes[onboarding];
  return wishes;
}

}  // namespace

absl::StatusOr<v1::ImpedimentRecord> ShownAfter(const ImpedimentDependencies& on,
                                                const base::CallContext& context,
                                                const StoredRecord& stored,
                                                const RecordChange& change, RecordCounts now) {
  if (!MovesCounts(change.entry.kind())) return Shown(stored, now);
  const int most = on.carrier.at_once();
  ASSIGN_OR_RETURN(const Wishes followers, FollowersOf(on, context, stored, change, most));
  const absl::Time time = absl::FromUnixMicros(absl::ToUnixMicros(on.clock.Now()));
  int followed = 0;
  for (const auto& [onboarding, wishes] : followers) {
    if (followed++ >= most) break;
    absl::StatusOr<Run> run = on.runs.Load(context, stored.key.workspace, onboarding);
    // It went while they were looked at.
    if (base::ReasonOf(run.status()) == base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND) continue;
    RETURN_IF_ERROR(run.status());
    const int before = BlockedBy(*run, stored.key.record);
    const Occurrence when{std::max(time, run->last_time), time, context.identity.subject};
    RETURN_IF_ERROR(FollowRecord(*run, NewsOf(stored, wishes), when).status());
    const int after = BlockedBy(*run, stored.key.record);
    now.tasks += after - before;
    now.onboardings += (after > 0) - (before > 0);
  }
  StoredRecord changed = stored;
  // The users of a utility are not done with by one call: others become ready meanwhile.
  changed.pending = static_cast<int>(followers.size()) > most ||
                    (change.carried && stored.record.all_users() && !stored.resolved());
  return Shown(changed, now);
}

}  // namespace plumbline::onboarding
