// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance_rpc.h"

#include <algorithm>
#include <memory>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/conformance.pb.h"
#include "services/analytics/conformance/check.h"
#include "services/analytics/conformance/variant_log.h"
#include "services/analytics/conformance_convert.h"

namespace plumbline::analytics {
namespace {

using base::CallContext;

constexpr char kService[] = "plumbline.analytics.v1.ConformanceService";
constexpr int kThreads = 2;
// What is left of the time of a call for its answer.
constexpr absl::Duration kForTheAnswer = absl::Milliseconds(50);
// Of its variants, in several copies, and of how each is explained; of a move of the model alone.
constexpr int64_t kBytesOfAnEvent = 40, kBytesOfAVariant = 200, kBytesOfAMove = 8;
// What the search may take of the room for parts, so that several checks go on at a time.
constexpr int64_t kShareOfTheRoom = 8;

int64_t EventsOf(const conformance::VariantLog& log) {
  size_t events = 0;
  for (const conformance::LogVariant& variant : log.variants) events += variant.activities.size();
  return static_cast<int64_t>(events);
}

size_t NodesOf(const conformance::ModelNode& model) {
  size_t nodes = 1;
  for (const conformance::ModelNode& child : model.children) nodes += NodesOf(child);
  return nodes;
}

absl::Status Check(Reader& reader, const base::Clock& clock, const CallContext& context,
                   const v1::CheckConformanceRequest& request,
                   v1::CheckConformanceResponse* response) {
  ASSIGN_OR_RETURN(const CheckCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(const std::shared_ptr<const LogView> view, reader.Load(context, command.key));
  ASSIGN_OR_RETURN(const SelectedView part, reader.Select(context, view, command.selection));
  const conformance::VariantLog log =
      conformance::VariantLogOf(part.view->traces(), part.view->variants());
  const int64_t events = EventsOf(log);
  conformance::CheckOptions options;
  options.method = command.method;
  options.align.threads = kThreads;
  const size_t nodes = NodesOf(command.model);
  const int64_t searching =
      conformance::FitInto(reader.room_bytes() / kShareOfTheRoom, nodes, options);
  const int64_t of_a_variant = kBytesOfAVariant + static_cast<int64_t>(nodes) * kBytesOfAMove;
  ASSIGN_OR_RETURN(
      const auto room,
      reader.TakeRoom(events * kBytesOfAnEvent +
                      static_cast<int64_t>(log.variants.size()) * of_a_variant + searching));
  const absl::Time end = std::min(clock.Now() + conformance::SearchTime(command.budget, events),
                                  context.deadline - kForTheAnswer);
  options.align.expired = [&] { return clock.Now() >= end || context.cancelled->load(); };
  options.replay.expired = options.align.expired;
  ASSIGN_OR_RETURN(const conformance::CheckResult result,
                   conformance::Check(command.model, log, options));
  RETURN_IF_ERROR(context.Check(clock.Now()));
  ToProto(result, command.max_variants, response);
  Tell(part, response);
  return absl::OkStatus();
}

}  // namespace

void RegisterConformanceService(Reader& reader, const base::Clock& clock, rpc::MethodTable* table) {
  table->Unary<v1::CheckConformanceRequest, v1::CheckConformanceResponse>(
      kService, "CheckConformance", "analytics.read", rpc::WorkClass::kRead,
      [&reader, &clock](const CallContext& context, const v1::CheckConformanceRequest& request,
                        v1::CheckConformanceResponse* response) -> absl::Status {
        return Check(reader, clock, context, request, response);
      });
}

}  // namespace plumbline::analytics
