// SPDX-License-Identifier: Apache-2.0
#include "common/cache/memory.h"

#include <algorithm>
#include <utility>

#include "absl/hash/hash.h"

namespace plumbline::cache {
namespace {

constexpr int64_t kShardBytes = 8 << 20;
constexpr int64_t kMaxShards = 16;
// List node, map slot, string and shared_ptr headers, roughly.
constexpr int64_t kEntryBytes = 160;

}  // namespace

Memory::Memory(int64_t bytes) {
  const int64_t shards = std::clamp<int64_t>(bytes / kShardBytes, 1, kMaxShards);
  shard_bytes_ = std::max<int64_t>(bytes, 0) / shards;
  for (int64_t i = 0; i < shards; ++i) shards_.push_back(std::make_unique<Shard>());
}

int64_t Memory::SizeOf(absl::string_view key, const Bytes& value) {
  return static_cast<int64_t>(key.size() + value->size()) + kEntryBytes;
}

Memory::Shard& Memory::ShardOf(absl::string_view key) {
  return *shards_[absl::Hash<absl::string_view>()(key) % shards_.size()];
}

Bytes Memory::Find(absl::string_view key) {
  Shard& shard = ShardOf(key);
  absl::MutexLock lock(&shard.mutex);
  const auto found = shard.by_key.find(key);
  if (found == shard.by_key.end()) return nullptr;
  shard.entries.splice(shard.entries.begin(), shard.entries, found->second);
  return found->second->value;
}

void Memory::Insert(absl::string_view key, Bytes value) {
  const int64_t size = SizeOf(key, value);
  if (size > shard_bytes_) return;
  Shard& shard = ShardOf(key);
  // What leaves is destroyed after the lock is gone: freeing large values takes long.
  std::list<Entry> evicted;
  {
    absl::MutexLock lock(&shard.mutex);
    if (shard.by_key.contains(key)) return;  // the same key is the same value
    shard.entries.push_front({std::string(key), std::move(value)});
    shard.by_key.emplace(shard.entries.front().key, shard.entries.begin());
    shard.bytes += size;
    while (shard.bytes > shard_bytes_) {
      const auto last = std::prev(shard.entries.end());
      shard.bytes -= SizeOf(last->key, last->value);
      shard.by_key.erase(last->key);
      evicted.splice(evicted.begin(), shard.entries, last);
    }
  }
}

}  // namespace plumbline::cache
