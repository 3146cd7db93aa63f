// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/html/charts.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
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

std::string ValueText(const v1::ReviewChange& change, double value) {
  if (change.unit() == "seconds") return DurationText(value);
  if (change.unit() == "open seconds") return absl::StrFormat("%.1f open h", value / 3600);
  if (change.unit() == "share of cases") return ShareText(value);
  return absl::StrFormat("%.1f", value);
}

// A chart of points over time.
class Points {
 public:
  Points(const v1::ReviewChange& change, const absl::TimeZone& zone)
      : change_(change), zone_(zone) {
    for (const v1::ReviewPoint& point : change.points()) {
      if (point.has_value()) {
        ++known_;
        Reach(point.value());
      }
      if (point.has_upper_limit()) {
        Reach(point.upper_limit());
        Reach(point.lower_limit());
      }
    }
    const double margin = high_ > low_ ? 0.08 * (high_ - low_) : 1;
    low_ -= margin;
    high_ += margin;
  }

  int known() const { return known_; }
  std::string Draw(const std::string& id) const {
    std::string svg = Begin(kHeight, id, absl::StrCat("Control chart: ", change_.title()), Words());
    for (int i = 0; i < change_.points_size(); ++i) svg += LimitsAt(i);
    svg += Values();
    for (int i = 0; i < change_.points_size(); ++i) svg += Dot(i);
    svg += Axes();
    return svg + "</svg>\n";
  }

 private:
  static constexpr double kHeight = 230, kLeft = 90, kRight = 20, kTop = 14, kBottom = 30;

  void Reach(double value) {
    low_ = std::min(low_, value);
    high_ = std::max(high_, value);
  }
  double Step() const { return (kWidth - kLeft - kRight) / change_.points_size(); }
  double X(int i) const { return kLeft + Step() * (i + 0.5); }
  double Y(double value) const {
    return kTop + (high_ - value) / (high_ - low_) * (kHeight - kTop - kBottom);
  }
  std::string Words() const {
    int beyond = 0;
    for (const v1::ReviewPoint& point : change_.points()) beyond += point.beyond();
    return absl::StrCat(change_.points_size(), " periods, oldest first; ", beyond,
                        " beyond the limits. ", change_.sentence());
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
  std::string Dot(int i) const {
    const v1::ReviewPoint& point = change_.points(i);
    if (!point.has_value()) return "";
    return absl::StrCat(
        "<circle class=\"", point.beyond() ? "beyond" : "dot", "\" cx=\"", Coordinate(X(i)),
        "\" cy=\"", Coordinate(Y(point.value())), "\" r=\"", point.beyond() ? "6" : "4",
        "\"><title>",
        Escaped(absl::StrCat(DateText(point.start_time(), zone_), ": ",
                             ValueText(change_, point.value()), ", n = ", CountText(point.count()),
                             point.beyond() ? ", beyond the limits" : "")),
        "</title></circle>\n");
  }
  std::string Axes() const {
    const int last = change_.points_size() - 1;
    std::string text = absl::StrCat(
        Text(kLeft - 8, kTop + 10, ValueText(change_, high_), "end"),
        Text(kLeft - 8, kHeight - kBottom, ValueText(change_, std::max(0.0, low_)), "end"),
        Line(kLeft, kTop, kLeft, kHeight - kBottom, "axis"),
        Text(X(last), kHeight - 8, DateText(change_.points(last).start_time(), zone_), "end"));
    if (last > 0) text += Text(X(0), kHeight - 8, DateText(change_.points(0).start_time(), zone_));
    return text;
  }

  const v1::ReviewChange& change_;
  const absl::TimeZone zone_;
  double low_ = INFINITY, high_ = -INFINITY;
  int known_ = 0;
};

std::string TitleOf(const v1::ReviewObjective& objective) {
  return objective.title().empty() ? objective.name().substr(objective.name().rfind('/') + 1)
                                   : objective.title();
}

}  // namespace

std::string ControlChart(const v1::ReviewChange& change, const absl::TimeZone& zone) {
  const Points points(change, zone);
  return points.known() < 2 ? "" : points.Draw("control");
}

std::string BudgetBars(const v1::Review& review) {
  constexpr double kLeft = 10, kLength = 560, kMost = 2;
  std::string bars;
  double y = 6;
  for (const v1::ReviewObjective& one : review.objectives()) {
    if (!one.budget().has_consumed_share()) continue;
    const double spent = one.budget().consumed_share();
    const char* kind = spent >= 1 ? "bad" : spent >= 0.75 ? "warn" : "good";
    absl::StrAppend(&bars, Text(kLeft, y + 10, TitleOf(one)),
                    Bar(kLeft, y + 16, kLength / kMost, "room"),
                    Bar(kLeft, y + 16, kLength / kMost * std::min(spent, kMost), kind),
                    Text(kLeft + kLength / kMost * std::min(spent, kMost) + 6, y + 29,
                         absl::StrFormat("%.0f %% spent", 100 * spent)));
    y += kBarHeight + 10;
  }
  if (bars.empty()) return "";
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
  std::string bars;
  double y = 6;
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
