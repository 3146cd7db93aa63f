// SPDX-License-Identifier: Apache-2.0
//
// A cache of immutable values: memory first, then Redis. A key names one value for ever (a
// revision, a report at a watermark), so no entry is ever wrong and nothing is invalidated. Redis
// absent, slow, killed, frozen, full or flushed costs speed and nothing else: no call here fails or
// waits longer than redis_timeout for it.
#ifndef PLUMBLINE_COMMON_CACHE_CACHE_H_
#define PLUMBLINE_COMMON_CACHE_CACHE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/log.h"

namespace plumbline::cache {

using Bytes = std::shared_ptr<const std::string>;

// Thread-safe.
class Cache {
 public:
  virtual ~Cache() = default;
  // From memory only; never blocks. nullptr if it is not there. O(1).
  virtual Bytes Peek(absl::string_view key) = 0;
  // From memory or Redis; blocks at most redis_timeout. nullptr if it is not there.
  virtual Bytes Get(absl::string_view key) = 0;
  // Into memory now, into Redis behind the caller's back. The same key must always come with the
  // same value.
  virtual void Put(absl::string_view key, Bytes value) = 0;
};

struct CacheOptions {
  int64_t memory_bytes = 64 << 20;  // 0 = keep nothing
  std::string redis_url;            // "redis://[:password@]host:port/db"; "" = memory only
  absl::Duration redis_timeout = absl::Milliseconds(50);
};

// A cache. `prefix` keeps services that share a Redis apart. `logger` must outlive it. An
// unusable redis_url is FIELD_INVALID; an unreachable Redis is not an error.
absl::StatusOr<std::unique_ptr<Cache>> NewCache(const CacheOptions& options,
                                                absl::string_view prefix,
                                                const base::Logger& logger);

}  // namespace plumbline::cache

#endif  // PLUMBLINE_COMMON_CACHE_CACHE_H_
