// SPDX-License-Identifier: Apache-2.0
//
// Records of impediments within a transaction. Not for use outside of the stores.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_STORE_SQL_RECORDS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_STORE_SQL_RECORDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/sql/database.h"
#include "plumbline/onboarding/v1/impediment.pb.h"
#include "services/onboarding/impediments/record.h"

namespace plumbline::onboarding {

// What is locked while a record is changed. Locks are taken in this order: a run, then a record.
absl::Status LockRecord(sql::Transaction& tx, const ImpedimentKey& key);

absl::StatusOr<std::optional<StoredRecord>> FindRecord(sql::Transaction& tx,
                                                       const ImpedimentKey& key);

// Adds a record; false if there is one of this name, which stays as it is.
absl::StatusOr<bool> InsertRecord(sql::Transaction& tx, const StoredRecord& stored);
absl::Status UpdateRecord(sql::Transaction& tx, const StoredRecord& stored);

// Adds the next entry to the history of a record, and returns it with its number.
absl::StatusOr<v1::ImpedimentEntry> AppendEntry(sql::Transaction& tx, const ImpedimentKey& key,
                                                v1::ImpedimentEntry entry);

absl::Status PutWishes(sql::Transaction& tx, const ImpedimentKey& key,
                       const std::vector<Wish>& wishes);

// Whether it blocks anything, or is to.
absl::StatusOr<bool> BlocksSomething(sql::Transaction& tx, const ImpedimentKey& key);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_STORE_SQL_RECORDS_H_
