// SPDX-License-Identifier: Apache-2.0
//
// Answers of QualityService and of ImprovementAnalysisService about all of a log from sums that are
// kept of the question (live/).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_QUALITY_SERVICE_LIVE_ANSWERS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_QUALITY_SERVICE_LIVE_ANSWERS_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/analytics/live/live_sums.h"
#include "services/analytics/quality/service/answers.h"
#include "services/analytics/quality/service/bottleneck_convert.h"
#include "services/analytics/quality/service/cause_convert.h"
#include "services/analytics/serving/reader.h"

namespace plumbline::analytics {

// Makes the sums of a question, empty; itself empty where none can be kept.
using MakeSums =
    std::function<std::unique_ptr<LiveSums>(const std::vector<std::string>& map_transitions)>;
MakeSums SumsOf(const FlowCommand& command);
MakeSums SumsOf(const YieldCommand& command);
MakeSums SumsOf(const QualityParetoCommand& command);
MakeSums SumsOf(const ChartCommand& command);
MakeSums SumsOf(const CapabilityCommand& command);
MakeSums SumsOf(const BottlenecksCommand& command);
MakeSums SumsOf(const RootCausesCommand& command);

// Fills the response from sums that SumsOf of an equal command made: with what is computed from the
// whole log, but that sums of fractions were added in another order, which may change their last
// digits. Errors as there.
absl::Status AnswerFromSums(const Reader& reader, const FlowCommand& command, LiveSums& sums,
                            const LiveWhole& whole, KeepOn keep_on, v1::GetFlowResponse* response);
absl::Status AnswerFromSums(const Reader& reader, const YieldCommand& command, LiveSums& sums,
                            const LiveWhole& whole, KeepOn keep_on, v1::GetYieldResponse* response);
absl::Status AnswerFromSums(const Reader& reader, const QualityParetoCommand& command,
                            LiveSums& sums, const LiveWhole& whole, KeepOn keep_on,
                            v1::GetParetoResponse* response);
absl::Status AnswerFromSums(const Reader& reader, const ChartCommand& command, LiveSums& sums,
                            const LiveWhole& whole, KeepOn keep_on,
                            v1::GetControlChartResponse* response);
absl::Status AnswerFromSums(const Reader& reader, const CapabilityCommand& command, LiveSums& sums,
                            const LiveWhole& whole, KeepOn keep_on,
                            v1::GetCapabilityResponse* response);
absl::Status AnswerFromSums(const Reader& reader, const BottlenecksCommand& command, LiveSums& sums,
                            const LiveWhole& whole, KeepOn keep_on,
                            v1::RankBottlenecksResponse* response);
// What is left to do without the sums (LiveAsk::finish): it fills the rest of the response.
// `command` and `response` must outlive it.
using RestOfAnswer = std::function<absl::Status(KeepOn keep_on)>;
absl::Status AnswerFromSums(const Reader& reader, const RootCausesCommand& command, LiveSums& sums,
                            const LiveWhole& whole, KeepOn keep_on,
                            v1::AnalyzeRootCausesResponse* response, RestOfAnswer* rest);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_QUALITY_SERVICE_LIVE_ANSWERS_H_
