// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/events/staging.h"

#include <string>
#include <system_error>
#include <utility>
#include <variant>

#include "common/base/status_macros.h"

namespace plumbline::analytics {

int64_t BytesOf(const EventBatch& batch) {
  size_t bytes = sizeof(EventBatch);
  for (const Dictionary* texts : {&batch.cases, &batch.activities, &batch.resources,
                                  &batch.transitions, &batch.attribute_keys})
    bytes += texts->memory_bytes();
  for (const auto* column : {&batch.case_id, &batch.activity, &batch.resource, &batch.transition})
    bytes += column->capacity() * sizeof(uint32_t);
  bytes += (batch.time.capacity() + batch.start.capacity()) * sizeof(int64_t);
  bytes += batch.attributes.capacity() * sizeof(EventAttribute);
  for (const EventAttribute& one : batch.attributes) {
    if (const auto* text = std::get_if<std::string>(&one.value)) bytes += text->capacity();
  }
  return static_cast<int64_t>(bytes);
}

Staging::~Staging() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    next_.reset();
  }
  if (thread_.joinable()) thread_.join();
}

bool Staging::HasThread() {
  if (thread_.joinable()) return true;
  try {
    thread_ = std::thread([this] { Run(); });
  } catch (const std::system_error&) {  // the only way in which std::thread says so
    return false;
  }
  return true;
}

absl::Status Staging::Add(EventBatch batch) {
  // Most files have no second batch.
  const bool beside = std::exchange(begun_, true);
  std::shared_ptr<const void> room = beside ? take_room_(BytesOf(batch)) : nullptr;
  if (room == nullptr || !HasThread()) {
    RETURN_IF_ERROR(Finish());  // those before it come first
    absl::Status written = write_(batch);
    absl::MutexLock lock(&mutex_);
    error_ = written;
    return written;
  }
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &Staging::CanTake));
  RETURN_IF_ERROR(error_);
  next_.emplace(Waiting{std::move(batch), std::move(room)});
  return absl::OkStatus();
}

absl::Status Staging::Finish() {
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &Staging::Idle));
  return error_;
}

void Staging::Run() {
  absl::MutexLock lock(&mutex_);
  for (;;) {
    mutex_.Await(absl::Condition(this, &Staging::HasWork));
    if (stopping_) return;
    std::optional<Waiting> work = std::exchange(next_, std::nullopt);
    if (!error_.ok()) continue;
    busy_ = true;
    mutex_.Unlock();
    absl::Status written = write_(work->batch);
    work.reset();
    mutex_.Lock();
    busy_ = false;
    error_ = std::move(written);
  }
}

}  // namespace plumbline::analytics
