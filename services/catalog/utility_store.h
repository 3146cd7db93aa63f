// SPDX-License-Identifier: Apache-2.0
//
// What the catalog keeps of utilities. Invariants, which the domain upholds and the store relies
// on:
//  1. Everything belongs to a workspace; no call crosses into another.
//  2. A utility has at most one row; its `version` grows by one with every change of the row.
#ifndef PLUMBLINE_SERVICES_CATALOG_UTILITY_STORE_H_
#define PLUMBLINE_SERVICES_CATALOG_UTILITY_STORE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/listing/query.h"
#include "plumbline/catalog/v1/utility.pb.h"
#include "services/catalog/graph_store.h"
#include "services/catalog/store.h"

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
  // The processes of the same snapshot.
  virtual GraphReads& processes() = 0;
};

// A snapshot that can be changed. Reads see the writes before them.
class UtilityChanges : public UtilityReads {
 public:
  // Inserts (version 1) or replaces.
  virtual absl::Status PutUtility(const UtilityKey& key, const StoredUtility& utility) = 0;
  virtual absl::Status RemoveUtility(const UtilityKey& key) = 0;
};

// Thread-safe.
class UtilityStore {
 public:
  virtual ~UtilityStore() = default;

  virtual absl::Status Read(const base::CallContext& context,
                            absl::FunctionRef<absl::Status(UtilityReads&)> body) = 0;

  // As Store::Write; writes of utilities and processes of one workspace run one after the other.
  virtual absl::StatusOr<Answer> Write(
      const base::CallContext& context, const WriteRequest& request, absl::Time now,
      absl::FunctionRef<absl::StatusOr<std::string>(UtilityChanges&)> body) = 0;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_UTILITY_STORE_H_
