// SPDX-License-Identifier: Apache-2.0
//
// What the catalog keeps of utilities. Invariants, which the domain upholds and the store relies
// on:
//  1. Everything belongs to a workspace; no call crosses into another.
//  2. A utility has at most one row; its `version` grows by one with every change of the row.
#ifndef PLUMBLINE_SERVICES_CATALOG_UTILITIES_STORE_H_
#define PLUMBLINE_SERVICES_CATALOG_UTILITIES_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/listing/query.h"
#include "plumbline/catalog/v1/resource_history_service.pb.h"
#include "plumbline/catalog/v1/utility.pb.h"
#include "services/catalog/composition/graph_store.h"
#include "services/catalog/resource/store.h"
#include "services/catalog/steps/store.h"

namespace plumbline::catalog {

struct UtilityKey {
  std::string workspace;
  std::string utility;
  bool operator==(const UtilityKey&) const = default;
};

// A utility, as it is answered.
struct StoredUtility {
  v1::Utility utility;
  int64_t version = 0;  // of the row, from 1
};

// What can be read within one snapshot. Used by one thread, within the body that got it. Errors of
// all methods: DEPENDENCY_UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL; what is not there is an empty
// result, not an error.
class UtilityReads {
 public:
  virtual ~UtilityReads() = default;
  virtual absl::StatusOr<std::optional<StoredUtility>> FindUtility(const UtilityKey& key) = 0;
  // A page; the query is of UtilitySchema(). PAGE_TOKEN_INVALID for a position of another order.
  virtual absl::StatusOr<listing::Page<v1::Utility>> ListUtilities(absl::string_view workspace,
                                                                   const listing::Query& query) = 0;
  // The processes of the same snapshot; the steps of the library.
  virtual GraphReads& processes() = 0;
  virtual StepReads& steps() = 0;
  // Ids of the calendars that are kept, sorted: those of `among`, or all of them where it is empty.
  virtual absl::StatusOr<std::vector<std::string>> CalendarIds(
      absl::string_view workspace, absl::Span<const std::string> among) = 0;
};

// A snapshot that can be changed. Reads see the writes before them.
class UtilityChanges : public UtilityReads {
 public:
  // Inserts (version 1) or replaces. `entry`: for the history.
  virtual absl::Status PutUtility(const UtilityKey& key, const StoredUtility& utility,
                                  const v1::ResourceHistoryEntry& entry) = 0;
  virtual absl::Status RemoveUtility(const UtilityKey& key,
                                     const v1::ResourceHistoryEntry& entry) = 0;
};

using UtilityStore = ResourceStore<UtilityReads, UtilityChanges>;

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_UTILITIES_STORE_H_
