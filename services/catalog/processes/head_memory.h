// SPDX-License-Identifier: Apache-2.0
//
// Heads kept in memory in the form in which GetProcess answers them, so that reading one costs a
// look-up.
//
// Invariants, for a database that only this process writes:
//  1. What Find returns was the truth of the store at some moment during the call: an entry leaves
//  before a write of its
//     head begins and comes back only when no write of it is under way.
//  2. A fill (a read of the store whose result is remembered) that overlapped a write of the same
//  head is dropped.
// What a head says of its revisions (tags, states, periods) is a part of its entry: whatever
// changes it is a write of the head, and the same holds. Where others write too, entries are used
// for a limited time only, and only when they are newer than the write that the caller wants to
// see; writes leave nothing behind.
// An answer about a revision, too, stands with its head's entry and leaves with it: what it is made
// of is the revision, which never changes, and what the head says of it.
#ifndef PLUMBLINE_SERVICES_CATALOG_PROCESSES_HEAD_MEMORY_H_
#define PLUMBLINE_SERVICES_CATALOG_PROCESSES_HEAD_MEMORY_H_

#include <array>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "plumbline/catalog/v1/process.pb.h"

namespace plumbline::catalog {

// A head as it is answered. Immutable.
struct KnownHead {
  std::shared_ptr<const std::string> response;  // a serialised GetProcessResponse
  int64_t latest_revision = 0;
  // What it says of its revisions (life.h); nullptr = nothing.
  std::shared_ptr<const v1::Process> life = nullptr;
  int64_t version = 0;
  int64_t position = 0;                     // all writes with a smaller one are in it
  absl::Time as_of = absl::InfinitePast();  // the store was read no earlier
  // The answer about one of its revisions, the one that was asked for last; 0 = none.
  int64_t answered_revision = 0;
  std::shared_ptr<const std::string> answer = nullptr;
};

// Thread-safe. Keys are the names of heads: "workspaces/{w}/processes/{p}".
class HeadMemory {
 public:
  struct Options {
    bool exclusive = true;                        // no other process writes
    absl::Duration freshness = absl::Seconds(1);  // where others do
    size_t capacity_bytes = 32 << 20;
  };
  explicit HeadMemory(const Options& options) : options_(options) {}

  // What is known of a head, if it may be answered at `now` to a caller who wants to see all writes
  // up to the position `min_position` (-1: no wish). O(1), does not block on I/O.
  std::optional<KnownHead> Find(absl::string_view name, int64_t min_position, absl::Time now) const;
  // Shows `look` the same without a copy; it must be short, since writes wait for it. Returns
  // whether there was something to show. O(1), does not block on I/O.
  bool Show(absl::string_view name, int64_t min_position, absl::Time now,
            absl::FunctionRef<void(const KnownHead&)> look) const;

  // Keeps the answer about a revision that was made of version `version` of the head, if that is
  // still the one that is known. O(1).
  void KeepAnswer(absl::string_view name, int64_t version, int64_t revision,
                  std::shared_ptr<const std::string> answer);

  // Remembering a read: take a ticket before the store is read, give it back with what was read.
  using Ticket = int64_t;
  Ticket BeginFill(absl::string_view name) const;
  void EndFill(absl::string_view name, Ticket ticket, KnownHead head);

  // A write of one head: made before its transaction begins, destroyed after it ended and before it
  // is answered.
  class Write {
   public:
    Write(HeadMemory& memory, std::string name);
    ~Write();
    Write(const Write&) = delete;
    Write& operator=(const Write&) = delete;
    // The transaction was committed and the head is now this.
    void Committed(KnownHead head) { head_ = std::move(head); }

   private:
    HeadMemory& memory_;
    const std::string name_;
    std::optional<KnownHead> head_;
  };

 private:
  // Writes of one head that are under way.
  struct Writing {
    int count = 0;
    bool unknown = false;             // one of them ended without saying what the head is
    std::optional<KnownHead> latest;  // by version, of those that ended
  };
  struct Entry {
    std::string name;
    KnownHead head;
  };
  struct Shard {
    mutable absl::Mutex mutex;
    std::list<Entry> entries ABSL_GUARDED_BY(mutex);  // kept longest first
    absl::flat_hash_map<absl::string_view, std::list<Entry>::iterator> heads ABSL_GUARDED_BY(mutex);
    absl::flat_hash_map<std::string, Writing> writing ABSL_GUARDED_BY(mutex);
    int64_t writes_ended ABSL_GUARDED_BY(mutex) = 0;  // a ticket is what it was
    size_t bytes ABSL_GUARDED_BY(mutex) = 0;

    void Forget(absl::string_view name) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
    void Drop(std::list<Entry>::iterator entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
    void Keep(absl::string_view name, KnownHead head, size_t capacity)
        ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  };
  static constexpr size_t kShards = 16;

  const Shard& ShardOf(absl::string_view name) const;
  Shard& ShardOf(absl::string_view name);
  void BeginWrite(absl::string_view name);
  void EndWrite(absl::string_view name, std::optional<KnownHead> head);

  const Options options_;
  std::array<Shard, kShards> shards_;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_PROCESSES_HEAD_MEMORY_H_
