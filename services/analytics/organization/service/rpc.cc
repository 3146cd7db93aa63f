// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/organization/service/rpc.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "common/base/status_macros.h"
#include "services/analytics/organization/service/convert.h"
#include "services/analytics/serving/asking.h"
#include "services/analytics/serving/selected_view.h"

namespace plumbline::analytics {
namespace {

using base::CallContext;

constexpr char kService[] = "plumbline.analytics.v1.OrganizationService";
constexpr char kRead[] = "analytics.read";

using KeepOn = absl::FunctionRef<absl::Status()>;

// What an answer takes for each item beside the items themselves; see the headers of organization.
constexpr int64_t kOfAHandover = 32, kOfALoad = 96, kOfABatch = 72;
// Of a performer, and of one at an activity.
constexpr int64_t kOfAPerformer = 400, kOfAPerformerAtAnActivity = 300;

int64_t RowsOf(const LogSnapshot& log) { return static_cast<int64_t>(log.size()); }

// Pairs of events of the same case, which are no fewer than the different pairs of performers.
int64_t PairsOf(const LogSnapshot& log, const HandoversCommand& command) {
  if (!command.together) return RowsOf(log);
  int64_t pairs = 0;
  for (size_t c = 0; c < log.case_count(); ++c) {
    const int64_t rows = log.case_begin[c + 1] - log.case_begin[c];
    pairs += rows * (rows - 1) / 2;
  }
  return pairs;
}

absl::StatusOr<Work> Read(const SelectedView& part, const WorkCommand& command, KeepOn keep_on) {
  return ReadWork(*part.view->log(), {part.view->map_transitions(), command.group_by}, keep_on);
}

absl::Status Answer(Reader& reader, HandoversCommand& command, const SelectedView& part,
                    KeepOn keep_on, v1::GetHandoversResponse* response) {
  const LogSnapshot& log = *part.view->log();
  const int64_t items = BytesOfWork(log) + RowsOf(log) * kOfAHandover;
  // As many pairs as there is room for: with more of them the answer says how many that are.
  constexpr int64_t kOfAPair = kBytesOfPerformerPair;
  const int64_t fitting = std::max<int64_t>(1, (reader.room_bytes() - items) / kOfAPair);
  const int64_t pairs = std::min({PairsOf(log, command), fitting, int64_t{kMostPerformerPairs}});
  command.options.most_pairs = static_cast<size_t>(pairs);
  ASSIGN_OR_RETURN(const auto room, reader.TakeRoom(items + pairs * kOfAPair, part));
  ASSIGN_OR_RETURN(const Work work, Read(part, command.work, keep_on));
  if (command.together) {
    ASSIGN_OR_RETURN(std::vector<Together> together,
                     MineTogether(work, command.options.most_pairs, keep_on));
    ToProto(work, std::move(together), command, response);
  } else {
    ASSIGN_OR_RETURN(Handovers handovers, MineHandovers(work, command.options, keep_on));
    ToProto(work, std::move(handovers), command, response);
  }
  return absl::OkStatus();
}

absl::Status Answer(Reader& reader, WorkloadCommand& command, const SelectedView& part,
                    KeepOn keep_on, v1::GetWorkloadResponse* response) {
  const LogSnapshot& log = *part.view->log();
  const int64_t items = BytesOfWork(log) + RowsOf(log) * kOfALoad;
  ASSIGN_OR_RETURN(const auto room, reader.TakeRoom(items, part));
  ASSIGN_OR_RETURN(const Work work, Read(part, command.work, keep_on));
  // How many an attribute names is known now.
  const auto performers = static_cast<int64_t>(work.performers.size());
  ASSIGN_OR_RETURN(const auto more, reader.TakeRoom(performers * kOfAPerformer, part, items));
  ASSIGN_OR_RETURN(Workload workload, MeasureWorkload(work, command.options, keep_on));
  ASSIGN_OR_RETURN(const LoadEffect effect, MeasureLoadEffect(work, command.load, keep_on));
  ToProto(work, std::move(workload), effect, command, response);
  return absl::OkStatus();
}

absl::Status Answer(Reader& reader, BatchesCommand& command, const SelectedView& part,
                    KeepOn keep_on, v1::GetBatchesResponse* response) {
  const LogSnapshot& log = *part.view->log();
  const auto activities = static_cast<int64_t>(log.activities.size());
  const int64_t items = BytesOfWork(log) + RowsOf(log) * kOfABatch;
  ASSIGN_OR_RETURN(const auto room, reader.TakeRoom(items, part));
  ASSIGN_OR_RETURN(const Work work, Read(part, command.work, keep_on));
  const auto performers = static_cast<int64_t>(work.performers.size());
  const int64_t entries = std::min(RowsOf(log), activities * performers);
  ASSIGN_OR_RETURN(const auto more,
                   reader.TakeRoom(entries * kOfAPerformerAtAnActivity, part, items));
  ASSIGN_OR_RETURN(Batches batches, FindBatches(work, command.options, keep_on));
  ToProto(log, work, std::move(batches), command, response);
  return absl::OkStatus();
}

template <class Request, class Response>
void Add(Reader& reader, const base::Clock& clock, const char* method, rpc::MethodTable* table) {
  table->Unary<Request, Response>(
      kService, method, kRead, rpc::WorkClass::kRead,
      [&reader, &clock, method](const CallContext& context, const Request& request,
                                Response* response) -> absl::Status {
        ASSIGN_OR_RETURN(auto command, ToCommand(request));
        return AskKept(reader, clock, context, command.work.key, method, request,
                       command.work.selection, response,
                       [&](const SelectedView& part, const auto& keep_on) -> absl::Status {
                         Tell(part, response);
                         return Answer(reader, command, part, keep_on, response);
                       });
      });
}

}  // namespace

void RegisterOrganizationService(Reader& reader, const base::Clock& clock,
                                 rpc::MethodTable* table) {
  Add<v1::GetHandoversRequest, v1::GetHandoversResponse>(reader, clock, "GetHandovers", table);
  Add<v1::GetWorkloadRequest, v1::GetWorkloadResponse>(reader, clock, "GetWorkload", table);
  Add<v1::GetBatchesRequest, v1::GetBatchesResponse>(reader, clock, "GetBatches", table);
}

}  // namespace plumbline::analytics
