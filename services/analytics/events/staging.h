// SPDX-License-Identifier: Apache-2.0
//
// Batches of an import on their way to the disk, on a thread beside the one that reads the file:
// encoding takes a sixth of the time of reading, and each commit waits for the disk.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_EVENTS_STAGING_H_
#define PLUMBLINE_SERVICES_ANALYTICS_EVENTS_STAGING_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "services/analytics/log/event_batch.h"

namespace plumbline::analytics {

// Bytes that a batch holds, near enough. O(attributes).
int64_t BytesOf(const EventBatch& batch);

// Invariants:
// 1. Batches are written one at a time, in their order, each after the one before was.
// 2. After an error nothing is written any more.
// 3. At most one batch waits while one is written, and both have their room. Where there is none
//    (or no thread), a batch is written by who adds it.
//
// Used by one thread.
class Staging {
 public:
  // Puts a batch on disk.
  using Write = std::function<absl::Status(const EventBatch& batch)>;
  // Room for so many bytes, given back with the last copy; nullptr if there is not so much.
  using TakeRoom = std::function<std::shared_ptr<const void>(int64_t bytes)>;
  Staging(Write write, TakeRoom take_room)
      : write_(std::move(write)), take_room_(std::move(take_room)) {}
  // Drops what waits, and waits for what is being written.
  ~Staging();
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  // Takes the next batch; waits while another waits. The first error of `write` so far.
  absl::Status Add(EventBatch batch);
  // Waits until all is written. The first error of `write`. More may be added then.
  absl::Status Finish();

 private:
  struct Waiting {
    EventBatch batch;
    std::shared_ptr<const void> room;
  };

  // False where no thread is to be had.
  bool HasThread();
  void Run();
  bool CanTake() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !next_.has_value(); }
  bool Idle() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !next_.has_value() && !busy_; }
  bool HasWork() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return next_.has_value() || stopping_;
  }

  const Write write_;
  const TakeRoom take_room_;
  bool begun_ = false;
  absl::Mutex mutex_;
  std::optional<Waiting> next_ ABSL_GUARDED_BY(mutex_);
  bool busy_ ABSL_GUARDED_BY(mutex_) = false, stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status error_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_EVENTS_STAGING_H_
