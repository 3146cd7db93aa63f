// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/processes/head_memory.h"

#include <iterator>
#include <utility>

#include "absl/hash/hash.h"

namespace plumbline::catalog {
namespace {

// What an entry costs beside its bytes: the map's slot, the list's node, shared pointers, strings.
constexpr size_t kEntryOverhead = 280;

size_t SizeOf(absl::string_view name, const KnownHead& head) {
  const size_t life = head.life == nullptr ? 0 : head.life->SpaceUsedLong();
  const size_t answer = head.answer == nullptr ? 0 : head.answer->size();
  return kEntryOverhead + name.size() + head.response->size() + life + answer;
}

}  // namespace

std::optional<KnownHead> HeadMemory::Find(absl::string_view name, int64_t min_position,
                                          absl::Time now) const {
  std::optional<KnownHead> found;
  Show(name, min_position, now, [&](const KnownHead& head) { found = head; });
  return found;
}

bool HeadMemory::Show(absl::string_view name, int64_t min_position, absl::Time now,
                      absl::FunctionRef<void(const KnownHead&)> look) const {
  const Shard& shard = ShardOf(name);
  absl::ReaderMutexLock lock(&shard.mutex);
  auto it = shard.heads.find(name);
  if (it == shard.heads.end()) return false;
  const KnownHead& head = it->second->head;
  if (!options_.exclusive) {
    const absl::Duration age = now - head.as_of;
    // A clock that was set back makes the age negative: then nothing is known of it.
    if (age < absl::ZeroDuration() || age > options_.freshness) return false;
    if (head.position <= min_position) return false;
  }
  look(head);
  return true;
}

void HeadMemory::KeepAnswer(absl::string_view name, int64_t version, int64_t revision,
                            std::shared_ptr<const std::string> answer) {
  Shard& shard = ShardOf(name);
  const size_t capacity = options_.capacity_bytes / kShards;
  absl::MutexLock lock(&shard.mutex);
  auto it = shard.heads.find(name);
  if (it == shard.heads.end() || it->second->head.version != version) return;
  KnownHead head = it->second->head;
  head.answered_revision = revision;
  head.answer = std::move(answer);
  // The head itself shall not leave for an answer that is too large.
  if (SizeOf(name, head) <= capacity) shard.Keep(name, std::move(head), capacity);
}

HeadMemory::Ticket HeadMemory::BeginFill(absl::string_view name) const {
  const Shard& shard = ShardOf(name);
  absl::ReaderMutexLock lock(&shard.mutex);
  return shard.writes_ended;
}

void HeadMemory::EndFill(absl::string_view name, Ticket ticket, KnownHead head) {
  Shard& shard = ShardOf(name);
  absl::MutexLock lock(&shard.mutex);
  if (shard.writing.contains(name) || shard.writes_ended != ticket) return;
  shard.Keep(name, std::move(head), options_.capacity_bytes / kShards);
}

HeadMemory::Write::Write(HeadMemory& memory, std::string name)
    : memory_(memory), name_(std::move(name)) {
  memory_.BeginWrite(name_);
}

HeadMemory::Write::~Write() { memory_.EndWrite(name_, std::move(head_)); }

void HeadMemory::BeginWrite(absl::string_view name) {
  Shard& shard = ShardOf(name);
  absl::MutexLock lock(&shard.mutex);
  ++shard.writing[name].count;
  shard.Forget(name);
}

void HeadMemory::EndWrite(absl::string_view name, std::optional<KnownHead> head) {
  Shard& shard = ShardOf(name);
  absl::MutexLock lock(&shard.mutex);
  ++shard.writes_ended;
  auto it = shard.writing.find(name);
  Writing& writing = it->second;
  if (!head.has_value()) {
    writing.unknown = true;
  } else if (!writing.latest.has_value() || writing.latest->version < head->version) {
    writing.latest = std::move(head);
  }
  if (--writing.count > 0) return;
  if (options_.exclusive && !writing.unknown && writing.latest.has_value()) {
    shard.Keep(name, *std::move(writing.latest), options_.capacity_bytes / kShards);
  }
  shard.writing.erase(it);
}

void HeadMemory::Shard::Forget(absl::string_view name) {
  auto it = heads.find(name);
  if (it != heads.end()) Drop(it->second);
}

void HeadMemory::Shard::Drop(std::list<Entry>::iterator entry) {
  bytes -= SizeOf(entry->name, entry->head);
  heads.erase(entry->name);
  entries.erase(entry);
}

void HeadMemory::Shard::Keep(absl::string_view name, KnownHead head, size_t capacity) {
  Forget(name);
  const size_t size = SizeOf(name, head);
  if (size > capacity) return;
  // Any entry may leave: it is read again from the store, and none is worth the cost of keeping an
  // order of use, which readers would have to write. So those leave that were kept longest.
  while (bytes + size > capacity) Drop(entries.begin());
  bytes += size;
  entries.push_back({std::string(name), std::move(head)});
  heads.emplace(entries.back().name, std::prev(entries.end()));
}

const HeadMemory::Shard& HeadMemory::ShardOf(absl::string_view name) const {
  return shards_[absl::Hash<absl::string_view>()(name) % kShards];
}

HeadMemory::Shard& HeadMemory::ShardOf(absl::string_view name) {
  return shards_[absl::Hash<absl::string_view>()(name) % kShards];
}

}  // namespace plumbline::catalog
