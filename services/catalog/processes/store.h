// SPDX-License-Identifier: Apache-2.0
//
// What the catalog keeps. Invariants, which the domain upholds and the store relies on:
//  1. Everything belongs to a workspace; no call crosses into another.
//  2. A head has at most one row; its `version` grows with every change of the row.
//  3. Revisions of a process are numbered 1, 2, 3, ... and never change once added. What becomes of
//     them (retirement, effective period, tags) is said by their head.
//  4. latest_revision of a head is the number of the last revision added.
#ifndef PLUMBLINE_SERVICES_CATALOG_PROCESSES_STORE_H_
#define PLUMBLINE_SERVICES_CATALOG_PROCESSES_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/base/call_context.h"
#include "common/listing/query.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "services/catalog/life/store.h"
#include "services/catalog/resource/store.h"
#include "services/catalog/search/words.h"
#include "services/catalog/steps/store.h"

namespace plumbline::catalog {

// What follows from a content and the name of its process, worked out once.
struct Derived {
  std::string content_hash;  // ContentHash
  ProcessWords words;        // as they are if its steps take nothing from the library
};

// The contents of a draft that are what its latest revision says.
struct Published {
  int64_t revision = 0;       // 0 = there is none
  std::string draft_hash;     // ContentHash of the draft that was published; "" = not known
  std::string revision_hash;  // of the revision, in which calls are pinned and steps written out
  // Whether the draft with this ContentHash has no unpublished changes.
  bool Says(absl::string_view hash) const {
    return revision > 0 && (hash == draft_hash || hash == revision_hash);
  }
};

// The editable head of a process, as it is answered.
struct Head {
  v1::Process process;
  int64_t version = 0;  // of the row, from 1
  // Of the content as it is; nullptr: not worked out. It spares the writers' queue that work.
  std::shared_ptr<const Derived> derived = nullptr;
  Published published = {};
};

// What can be read within one snapshot. Used by one thread, within the body that got it. Errors of
// all methods: DEPENDENCY_UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL; what is not there is an empty
// result, not an error.
class Snapshot {
 public:
  virtual ~Snapshot() = default;
  virtual absl::StatusOr<std::optional<Head>> FindHead(const ProcessKey& key) = 0;
  virtual absl::StatusOr<std::optional<v1::Process>> FindRevision(const ProcessKey& key,
                                                                  int64_t revision) = 0;
  // Heads without `root`, `draft_authors`, `revision_lives` and `approval.taken` that a query of
  // ProcessSchema() selects, by their ids if it does not say otherwise. Error of its own:
  // PAGE_TOKEN_INVALID.
  virtual absl::StatusOr<listing::Page<v1::Process>> ListHeads(absl::string_view workspace,
                                                               const listing::Query& query) = 0;
  // Revisions as they were published, without `root`, that a query of RevisionSchema() selects (by
  // the state that their head gives them), latest first if it does not say otherwise. Error of its
  // own: PAGE_TOKEN_INVALID.
  virtual absl::StatusOr<listing::Page<v1::Process>> ListRevisions(const ProcessKey& key,
                                                                   const listing::Query& query) = 0;
  // In a write: its position. In a read: every write with a smaller position is visible. Positions
  // only grow.
  virtual absl::StatusOr<int64_t> Position() = 0;
  // Ids of the utilities that are kept, sorted: those of `among`, or all of them where it is empty.
  virtual absl::StatusOr<std::vector<std::string>> UtilityIds(
      absl::string_view workspace, absl::Span<const std::string> among) = 0;
  // The rest, in the same snapshot; it lives as long as this.
  struct Rest {
    LifeReader& life;
    StepReads& steps;
  };
  virtual Rest rest() = 0;
  LifeReader& life() { return rest().life; }
  StepReads& steps() { return rest().steps; }
};

// A snapshot that can be changed. Reads see the writes before them.
class Changes : public Snapshot {
 public:
  // Inserts (version 1) or replaces the head.
  virtual absl::Status PutHead(const ProcessKey& key, const Head& head) = 0;
  virtual absl::Status AddRevision(const ProcessKey& key, const v1::Process& revision) = 0;
  // The rest, in the same transaction; lives as long as this.
  virtual LifeWriter& life_changes() = 0;
};

// Thread-safe.
class Store : public ResourceStore<Snapshot, Changes> {
 public:
  // Brings lists and search up to date for at most `limit` heads and revisions that a release
  // without them wrote; returns how many there were.
  virtual absl::StatusOr<int64_t> IndexOld(const base::CallContext& context, int limit) = 0;

  // Forgets at most `limit` requests that are older than the window in which they are remembered;
  // returns how many.
  virtual absl::StatusOr<int64_t> ForgetOldRequests(const base::CallContext& context,
                                                    absl::Time now, int limit) = 0;

  // Notes the calls of at most `limit` drafts and of as many revisions that an earlier release
  // wrote, so that ListCallers need not look into them, and the states by which lists filter;
  // returns how many there were.
  virtual absl::StatusOr<int64_t> IndexCalls(const base::CallContext& context, int limit) = 0;

  // True if no other process writes: what this process knows of the heads from its own writes is
  // the truth.
  virtual bool exclusive() const = 0;

  // Tells this database from all others, for ever: revisions of two catalogs that share a cache
  // must not be mixed up, not even when one database takes the place of another.
  virtual const std::string& identity() const = 0;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_PROCESSES_STORE_H_
