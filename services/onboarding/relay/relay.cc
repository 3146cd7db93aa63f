// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/relay/relay.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "services/onboarding/relay/events.h"

namespace plumbline::onboarding {
namespace {

constexpr char kService[] = "/plumbline.analytics.v1.AnalyticsService/";
constexpr char kName[] = "onboarding-relay";
constexpr int kMaxEvents = 10'000;  // of one WriteEvents
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

FeedQuery QueryOf(const std::string& log, int limit) {
  LogParts parts = PartsOf(log);
  return {.workspace = parts.parent.substr(parts.parent.find('/') + 1),
          .process = parts.id,
          .limit = limit,
          .with_subjects_of_starts = true};
}

// Whether analytics will not take these events however often they are sent, while it may take
// those of another log.
bool IsRefusal(const absl::Status& status) {
  const base::Reason reason = base::ReasonOf(status);
  return reason == base::Reason::ERROR_REASON_PERMISSION_DENIED ||
         reason == base::Reason::ERROR_REASON_FIELD_INVALID ||
         reason == base::Reason::ERROR_REASON_MESSAGE_TOO_LARGE;
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
  cancelled_->store(true);
  if (thread_.joinable()) thread_.join();
}

void Relay::Outgoing::Add(const FeedEntry& entry) {
  title = entry.plan->title;
  events.push_back(ToEvent(entry));
}

bool Relay::IsDue(const std::string& log, const RelayLog& at, absl::Time now) const {
  if (!at.refused_after.has_value()) return false;
  auto retry = retry_at_.find(log);
  return retry == retry_at_.end() || now >= retry->second;
}

bool Relay::AnyIsDue(const RelayState& state, absl::Time now) const {
  return std::any_of(state.logs.begin(), state.logs.end(),
                     [&](const auto& log) { return IsDue(log.first, log.second, now); });
}

absl::StatusOr<int64_t> Relay::RunOnce(const base::CallContext& context, absl::Time now) {
  // Whoever has nothing to send writes nothing, not even a lease.
  ASSIGN_OR_RETURN(const RelayState state, store_.LoadRelay(context));
  if (!AnyIsDue(state, now)) {
    ASSIGN_OR_RETURN(std::vector<FeedEntry> next,
                     feed_.ReadFeed(context, {.after = state.cursor, .limit = 1}));
    if (next.empty()) return 0;
  }
  ASSIGN_OR_RETURN(bool mine, store_.TakeRelayLease(context, holder_, now, options_.lease_term));
  if (!mine) return 0;
  return SendBatch(context, now);
}

absl::StatusOr<RelayState> Relay::Load(const base::CallContext& context) {
  ASSIGN_OR_RETURN(RelayState state, store_.LoadRelay(context));
  if (!state.producer.empty()) return state;
  state.producer = absl::StrCat(kName, "/", base::NewUuid());
  state.logs.clear();
  RETURN_IF_ERROR(store_.SaveRelay(context, state));
  return store_.LoadRelay(context);
}

absl::StatusOr<int64_t> Relay::SendBatch(const base::CallContext& context, absl::Time now) {
  ASSIGN_OR_RETURN(RelayState loaded, Load(context));
  Round round{context, now, std::move(loaded), {}};
  // After a round that failed, or another relay's, events are sent that analytics may have.
  const bool first_time = round.state.version == saved_version_;
  saved_version_ = -1;
  int64_t done = 0;
  const std::map<std::string, RelayLog> before = round.state.logs;
  for (const auto& [log, at] : before) {
    if (!IsDue(log, at, now)) continue;
    ASSIGN_OR_RETURN(int64_t sent, SendLeftBehind(round, log));
    done += sent;
  }
  round.duplicates = 0;  // a part may have been taken before the rest was refused
  ASSIGN_OR_RETURN(int64_t next, SendNext(round));
  if (next == 0 && round.logs.empty()) return 0;
  round.state.logs = std::move(round.logs);
  RETURN_IF_ERROR(store_.SaveRelay(context, round.state));
  saved_version_ = round.state.version + 1;
  if (first_time && round.duplicates > 0) {
    logger_.Error(
        "analytics took new events for duplicates: an answer was lost on the way, or somebody else "
        "writes as this producer and events are missing",
        {{"producer", round.state.producer}, {"duplicates", round.duplicates}});
  }
  return done + next;
}

absl::StatusOr<int64_t> Relay::SendNext(Round& round) {
  ASSIGN_OR_RETURN(std::vector<FeedEntry> entries,
                   feed_.ReadFeed(round.context, {.after = round.state.cursor,
                                                  .limit = options_.batch,
                                                  .with_subjects_of_starts = true}));
  if (entries.empty()) return 0;
  std::map<std::string, Outgoing> logs;
  for (const FeedEntry& entry : entries) logs[LogName(entry)].Add(entry);
  for (const auto& [log, outgoing] : logs) {
    if (round.state.logs[log].refused_after.has_value()) continue;  // it has a place of its own
    ASSIGN_OR_RETURN(bool taken, Offer(round, log, outgoing));
    if (!taken) round.state.logs[log].refused_after = round.state.cursor;
    round.logs[log] = round.state.logs[log];
  }
  round.state.cursor = entries.back().cursor;
  return static_cast<int64_t>(entries.size());
}

absl::StatusOr<int64_t> Relay::SendLeftBehind(Round& round, const std::string& log) {
  RelayLog& at = round.state.logs[log];
  FeedQuery query = QueryOf(log, options_.batch);
  query.after = *at.refused_after;
  ASSIGN_OR_RETURN(std::vector<FeedEntry> entries, feed_.ReadFeed(round.context, query));
  bool level = entries.size() < static_cast<size_t>(options_.batch);
  Outgoing outgoing;
  for (const FeedEntry& entry : entries) {
    // What lies after the relay's place is sent with all others.
    level = level || entry.cursor >= round.state.cursor;
    if (entry.cursor > round.state.cursor) break;
    outgoing.Add(entry);
  }
  if (!outgoing.events.empty()) {
    ASSIGN_OR_RETURN(bool taken, Offer(round, log, outgoing));
    if (!taken) return 0;
  }
  if (level) {
    at.refused_after.reset();
  } else {
    at.refused_after = entries.back().cursor;
  }
  round.logs[log] = at;
  return static_cast<int64_t>(outgoing.events.size());
}

absl::StatusOr<bool> Relay::Offer(Round& round, const std::string& log, const Outgoing& outgoing) {
  RelayLog& at = round.state.logs[log];
  absl::Status status = Send(round, log, outgoing, at.next_sequence);
  if (IsRefusal(status)) {
    logger_.Error("analytics refuses events of a log; they wait, and the other logs go on",
                  {{"log", log}, {"from", at.next_sequence}, {"error", status.message()}});
    retry_at_[log] = round.now + options_.refused_pause;
    return false;
  }
  RETURN_IF_ERROR(status);
  retry_at_.erase(log);
  at.next_sequence += static_cast<int64_t>(outgoing.events.size());
  return true;
}

absl::Status Relay::Send(Round& round, const std::string& log, const Outgoing& outgoing,
                         int64_t first) {
  absl::Status status = Write(round, log, first, outgoing.events);
  if (base::ReasonOf(status) == base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND) {
    RETURN_IF_ERROR(CreateLog(round.context, log, outgoing.title));
    status = Write(round, log, first, outgoing.events);
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
    RETURN_IF_ERROR(SendAgain(round, log, expected, first));
    status = Write(round, log, first, outgoing.events);
  }
  return status;
}

absl::Status Relay::Write(Round& round, const std::string& log, int64_t first,
                          const std::vector<Event>& events) {
  for (size_t next = 0; next < events.size();) {
    analytics::v1::WriteEventsRequest request;
    request.set_name(log);
    request.set_producer(round.state.producer);
    request.set_resends(true);
    request.set_first_sequence(first + static_cast<int64_t>(next));
    size_t bytes = 0;
    do {
      *request.add_events() = events[next];
      bytes += events[next].ByteSizeLong();
      ++next;
    } while (next < events.size() && request.events_size() < kMaxEvents &&
             bytes + events[next].ByteSizeLong() <= options_.write_bytes);
    analytics::v1::WriteEventsResponse response;
    RETURN_IF_ERROR(
        analytics_.Call(round.context, absl::StrCat(kService, "WriteEvents"), request, &response));
    round.duplicates += response.duplicate_count();
  }
  return absl::OkStatus();
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

absl::Status Relay::SendAgain(Round& round, const std::string& log, int64_t from, int64_t to) {
  FeedQuery query = QueryOf(log, options_.batch);
  int64_t number = 1;  // of the next entry that is read
  while (number < to) {
    ASSIGN_OR_RETURN(std::vector<FeedEntry> entries, feed_.ReadFeed(round.context, query));
    if (entries.empty()) return base::Internal(absl::StrCat("the history of ", log, " is short"));
    query.after = entries.back().cursor;
    int64_t first = std::max(number, from);
    std::vector<Event> events;
    for (const FeedEntry& entry : entries) {
      if (number >= from && number < to) events.push_back(ToEvent(entry));
      ++number;
    }
    if (!events.empty()) RETURN_IF_ERROR(Write(round, log, first, events));
  }
  return absl::OkStatus();
}

void Relay::Loop() {
  absl::Duration pause = absl::ZeroDuration();
  while (wakeup_.Wait(pause) && wakeup_.Pause(options_.gather)) {
    base::CallContext context;
    context.identity = base::Identity::Everything(kName);
    context.deadline = clock_.Now() + kRoundDeadline;
    context.cancelled = cancelled_;
    absl::StatusOr<int64_t> sent = RunOnce(context, clock_.Now());
    if (!sent.ok()) {
      logger_.Warning("the relay to analytics failed and will try again",
                      {{"error", sent.status().message()}});
    }
    pause = sent.ok() && *sent > 0 ? absl::ZeroDuration() : options_.interval;
  }
}

}  // namespace plumbline::onboarding
