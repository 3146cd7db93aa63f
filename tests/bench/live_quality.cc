// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/live_quality.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/improvement_analysis.h"
#include "clients/cli/quality_commands.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "plumbline/analytics/v1/cohort_service.pb.h"
#include "plumbline/analytics/v1/forecast_service.pb.h"
#include "plumbline/analytics/v1/quality_service.pb.h"

namespace plumbline::bench {
namespace {

namespace pb = analytics::v1;

// So long sums may take to be made after they were asked for.
constexpr double kWarm = 60;

struct Asked {
  std::string name;
  std::function<absl::Status()> ask;
  double cold = 0;
  std::vector<double> milliseconds = {};
};

constexpr char kCohorts[] = "/plumbline.analytics.v1.CohortService/";
constexpr char kAnalytics[] = "/plumbline.analytics.v1.AnalyticsService/";
constexpr char kForecast[] = "/plumbline.analytics.v1.ForecastService/";

template <class Response, class Request>
Asked Ask(cli::Session& session, const std::string& log, const char* name, const char* method,
          Request request, const char* service = cli::kQuality) {
  request.set_name(session.FullName("eventLogs", log));
  return {name, [&session, service, method, request] {
            Response response;
            return session.Call(service, method, request, &response);
          }};
}

std::vector<Asked> QuickQuestions(cli::Session& session, const std::string& log) {
  std::vector<Asked> asked;
  asked.push_back(Ask<pb::GetFlowResponse>(session, log, "flow", "GetFlow", pb::GetFlowRequest()));
  asked.push_back(
      Ask<pb::GetYieldResponse>(session, log, "yield", "GetYield", pb::GetYieldRequest()));
  pb::GetControlChartRequest chart;
  chart.mutable_measure()->set_kind(pb::QualityMeasure::KIND_CASE_DURATION);
  chart.mutable_grouping()->set_kind(pb::ChartGrouping::KIND_DAY);
  asked.push_back(
      Ask<pb::GetControlChartResponse>(session, log, "chart", "GetControlChart", chart));
  pb::GetCapabilityRequest capability;
  capability.mutable_measure()->set_kind(pb::QualityMeasure::KIND_CASE_DURATION);
  capability.mutable_upper_limit()->set_seconds(40'000);
  asked.push_back(
      Ask<pb::GetCapabilityResponse>(session, log, "capability", "GetCapability", capability));
  pb::GetParetoRequest pareto;
  pareto.set_subject(pb::GetParetoRequest::SUBJECT_DEFECTS);
  asked.push_back(Ask<pb::GetParetoResponse>(session, log, "pareto", "GetPareto", pareto));
  return asked;
}

std::vector<Asked> LongQuestions(cli::Session& session, const std::string& log) {
  std::vector<Asked> asked;
  asked.push_back(Ask<pb::RankBottlenecksResponse>(session, log, "bottlenecks", "RankBottlenecks",
                                                   pb::RankBottlenecksRequest(),
                                                   cli::kImprovementAnalysis));
  asked.push_back(Ask<pb::AnalyzeRootCausesResponse>(session, log, "causes", "AnalyzeRootCauses",
                                                     pb::AnalyzeRootCausesRequest(),
                                                     cli::kImprovementAnalysis));
  pb::GetReportRequest page;
  page.mutable_review();
  asked.push_back(Ask<pb::GetReportResponse>(session, log, "page", "GetReport", page, kAnalytics));
  pb::CompareCohortsRequest cohorts;
  cohorts.mutable_grouping()->mutable_start_period()->set_period(pb::PERIOD_MONTH);
  asked.push_back(Ask<pb::CompareCohortsResponse>(session, log, "cohorts", "CompareCohorts",
                                                  cohorts, kCohorts));
  pb::GetRampCurvesRequest ramp;
  ramp.set_interval(pb::PERIOD_DAY);
  ramp.mutable_measure()->set_kind(pb::RampMeasure::KIND_SO_FAR);
  ramp.mutable_measure()->set_statistic(pb::RampMeasure::STATISTIC_MEDIAN);
  ramp.mutable_measure()->set_activity("Activity number 6");
  asked.push_back(
      Ask<pb::GetRampCurvesResponse>(session, log, "ramp", "GetRampCurves", ramp, kCohorts));
  pb::ForecastCompletionsRequest forecast;
  forecast.set_period(pb::PERIOD_DAY);
  forecast.set_periods(10);
  asked.push_back(Ask<pb::ForecastCompletionsResponse>(session, log, "forecast",
                                                       "ForecastCompletions", forecast, kForecast));
  return asked;
}

absl::Status AskAll(std::vector<Asked>& asked, double seconds, bool note) {
  for (const Stopwatch all; all.Seconds() < seconds;) {
    for (Asked& one : asked) {
      const Stopwatch watch;
      RETURN_IF_ERROR(one.ask());
      const double took = watch.Seconds();
      if (one.cold == 0) one.cold = took;
      if (note) one.milliseconds.push_back(1'000 * took);
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Figure>> QualityOfGrowingLog(cli::Session& session,
                                                        const std::string& log, QuestionSet set,
                                                        double seconds) {
  std::vector<Asked> asked =
      set == QuestionSet::kQuick ? QuickQuestions(session, log) : LongQuestions(session, log);
  RETURN_IF_ERROR(AskAll(asked, kWarm, false));
  RETURN_IF_ERROR(AskAll(asked, seconds, true));
  std::vector<Figure> figures;
  for (Asked& one : asked) {
    std::vector<double>& times = one.milliseconds;
    std::sort(times.begin(), times.end());
    figures.push_back({absl::StrCat("analytics.", one.name, "_cold_10m"), one.cold, "s"});
    const std::string live = absl::StrCat("analytics.", one.name, "_live_10m");
    figures.push_back({live, times[times.size() / 2], "ms"});
    figures.push_back({absl::StrCat(live, "_p95"), times[times.size() * 95 / 100], "ms"});
  }
  return figures;
}

}  // namespace plumbline::bench
