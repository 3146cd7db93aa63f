// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/service/rpc.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/counts.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "services/analytics/live/live_review.h"
#include "services/analytics/review/html/page.h"
#include "services/analytics/review/service/convert.h"
#include "services/analytics/review/service/standing.h"
#include "services/analytics/serving/asking.h"
#include "services/analytics/serving/convert.h"

namespace plumbline::analytics {
namespace {

using base::CallContext;

// What an answer about the log is kept under: what has no part in it is left out.
v1::GetReportRequest QuestionOf(const v1::GetReportRequest& request) {
  v1::GetReportRequest question;
  question.set_name(request.name());
  if (request.has_target()) *question.mutable_target() = request.target();
  *question.mutable_review() = request.review();
  question.mutable_review()->clear_html();
  // The selection is part of the key by what it means; its words stand in commands.
  *question.mutable_selection() = request.selection();
  question.mutable_selection()->clear_completion();
  return question;
}

// Completion selects none.
bool IsOfAPart(const v1::Selection& selection) {
  return !selection.filter().empty() || !selection.event_filter().empty() || selection.has_window();
}

// What the sums of a review give; they are not needed for the rest.
struct Begun {
  std::shared_ptr<const void> room;
  review::BegunReview review;
  std::vector<std::string> map_transitions;
  LogSnapshot names;  // without events
};

absl::StatusOr<Begun> Begin(const Reader& reader, LiveReview& sums, const LiveWhole& whole,
                            KeepOn keep_on) {
  Begun begun;
  ASSIGN_OR_RETURN(begun.room, reader.TakeRoom(sums.answer_bytes()));
  ASSIGN_OR_RETURN(begun.review, sums.Begin(whole, keep_on));
  begun.map_transitions = sums.map_transitions();
  begun.names = whole.names;
  return begun;
}

absl::Status Finish(Begun begun, const ReviewCommand& command, KeepOn keep_on, v1::Review* answer) {
  ASSIGN_OR_RETURN(const review::Review made,
                   review::FinishReview(std::move(begun.review), begun.map_transitions,
                                        command.options, keep_on));
  ToProto(made, begun.names, command, answer);
  return absl::OkStatus();
}

absl::Status MakeReviewOf(const ReportParts& parts, const CallContext& context,
                          const v1::GetReportRequest& request, const ReviewCommand& command,
                          v1::Review* answer) {
  const v1::GetReportRequest question = QuestionOf(request);
  const auto make = [options = command.options](const std::vector<std::string>& map_transitions) {
    return std::make_unique<LiveReview>(options, map_transitions);
  };
  const auto go_on = [&] { return context.Check(parts.clock.Now()); };
  Begun begun;
  const auto from_sums = [&](LiveSums& sums, const LiveWhole& whole, int64_t) -> absl::Status {
    ASSIGN_OR_RETURN(begun, Begin(parts.reader, static_cast<LiveReview&>(sums), whole, go_on));
    return absl::OkStatus();
  };
  const auto finish = [&] { return Finish(std::move(begun), command, go_on, answer); };
  const LiveAsk live{analytics::QuestionOf("Review", question), make, from_sums, finish};
  RETURN_IF_ERROR(AskKept(
      parts.reader, parts.clock, context, command.key, "Review", question, command.selection,
      answer,
      [&](const SelectedView& part, const auto& keep_on) -> absl::Status {
        const LogSnapshot& log = *part.view->log();
        ASSIGN_OR_RETURN(const auto room, parts.reader.TakeRoom(review::BytesOfReview(log), part));
        ASSIGN_OR_RETURN(
            const review::Review made,
            review::MakeReview(log, part.view->map_transitions(), command.options, keep_on));
        ToProto(made, log, command, answer);
        return absl::OkStatus();
      },
      &live));
  // Objectives change without the log, and are counted anew.
  RETURN_IF_ERROR(AddObjectives(parts.objectives, parts.outcomes, parts.clock, context, command.key,
                                IsOfAPart(request.selection()), answer));
  Summarize(answer);
  return absl::OkStatus();
}

// What the page is of, for those to whom it is sent without the question.
std::vector<std::string> About(const v1::GetReportRequest& request,
                               const v1::GetReportResponse& response) {
  std::vector<std::string> about;
  const v1::SelectionSummary& selection = response.selection();
  if (response.has_selection() && selection.event_count() < selection.total_event_count()) {
    const std::string& filter = request.selection().filter();
    about.push_back(absl::StrCat(base::CountText(selection.case_count()), " of the ",
                                 base::CountText(selection.total_case_count()),
                                 " cases of the log are looked at",
                                 filter.empty() ? "" : absl::StrCat(": ", filter), "."));
  }
  if (response.has_completion()) about.push_back(response.completion().text());
  return about;
}

absl::Status GetReport(const ReportParts& parts, const CallContext& context,
                       const v1::GetReportRequest& request, v1::GetReportResponse* response) {
  ASSIGN_OR_RETURN(const ReportCommand command, ToCommand(request));
  if (!request.has_review()) return parts.reader.MakeReport(context, command, response);
  ASSIGN_OR_RETURN(const ReviewCommand review, ToReviewCommand(request));
  RETURN_IF_ERROR(parts.reader.MakeReport(context, command, response));
  RETURN_IF_ERROR(
      MakeReviewOf(parts, context, request, review, response->mutable_report()->mutable_review()));
  if (review.html) {
    const v1::Report& report = response->report();
    const absl::Time end = absl::FromUnixSeconds(report.review().end_time().seconds());
    response->set_html(PageOf(report, {About(request, *response), review.options.zone,
                                       WorkingDayOf(review.business_time, end)}));
  }
  return absl::OkStatus();
}

}  // namespace

void RegisterReport(const ReportParts& parts, rpc::MethodTable* table) {
  table->Unary<v1::GetReportRequest, v1::GetReportResponse>(
      "plumbline.analytics.v1.AnalyticsService", "GetReport", "analytics.read",
      rpc::WorkClass::kRead,
      [parts](const CallContext& context, const v1::GetReportRequest& request,
              v1::GetReportResponse* response) {
        return GetReport(parts, context, request, response);
      });
}

}  // namespace plumbline::analytics
