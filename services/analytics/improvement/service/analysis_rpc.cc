// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/improvement/service/analysis_rpc.h"

#include <memory>
#include <utility>

#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/improvement_analysis_service.pb.h"
#include "services/analytics/quality/service/bottleneck_convert.h"
#include "services/analytics/quality/service/cause_convert.h"
#include "services/analytics/quality/service/live_answers.h"
#include "services/analytics/serving/asking.h"
#include "services/analytics/serving/selected_view.h"

namespace plumbline::analytics {
namespace {

using base::CallContext;

// What a method works with.
struct Ask {
  const Reader& reader;
  const SelectedView& part;
  KeepOn keep_on;
};

absl::Status Answer(const RootCausesCommand& asked, const Ask& ask,
                    v1::AnalyzeRootCausesResponse* response) {
  const LogView& view = *ask.part.view;
  ASSIGN_OR_RETURN(const std::shared_ptr<const void> room,
                   ask.reader.TakeRoom(causes::BytesOfColumns(*view.log()), ask.part));
  ASSIGN_OR_RETURN(
      const causes::RootCauses found,
      causes::Analyze(
          {*view.log(), view.traces(), [&view]() -> const Variants& { return view.variants(); }},
          view.map_transitions(), asked.outcome, asked.options, ask.keep_on));
  ToProto(asked, found, response);
  return absl::OkStatus();
}

absl::Status Answer(const BottlenecksCommand& asked, const Ask& ask,
                    v1::RankBottlenecksResponse* response) {
  const LogView& view = *ask.part.view;
  const LogSnapshot& log = *view.log();
  ASSIGN_OR_RETURN(const std::shared_ptr<const void> room,
                   ask.reader.TakeRoom(bottlenecks::BytesOfRanking(log), ask.part));
  ASSIGN_OR_RETURN(bottlenecks::Bottlenecks ranked,
                   bottlenecks::Rank(log, view.map_transitions(), asked.options, ask.keep_on));
  ToProto(asked, std::move(ranked), response);
  return absl::OkStatus();
}

// Every method: an answer about a log and a selection, kept in the cache under its request; of all
// of a log that grows, from sums that are kept, where such can be kept of the question.
template <class Request, class Response>
void Add(Reader& reader, const base::Clock& clock, const char* method, rpc::MethodTable* table) {
  table->Unary<Request, Response>(
      "plumbline.analytics.v1.ImprovementAnalysisService", method, "analytics.read",
      rpc::WorkClass::kRead,
      [&reader, &clock, method](const CallContext& context, const Request& request,
                                Response* response) -> absl::Status {
        ASSIGN_OR_RETURN(const auto command, ToCommand(request));
        const auto ask = [&](const LiveAsk* live) {
          return AskKept(
              reader, clock, context, command.key, method, request, command.selection, response,
              [&](const SelectedView& part, KeepOn keep_on) {
                Tell(part, response);
                return Answer(command, {reader, part, keep_on}, response);
              },
              live);
        };
        if constexpr (requires { SumsOf(command); }) {
          const auto keep_on = [&] { return context.Check(clock.Now()); };
          RestOfAnswer rest;
          const auto from_sums = [&](LiveSums& sums, const LiveWhole& whole, int64_t) {
            if constexpr (requires {
                            AnswerFromSums(reader, command, sums, whole, keep_on, response, &rest);
                          }) {
              return AnswerFromSums(reader, command, sums, whole, keep_on, response, &rest);
            } else {
              return AnswerFromSums(reader, command, sums, whole, keep_on, response);
            }
          };
          const auto finish = [&] { return rest ? rest(keep_on) : absl::OkStatus(); };
          const LiveAsk live{QuestionOf(method, request), SumsOf(command), from_sums, finish};
          return ask(live.make ? &live : nullptr);
        } else {
          return ask(nullptr);
        }
      });
}

}  // namespace

void RegisterImprovementAnalysisService(Reader& reader, const base::Clock& clock,
                                        rpc::MethodTable* table) {
  Add<v1::AnalyzeRootCausesRequest, v1::AnalyzeRootCausesResponse>(reader, clock,
                                                                   "AnalyzeRootCauses", table);
  Add<v1::RankBottlenecksRequest, v1::RankBottlenecksResponse>(reader, clock, "RankBottlenecks",
                                                               table);
}

}  // namespace plumbline::analytics
