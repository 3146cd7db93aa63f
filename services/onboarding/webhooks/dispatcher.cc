// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/webhooks/dispatcher.h"

#include <algorithm>
#include <set>

#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "services/onboarding/runs/moment.h"

namespace plumbline::onboarding::webhooks {
namespace {

constexpr absl::Duration kRoundDeadline = absl::Seconds(60);

// Entries that no webhook of these can get are passed over.
FeedCursor BeginOf(const std::vector<StoredWebhook>& webhooks, const FeedCursor& place) {
  int64_t first = INT64_MAX;
  for (const StoredWebhook& webhook : webhooks) first = std::min(first, webhook.start_position);
  return std::max(place, FeedCursor{first, 0});
}

// Lets a call rest, or drops it.
absl::Status Hold(View& view, const DeliveryKey& key, Need need, absl::Time now) {
  ASSIGN_OR_RETURN(std::optional<StoredDelivery> stored, view.deliveries().Find(key));
  if (!stored.has_value()) return absl::OkStatus();
  if (need == Need::kRests) {
    Rest(now, &*stored);
  } else {
    Drop(&*stored);
  }
  return view.deliveries().Put(*stored);
}

}  // namespace

Dispatcher::Dispatcher(FeedStore& feed, WebhookStore& store, Calls& calls,
                       std::unique_ptr<http::Client> client, const base::Clock& clock,
                       base::Chance chance, const base::Logger& logger,
                       const DispatcherOptions& options)
    : feed_(feed),
      store_(store),
      calls_(calls),
      client_(std::move(client)),
      clock_(clock),
      chance_(std::move(chance)),
      logger_(logger),
      options_(options),
      holder_(base::NewUuid()) {}

Dispatcher::~Dispatcher() { Stop(); }

void Dispatcher::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void Dispatcher::Stop() {
  wakeup_.Stop();
  cancelled_->store(true);
  client_->Wake();
  if (thread_.joinable()) thread_.join();
}

void Dispatcher::Wake() {
  wakeup_.Wake();
  // After every commit: a call of the system is made only where somebody waits for it.
  if (waiting_) client_->Wake();
}

absl::StatusOr<Dispatcher::Webhooks> Dispatcher::LoadEnabled(const base::CallContext& context,
                                                             FeedPlace* place) {
  Webhooks webhooks;
  RETURN_IF_ERROR(store_.Read(context, [&](View& view) -> absl::Status {
    ASSIGN_OR_RETURN(webhooks, view.webhooks().ListEnabled());
    if (place == nullptr) return absl::OkStatus();
    ASSIGN_OR_RETURN(*place, view.LoadPlace());
    return absl::OkStatus();
  }));
  return webhooks;
}

absl::StatusOr<bool> Dispatcher::HoldLease(const base::CallContext& context, absl::Time now) {
  // Without a term nobody else can take it.
  if (options_.lease_term <= absl::ZeroDuration()) return true;
  // Not written in every round, but well before it ends.
  if (now >= leased_ && now < leased_ + options_.lease_term / 3) return true;
  ASSIGN_OR_RETURN(bool held, store_.TakeLease(context, holder_, now, options_.lease_term));
  leased_ = held ? now : absl::InfinitePast();
  return held;
}

const EntryFilter& Dispatcher::FilterOf(const StoredWebhook& webhook) {
  Compiled& compiled = filters_[webhook.uid];
  if (compiled.version != webhook.version) {
    compiled.version = webhook.version;
    // It was checked when it was written; one that a newer version took is too much for this one,
    // and everything is better than nothing.
    compiled.filter =
        EntryFilter::Create("filter", webhook.webhook.filter()).value_or(EntryFilter());
  }
  return compiled.filter;
}

absl::StatusOr<std::optional<std::string>> Dispatcher::BodyOf(const base::CallContext& context,
                                                              const FeedEntry& entry) {
  absl::StatusOr<std::optional<std::string>> body = calls_.BodyOf(context, entry);
  if (body.ok() || IsOfTheMoment(body.status())) return body;
  // An on-boarding that cannot be read, or whose time zone this machine does not know, does not
  // hold up the feed.
  logger_.Warning("a call of an automated step could not be made",
                  {{"onboarding", entry.onboarding}, {"error", body.status().message()}});
  return std::nullopt;
}

absl::Status Dispatcher::AddDeliveries(const base::CallContext& context, const FilteredEntry& entry,
                                       const Webhooks& webhooks, absl::Time now,
                                       std::vector<StoredDelivery>* deliveries) {
  for (const StoredWebhook& webhook : webhooks) {
    if (IsCallOf(webhook, entry.entry())) {
      ASSIGN_OR_RETURN(std::optional<std::string> body, BodyOf(context, entry.entry()));
      if (!body.has_value()) continue;
      deliveries->push_back(CallDeliveryOf(webhook.uid, entry.entry(), *std::move(body), now));
    } else if (IsFor(webhook, FilterOf(webhook), entry)) {
      deliveries->push_back(DeliveryOf(webhook.uid, entry.entry(), now));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> Dispatcher::Enlist(const base::CallContext& context, FeedPlace place,
                                           absl::Time now, Webhooks* webhooks) {
  if (webhooks->empty()) return 0;
  place.cursor = BeginOf(*webhooks, place.cursor);
  ASSIGN_OR_RETURN(
      std::vector<FeedEntry> entries,
      feed_.ReadFeed(context,
                     {.after = place.cursor, .limit = options_.batch, .with_subjects = true}));
  if (entries.empty()) return 0;
  // Who changed a webhook before an entry was written finds the entry judged by the change.
  ASSIGN_OR_RETURN(*webhooks, LoadEnabled(context, nullptr));
  place.cursor = entries.back().cursor;
  // Of one time, or later: so they are begun in the order of the feed, also where clocks differ.
  place.time = std::max(place.time, now);
  std::vector<StoredDelivery> deliveries;
  for (FeedEntry& entry : entries) {
    const FilteredEntry filtered(std::move(entry));
    RETURN_IF_ERROR(AddDeliveries(context, filtered, *webhooks, place.time, &deliveries));
  }
  RETURN_IF_ERROR(store_
                      .Write(context, {}, now,
                             [&](View& view) -> absl::StatusOr<std::string> {
                               RETURN_IF_ERROR(view.SavePlace(place));
                               for (const StoredDelivery& delivery : deliveries)
                                 RETURN_IF_ERROR(view.deliveries().Add(delivery).status());
                               return "";
                             })
                      .status());
  return static_cast<int64_t>(entries.size());
}

void Dispatcher::Begin(StoredDelivery delivery, const StoredWebhook& webhook, absl::Time now) {
  const uint64_t id = next_id_++;
  Sent& sent = under_way_[id];
  sent.request = RequestOf(webhook, delivery.delivery.event_id(), delivery.body, now);
  sent.workspace = webhook.key.workspace;
  sent.time = now;
  sent.delivery = std::move(delivery);
  client_->Start(id, sent.request);
}

absl::StatusOr<int64_t> Dispatcher::StartDue(const base::CallContext& context,
                                             const Webhooks& webhooks, absl::Time now) {
  DueQuery query;
  query.now = now;
  query.after = last_uid_;
  query.limit = options_.under_way - static_cast<int>(under_way_.size());
  if (query.limit <= 0 || webhooks.empty()) return 0;
  std::map<std::string, const StoredWebhook*> by_uid;
  for (const StoredWebhook& webhook : webhooks) {
    by_uid[webhook.uid] = &webhook;
    query.rooms[webhook.uid].count = options_.under_way_each;
  }
  for (const auto& [id, sent] : under_way_) {
    const auto room = query.rooms.find(sent.delivery.key.uid);
    if (room == query.rooms.end()) continue;
    --room->second.count;
    room->second.under_way.insert(sent.delivery.key.place);
  }
  std::vector<StoredDelivery> due;
  RETURN_IF_ERROR(store_.Read(context, [&](View& view) -> absl::Status {
    ASSIGN_OR_RETURN(due, view.deliveries().FindDue(query));
    return absl::OkStatus();
  }));
  const auto done = static_cast<int64_t>(due.size());
  RETURN_IF_ERROR(HoldCalls(context, by_uid, now, &due));
  for (StoredDelivery& delivery : due) {
    last_uid_ = delivery.key.uid;
    Begin(std::move(delivery), *by_uid.at(last_uid_), now);
  }
  return done;
}

absl::Status Dispatcher::HoldCalls(const base::CallContext& context,
                                   const std::map<std::string, const StoredWebhook*>& by_uid,
                                   absl::Time now, std::vector<StoredDelivery>* due) {
  std::vector<StoredDelivery> kept;
  std::map<DeliveryKey, Need> held;
  std::set<std::string> workspaces;
  for (StoredDelivery& delivery : *due) {
    const std::string& workspace = by_uid.at(delivery.key.uid)->key.workspace;
    Need need = Need::kAwaited;
    // What cannot be told is tried.
    if (IsCall(delivery))
      need = calls_.NeedOf(context, workspace, delivery).value_or(Need::kAwaited);
    if (need == Need::kAwaited) {
      kept.push_back(std::move(delivery));
      continue;
    }
    workspaces.insert(workspace);
    held.emplace(delivery.key, need);
  }
  *due = std::move(kept);
  if (held.empty()) return absl::OkStatus();
  return store_
      .Write(context, {}, now,
             [&](View& view) -> absl::StatusOr<std::string> {
               for (const std::string& workspace : workspaces)
                 RETURN_IF_ERROR(view.Lock(workspace));
               for (const auto& [key, need] : held) RETURN_IF_ERROR(Hold(view, key, need, now));
               return "";
             })
      .status();
}

Outcome Dispatcher::TakeAnswer(const base::CallContext& context, const Answered& answered,
                               absl::Time now) {
  const Sent& sent = answered.sent;
  if (!IsCall(sent.delivery)) return Outcome::kByStatus;
  const absl::StatusOr<Outcome> outcome =
      calls_.Take(context, sent.workspace, sent.delivery, answered.answer, now);
  if (outcome.ok()) return *outcome;
  // What cannot be taken now is asked for again.
  logger_.Warning(
      "the answer to a call of an automated step could not be taken; it is called again",
      {{"error", outcome.status().message()}});
  return Outcome::kLater;
}

absl::Status Dispatcher::Note(View& view, const Answered& answered, absl::Time now) {
  const Sent& sent = answered.sent;
  ASSIGN_OR_RETURN(std::optional<StoredDelivery> stored, view.deliveries().Find(sent.delivery.key));
  // Forgotten, or noted by another.
  if (!stored.has_value() || stored->delivery.state() != v1::WebhookDelivery::STATE_PENDING ||
      stored->delivery.attempt_count() != sent.delivery.delivery.attempt_count()) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(std::optional<StoredWebhook> webhook,
                   view.webhooks().FindByUid(sent.delivery.key.uid));
  if (!webhook.has_value()) return absl::OkStatus();
  const v1::WebhookAttempt attempt = AttemptOf(sent.request, sent.time, answered.answer);
  const bool changed = Conclude(attempt, answered.answer, answered.outcome, now, answered.fraction,
                                options_.rules, &*stored, &*webhook);
  RETURN_IF_ERROR(view.deliveries().Put(*stored));
  return changed ? view.webhooks().Put(*webhook) : absl::OkStatus();
}

absl::StatusOr<int64_t> Dispatcher::NoteAnswers(const base::CallContext& context,
                                                absl::Duration wait, absl::Time now) {
  if (under_way_.empty()) return 0;
  std::vector<Answered> all;
  std::set<std::string> workspaces;
  waiting_ = wait > absl::ZeroDuration();
  std::vector<http::Finished> came = client_->Wait(wait);
  waiting_ = false;
  for (http::Finished& finished : came) {
    auto sent = under_way_.extract(finished.id);
    if (sent.empty()) continue;
    workspaces.insert(sent.mapped().workspace);
    all.push_back({std::move(sent.mapped()), std::move(finished.answer)});
  }
  if (all.empty()) return 0;
  // The body may run several times: chance is chosen once.
  for (Answered& one : all) {
    one.fraction = chance_.fraction();
    one.outcome = TakeAnswer(context, one, now);
  }
  // Where this fails the answers are lost, and what they answer is sent again.
  RETURN_IF_ERROR(store_
                      .Write(context, {}, now,
                             [&](View& view) -> absl::StatusOr<std::string> {
                               // In order: two who take several do not wait for one another.
                               for (const std::string& workspace : workspaces)
                                 RETURN_IF_ERROR(view.Lock(workspace));
                               for (const Answered& one : all)
                                 RETURN_IF_ERROR(Note(view, one, now));
                               return "";
                             })
                      .status());
  return static_cast<int64_t>(all.size());
}

absl::StatusOr<int64_t> Dispatcher::RunOnce(const base::CallContext& context, absl::Time now) {
  FeedPlace place;
  ASSIGN_OR_RETURN(Webhooks webhooks, LoadEnabled(context, &place));
  if (filters_.size() > 2 * webhooks.size()) filters_.clear();
  if (webhooks.empty() && under_way_.empty()) return 0;
  ASSIGN_OR_RETURN(const bool held, HoldLease(context, now));
  int64_t enlisted = 0, begun = 0;
  if (held) {
    ASSIGN_OR_RETURN(enlisted, Enlist(context, place, now, &webhooks));
    ASSIGN_OR_RETURN(begun, StartDue(context, webhooks, now));
  }
  const bool busy = enlisted + begun > 0;
  ASSIGN_OR_RETURN(const int64_t noted,
                   NoteAnswers(context, busy ? absl::ZeroDuration() : options_.answers, now));
  return enlisted + begun + noted;
}

absl::StatusOr<int64_t> Dispatcher::ForgetOld(const base::CallContext& context, absl::Time now,
                                              int limit) {
  int64_t forgotten = 0;
  RETURN_IF_ERROR(store_
                      .Write(context, {}, now,
                             [&](View& view) -> absl::StatusOr<std::string> {
                               ASSIGN_OR_RETURN(
                                   forgotten, view.deliveries().Forget(now - options_.keep, limit));
                               return "";
                             })
                      .status());
  return forgotten;
}

void Dispatcher::Loop() {
  absl::Duration pause = absl::ZeroDuration();
  while (wakeup_.Wait(pause) && wakeup_.Pause(options_.gather)) {
    base::CallContext context;
    context.identity = base::Identity::Everything(kService);
    context.deadline = clock_.Now() + kRoundDeadline;
    context.cancelled = cancelled_;
    const absl::StatusOr<int64_t> done = RunOnce(context, clock_.Now());
    if (!done.ok()) {
      logger_.Warning("webhooks could not be served; it will be tried again",
                      {{"error", done.status().message()}});
    }
    const bool more = done.ok() && (*done > 0 || !under_way_.empty());
    pause = more ? absl::ZeroDuration() : options_.interval;
  }
}

}  // namespace plumbline::onboarding::webhooks
