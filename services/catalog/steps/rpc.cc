// SPDX-License-Identifier: Apache-2.0
//
// StepService.
#include "services/catalog/processes/rpc.h"

#include <optional>
#include <string>
#include <utility>

#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "plumbline/catalog/v1/step_service.pb.h"
#include "services/catalog/processes/convert.h"
#include "services/catalog/processes/convert_step.h"
#include "services/catalog/resource/rpc_write.h"

namespace plumbline::catalog {
namespace {

using base::CallContext;
using rpc::WorkClass;

constexpr char kService[] = "plumbline.catalog.v1.StepService";
constexpr char kRead[] = "catalog.read";
constexpr char kWrite[] = "catalog.write";

template <typename Request, typename Response, typename Command>
void AddMutation(StepLibrary& library, absl::string_view name,
                 absl::StatusOr<StepChange> (*plan)(StepReads&, const Command&, const Author&),
                 rpc::MethodTable* table) {
  AddWrite<Request, Response, Command>(
      {kService, name, kWrite}, &ToCommand,
      [&library, plan](const CallContext& context, const Command& command,
                       const std::optional<WriteRequest>& remembered,
                       Response* response) -> absl::Status {
        ASSIGN_OR_RETURN(WrittenStep written,
                         library.Write(context, command.key, remembered,
                                       [&](StepReads& reads, const Author& author) {
                                         return plan(reads, command, author);
                                       }));
        *response->mutable_step() = std::move(written.step);
        response->set_freshness_token(ToFreshnessToken(written.position));
        return absl::OkStatus();
      },
      table);
}

absl::Status Get(StepLibrary& library, const CallContext& context,
                 const v1::GetStepRequest& request, v1::GetStepResponse* response) {
  ASSIGN_OR_RETURN(const StepRef ref, ToStepRef(request.name()));
  ASSIGN_OR_RETURN(*response->mutable_step(), library.Get(context, ref.key, ref.revision));
  return absl::OkStatus();
}

absl::Status List(StepLibrary& library, const CallContext& context,
                  const v1::ListStepsRequest& request, v1::ListStepsResponse* response) {
  ASSIGN_OR_RETURN(const ListStepsCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(StepLibrary::Page page, library.List(context, command.workspace, command.query));
  response->set_next_page_token(
      listing::NextPageToken("ListSteps", request.parent(), request, page.next));
  for (v1::StepTemplate& step : page.rows) *response->add_steps() = std::move(step);
  return absl::OkStatus();
}

absl::Status ListRevisions(StepLibrary& library, const CallContext& context,
                           const v1::ListStepRevisionsRequest& request,
                           v1::ListStepRevisionsResponse* response) {
  ASSIGN_OR_RETURN(const ListStepRevisionsCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(StepLibrary::Page page,
                   library.ListRevisions(context, command.key, command.query));
  response->set_next_page_token(
      listing::NextPageToken("ListStepRevisions", request.name(), request, page.next));
  for (v1::StepTemplate& step : page.rows) *response->add_steps() = std::move(step);
  return absl::OkStatus();
}

template <typename Request, typename Response>
void AddRead(StepLibrary& library, absl::string_view name,
             absl::Status (*read)(StepLibrary&, const CallContext&, const Request&, Response*),
             rpc::MethodTable* table) {
  table->Unary<Request, Response>(
      kService, name, kRead, WorkClass::kRead,
      [&library, read](const CallContext& context, const Request& request, Response* response) {
        return read(library, context, request, response);
      });
}

}  // namespace

void RegisterSteps(StepLibrary& library, rpc::MethodTable* table) {
  AddMutation<v1::CreateStepRequest, v1::CreateStepResponse>(library, "CreateStep", &Create, table);
  AddMutation<v1::UpdateStepRequest, v1::UpdateStepResponse>(library, "UpdateStep", &Update, table);
  AddMutation<v1::DeleteStepRequest, v1::DeleteStepResponse>(library, "DeleteStep", &Delete, table);
  AddRead(library, "GetStep", &Get, table);
  AddRead(library, "ListSteps", &List, table);
  AddRead(library, "ListStepRevisions", &ListRevisions, table);
}

}  // namespace plumbline::catalog
