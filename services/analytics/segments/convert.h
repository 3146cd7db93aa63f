// SPDX-License-Identifier: Apache-2.0
//
// SegmentService: requests to commands.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_SEGMENTS_CONVERT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_SEGMENTS_CONVERT_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "plumbline/analytics/v1/segment_service.pb.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/mining/process_map.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

enum class CaseOrder { kId, kStart, kEnd, kDuration, kEventCount };

struct CasesCommand {
  LogKey key;
  Selection selection;
  CaseOrder order = CaseOrder::kId;
  bool descending = false;
  int page_size = 0;
  // Of a later page: what NextPageToken was given.
  std::string state;
  int64_t offset = 0;
};
// FIELD_INVALID, PAGE_TOKEN_INVALID.
absl::StatusOr<CasesCommand> ToCommand(const v1::ListCasesRequest& request);
// `state` says how the log was, without spaces.
std::string NextPageToken(const v1::ListCasesRequest& request, const CasesCommand& command,
                          absl::string_view state, int64_t offset);

struct CompareCommand {
  LogKey key;
  Selection first, second;
  int64_t max_activities = 0, max_edges = 0, max_variants = 0;
  TimeBetween between;  // empty = wall clock
};
// FIELD_INVALID.
absl::StatusOr<CompareCommand> ToCommand(const v1::CompareSegmentsRequest& request);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_SEGMENTS_CONVERT_H_
