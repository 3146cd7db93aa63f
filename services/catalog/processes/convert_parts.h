// SPDX-License-Identifier: Apache-2.0
//
// Parts that many requests have. Errors of all: FIELD_INVALID.
#ifndef PLUMBLINE_SERVICES_CATALOG_PROCESSES_CONVERT_PARTS_H_
#define PLUMBLINE_SERVICES_CATALOG_PROCESSES_CONVERT_PARTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "services/catalog/processes/command.h"

namespace plumbline::catalog {

inline constexpr char kLatest[] = "latest";

// "workspaces/{w}/processes/{p}"
absl::StatusOr<ProcessKey> ToKey(absl::string_view field, absl::string_view name);

// A process or an exact revision of it: "...@{revision}".
struct KeyAndRevision {
  ProcessKey key;
  int64_t revision = 0;  // 0 = none was given
};
absl::StatusOr<KeyAndRevision> ToKeyAndRevision(absl::string_view field, absl::string_view name);

// The workspace of `parent`.
absl::StatusOr<std::string> ToWorkspace(absl::string_view parent);

// A decimal number above 0 in its only spelling.
bool ParseRevision(absl::string_view text, int64_t* revision);

// Of the years 1970 to 9999, to the microsecond; nullopt if it is not given.
absl::StatusOr<std::optional<absl::Time>> ToTime(absl::string_view field, bool given,
                                                 const google::protobuf::Timestamp& time);

// effective_from and effective_until of a request.
absl::StatusOr<Period> ToPeriod(std::optional<absl::Time> from, std::optional<absl::Time> until);
template <typename Request>
absl::StatusOr<Period> ToPeriod(const Request& request) {
  ASSIGN_OR_RETURN(const auto from, ToTime("effective_from", request.has_effective_from(),
                                           request.effective_from()));
  ASSIGN_OR_RETURN(const auto until, ToTime("effective_until", request.has_effective_until(),
                                            request.effective_until()));
  return ToPeriod(from, until);
}

// The fields of a mask, sorted, each once; all that are known if it is empty.
absl::StatusOr<std::vector<std::string>> ToFields(const google::protobuf::FieldMask& mask,
                                                  absl::Span<const absl::string_view> known);

// At most 1,000 characters.
absl::Status CheckReason(absl::string_view reason);

// Unicode characters, as people count them.
size_t Characters(absl::string_view text);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_PROCESSES_CONVERT_PARTS_H_
