// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/quality/service/rpc.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/quality_service.pb.h"
#include "services/analytics/quality/service/answers.h"
#include "services/analytics/quality/service/convert.h"
#include "services/analytics/quality/service/live_answers.h"
#include "services/analytics/serving/asking.h"
#include "services/analytics/serving/none_yet.h"
#include "services/analytics/serving/request_checks.h"
#include "services/analytics/serving/selected_view.h"

namespace plumbline::analytics {
namespace {

using base::CallContext;

// What a method works with.
struct Ask {
  const LogView& view;
  absl::FunctionRef<absl::Status()> keep_on;
};

// What an answer takes at most, near enough, beside the log: lists of times that may have grown to
// twice what they hold.
int64_t Bytes(const LogSnapshot& log, int64_t of_a_case, int64_t of_an_event) {
  return of_a_case * static_cast<int64_t>(log.case_count()) +
         of_an_event * static_cast<int64_t>(log.size());
}
// When each case was there, its times and the curve of all; waits and blocks of steps.
int64_t BytesOf(const FlowCommand& asked, const LogSnapshot& log) {
  return Bytes(log, 280 + 16 * static_cast<int64_t>(asked.stages.size()), 32);
}
int64_t BytesOf(const YieldCommand&, const LogSnapshot& log) { return Bytes(log, 16, 0); }
// Cases with a value, and bars: no more than there are events.
int64_t BytesOf(const QualityParetoCommand&, const LogSnapshot& log) { return Bytes(log, 24, 16); }
// O(rows).
int64_t EventsOf(const std::string& activity, const LogSnapshot& log) {
  const auto& names = log.activities;
  const auto found = std::lower_bound(names.begin(), names.end(), activity);
  if (found == names.end() || *found != activity) return 0;
  const auto number = static_cast<uint32_t>(found - names.begin());
  int64_t events = 0;
  for (size_t row = 0; row < log.size(); ++row) events += log.activity[row] == number;
  return events;
}
// Values, in the order of time, and the groups and points that they make: one of each case, or of
// each time that the step was done, which an event says.
int64_t BytesOf(const MeasureSpec& spec, const LogSnapshot& log) {
  constexpr int64_t kOfAValue = 160;
  const bool of_steps =
      spec.kind == MeasureKind::kStepWaiting || spec.kind == MeasureKind::kStepWorking;
  return of_steps ? kOfAValue * EventsOf(spec.activity, log) : Bytes(log, kOfAValue, 0);
}
int64_t BytesOf(const ChartCommand& asked, const LogSnapshot& log) {
  const int64_t points = asked.chart.grouping.kind == GroupKind::kEach ? 3 : 0;
  // Values are taken apart by segments, each of which is charted by itself.
  const int64_t copies = asked.stage_attribute.empty() ? 0 : 1;
  return (1 + copies + points) * BytesOf(asked.measure, log);
}
int64_t BytesOf(const CapabilityCommand& asked, const LogSnapshot& log) {
  return BytesOf(asked.measure, log);
}

absl::Status Answer(const FlowCommand& asked, const Ask& ask, v1::GetFlowResponse* response) {
  const LogSnapshot& log = *ask.view.log();
  FlowOptions options = asked.options;
  for (size_t i = 0; i < asked.stages.size(); ++i) {
    const std::string field = absl::StrCat("stages[", i, "]");
    ASSIGN_OR_RETURN(const std::optional<uint32_t> stage,
                     FindActivity(field, ask.view, asked.stages[i]));
    if (!stage.has_value()) return base::FieldError(field, "is empty; name an activity");
    options.stages.push_back(*stage);
  }
  ASSIGN_OR_RETURN(Flow flow, MeasureFlow(log, ask.view.map_transitions(), options, ask.keep_on));
  ToProto(log, asked, std::move(flow), response);
  NoteNoneYet(ask.view, asked.stages, response);
  return absl::OkStatus();
}

absl::Status Answer(const YieldCommand& asked, const Ask& ask, v1::GetYieldResponse* response) {
  const LogSnapshot& log = *ask.view.log();
  ASSIGN_OR_RETURN(LogYield yield, MeasureYield(log, ask.view.map_transitions(), asked.options,
                                                asked.opportunities_per_case, ask.keep_on));
  ToProto(log, asked, std::move(yield), response);
  return absl::OkStatus();
}

absl::Status Answer(const QualityParetoCommand& asked, const Ask& ask,
                    v1::GetParetoResponse* response) {
  ASSIGN_OR_RETURN(
      QualityPareto pareto,
      MakeQualityPareto(*ask.view.log(), ask.view.map_transitions(), asked.options, ask.keep_on));
  ToProto(asked, std::move(pareto), response);
  return absl::OkStatus();
}

absl::StatusOr<Measured> MeasureView(const MeasureSpec& spec, const Ask& ask) {
  const LogView& view = ask.view;
  const bool counts_it =
      spec.kind == MeasureKind::kCasesWithActivity || spec.kind == MeasureKind::kActivityCount;
  if (counts_it && !view.log()->empty())
    RETURN_IF_ERROR(FindActivity("measure.activity", view, spec.activity).status());
  return MeasureLog(
      {*view.log(), view.traces(), [&view]() -> const Variants& { return view.variants(); }},
      view.map_transitions(), spec, ask.keep_on);
}

absl::Status Answer(const ChartCommand& asked, const Ask& ask,
                    v1::GetControlChartResponse* response) {
  ASSIGN_OR_RETURN(Measured measured, MeasureView(asked.measure, ask));
  ChartSpec spec = asked.chart;
  if (!asked.stage_attribute.empty()) {
    ASSIGN_OR_RETURN(spec.segments, SplitByAttribute(*ask.view.log(), asked.stage_attribute,
                                                     &measured, ask.keep_on));
  }
  ASSIGN_OR_RETURN(const LogChart chart,
                   MakeChart(measured, spec, asked.measure.between, ask.keep_on));
  const LogSnapshot& log = *ask.view.log();
  ToProto([&log](uint32_t c) { return log.cases[c]; }, log.transitions, asked, measured, chart,
          response);
  return absl::OkStatus();
}

absl::Status Answer(const CapabilityCommand& asked, const Ask& ask,
                    v1::GetCapabilityResponse* response) {
  ASSIGN_OR_RETURN(const Measured measured, MeasureView(asked.measure, ask));
  ASSIGN_OR_RETURN(const LogCapability capability,
                   MeasureCapability(measured, asked.specification));
  ToProto(asked, measured, capability, response);
  return absl::OkStatus();
}

// Every method: an answer about a log and a selection, kept in the cache under its request; of all
// of a log that grows, from sums that are kept.
template <class Request, class Response>
void Add(Reader& reader, const base::Clock& clock, const char* method, rpc::MethodTable* table) {
  table->Unary<Request, Response>(
      "plumbline.analytics.v1.QualityService", method, "analytics.read", rpc::WorkClass::kRead,
      [&reader, &clock, method](const CallContext& context, const Request& request,
                                Response* response) -> absl::Status {
        ASSIGN_OR_RETURN(const auto command, ToCommand(request));
        const auto from_sums = [&](LiveSums& sums, const LiveWhole& whole, int64_t) {
          const auto keep_on = [&] { return context.Check(clock.Now()); };
          return AnswerFromSums(reader, command, sums, whole, keep_on, response);
        };
        const LiveAsk live{QuestionOf(method, request), SumsOf(command), from_sums};
        return AskKept(
            reader, clock, context, command.key, method, request, command.selection, response,
            [&](const SelectedView& part, const auto& keep_on) -> absl::Status {
              ASSIGN_OR_RETURN(const auto room,
                               reader.TakeRoom(BytesOf(command, *part.view->log()), part));
              Tell(part, response);
              return Answer(command, {*part.view, keep_on}, response);
            },
            live.make ? &live : nullptr);
      });
}

}  // namespace

void RegisterQualityService(Reader& reader, const base::Clock& clock, rpc::MethodTable* table) {
  Add<v1::GetFlowRequest, v1::GetFlowResponse>(reader, clock, "GetFlow", table);
  Add<v1::GetYieldRequest, v1::GetYieldResponse>(reader, clock, "GetYield", table);
  Add<v1::GetControlChartRequest, v1::GetControlChartResponse>(reader, clock, "GetControlChart",
                                                               table);
  Add<v1::GetCapabilityRequest, v1::GetCapabilityResponse>(reader, clock, "GetCapability", table);
  Add<v1::GetParetoRequest, v1::GetParetoResponse>(reader, clock, "GetPareto", table);
}

}  // namespace plumbline::analytics
