// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cohorts/service/rpc.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/cohort_service.pb.h"
#include "services/analytics/cohorts/service/convert.h"
#include "services/analytics/cohorts/service/ramp_convert.h"
#include "services/analytics/live/live_cohorts.h"
#include "services/analytics/live/live_ramp.h"
#include "services/analytics/serving/asking.h"
#include "services/analytics/serving/completion.h"
#include "services/analytics/serving/none_yet.h"
#include "services/analytics/serving/request_checks.h"
#include "services/analytics/serving/selected_view.h"

namespace plumbline::analytics {
namespace {

using base::CallContext;

// Observations, twice, their curve and what they are compared in; groups of one case.
constexpr int64_t kBytesOfACase = 420;

int64_t CasesOf(const LogSnapshot& log) { return static_cast<int64_t>(log.case_count()); }

// Makes the sums of a question.
auto SumsOf(const cohorts::Question& question, const std::string& from, const std::string& until)
    -> decltype(LiveAsk::make) {
  return [=](const std::vector<std::string>& map_transitions) {
    return std::make_unique<LiveCohorts>(question, from, until, map_transitions);
  };
}

template <class Response>
void TellEnds(const LiveWhole& whole, Response* response) {
  *response->mutable_completion() =
      SummariseEnds(whole.marks_ends, whole.case_count, whole.open_case_count);
}

// Fills a response by answer(groups) from sums that are kept of all of a log.
template <class Response, class Answer>
absl::Status AnswerFromSums(const Reader& reader, LiveSums& sums, const LiveWhole& whole,
                            const Answer& answer, Response* response) {
  ASSIGN_OR_RETURN(const auto room, reader.TakeRoom(sums.answer_bytes()));
  ASSIGN_OR_RETURN(std::vector<cohorts::Group> groups, static_cast<LiveCohorts&>(sums).Answer());
  TellEnds(whole, response);
  return answer(std::move(groups));
}

absl::Status CompareCohorts(Reader& reader, const base::Clock& clock, const CallContext& context,
                            const v1::CompareCohortsRequest& request,
                            v1::CompareCohortsResponse* response) {
  ASSIGN_OR_RETURN(CohortsCommand command, ToCommand(request));
  const auto answer = [&](std::vector<cohorts::Group> groups) -> absl::Status {
    const auto keep_on = [&] { return context.Check(clock.Now()); };
    RETURN_IF_ERROR(keep_on());
    ASSIGN_OR_RETURN(const cohorts::Comparison comparison,
                     cohorts::Compare(std::move(groups), command.options, keep_on));
    ToProto(comparison, command.question.grouping, response);
    return absl::OkStatus();
  };
  const auto from_sums = [&](LiveSums& sums, const LiveWhole& whole, int64_t) {
    return AnswerFromSums(reader, sums, whole, answer, response);
  };
  const LiveAsk live{QuestionOf("CompareCohorts", request),
                     SumsOf(command.question, command.from_activity, command.until_activity),
                     from_sums};
  return AskKept(
      reader, clock, context, command.key, "CompareCohorts", request, command.selection, response,
      [&](const SelectedView& part, const auto& keep_on) -> absl::Status {
        const LogSnapshot& log = *part.view->log();
        // A part has the activities of the whole log, whether it has such events or not.
        ASSIGN_OR_RETURN(command.question.from,
                         FindActivity("from_activity", *part.view, command.from_activity));
        ASSIGN_OR_RETURN(command.question.until,
                         FindActivity("until_activity", *part.view, command.until_activity));
        ASSIGN_OR_RETURN(const auto room, reader.TakeRoom(kBytesOfACase * CasesOf(log), part));
        Tell(part, response);
        ASSIGN_OR_RETURN(std::vector<cohorts::Group> groups,
                         cohorts::Observe(part.view->traces(), command.question, keep_on));
        NoteNoneYet(*part.view, std::array{command.from_activity, command.until_activity},
                    response);
        return answer(std::move(groups));
      },
      &live);
}

bool DrawsShares(const RampCommand& command) {
  return command.question.measure.kind == cohorts::RampMeasure::Kind::kReached;
}

// Of what is known of each case: observations with their curve, or how often its number changes,
// twice while they are read.
int64_t BytesOf(const RampCommand& command, const LogSnapshot& log) {
  if (DrawsShares(command)) return CasesOf(log) * kBytesOfACase;
  const auto numbers = static_cast<int64_t>(
      command.question.measure.key.empty() ? log.size() : log.attributes.size());
  const int64_t stretches = std::min(
      CasesOf(log) * static_cast<int64_t>(command.question.intervals), CasesOf(log) + 2 * numbers);
  constexpr int64_t kOfAStretch = 2 * sizeof(cohorts::RampStretch);
  return kOfAStretch * stretches + cohorts::BytesToDraw(stretches, command.question);
}

LiveAsk AskOf(const RampCommand& command, const v1::GetRampCurvesRequest& request,
              decltype(LiveAsk::answer) answer) {
  const std::string question = QuestionOf("GetRampCurves", request);
  if (DrawsShares(command)) {
    return {question,
            SumsOf(cohorts::QuestionOf(command.question), command.from_activity, command.activity),
            answer};
  }
  const auto make = [=](const std::vector<std::string>& map_transitions) {
    return std::make_unique<LiveRamp>(command.question, command.from_activity, command.activity,
                                      map_transitions);
  };
  // How long an interval is in the time of a calendar hangs on the day on which that is asked.
  return {absl::StrCat(question, "/", command.question.interval), make, answer};
}

absl::Status GetRampCurves(Reader& reader, const base::Clock& clock, const CallContext& context,
                           const v1::GetRampCurvesRequest& request,
                           v1::GetRampCurvesResponse* response) {
  ASSIGN_OR_RETURN(RampCommand command, ToCommand(request, clock.Now()));
  const auto go_on = [&] { return context.Check(clock.Now()); };
  const auto draw_shares = [&](std::vector<cohorts::Group> groups) -> absl::Status {
    ASSIGN_OR_RETURN(const cohorts::RampCurves curves,
                     cohorts::DrawShares(std::move(groups), command.question, go_on));
    ToProto(command, curves, response);
    return absl::OkStatus();
  };
  const auto from_sums = [&](LiveSums& sums, const LiveWhole& whole, int64_t) -> absl::Status {
    if (DrawsShares(command)) return AnswerFromSums(reader, sums, whole, draw_shares, response);
    ASSIGN_OR_RETURN(const auto room, reader.TakeRoom(sums.answer_bytes()));
    ASSIGN_OR_RETURN(const cohorts::RampCurves curves,
                     static_cast<LiveRamp&>(sums).Answer(whole, go_on));
    TellEnds(whole, response);
    ToProto(command, curves, response);
    return absl::OkStatus();
  };
  const LiveAsk live = AskOf(command, request, from_sums);
  return AskKept(
      reader, clock, context, command.key, "GetRampCurves", request, command.selection, response,
      [&](const SelectedView& part, const auto& keep_on) -> absl::Status {
        const LogSnapshot& log = *part.view->log();
        ASSIGN_OR_RETURN(command.question.from,
                         FindActivity("from_activity", *part.view, command.from_activity));
        ASSIGN_OR_RETURN(command.question.measure.activity,
                         FindActivity("measure.activity", *part.view, command.activity));
        ASSIGN_OR_RETURN(const auto room, reader.TakeRoom(BytesOf(command, log), part));
        Tell(part, response);
        ASSIGN_OR_RETURN(const cohorts::RampCurves curves,
                         cohorts::DrawRamp(part.view->traces(), command.question, keep_on));
        NoteNoneYet(*part.view, std::array{command.from_activity, command.activity}, response);
        ToProto(command, curves, response);
        return absl::OkStatus();
      },
      &live);
}

}  // namespace

void RegisterCohortService(Reader& reader, const base::Clock& clock, rpc::MethodTable* table) {
  table->Unary<v1::CompareCohortsRequest, v1::CompareCohortsResponse>(
      "plumbline.analytics.v1.CohortService", "CompareCohorts", "analytics.read",
      rpc::WorkClass::kRead,
      [&reader, &clock](const CallContext& context, const v1::CompareCohortsRequest& request,
                        v1::CompareCohortsResponse* response) {
        return CompareCohorts(reader, clock, context, request, response);
      });
  table->Unary<v1::GetRampCurvesRequest, v1::GetRampCurvesResponse>(
      "plumbline.analytics.v1.CohortService", "GetRampCurves", "analytics.read",
      rpc::WorkClass::kRead,
      [&reader, &clock](const CallContext& context, const v1::GetRampCurvesRequest& request,
                        v1::GetRampCurvesResponse* response) {
        return GetRampCurves(reader, clock, context, request, response);
      });
}

}  // namespace plumbline::analytics
