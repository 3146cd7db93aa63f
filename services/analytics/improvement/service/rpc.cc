// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/improvement/service/rpc.h"

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "common/rpc/page_token.h"
#include "plumbline/analytics/v1/improvement_service.pb.h"
#include "services/analytics/improvement/service/convert.h"

namespace plumbline::analytics {
namespace {

using base::CallContext;
using rpc::WorkClass;
using Target = Improvements::Target;

constexpr char kService[] = "plumbline.analytics.v1.ImprovementService";
constexpr char kRead[] = "analytics.read";
constexpr char kWrite[] = "analytics.write";
constexpr size_t kMostRequestId = 128, kMostReason = 1'000;

absl::Status CheckLength(absl::string_view field, absl::string_view text, size_t most) {
  if (text.size() <= most) return absl::OkStatus();
  return base::FieldError(field, absl::StrCat("has ", text.size(), " bytes; at most ", most));
}

// What a request writes, and how it is remembered.
template <typename Request>
absl::StatusOr<Target> ToTarget(const char* method, ImprovementKey key, std::string etag,
                                std::string reason, Request request) {
  RETURN_IF_ERROR(CheckLength("request_id", request.request_id(), kMostRequestId));
  Target target{std::move(key), std::move(etag), std::move(reason), std::nullopt};
  if (request.validate_only()) return target;
  WriteRequest remembered{target.key.workspace, absl::StrCat(kService, "/", method),
                          request.request_id(), ""};
  request.clear_request_id();
  remembered.body = DeterministicBytes(request);
  target.request = std::move(remembered);
  return target;
}

absl::StatusOr<v1::Improvement> Write(const Improvements& improvements, const CallContext& context,
                                      const v1::CreateImprovementRequest& request) {
  ASSIGN_OR_RETURN(const std::vector<std::string> parts,
                   base::ParseName("parent", request.parent(), "workspaces/*"));
  RETURN_IF_ERROR(base::CheckId("improvement_id", request.improvement_id()));
  RETURN_IF_ERROR(CheckLength("reason", request.reason(), kMostReason));
  const ImprovementKey key{parts[0], request.improvement_id()};
  const std::string& name = request.improvement().name();
  if (!name.empty() && name != NameOf(key)) {
    return base::FieldError("improvement.name",
                            absl::StrCat("is '", name.substr(0, 200),
                                         "'; leave it empty, or give '", NameOf(key), "'"));
  }
  ASSIGN_OR_RETURN(const Target target,
                   ToTarget("CreateImprovement", key, "", request.reason(), request));
  return improvements.Create(context, target, request.improvement());
}

absl::StatusOr<v1::Improvement> Write(const Improvements& improvements, const CallContext& context,
                                      const v1::UpdateImprovementRequest& request) {
  ASSIGN_OR_RETURN(const ImprovementKey key,
                   ToImprovementKey("improvement.name", request.improvement().name()));
  RETURN_IF_ERROR(CheckLength("reason", request.reason(), kMostReason));
  ASSIGN_OR_RETURN(const std::vector<std::string> fields, ToFields(request.update_mask()));
  ASSIGN_OR_RETURN(
      const Target target,
      ToTarget("UpdateImprovement", key, request.improvement().etag(), request.reason(), request));
  return improvements.Update(context, target, request.improvement(), fields);
}

absl::StatusOr<v1::Improvement> Write(const Improvements& improvements, const CallContext& context,
                                      const v1::DeleteImprovementRequest& request) {
  ASSIGN_OR_RETURN(const ImprovementKey key, ToImprovementKey("name", request.name()));
  RETURN_IF_ERROR(CheckLength("reason", request.reason(), kMostReason));
  ASSIGN_OR_RETURN(const Target target,
                   ToTarget("DeleteImprovement", key, request.etag(), request.reason(), request));
  return improvements.Delete(context, target);
}

absl::StatusOr<v1::Improvement> Write(const Improvements& improvements, const CallContext& context,
                                      const v1::AdvanceImprovementRequest& request) {
  ASSIGN_OR_RETURN(const ImprovementKey key, ToImprovementKey("name", request.name()));
  RETURN_IF_ERROR(CheckLength("reason", request.reason(), kMostReason));
  ASSIGN_OR_RETURN(const Target target,
                   ToTarget("AdvanceImprovement", key, request.etag(), request.reason(), request));
  return improvements.Advance(context, target, request.to_state());
}

absl::StatusOr<v1::Improvement> Write(const Improvements& improvements, const CallContext& context,
                                      const v1::CloseImprovementRequest& request) {
  ASSIGN_OR_RETURN(const ImprovementKey key, ToImprovementKey("name", request.name()));
  RETURN_IF_ERROR(CheckLength("note", request.note(), kMostReason));
  ASSIGN_OR_RETURN(const Target target,
                   ToTarget("CloseImprovement", key, request.etag(), request.note(), request));
  return improvements.Close(context, target, request.allow_too_early());
}

absl::Status List(const Improvements& improvements, const CallContext& context,
                  const v1::ListImprovementsRequest& request,
                  v1::ListImprovementsResponse* response) {
  ASSIGN_OR_RETURN(const std::vector<std::string> parts,
                   base::ParseName("parent", request.parent(), "workspaces/*"));
  ASSIGN_OR_RETURN(
      const listing::Query query,
      listing::ToQuery("ListImprovements", request.parent(), request, ImprovementSchema()));
  ASSIGN_OR_RETURN(listing::Page<v1::Improvement> page,
                   improvements.List(context, parts[0], query));
  response->set_next_page_token(
      listing::NextPageToken("ListImprovements", request.parent(), request, page.next));
  for (v1::Improvement& improvement : page.rows)
    *response->add_improvements() = std::move(improvement);
  return absl::OkStatus();
}

absl::Status History(const Improvements& improvements, const CallContext& context,
                     const v1::ListImprovementHistoryRequest& request,
                     v1::ListImprovementHistoryResponse* response) {
  constexpr char kMethod[] = "ListImprovementHistory";
  ASSIGN_OR_RETURN(const ImprovementKey key, ToImprovementKey("name", request.name()));
  ASSIGN_OR_RETURN(const int size, rpc::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const std::string position,
                   rpc::DecodePageToken(kMethod, request.name(), request.page_token()));
  int64_t before = INT64_MAX;
  if (!position.empty() && !absl::SimpleAtoi(position, &before)) return listing::PositionError();
  ASSIGN_OR_RETURN(std::vector<v1::ImprovementHistoryEntry> entries,
                   improvements.History(context, key, before, size + 1));
  rpc::PageRoom room(size);
  for (v1::ImprovementHistoryEntry& entry : entries) {
    if (room.Full()) {
      const int64_t last = response->entries(response->entries_size() - 1).sequence();
      response->set_next_page_token(
          rpc::EncodePageToken(kMethod, request.name(), absl::StrCat(last)));
      break;
    }
    room.Took(entry.ByteSizeLong());
    *response->add_entries() = std::move(entry);
  }
  return absl::OkStatus();
}

template <typename Request, typename Response>
void AddWrite(const Improvements& improvements, const char* method, rpc::MethodTable* table) {
  table->Unary<Request, Response>(
      kService, method, kWrite, WorkClass::kWrite,
      [&improvements](const CallContext& context, const Request& request,
                      Response* response) -> absl::Status {
        ASSIGN_OR_RETURN(*response->mutable_improvement(), Write(improvements, context, request));
        if constexpr (!std::is_same_v<Request, v1::DeleteImprovementRequest>)
          improvements.AddWarnings(context, response->mutable_improvement());
        return absl::OkStatus();
      });
}

template <typename Request, typename Response>
void AddRead(const Improvements& improvements, const char* method,
             absl::Status (*read)(const Improvements&, const CallContext&, const Request&,
                                  Response*),
             rpc::MethodTable* table) {
  table->Unary<Request, Response>(
      kService, method, kRead, WorkClass::kRead,
      [&improvements, read](const CallContext& context, const Request& request,
                            Response* response) {
        return read(improvements, context, request, response);
      });
}

absl::Status Get(const Improvements& improvements, const CallContext& context,
                 const v1::GetImprovementRequest& request, v1::GetImprovementResponse* response) {
  ASSIGN_OR_RETURN(const ImprovementKey key, ToImprovementKey("name", request.name()));
  ASSIGN_OR_RETURN(StoredImprovement stored, improvements.Get(context, key));
  *response->mutable_improvement() = std::move(stored.improvement);
  improvements.AddWarnings(context, response->mutable_improvement());
  return absl::OkStatus();
}

absl::Status MeasureNow(const Improvements& improvements, const CallContext& context,
                        const v1::MeasureImprovementRequest& request,
                        v1::MeasureImprovementResponse* response) {
  ASSIGN_OR_RETURN(const ImprovementKey key, ToImprovementKey("name", request.name()));
  ASSIGN_OR_RETURN(*response->mutable_comparison(), improvements.Measure(context, key));
  return absl::OkStatus();
}

}  // namespace

void RegisterImprovementService(const Improvements& improvements, rpc::MethodTable* table) {
  AddWrite<v1::CreateImprovementRequest, v1::CreateImprovementResponse>(improvements,
                                                                        "CreateImprovement", table);
  AddWrite<v1::UpdateImprovementRequest, v1::UpdateImprovementResponse>(improvements,
                                                                        "UpdateImprovement", table);
  AddWrite<v1::DeleteImprovementRequest, v1::DeleteImprovementResponse>(improvements,
                                                                        "DeleteImprovement", table);
  AddWrite<v1::AdvanceImprovementRequest, v1::AdvanceImprovementResponse>(
      improvements, "AdvanceImprovement", table);
  AddWrite<v1::CloseImprovementRequest, v1::CloseImprovementResponse>(improvements,
                                                                      "CloseImprovement", table);
  AddRead(improvements, "GetImprovement", &Get, table);
  AddRead(improvements, "ListImprovements", &List, table);
  AddRead(improvements, "MeasureImprovement", &MeasureNow, table);
  AddRead(improvements, "ListImprovementHistory", &History, table);
}

}  // namespace plumbline::analytics
