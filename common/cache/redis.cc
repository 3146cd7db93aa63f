// SPDX-License-Identifier: Apache-2.0
#include "common/cache/redis.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/cache/entry.h"

namespace plumbline::cache {
namespace {

constexpr size_t kMaxLookups = 4096;
constexpr int64_t kMaxWriteBytes = 16 << 20;
constexpr size_t kMaxWrites = 4096;
// Look-ups must not wait long behind writes.
constexpr size_t kBatchLookups = 256;
constexpr int64_t kBatchWriteBytes = 1 << 20;
constexpr absl::Duration kFirstPause = absl::Milliseconds(50);
constexpr absl::Duration kLongestPause = absl::Seconds(2);
// Nobody deletes values; those that are not written again leave by themselves.
constexpr char kLifetimeSeconds[] = "604800";

int64_t SizeOf(absl::string_view key, const Bytes& value) {
  return static_cast<int64_t>(key.size() + value->size());
}

// hiredis writes without MSG_NOSIGNAL; a broken connection must not end the process.
void BlockBrokenPipeSignal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace

Redis::Redis(RedisAddress address, absl::Duration timeout, std::string prefix,
             const base::Logger& logger)
    : address_(std::move(address)),
      timeout_(timeout),
      prefix_(std::move(prefix)),
      logger_(logger),
      thread_([this] { Loop(); }) {}

Redis::~Redis() {
  {
    absl::MutexLock lock(&mutex_);
    stop_ = true;
  }
  thread_.join();
}

std::string Redis::KeyOf(absl::string_view key) const { return absl::StrCat(prefix_, ":", key); }

Bytes Redis::Get(absl::string_view key) {
  const auto lookup = std::make_shared<Lookup>(key);
  {
    absl::MutexLock lock(&mutex_);
    if (!answering_ || stop_ || lookups_.size() >= kMaxLookups) return nullptr;
    lookups_.push_back(lookup);
  }
  if (lookup->done.WaitForNotificationWithTimeout(timeout_)) return lookup->value;
  absl::MutexLock lock(&mutex_);
  // Where the answer came after all, nobody would set `answering_` again.
  if (!lookup->done.HasBeenNotified()) answering_ = false;
  return nullptr;
}

void Redis::Put(absl::string_view key, Bytes value) {
  const int64_t size = SizeOf(key, value);
  absl::MutexLock lock(&mutex_);
  if (write_bytes_ + size > kMaxWriteBytes || writes_.size() >= kMaxWrites) return;
  write_bytes_ += size;
  writes_.push_back({std::string(key), std::move(value)});
}

void Redis::Loop() {
  BlockBrokenPipeSignal();
  absl::Duration pause = kFirstPause;
  do {
    const std::unique_ptr<RedisConnection> connection = Connect(&pause);
    if (connection != nullptr) Serve(*connection, &pause);
    StopAnswering();
  } while (Pause(pause));
}

std::unique_ptr<RedisConnection> Redis::Connect(absl::Duration* pause) {
  auto connection = RedisConnection::Open(address_, timeout_);
  *pause = std::min(*pause * 2, kLongestPause);
  if (!connection.ok()) {
    if (!reported_down_) {
      const std::string why(connection.status().message());
      logger_.Warning("redis does not answer; going on without it",
                      {{"host", address_.host}, {"port", int64_t{address_.port}}, {"why", why}});
    }
    reported_down_ = true;
    return nullptr;
  }
  if (reported_down_) {
    logger_.Info("redis answers again",
                 {{"host", address_.host}, {"port", int64_t{address_.port}}});
  }
  reported_down_ = false;
  return *std::move(connection);
}

void Redis::Serve(RedisConnection& connection, absl::Duration* pause) {
  {
    absl::MutexLock lock(&mutex_);
    answering_ = true;
  }
  while (true) {
    const Batch batch = NextBatch();
    if (batch.empty()) return;
    const absl::Status status = RunBatch(connection, batch);
    for (const auto& lookup : batch.lookups) lookup->done.Notify();
    if (!status.ok()) {
      logger_.Warning("redis connection lost",
                      {{"host", address_.host}, {"why", absl::string_view(status.message())}});
      return;
    }
    *pause = kFirstPause;
    absl::MutexLock lock(&mutex_);
    answering_ = true;
  }
}

// Waits for work. Empty at the end.
Redis::Batch Redis::NextBatch() {
  Batch batch;
  absl::MutexLock lock(&mutex_);
  const auto has_work = [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    return stop_ || !lookups_.empty() || !writes_.empty();
  };
  mutex_.Await(absl::Condition(&has_work));
  if (stop_) return batch;
  while (!lookups_.empty() && batch.lookups.size() < kBatchLookups) {
    batch.lookups.push_back(std::move(lookups_.front()));
    lookups_.pop_front();
  }
  for (int64_t bytes = 0; !writes_.empty() && bytes < kBatchWriteBytes;) {
    const int64_t size = SizeOf(writes_.front().key, writes_.front().value);
    bytes += size;
    write_bytes_ -= size;
    batch.writes.push_back(std::move(writes_.front()));
    writes_.pop_front();
  }
  return batch;
}

absl::Status Redis::RunBatch(RedisConnection& connection, const Batch& batch) {
  std::vector<RedisConnection::Command> commands;
  for (const auto& lookup : batch.lookups) commands.push_back({"GET", KeyOf(lookup->key)});
  for (const Write& write : batch.writes) {
    const std::string key = KeyOf(write.key);
    commands.push_back({"SET", key, Seal(key, *write.value), "EX", kLifetimeSeconds});
  }
  std::string refusal;
  const auto replies = connection.Run(commands, &refusal);
  if (!replies.ok()) return replies.status();
  for (size_t i = 0; i < batch.lookups.size(); ++i) {
    const RedisConnection::Reply& reply = (*replies)[i];
    if (reply.has_value()) batch.lookups[i]->value = Unseal(commands[i][1], *reply);
  }
  if (!refusal.empty() && !reported_refusal_) {
    logger_.Warning("redis refuses commands", {{"host", address_.host}, {"why", refusal}});
  }
  reported_refusal_ = !refusal.empty();
  return absl::OkStatus();
}

void Redis::StopAnswering() {
  std::deque<std::shared_ptr<Lookup>> waiting;
  {
    absl::MutexLock lock(&mutex_);
    answering_ = false;
    waiting.swap(lookups_);
  }
  for (const auto& lookup : waiting) lookup->done.Notify();
}

// False at the end.
bool Redis::Pause(absl::Duration pause) {
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(&stop_), pause);
  return !stop_;
}

}  // namespace plumbline::cache
