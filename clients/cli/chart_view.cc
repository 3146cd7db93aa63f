// SPDX-License-Identifier: Apache-2.0
//
// Control charts as text: a line for each point, with where it lies between its limits.
#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>
#include <string>

#include "absl/strings/ascii.h"
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

std::string Value(double value, const std::string& unit, const SpanWords& span) {
  if (absl::StartsWith(unit, "seconds")) return span(value);
  if (unit == "share of cases") return Percent(value);
  return absl::StrFormat("%.4g", value);
}

// Seconds are shown as spans: "2.1 d".
std::string UnitWords(std::string unit) {
  absl::string_view rest = unit;
  if (absl::ConsumePrefix(&rest, "seconds")) return absl::StrCat("times", rest);
  return unit == "share of cases" ? "shares of cases" : unit;
}

// "beyond limits".
std::string RuleWords(pb::ChartRule rule) {
  std::string name(absl::StripPrefix(pb::ChartRule_Name(rule), "CHART_RULE_"));
  return absl::StrReplaceAll(absl::AsciiStrToLower(name), {{"_", " "}});
}

std::string ChartWords(pb::ChartKind kind) {
  return absl::StrReplaceAll(absl::StripPrefix(pb::ChartKind_Name(kind), "CHART_KIND_"),
                             {{"_", " "}});
}

// Columns of the picture of a point: what is left beside figures and signals.
int StripOf(const Paper& paper) {
  constexpr size_t kWide = 140;
  constexpr int kLong = 41, kShort = 21;
  return paper.width >= kWide ? kLong : kShort;
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
    if (high <= low) return strip / 2;
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

// "   [    :  o     ]   ": limits, centre and value; "x" where a rule speaks.
std::string Picture(const pb::ControlChartPoint& point, const Range& range) {
  std::string strip(static_cast<size_t>(range.strip), ' ');
  const auto put = [&](double value, char c) {
    strip[static_cast<size_t>(range.ColumnOf(value))] = c;
  };
  if (point.has_center()) put(point.center(), ':');
  if (point.has_lower_limit()) put(point.lower_limit(), '[');
  if (point.has_upper_limit()) put(point.upper_limit(), ']');
  if (point.has_lower_sum()) put(point.lower_sum(), '-');
  put(point.value(), point.rules().empty() ? 'o' : 'x');
  return strip;
}

std::string RulesOf(const pb::ControlChartPoint& point) {
  std::vector<std::string> words;
  for (const int rule : point.rules()) words.push_back(RuleWords(static_cast<pb::ChartRule>(rule)));
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
  const SpanWords span(paper);
  const int first = std::max(0, chart.points_size() - kMostRows);
  const Range range = RangeOf(chart, first, StripOf(paper));
  Table table({">#", absl::StrCat("from (", zone.name(), ")"), ">n", ">value", "?>lower",
               "?>centre", "?>upper", "", "?~signal"});
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
      return has ? Value(value, chart.unit(), span) : "";
    };
    table.Add({Count(point.index()), WhenIn(zone, point.start_time()), Count(point.size()),
               Value(point.value(), chart.unit(), span),
               limit(point.has_lower_limit(), point.lower_limit()),
               limit(point.has_center(), point.center()),
               limit(point.has_upper_limit(), point.upper_limit()), Picture(point, range),
               RulesOf(point)});
  }
  table.Print(paper, 0);
  const int64_t left = chart.omitted_point_count() + first;
  if (left > 0) paper.out << "and " << Number(left, "earlier point", "earlier points") << "\n";
}

void PrintSignals(const pb::GetControlChartResponse& chart, const Paper& paper) {
  for (const pb::ControlChartSignal& signal : chart.signals()) {
    if (signal.points().empty()) continue;
    constexpr int kMost = 20;
    std::string points =
        absl::StrJoin(signal.points().begin(),
                      signal.points().begin() + std::min(kMost, signal.points_size()), ", ");
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
                const absl::TimeZone& zone) {
  if (!chart.points().empty()) {
    paper.out << Wrap(absl::StrCat("Chart ", ChartWords(chart.chart()), ": ", chart.chart_reason(),
                                   ". Values are ", UnitWords(chart.unit()), "."),
                      paper.width, 0)
              << "\n\n";
    PrintPoints(chart, paper, zone);
    paper.out << "\n";
    PrintSignals(chart, paper);
    if (chart.in_control()) paper.out << "In control: no rule speaks.\n";
  }
  if (chart.open_case_count() > 0)
    paper.out << Number(chart.open_case_count(), "open case is", "open cases are")
              << " not in the chart.\n";
  if (chart.ungrouped_value_count() > 0)
    paper.out << Wrap(absl::StrCat(Number(chart.ungrouped_value_count(), "value is", "values are"),
                                   " in no point: too few for a whole group, or before the first "
                                   "such case or after the last."),
                      paper.width, 0)
              << "\n";
  PrintNotes(chart.warnings(), paper);
  PrintAbsent(chart.absent(), paper);
}

void PrintChart(const pb::GetControlChartResponse& chart, const Paper& paper) {
  PrintChart(chart, paper, absl::UTCTimeZone());
}

}  // namespace plumbline::cli
