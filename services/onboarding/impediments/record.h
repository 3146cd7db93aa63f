// SPDX-License-Identifier: Apache-2.0
//
// Impediments as records of their own: their rules, which know neither gRPC nor SQL.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_RECORD_H_
#define PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_RECORD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "plumbline/onboarding/v1/impediment.pb.h"
#include "services/onboarding/engine/engine.h"

namespace plumbline::onboarding {

inline constexpr int kMaxImpedimentTasks = 500;  // that one call names

struct ImpedimentKey {
  std::string workspace;
  std::string record;  // "crm-down", or "ada.i1"
  auto operator<=>(const ImpedimentKey&) const = default;
};

// A record as it is stored: without its name and what follows from the on-boardings.
struct StoredRecord {
  ImpedimentKey key;
  v1::ImpedimentRecord record;
  int64_t version = 1;
  bool pending = false;
  bool resolved() const { return record.state() == v1::ImpedimentRecord::STATE_RESOLVED; }
};

// A task that an impediment is to block from now on, or no longer.
struct Wish {
  std::string onboarding;
  std::string task;
  bool release = false;
  std::string reason;  // of a release
};

// Who changes a record, and when.
struct RecordAuthor {
  std::string actor;
  absl::Time time;
};

// What a rule made of a record.
struct RecordChange {
  v1::ImpedimentEntry entry;
  std::vector<Wish> wishes;
  bool carried = true;  // on-boardings are to follow it
};

// The rules. Each changes `stored` and says what is to be written beside it; on an error nothing is
// changed. ImpedimentService states the errors.
RecordChange OpenRecord(StoredRecord& stored, std::vector<Wish> wishes, const RecordAuthor& author);
absl::StatusOr<RecordChange> UpdateRecord(StoredRecord& stored, const v1::ImpedimentRecord& content,
                                          const std::vector<std::string>& fields,
                                          const RecordAuthor& author);
absl::StatusOr<RecordChange> AcknowledgeRecord(StoredRecord& stored, absl::string_view text,
                                               const RecordAuthor& author);
RecordChange CommentRecord(absl::string_view text, const RecordAuthor& author);
absl::StatusOr<RecordChange> AddTasks(StoredRecord& stored, std::vector<Wish> wishes,
                                      const RecordAuthor& author);
absl::StatusOr<RecordChange> ReleaseTask(StoredRecord& stored, Wish wish,
                                         const RecordAuthor& author);
absl::StatusOr<RecordChange> ResolveRecord(StoredRecord& stored, absl::string_view resolution,
                                           const RecordAuthor& author);

// ETAG_MISMATCH unless `etag` is "" or that of the record.
absl::Status CheckEtag(const StoredRecord& stored, absl::string_view etag);

// What it says to a run for which there are `wishes`.
RecordNews NewsOf(const StoredRecord& stored, const std::vector<Wish>& wishes);

// With its name.
struct RecordCounts {
  int tasks = 0;
  int onboardings = 0;
};
v1::ImpedimentRecord Shown(const StoredRecord& stored, const RecordCounts& counts);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_RECORD_H_
