// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_CATALOG_PROCESSES_READER_H_
#define PLUMBLINE_SERVICES_CATALOG_PROCESSES_READER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/cache/cache.h"
#include "services/catalog/life/command.h"
#include "services/catalog/processes/command.h"
#include "services/catalog/processes/head_memory.h"
#include "services/catalog/processes/store.h"

namespace plumbline::catalog {

// Reads processes: from memory, then from the cache (revisions), then from the store. Thread-safe.
// Everything given must outlive it.
class Reader {
 public:
  // A serialised GetProcessResponse.
  using Response = std::shared_ptr<const std::string>;

  Reader(Store& store, cache::Cache& cache, HeadMemory& heads, const base::Clock& clock)
      : store_(store), cache_(cache), heads_(heads), clock_(clock) {}

  // From memory only; never blocks. nullptr if it is not there or `name` is not a name.
  // `min_position`: the answer must hold all writes up to it; -1 = no wish. `at`: the time of
  // which "@latest" is asked; nullopt = now.
  Response Peek(absl::string_view name, int64_t min_position, std::optional<absl::Time> at) const;

  // Errors: RESOURCE_NOT_FOUND; for the latest also REVISION_NOT_EFFECTIVE, PROCESS_RETIRED.
  // That something is not there is never said by a memory that may be behind.
  absl::StatusOr<Response> Get(const base::CallContext& context, const ProcessRef& ref,
                               int64_t min_position);

  using Page = listing::Page<v1::Process>;
  // Errors: PAGE_TOKEN_INVALID.
  absl::StatusOr<Page> List(const base::CallContext& context, const ListCommand& command);
  // Errors: RESOURCE_NOT_FOUND (the process), PAGE_TOKEN_INVALID.
  absl::StatusOr<Page> ListRevisions(const base::CallContext& context,
                                     const ListRevisionsCommand& command);

  // Errors: RESOURCE_NOT_FOUND (the process), PAGE_TOKEN_INVALID.
  absl::StatusOr<listing::Page<v1::Tag>> ListTags(const base::CallContext& context,
                                                  const ListTagsCommand& command);
  // Errors: RESOURCE_NOT_FOUND (the process never was there), PAGE_TOKEN_INVALID.
  absl::StatusOr<listing::Page<v1::CatalogHistoryEntry>> ListHistory(
      const base::CallContext& context, const ListHistoryCommand& command);
  // Errors: RESOURCE_NOT_FOUND (the process or the revision), PAGE_TOKEN_INVALID.
  absl::StatusOr<listing::Page<v1::ProcessUser>> ListUsers(const base::CallContext& context,
                                                           const ListUsersCommand& command);

  // Remembers a revision that is in the store.
  void Remember(const ProcessKey& key, const v1::Process& revision);

 private:
  // The cache's key of a revision.
  std::string RevisionKey(absl::string_view head_name, int64_t revision) const;
  absl::StatusOr<KnownHead> GetHead(const base::CallContext& context, const ProcessKey& key,
                                    int64_t min_position);
  // The revision as it was published.
  absl::StatusOr<Response> GetRevision(const base::CallContext& context, const ProcessKey& key,
                                       int64_t revision);

  Store& store_;
  cache::Cache& cache_;
  HeadMemory& heads_;
  const base::Clock& clock_;
};

// The form in which GetProcess answers a process.
Reader::Response ToResponse(const v1::Process& process);

// What is to be known of a head that was read or written at this position.
KnownHead Know(const Head& head, int64_t position, absl::Time as_of);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_PROCESSES_READER_H_
