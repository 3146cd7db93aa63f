// SPDX-License-Identifier: Apache-2.0
//
// ramp-curve: how far cases have come, so long after they began.
#include <algorithm>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "clients/cli/business_flag.h"
#include "clients/cli/cohorts_command.h"
#include "clients/cli/help.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "clients/cli/zones.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

constexpr char kCohorts[] = "/plumbline.analytics.v1.CohortService/";
constexpr int kColumns = 4;  // of the curve, in the overview

// Signs of a curve: a terminal has little room for them beside the figures.
size_t WidestCurve(const Paper& paper) {
  constexpr size_t kWidest = 40, kInAFile = 26, kLeast = 13;
  constexpr size_t kWide = 120;
  if (paper.width == 0) return kInAFile;
  return paper.width >= kWide ? kWidest : kLeast;
}

struct Options {
  std::string log, after, until, of, number = "latest", every = "week", calendar;
  CohortFlags groups;
  std::vector<double> shares;
  double confidence = 0.95, full = 0;
  int intervals = 0, most = 20;
  bool median = false, points = false;
  SelectionFlags selection;
};

void SetRamp(const Options& options, pb::RampMeasure* measure) {
  measure->set_activity(options.until);
  if (options.median) measure->set_statistic(pb::RampMeasure::STATISTIC_MEDIAN);
  if (options.of.empty() && options.number == "latest") return;
  measure->set_attribute(options.of);
  measure->set_kind(options.number == "latest"   ? pb::RampMeasure::KIND_LATEST
                    : options.number == "so-far" ? pb::RampMeasure::KIND_SO_FAR
                                                 : pb::RampMeasure::KIND_IN_INTERVAL);
}

absl::Status RampCurve(Session& session, const Options& options) {
  pb::GetRampCurvesRequest request;
  RETURN_IF_ERROR(SetBusinessTime(session, options.calendar, &request));
  session.wording().Call({{"name", "LOG"},
                          {"from_activity", "--after"},
                          {"measure.activity", "--until"},
                          {"measure.attribute", "--of"},
                          {"measure.statistic", "--median"},
                          {"interval", "--every"},
                          {"intervals", "--intervals"},
                          {"full", "--full"},
                          {"target_shares", "--share"},
                          {"confidence", "--confidence"}});
  request.set_name(session.FullName("eventLogs", options.log));
  const absl::TimeZone zone = ZoneOf(options.groups.zone, request.business_time());
  CohortFlags groups = options.groups;
  if (request.has_business_time() && groups.zone.empty()) groups.zone = zone.name();
  RETURN_IF_ERROR(SetSelection(session, options.selection, &request, zone));
  request.set_from_activity(options.after);
  SetRamp(options, request.mutable_measure());
  RETURN_IF_ERROR(SetGrouping(session, groups, request.mutable_grouping()));
  request.set_interval(ToPeriod(options.every));
  request.set_intervals(options.intervals);
  request.set_confidence(options.confidence);
  if (options.full != 0) request.set_full(options.full);
  request.mutable_target_shares()->Assign(options.shares.begin(), options.shares.end());
  request.set_max_groups(options.most);
  pb::GetRampCurvesResponse response;
  RETURN_IF_ERROR(session.Call(kCohorts, "GetRampCurves", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    PrintSelection(response.selection(), session.paper());
    PrintCompletion(response.completion(), session);
    if (!options.groups.splits.empty()) {
      for (pb::RampCurve& curve : *response.mutable_curves())
        curve.set_title(SplitTitle(curve.title(), zone));
    }
    PrintRampCurves(request, response, options.points, session.paper());
  }
  return absl::OkStatus();
}

// A share, or a number.
class Value {
 public:
  explicit Value(const pb::GetRampCurvesRequest& request)
      : share_(request.measure().kind() <= pb::RampMeasure::KIND_REACHED) {}
  std::string operator()(double value) const {
    return share_ ? Percent(value) : Digits(value, 4);
  }
  std::string operator()(const pb::RampPoint& point) const {
    return point.has_value() ? (*this)(point.value()) : "";
  }
  std::string Band(const pb::RampPoint& point) const {
    if (!point.has_lower()) return "";
    return absl::StrCat((*this)(point.lower()), " to ", (*this)(point.upper()));
  }

 private:
  bool share_;
};

// "▁▂▄▆█": the curve from 0 to `most`, a sign for each interval or, of many, for some.
std::string Sparkline(const pb::RampCurve& curve, double most, size_t widest) {
  static constexpr const char* kSigns[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const auto points = static_cast<size_t>(curve.points_size());
  const size_t size = std::min(points, widest);
  std::string line;
  for (size_t i = 0; i < size; ++i) {
    const size_t at = size == points ? i : (i + 1) * points / size - 1;
    const pb::RampPoint& point = curve.points(static_cast<int>(at));
    const double height = most > 0 ? std::clamp(point.value() / most, 0.0, 1.0) : 0;
    line += point.has_value() ? kSigns[static_cast<size_t>(height * 7 + 0.5)] : " ";
  }
  return line;
}

double Highest(const pb::GetRampCurvesRequest& request, const pb::GetRampCurvesResponse& response) {
  if (request.measure().kind() <= pb::RampMeasure::KIND_REACHED) return 1;
  double most = request.full();
  for (const pb::RampCurve& curve : response.curves()) {
    for (const pb::RampPoint& point : curve.points()) most = std::max(most, point.value());
  }
  return most;
}

// Intervals of the overview: the quarters of the longest curve.
std::vector<int> Quarters(const pb::GetRampCurvesResponse& response) {
  int longest = 0;
  for (const pb::RampCurve& curve : response.curves())
    longest = std::max(longest, curve.points_size());
  std::vector<int> shown;
  for (int i = 1; i <= kColumns; ++i) {
    const int at = longest * i / kColumns;
    if (at > 0 && (shown.empty() || shown.back() != at)) shown.push_back(at);
  }
  return shown;
}

std::string TitleOf(const std::string& title) {
  return title.empty() ? "(none)" : Printable(title);
}

void PrintOverview(const pb::GetRampCurvesRequest& request,
                   const pb::GetRampCurvesResponse& response, const std::string& every,
                   const Paper& paper) {
  const Value value(request);
  const SpanWords span(paper);
  const std::vector<int> quarters = Quarters(response);
  std::vector<std::string> headers = {"~group", ">cases", "curve"};
  for (const int at : quarters) headers.push_back(absl::StrCat("?>", every, " ", at));
  const int targets = response.curves().empty() ? 0 : response.curves(0).targets_size();
  for (int t = 0; t < targets; ++t) {
    headers.push_back(absl::StrFormat(">to %g %%", 100 * response.curves(0).targets(t).share()));
  }
  Table table(headers);
  table.BreakLines();
  const double most = Highest(request, response);
  const size_t widest = WidestCurve(paper);
  for (const pb::RampCurve& curve : response.curves()) {
    std::vector<std::string> cells = {TitleOf(curve.title()), Count(curve.case_count()),
                                      Sparkline(curve, most, widest)};
    for (const int at : quarters)
      cells.push_back(at <= curve.points_size() ? value(curve.points(at - 1)) : "");
    for (const pb::RampTarget& target : curve.targets())
      cells.push_back(target.has_time() ? span(target.time()) : "not yet");
    table.Add(cells);
  }
  table.Print(paper, 0);
  if (most <= 0) return;
  paper.out << "\nCurves from 0 to " << value(most) << ", a sign for "
            << (Quarters(response).empty() || Quarters(response).back() <= static_cast<int>(widest)
                    ? absl::StrCat("each ", every)
                    : absl::StrCat("some ", every, "s"))
            << ".\n";
  if (request.has_business_time()) {
    paper.out << "Clocks run in open hours: a " << every << " has "
              << Hundredths(Seconds(response.interval_length()) / 3600) << " of them.\n";
  }
}

void PrintRampPoints(const Value& value, const pb::GetRampCurvesResponse& response,
                     const std::string& every, const Paper& paper) {
  for (const pb::RampCurve& curve : response.curves()) {
    if (curve.points().empty()) continue;
    paper.out << "\n" << TitleOf(curve.title()) << "\n";
    Table table({absl::StrCat(">", every), ">known", ">value", "?from .. to"});
    for (const pb::RampPoint& point : curve.points()) {
      table.Add({absl::StrCat(point.interval()), Count(point.observed_count()), value(point),
                 value.Band(point)});
    }
    table.Print(paper, 2);
  }
}

void AddMeasure(args::Command& command, Options* options) {
  const char* const kGroup = "What is drawn";
  Takes(command.add_option("--until", options->until,
                           "The share of cases with an event of this activity (default: that have "
                           "ended); with --of or --number only its events count"),
        "ACTIVITY")
      ->group(kGroup);
  Takes(command.add_option("--of", options->of, "Numbers of this attribute instead of a share"),
        "KEY")
      ->group(kGroup);
  Takes(command.add_option("--number", options->number,
                           "latest (default), so-far or interval: the latest number, the sum so "
                           "far, or of each interval; the last two count events without --of"),
        "HOW")
      ->check(args::IsMember({"latest", "so-far", "interval"}))
      ->group(kGroup);
  command.add_flag("--median", options->median, "The median of the cases, not their mean")
      ->group(kGroup);
  Takes(command.add_option("--after", options->after,
                           "The clock starts at the first event of this activity (default: at the "
                           "begin of the case)"),
        "ACTIVITY")
      ->group(kGroup);
  Takes(command.add_option("--full", options->full, "The number that is all there is, as 1"), "N")
      ->group(kGroup);
  Takes(command.add_option("--share", options->shares,
                           "When so much of all is reached; may be repeated (default: 0.25, 0.5, "
                           "0.75)"),
        "SHARE")
      ->group(kGroup);
}

}  // namespace

void PrintRampCurves(const pb::GetRampCurvesRequest& request,
                     const pb::GetRampCurvesResponse& response, bool points, const Paper& paper) {
  const std::string every = request.interval() == pb::PERIOD_DAY     ? "day"
                            : request.interval() == pb::PERIOD_MONTH ? "month"
                                                                     : "week";
  if (!response.curves().empty()) PrintOverview(request, response, every, paper);
  if (response.omitted_group_count() > 0) {
    paper.out << Number(response.omitted_group_count(), "smaller group", "smaller groups")
              << " with " << Number(response.omitted_case_count(), "case", "cases")
              << " not shown (--groups).\n";
  }
  PrintNotes(response.notes(), paper);
  if (points) PrintRampPoints(Value(request), response, every, paper);
}

void AddRampCurveCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* command = app.add_subcommand(
      "ramp-curve", "How far cases have come one, two, ... weeks after they began, in groups");
  command->group("Study");
  command->add_option("LOG", options->log, "Id of the event log")->required();
  AddMeasure(*command, options.get());
  AddCohortFlags(*command, "that of the calendar, else UTC", &options->groups);
  Takes(command->add_option("--every", options->every, "day, week (default) or month"), "LENGTH")
      ->check(args::IsMember({"day", "week", "month"}));
  Takes(command->add_option("--intervals", options->intervals,
                            "So many (default: 60 days, 26 weeks, 24 months)"),
        "N")
      ->check(args::Range(1, 500));
  Takes(command->add_option("--confidence", options->confidence, "Of bands (default: 0.95)"),
        "SHARE");
  Takes(command->add_option("--groups", options->most, "The largest so many (default: 20)"), "N")
      ->check(args::Range(1, 100));
  command->add_flag("--points", options->points, "Each point with its band too");
  AddSelectionFlags(*command, &options->selection);
  AddCalendarFlag(*command, "Times and intervals", &options->calendar);
  AddExamples(*command,
              {{"plumbline ramp-curve sales-rep-onboarding --until Certified --by month",
                "the share that is certified, by month of hire"},
               {"plumbline ramp-curve reps --of quota --full 1 --every month",
                "mean quota attainment, and when three quarters of it are reached"},
               {"plumbline ramp-curve reps --until Won --number interval --every month --median",
                "deals won a month"}});
  command->callback([=] { *action = [=](Session& s) { return RampCurve(s, *options); }; });
}

}  // namespace plumbline::cli
