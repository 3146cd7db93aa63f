// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/impediments/carrier.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "services/onboarding/runs/moment.h"

namespace plumbline::onboarding {
namespace {

constexpr absl::Duration kRoundDeadline = absl::Seconds(60);
constexpr int kRecordsAtOnce = 100;
constexpr int kEntriesAtOnce = 1000;
constexpr int64_t kAll = INT64_MAX;
// In one transaction: it is as long as a few others, and the disk is waited for once.
constexpr size_t kRunsAtATime = 16;
constexpr char kWorker[] = "onboarding";

// Whether a task can be worked on from an entry on that could not before it.
bool MakesReady(EntryKind kind) {
  switch (kind) {
    case EntryKind::kTaskReady:
    case EntryKind::kTaskReopened:
    case EntryKind::kTaskRejected:
    case EntryKind::kMigrated:  // its tasks may depend on other utilities now
      return true;
    default:
      return false;
  }
}

bool Uses(const FeedEntry& entry, const std::string& utility) {
  const flow::Plan& plan = entry.plan->plan;
  const flow::NodeIndex step =
      entry.entry.step.empty() ? flow::kNoNode : plan.Find(entry.entry.step);
  // It is about the whole, or of another plan: the on-boarding knows better.
  if (step == flow::kNoNode) return true;
  const std::vector<std::string>& used = plan.node(step).step.utilities;
  return std::find(used.begin(), used.end(), utility) != used.end();
}

}  // namespace

Carrier::Carrier(ImpedimentStore& store, FeedStore& feed, const base::Clock& clock,
                 const base::Logger& logger, const CarrierOptions& options)
    : store_(store),
      feed_(feed),
      clock_(clock),
      logger_(logger),
      options_(options),
      holder_(base::NewUuid()) {}

Carrier::~Carrier() { Stop(); }

void Carrier::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void Carrier::Stop() {
  wakeup_.Stop();
  cancelled_->store(true);
  if (thread_.joinable()) thread_.join();
}

void Carrier::CarryNow(const base::CallContext& context, const ImpedimentKey& key, absl::Time now) {
  const auto carry = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const StoredRecord stored, store_.Get(context, key));
    if (!stored.pending) return absl::OkStatus();
    return Carry(context, stored, options_.at_once, now).status();
  };
  {
    absl::MutexLock lock(&mutex_);
    carried_now_.insert(key);
  }
  // The record is written: that its on-boardings are late is no error of the call.
  const absl::Status status = carry();
  {
    absl::MutexLock lock(&mutex_);
    carried_now_.erase(carried_now_.find(key));
  }
  if (!status.ok()) wakeup_.Wake();
}

bool Carrier::IsCarried(const ImpedimentKey& key) {
  absl::MutexLock lock(&mutex_);
  return carried_now_.contains(key);
}

absl::StatusOr<int64_t> Carrier::Carry(const base::CallContext& context, const StoredRecord& stored,
                                       int64_t limit, absl::Time now) {
  const bool of_all = stored.record.all_users() && !stored.resolved();
  ASSIGN_OR_RETURN(const std::vector<PlanUsers> users, store_.UsersOf(context, stored));
  int64_t carried = 0;
  absl::Status failed;
  std::string after;
  bool more = true;
  while (more && carried < limit) {
    const int batch = static_cast<int>(std::min<int64_t>(options_.page, limit - carried) + 1);
    ASSIGN_OR_RETURN(std::vector<std::string> runs,
                     store_.Followers(context, stored, users, after, batch));
    more = runs.size() == static_cast<size_t>(batch);
    if (more) runs.pop_back();
    const absl::Status followed = Follow(context, stored.key, runs, now);
    if (IsOfTheMoment(followed)) return followed;
    failed.Update(followed);
    carried += static_cast<int64_t>(runs.size());
    if (more) after = runs.back();
  }
  RETURN_IF_ERROR(failed);
  if (more) return carried;
  // Only who follows the feed from now on knows that no user is passed over.
  if (!of_all || limit == kAll) RETURN_IF_ERROR(store_.Settle(context, stored));
  return carried;
}

absl::Status Carrier::Follow(const base::CallContext& context, const ImpedimentKey& key,
                             absl::Span<const std::string> onboardings, absl::Time now) {
  absl::Status first;
  for (size_t i = 0; i < onboardings.size(); i += kRunsAtATime) {
    const absl::Span<const std::string> some = onboardings.subspan(i, kRunsAtATime);
    const absl::Status all = store_.Follow(context, key, some, now);
    if (all.ok()) continue;
    if (IsOfTheMoment(all)) return all;
    for (size_t j = 0; j < some.size(); ++j) {
      const absl::Status one = store_.Follow(context, key, some.subspan(j, 1), now);
      if (IsOfTheMoment(one)) return one;
      first.Update(one);
    }
  }
  return first;
}

absl::StatusOr<int64_t> Carrier::FollowFeed(const base::CallContext& context,
                                            const std::vector<StoredRecord>& records,
                                            absl::Time now) {
  ASSIGN_OR_RETURN(const std::vector<FeedEntry> entries,
                   feed_.ReadFeed(context, {.after = *place_, .limit = kEntriesAtOnce}));
  std::map<ImpedimentKey, std::set<std::string>> users;
  for (const FeedEntry& entry : entries) {
    if (!MakesReady(entry.entry.kind)) continue;
    for (const StoredRecord& stored : records) {
      if (stored.key.workspace == entry.workspace && Uses(entry, stored.record.utility()))
        users[stored.key].insert(entry.onboarding);
    }
  }
  int64_t carried = 0;
  absl::Status failed;
  for (const auto& [key, runs] : users) {
    const std::vector<std::string> names(runs.begin(), runs.end());
    const absl::Status followed = Follow(context, key, names, now);
    if (IsOfTheMoment(followed)) return followed;
    failed.Update(followed);
    carried += static_cast<int64_t>(runs.size());
  }
  if (!entries.empty()) place_ = entries.back().cursor;
  RETURN_IF_ERROR(failed);
  const bool more = entries.size() == static_cast<size_t>(kEntriesAtOnce);
  return carried + more;
}

absl::StatusOr<int64_t> Carrier::CarryAll(const base::CallContext& context,
                                          const std::vector<StoredRecord>& records,
                                          absl::Time now) {
  int64_t carried = 0;
  absl::Status first;
  for (const StoredRecord& stored : records) {
    const absl::StatusOr<int64_t> some = Carry(context, stored, kAll, now);
    if (IsOfTheMoment(some.status())) return some.status();
    if (some.ok()) carried += *some;
    first.Update(some.status());
  }
  RETURN_IF_ERROR(first);
  return carried;
}

absl::StatusOr<int64_t> Carrier::CarryPending(const base::CallContext& context,
                                              const std::vector<StoredRecord>& records,
                                              absl::Time now) {
  int64_t carried = 0;
  absl::Status first;
  for (const StoredRecord& stored : records) {
    const absl::StatusOr<int64_t> some = Carry(context, stored, kAll, now);
    if (IsOfTheMoment(some.status())) return some.status();
    first.Update(some.status());
    if (some.ok()) {
      carried += *some;
      retries_.erase(stored.key);
    } else {
      Retry& retry = retries_[stored.key];
      retry.version = stored.version;
      Failed(now, &retry);
    }
  }
  RETURN_IF_ERROR(first);
  return carried;
}

void Carrier::Failed(absl::Time now, Retry* retry) const {
  retry->pause = std::clamp(2 * retry->pause, options_.retry, options_.retry_most);
  retry->at = now + retry->pause;
}

absl::StatusOr<int64_t> Carrier::CarryUsers(const base::CallContext& context,
                                            const std::vector<StoredRecord>& records,
                                            absl::Time now) {
  const bool look = !place_.has_value() || (users_retry_.has_value() && now >= users_retry_->at);
  if (!look) {
    const absl::StatusOr<int64_t> carried = FollowFeed(context, records, now);
    const bool failed = !carried.ok() && !IsOfTheMoment(carried.status());
    if (failed && !users_retry_.has_value()) Failed(now, &users_retry_.emplace());
    return carried;
  }
  // First the place, then the look: what becomes ready after the look comes after the place.
  ASSIGN_OR_RETURN(const FeedCursor newest, feed_.Newest(context));
  const absl::StatusOr<int64_t> carried = CarryAll(context, records, now);
  if (IsOfTheMoment(carried.status())) return carried;
  place_ = newest;
  if (carried.ok()) {
    users_retry_.reset();
  } else {
    if (!users_retry_.has_value()) users_retry_.emplace();
    Failed(now, &*users_retry_);
  }
  return carried;
}

absl::StatusOr<int64_t> Carrier::RunOnce(const base::CallContext& context, absl::Time now) {
  // Those that cannot be carried yet do not take the room of others.
  const int most = kRecordsAtOnce + static_cast<int>(retries_.size());
  ASSIGN_OR_RETURN(std::vector<StoredRecord> pending, store_.Pending(context, most));
  ASSIGN_OR_RETURN(const std::vector<StoredRecord> of_all, store_.OfAllUsers(context));
  if (of_all.empty()) place_.reset();
  if (pending.empty()) retries_.clear();
  std::erase_if(pending, [&](const StoredRecord& stored) {
    const auto retry = retries_.find(stored.key);
    const bool waits = retry != retries_.end() && retry->second.version == stored.version &&
                       now < retry->second.at;
    return waits || IsCarried(stored.key);
  });
  // Whoever has nothing to do writes nothing, not even a lease.
  if (pending.empty() && of_all.empty()) return 0;
  ASSIGN_OR_RETURN(const bool mine, store_.TakeLease(context, holder_, now, options_.lease_term));
  if (!mine) {
    place_.reset();
    users_retry_.reset();
    return 0;
  }
  // One that cannot be carried does not hold up the others.
  const absl::StatusOr<int64_t> carried = CarryPending(context, pending, now);
  const absl::StatusOr<int64_t> users =
      of_all.empty() ? absl::StatusOr<int64_t>(0) : CarryUsers(context, of_all, now);
  RETURN_IF_ERROR(carried.status());
  RETURN_IF_ERROR(users.status());
  return *carried + *users;
}

void Carrier::Tell(const absl::Status& status) {
  std::string message(status.message());
  if (message == told_) return;
  told_ = std::move(message);
  if (status.ok()) return;
  logger_.Warning("impediments could not be carried into on-boardings", {{"error", told_}});
}

void Carrier::Loop() {
  do {
    base::CallContext context;
    context.identity = base::Identity::Everything(kWorker);
    const absl::Time now = clock_.Now();
    context.deadline = now + kRoundDeadline;
    context.cancelled = cancelled_;
    const absl::StatusOr<int64_t> carried = RunOnce(context, now);
    Tell(carried.status());
    if (!wakeup_.Pause(options_.gather)) return;
  } while (wakeup_.Wait(options_.interval));
}

}  // namespace plumbline::onboarding
