// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/report_view.h"

#include <ostream>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/units.h"

namespace plumbline::cli {
namespace {

using analytics::v1::DurationStatistics;

void Heading(const Paper& paper, const std::string& text) {
  paper.out << '\n' << text << '\n' << std::string(DisplayWidth(text), '-') << '\n';
}

// A paragraph of text that may hold names of others.
void Prose(const Paper& paper, absl::string_view text, size_t hanging = 0) {
  paper.out << Wrap(Printable(text), paper.width, hanging) << '\n';
}

void PrintTarget(const analytics::v1::TargetAttainment& target, const Paper& paper) {
  const std::string head =
      absl::StrCat("Inside the target",
                   target.target().empty() ? "" : absl::StrCat(" (", target.target(), ")"), ": ");
  if (target.inside_count() + target.outside_count() == 0) {
    return Prose(
        paper,
        absl::StrCat(head, "not known yet: no case with a target has ended, or passed its target",
                     target.undecided_count() == 0
                         ? ""
                         : absl::StrCat("; ", Count(target.undecided_count()),
                                        " still open before their target")));
  }
  std::string text =
      absl::StrCat(head, Percent(target.share()), " (", Count(target.inside_count()), " of ",
                   Number(target.inside_count() + target.outside_count(), "case", "cases"));
  if (target.undecided_count() > 0) {
    absl::StrAppend(&text, "; ", Count(target.undecided_count()),
                    " more still open before their target");
  }
  Prose(paper, absl::StrCat(text, ")"));
}

void PrintTitle(const analytics::v1::EventLog& log, const Paper& paper) {
  const std::string title = Printable(
      absl::StrCat("In detail: ", log.title().empty() ? log.name().substr(log.name().rfind('/') + 1)
                                                      : log.title()));
  paper.out << title << '\n' << std::string(DisplayWidth(title), '=') << '\n';
}

void PrintHead(const analytics::v1::Report& report, const Paper& paper) {
  const auto& log = report.event_log();
  Prose(paper, absl::StrCat(Number(log.event_count(), "event", "events"), " of ",
                            Number(log.case_count(), "case", "cases"), ", from ",
                            When(log.first_time()), " to ", When(log.last_time()), " UTC."));
  Prose(paper, absl::StrCat(report.review().in_business_time()
                                ? "Times here are calendar time, not open hours"
                                : "Times are calendar time",
                            ": nights and weekends count; d = 24 hours."));
  Prose(paper, absl::StrCat("Duration of a case, from its first event to its last: ",
                            CaseSummary(report.case_duration(), report.open_case_count())));
  if (report.has_target()) PrintTarget(report.target(), paper);
}

void PrintFindings(const analytics::v1::Report& report, const Paper& paper) {
  Heading(paper, "What stands out in the whole log");
  if (report.findings().empty()) paper.out << "Nothing stands out.\n";
  for (const auto& finding : report.findings()) {
    Prose(paper, absl::StrCat(finding.rank(), ". ", finding.headline()), 3);
    for (const std::string& evidence : finding.evidence())
      Prose(paper, absl::StrCat("   - ", evidence), 5);
  }
}

// The edge of the map between the same two steps, or null.
const analytics::v1::Edge* EdgeOfBottleneck(const analytics::v1::Report& report) {
  for (const auto& edge : report.process_map().edges()) {
    if (edge.from() == report.bottleneck().from() && edge.to() == report.bottleneck().to())
      return &edge;
  }
  return nullptr;
}

// The steps for which plans name a day before which they are not to begin.
std::set<std::string> PlannedSteps(const analytics::v1::Report& report) {
  std::set<std::string> planned;
  for (const auto& step : report.steps()) {
    if (step.planned_seconds() > 0) planned.insert(step.activity());
  }
  return planned;
}

// Whether the map shows a longer wait than the worst, so that a reader would wonder.
bool MapHoldsMore(const analytics::v1::Report& report) {
  for (const auto& edge : report.process_map().edges()) {
    if (edge.wait().total_seconds() > report.bottleneck().wait().total_seconds()) return true;
  }
  return false;
}

std::string PlaceOf(const analytics::v1::Edge& b) {
  if (b.from().empty()) return absl::StrCat("Before ", b.to());
  if (b.from() == b.to()) return absl::StrCat("Between repeats of ", b.to());
  return absl::StrCat("Between ", b.from(), " and ", b.to());
}

void PrintBottleneck(const analytics::v1::Report& report, const Paper& paper) {
  const auto& b = report.bottleneck();
  Heading(paper, "Worst bottleneck");
  Prose(paper, absl::StrCat(PlaceOf(b), ": cases waited there ", Number(b.count(), "time", "times"),
                            ", ", Span(b.wait().total_seconds()), " in all (",
                            Percent(report.bottleneck_share()), " of all waiting); median ",
                            Span(b.wait().median()), ", 95 % within ", Span(b.wait().p95()), "."));
  Prose(paper, "Counted is every wait, repeats included, of a step that was ready to begin.");
  const auto* edge = EdgeOfBottleneck(report);
  if (edge != nullptr &&
      (edge->count() != b.count() || edge->wait().total_seconds() != b.wait().total_seconds())) {
    Prose(paper, absl::StrCat("The process map below has the same two steps ",
                              Number(edge->count(), "time", "times"), " with ",
                              Span(edge->wait().total_seconds()),
                              ": it counts only where nothing else happened in the case between "
                              "them, and all time from the end of the one to the begin of the "
                              "other."));
  }
  if (MapHoldsMore(report)) {
    Prose(paper,
          "Time in which a step was worked on, was blocked, or was not to begin yet by plan is no "
          "waiting here; the process map below holds it.");
  }
}

}  // namespace

std::string Summary(const DurationStatistics& s, const SpanWords& span) {
  if (s.count() == 0) return "no figures";
  return absl::StrCat("median ", span(s.median()), ", 95 % within ", span(s.p95()), ", mean ",
                      span(s.mean()), ", shortest ", span(s.min()), ", longest ", span(s.max()));
}

std::string CaseSummary(const DurationStatistics& durations, int64_t open_cases,
                        const SpanWords& span) {
  if (open_cases == 0) return Summary(durations, span);
  return absl::StrCat(Summary(durations, span), "; ", Number(open_cases, "case", "cases"),
                      " still open");
}

void PrintReport(const analytics::v1::Report& report, const Paper& any_paper) {
  const Paper paper{.out = any_paper.out, .width = any_paper.width};  // of the wall clock
  PrintTitle(report.event_log(), paper);
  if (report.event_log().event_count() == 0) {
    paper.out << "No events yet.\n";
    return;
  }
  PrintHead(report, paper);
  PrintFindings(report, paper);
  if (report.has_bottleneck()) PrintBottleneck(report, paper);
  Heading(paper, "Impediments by time lost (Pareto)");
  PrintPareto(report.impediments(), report.omitted_impediments(), paper);
  Heading(paper, "Time per step");
  PrintSteps(report.steps(), report.omitted_steps(), paper);
  Heading(paper, "Process map: which step follows which");
  PrintMapInBrief(report.process_map(), PlannedSteps(report), paper);
  Heading(paper, "Variants: the ways that cases took");
  PrintVariantsInBrief(report.variants(), report.variant_count(), report.event_log().case_count(),
                       paper);
}

}  // namespace plumbline::cli
