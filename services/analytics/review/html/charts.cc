// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/html/charts.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/counts.h"
#include "services/analytics/report/units.h"
#include "services/analytics/review/html/text.h"

namespace plumbline::analytics {
namespace {

constexpr double kWidth = 720, kBarHeight = 34;

std::string Begin(double height, absl::string_view id, absl::string_view title,
                  absl::string_view description) {
  return absl::StrCat(
      "<svg viewBox=\"0 0 ", kWidth, " ", Coordinate(height), "\" role=\"img\" aria-labelledby=\"",
      id, "-t ", id, "-d\" xmlns=\"http://www.w3.org/2000/svg\">\n<title id=\"", id, "-t\">",
      Escaped(title), "</title>\n<desc id=\"", id, "-d\">", Escaped(description), "</desc>\n");
}

std::string Text(double x, double y, absl::string_view text, absl::string_view anchor = "start") {
  return absl::StrCat("<text x=\"", Coordinate(x), "\" y=\"", Coordinate(y), "\" text-anchor=\"",
                      anchor, "\">", Escaped(text), "</text>\n");
}

std::string Line(double x1, double y1, double x2, double y2, absl::string_view kind) {
  return absl::StrCat("<line class=\"", kind, "\" x1=\"", Coordinate(x1), "\" y1=\"",
                      Coordinate(y1), "\" x2=\"", Coordinate(x2), "\" y2=\"", Coordinate(y2),
                      "\"/>\n");
}

std::string Bar(double x, double y, double width, absl::string_view kind) {
  return absl::StrCat("<rect class=\"", kind, "\" x=\"", Coordinate(x), "\" y=\"", Coordinate(y),
                      "\" width=\"", Coordinate(std::max(0.0, width)), "\" height=\"16\"/>\n");
}

std::string Named(double x, double y, absl::string_view text) {
  return absl::StrCat("<text class=\"name\" x=\"", Coordinate(x), "\" y=\"", Coordinate(y), "\">",
                      Escaped(text), "</text>\n");
}

// What one of an axis is, and what it is called: the same for all of a chart.
struct Unit {
  double size = 1;
  std::string name;
};

Unit UnitOf(const v1::ReviewChange& change, double most, double working_day) {
  if (change.unit() == "share of cases") return {0.01, "%"};
  if (change.unit() == "open seconds") {
    if (working_day > 0 && most >= working_day) return {working_day, "working days"};
    return {3'600, "open hours"};
  }
  if (change.unit() != "seconds") return {1, change.unit()};
  constexpr struct {
    double size;
    const char* name;
  } kUnits[] = {{86'400, "days"}, {3'600, "hours"}, {60, "minutes"}};
  for (const auto& unit : kUnits) {
    if (most >= 2 * unit.size) return {unit.size, unit.name};
  }
  return {1, "seconds"};
}

// 1, 2 or 5 of a power of ten, so that about four of them reach over `range`.
double TickOf(double range) {
  const double power = std::pow(10, std::floor(std::log10(range / 4)));
  for (const double times : {1.0, 2.0, 5.0}) {
    if (range / (times * power) <= 5) return times * power;
  }
  return 10 * power;
}

// A chart of points over time.
class Points {
 public:
  Points(const v1::ReviewChange& change, const ChartOptions& options)
      : change_(change), zone_(options.zone) {
    for (const v1::ReviewPoint& point : change.points()) {
      if (point.has_value()) {
        ++known_;
        Reach(point.value());
      }
      if (point.has_upper_limit()) {
        limited_ = true;
        Reach(point.upper_limit());
        Reach(point.lower_limit());
      }
    }
    if (known_ == 0) return;
    unit_ = UnitOf(change, high_, options.working_day);
    const double margin = high_ > low_ ? 0.08 * (high_ - low_) : unit_.size;
    low_ = low_ >= 0 ? std::max(0.0, low_ - margin) : low_ - margin;
    high_ += margin;
  }

  int known() const { return known_; }
  std::string Draw(const std::string& id) const {
    const std::string title = absl::StrCat("Control chart: ", change_.title(), ", ", unit_.name);
    std::string svg = Begin(kHeight, id, title, Words());
    svg += Named(10, 14, title);
    svg += Legend();
    svg += Axes();
    for (int i = 0; i < change_.points_size(); ++i) svg += LimitsAt(i);
    svg += Values();
    for (int i = 0; i < change_.points_size(); ++i) svg += Dot(i);
    return svg + "</svg>\n";
  }

 private:
  static constexpr double kHeight = 280, kLeft = 60, kRight = 20, kTop = 52, kBottom = 30;

  void Reach(double value) {
    low_ = std::min(low_, value);
    high_ = std::max(high_, value);
  }
  double Step() const { return (kWidth - kLeft - kRight) / change_.points_size(); }
  double X(int i) const { return kLeft + Step() * (i + 0.5); }
  double Y(double value) const {
    return kTop + (high_ - value) / (high_ - low_) * (kHeight - kTop - kBottom);
  }
  // Of a value, with as many digits as tell ticks apart.
  std::string Number(double value, int more = 0) const {
    const double tick = TickOf((high_ - low_) / unit_.size);
    const int digits = std::max(0, -static_cast<int>(std::floor(std::log10(tick) + 1e-9)));
    return base::NumberText(value / unit_.size, std::min(6, digits + more));
  }
  std::string Words() const {
    int beyond = 0;
    for (const v1::ReviewPoint& point : change_.points()) beyond += point.beyond();
    return absl::StrCat(
        change_.points_size(), " periods, oldest first; ",
        limited_ ? absl::StrCat(beyond, " beyond the limits") : std::string(kNoLimits), ". ",
        change_.sentence());
  }
  std::string Legend() const {
    constexpr double kY = 32, kMiddle = kY - 4;
    std::string legend = absl::StrCat("<circle class=\"dot\" cx=\"16\" cy=\"", kMiddle,
                                      "\" r=\"4\"/>\n", Text(26, kY, "a period"));
    if (!limited_) return absl::StrCat(legend, Text(110, kY, kNoLimits));
    absl::StrAppend(
        &legend, "<circle class=\"beyond\" cx=\"116\" cy=\"", kMiddle, "\" r=\"6\"/>\n",
        Text(128, kY, "one beyond the limits"), Line(270, kMiddle, 294, kMiddle, "center"),
        Text(300, kY, "mean of the earlier periods"), Line(470, kMiddle, 494, kMiddle, "limit"),
        Text(500, kY, "limits: three standard errors"));
    return legend;
  }
  std::string LimitsAt(int i) const {
    const v1::ReviewPoint& point = change_.points(i);
    if (!point.has_upper_limit()) return "";
    const double from = X(i) - Step() / 2, to = X(i) + Step() / 2;
    return absl::StrCat(Line(from, Y(point.upper_limit()), to, Y(point.upper_limit()), "limit"),
                        Line(from, Y(point.lower_limit()), to, Y(point.lower_limit()), "limit"),
                        Line(from, Y(point.center()), to, Y(point.center()), "center"));
  }
  std::string Values() const {
    std::string path;
    bool pen_down = false;
    for (int i = 0; i < change_.points_size(); ++i) {
      const v1::ReviewPoint& point = change_.points(i);
      if (point.has_value()) {
        absl::StrAppend(&path, pen_down ? "L" : "M", Coordinate(X(i)), " ",
                        Coordinate(Y(point.value())), " ");
      }
      pen_down = point.has_value();
    }
    return absl::StrCat("<path class=\"value\" d=\"", path, "\"/>\n");
  }
  // All values are told where they have room, else those that matter.
  bool IsTold(int i) const {
    constexpr int kAll = 13;
    return change_.points_size() <= kAll || i + 1 == change_.points_size() ||
           change_.points(i).beyond();
  }
  std::string Dot(int i) const {
    const v1::ReviewPoint& point = change_.points(i);
    if (!point.has_value()) return "";
    const double x = X(i), y = Y(point.value());
    return absl::StrCat(
        "<circle class=\"", point.beyond() ? "beyond" : "dot", "\" cx=\"", Coordinate(x),
        "\" cy=\"", Coordinate(y), "\" r=\"", point.beyond() ? "6" : "4", "\"><title>",
        Escaped(absl::StrCat(DateText(point.start_time(), zone_), ": ", Number(point.value(), 1),
                             " ", unit_.name, ", n = ", CountText(point.count()),
                             point.beyond() ? ", beyond the limits" : "")),
        "</title></circle>\n", IsTold(i) ? Text(x, y - 9, Number(point.value(), 1), "middle") : "");
  }
  std::string Axes() const {
    const int last = change_.points_size() - 1;
    std::string text = Line(kLeft, kTop, kLeft, kHeight - kBottom, "axis");
    const double tick = TickOf((high_ - low_) / unit_.size) * unit_.size;
    for (double value = std::ceil(low_ / tick) * tick; value <= high_; value += tick) {
      absl::StrAppend(&text, Line(kLeft, Y(value), kWidth - kRight, Y(value), "tick"),
                      Text(kLeft - 6, Y(value) + 4, Number(value), "end"));
    }
    absl::StrAppend(&text, Text(X(last) + Step() / 2, kHeight - 8,
                                DateText(change_.points(last).start_time(), zone_), "end"));
    if (last > 0) text += Text(kLeft, kHeight - 8, DateText(change_.points(0).start_time(), zone_));
    return text;
  }

  static constexpr char kNoLimits[] =
      "no limits yet: they take five earlier periods with 20 cases or more each";

  const v1::ReviewChange& change_;
  const absl::TimeZone zone_;
  Unit unit_;
  double low_ = INFINITY, high_ = -INFINITY;
  int known_ = 0;
  bool limited_ = false;
};

std::string TitleOf(const v1::ReviewObjective& objective) {
  return objective.title().empty() ? objective.name().substr(objective.name().rfind('/') + 1)
                                   : objective.title();
}

}  // namespace

std::string ControlChart(const v1::ReviewChange& change, const ChartOptions& options) {
  const Points points(change, options);
  return points.known() < 2 ? "" : points.Draw("control");
}

std::string BudgetBars(const v1::Review& review) {
  constexpr double kLeft = 10, kLength = 560, kMost = 2;
  std::string bars =
      Named(kLeft, 14, "Error budgets: how much is spent; the grey bar is all of a budget");
  bool any = false;
  double y = 26;
  for (const v1::ReviewObjective& one : review.objectives()) {
    if (!one.budget().has_consumed_share()) continue;
    any = true;
    const double spent = one.budget().consumed_share();
    const char* kind = spent >= 1 ? "bad" : spent >= 0.75 ? "warn" : "good";
    absl::StrAppend(&bars, Text(kLeft, y + 10, TitleOf(one)),
                    Bar(kLeft, y + 16, kLength / kMost, "room"),
                    Bar(kLeft, y + 16, kLength / kMost * std::min(spent, kMost), kind),
                    Text(kLeft + kLength / kMost * std::min(spent, kMost) + 6, y + 29,
                         absl::StrFormat("%.0f %% spent", 100 * spent)));
    y += kBarHeight + 10;
  }
  if (!any) return "";
  return absl::StrCat(
      Begin(y + 4, "budgets", "Error budgets",
            "How much of each objective's error budget is spent; the grey bar is all "
            "of it."),
      bars, "</svg>\n");
}

std::string GainBars(const v1::Review& review) {
  constexpr double kLeft = 10, kLength = 520;
  double most = 0;
  for (const v1::ReviewFix& fix : review.fixes())
    most = std::max({most, fix.hours().value(), fix.hours().upper()});
  if (!(most > 0)) return "";
  std::string bars = Named(kLeft, 14,
                           "Hours of lead time that each fix would have saved, beyond those before "
                           "it; lines are intervals");
  double y = 26;
  const auto at = [&](double hours) { return kLeft + kLength * std::max(0.0, hours) / most; };
  for (const v1::ReviewFix& fix : review.fixes()) {
    const double middle = y + 24;
    absl::StrAppend(
        &bars, Text(kLeft, y + 10, absl::StrCat(fix.rank(), ". ", fix.title())),
        Bar(kLeft, y + 16, at(fix.hours().value()) - kLeft, "gain"),
        Line(at(fix.hours().lower()), middle, at(fix.hours().upper()), middle, "reach"),
        Line(at(fix.hours().lower()), middle - 5, at(fix.hours().lower()), middle + 5, "reach"),
        Line(at(fix.hours().upper()), middle - 5, at(fix.hours().upper()), middle + 5, "reach"),
        Text(at(std::max(fix.hours().upper(), fix.hours().value())) + 8, y + 29,
             absl::StrCat(CountText(std::llround(fix.hours().value())),
                          review.in_business_time() ? " open h" : " h")));
    y += kBarHeight + 10;
  }
  return absl::StrCat(Begin(y + 4, "gains", "What each fix would have saved",
                            "Hours of lead time, each beyond the fixes before it, with intervals."),
                      bars, "</svg>\n");
}

}  // namespace plumbline::analytics
