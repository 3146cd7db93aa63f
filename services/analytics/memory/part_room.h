// SPDX-License-Identifier: Apache-2.0
//
// Memory for the parts of logs that questions are answered from.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MEMORY_PART_ROOM_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MEMORY_PART_ROOM_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace plumbline::analytics {

// Thread-safe.
class PartRoom {
 public:
  // Room for `bytes` of parts at a time, beside the logs themselves.
  explicit PartRoom(int64_t bytes) : bytes_(bytes), left_(std::make_shared<Left>(bytes)) {}

  // All that there is.
  int64_t bytes() const { return bytes_; }

  // `give` is called where not enough is left, before that is refused: for who holds room for what
  // can be made again. Called before others know of this.
  void OnShortage(std::function<void()> give) { give_ = std::move(give); }

  // Room for a part, given back with the last copy of what is returned, which may outlive this.
  // nullptr where there is not so much.
  std::shared_ptr<const void> Take(int64_t bytes) const {
    std::shared_ptr<const void> room = TakeOfRest(bytes);
    if (room != nullptr || bytes > bytes_) return room;
    give_();
    return TakeOfRest(bytes);
  }
  // The same, but takes nothing away from others.
  std::shared_ptr<const void> TakeOfRest(int64_t bytes) const {
    {
      absl::MutexLock lock(&left_->mutex);
      if (bytes > left_->bytes) return nullptr;
      left_->bytes -= bytes;
    }
    return std::shared_ptr<const void>(left_.get(), [left = left_, bytes](const void*) {
      absl::MutexLock lock(&left->mutex);
      left->bytes += bytes;
    });
  }

 private:
  struct Left {
    explicit Left(int64_t bytes) : bytes(bytes) {}
    absl::Mutex mutex;
    int64_t bytes ABSL_GUARDED_BY(mutex);
  };

  const int64_t bytes_;
  const std::shared_ptr<Left> left_;
  std::function<void()> give_ = [] {};
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MEMORY_PART_ROOM_H_
