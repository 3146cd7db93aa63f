// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/organization_rpc.h"

#include <memory>
#include <utility>
#include <vector>

#include "common/base/status_macros.h"
#include "services/analytics/organization_convert.h"
#include "services/analytics/selected_view.h"

namespace plumbline::analytics {
namespace {

using base::CallContext;

constexpr char kService[] = "plumbline.analytics.v1.OrganizationService";
constexpr char kRead[] = "analytics.read";

// What is asked of, with what it takes of the room for parts.
struct SelectedWork {
  SelectedView part;
  std::shared_ptr<const void> room;
  Work work;
};

absl::StatusOr<SelectedWork> Load(Reader& reader, const base::Clock& clock,
                                  const CallContext& context, const WorkCommand& command) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const LogView> whole, reader.Load(context, command.key));
  SelectedWork selected;
  ASSIGN_OR_RETURN(selected.part, reader.Select(context, whole, command.selection));
  const LogView& view = *selected.part.view;
  // Items, and one and a half times as much for what is computed from them (load_effect.h takes
  // most).
  ASSIGN_OR_RETURN(selected.room, reader.TakeRoom(BytesOfWork(*view.log()) / 2 * 5));
  ASSIGN_OR_RETURN(selected.work, ReadWork(*view.log(), {view.map_transitions(), command.group_by},
                                           [&] { return context.Check(clock.Now()); }));
  return selected;
}

absl::Status GetHandovers(Reader& reader, const base::Clock& clock, const CallContext& context,
                          const v1::GetHandoversRequest& request,
                          v1::GetHandoversResponse* response) {
  ASSIGN_OR_RETURN(const HandoversCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(const SelectedWork selected, Load(reader, clock, context, command.work));
  Tell(selected.part, response);
  const auto check = [&] { return context.Check(clock.Now()); };
  if (command.together) {
    ASSIGN_OR_RETURN(std::vector<Together> pairs,
                     MineTogether(selected.work, command.options.most_pairs, check));
    ToProto(selected.work, std::move(pairs), command, response);
  } else {
    ASSIGN_OR_RETURN(Handovers handovers, MineHandovers(selected.work, command.options, check));
    ToProto(selected.work, std::move(handovers), command, response);
  }
  return check();
}

absl::Status GetWorkload(Reader& reader, const base::Clock& clock, const CallContext& context,
                         const v1::GetWorkloadRequest& request, v1::GetWorkloadResponse* response) {
  ASSIGN_OR_RETURN(const WorkloadCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(const SelectedWork selected, Load(reader, clock, context, command.work));
  Tell(selected.part, response);
  const auto check = [&] { return context.Check(clock.Now()); };
  ASSIGN_OR_RETURN(Workload workload, MeasureWorkload(selected.work, command.options, check));
  ASSIGN_OR_RETURN(const LoadEffect effect, MeasureLoadEffect(selected.work, command.load, check));
  ToProto(selected.work, std::move(workload), effect, command, response);
  return check();
}

absl::Status GetBatches(Reader& reader, const base::Clock& clock, const CallContext& context,
                        const v1::GetBatchesRequest& request, v1::GetBatchesResponse* response) {
  ASSIGN_OR_RETURN(const BatchesCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(const SelectedWork selected, Load(reader, clock, context, command.work));
  Tell(selected.part, response);
  const auto check = [&] { return context.Check(clock.Now()); };
  ASSIGN_OR_RETURN(Batches batches, FindBatches(selected.work, command.options, check));
  ToProto(*selected.part.view->log(), selected.work, std::move(batches), command, response);
  return check();
}

template <class Request, class Response>
void Add(Reader& reader, const base::Clock& clock, rpc::MethodTable* table, const char* method,
         absl::Status (*run)(Reader&, const base::Clock&, const CallContext&, const Request&,
                             Response*)) {
  table->Unary<Request, Response>(
      kService, method, kRead, rpc::WorkClass::kRead,
      [&reader, &clock, run](const CallContext& context, const Request& request,
                             Response* response) {
        return run(reader, clock, context, request, response);
      });
}

}  // namespace

void RegisterOrganizationService(Reader& reader, const base::Clock& clock,
                                 rpc::MethodTable* table) {
  Add(reader, clock, table, "GetHandovers", &GetHandovers);
  Add(reader, clock, table, "GetWorkload", &GetWorkload);
  Add(reader, clock, table, "GetBatches", &GetBatches);
}

}  // namespace plumbline::analytics
