// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/quality/service/live_answers.h"

#include <utility>

#include "common/base/status_macros.h"
#include "services/analytics/live/live_bottlenecks.h"
#include "services/analytics/live/live_causes.h"
#include "services/analytics/live/live_defects.h"
#include "services/analytics/live/live_flow.h"
#include "services/analytics/live/live_measured.h"
#include "services/analytics/serving/completion.h"

namespace plumbline::analytics {
namespace {

using Transitions = std::vector<std::string>;

MakeSums SumsOfMeasure(const MeasureSpec& measure) {
  if (!LiveMeasured::Keeps(measure)) return nullptr;
  return [measure](const Transitions& map_transitions) {
    return std::make_unique<LiveMeasured>(measure, map_transitions);
  };
}

template <class Response>
void TellEnds(const LiveWhole& whole, Response* response) {
  *response->mutable_completion() =
      SummariseEnds(whole.marks_ends, whole.case_count, whole.open_case_count);
}

}  // namespace

MakeSums SumsOf(const FlowCommand& command) {
  if (command.options.begin.has_value() || command.options.end.has_value()) return nullptr;
  return [options = command.options, stages = command.stages](const Transitions& map_transitions) {
    return std::make_unique<LiveFlow>(options, stages, map_transitions);
  };
}

MakeSums SumsOf(const YieldCommand& command) {
  return [options = command.options](const Transitions& map_transitions) {
    return std::make_unique<LiveYield>(options, map_transitions);
  };
}

MakeSums SumsOf(const QualityParetoCommand& command) {
  return [options = command.options](const Transitions& map_transitions) {
    return std::make_unique<LivePareto>(options, map_transitions);
  };
}

MakeSums SumsOf(const ChartCommand& command) {
  // Values are taken apart by what other events of their cases say.
  if (!command.stage_attribute.empty()) return nullptr;
  return SumsOfMeasure(command.measure);
}

MakeSums SumsOf(const CapabilityCommand& command) { return SumsOfMeasure(command.measure); }

MakeSums SumsOf(const BottlenecksCommand& command) {
  return [options = command.options](const Transitions& map_transitions) {
    return std::make_unique<LiveBottlenecks>(options, map_transitions);
  };
}

MakeSums SumsOf(const RootCausesCommand& command) {
  if (!LiveCauses::Keeps(command.outcome)) return nullptr;
  return [outcome = command.outcome, options = command.options](const Transitions& transitions) {
    return std::make_unique<LiveCauses>(outcome, options, transitions);
  };
}

absl::Status AnswerFromSums(const Reader& reader, const FlowCommand& command, LiveSums& sums,
                            const LiveWhole& whole, KeepOn keep_on, v1::GetFlowResponse* response) {
  ASSIGN_OR_RETURN(const auto room, reader.TakeRoom(sums.answer_bytes()));
  LogSnapshot names = whole.names;
  std::vector<std::string> oldest;
  ASSIGN_OR_RETURN(Flow flow, static_cast<LiveFlow&>(sums).Answer(whole, &oldest, keep_on));
  for (const std::string& id : oldest) names.cases.push_back(id);
  TellEnds(whole, response);
  ToProto(names, command, std::move(flow), response);
  return absl::OkStatus();
}

absl::Status AnswerFromSums(const Reader& reader, const YieldCommand& command, LiveSums& sums,
                            const LiveWhole& whole, KeepOn, v1::GetYieldResponse* response) {
  ASSIGN_OR_RETURN(const auto room, reader.TakeRoom(sums.answer_bytes()));
  ASSIGN_OR_RETURN(LogYield yield,
                   static_cast<LiveYield&>(sums).Answer(whole, command.opportunities_per_case));
  TellEnds(whole, response);
  ToProto(whole.names, command, std::move(yield), response);
  return absl::OkStatus();
}

absl::Status AnswerFromSums(const Reader& reader, const QualityParetoCommand& command,
                            LiveSums& sums, const LiveWhole& whole, KeepOn,
                            v1::GetParetoResponse* response) {
  ASSIGN_OR_RETURN(const auto room, reader.TakeRoom(sums.answer_bytes()));
  ASSIGN_OR_RETURN(QualityPareto pareto, static_cast<LivePareto&>(sums).Answer(whole));
  TellEnds(whole, response);
  ToProto(command, std::move(pareto), response);
  return absl::OkStatus();
}

absl::Status AnswerFromSums(const Reader& reader, const ChartCommand& command, LiveSums& sums,
                            const LiveWhole& whole, KeepOn keep_on,
                            v1::GetControlChartResponse* response) {
  ASSIGN_OR_RETURN(const auto room, reader.TakeRoom(sums.answer_bytes()));
  const Measured& measured = static_cast<LiveMeasured&>(sums).Answer(whole);
  ASSIGN_OR_RETURN(const LogChart chart,
                   MakeChart(measured, command.chart, command.measure.between, keep_on));
  TellEnds(whole, response);
  ToProto(whole.case_name, whole.names.transitions, command, measured, chart, response);
  return absl::OkStatus();
}

absl::Status AnswerFromSums(const Reader& reader, const CapabilityCommand& command, LiveSums& sums,
                            const LiveWhole& whole, KeepOn keep_on,
                            v1::GetCapabilityResponse* response) {
  ASSIGN_OR_RETURN(const auto room, reader.TakeRoom(sums.answer_bytes()));
  const Measured& measured = static_cast<LiveMeasured&>(sums).Answer(whole);
  RETURN_IF_ERROR(keep_on());
  ASSIGN_OR_RETURN(const LogCapability capability,
                   MeasureCapability(measured, command.specification));
  TellEnds(whole, response);
  ToProto(command, measured, capability, response);
  return absl::OkStatus();
}

absl::Status AnswerFromSums(const Reader& reader, const BottlenecksCommand& command, LiveSums& sums,
                            const LiveWhole& whole, KeepOn keep_on,
                            v1::RankBottlenecksResponse* response) {
  ASSIGN_OR_RETURN(const auto room, reader.TakeRoom(sums.answer_bytes()));
  ASSIGN_OR_RETURN(bottlenecks::Bottlenecks ranked,
                   static_cast<LiveBottlenecks&>(sums).Answer(whole, keep_on));
  TellEnds(whole, response);
  ToProto(command, std::move(ranked), response);
  return absl::OkStatus();
}

absl::Status AnswerFromSums(const Reader& reader, const RootCausesCommand& command, LiveSums& sums,
                            const LiveWhole& whole, KeepOn keep_on,
                            v1::AnalyzeRootCausesResponse* response, RestOfAnswer* rest) {
  ASSIGN_OR_RETURN(auto room, reader.TakeRoom(sums.answer_bytes()));
  ASSIGN_OR_RETURN(LiveCauses::Found found, static_cast<LiveCauses&>(sums).Find(whole, keep_on));
  TellEnds(whole, response);
  *rest = [&command, response, room = std::move(room),
           found = std::make_shared<LiveCauses::Found>(std::move(found))](KeepOn go_on) {
    absl::StatusOr<causes::RootCauses> causes =
        causes::Conclude(std::move(found->outcomes), std::move(found->columns), command.outcome,
                         command.options, go_on);
    if (causes.ok()) ToProto(command, *causes, response);
    return causes.status();
  };
  return absl::OkStatus();
}

}  // namespace plumbline::analytics
