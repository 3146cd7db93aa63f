// SPDX-License-Identifier: Apache-2.0
#include "common/cache/cache.h"

#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/cache/memory.h"
#include "common/cache/redis.h"
#include "common/cache/redis_url.h"

namespace plumbline::cache {
namespace {

class TieredCache final : public Cache {
 public:
  TieredCache(int64_t memory_bytes, std::unique_ptr<Redis> redis)
      : memory_(memory_bytes), redis_(std::move(redis)) {}

  Bytes Peek(absl::string_view key) override { return memory_.Find(key); }

  Bytes Get(absl::string_view key) override {
    Bytes value = memory_.Find(key);
    if (value != nullptr || redis_ == nullptr) return value;
    value = redis_->Get(key);
    if (value != nullptr) memory_.Insert(key, value);
    return value;
  }

  void Put(absl::string_view key, Bytes value) override {
    memory_.Insert(key, value);
    if (redis_ != nullptr) redis_->Put(key, std::move(value));
  }

 private:
  Memory memory_;
  const std::unique_ptr<Redis> redis_;  // absent: memory only
};

}  // namespace

absl::StatusOr<std::unique_ptr<Cache>> NewCache(const CacheOptions& options,
                                                absl::string_view prefix,
                                                const base::Logger& logger) {
  if (options.memory_bytes < 0) {
    return base::FieldError("cache.memory_bytes", "is negative; give 0 to keep nothing in memory");
  }
  std::unique_ptr<Redis> redis;
  if (!options.redis_url.empty()) {
    if (options.redis_timeout < absl::Milliseconds(1) ||
        options.redis_timeout > absl::Seconds(10)) {
      return base::FieldError("cache.redis_timeout", "must be from 0.001s to 10s");
    }
    ASSIGN_OR_RETURN(RedisAddress address, ParseRedisUrl(options.redis_url));
    redis = std::make_unique<Redis>(std::move(address), options.redis_timeout, std::string(prefix),
                                    logger);
  }
  return std::make_unique<TieredCache>(options.memory_bytes, std::move(redis));
}

}  // namespace plumbline::cache
