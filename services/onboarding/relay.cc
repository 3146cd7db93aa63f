// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/relay.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "services/onboarding/relay_events.h"

namespace plumbline::onboarding {
namespace {

constexpr char kService[] = "/plumbline.analytics.v1.AnalyticsService/";
constexpr absl::Duration kRoundDeadline = absl::Seconds(60);

using analytics::v1::Event;

// The parts of "workspaces/{w}/eventLogs/{l}".
struct LogParts {
  std::string parent;
  std::string id;
};
LogParts PartsOf(const std::string& log) {
  size_t slash = log.find("/eventLogs/");
  return {log.substr(0, slash), log.substr(log.rfind('/') + 1)};
}

}  // namespace

Relay::Relay(FeedStore& feed, RelayStore& store, rpc::Channel& analytics, const base::Clock& clock,
             const base::Logger& logger, const RelayOptions& options)
    : feed_(feed),
      store_(store),
      analytics_(analytics),
      clock_(clock),
      logger_(logger),
      options_(options),
      holder_(base::NewUuid()) {}

Relay::~Relay() { Stop(); }

void Relay::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void Relay::Stop() {
  wakeup_.Stop();
  if (thread_.joinable()) thread_.join();
}

absl::StatusOr<int64_t> Relay::RunOnce(const base::CallContext& context, absl::Time now) {
  // Whoever has nothing to send writes nothing, not even a lease.
  ASSIGN_OR_RETURN(const RelayState state, store_.LoadRelay(context));
  ASSIGN_OR_RETURN(std::vector<FeedEntry> next,
                   feed_.ReadFeed(context, {.after = state.cursor, .limit = 1}));
  if (next.empty()) return 0;
  ASSIGN_OR_RETURN(bool mine, store_.TakeRelayLease(context, holder_, now, options_.lease_term));
  if (!mine) return 0;
  return SendBatch(context);
}

absl::StatusOr<int64_t> Relay::SendBatch(const base::CallContext& context) {
  ASSIGN_OR_RETURN(const RelayState before, store_.LoadRelay(context));
  ASSIGN_OR_RETURN(std::vector<FeedEntry> entries,
                   feed_.ReadFeed(context, {.after = before.cursor, .limit = options_.batch}));
  if (entries.empty()) return 0;
  std::map<std::string, Outgoing> logs;
  for (const FeedEntry& entry : entries) {
    Outgoing& outgoing = logs[LogName(entry)];
    outgoing.title = entry.plan->title;
    outgoing.events.push_back(ToEvent(entry));
  }
  RelayState after{.cursor = entries.back().cursor, .next_sequence = {}};
  for (const auto& [log, outgoing] : logs) {
    auto known = before.next_sequence.find(log);
    int64_t first = known == before.next_sequence.end() ? 1 : known->second;
    ASSIGN_OR_RETURN(after.next_sequence[log], Send(context, log, outgoing, first));
  }
  RETURN_IF_ERROR(store_.SaveRelay(context, after));
  return static_cast<int64_t>(entries.size());
}

absl::StatusOr<int64_t> Relay::Send(const base::CallContext& context, const std::string& log,
                                    const Outgoing& outgoing, int64_t first) {
  absl::Status status = Write(context, log, first, outgoing.events);
  if (base::ReasonOf(status) == base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND) {
    RETURN_IF_ERROR(CreateLog(context, log, outgoing.title));
    status = Write(context, log, first, outgoing.events);
  }
  if (base::ReasonOf(status) == base::Reason::ERROR_REASON_SEQUENCE_GAP) {
    // The log was deleted, or analytics went back to a backup: the history still has what it lacks.
    int64_t expected = 0;
    if (!absl::SimpleAtoi(base::MetadataOf(status, "expected"), &expected) || expected < 1 ||
        expected >= first) {
      return status;
    }
    logger_.Warning("events are sent again that analytics no longer has",
                    {{"log", log}, {"from", expected}, {"to", first - 1}});
    RETURN_IF_ERROR(SendAgain(context, log, expected, first));
    status = Write(context, log, first, outgoing.events);
  }
  RETURN_IF_ERROR(status);
  return first + static_cast<int64_t>(outgoing.events.size());
}

absl::Status Relay::Write(const base::CallContext& context, const std::string& log, int64_t first,
                          const std::vector<Event>& events) {
  analytics::v1::WriteEventsRequest request;
  request.set_name(log);
  request.set_producer(kProducer);
  request.set_first_sequence(first);
  request.mutable_events()->Assign(events.begin(), events.end());
  analytics::v1::WriteEventsResponse response;
  return analytics_.Call(context, absl::StrCat(kService, "WriteEvents"), request, &response);
}

absl::Status Relay::CreateLog(const base::CallContext& context, const std::string& log,
                              const std::string& title) {
  LogParts parts = PartsOf(log);
  analytics::v1::CreateEventLogRequest request;
  request.set_parent(parts.parent);
  request.set_event_log_id(parts.id);
  request.mutable_event_log()->set_title(title);
  request.mutable_event_log()->add_map_transitions("complete");
  analytics::v1::CreateEventLogResponse response;
  absl::Status status =
      analytics_.Call(context, absl::StrCat(kService, "CreateEventLog"), request, &response);
  // Another relay, or an answer of ours that was lost, has made it.
  return absl::IsAlreadyExists(status) ? absl::OkStatus() : status;
}

absl::Status Relay::SendAgain(const base::CallContext& context, const std::string& log,
                              int64_t from, int64_t to) {
  LogParts parts = PartsOf(log);
  FeedQuery query{.workspace = parts.parent.substr(parts.parent.find('/') + 1),
                  .process = parts.id,
                  .limit = options_.batch};
  int64_t number = 1;  // of the next entry that is read
  while (number < to) {
    ASSIGN_OR_RETURN(std::vector<FeedEntry> entries, feed_.ReadFeed(context, query));
    if (entries.empty()) return base::Internal(absl::StrCat("the history of ", log, " is short"));
    query.after = entries.back().cursor;
    int64_t first = std::max(number, from);
    std::vector<Event> events;
    for (const FeedEntry& entry : entries) {
      if (number >= from && number < to) events.push_back(ToEvent(entry));
      ++number;
    }
    if (!events.empty()) RETURN_IF_ERROR(Write(context, log, first, events));
  }
  return absl::OkStatus();
}

void Relay::Loop() {
  absl::Duration pause = absl::ZeroDuration();
  while (wakeup_.Wait(pause) && wakeup_.Pause(options_.gather)) {
    base::CallContext context;
    context.identity = base::Identity::Everything(kProducer);
    context.deadline = clock_.Now() + kRoundDeadline;
    absl::StatusOr<int64_t> sent = RunOnce(context, clock_.Now());
    if (!sent.ok()) {
      logger_.Warning("the relay to analytics failed and will try again",
                      {{"error", sent.status().message()}});
    }
    pause = sent.ok() && *sent > 0 ? absl::ZeroDuration() : options_.interval;
  }
}

}  // namespace plumbline::onboarding
