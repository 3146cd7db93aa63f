// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/segments/convert.h"

#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/rpc/page_token.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/serving/request_checks.h"
#include "services/analytics/serving/selection_convert.h"

namespace plumbline::analytics {
namespace {

constexpr int64_t kMostEntries = 10'000, kMostVariants = 1'000;

absl::StatusOr<CaseOrder> ToOrder(const std::string& order_by, bool* descending) {
  absl::string_view name = order_by;
  *descending = absl::ConsumeSuffix(&name, " desc");
  if (name.empty() && !*descending) return CaseOrder::kId;
  if (name == "case_id") return CaseOrder::kId;
  if (name == "start_time") return CaseOrder::kStart;
  if (name == "end_time") return CaseOrder::kEnd;
  if (name == "duration") return CaseOrder::kDuration;
  if (name == "event_count") return CaseOrder::kEventCount;
  return base::FieldError("order_by",
                          absl::StrCat("is '", order_by.substr(0, 100),
                                       "'; it must be case_id, start_time, end_time, duration or "
                                       "event_count, with or without ' desc'"));
}

std::string ScopeOf(const v1::ListCasesRequest& request, const Selection& selection) {
  return absl::StrCat(request.name(), " ", request.order_by(), " ", DigestOf(selection));
}

}  // namespace

absl::StatusOr<CasesCommand> ToCommand(const v1::ListCasesRequest& request) {
  CasesCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  ASSIGN_OR_RETURN(command.selection, ToSelection("selection", request.selection()));
  ASSIGN_OR_RETURN(command.order, ToOrder(request.order_by(), &command.descending));
  ASSIGN_OR_RETURN(command.page_size, rpc::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(
      const std::string position,
      rpc::DecodePageToken("ListCases", ScopeOf(request, command.selection), request.page_token()));
  if (position.empty()) return command;
  std::vector<std::string> parts = absl::StrSplit(position, ' ');
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[1], &command.offset) || command.offset < 0) {
    return base::Error(base::Reason::ERROR_REASON_PAGE_TOKEN_INVALID,
                       "page_token was not made by ListCases; begin again without one")
        .Field("page_token", "not a token of this list");
  }
  command.state = std::move(parts[0]);
  return command;
}

std::string NextPageToken(const v1::ListCasesRequest& request, const CasesCommand& command,
                          absl::string_view state, int64_t offset) {
  return rpc::EncodePageToken("ListCases", ScopeOf(request, command.selection),
                              absl::StrCat(state, " ", offset));
}

absl::StatusOr<CompareCommand> ToCommand(const v1::CompareSegmentsRequest& request) {
  CompareCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  ASSIGN_OR_RETURN(command.first, ToSelection("first", request.first()));
  ASSIGN_OR_RETURN(command.second, ToSelection("second", request.second()));
  ASSIGN_OR_RETURN(command.max_activities,
                   NumberOr("max_activities", request.max_activities(), 100, 1, kMostEntries));
  ASSIGN_OR_RETURN(command.max_edges,
                   NumberOr("max_edges", request.max_edges(), 100, 1, kMostEntries));
  ASSIGN_OR_RETURN(command.max_variants,
                   NumberOr("max_variants", request.max_variants(), 20, 1, kMostVariants));
  if (request.has_business_time()) {
    ASSIGN_OR_RETURN(command.between, ToTimeBetween("business_time", request.business_time()));
  }
  return command;
}

}  // namespace plumbline::analytics
