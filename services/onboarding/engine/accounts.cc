// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/accounts.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

// What a stretch of time was spent with, what counts first first.
enum class Use { kPaused, kWorking, kVerifying, kBlocked, kWaiting, kIdle };
constexpr size_t kUses = 6;

// A stretch of the time of a task, during which nothing changed.
struct Piece {
  Span span;
  Use use = Use::kWaiting;
  const Impediment* impediment = nullptr;  // of kBlocked: the one that was opened first
};

Use UseOf(Phase phase) {
  switch (phase) {
    case Phase::kWorking:
      return Use::kWorking;
    case Phase::kVerifying:
      return Use::kVerifying;
    case Phase::kWaiting:
      break;
  }
  return Use::kWaiting;
}

bool Covers(const Span& span, absl::Time time) { return span.from <= time && time < span.to; }

Span SpanOf(const Impediment& impediment) {
  return {impediment.open_time, impediment.resolve_time.value_or(absl::InfiniteFuture())};
}

std::vector<Span> PausesOf(const Run& run) {
  std::vector<Span> pauses = run.pauses;
  if (run.pause_time.has_value()) pauses.push_back({*run.pause_time, absl::InfiniteFuture()});
  return pauses;
}

// Cuts a stretch where anything changes.
class Cuts {
 public:
  explicit Cuts(const Span& whole) : whole_(whole), times_{whole.from, whole.to} {}
  void Add(absl::Time time) {
    if (whole_.from < time && time < whole_.to) times_.push_back(time);
  }
  void Add(const Span& span) {
    Add(span.from);
    Add(span.to);
  }
  std::vector<Span> Take() {
    std::sort(times_.begin(), times_.end());
    std::vector<Span> spans;
    for (size_t i = 1; i < times_.size(); ++i)
      if (times_[i - 1] < times_[i]) spans.push_back({times_[i - 1], times_[i]});
    return spans;
  }

 private:
  const Span whole_;
  std::vector<absl::Time> times_;
};

// The impediment that was open at `time` and had been opened first.
const Impediment* FirstOpen(const std::vector<const Impediment*>& impediments, absl::Time time) {
  const Impediment* first = nullptr;
  for (const Impediment* one : impediments) {
    if (!Covers(SpanOf(*one), time)) continue;
    if (first == nullptr || one->open_time < first->open_time) first = one;
  }
  return first;
}

// From its latest turn on.
Span SpanOf(const TaskRecord& task, absl::Time now) {
  return {task.ready_time, std::max(task.ready_time, task.end_time.value_or(now))};
}

// From its first turn on, before it was reopened.
Span SpanFromFirstTurn(const TaskRecord& task, absl::Time now) {
  Span span = SpanOf(task, now);
  if (!task.phases.empty()) span.from = std::min(span.from, task.phases.front().from);
  return span;
}

// What of `whole` the task was open in.
std::vector<Piece> PiecesOf(const Run& run, const TaskRecord& task, const Span& whole,
                            const std::vector<Span>& pauses) {
  const std::vector<PhaseChange> phases = PhasesOf(task);
  const std::string id = TaskId(*run.plan, task.step, task.round);
  std::vector<const Impediment*> impediments;
  Cuts cuts(whole);
  for (const Impediment& impediment : run.impediments) {
    if (impediment.task != id) continue;
    impediments.push_back(&impediment);
    cuts.Add(SpanOf(impediment));
  }
  for (const Span& pause : pauses) cuts.Add(pause);
  for (const PhaseChange& phase : phases) cuts.Add(phase.from);
  std::vector<Piece> pieces;
  for (const Span& span : cuts.Take()) {
    Phase phase = Phase::kWaiting;
    for (const PhaseChange& change : phases)
      if (change.from <= span.from) phase = change.phase;
    if (phase == kClosed) continue;
    Piece piece{span, UseOf(phase)};
    piece.impediment = FirstOpen(impediments, span.from);
    if (piece.impediment != nullptr) piece.use = Use::kBlocked;
    for (const Span& pause : pauses)
      if (Covers(pause, span.from)) piece.use = Use::kPaused;
    pieces.push_back(piece);
  }
  return pieces;
}

TimeSpent* PlaceOf(Use use, Category category, TimeAccount* account) {
  switch (use) {
    case Use::kPaused:
      return &account->paused;
    case Use::kWorking:
      return &account->working;
    case Use::kVerifying:
      return &account->verifying;
    case Use::kBlocked:
      return &account->blocked[category];
    case Use::kWaiting:
      return &account->waiting;
    case Use::kIdle:
      break;
  }
  return &account->idle;
}

void Book(const Piece& piece, const calendar::Calendar& calendar, TimeAccount* account) {
  const TimeSpent spent{piece.span.to - piece.span.from,
                        calendar.Between(piece.span.from, piece.span.to)};
  const Category category =
      piece.impediment == nullptr ? Category::kOther : piece.impediment->category;
  *PlaceOf(piece.use, category, account) += spent;
  account->total += spent;
}

// What the tasks of a run are at, as time goes by.
class Sweep {
 public:
  void Enter(const Piece& piece) { Count(piece, 1); }
  void Leave(const Piece& piece) { Count(piece, -1); }

  // What all of it makes of `span`.
  Piece Of(const Span& span) const {
    for (size_t use = 0; use < kUses; ++use) {
      if (counts_[use] == 0) continue;
      const bool blocked = static_cast<Use>(use) == Use::kBlocked;
      return {span, static_cast<Use>(use), blocked ? open_.begin()->second : nullptr};
    }
    return {span, Use::kIdle};
  }

 private:
  void Count(const Piece& piece, int by) {
    counts_[static_cast<size_t>(piece.use)] += by;
    if (piece.use != Use::kBlocked) return;
    const std::pair key(piece.impediment->open_time, piece.impediment);
    if (by > 0) {
      open_.insert(key);
    } else {
      open_.erase(open_.find(key));
    }
  }

  std::array<int, kUses> counts_ = {};
  std::multiset<std::pair<absl::Time, const Impediment*>> open_;
};

void Set(absl::Duration duration, google::protobuf::Duration* proto) {
  const int64_t nanos = absl::ToInt64Nanoseconds(duration);
  proto->set_seconds(nanos / 1'000'000'000);
  proto->set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
}

v1::TimeSpent ToProto(const TimeSpent& spent) {
  v1::TimeSpent proto;
  Set(spent.elapsed, proto.mutable_elapsed());
  Set(spent.business, proto.mutable_business());
  return proto;
}

// Parts that took no time are absent: most tasks have one or two.
void Set(const TimeSpent& spent, v1::TimeAccount* account,
         v1::TimeSpent* (v1::TimeAccount::*part)()) {
  if (spent.elapsed > absl::ZeroDuration()) *(account->*part)() = ToProto(spent);
}

// Everything else in a run is in microseconds; so are the sums.
absl::Time InMicros(absl::Time time) { return absl::FromUnixMicros(absl::ToUnixMicros(time)); }

}  // namespace

TimeSpent& TimeSpent::operator+=(const TimeSpent& other) {
  elapsed += other.elapsed;
  business += other.business;
  return *this;
}

TimeSpent TimeAccount::BlockedInAll() const {
  TimeSpent all;
  for (const auto& [category, spent] : blocked) all += spent;
  return all;
}

TimeAccount& TimeAccount::operator+=(const TimeAccount& other) {
  total += other.total;
  waiting += other.waiting;
  working += other.working;
  verifying += other.verifying;
  paused += other.paused;
  idle += other.idle;
  for (const auto& [category, spent] : other.blocked) blocked[category] += spent;
  return *this;
}

std::vector<PhaseChange> PhasesOf(const TaskRecord& task) {
  std::vector<PhaseChange> phases = task.phases;
  if (phases.empty()) phases.push_back({Phase::kWaiting, task.ready_time});
  if (task.start_time.has_value() && phases.back().phase == Phase::kWaiting)
    phases.push_back({Phase::kWorking, *task.start_time});
  return phases;
}

void KeepPhases(TaskRecord& task, std::optional<absl::Time> waited_since, absl::Time time) {
  task.phases = PhasesOf(task);
  const absl::Time end = task.end_time.value_or(time);
  task.phases.push_back({kClosed, end});
  if (waited_since.has_value())
    task.phases.push_back({Phase::kWaiting, std::max(end, *waited_since)});
  task.phases.push_back({Phase::kWaiting, time});
}

TimeAccount AccountOf(const Run& run, const TaskRecord& task, const calendar::Calendar& calendar,
                      absl::Time now) {
  TimeAccount account;
  for (const Piece& piece : PiecesOf(run, task, SpanOf(task, InMicros(now)), PausesOf(run)))
    Book(piece, calendar, &account);
  return account;
}

TimeAccount AccountOf(const Run& run, const calendar::Calendar& calendar, absl::Time now) {
  const absl::Time end = run.finish_time.value_or(run.cancel_time.value_or(InMicros(now)));
  const Span whole{run.start_time, std::max(run.start_time, end)};
  std::vector<Span> pauses = PausesOf(run);
  std::vector<Piece> pieces;
  Cuts cuts(whole);
  for (const TaskRecord& task : run.tasks) {
    const Span open = SpanFromFirstTurn(task, InMicros(now));
    for (const Piece& piece : PiecesOf(run, task, open, pauses)) {
      cuts.Add(piece.span);
      pieces.push_back(piece);
    }
  }
  for (const Span& pause : pauses) {
    cuts.Add(pause);
    pieces.push_back({pause, Use::kPaused});
  }
  std::vector<Piece> entering = pieces;
  std::sort(entering.begin(), entering.end(),
            [](const Piece& a, const Piece& b) { return a.span.from < b.span.from; });
  std::vector<Piece> leaving = std::move(pieces);
  std::sort(leaving.begin(), leaving.end(),
            [](const Piece& a, const Piece& b) { return a.span.to < b.span.to; });
  TimeAccount account;
  Sweep sweep;
  auto in = entering.begin();
  auto out = leaving.begin();
  for (const Span& span : cuts.Take()) {
    for (; in != entering.end() && in->span.from <= span.from; ++in) sweep.Enter(*in);
    for (; out != leaving.end() && out->span.to <= span.from; ++out) sweep.Leave(*out);
    Book(sweep.Of(span), calendar, &account);
  }
  return account;
}

v1::TimeAccount ToProto(const TimeAccount& account) {
  v1::TimeAccount proto;
  *proto.mutable_total() = ToProto(account.total);
  Set(account.waiting, &proto, &v1::TimeAccount::mutable_waiting);
  Set(account.working, &proto, &v1::TimeAccount::mutable_working);
  Set(account.verifying, &proto, &v1::TimeAccount::mutable_verifying);
  Set(account.paused, &proto, &v1::TimeAccount::mutable_paused);
  Set(account.idle, &proto, &v1::TimeAccount::mutable_idle);
  Set(account.BlockedInAll(), &proto, &v1::TimeAccount::mutable_blocked);
  for (const auto& [category, spent] : account.blocked) {
    v1::BlockedTime* blocked = proto.add_blocked_by();
    blocked->set_category(static_cast<v1::Impediment::Category>(category));
    *blocked->mutable_time() = ToProto(spent);
  }
  return proto;
}

}  // namespace plumbline::onboarding
