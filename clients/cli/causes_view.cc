// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "clients/cli/errors.h"
#include "clients/cli/improvement_analysis.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

constexpr int kAttributesShown = 10, kSkippedShown = 8;

// "0.012", "< 0.001".
std::string P(double p) { return p < 0.001 ? "< 0.001" : absl::StrFormat("%.3f", p); }

// "16 (9 to 22)".
std::string WithInterval(const pb::IntervalEstimate& estimate, double factor, int digits) {
  const auto text = [&](double value) {
    const double scaled = value * factor;
    if (std::abs(scaled) >= 1000) return Count(static_cast<int64_t>(std::llround(scaled)));
    // Not "-0".
    const double unit = std::pow(10, digits);
    return absl::StrFormat("%.*f", digits, std::round(scaled * unit) / unit + 0.0);
  };
  return absl::StrCat(
      text(estimate.value()), " (", text(estimate.lower()),
      estimate.has_upper() ? absl::StrCat(" to ", text(estimate.upper())) : " or more", ")");
}

std::string CheckWords(const pb::CauseCheck& check) {
  const std::string by = Printable(check.by());
  switch (check.verdict()) {
    case pb::CauseCheck::VERDICT_HOLDS:
      return absl::StrCat("holds within ", by);
    case pb::CauseCheck::VERDICT_WEAKER:
      return absl::StrCat("weaker within ", by);
    case pb::CauseCheck::VERDICT_EXPLAINED:
      return absl::StrCat("explained by ", by);
    case pb::CauseCheck::VERDICT_INSEPARABLE:
      return absl::StrCat("comes with ", by);
    default:
      return "";
  }
}

// Else it happened in the case, and may be how a cause works.
bool IsFromTheBegin(const pb::CauseGroup& group) {
  return group.kind() == pb::CAUSE_KIND_ATTRIBUTE ||
         group.kind() == pb::CAUSE_KIND_FIRST_RESOURCE ||
         group.kind() == pb::CAUSE_KIND_START_MONTH;
}

// The first that is so from the begin and that nothing explains; else the first of all.
const pb::CauseGroup& FirstOf(const pb::AnalyzeRootCausesResponse& found) {
  for (const pb::CauseGroup& group : found.causes()) {
    const pb::CauseCheck::Verdict verdict = group.check().verdict();
    if (group.significant() && IsFromTheBegin(group) &&
        verdict != pb::CauseCheck::VERDICT_EXPLAINED &&
        verdict != pb::CauseCheck::VERDICT_INSEPARABLE)
      return group;
  }
  return found.causes(0);
}

using Groups = google::protobuf::RepeatedPtrField<pb::CauseGroup>;

// Of groups that do better, what they save.
pb::IntervalEstimate Turned(const pb::IntervalEstimate& estimate) {
  pb::IntervalEstimate turned;
  turned.set_value(-estimate.value());
  turned.set_lower(-estimate.upper());
  turned.set_upper(-estimate.lower());
  return turned;
}

// Which groups are told, and how.
struct Told {
  bool significant = true, from_begin = true, worse = true;
  const char* title = "";

  bool Has(const pb::CauseGroup& group) const {
    return group.significant() == significant && IsFromTheBegin(group) == from_begin;
  }
  std::string Words(const pb::IntervalEstimate& estimate) const {
    return WithInterval(worse ? estimate : Turned(estimate), 1, 0);
  }
};

void PrintRisks(const Groups& groups, const Told& told, const Paper& paper) {
  Table table({"~" + std::string(told.title), ">cases", ">with it", ">the rest",
               told.worse ? ">cases too many" : ">cases fewer", ">p, corrected"});
  table.BreakLines();
  for (const pb::CauseGroup& group : groups) {
    if (!told.Has(group)) continue;
    table.Add({Printable(group.label()), Count(group.case_count()), Percent(group.risk().value()),
               Percent(group.other_risk().value()), told.Words(group.excess_cases()),
               P(group.adjusted_p_value())});
  }
  if (table.empty()) return;
  paper.out << "\n";
  table.Print(paper, 0);
}

// Whether the hours of the cases that ended go the way that the group does: slow cases that are
// still open are in no hours.
bool HoursAgree(const pb::CauseGroup& group, const Told& told) {
  return group.excess_hours().value() == 0 || (group.excess_hours().value() > 0) == told.worse;
}

// What the same groups cost, and whether another attribute is behind them; where that is known.
void PrintCosts(const Groups& groups, const Told& told, const Paper& paper) {
  Table table({"~" + std::string(told.title), told.worse ? "?>hours too many" : "?>hours fewer",
               "?~held against others"});
  table.BreakLines();
  bool against = false;
  for (const pb::CauseGroup& group : groups) {
    if (!told.Has(group)) continue;
    const bool agree = HoursAgree(group, told);
    against |= !agree;
    const std::string hours =
        group.has_excess_hours() && agree ? told.Words(group.excess_hours()) : "";
    const std::string check = CheckWords(group.check());
    if (!hours.empty() || !check.empty()) table.Add({Printable(group.label()), hours, check});
  }
  if (!table.empty()) {
    paper.out << "\n";
    table.Print(paper, 0);
  }
  if (!against) return;
  paper.out << Wrap(absl::StrCat(
                        "Hours are those of cases that ended. They are left out where these "
                        "took ",
                        told.worse ? "less" : "more", " time on average than the rest, though ",
                        told.worse ? "more" : "fewer",
                        " of all are slow: slow ones that are open are not in them."),
                    paper.width, 0)
            << "\n";
}

void PrintGroups(const Groups& groups, const Told& told, const Paper& paper) {
  PrintRisks(groups, told, paper);
  PrintCosts(groups, told, paper);
}

// "3 d longer (1 d to 5 d)", "2 h shorter (5 h shorter to 1 h longer)".
std::string ShiftWords(const pb::IntervalEstimate& shift, const SpanWords& span) {
  const auto words = [&](double seconds) {
    return absl::StrCat(span(std::abs(seconds)), seconds < 0 ? " shorter" : " longer");
  };
  const double low = shift.lower(), high = shift.upper();
  const bool mixed = (low < 0) != (high < 0) || (low < 0) != (shift.value() < 0);
  return absl::StrCat(words(shift.value()), " (",
                      mixed     ? absl::StrCat(words(low), " to ", words(high))
                      : low < 0 ? span.Range(-high, -low)
                                : span.Range(low, high),
                      ")");
}

// What the first cause says, in words, and how to see its cases.
void PrintFirst(const pb::CauseGroup& first, const Paper& paper) {
  const SpanWords span(paper);
  std::string words = absl::StrCat(
      "First: ", Printable(first.label()), ". ", Count(first.outcome_count()), " of its ",
      Number(first.case_count(), "case", "cases"), " against ", Count(first.other_outcome_count()),
      " of ", Count(first.other_case_count()), " others");
  absl::StrAppend(
      &words, first.other_outcome_count() == 0
                  ? "."
                  : absl::StrCat(": ", WithInterval(first.risk_ratio(), 1, 2), " times as often."));
  if (first.has_durations()) {
    const pb::CauseDurations& durations = first.durations();
    absl::StrAppend(&words, " Of those that ended half take ", span(durations.median_seconds()),
                    " or less, of others ", span(durations.other_median_seconds()),
                    "; a typical one takes ", ShiftWords(durations.shift_seconds(), span), ".");
  }
  if (first.has_check() && first.check().has_risk_difference()) {
    absl::StrAppend(&words, " Among cases with the same ", Printable(first.check().by()),
                    " the difference is ", WithInterval(first.check().risk_difference(), 100, 1),
                    " points, instead of ",
                    absl::StrFormat("%.1f", first.risk_difference().value() * 100), ".");
  }
  if (!first.same_cases_as().empty()) {
    absl::StrAppend(&words, " The very same cases: ", Printable(first.same_cases_as(0)),
                    first.same_cases_as_size() > 1 ? " and others" : "", ".");
  }
  paper.out << "\n" << Wrap(words, paper.width, 2) << "\n";
  if (!first.cases().filter().empty())
    PrintLine(absl::StrCat("Its cases: --filter '", Printable(first.cases().filter()), "'"), paper);
  if (!first.cases().event_filter().empty())
    PrintLine(
        absl::StrCat("Its cases: --event-filter '", Printable(first.cases().event_filter()), "'"),
        paper);
}

void PrintAttributes(const pb::AnalyzeRootCausesResponse& found, const Paper& paper) {
  Table table({"~attribute", ">groups", ">without a value", ">strength, Cramer's V",
               ">p, corrected", "?>rank correlation"});
  table.BreakLines();
  int shown = 0;
  for (const pb::CauseAttribute& attribute : found.attributes()) {
    if (!attribute.has_cramers_v() || shown == kAttributesShown) continue;
    if (attribute.kind() == pb::CAUSE_KIND_ACTIVITY) continue;  // they are groups above
    ++shown;
    table.Add({Printable(attribute.label()), Count(attribute.group_count()),
               Count(attribute.missing_case_count()), WithInterval(attribute.cramers_v(), 1, 2),
               P(attribute.adjusted_p_value()),
               attribute.has_rank_correlation()
                   ? absl::StrCat(attribute.rank_correlation() >= 0.005 ? "+" : "",
                                  Hundredths(attribute.rank_correlation()))
                   : ""});
  }
  if (table.empty()) return;
  paper.out << "\n";
  table.Print(paper, 0);
}

void PrintSkipped(const pb::AnalyzeRootCausesResponse& found, const Paper& paper) {
  if (found.skipped_attributes().empty()) return;
  std::vector<std::pair<std::string, std::vector<std::string>>> reasons;  // in order, and of what
  for (int i = 0; i < found.skipped_attributes_size() && i < kSkippedShown; ++i) {
    const pb::SkippedCauseAttribute& skipped = found.skipped_attributes(i);
    const auto same = std::find_if(reasons.begin(), reasons.end(),
                                   [&](const auto& one) { return one.first == skipped.reason(); });
    (same == reasons.end() ? reasons.emplace_back(skipped.reason(), std::vector<std::string>())
                           : *same)
        .second.push_back(Printable(skipped.label()));
  }
  std::string words = "Not looked at: ";
  for (const auto& [reason, labels] : reasons) {
    absl::StrAppend(&words, &labels == &reasons.front().second ? "" : "; ",
                    absl::StrJoin(labels, ", "), labels.size() > 1 ? " (each " : " (",
                    Printable(reason), ")");
  }
  const int more = found.skipped_attributes_size() - kSkippedShown;
  if (more > 0) absl::StrAppend(&words, "; and ", Count(more), " more");
  paper.out << "\n" << Wrap(words + ".", paper.width, 2) << "\n";
}

void PrintHead(const pb::RootCauseSummary& summary, const Paper& paper) {
  std::string words = absl::StrCat(
      Count(summary.outcome_count()), " of ", Number(summary.case_count(), "case", "cases"), " (",
      Percent(summary.risk().value()), ") ",
      summary.outcome_count() == 1 || summary.case_count() == 1 ? "is" : "are",
      " what is to be explained: the case ", Printable(summary.outcome()),
      // Elsewhere on the page times are in working days.
      paper.working_day > 0 && summary.threshold_seconds() >= paper.working_day
          ? absl::StrCat(" (", SpanWords(paper)(summary.threshold_seconds()), ")")
          : "",
      ".");
  if (summary.test_count() > 0) {
    absl::StrAppend(&words, " ", Number(summary.group_count(), "group", "groups"), ", ",
                    Number(summary.test_count(), "test", "tests"),
                    ", of which p-values are corrected.");
  }
  if (summary.open_case_count() > 0) {
    absl::StrAppend(&words, " ", Number(summary.open_case_count(), "case is", "cases are"),
                    " open");
    if (summary.open_slow_case_count() > 0)
      absl::StrAppend(&words, ", of which ", Count(summary.open_slow_case_count()),
                      " count, because they are slow already");
    words += ".";
  }
  paper.out << Wrap(words, paper.width, 0) << "\n";
}

}  // namespace

void PrintCauses(const pb::AnalyzeRootCausesResponse& found, const Paper& paper) {
  if (found.summary().case_count() > 0) PrintHead(found.summary(), paper);
  const auto significant =
      std::count_if(found.causes().begin(), found.causes().end(),
                    [](const pb::CauseGroup& group) { return group.significant(); });
  if (found.absent().empty()) {
    if (significant > 0) {
      PrintGroups(found.causes(), {.title = "so from the begin"}, paper);
      PrintGroups(found.causes(), {.from_begin = false, .title = "happened later"}, paper);
      PrintFirst(FirstOf(found), paper);
    } else {
      paper.out << "\nNothing goes with it more than chance would make.\n";
      PrintGroups(found.causes(),
                  {.significant = false, .title = "nearest, though chance would do"}, paper);
    }
    const int64_t rest = found.causes_size() - significant + found.omitted_cause_count();
    if (significant > 0 && rest > 0) {
      paper.out << Wrap(absl::StrCat(Number(rest, "more group does", "more groups do"),
                                     " worse than the rest, and ", rest == 1 ? "is" : "are",
                                     " not shown: the difference is no more than chance would "
                                     "make, or more are shown with a larger --causes."),
                        paper.width, 0)
                << "\n";
    }
    PrintGroups(found.better_groups(), {.worse = false, .title = "does better"}, paper);
    PrintAttributes(found, paper);
    PrintSkipped(found, paper);
  }
  PrintNotes(found.notes(), paper);
  PrintAbsent(found.absent(), paper);
}

}  // namespace plumbline::cli
