// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/report_view.h"

#include <ostream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"

namespace plumbline::cli {
namespace {

using analytics::v1::DurationStatistics;

void Heading(std::ostream& out, const std::string& text) {
  out << '\n' << text << '\n' << std::string(DisplayWidth(text), '-') << '\n';
}

// "UTILITY_DOWN / e-signature" -> "utility down / e-signature".
std::string CauseWords(std::string cause) {
  for (size_t i = 0; i < cause.size() && cause[i] != '/'; ++i) {
    cause[i] = cause[i] == '_' ? ' ' : absl::ascii_tolower(static_cast<unsigned char>(cause[i]));
  }
  return cause;
}

// "1 case", "2 cases".
std::string Number(int64_t n, absl::string_view one, absl::string_view many) {
  return absl::StrCat(Count(n), " ", n == 1 ? one : many);
}

std::string MedianOf(const DurationStatistics& s) { return s.count() == 0 ? "" : Span(s.median()); }
std::string P95Of(const DurationStatistics& s) { return s.count() == 0 ? "" : Span(s.p95()); }
std::string TotalOf(const DurationStatistics& s) {
  return s.count() == 0 ? "" : Span(s.total_seconds());
}

// "a > b > b > c" with repeats folded: "a > b (2x) > c".
std::string Sequence(const google::protobuf::RepeatedPtrField<std::string>& activities) {
  std::vector<std::string> parts;
  for (int i = 0; i < activities.size();) {
    int run = 1;
    while (i + run < activities.size() && activities[i + run] == activities[i]) ++run;
    parts.push_back(run == 1 ? activities[i] : absl::StrCat(activities[i], " (", run, "x)"));
    i += run;
  }
  return absl::StrJoin(parts, " > ");
}

void PrintTarget(const analytics::v1::TargetAttainment& target, std::ostream& out) {
  out << "Inside the target: " << Percent(target.share()) << " (" << Count(target.inside_count())
      << " of " << Count(target.inside_count() + target.outside_count()) << " cases";
  if (target.undecided_count() > 0)
    out << "; " << Count(target.undecided_count()) << " still open before their target";
  out << ")\n";
}

// Whether the map shows a longer wait than the worst, so that a reader would wonder.
bool MapHoldsMore(const analytics::v1::Report& report) {
  for (const auto& edge : report.process_map().edges()) {
    if (edge.wait().total_seconds() > report.bottleneck().wait().total_seconds()) return true;
  }
  return false;
}

void PrintFindings(const analytics::v1::Report& report, std::ostream& out) {
  Heading(out, "Fix first");
  if (report.findings().empty()) out << "Nothing stands out.\n";
  for (const auto& finding : report.findings()) {
    out << finding.rank() << ". " << finding.headline() << '\n';
    for (const std::string& evidence : finding.evidence()) out << "   - " << evidence << '\n';
  }
}

}  // namespace

std::string Summary(const DurationStatistics& s) {
  if (s.count() == 0) return "no figures";
  return absl::StrCat("median ", Span(s.median()), ", 95th percentile ", Span(s.p95()), ", mean ",
                      Span(s.mean()), ", from ", Span(s.min()), " to ", Span(s.max()));
}

std::string CaseSummary(const DurationStatistics& durations, int64_t open_cases) {
  if (open_cases == 0) return Summary(durations);
  return absl::StrCat(Summary(durations), "; ", Number(open_cases, "case", "cases"), " still open");
}

void PrintMap(const analytics::v1::ProcessMap& map, std::ostream& out) {
  Table activities({"ACTIVITY", ">COUNT", ">CASES", ">BEGINS", ">ENDS"}, 44);
  for (const auto& a : map.activities()) {
    activities.Add({a.activity(), Count(a.count()), Count(a.case_count()),
                    a.start_count() == 0 ? "" : Count(a.start_count()),
                    a.end_count() == 0 ? "" : Count(a.end_count())});
  }
  activities.Print(out);
  out << '\n';
  Table edges({"FROM", "TO", ">COUNT", ">CASES", ">WAIT MEDIAN", ">95TH PCT", ">TOTAL"}, 36);
  for (const auto& e : map.edges()) {
    edges.Add({e.from(), e.to(), Count(e.count()), Count(e.case_count()), MedianOf(e.wait()),
               P95Of(e.wait()), TotalOf(e.wait())});
  }
  edges.Print(out);
  if (map.omitted_edges() > 0) {
    out << "and " << Count(map.omitted_edges()) << " rarer edges with "
        << Count(map.omitted_count()) << " occurrences\n";
  }
}

void PrintVariants(const google::protobuf::RepeatedPtrField<analytics::v1::Variant>& variants,
                   int64_t total, std::ostream& out) {
  Table table({">CASES", ">SHARE", ">MEDIAN", ">STEPS", "SEQUENCE"}, 110);
  int64_t shown = 0;
  double share = 0;
  for (const auto& v : variants) {
    table.Add({Count(v.count()), Percent(v.share()), MedianOf(v.duration()),
               absl::StrCat(v.activities_size()), Sequence(v.activities())});
    shown += 1;
    share += v.share();
  }
  table.Print(out);
  if (shown < total) {
    out << Count(shown) << " of " << Count(total) << " variants, " << Percent(share)
        << " of the cases\n";
  }
}

void PrintSteps(const google::protobuf::RepeatedPtrField<analytics::v1::StepTime>& steps,
                std::ostream& out) {
  bool blocked = false, due = false, working = false;
  for (const auto& s : steps) {
    blocked |= s.blocked().count() > 0;
    due |= s.due_count() > 0;
    working |= s.working().count() > 0;
  }
  std::vector<std::string> headers = {"STEP", ">COUNT", ">WAITING MEDIAN", ">TOTAL"};
  if (working) headers.insert(headers.end(), {">WORKING MEDIAN", ">TOTAL"});
  if (blocked) headers.insert(headers.end(), {">BLOCKED", ">TOTAL"});
  if (due) headers.push_back(">LATE");
  headers.push_back(">REPEATED IN");
  Table table(headers, 36);
  for (const auto& s : steps) {
    std::vector<std::string> row = {s.activity(), Count(s.count()), MedianOf(s.waiting()),
                                    TotalOf(s.waiting())};
    if (working) row.insert(row.end(), {MedianOf(s.working()), TotalOf(s.working())});
    if (blocked) {
      row.insert(row.end(),
                 {s.blocked().count() == 0 ? "" : absl::StrCat(Count(s.blocked().count()), "x"),
                  TotalOf(s.blocked())});
    }
    if (due)
      row.push_back(s.due_count() == 0 ? ""
                                       : Percent(static_cast<double>(s.late_count()) /
                                                 static_cast<double>(s.due_count())));
    row.push_back(
        s.rework_case_count() == 0 ? "" : absl::StrCat(Count(s.rework_case_count()), " cases"));
    table.Add(row);
  }
  table.Print(out);
}

void PrintPareto(const google::protobuf::RepeatedPtrField<analytics::v1::ParetoBar>& bars,
                 std::ostream& out) {
  if (bars.empty()) {
    out << "No impediments were recorded.\n";
    return;
  }
  Table table({"CAUSE", ">DAYS LOST", ">SHARE", ">RUNNING", ">TIMES", ">CASES", "WORST STEP"}, 40);
  for (const auto& b : bars) {
    table.Add({CauseWords(b.cause()), Span(b.lost_seconds()), Percent(b.share()),
               Percent(b.cumulative_share()), Count(b.count()), Count(b.case_count()),
               b.worst_activity()});
  }
  table.Print(out);
}

void PrintReport(const analytics::v1::Report& report, std::ostream& out) {
  const auto& log = report.event_log();
  const std::string title = absl::StrCat(
      "Report: ", log.title().empty() ? log.name().substr(log.name().rfind('/') + 1) : log.title());
  out << title << '\n' << std::string(DisplayWidth(title), '=') << '\n';
  out << Number(log.event_count(), "event", "events") << " of "
      << Number(log.case_count(), "case", "cases") << ", " << When(log.first_time()) << " to "
      << When(log.last_time()) << " UTC. Times are wall-clock time; d = calendar days.\n";
  out << "Case duration: " << CaseSummary(report.case_duration(), report.open_case_count()) << '\n';
  if (report.has_target()) PrintTarget(report.target(), out);
  PrintFindings(report, out);
  if (report.has_bottleneck()) {
    const auto& b = report.bottleneck();
    Heading(out, "Worst bottleneck");
    out << (b.from().empty() ? "Before " : absl::StrCat(b.from(), " -> ")) << b.to() << ": "
        << Span(b.wait().total_seconds()) << " of waiting in all ("
        << Percent(report.bottleneck_share()) << " of all waiting), "
        << Number(b.count(), "time", "times") << ", median " << Span(b.wait().median()) << ", 95th percentile " << Span(b.wait().p95()) << '\n';
    if (MapHoldsMore(report)) {
      out << "Time in which a step was worked on, blocked or not yet to begin by plan is no waiting "
             "here; the process map below holds it.\n";
    }
  }
  Heading(out, "Impediments by days lost (Pareto)");
  PrintPareto(report.impediments(), out);
  Heading(out, "Time per step");
  PrintSteps(report.steps(), out);
  Heading(out, "Process map");
  PrintMap(report.process_map(), out);
  Heading(out, "Variants");
  PrintVariants(report.variants(), report.variant_count(), out);
}

}  // namespace plumbline::cli
