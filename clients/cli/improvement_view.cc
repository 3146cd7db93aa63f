// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/improvement_view.h"

#include <algorithm>
#include <ostream>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "clients/cli/changes.h"
#include "clients/cli/list.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "common/base/error.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

using Improvement = pb::Improvement;

std::string Words(std::string name, absl::string_view prefix) {
  name = absl::AsciiStrToLower(absl::StripPrefix(name, prefix));
  return absl::StrReplaceAll(name, {{"_", " "}});
}

// A figure of a project in the unit of its measure.
std::string Figure(double value, const Improvement& improvement) {
  const pb::QualityMeasure& measure = improvement.measure();
  switch (measure.kind()) {
    case pb::QualityMeasure::KIND_CASE_DURATION:
    case pb::QualityMeasure::KIND_STEP_WAITING:
    case pb::QualityMeasure::KIND_STEP_WORKING:
      if (!measure.has_business_time()) return Span(value);
      return absl::StrCat(Tenths(value / 3'600), " open h");
    case pb::QualityMeasure::KIND_DEFECT_COUNT:
    case pb::QualityMeasure::KIND_ACTIVITY_COUNT:
      return absl::StrCat(Hundredths(value), " a case");
    default:
      return absl::StrFormat("%.1f %%", value * 100);
  }
}

std::string Amount(const pb::ImprovementAmount& amount, const Improvement& improvement) {
  switch (amount.amount_case()) {
    case pb::ImprovementAmount::kTime:
      return Figure(Seconds(amount.time()), improvement);
    case pb::ImprovementAmount::kShare:
      return absl::StrFormat("%.1f %%", amount.share() * 100);
    case pb::ImprovementAmount::kPerCase:
      return absl::StrCat(Hundredths(amount.per_case()), " a case");
    case pb::ImprovementAmount::AMOUNT_NOT_SET:
      break;
  }
  return "";
}

// "how long cases take, less is better".
std::string MeasureWords(const Improvement& improvement) {
  const pb::QualityMeasure& measure = improvement.measure();
  const std::string step = absl::StrCat("'", measure.activity(), "'");
  std::string words;
  switch (measure.kind()) {
    case pb::QualityMeasure::KIND_UNSPECIFIED:
      return "";
    case pb::QualityMeasure::KIND_CASE_DURATION:
      words = "how long cases take";
      break;
    case pb::QualityMeasure::KIND_STEP_WAITING:
      words = absl::StrCat("how long cases wait for ", step);
      break;
    case pb::QualityMeasure::KIND_STEP_WORKING:
      words = absl::StrCat("how long cases are worked on at ", step);
      break;
    case pb::QualityMeasure::KIND_CASES_WITH_CONDITION:
      words = absl::StrCat("share of cases with ", measure.condition());
      break;
    case pb::QualityMeasure::KIND_CASES_WITH_ACTIVITY:
      words = absl::StrCat("share of cases with ", step);
      break;
    case pb::QualityMeasure::KIND_CASES_WITH_DEFECT:
      words = "share of cases with a defect";
      break;
    case pb::QualityMeasure::KIND_CASES_LATE:
      words = measure.has_target()
                  ? absl::StrCat("share of cases that take longer than ", Span(measure.target()))
                  : "share of cases that miss their target";
      break;
    case pb::QualityMeasure::KIND_DEFECT_COUNT:
      words = "defects per case";
      break;
    case pb::QualityMeasure::KIND_ACTIVITY_COUNT:
      words = absl::StrCat("how often cases come to ", step);
      break;
    default:
      words = Words(pb::QualityMeasure::Kind_Name(measure.kind()), "KIND_");
  }
  if (measure.has_business_time()) words += ", in open hours";
  if (improvement.direction() == Improvement::DIRECTION_LOWER) words += "; less is better";
  if (improvement.direction() == Improvement::DIRECTION_HIGHER) words += "; more is better";
  return words;
}

std::string Day(const google::protobuf::Timestamp& time) { return When(time); }

std::string WindowWords(const Improvement& improvement) {
  const pb::ChartWindow& window = improvement.baseline_window();
  std::string words = improvement.counted_by() == Improvement::COUNTED_BY_END ? "cases that ended"
                                                                              : "cases that began";
  if (window.has_start_time()) absl::StrAppend(&words, " from ", Day(window.start_time()));
  if (window.has_end_time()) absl::StrAppend(&words, " until ", Day(window.end_time()));
  return window.has_start_time() || window.has_end_time() ? words : "";
}

// "21.4 d (19.0 d to 23.1 d)"; "not known" where there is none.
std::string Center(const pb::ImprovementFigures& figures, const Improvement& improvement) {
  if (!figures.has_center()) return "not known";
  std::string text = Figure(figures.center(), improvement);
  if (figures.has_center_lower() && figures.has_center_upper()) {
    absl::StrAppend(&text, " (", Figure(figures.center_lower(), improvement), " to ",
                    Figure(figures.center_upper(), improvement), ")");
  }
  return text;
}

bool IsTime(const Improvement& improvement) {
  return improvement.measure().kind() <= pb::QualityMeasure::KIND_STEP_WORKING;
}

// What the centre of a side is.
const char* CenterWord(const Improvement& improvement) {
  if (!IsTime(improvement)) return "level";
  return improvement.center() == Improvement::CENTER_MEAN ? "mean" : "median";
}

// Which cases have no value.
std::string LeftOutWords(const Improvement& improvement) {
  const pb::QualityMeasure& measure = improvement.measure();
  const std::string step = absl::StrCat("'", Printable(measure.activity()), "'");
  switch (measure.kind()) {
    case pb::QualityMeasure::KIND_STEP_WAITING:
      return absl::StrCat("cases that did not come to ", step,
                          ", or of which nothing tells since when it was waited for");
    case pb::QualityMeasure::KIND_STEP_WORKING:
      return absl::StrCat("cases without ", step, ", or without the time of its start");
    case pb::QualityMeasure::KIND_CASES_LATE:
      if (!measure.has_target()) return "cases without a target, or that had no outcome in time";
      break;
    default:
      break;
  }
  return "cases that had no outcome by the time by which most have one";
}

// What is missing before the baseline can be frozen, as flags.
std::string MissingForBaseline(const Improvement& improvement) {
  std::vector<std::string> flags;
  const auto needs = [&](bool there, const char* flag) {
    if (!there) flags.push_back(flag);
  };
  needs(!improvement.owner().empty(), "--owner");
  needs(!improvement.event_log().empty(), "--log");
  needs(improvement.has_measure() || improvement.event_log().empty(), "--of");
  needs(improvement.direction() != Improvement::DIRECTION_UNSPECIFIED, "--better");
  needs(improvement.has_smallest_effect(), "--smallest-effect");
  needs(improvement.baseline_window().has_end_time(), "--baseline-to");
  return absl::StrJoin(flags, ", ");
}

bool HasEvidence(const Improvement& improvement) {
  return std::any_of(improvement.causes().begin(), improvement.causes().end(),
                     [](const pb::ImprovementCause& cause) { return !cause.evidence().empty(); });
}

// What is left to do in its state; what is done already is not asked for again.
std::string NextStep(const Improvement& improvement) {
  const std::string id = IdOf(improvement.name());
  const std::string advance = absl::StrCat("plumbline improvement advance ", id);
  switch (improvement.state()) {
    case Improvement::STATE_DEFINE: {
      const std::string missing = MissingForBaseline(improvement);
      if (missing.empty()) return absl::StrCat("freeze the baseline: ", advance);
      return absl::StrCat("say ", missing, " (plumbline improvement set ", id,
                          " ...), then freeze the baseline: ", advance);
    }
    case Improvement::STATE_MEASURE:
      return absl::StrCat("look for causes: ", advance);
    case Improvement::STATE_ANALYZE:
      if (HasEvidence(improvement)) return absl::StrCat("go and change the process: ", advance);
      return absl::StrCat("name a cause with evidence: plumbline improvement cause ", id,
                          " TEXT --evidence TEXT; then ", advance);
    case Improvement::STATE_IMPROVE:
      if (improvement.change().has_time() || !improvement.change().process_revision().empty())
        return absl::StrCat("see whether it helps: ", advance);
      return absl::StrCat("change the process, and say when: plumbline improvement set ", id,
                          " --changed TIME (or --revision); then ", advance);
    case Improvement::STATE_CONTROL:
      return absl::StrCat("see what came of it: plumbline improvement measure ", id,
                          "; when it is told, plumbline improvement close ", id);
    default:
      return "";
  }
}

constexpr size_t kColumn = 18;

void PrintBaseline(const Improvement& improvement, const Lines& lines) {
  lines.Add("baseline", WindowWords(improvement));
  if (!improvement.has_baseline()) return;
  const pb::ImprovementBaseline& baseline = improvement.baseline();
  // Before it is frozen it has warnings alone.
  if (baseline.has_freeze_time() || baseline.has_figures())
    lines.Add("",
              absl::StrCat("frozen ", When(baseline.freeze_time()), ": ",
                           Number(baseline.figures().case_count(), "case", "cases"), ", ",
                           IsTime(improvement) ? absl::StrCat(CenterWord(improvement), " ") : "",
                           Center(baseline.figures(), improvement)));
  if (baseline.has_stable()) lines.Add("", baseline.stable() ? "it is stable" : "it is not stable");
  if (baseline.has_wanted_case_count()) {
    lines.Add("", absl::StrCat(Number(baseline.wanted_case_count(), "case", "cases"),
                               " after the change are needed to see the smallest effect"));
  }
  for (const std::string& warning : baseline.warnings()) lines.Add("", "mind: " + warning);
}

void PrintChange(const pb::ImprovementChange& change, const Lines& lines) {
  std::vector<std::string> parts;
  if (change.has_time()) parts.push_back(Day(change.time()));
  if (!change.process_revision().empty()) parts.push_back(change.process_revision());
  if (!change.note().empty()) parts.push_back(change.note());
  lines.Add("process change", absl::StrJoin(parts, ", "));
}

}  // namespace

absl::Status SetAmount(absl::string_view flag, absl::string_view text,
                       pb::ImprovementAmount* amount, double working_day) {
  double number = 0;
  if (absl::EndsWith(text, "%")) {
    if (absl::SimpleAtod(absl::StripSuffix(text, "%"), &number)) {
      amount->set_share(number / 100);
      return absl::OkStatus();
    }
    return base::FieldError(flag, absl::StrCat("is '", text, "'; a share is like 5%"));
  }
  if (absl::SimpleAtod(text, &number)) {
    amount->set_per_case(number);
    return absl::OkStatus();
  }
  const absl::Status set = SetSpan(flag, text, amount->mutable_time(), working_day);
  if (set.ok() || absl::EndsWith(text, "wd")) return set;
  return base::FieldError(flag, absl::StrCat("is '", text.substr(0, 100),
                                             "'; it must be a time (36h, 2d), a share (5%) or a "
                                             "count per case (0.3), as what is measured is"));
}

std::string StateOf(const Improvement& improvement) {
  return Words(Improvement::State_Name(improvement.state()), "STATE_");
}

std::string VerdictWord(const pb::ImprovementComparison& comparison) {
  if (comparison.verdict() == pb::ImprovementComparison::VERDICT_UNSPECIFIED) return "";
  return Words(pb::ImprovementComparison::Verdict_Name(comparison.verdict()), "VERDICT_");
}

void PrintImprovement(const Improvement& improvement, const Paper& paper) {
  const Lines lines(paper, kColumn, /*wraps=*/true);
  lines.Add("improvement", IdOf(improvement.name()));
  lines.Add("title", improvement.title());
  lines.Add("state", StateOf(improvement));
  lines.Add("problem", improvement.problem());
  lines.Add("led by", improvement.owner());
  if (!improvement.event_log().empty()) lines.Add("event log", IdOf(improvement.event_log()));
  lines.Add("only cases with", improvement.selection().filter());
  lines.Add("with an event", improvement.selection().event_filter());
  lines.Add("ended", CompletionText(improvement.selection().completion()));
  lines.Add("measured", MeasureWords(improvement));
  lines.Add("goal", Amount(improvement.goal(), improvement));
  lines.Add("smallest effect", Amount(improvement.smallest_effect(), improvement));
  PrintBaseline(improvement, lines);
  for (const pb::ImprovementCause& cause : improvement.causes()) {
    lines.Add("cause", cause.evidence().empty()
                           ? absl::StrCat(cause.text(), " (no evidence yet)")
                           : absl::StrCat(cause.text(), ". Evidence: ", cause.evidence()));
  }
  PrintChange(improvement.change(), lines);
  lines.Add("verdict", improvement.result().sentence());
  for (const std::string& warning : improvement.result().warnings())
    lines.Add("", "mind: " + warning);
  lines.Add("note", improvement.closing_note());
  lines.Add("last edited", EditedText(improvement.update_time(), improvement.author()));
  lines.Add("next", NextStep(improvement));
}

Improvement WithNewWarnings(const Improvement& before, Improvement improvement) {
  if (!improvement.has_baseline()) return improvement;
  const auto& known = before.baseline().warnings();
  auto* warnings = improvement.mutable_baseline()->mutable_warnings();
  const auto old =
      std::stable_partition(warnings->begin(), warnings->end(), [&](const std::string& warning) {
        return std::find(known.begin(), known.end(), warning) == known.end();
      });
  const auto count = static_cast<int64_t>(warnings->end() - old);
  warnings->erase(old, warnings->end());
  if (count > 0) {
    *warnings->Add() = absl::StrCat("as before, ", Number(count, "more warning", "more warnings"),
                                    ": plumbline improvement show ", IdOf(improvement.name()));
  }
  return improvement;
}

void PrintComparison(const pb::ImprovementComparison& comparison, const Improvement& improvement,
                     const Paper& paper) {
  std::string sentence = Printable(comparison.sentence());
  if (!sentence.empty()) sentence[0] = absl::ascii_toupper(static_cast<unsigned char>(sentence[0]));
  paper.out << Wrap(absl::StrCat(sentence, "."), paper.width, 0) << "\n\n";
  if (comparison.method() == pb::ImprovementComparison::METHOD_RANK_SUM &&
      comparison.has_improvement()) {
    paper.out << Wrap(
                     "That is the shift of a typical pair of cases, before and after "
                     "(Hodges-Lehmann), and no difference of the medians.",
                     paper.width, 0)
              << "\n\n";
  }
  const bool of_means = improvement.center() == Improvement::CENTER_MEAN;
  Table table({"", ">cases", absl::StrCat(">", CenterWord(improvement), " (from .. to)"), "?>mean",
               "?>still open", "?>too young", "?>left out"});
  const auto row = [&](const char* name, const pb::ImprovementFigures& figures) {
    const auto some = [](int64_t n) { return n == 0 ? "" : Count(n); };
    table.Add({name, Count(figures.case_count()), Center(figures, improvement),
               figures.has_mean() && !of_means ? Figure(figures.mean(), improvement) : "",
               some(figures.censored_count()), some(figures.young_count()),
               some(figures.left_out_count())});
  };
  const bool left_out =
      comparison.before().left_out_count() + comparison.after().left_out_count() > 0;
  row("before", comparison.before());
  row("after", comparison.after());
  table.Print(paper, 0);
  if (left_out)
    paper.out << Wrap(absl::StrCat("Left out: ", LeftOutWords(improvement), "."), paper.width, 0)
              << "\n";
  paper.out << "\n";
  const Lines lines(paper, kColumn, /*wraps=*/true);
  if (comparison.has_change_time()) lines.Add("process changed", Day(comparison.change_time()));
  if (comparison.has_measure_time()) lines.Add("events until", When(comparison.measure_time()));
  if (comparison.has_goal_reached()) {
    lines.Add("goal", absl::StrCat(Amount(improvement.goal(), improvement),
                                   comparison.goal_reached() ? ": reached" : ": not reached"));
  }
  if (comparison.has_earliest_time())
    lines.Add("look again", absl::StrCat(Day(comparison.earliest_time()),
                                         ": then enough of the cases that have begun are old "
                                         "enough"));
  for (const std::string& warning : comparison.warnings()) lines.Add("mind", warning);
}

}  // namespace plumbline::cli
