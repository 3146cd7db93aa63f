// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/forecast/counter.h"

#include <map>
#include <utility>
#include <vector>

#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/runs/moment.h"

namespace plumbline::onboarding {
namespace {

constexpr char kSystem[] = "onboarding";

// The entries of one on-boarding that say that something was completed.
using Completions = std::map<std::pair<std::string, std::string>, Entries>;

Completions CompletionsOf(std::vector<FeedEntry>& entries) {
  Completions completions;
  for (FeedEntry& entry : entries) {
    if (entry.entry.kind != EntryKind::kTaskCompleted) continue;
    completions[{entry.workspace, entry.onboarding}].push_back(std::move(entry.entry));
  }
  return completions;
}

}  // namespace

DurationCounter::DurationCounter(RunStore& runs, FeedStore& feed, DurationStore& durations,
                                 const base::Clock& clock, const base::Logger& logger,
                                 const CounterOptions& options)
    : runs_(runs),
      feed_(feed),
      durations_(durations),
      logger_(logger),
      options_(options),
      holder_(base::NewUuid()),
      loop_(clock, logger,
            {.gather = options.gather,
             .interval = options.interval,
             .subject = kSystem,
             .failure = "durations of steps could not be counted"},
            [this](const base::CallContext& context, absl::Time now) -> absl::StatusOr<bool> {
              ASSIGN_OR_RETURN(const int64_t done, RunOnce(context, now));
              return done == options_.page;
            }) {}

absl::StatusOr<bool> DurationCounter::HoldLease(const base::CallContext& context, absl::Time now) {
  // Without a term nobody else can take it.
  if (options_.lease_term <= absl::ZeroDuration()) return true;
  return durations_.TakeLease(context, holder_, now, options_.lease_term);
}

absl::Status DurationCounter::Count(const base::CallContext& context, const std::string& workspace,
                                    const std::string& onboarding, const Entries& completed,
                                    std::map<DurationKey, Durations>* seconds) {
  ASSIGN_OR_RETURN(const Run run, runs_.Load(context, workspace, onboarding));
  ASSIGN_OR_RETURN(const calendar::Calendar calendar, CalendarOf(run.spec));
  const std::string process = ProcessId(*run.plan);
  for (const EndedTask& ended : EndedTasks(run, completed, calendar)) {
    const int64_t open = absl::ToInt64Seconds(ended.open);
    (*seconds)[{workspace, process, ended.step, ""}].push_back(open);
    if (!ended.owner.empty())
      (*seconds)[{workspace, process, ended.step, ended.owner}].push_back(open);
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> DurationCounter::RunOnce(const base::CallContext& context, absl::Time now) {
  ASSIGN_OR_RETURN(const FeedCursor from, durations_.Place(context));
  ASSIGN_OR_RETURN(std::vector<FeedEntry> entries,
                   feed_.ReadFeed(context, {.after = from, .limit = options_.page}));
  // Whoever has nothing to count writes nothing, not even a lease.
  if (entries.empty()) return 0;
  ASSIGN_OR_RETURN(const bool mine, HoldLease(context, now));
  if (!mine) return 0;
  const FeedCursor to = entries.back().cursor;
  const auto count = static_cast<int64_t>(entries.size());
  std::map<DurationKey, Durations> seconds;
  for (const auto& [of, completed] : CompletionsOf(entries)) {
    const absl::Status counted = Count(context, of.first, of.second, completed, &seconds);
    if (counted.ok()) continue;
    if (IsOfTheMoment(counted)) return counted;
    // Its durations are missing, those of all others are not.
    logger_.Warning("durations of the steps of one on-boarding could not be counted",
                    {{"workspace", of.first},
                     {"onboarding", of.second},
                     {"error", std::string(counted.message())}});
  }
  RETURN_IF_ERROR(durations_.Add(context, from, to, seconds));
  return count;
}

}  // namespace plumbline::onboarding
