// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/report_view.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"

namespace plumbline::cli {
namespace {

using analytics::v1::DurationStatistics;

// A name of a step says nothing when it is cut shorter than this.
constexpr size_t kLeastName = 22;
// Steps that two variants must share from the beginning on to be told together.
constexpr size_t kLeastShared = 3;
// Notes of edges; explained below their table.
constexpr char kOverlap[] = "overlap", kPlanned[] = "planned";
// Variants that are shown where no two cases are alike.
constexpr int kFewVariants = 3;

std::string ShortSpan(double seconds, const SpanWords& span = {}) {
  return seconds > 0 && seconds < 1 ? "<1 s" : span(seconds);
}
std::string MedianOf(const DurationStatistics& s, const SpanWords& span = {}) {
  return s.count() == 0 ? "" : ShortSpan(Seconds(s.median()), span);
}
std::string P95Of(const DurationStatistics& s, const SpanWords& span = {}) {
  return s.count() == 0 ? "" : ShortSpan(Seconds(s.p95()), span);
}
std::string TotalOf(const DurationStatistics& s, const SpanWords& span = {}) {
  return s.count() == 0 ? "" : ShortSpan(s.total_seconds(), span);
}

// "" for none.
std::string Some(int64_t n) { return n == 0 ? "" : Count(n); }

void Note(const Paper& paper, absl::string_view text) {
  paper.out << Wrap(text, paper.width, 0) << '\n';
}

// "and 12 more steps with 3.4 % of all time".
void PrintOmitted(const analytics::v1::Omitted& omitted, absl::string_view one,
                  absl::string_view many, absl::string_view whole, const Paper& paper) {
  if (omitted.count() == 0) return;
  paper.out << "and "
            << Number(omitted.count(), absl::StrCat("more ", one), absl::StrCat("more ", many))
            << " with " << Percent(omitted.share()) << " " << whole << '\n';
}

// Repeats folded: {"a", "b (2x)", "c"}.
std::vector<std::string> Folded(const google::protobuf::RepeatedPtrField<std::string>& activities) {
  std::vector<std::string> parts;
  for (int i = 0; i < activities.size();) {
    int run = 1;
    while (i + run < activities.size() && activities[i + run] == activities[i]) ++run;
    parts.push_back(run == 1 ? activities[i] : absl::StrCat(activities[i], " (", run, "x)"));
    i += run;
  }
  return parts;
}

// The sequence, or where it leaves `first`, the sequence of the first variant.
std::string Told(const std::vector<std::string>& parts, const std::vector<std::string>& first) {
  const size_t most = std::min(parts.size(), first.size());
  size_t shared = 0;
  while (shared < most && parts[shared] == first[shared]) ++shared;
  if (shared < kLeastShared) return absl::StrJoin(parts, " > ");
  if (shared == parts.size()) return absl::StrCat("as 1, but ends with ", parts.back());
  return absl::StrCat(
      "as 1 up to ", parts[shared - 1], ", then ",
      absl::StrJoin(parts.begin() + static_cast<ptrdiff_t>(shared), parts.end(), " > "));
}

void PrintEach(const VariantList& variants, int64_t total, bool brief, const Paper& paper) {
  std::vector<std::string> first;
  double share = 0;
  int rank = 0;
  for (const auto& v : variants) {
    std::vector<std::string> parts = Folded(v.activities());
    const int64_t more = v.activity_count() - v.activities_size();
    if (more > 0) parts.push_back(absl::StrCat("(", Count(more), " more)"));
    paper.out << ++rank << ". " << Number(v.count(), "case", "cases") << " (" << Percent(v.share())
              << ")";
    if (v.open_case_count() > 0) paper.out << ", " << Count(v.open_case_count()) << " still open";
    if (v.duration().count() > 0) paper.out << ", median " << MedianOf(v.duration());
    paper.out << ", " << Number(v.activities_size() + std::max<int64_t>(more, 0), "step", "steps")
              << '\n';
    paper.out << Wrap(absl::StrCat("   ", Printable(Told(parts, first))), paper.width, 3) << '\n';
    if (brief && rank == 1) first = parts;
    share += v.share();
  }
  if (rank < total) {
    paper.out << Count(rank) << " of " << Count(total) << " variants, " << Percent(share)
              << " of the cases\n";
  }
}

// "Sign the contract (200), Order the laptop (3)": the most frequent ones.
std::string Frequent(std::vector<std::pair<int64_t, std::string>> counted) {
  constexpr size_t kMost = 4;
  std::stable_sort(counted.begin(), counted.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::string> texts;
  for (size_t i = 0; i < std::min(kMost, counted.size()); ++i)
    texts.push_back(absl::StrCat(counted[i].second, " (", Count(counted[i].first), ")"));
  if (counted.size() > kMost) texts.push_back(absl::StrCat(counted.size() - kMost, " others"));
  return absl::StrJoin(texts, ", ");
}

void PrintEdges(const analytics::v1::ProcessMap& map, const std::set<std::string>& planned,
                const Paper& paper) {
  if (map.edges().empty() && map.omitted_edges() == 0)
    return Note(paper, "In no case one step follows another.");
  const SpanWords span(paper);
  Table edges(
      {"~FROM", "~TO", ">TIMES", "?>CASES", ">MEDIAN WAIT", "?NOTE", "?>95 % WITHIN", "?>TOTAL"},
      36, kLeastName);
  edges.BreakLines();
  bool any_overlap = false, any_planned = false;
  for (const auto& e : map.edges()) {
    const bool overlap = Seconds(e.wait().median()) < 0 || e.wait().total_seconds() < 0;
    const bool by_plan = !overlap && planned.contains(e.to());
    edges.Add({e.from(), e.to(), Count(e.count()), Count(e.case_count()), MedianOf(e.wait(), span),
               overlap   ? kOverlap
               : by_plan ? kPlanned
                         : "",
               P95Of(e.wait(), span), TotalOf(e.wait(), span)});
    any_overlap |= overlap;
    any_planned |= by_plan;
  }
  edges.Print(paper);
  if (any_overlap) {
    Note(paper, absl::StrCat(kOverlap,
                             ": the second step mostly begins before the first one ends, by the "
                             "time with the minus sign; nobody waits there."));
  }
  if (any_planned) {
    Note(paper, absl::StrCat(kPlanned,
                             ": by plan the second step is not to begin before its day; what "
                             "passes until then is in these figures, but is no delay."));
  }
  if (map.omitted_edges() > 0) {
    paper.out << "and " << Number(map.omitted_edges(), "rarer edge", "rarer edges") << " with "
              << Number(map.omitted_count(), "occurrence", "occurrences") << ", "
              << Percent(map.omitted_share()) << " of all\n";
  }
}

}  // namespace

std::string CauseWords(std::string cause) {
  for (size_t i = 0; i < cause.size() && cause[i] != '/'; ++i) {
    cause[i] = cause[i] == '_' ? ' ' : absl::ascii_tolower(static_cast<unsigned char>(cause[i]));
  }
  return cause;
}

void PrintMap(const analytics::v1::ProcessMap& map, const Paper& paper) {
  if (map.activities().empty()) return Note(paper, "No event makes up the map.");
  const SpanWords span(paper);
  Table activities(
      {"~ACTIVITY", ">TIMES", ">CASES", "?>BEGINS", "?>ENDS", "?>REPEATED", "?>MEDIAN WORK"}, 44,
      kLeastName);
  activities.BreakLines();
  for (const auto& a : map.activities()) {
    activities.Add({a.activity(), Count(a.count()), Count(a.case_count()), Some(a.start_count()),
                    Some(a.end_count()), Some(a.rework_case_count()), MedianOf(a.service(), span)});
  }
  activities.Print(paper);
  PrintOmitted(map.omitted_activities(), "activity", "activities", "of the events", paper);
  paper.out << '\n';
  PrintEdges(map, {}, paper);
}

void PrintMapInBrief(const analytics::v1::ProcessMap& map, const std::set<std::string>& planned,
                     const Paper& paper) {
  std::vector<std::pair<int64_t, std::string>> begins, ends;
  for (const auto& a : map.activities()) {
    if (a.start_count() > 0) begins.emplace_back(a.start_count(), a.activity());
    if (a.end_count() > 0) ends.emplace_back(a.end_count(), a.activity());
  }
  // The events of a log may all be of transitions that do not count.
  if (map.activities().empty()) return Note(paper, "No event makes up the map.");
  // Steps that only the whole map has may be the ones that cases begin or end with.
  if (!begins.empty() && !ends.empty()) {
    Note(paper, Printable(absl::StrCat("Cases begin with ", Frequent(begins), " and end with ",
                                       Frequent(ends), ".")));
  }
  PrintEdges(map, planned, paper);
}

void PrintVariants(const VariantList& variants, int64_t total, const Paper& paper) {
  if (total == 0) paper.out << "No variants: there is no case.\n";
  PrintEach(variants, total, false, paper);
}

void PrintVariantsInBrief(const VariantList& variants, int64_t total, int64_t cases,
                          const Paper& paper) {
  if (cases > 1 && total == cases) {
    Note(paper, absl::StrCat("No two of the ", Count(cases),
                             " cases went the same way: their steps came in an order of their own, "
                             "as they do where steps run in parallel. The first of them:"));
    const VariantList few(variants.begin(),
                          variants.begin() + std::min(kFewVariants, variants.size()));
    return PrintEach(few, total, true, paper);
  }
  PrintEach(variants, total, true, paper);
}

void PrintSteps(const google::protobuf::RepeatedPtrField<analytics::v1::StepTime>& steps,
                const analytics::v1::Omitted& omitted, const Paper& paper) {
  if (steps.empty() && omitted.count() == 0)
    return Note(paper, "No step was completed, so that none has a time.");
  const SpanWords span(paper);
  Note(paper,
       "Sums over all cases and repeats, then the medians of one time. LATE: done after its due "
       "time.");
  Table table({"~STEP", ">TIMES", ">WAITING", "?>WORKING", "?>BLOCKED", "?>LATE", "?>MEDIAN WAIT",
               "?>MEDIAN WORK", "?>REPEATED IN"},
              36, kLeastName);
  table.BreakLines();
  for (const auto& s : steps) {
    const double late = s.due_count() == 0 ? 0
                                           : static_cast<double>(s.late_count()) /
                                                 static_cast<double>(s.due_count());
    table.Add({s.activity(), Count(s.count()), TotalOf(s.waiting(), span),
               TotalOf(s.working(), span), TotalOf(s.blocked(), span),
               s.due_count() == 0 ? "" : Percent(late), MedianOf(s.waiting(), span),
               MedianOf(s.working(), span),
               s.rework_case_count() == 0 ? "" : Number(s.rework_case_count(), "case", "cases")});
  }
  table.Print(paper);
  PrintOmitted(omitted, "step", "steps", "of all time", paper);
}

void PrintPareto(const google::protobuf::RepeatedPtrField<analytics::v1::ParetoBar>& bars,
                 const analytics::v1::Omitted& omitted, const Paper& paper) {
  if (bars.empty()) {
    paper.out << "No impediments were recorded.\n";
    return;
  }
  Table table({"~CAUSE", ">TIME LOST", ">SHARE", "?>CUMULATIVE", ">TIMES", "?>CASES", "?~MOST AT"},
              40, kLeastName);
  table.BreakLines();
  for (const auto& b : bars) {
    table.Add({b.cause_text().empty() ? CauseWords(b.cause()) : b.cause_text(),
               ShortSpan(b.lost_seconds()), Percent(b.share()), Percent(b.cumulative_share()),
               Count(b.count()), Count(b.case_count()), b.worst_activity()});
  }
  table.Print(paper);
  PrintOmitted(omitted, "cause", "causes", "of all time lost", paper);
}

}  // namespace plumbline::cli
