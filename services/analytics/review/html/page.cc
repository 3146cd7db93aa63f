// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/html/page.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/base/counts.h"
#include "services/analytics/report/units.h"
#include "services/analytics/review/html/charts.h"
#include "services/analytics/review/html/text.h"

namespace plumbline::analytics {
namespace {

using Change = v1::ReviewChange;

// Dark on light; on paper without what only a screen needs.
constexpr char kStyle[] = R"(
:root { color-scheme: light; }
body { font: 15px/1.45 system-ui, sans-serif; color: #1a1a1a; background: #fff; margin: 0 auto;
  max-width: 52rem; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0 0 .2rem; } h2 { font-size: 1.15rem; margin: 1.4rem 0 .4rem;
  border-bottom: 2px solid #1a1a1a; } h3 { font-size: 1rem; margin: .9rem 0 .2rem; }
p, ul { margin: .3rem 0; } ul { padding-left: 1.2rem; } .sub, footer { color: #555; }
.lead { font-size: 1.05rem; } table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .25rem .5rem .25rem 0;
  border-bottom: 1px solid #ddd; }
.mark { display: inline-block; min-width: 4.5em; padding: 0 .4em; border-radius: .3em;
  text-align: center; font-weight: 600; }
.worse, .missed { background: #f8d7da; color: #842029; } .better, .met { background: #d1e7dd;
  color: #0f5132; } .noise, .untold { background: #eee; color: #444; }
.risk, .different { background: #fff3cd; color: #664d03; }
code { font: .85em ui-monospace, monospace; background: #f4f4f4; padding: .1em .3em;
  display: block; white-space: pre-wrap; margin: .2rem 0; }
svg { width: 100%; height: auto; font: 12px system-ui, sans-serif; }
svg .limit { stroke: #842029; stroke-dasharray: 4 3; } svg .center { stroke: #777; }
svg .axis { stroke: #999; } svg .value { fill: none; stroke: #1f4e79; stroke-width: 2; }
svg .dot { fill: #1f4e79; } svg .beyond { fill: #c1121f; } svg .room { fill: #ddd; }
svg .good { fill: #2a7f4f; } svg .warn { fill: #c98a00; } svg .bad { fill: #c1121f; }
svg .name { font-weight: 600; } svg .tick { stroke: #ddd; }
svg .gain { fill: #1f4e79; opacity: .75; } svg .reach { stroke: #1a1a1a; stroke-width: 2; }
@media print { body { font-size: 10.5pt; max-width: none; padding: 0; }
  h2, h3 { break-after: avoid; }
  .fix, tr, svg { break-inside: avoid; } @page { margin: 15mm; } }
@media (max-width: 36rem) { td, th { display: block; border: 0; padding-right: 0; }
  tr { display: block; border-bottom: 1px solid #ddd; } }
)";

std::string Paragraph(absl::string_view text, absl::string_view kind = "") {
  return absl::StrCat("<p", kind.empty() ? "" : absl::StrCat(" class=\"", kind, "\""), ">",
                      Escaped(text), "</p>\n");
}

std::string Mark(absl::string_view kind, absl::string_view word) {
  return absl::StrCat("<span class=\"mark ", kind, "\">", word, "</span>");
}

std::string Row(absl::string_view mark, absl::string_view text) {
  return absl::StrCat("<tr><td>", mark, "</td><td>", Escaped(text), "</td></tr>\n");
}

std::string MarkOf(const v1::ReviewObjective& objective) {
  switch (objective.budget().state()) {
    case v1::ErrorBudget::STATE_MET:
      return Mark("met", "met");
    case v1::ErrorBudget::STATE_AT_RISK:
      return Mark("risk", "at risk");
    case v1::ErrorBudget::STATE_EXHAUSTED:
      return Mark("missed", "exhausted");
    default:
      return Mark("untold", "not told");
  }
}

std::string MarkOf(const Change& change) {
  switch (change.verdict()) {
    case Change::VERDICT_BETTER:
      return Mark("better", "better");
    case Change::VERDICT_WORSE:
      return Mark("worse", "worse");
    case Change::VERDICT_DIFFERENT:
      return Mark("different", "different");
    case Change::VERDICT_NOISE:
      return Mark("noise", "noise");
    default:
      return Mark("untold", "not told");
  }
}

std::string TitleOf(const v1::EventLog& log) {
  return log.title().empty() ? log.name().substr(log.name().rfind('/') + 1) : log.title();
}

std::string Head(const v1::Report& report, const std::vector<std::string>& about,
                 const absl::TimeZone& zone) {
  const v1::Review& review = report.review();
  const std::string title = Escaped(absl::StrCat("Report: ", TitleOf(report.event_log())));
  std::string html = absl::StrCat(
      "<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
      "<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'unsafe-inline'\"/>\n<title>",
      title, "</title>\n<style>", kStyle, "</style>\n</head>\n<body>\n<main>\n<h1>", title,
      "</h1>\n");
  if (review.has_end_time()) {
    html += Paragraph(
        absl::StrCat(DateText(review.start_time(), zone), " to ", DateText(review.end_time(), zone),
                     " (", zone.name(), "), ",
                     review.has_previous_start_time()
                         ? absl::StrCat("compared with the period from ",
                                        DateText(review.previous_start_time(), zone), " on")
                         : "with nothing before it to compare with",
                     ". ", CountText(review.ended_case_count()), " cases ended, ",
                     CountText(review.open_case_count()), " were open at its end."),
        "sub");
  }
  for (const std::string& sentence : about) html += Paragraph(sentence, "sub");
  for (const std::string& sentence : review.summary()) html += Paragraph(sentence, "lead");
  return html;
}

std::string Objectives(const v1::Review& review) {
  std::string html = "<h2>Objectives</h2>\n";
  if (!review.objectives_problem().empty()) return html + Paragraph(review.objectives_problem());
  if (review.objectives().empty())
    return html + Paragraph("None is set for this log (plumbline objective create).");
  html += BudgetBars(review);
  html += "<table>\n";
  for (const v1::ReviewObjective& one : review.objectives())
    html += Row(MarkOf(one), one.sentence());
  html += "</table>\n";
  if (review.omitted_objective_count() > 0)
    html +=
        Paragraph(absl::StrCat(review.omitted_objective_count(), " more are not shown."), "sub");
  return html;
}

// What cannot be told, by why: what holds of several is said once.
std::vector<std::pair<std::string, std::vector<std::string>>> ProblemsOf(const v1::Review& review) {
  std::vector<std::pair<std::string, std::vector<std::string>>> problems;
  for (const Change& change : review.changes()) {
    if (change.problem().empty()) continue;
    const auto same = std::find_if(problems.begin(), problems.end(),
                                   [&](const auto& one) { return one.first == change.problem(); });
    if (same == problems.end()) {
      problems.push_back({change.problem(), {change.title()}});
    } else {
      same->second.push_back(change.title());
    }
  }
  return problems;
}

std::string Changes(const v1::Review& review, const ChartOptions& options) {
  std::string html = "<h2>What changed</h2>\n";
  if (review.changes().empty()) return html + Paragraph("Nothing can be compared.");
  for (const Change& change : review.changes()) {
    if (change.measure() == Change::MEASURE_LEAD_TIME) html += ControlChart(change, options);
  }
  html += "<table>\n";
  for (const Change& change : review.changes()) {
    if (change.problem().empty()) html += Row(MarkOf(change), change.sentence());
  }
  for (const auto& [problem, titles] : ProblemsOf(review)) {
    // What is not JSON is for people: what they may type.
    const std::string typed = absl::StrReplaceAll(
        problem,
        {{"`selection.completion`", "--completion"}, {"`review.period` week", "--by week"}});
    std::string text = absl::StrCat(absl::StrJoin(titles, ", "), ": cannot be told: ", typed, ".");
    text[0] = absl::ascii_toupper(static_cast<unsigned char>(text[0]));
    html += Row(Mark("untold", "not told"), text);
  }
  return html + "</table>\n";
}

std::string GainText(const v1::ReviewGain& gain, absl::string_view unit) {
  return absl::StrCat(CountText(std::llround(gain.value())), " ", unit, " (",
                      CountText(std::llround(gain.lower())), " to ",
                      CountText(std::llround(gain.upper())), ")");
}

std::string FixOf(const v1::ReviewFix& fix, bool business) {
  std::string html =
      absl::StrCat("<div class=\"fix\">\n<h3>", fix.rank(), ". ", Escaped(fix.title()), "</h3>\n");
  const std::string hours = business ? "open hours" : "hours";
  std::string gain = absl::StrCat("Would have saved ",
                                  GainText(fix.hours(), absl::StrCat(hours, " of lead time")));
  if (fix.has_cases_in_time() && fix.cases_in_time().value() > 0)
    absl::StrAppend(&gain, ", ",
                    GainText(fix.cases_in_time(), std::llround(fix.cases_in_time().value()) == 1
                                                      ? "more case in time"
                                                      : "more cases in time"));
  if (fix.work_hours().value() >= 0.5)
    absl::StrAppend(&gain, ", ", GainText(fix.work_hours(), absl::StrCat(hours, " of work")));
  html += absl::StrCat("<p><strong>", Escaped(gain), ".</strong></p>\n<ul>\n");
  for (const std::string& sentence : fix.evidence())
    absl::StrAppend(&html, "<li>", Escaped(sentence), "</li>\n");
  absl::StrAppend(&html, "</ul>\n<p>See it:</p><code>", Escaped(fix.show_command()),
                  "</code>\n<p>What would prove it: ", Escaped(fix.proof().sentence()), "</p>\n");
  if (!fix.proof().command().empty())
    absl::StrAppend(&html, "<p>Begin (add --owner, who leads it):</p><code>",
                    Escaped(fix.proof().command()), "</code>\n");
  return html + "</div>\n";
}

std::string Fixes(const v1::Review& review) {
  std::string html = "<h2>Fix first</h2>\n";
  if (review.fixes().empty()) {
    // Why there is none.
    const bool told = review.has_end_time() && !review.summary().empty();
    return html + Paragraph(told ? *review.summary().rbegin() : "There is nothing to look at.");
  }
  html += GainBars(review);
  for (const v1::ReviewFix& fix : review.fixes()) html += FixOf(fix, review.in_business_time());
  return html;
}

std::string Foot(const v1::Review& review, double working_day) {
  std::string html = "</main>\n<footer>\n";
  for (const std::string& note : review.notes())
    html += Paragraph(absl::StrCat("Note: ", note, "."));
  html += Paragraph(absl::StrCat(
      "Intervals hold with ", absl::StrFormat("%.0f", 100 * review.confidence()),
      " %. A signal is a difference from the period before that is more than chance between cases "
      "and "
      "more than the measure moves by itself, with all measures in mind (a share of false signals "
      "of "
      "5 %). Gains are what the cases that ended would have saved on their critical paths, each "
      "fix "
      "beyond those before it; ",
      review.in_business_time() ? "hours are open hours of the calendar"
                                : "hours are of the wall clock",
      working_day > 0 ? absl::StrCat(", of which a working day (wd) has ",
                                     base::NumberText(working_day / 3'600, 1))
                      : "",
      "."));
  return html + "</footer>\n</body>\n</html>\n";
}

}  // namespace

std::string PageOf(const v1::Report& report, const PageOptions& options) {
  const v1::Review& review = report.review();
  const double working_day = review.in_business_time() ? options.working_day : 0;
  return absl::StrCat(Head(report, options.about, options.zone), Objectives(review),
                      Changes(review, {options.zone, working_day}), Fixes(review),
                      Foot(review, working_day));
}

}  // namespace plumbline::analytics
