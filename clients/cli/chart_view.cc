// SPDX-License-Identifier: Apache-2.0
//
// Control charts as text: a line for each point, with where it lies between its limits.
#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "clients/cli/zones.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

constexpr int kMostRows = 60;  // points that are shown; --json has all

bool OfTimes(const std::string& unit) { return absl::StartsWith(unit, "seconds"); }

std::string Value(double value, const std::string& unit) {
  if (OfTimes(unit)) return TimeCell(value);
  return unit == "share of cases" ? Percent(value) : Digits(value, 4);
}

// Seconds are shown as spans: "2.1 d".
std::string UnitWords(std::string unit) {
  absl::string_view rest = unit;
  if (absl::ConsumePrefix(&rest, "seconds")) return absl::StrCat("times", rest);
  if (unit == "count") return "counts";
  return unit == "share of cases" ? "shares of cases" : unit;
}

// "beyond limits".
std::string RuleWords(pb::ChartRule rule) {
  std::string name(absl::StripPrefix(pb::ChartRule_Name(rule), "CHART_RULE_"));
  return absl::StrReplaceAll(absl::AsciiStrToLower(name), {{"_", " "}});
}

// As --chart takes it: "xbar-s", "i-mr", "u-laney".
std::string ChartWords(pb::ChartKind kind) {
  if (kind == pb::CHART_KIND_INDIVIDUALS) return "i-mr";
  if (kind == pb::CHART_KIND_LANEY_P) return "p-laney";
  if (kind == pb::CHART_KIND_LANEY_U) return "u-laney";
  return absl::StrReplaceAll(
      absl::AsciiStrToLower(absl::StripPrefix(pb::ChartKind_Name(kind), "CHART_KIND_")),
      {{"_", "-"}});
}

// Columns of the picture of a point: what is left beside figures and signals.
int StripOf(const Paper& paper) {
  constexpr size_t kWide = 140, kNarrow = 100;
  constexpr int kLong = 41, kUsual = 21, kShort = 13;
  if (paper.width >= kWide) return kLong;
  return paper.width > 0 && paper.width < kNarrow ? kShort : kUsual;
}

// What the pictures of all points range over.
struct Range {
  int strip = 0;
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  void Hold(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  int ColumnOf(double value) const {
    // What rounding leaves is no distance.
    if (high - low <= 1e-12 * std::max(std::abs(high), std::abs(low))) return strip / 2;
    return std::clamp(static_cast<int>(std::lround((value - low) / (high - low) * (strip - 1))), 0,
                      strip - 1);
  }
};

Range RangeOf(const pb::GetControlChartResponse& chart, int first, int strip) {
  Range range{.strip = strip};
  for (int i = first; i < chart.points_size(); ++i) {
    const pb::ControlChartPoint& point = chart.points(i);
    range.Hold(point.value());
    if (point.has_lower_sum()) range.Hold(point.lower_sum());
    if (point.has_lower_limit()) range.Hold(point.lower_limit());
    if (point.has_upper_limit()) range.Hold(point.upper_limit());
  }
  return range;
}

// Of a CUSUM: whether one of its sums signals.
bool Beyond(const pb::ControlChartPoint& point, double sum) {
  return !point.rules().empty() && point.has_upper_limit() && sum > point.upper_limit();
}

// "   [    :  o     ]   ": limits, centre and value; "x" where a rule speaks. See PrintLegend.
std::string Picture(const pb::ControlChartPoint& point, const Range& range) {
  std::string strip(static_cast<size_t>(range.strip), ' ');
  const auto put = [&](double value, char c) {
    strip[static_cast<size_t>(range.ColumnOf(value))] = c;
  };
  if (point.has_center()) put(point.center(), ':');
  if (point.has_lower_limit()) put(point.lower_limit(), '[');
  if (point.has_upper_limit()) put(point.upper_limit(), ']');
  if (!point.has_lower_sum()) {
    put(point.value(), point.rules().empty() ? 'o' : 'x');
    return strip;
  }
  const bool up = Beyond(point, point.value()), down = Beyond(point, point.lower_sum());
  put(point.lower_sum(), '-');
  put(point.value(), up ? 'x' : 'o');
  if (down) put(point.lower_sum(), 'x');
  return strip;
}

std::string RulesOf(const pb::ControlChartPoint& point) {
  std::vector<std::string> words;
  for (const int rule : point.rules()) {
    words.push_back(RuleWords(static_cast<pb::ChartRule>(rule)));
    // Of two sums: which one.
    if (!point.has_lower_sum()) continue;
    const bool up = Beyond(point, point.value()), down = Beyond(point, point.lower_sum());
    words.back() += up && down ? " (up and down)" : up ? " (up)" : down ? " (down)" : "";
  }
  for (const int rule : point.spread_rules())
    words.push_back(absl::StrCat("spread ", RuleWords(static_cast<pb::ChartRule>(rule))));
  return absl::StrJoin(words, ", ");
}

// What stands before the points of a stage.
std::string StageWords(const pb::GetControlChartResponse& chart, int stage) {
  if (stage >= chart.stages_size() || !chart.stages(stage).has_title()) return "new limits";
  const std::string& title = chart.stages(stage).title();
  return title.empty() ? "(none)" : Printable(title);
}

void PrintPoints(const pb::GetControlChartResponse& chart, const Paper& paper,
                 const absl::TimeZone& zone) {
  const int first = std::max(0, chart.points_size() - kMostRows);
  const Range range = RangeOf(chart, first, StripOf(paper));
  // What is a picture too may be left out, what a point tells not.
  const bool sums = chart.chart() == pb::CHART_KIND_CUSUM;
  const auto figure = [&](const char* marks, const char* name) {
    return absl::StrCat(marks, OfTimes(chart.unit()) ? "=" : ">", name);
  };
  Table table({">point", absl::StrCat("from (", zone.name(), ")"), "->n",
               figure("", sums ? "sum up" : "value"), "?>sum down", figure("-", "lower"),
               figure("-", "centre"), figure("-", "upper"), "", "|?signal"});
  table.BreakLines();
  const bool titled = !chart.stages().empty() && chart.stages(0).has_title();
  int stage = titled ? -1 : chart.points(first).stage();
  for (int i = first; i < chart.points_size(); ++i) {
    const pb::ControlChartPoint& point = chart.points(i);
    if (point.stage() != stage) {
      stage = point.stage();
      table.Add({"", StageWords(chart, stage)});
    }
    const auto limit = [&](bool has, double value) {
      return has ? Value(value, chart.unit()) : "";
    };
    table.Add({Count(point.index() + 1), WhenIn(zone, point.start_time()), Count(point.size()),
               sums && !point.has_center() ? "" : Value(point.value(), chart.unit()),
               point.has_lower_sum() ? Digits(point.lower_sum(), 4) : "",
               limit(point.has_lower_limit(), point.lower_limit()),
               limit(point.has_center(), point.center()),
               limit(point.has_upper_limit(), point.upper_limit()),
               sums && !point.has_center() ? "" : Picture(point, range), RulesOf(point)});
  }
  table.Print(paper, 0);
  const int64_t left = chart.omitted_point_count() + first;
  if (left > 0) paper.out << "and " << Number(left, "earlier point", "earlier points") << "\n";
}

void PrintLegend(const pb::GetControlChartResponse& chart, const Paper& paper) {
  const auto any = [&](auto has) {
    return std::any_of(chart.points().begin(), chart.points().end(), has);
  };
  std::string words = "The picture: o the ";
  words += chart.chart() == pb::CHART_KIND_CUSUM ? "sum up, - the sum down" : "value";
  if (any([](const pb::ControlChartPoint& point) { return point.has_center(); }))
    words += ", : the centre";
  if (any([](const pb::ControlChartPoint& point) {
        return point.has_lower_limit() || point.has_upper_limit();
      }))
    words += ", [ and ] the limits";
  if (any([](const pb::ControlChartPoint& point) { return !point.rules().empty(); }))
    words += chart.chart() == pb::CHART_KIND_CUSUM ? ", x a sum that is beyond"
                                                   : ", x a value at which a rule speaks";
  paper.out << Wrap(absl::StrCat(words, "."), paper.width, 0) << "\n";
}

// With as many digits as it takes: equal values lie on limits of no width.
std::string AllDigits(double value) {
  const std::string some = absl::StrFormat("%.15g", value);
  double back = 0;
  return absl::SimpleAtod(some, &back) && back == value ? some : absl::StrFormat("%.17g", value);
}

// How a later chart is held against the same limits.
void PrintBaseline(const pb::GetControlChartResponse& chart, const Paper& paper, bool logarithms) {
  if (chart.stages_size() != 1 || chart.stages(0).baseline_point_count() == 0) return;
  const pb::ChartBaseline& baseline = chart.stages(0).baseline();
  // Of counts sigma follows from the centre, but for a factor of its own.
  const bool told =
      baseline.has_sigma() && baseline.sigma() != 1 && chart.chart() != pb::CHART_KIND_G;
  const std::string words = absl::StrCat(
      "Limits are from ", Number(chart.stages(0).baseline_point_count(), "point", "points"),
      "; to hold a later chart against them: ", logarithms ? "--log " : "", "--known-baseline ",
      AllDigits(baseline.center()), told ? "," : "", told ? AllDigits(baseline.sigma()) : "");
  paper.out << Wrap(words, paper.width, 0) << "\n";
}

// Values that make no point, and why.
std::string UngroupedWords(const pb::GetControlChartResponse& chart, bool numbered) {
  const int64_t count = chart.ungrouped_value_count();
  const std::string some = absl::StrCat(Number(count, "value is", "values are"), " in no point: ");
  const bool one = count == 1;
  switch (chart.chart()) {
    case pb::CHART_KIND_G:
      return absl::StrCat(some, one ? "it comes" : "they come",
                          " before the first such case or after the last.");
    case pb::CHART_KIND_T:
      return absl::StrCat(some, one ? "it comes" : "they come",
                          " before the first such case or after the last, or at the same moment as "
                          "another.");
    case pb::CHART_KIND_XBAR_R:
    case pb::CHART_KIND_XBAR_S:
      return absl::StrCat(some, numbered ? "too few for a whole group, at the end."
                                         : "alone in their period, where a value has no spread.");
    default:
      return absl::StrCat(some, numbered ? "too few for a whole group, at the end."
                                         : absl::StrCat(one ? "it lies" : "they lie",
                                                        " in a period that is not seen whole, "
                                                        "since the log begins or ends in it."));
  }
}

void PrintSignals(const pb::GetControlChartResponse& chart, const Paper& paper) {
  for (const pb::ControlChartSignal& signal : chart.signals()) {
    if (signal.points().empty()) continue;
    constexpr int kMost = 20;
    std::string points = absl::StrJoin(
        signal.points().begin(), signal.points().begin() + std::min(kMost, signal.points_size()),
        ", ", [](std::string* out, int64_t index) { absl::StrAppend(out, Count(index + 1)); });
    if (signal.points_size() > kMost) absl::StrAppend(&points, ", ...");
    paper.out << Wrap(absl::StrCat("Signal, ", signal.of_spread() ? "spread " : "",
                                   RuleWords(signal.rule()), ": ",
                                   signal.points_size() == 1 ? "point " : "points ", points),
                      paper.width, 2)
              << "\n";
  }
}

}  // namespace

void PrintChart(const pb::GetControlChartResponse& chart, const Paper& paper,
                const ChartView& view) {
  if (!chart.points().empty()) {
    paper.out << Wrap(absl::StrCat("Chart ", ChartWords(chart.chart()), ": ", chart.chart_reason(),
                                   ". Values are ", UnitWords(chart.unit()), "."),
                      paper.width, 0)
              << "\n\n";
    PrintPoints(chart, paper, view.zone);
    paper.out << "\n";
    PrintLegend(chart, paper);
    PrintBaseline(chart, paper, view.logarithms);
    PrintSignals(chart, paper);
    if (chart.in_control()) paper.out << "In control: no rule speaks.\n";
  }
  if (chart.open_case_count() > 0)
    paper.out << Number(chart.open_case_count(), "open case is", "open cases are")
              << " not in the chart.\n";
  if (chart.ungrouped_value_count() > 0)
    paper.out << Wrap(UngroupedWords(chart, view.numbered), paper.width, 0) << "\n";
  PrintNotes(chart.warnings(), paper);
  PrintAbsent(chart.absent(), paper);
}

void PrintChart(const pb::GetControlChartResponse& chart, const Paper& paper) {
  PrintChart(chart, paper, ChartView());
}

}  // namespace plumbline::cli
