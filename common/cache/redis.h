// SPDX-License-Identifier: Apache-2.0
//
// The Redis tier: a thread of its own owns the connection. Private to this folder.
#ifndef PLUMBLINE_COMMON_CACHE_REDIS_H_
#define PLUMBLINE_COMMON_CACHE_REDIS_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "common/base/log.h"
#include "common/cache/cache.h"
#include "common/cache/redis_connection.h"
#include "common/cache/redis_url.h"

namespace plumbline::cache {

// Thread-safe.
//
// Invariants:
//  1. Only the thread touches the connection; it holds no lock while it waits for Redis.
//  2. A look-up waits only while `answering_`; whoever finds Redis too slow clears it, so that one
//  caller pays for a fault,
//     not all. The thread sets it again after Redis has answered everything that it was asked.
//  3. What waits for Redis is bounded: kMaxLookups look-ups, kMaxWriteBytes of writes; more is a
//  miss, or is dropped.
class Redis {
 public:
  // Connects in the background. `logger` must outlive it.
  Redis(RedisAddress address, absl::Duration timeout, std::string prefix,
        const base::Logger& logger);
  // Drops what is not written yet. Waits for the thread: at most for two timeouts, and for the
  // resolver of host names.
  ~Redis();
  Redis(const Redis&) = delete;
  Redis& operator=(const Redis&) = delete;

  // Blocks at most for the timeout. nullptr if it is not there or Redis does not answer.
  Bytes Get(absl::string_view key);
  // Never blocks.
  void Put(absl::string_view key, Bytes value);

 private:
  struct Lookup {
    explicit Lookup(absl::string_view k) : key(k) {}
    const std::string key;
    Bytes value;  // set before `done`
    absl::Notification done;
  };
  struct Write {
    std::string key;
    Bytes value;
  };
  // What is sent at once.
  struct Batch {
    std::vector<std::shared_ptr<Lookup>> lookups;
    std::vector<Write> writes;
    bool empty() const { return lookups.empty() && writes.empty(); }
  };

  void Loop();
  std::unique_ptr<RedisConnection> Connect(absl::Duration* pause);
  // Serves until the connection breaks or the end.
  void Serve(RedisConnection& connection, absl::Duration* pause);
  Batch NextBatch();
  absl::Status RunBatch(RedisConnection& connection, const Batch& batch);
  void StopAnswering();
  bool Pause(absl::Duration pause);
  std::string KeyOf(absl::string_view key) const;

  const RedisAddress address_;
  const absl::Duration timeout_;
  const std::string prefix_;
  const base::Logger& logger_;
  bool reported_down_ = false;     // the thread's own
  bool reported_refusal_ = false;  // the thread's own

  absl::Mutex mutex_;
  std::deque<std::shared_ptr<Lookup>> lookups_ ABSL_GUARDED_BY(mutex_);
  std::deque<Write> writes_ ABSL_GUARDED_BY(mutex_);
  int64_t write_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool answering_ ABSL_GUARDED_BY(mutex_) = false;
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;

  std::thread thread_;  // the last member: it uses all others
};

}  // namespace plumbline::cache

#endif  // PLUMBLINE_COMMON_CACHE_REDIS_H_
