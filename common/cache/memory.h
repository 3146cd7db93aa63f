// SPDX-License-Identifier: Apache-2.0
//
// The memory tier. Private to this folder.
#ifndef PLUMBLINE_COMMON_CACHE_MEMORY_H_
#define PLUMBLINE_COMMON_CACHE_MEMORY_H_

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "common/cache/cache.h"

namespace plumbline::cache {

// Keeps the values used latest, by bytes. Thread-safe; a lock per shard, held for O(1).
class Memory {
 public:
  // Keeps at most `bytes`, keys and bookkeeping included. A value larger than its shard (8 MiB, or
  // `bytes` if that is less) is not kept.
  explicit Memory(int64_t bytes);

  // nullptr if it is not there.
  Bytes Find(absl::string_view key);
  void Insert(absl::string_view key, Bytes value);

 private:
  struct Entry {
    std::string key;
    Bytes value;
  };
  struct Shard {
    absl::Mutex mutex;
    std::list<Entry> entries ABSL_GUARDED_BY(mutex);  // used latest first
    absl::flat_hash_map<absl::string_view, std::list<Entry>::iterator> by_key
        ABSL_GUARDED_BY(mutex);
    int64_t bytes ABSL_GUARDED_BY(mutex) = 0;
  };

  static int64_t SizeOf(absl::string_view key, const Bytes& value);
  Shard& ShardOf(absl::string_view key);

  int64_t shard_bytes_;
  std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace plumbline::cache

#endif  // PLUMBLINE_COMMON_CACHE_MEMORY_H_
