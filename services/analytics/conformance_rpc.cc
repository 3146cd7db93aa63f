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
// What is left of the time budget for summing up what was found, for each event of the variants.
constexpr absl::Duration kForAnEvent = absl::Nanoseconds(20);

// Of its variants, in several copies, and of how each is explained.
constexpr int64_t kBytesOfAnEvent = 40, kBytesOfAVariant = 200;

int64_t EventsOf(const conformance::VariantLog& log) {
  size_t events = 0;
  for (const conformance::LogVariant& variant : log.variants) events += variant.activities.size();
  return static_cast<int64_t>(events);
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
  ASSIGN_OR_RETURN(const auto room,
                   reader.TakeRoom(events * kBytesOfAnEvent +
                                   static_cast<int64_t>(log.variants.size()) * kBytesOfAVariant));
  const absl::Duration search = command.budget - std::min(events * kForAnEvent, command.budget / 2);
  const absl::Time end = std::min(clock.Now() + search, context.deadline - kForTheAnswer);
  conformance::CheckOptions options;
  options.method = command.method;
  options.align.threads = kThreads;
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
