// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <ostream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/cli/business_flag.h"
#include "clients/cli/help.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/units.h"
#include "clients/cli/zones.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

struct Options {
  std::string log, chart, by, zone, baseline_from, baseline_to;
  std::vector<std::string> stages, rules;
  int size = 0, baseline_points = 0, points = 0;
  double weight = 0, sigmas = 0, shift = 0, decision = 0;
  bool fast = false, low_counts = false, by_revision = false, logarithms = false;
  std::string sigma, known;
  std::string stage_by;
  int stage_least = 0;
  MeasureFlags measure;
  SelectionFlags selection;
};

const std::vector<std::string>& ChartNames() {
  static const auto& names =
      *new std::vector<std::string>{"i-mr",    "xbar-r",  "xbar-s", "p", "np",   "c",    "u",
                                    "p-laney", "u-laney", "g",      "t", "ewma", "cusum"};
  return names;
}

const std::vector<std::string>& RuleNames() {
  static const auto& names =
      *new std::vector<std::string>{"beyond",    "two-of-three", "four-of-five", "eight",  "nine",
                                    "six-trend", "fourteen",     "fifteen",      "outside"};
  return names;
}

const std::vector<std::string>& SigmaNames() {
  static const auto& names = *new std::vector<std::string>{"ranges", "deviations", "pooled"};
  return names;
}

// 0 means "the default" to the service, which nobody means who gives one.
std::string AboveZero(const std::string& text) {
  double number = 0;
  return absl::SimpleAtod(text, &number) && number > 0 ? "" : "must be a number above 0";
}

int PlaceOf(const std::vector<std::string>& names, const std::string& name) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<int>(i) + 1;
  }
  return 0;
}

void SetGrouping(const Options& options, pb::ChartGrouping* grouping) {
  grouping->set_kind(options.size > 0        ? pb::ChartGrouping::KIND_CASES
                     : options.by == "each"  ? pb::ChartGrouping::KIND_EACH
                     : options.by == "day"   ? pb::ChartGrouping::KIND_DAY
                     : options.by == "week"  ? pb::ChartGrouping::KIND_WEEK
                     : options.by == "month" ? pb::ChartGrouping::KIND_MONTH
                                             : pb::ChartGrouping::KIND_UNSPECIFIED);
  grouping->set_size(options.size);
  grouping->set_time_zone(options.zone);
}

void SetRules(const Options& options, pb::GetControlChartRequest* request) {
  for (const std::string& name : options.rules) {
    if (name == "western-electric") {
      for (const int rule : {1, 2, 3, 4}) request->add_rules(static_cast<pb::ChartRule>(rule));
    } else if (name == "nelson") {
      for (const int rule : {1, 5, 6, 7, 2, 3, 8, 9})
        request->add_rules(static_cast<pb::ChartRule>(rule));
    } else {
      request->add_rules(static_cast<pb::ChartRule>(PlaceOf(RuleNames(), name)));
    }
  }
}

absl::Status SetBaseline(const Options& options, const absl::TimeZone& zone,
                         pb::GetControlChartRequest* request) {
  if (!options.baseline_from.empty() || !options.baseline_to.empty()) {
    pb::ChartWindow* window = request->mutable_baseline_window();
    RETURN_IF_ERROR(
        SetTimeIn(zone, "--baseline-from", options.baseline_from, window, "start_time"));
    RETURN_IF_ERROR(SetTimeIn(zone, "--baseline-to", options.baseline_to, window, "end_time"));
  }
  request->set_baseline_points(options.baseline_points);
  for (const std::string& stage : options.stages) {
    pb::ChartWindow time;
    RETURN_IF_ERROR(SetTimeIn(zone, "--stage", stage, &time, "start_time"));
    *request->add_stage_times() = time.start_time();
  }
  request->set_stage_attribute(options.by_revision ? "process" : options.stage_by);
  request->set_least_stage_points(options.stage_least);
  return absl::OkStatus();
}

// "0.11", "11%" or "2d": as its chart counts.
absl::StatusOr<double> Figure(Session& session, const Options& options, absl::string_view text) {
  constexpr char kFlag[] = "--known-baseline";
  double number = 0;
  if (absl::SimpleAtod(text, &number)) return number;
  if (options.logarithms || options.chart == "t") {
    return base::FieldError(
        kFlag, absl::StrCat("is '", text.substr(0, 100), "', and limits are those of ",
                            options.logarithms ? "logarithms of times (--log)"
                                               : "roots of times (--chart t)",
                            ": give CENTER,SIGMA without a unit, as the earlier chart of the kind "
                            "prints them"));
  }
  absl::string_view share = text;
  if (absl::ConsumeSuffix(&share, "%") && absl::SimpleAtod(share, &number)) return number / 100;
  google::protobuf::Duration span;
  if (SetOpenSpan(session, kFlag, text, session.paper().working_day, &span).ok())
    return Seconds(span);
  return base::FieldError(
      kFlag, absl::StrCat("is '", text.substr(0, 100),
                          "'; give CENTER or CENTER,SIGMA, each like 2d (a time), 11% (a share) or "
                          "3.5 (a count; seconds)"));
}

// Limits of an earlier chart.
absl::Status SetKnown(Session& session, const Options& options,
                      pb::GetControlChartRequest* request) {
  if (options.known.empty()) return absl::OkStatus();
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(options.known, absl::MaxSplits(',', 1));
  ASSIGN_OR_RETURN(const double center, Figure(session, options, parts.first));
  request->mutable_known_baseline()->set_center(center);
  if (options.known.find(',') == options.known.npos) return absl::OkStatus();
  ASSIGN_OR_RETURN(const double sigma, Figure(session, options, parts.second));
  request->mutable_known_baseline()->set_sigma(sigma);
  return absl::OkStatus();
}

// Of a log that knows no revisions, in words of the flag that was given.
absl::Status WithoutRevisions(const Options& options, const absl::Status& status) {
  const auto fields = base::FieldViolationsOf(status);
  if (!options.by_revision || fields.empty() || fields[0].field != "stage_attribute") return status;
  return base::FieldError("--stage-by-revision",
                          "no event of these cases says by which revision of a process it ran (the "
                          "attribute 'process', which logs of on-boardings have); leave it out, or "
                          "name an attribute with --stage-by");
}

absl::Status Chart(Session& session, const Options& options) {
  pb::GetControlChartRequest request;
  RETURN_IF_ERROR(SetMeasure(session, options.measure, request.mutable_measure()));
  session.wording().Call({{"name", "LOG"},
                          {"chart", "--chart"},
                          {"grouping.kind", "--by"},
                          {"grouping.size", "--cases"},
                          {"grouping.time_zone", "--zone"},
                          {"period", "--by"},
                          {"baseline_window", "--baseline-from"},
                          {"baseline_window.end_time", "--baseline-to"},
                          {"baseline_points", "--baseline-points"},
                          {"stage_times", "--stage"},
                          {"stage_attribute", "--stage-by"},
                          {"known_baseline", "--known-baseline"},
                          {"sigma", "--sigma"},
                          {"logarithms", "--log"},
                          {"grouping", "--cases"},
                          {"ewma_weight", "--ewma-weight"},
                          {"ewma_sigmas", "--ewma-sigmas"},
                          {"cusum_shift", "--cusum-shift"},
                          {"cusum_decision", "--cusum-decision"},
                          {"rules", "--rule"},
                          {"least_stage_points", "--stage-least"}});
  request.set_name(session.FullName("eventLogs", options.log));
  request.set_chart(static_cast<pb::ChartKind>(PlaceOf(ChartNames(), options.chart)));
  SetGrouping(options, request.mutable_grouping());
  const absl::TimeZone zone = ZoneOf(options.zone, request.measure().business_time());
  RETURN_IF_ERROR(SetSelection(session, options.selection, &request, zone));
  RETURN_IF_ERROR(SetBaseline(options, zone, &request));
  RETURN_IF_ERROR(SetKnown(session, options, &request));
  SetRules(options, &request);
  request.set_sigma(static_cast<pb::ChartSigma>(PlaceOf(SigmaNames(), options.sigma)));
  request.set_logarithms(options.logarithms);
  request.set_ewma_weight(options.weight);
  request.set_ewma_sigmas(options.sigmas);
  request.set_cusum_shift(options.shift);
  request.set_cusum_decision(options.decision);
  request.set_cusum_fast_initial_response(options.fast);
  request.set_limits_at_low_counts(options.low_counts);
  request.set_max_points(options.points);
  pb::GetControlChartResponse response;
  RETURN_IF_ERROR(
      WithoutRevisions(options, session.Call(kQuality, "GetControlChart", request, &response)));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    PrintSelection(response.selection(), session.paper());
    PrintCompletion(response.completion(), session);
    PrintChart(response, session.paper(),
               {.zone = zone, .numbered = options.size > 0, .logarithms = options.logarithms});
  }
  return absl::OkStatus();
}

void AddShape(args::Command& chart, Options* options) {
  const char* const kGroup = "Points and chart";
  Takes(chart.add_option("--by", options->by,
                         "What makes a point: each (of times the default), day, week (of all "
                         "others) or month"),
        "GROUP")
      ->check(args::IsMember({"each", "day", "week", "month"}))
      ->group(kGroup);
  Takes(chart.add_option("--cases", options->size, "So many values make a point"), "N")
      ->check(args::Range(2, 100'000))
      ->excludes("--by")
      ->group(kGroup);
  Takes(chart.add_option("--zone", options->zone,
                         "Time zone of periods and of dates (default: that of the calendar, else "
                         "UTC)"),
        "ZONE")
      ->group(kGroup);
  Takes(chart.add_option("--chart", options->chart,
                         absl::StrCat("Kind of chart: ", absl::StrJoin(ChartNames(), ", "),
                                      " (default: the one that fits)")),
        "CHART")
      ->check(args::IsMember(ChartNames()))
      ->group(kGroup);
  std::vector<std::string> rules = RuleNames();
  rules.insert(rules.begin(), {"western-electric", "nelson"});
  Takes(chart.add_option(
            "--rule", options->rules,
            absl::StrCat("Patterns to look for (repeat for several): ", absl::StrJoin(rules, ", "),
                         " (default: of i-mr and xbar western-electric, of ewma and "
                         "cusum beyond, of others beyond, eight and six-trend)")),
        "RULE")
      ->check(args::IsMember(rules))
      ->group(kGroup);
}

void AddMemory(args::Command& chart, Options* options) {
  const char* const kGroup = "Points and chart";
  Takes(chart.add_option("--sigma", options->sigma,
                         "Of subgroups: deviation of single values from the mean of the ranges, "
                         "from that of the deviations, or pooled (default: as the chart is "
                         "called)"),
        "ESTIMATE")
      ->check(args::IsMember(SigmaNames()))
      ->group(kGroup);
  chart
      .add_flag("--log", options->logarithms,
                "Limits of the logarithms, for times that are skewed: i-mr, xbar and ewma")
      ->group(kGroup);
  Takes(chart.add_option("--ewma-weight", options->weight,
                         "EWMA: weight of the newest point (default: 0.2)"),
        "WEIGHT")
      ->check(AboveZero)
      ->group(kGroup);
  Takes(chart.add_option("--ewma-sigmas", options->sigmas,
                         "EWMA: how many standard deviations limits are away (default: 3)"),
        "L")
      ->check(AboveZero)
      ->group(kGroup);
  Takes(chart.add_option("--cusum-shift", options->shift,
                         "CUSUM: shift to be seen, in standard deviations (default: 1)"),
        "SHIFT")
      ->check(AboveZero)
      ->group(kGroup);
  Takes(chart.add_option("--cusum-decision", options->decision,
                         "CUSUM: a sum beyond it is a signal (default: 5)"),
        "H")
      ->check(AboveZero)
      ->group(kGroup);
  chart.add_flag("--cusum-fast", options->fast, "CUSUM: fast initial response")->group(kGroup);
  chart
      .add_flag("--limits-at-low-counts", options->low_counts,
                "Limits three standard deviations away also where counts are too low for that, "
                "and of g charts (default: by the distribution of the counts)")
      ->group(kGroup);
  Takes(chart.add_option("--points", options->points,
                         "Points to show, the latest (default: 60; 1,000 with --json)"),
        "N")
      ->check(args::Range(1, 5'000))
      ->group(kGroup);
}

void AddBaseline(args::Command& chart, Options* options) {
  const char* const kGroup = "Baseline";
  args::Option* points =
      Takes(chart.add_option("--baseline-points", options->baseline_points,
                             "Limits from the first so many points (default: all)"),
            "N")
          ->check(args::Range(2, 1'000'000))
          ->group(kGroup);
  Takes(chart.add_option("--baseline-from", options->baseline_from,
                         "Limits from the points of this time only"),
        "TIME")
      ->excludes(points)
      ->group(kGroup);
  Takes(chart.add_option("--baseline-to", options->baseline_to, "Its end"), "TIME")
      ->excludes(points)
      ->group(kGroup);
  Takes(chart.add_option("--known-baseline", options->known,
                         "Limits of an earlier chart, which says how to give them: centre and, of "
                         "times, the standard deviation of a single value, as 12d,3d (with --log "
                         "and of t charts as it prints them, without a unit)"),
        "CENTER[,SIGMA]")
      ->excludes(points)
      ->excludes("--baseline-from")
      ->excludes("--baseline-to")
      ->group(kGroup);
  Takes(chart.add_option("--stage", options->stages,
                         "The process was changed then: new limits from there on (repeat for "
                         "several)"),
        "TIME")
      ->group(kGroup);
  args::Option* by = Takes(chart.add_option("--stage-by", options->stage_by,
                                            "New limits for the cases with each value of this "
                                            "attribute"),
                           "KEY")
                         ->group(kGroup);
  chart
      .add_flag("--stage-by-revision", options->by_revision,
                "New limits for each revision of the process (logs of on-boardings)")
      ->excludes(by)
      ->group(kGroup);
  Takes(chart.add_option("--stage-least", options->stage_least,
                         "No limits for a stage of fewer points (default: 8 with --stage-by, else "
                         "2)"),
        "N")
      ->check(args::Range(2, 1'000))
      ->group(kGroup);
}

}  // namespace

void AddChartCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* command =
      app.add_subcommand("chart", "Control chart: is it as always, or did something happen?");
  command->group("Study");
  command->add_option("LOG", options->log, "Id of the event log")->required();
  AddMeasureFlags(*command, true, &options->measure);
  AddShape(*command, options.get());
  AddMemory(*command, options.get());
  AddBaseline(*command, options.get());
  AddSelectionFlags(*command, &options->selection);
  AddExamples(*command,
              {{"plumbline chart my-events --of waiting --step Legal --by week", ""},
               {"plumbline chart my-events --of late --target 30d --by month", ""},
               {"plumbline chart my-events --stage 2026-03-01 --rule nelson", ""},
               {"plumbline chart my-events --log", "times are skewed: of their logarithms"},
               {"plumbline chart my-events --chart ewma --by week", ""},
               {"plumbline chart onboarding --stage-by-revision --by week", ""},
               {"plumbline chart my-events --of arrivals --by day --zone Europe/Berlin", ""}});
  command->callback([=] { *action = [=](Session& s) { return Chart(s, *options); }; });
}

}  // namespace plumbline::cli
