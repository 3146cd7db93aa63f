// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/executor.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/rpc/call_status.h"

namespace plumbline::rpc {
namespace {

using base::Error;
using base::Reason;

constexpr std::array kClasses = {WorkClass::kHealth, WorkClass::kRead, WorkClass::kWrite,
                                 WorkClass::kBulk};

absl::string_view NameOf(WorkClass work) {
  switch (work) {
    case WorkClass::kHealth:
      return "health";
    case WorkClass::kRead:
      return "reads";
    case WorkClass::kWrite:
      return "writes";
    case WorkClass::kBulk:
      return "bulk";
  }
  return "";
}

bool Adapts(WorkClass work) { return work == WorkClass::kRead || work == WorkClass::kWrite; }

absl::Status Overloaded(const Executor::Task& task, int waiting, absl::Duration retry_after) {
  const std::string limit =
      absl::StrCat(waiting, " ", NameOf(task.work), " wait already, as many as are admitted now");
  return Error(Reason::ERROR_REASON_OVERLOADED,
               absl::StrCat("the service is at its limit of concurrent work: ", limit,
                            "; repeat the call after the delay in RetryInfo"))
      .Quota(absl::StrCat("workspace:", task.share), limit)
      .RetryAfter(retry_after);
}

}  // namespace

Executor::Executor(const ExecutorOptions& options, const base::Clock& clock)
    : options_(options), clock_(clock) {
  const int threads = std::max(2, options.threads);
  const auto part = [&](int numerator) { return std::max(1, options.queue * numerator / 16); };
  const int bulk = std::clamp(options.bulk_concurrency, 1, std::max(1, threads / 4));
  const int most = std::max(1, std::min(threads * 3 / 4, threads - bulk - 1));
  absl::MutexLock lock(&mutex_);
  Of(WorkClass::kHealth) = {.max_running = threads, .max_waiting = part(1)};
  Of(WorkClass::kRead) = {.max_running = most, .max_waiting = part(7)};
  Of(WorkClass::kWrite) = {.max_running = most, .max_waiting = part(7)};
  Of(WorkClass::kBulk) = {.max_running = bulk, .max_waiting = part(1)};
  for (Class& c : classes_) {
    c.max_of_share = c.max_running;
    c.admitted = c.max_waiting;
  }
  Of(WorkClass::kBulk).max_of_share = std::max(1, bulk - 1);
}

void Executor::Stop() {
  std::vector<Task> left;
  std::vector<std::thread> threads;
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    for (Class& c : classes_) {
      for (auto& [name, share] : c.shares) {
        for (Waiting& w : share.waiting) left.push_back(std::move(w.task));
        share.waiting.clear();
      }
      c.turns.clear();
      c.waiting = 0;
    }
    waiting_ = 0;
    threads.swap(threads_);
    wake_.SignalAll();
  }
  for (Task& task : left) task.run(ShuttingDown());
  for (std::thread& thread : threads) thread.join();
}

absl::Status Executor::Submit(Task task) {
  Task displaced;
  int waiting = 0;
  {
    absl::MutexLock lock(&mutex_);
    Class& c = Of(task.work);
    if (stopping_) return ShuttingDown();
    // Tasks that a thread is about to take do not count as waiting.
    const int backlog = c.running + c.waiting - c.max_running;
    if (backlog >= static_cast<int>(c.admitted) && !Displace(c, task.share, &displaced)) {
      return Overloaded(task, c.waiting, options_.target_wait);
    }
    waiting = c.waiting;
    Share& share = c.shares[task.share];
    if (share.waiting.empty()) c.turns.push_back(task.share);
    share.waiting.push_back({std::move(task), clock_.Now()});
    ++c.waiting;
    ++waiting_;
    if (waiting_ > idle_ && static_cast<int>(threads_.size()) < std::max(2, options_.threads)) {
      threads_.emplace_back([this] { Work(); });
    }
    wake_.Signal();
  }
  if (displaced.run) displaced.run(Overloaded(displaced, waiting, options_.target_wait));
  return absl::OkStatus();
}

int Executor::running(WorkClass work) const {
  absl::MutexLock lock(&mutex_);
  return classes_[static_cast<size_t>(work)].running;
}

int Executor::waiting(WorkClass work) const {
  absl::MutexLock lock(&mutex_);
  return classes_[static_cast<size_t>(work)].waiting;
}

bool Executor::Displace(Class& c, const std::string& share, Task* displaced) {
  auto longest = c.shares.begin();
  for (auto it = c.shares.begin(); it != c.shares.end(); ++it) {
    if (it->second.waiting.size() > longest->second.waiting.size()) longest = it;
  }
  auto own = c.shares.find(share);
  const size_t own_waiting = own == c.shares.end() ? 0 : own->second.waiting.size();
  // One more for the newcomer must not make it the longest in turn, or two shares would displace
  // each other for ever.
  if (longest == c.shares.end() || longest->second.waiting.size() <= own_waiting + 1) return false;
  *displaced = std::move(longest->second.waiting.back().task);
  longest->second.waiting.pop_back();
  --c.waiting;
  --waiting_;
  return true;
}

bool Executor::MayRun(const Class& c) {
  if (c.waiting == 0 || c.running >= c.max_running) return false;
  if (c.max_of_share >= c.max_running) return true;
  return std::any_of(c.turns.begin(), c.turns.end(), [&c](const std::string& share) {
    return c.shares.at(share).running < c.max_of_share;
  });
}

bool Executor::Runnable() const { return std::any_of(classes_.begin(), classes_.end(), &MayRun); }

WorkClass Executor::PickClass() const {
  WorkClass best = WorkClass::kHealth;
  double least = 2;
  for (const WorkClass work : kClasses) {
    const Class& c = classes_[static_cast<size_t>(work)];
    if (!MayRun(c)) continue;
    if (work == WorkClass::kHealth) return work;
    const double used = static_cast<double>(c.running) / c.max_running;
    if (used < least) {
      least = used;
      best = work;
    }
  }
  return best;
}

Executor::Next Executor::Take(absl::Time now) {
  const WorkClass work = PickClass();
  Class& c = Of(work);
  auto turn = std::min_element(c.turns.begin(), c.turns.end(),
                               [&c](const std::string& a, const std::string& b) {
                                 return c.shares[a].running < c.shares[b].running;
                               });
  Share& share = c.shares[*turn];
  Waiting next = std::move(share.waiting.front());
  share.waiting.pop_front();
  if (share.waiting.empty()) {
    c.turns.erase(turn);
  } else {
    c.turns.splice(c.turns.end(), c.turns, turn);
  }
  --c.waiting;
  --waiting_;
  ++c.running;
  ++share.running;
  if (Adapts(work)) Adapt(c, now, now - next.since);
  absl::Status status;
  if (next.task.deadline <= now) {
    status = Error(Reason::ERROR_REASON_DEADLINE_EXCEEDED,
                   "the deadline passed while the call waited for a thread; nothing was done; "
                   "allow more time");
  }
  return {std::move(next.task), std::move(status)};
}

void Executor::Adapt(Class& c, absl::Time now, absl::Duration wait) {
  if (wait <= options_.target_wait) {
    c.admitted = std::min<double>(c.max_waiting, c.admitted + 1);
  } else if (now - c.shrunk >= options_.target_wait) {
    // From what waits, not from a bound that was far above it.
    c.admitted = std::max(1.0, std::min<double>(c.admitted, c.waiting + 1) * 0.9);
    c.shrunk = now;
  }
}

void Executor::Forget(Class& c, const std::string& name) {
  auto share = c.shares.find(name);
  if (share->second.running == 0 && share->second.waiting.empty()) c.shares.erase(share);
}

void Executor::Work() {
  absl::MutexLock lock(&mutex_);
  while (true) {
    ++idle_;
    while (!stopping_ && !Runnable()) wake_.Wait(&mutex_);
    --idle_;
    if (stopping_) return;
    Next next = Take(clock_.Now());
    const WorkClass work = next.task.work;
    const std::string share = next.task.share;
    mutex_.Unlock();
    next.task.run(next.status);
    next.task.run = nullptr;  // what it holds is released before the thread counts as free
    mutex_.Lock();
    Class& c = Of(work);
    --c.running;
    --c.shares[share].running;
    Forget(c, share);
  }
}

}  // namespace plumbline::rpc
