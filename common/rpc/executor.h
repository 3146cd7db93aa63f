// SPDX-License-Identifier: Apache-2.0
//
// The threads that run whatever may block, and the door in front of them: what cannot be done soon
// is refused at once.
#ifndef PLUMBLINE_COMMON_RPC_EXECUTOR_H_
#define PLUMBLINE_COMMON_RPC_EXECUTOR_H_

#include <array>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/rpc/method_table.h"

namespace plumbline::rpc {

struct ExecutorOptions {
  int threads = 64;          // at least 4; 2 and 3 do where only one class is used
  int queue = 1024;          // tasks that wait, all classes together
  int bulk_concurrency = 2;  // bulk tasks at the same time, at most a quarter of the threads
  // Reads and writes are to wait no longer than this: when they do, fewer are let into the queue.
  absl::Duration target_wait = absl::Milliseconds(500);
};

// Invariants:
// 1. At most `threads` tasks run. Bulk runs on `bulk_concurrency`; reads run on at most three
//    quarters of the threads and so do writes, and neither has the last thread that bulk leaves: so
//    none keeps another out, and a write that waits for a read within the process always finds a
//    thread. Health comes first and is not limited.
// 2. Each class has its own part of the queue (reads and writes 7/16 each, health and bulk 1/16
// each, at least 1).
// 3. No share runs more than `bulk_concurrency` - 1 bulk tasks, unless that is none: where there
// are
//    two, nobody's slow uploads keep everybody else's out.
// 4. Within a class, the next task is of the share (the workspace) that has the fewest running;
// among equals they take turns.
//    When the queue of a class is full, a share with fewer waiting tasks than another takes the
//    place of the other's newest.
// 5. Every task is run exactly once: with OK, or with the error that says why it was not.
//
// The queues of reads and writes adapt (additive increase, multiplicative decrease): a wait beyond
// `target_wait` shrinks the admitted length by a tenth, at most once per `target_wait`; every
// shorter wait lets it grow by one.
//
// Threads are started as they are needed. Thread-safe.
class Executor {
 public:
  struct Task {
    WorkClass work = WorkClass::kRead;
    std::string share;  // whose fair share it uses: the workspace
    absl::Time deadline = absl::InfiniteFuture();
    // OK: do the work. OVERLOADED (displaced), DEADLINE_EXCEEDED (while it waited) or
    // SHUTTING_DOWN: only report it.
    std::function<void(const absl::Status&)> run;
  };

  Executor(const ExecutorOptions& options, const base::Clock& clock);
  ~Executor() { Stop(); }

  // Runs what waits with SHUTTING_DOWN, then waits for the threads. What is submitted later is
  // refused with SHUTTING_DOWN. Idempotent.
  void Stop();

  // Takes the task, or returns OVERLOADED with RetryInfo and QuotaFailure (then `run` is not
  // called). Never blocks.
  absl::Status Submit(Task task);

  // Tasks of a class that run or wait; for tests and metrics.
  int running(WorkClass work) const;
  int waiting(WorkClass work) const;

 private:
  struct Waiting {
    Task task;
    absl::Time since;
  };
  struct Share {
    std::deque<Waiting> waiting;
    int running = 0;
  };
  struct Class {
    int max_running = 0;
    int max_of_share = 0;  // running at the same time
    int max_waiting = 0;
    double admitted = 0;  // adaptive bound of `waiting`, 1 to max_waiting
    absl::Time shrunk = absl::InfinitePast();
    int running = 0;
    int waiting = 0;
    std::map<std::string, Share> shares;
    std::list<std::string> turns;  // shares with waiting tasks
  };
  struct Next {
    Task task;
    absl::Status status;
  };

  Class& Of(WorkClass work) { return classes_[static_cast<size_t>(work)]; }
  // Whether a task of the class waits that may run now.
  static bool MayRun(const Class& of);
  bool Runnable() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The class that uses the least of its part, of those with a task that may run.
  WorkClass PickClass() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Next Take(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Makes room for a task of `share` by taking the newest of the longest queue; false if `share`
  // has the longest.
  bool Displace(Class& of, const std::string& share, Task* displaced)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Adapt(Class& of, absl::Time now, absl::Duration wait) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static void Forget(Class& of, const std::string& share);
  void Work();

  const ExecutorOptions options_;
  const base::Clock& clock_;
  mutable absl::Mutex mutex_;
  std::array<Class, 4> classes_ ABSL_GUARDED_BY(mutex_);
  absl::CondVar wake_;
  int waiting_ ABSL_GUARDED_BY(mutex_) = 0;  // of all classes
  int idle_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_EXECUTOR_H_
