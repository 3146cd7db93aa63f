// SPDX-License-Identifier: Apache-2.0
//
// What may be written into an improvement project, what each of its states needs, and what becomes
// of it, as functions of what is kept: nothing here writes, so that validate_only runs the same
// rules.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SERVICE_RULES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SERVICE_RULES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "plumbline/analytics/v1/improvement.pb.h"
#include "services/analytics/improvement/service/store.h"

namespace plumbline::analytics {

inline constexpr int64_t kMostImprovements = 10'000;  // of a workspace

// Who changes something, when and why.
struct ImprovementAuthor {
  std::string subject;
  absl::Time time;
  std::string reason;
};

struct ImprovementChange {
  StoredImprovement after;  // of a deletion: as it was
  bool writes = true;       // false: it is already so
  v1::ImprovementHistoryEntry entry = {};
};

// The fields that people write, and those of them that the baseline is frozen by.
absl::Span<const absl::string_view> ImprovementContent();
absl::Span<const absl::string_view> FrozenContent();

// What is wrong whatever the state: lengths, ranges, names, what does not fit together.
// FIELD_INVALID with every violation; fields are those below "improvement".
absl::Status CheckImprovement(const ImprovementKey& key, const v1::Improvement& improvement);
// What is missing for a state. FIELD_INVALID with all of it.
absl::Status CheckNeeds(v1::Improvement::State state, const v1::Improvement& improvement);

// RESOURCE_NOT_FOUND, ETAG_MISMATCH.
absl::StatusOr<StoredImprovement> RequireImprovement(
    const ImprovementKey& key, const std::optional<StoredImprovement>& present,
    absl::string_view etag);

// RESOURCE_ALREADY_EXISTS, FIELD_INVALID. `uid`: a new one.
absl::StatusOr<ImprovementChange> CreateImprovement(const ImprovementKey& key,
                                                    const std::optional<StoredImprovement>& present,
                                                    const v1::Improvement& content,
                                                    const std::string& uid,
                                                    const ImprovementAuthor& author);
// `fields`: of ImprovementContent. FIELD_INVALID, IMPROVEMENT_STATE.
absl::StatusOr<ImprovementChange> UpdateImprovement(const ImprovementKey& key,
                                                    const StoredImprovement& present,
                                                    const v1::Improvement& content,
                                                    absl::Span<const std::string> fields,
                                                    const ImprovementAuthor& author);
ImprovementChange DeleteImprovement(const StoredImprovement& present,
                                    const ImprovementAuthor& author);

// To which state it would come: `asked`, or the next one where that is not said. FIELD_INVALID
// (what is missing for it; the reason), IMPROVEMENT_STATE.
absl::StatusOr<v1::Improvement::State> NextState(const StoredImprovement& present,
                                                 v1::Improvement::State asked,
                                                 absl::string_view reason);

// A baseline as it is kept.
struct FrozenBaseline {
  v1::ImprovementBaseline shown;
  stored::v1::StoredBaseline kept;
};
// NextState said `to`. `baseline` is needed, and only then used, where it comes from STATE_DEFINE.
ImprovementChange AdvanceImprovement(const StoredImprovement& present, v1::Improvement::State to,
                                     const FrozenBaseline& baseline,
                                     const ImprovementAuthor& author);

// Whether it can be closed at all. IMPROVEMENT_STATE.
absl::Status CheckClosing(const StoredImprovement& present);
// IMPROVEMENT_STATE for a verdict that is too early, unless allowed.
absl::StatusOr<ImprovementChange> CloseImprovement(const StoredImprovement& present,
                                                   const v1::ImprovementComparison& result,
                                                   bool allow_too_early,
                                                   const ImprovementAuthor& author);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SERVICE_RULES_H_
