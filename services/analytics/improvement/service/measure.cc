// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/improvement/service/measure.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/counts.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/improvement_service.pb.h"
#include "services/analytics/improvement/service/choice_warnings.h"
#include "services/analytics/improvement/service/convert.h"
#include "services/analytics/serving/answers.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/serving/request_checks.h"
#include "services/analytics/serving/selection_convert.h"

namespace plumbline::analytics {
namespace {

using improvement::Comparison;
using improvement::MixChange;
using improvement::ObservedCase;
using improvement::ObservedLog;
using improvement::Verdict;

constexpr size_t kMostKindAttributes = 20;

// What values of cases take at most, near enough, beside the log.
int64_t BytesOf(const LogSnapshot& log, const MeasureSpec& spec) {
  constexpr int64_t kOfACase = 250, kOfAnEvent = 64;
  const bool of_steps =
      spec.kind == MeasureKind::kStepWaiting || spec.kind == MeasureKind::kStepWorking;
  return kOfACase * static_cast<int64_t>(log.case_count()) +
         (of_steps ? kOfAnEvent * static_cast<int64_t>(log.size()) : 0);
}

absl::StatusOr<ObservedLog> Observe(const SelectedView& part, const ImprovementSpec& spec,
                                    absl::FunctionRef<absl::Status()> keep_on) {
  const LogView& view = *part.view;
  return improvement::ObserveLog(
      {*view.log(), view.traces(), [&view]() -> const Variants& { return view.variants(); }},
      view.map_transitions(), spec.measure, spec.counted_by, keep_on);
}

// From when on cases are after the change; nullopt: no case runs the revision yet.
absl::StatusOr<std::optional<int64_t>> TimeOfChange(const LogSnapshot& log,
                                                    const v1::ImprovementChange& change) {
  if (!change.has_time()) return improvement::FirstOfRevision(log, change.process_revision());
  ASSIGN_OR_RETURN(const int64_t time, ToMicros("change.time", change.time()));
  return time;
}

// "; within its values it is better by 3.1 days, 95 % interval ...".
std::string AdjustedText(const improvement::Adjusted& adjusted, const Comparison& comparison,
                         const ImprovementSpec& spec) {
  improvement::Difference shown = adjusted.improvement;
  const bool worse = shown.estimate < 0;
  const auto change = [&](double value) {
    return improvement::Change(worse ? 0 - value : value, spec.unit);
  };
  const double low = worse ? shown.interval.upper : shown.interval.lower;
  const double high = worse ? shown.interval.lower : shown.interval.upper;
  const double plain = adjusted.unadjusted;
  const bool some = adjusted.left_out > 0;
  std::string how = absl::StrCat("without regard to them ", some ? "these are " : "it is ",
                                 plain < 0 ? "worse" : "better", " by ",
                                 improvement::Change(std::abs(plain), spec.unit));
  if (some) {
    // Both differences are of fewer cases than the comparison, and may be far from its own.
    const int64_t all = comparison.before.count + comparison.after.count;
    how = absl::StrCat(
        "of ", base::CountText(all - adjusted.left_out), " of the ",
        base::Counted(all, "case", "cases"), ": the values of the others are on one side alone",
        adjusted.horizon.has_value() ? ", or were not followed for so long" : "", "; ", how);
  }
  if (adjusted.horizon.has_value() && *adjusted.horizon < comparison.horizon.value_or(0)) {
    how = absl::StrCat("times up to ", improvement::Level(*adjusted.horizon, spec.unit),
                       " each, as far as enough of its values were followed; ", how);
  }
  return absl::StrCat(
      "; within its values it is ", worse ? "worse" : "better", " by ", change(shown.estimate),
      ", ", absl::StrFormat("%g %%", spec.options.confidence * 100), " interval ", change(low),
      " to ", change(high), ", p ", improvement::Chance(shown.p_value), " (", how, ")");
}

// Why it is not known what is left within the values, if they were `kept`, and what can be done.
std::string NotAdjustedText(const Comparison& comparison, bool kept) {
  return absl::StrCat(
      kept && comparison.method == improvement::Method::kSurvival
          ? "; what is left within its values is not known: too few of them are on both sides, or "
            "were followed for half as long as times count here"
          : "",
      "; measure one kind of case alone (selection.filter) to see whether the difference is more "
      "than that");
}

// What is compared, for what the mix of its cases makes of it.
struct Compared {
  const ImprovementSpec& spec;
  const improvement::Side &before, &after;
  const Comparison& comparison;
};

std::optional<improvement::Adjusted> AdjustedBy(const stored::v1::StoredMix& mix,
                                                absl::Span<const uint32_t> after,
                                                const Compared& compared) {
  // Baselines of before have no values of cases.
  if (mix.case_values_size() != static_cast<int>(compared.before.cases.size())) return std::nullopt;
  return improvement::Adjust(
      compared.before, compared.after,
      {absl::MakeConstSpan(mix.case_values().data(), compared.before.cases.size()), after,
       static_cast<uint32_t>(mix.values_size())},
      compared.spec.options, compared.comparison);
}

void FillMix(const stored::v1::StoredBaseline& baseline, const LogSnapshot& log,
             absl::Span<const ObservedCase> cases, const Compared& compared,
             v1::ImprovementComparison* answer) {
  std::vector<std::string> keys;
  const std::vector<improvement::Mix> before = ToMixes(baseline);
  for (const improvement::Mix& mix : before) keys.push_back(mix.attribute);
  const auto changes = improvement::CompareMixes(before, improvement::MixesOf(log, cases, keys));
  std::vector<std::vector<uint32_t>> values;
  for (const MixChange& change : changes) {
    v1::ImprovementMix& told = *answer->add_mix();
    ToProto(change, &told);
    if (change.p_value >= improvement::kMixChanged) continue;
    if (values.empty()) values = improvement::CaseValuesOf(log, cases, before);
    const auto place =
        static_cast<size_t>(std::find(keys.begin(), keys.end(), change.attribute) - keys.begin());
    const stored::v1::StoredMix& mix = baseline.mix(static_cast<int>(place));
    const auto adjusted = AdjustedBy(mix, values[place], compared);
    if (adjusted.has_value()) ToProto(*adjusted, told.mutable_adjusted());
    answer->add_warnings(absl::StrCat(
        absl::StrFormat(
            "the mix of cases changed: of %s, %s was %.0f %% of the cases before and is %.0f %% "
            "after",
            change.attribute,
            change.value.empty() ? "nothing" : absl::StrCat("'", change.value, "'"),
            change.before_share * 100, change.after_share * 100),
        adjusted.has_value() ? AdjustedText(*adjusted, compared.comparison, compared.spec)
                             : NotAdjustedText(compared.comparison, mix.case_values_size() > 0)));
  }
}

// Of cases by their ends: those that the change found under way.
void WarnOfUnderWay(absl::Span<const ObservedCase> after, int64_t change, bool marked,
                    v1::ImprovementComparison* answer) {
  // As many as the comparison counts: those that have a value.
  int64_t old = 0, all = 0;
  for (const ObservedCase& one : after) {
    if (one.value.known == improvement::CaseValue::Known::kNothing) continue;
    ++all;
    old += one.begin < change ? 1 : 0;
  }
  if (old > 0) {
    answer->add_warnings(absl::StrCat(
        base::CountText(old), " of ", base::Counted(all, "case", "cases"),
        " that ended after the change began before it, so that a part of them went the old way: "
        "what the change makes of a case may be more than this difference"));
  }
  if (!marked) {
    answer->add_warnings(
        "the log does not mark the ends of its cases: each is taken to have ended with its last "
        "event, though some may go on; say by completion which have ended");
  }
}

double LeftOutShare(const improvement::Figures& figures) {
  const int64_t all = figures.count + figures.left_out;
  return all == 0 ? 0 : static_cast<double>(figures.left_out) / static_cast<double>(all);
}

void WarnOfCases(const Comparison& comparison, const ImprovementSpec& spec, bool marked,
                 v1::ImprovementComparison* answer) {
  constexpr double kFar = 0.1;
  const double before = LeftOutShare(comparison.before), after = LeftOutShare(comparison.after);
  if (comparison.after.count >= improvement::kLeastCases && std::abs(after - before) > kFar) {
    answer->add_warnings(absl::StrFormat(
        "%.0f %% of the cases after the change are left out for want of a value, %.0f %% before: "
        "those that are compared may not be alike",
        after * 100, before * 100));
  }
  if (!marked && spec.counted_by == improvement::CountedBy::kBegin) {
    answer->add_warnings(
        "the log does not mark the ends of its cases: each is taken to have ended with its last "
        "event, and the youngest are not counted");
  }
  if (comparison.horizon.has_value() && *comparison.horizon > 0) {
    answer->add_warnings(absl::StrCat(
        "some cases are open: each counts for as long as it was observed, and times count up to ",
        improvement::Level(*comparison.horizon, spec.unit), " each"));
  }
  if (comparison.method == improvement::Method::kRateVarying) {
    answer->add_warnings(
        "counts vary more from case to case than chance alone would have it: intervals are by how "
        "much they vary");
  }
  if (comparison.below_smallest) {
    answer->add_warnings(absl::StrCat("the difference is real, but surely smaller than ",
                                      improvement::Change(spec.options.smallest_effect, spec.unit),
                                      ", the smallest that matters"));
  }
}

// When enough of the cases that have begun are old enough, where that is still to come.
std::optional<int64_t> EarliestTime(absl::Span<const ObservedCase> after,
                                    const Comparison& comparison, int64_t outcome_seconds,
                                    int64_t last_time) {
  // Where no number is enough, as many as before are waited for.
  const int64_t least = std::max(improvement::kLeastCases, comparison.before.count);
  const auto needed = static_cast<size_t>(comparison.wanted.value_or(least));
  if (comparison.verdict != Verdict::kTooEarly || after.size() < needed) return std::nullopt;
  const int64_t time = after[needed - 1].begin + outcome_seconds * 1'000'000;
  if (time <= last_time) return std::nullopt;
  return time;
}

void FillComparison(const StoredImprovement& stored, const ImprovementSpec& spec,
                    const LogSnapshot& log, const ObservedLog& observed, int64_t change,
                    v1::ImprovementComparison* answer) {
  const auto after =
      improvement::CasesBetween(observed, std::max(change, spec.window.end), INT64_MAX);
  const stored::v1::StoredBaseline& baseline = *stored.baseline;
  const bool by_end = spec.counted_by == improvement::CountedBy::kEnd;
  const improvement::Side before_side = ToSide(baseline);
  const improvement::Side after_side = improvement::SideOf(after, observed.marked || by_end);
  const Comparison comparison = improvement::Compare(before_side, after_side, spec.options);
  ToProto(comparison, answer);
  answer->set_sentence(improvement::Sentence(comparison, spec.options, spec.unit));
  *answer->mutable_change_time() = ToTimestamp(change);
  const int64_t outcome = stored.improvement.baseline().outcome_time().seconds();
  if (const auto time = EarliestTime(after, comparison, outcome, observed.last_time);
      time.has_value() && !by_end)
    *answer->mutable_earliest_time() = ToTimestamp(*time);
  if (change < spec.window.end) {
    answer->add_warnings(
        "the first case that runs the revision began within the baseline, which so holds cases of "
        "after the change; only later ones are counted as after it");
  }
  for (const std::string& warning : baseline.warnings()) answer->add_warnings(warning);
  WarnOfCases(comparison, spec, observed.marked, answer);
  if (by_end) WarnOfUnderWay(after, change, observed.marked, answer);
  FillMix(baseline, log, after, {spec, before_side, after_side, comparison}, answer);
}

void FillNothing(const StoredImprovement& stored, v1::ImprovementComparison* answer) {
  answer->set_verdict(v1::ImprovementComparison::VERDICT_TOO_EARLY);
  answer->set_sentence(absl::StrCat("too early to tell: no case runs ",
                                    stored.improvement.change().process_revision(),
                                    " yet (cases say so in the attribute \"process\"; else set "
                                    "change.time)"));
  *answer->mutable_before() = stored.improvement.baseline().figures();
  if (stored.improvement.baseline().has_wanted_case_count()) {
    answer->set_wanted_case_count(stored.improvement.baseline().wanted_case_count());
    answer->set_more_case_count(stored.improvement.baseline().wanted_case_count());
  }
}

}  // namespace

absl::StatusOr<FrozenBaseline> ImprovementMeasurer::Freeze(
    const base::CallContext& context, const v1::Improvement& improvement) const {
  const auto keep_on = [&] { return context.Check(clock_.Now()); };
  ASSIGN_OR_RETURN(const ImprovementSpec spec, ToSpec(improvement));
  ASSIGN_OR_RETURN(const std::shared_ptr<const LogView> view, reader_.Load(context, spec.log));
  ASSIGN_OR_RETURN(const SelectedView part, reader_.Select(context, view, spec.selection));
  const LogSnapshot& log = *part.view->log();
  ASSIGN_OR_RETURN(const auto room, reader_.TakeRoom(BytesOf(log, spec.measure), part));
  ASSIGN_OR_RETURN(const ObservedLog observed, Observe(part, spec, keep_on));
  std::vector<std::string> keys = {improvement.mix_attributes().begin(),
                                   improvement.mix_attributes().end()};
  if (keys.empty()) {
    keys = improvement::KindAttributes(
        log, improvement::CasesBetween(observed, spec.window.begin, spec.window.end),
        kMostKindAttributes);
  }
  RETURN_IF_ERROR(keep_on());
  ASSIGN_OR_RETURN(improvement::Baseline baseline,
                   improvement::MakeBaseline(log, observed, spec.window, spec.counted_by,
                                             spec.options, spec.unit, keys));
  for (std::string& warning : WarningsOfChoice(improvement, spec.selection, view.get()))
    baseline.warnings.push_back(std::move(warning));
  RETURN_IF_ERROR(keep_on());
  return ToFrozen(baseline, baseline.side.marked, clock_.Now());
}

std::vector<std::string> ImprovementMeasurer::WarningsOf(const base::CallContext& context,
                                                         const v1::Improvement& improvement) const {
  const auto selection = ToSelection("selection", improvement.selection());
  if (!selection.ok()) return {};
  std::shared_ptr<const LogView> whole;
  if (GoesByActivities(*selection)) {
    const auto key = ToLogKey(improvement.event_log());
    auto loaded = key.ok() ? reader_.Load(context, *key) : key.status();
    if (loaded.ok()) whole = *std::move(loaded);
  }
  return WarningsOfChoice(improvement, *selection, whole.get());
}

absl::StatusOr<v1::ImprovementComparison> ImprovementMeasurer::Compare(
    const base::CallContext& context, const StoredImprovement& stored) const {
  const v1::Improvement& improvement = stored.improvement;
  if (!stored.baseline.has_value()) {
    return base::Error(base::Reason::ERROR_REASON_IMPROVEMENT_STATE,
                       absl::StrCat("improvement '", improvement.name(),
                                    "' has no baseline yet: state MEASURE freezes it"))
        .With("state", "DEFINE")
        .With("allowed", "MEASURE, ANALYZE, IMPROVE, CONTROL, CLOSED");
  }
  if (!improvement.change().has_time() && improvement.change().process_revision().empty()) {
    return base::FieldError("change",
                            "has neither time nor process_revision: say when the process was "
                            "changed, then cases after it can be measured");
  }
  const auto keep_on = [&] { return context.Check(clock_.Now()); };
  ASSIGN_OR_RETURN(const ImprovementSpec spec, ToSpec(improvement));
  // The etag changes with whatever the answer depends on beside the log.
  const std::string question =
      absl::StrCat("MeasureImprovement/", base::Sha256Hex(improvement.etag() + stored.uid));
  v1::MeasureImprovementResponse response;
  RETURN_IF_ERROR(reader_.Ask(
      context, spec.log, question, spec.selection, &response,
      [&](const SelectedView& part) -> absl::Status {
        const LogSnapshot& log = *part.view->log();
        v1::ImprovementComparison& answer = *response.mutable_comparison();
        ASSIGN_OR_RETURN(const auto room, reader_.TakeRoom(BytesOf(log, spec.measure), part));
        ASSIGN_OR_RETURN(const ObservedLog observed, Observe(part, spec, keep_on));
        ASSIGN_OR_RETURN(const std::optional<int64_t> change,
                         TimeOfChange(log, improvement.change()));
        answer.set_unit(observed.unit);
        if (observed.last_time != 0)
          *answer.mutable_measure_time() = ToTimestamp(observed.last_time);
        if (change.has_value()) {
          FillComparison(stored, spec, log, observed, *change, &answer);
        } else {
          FillNothing(stored, &answer);
        }
        return keep_on();
      }));
  return std::move(*response.mutable_comparison());
}

}  // namespace plumbline::analytics
