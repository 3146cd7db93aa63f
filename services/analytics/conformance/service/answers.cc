// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/service/answers.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "services/analytics/serving/answers.h"

namespace plumbline::analytics {
namespace {

using conformance::Alignment;
using conformance::CheckResult;
using conformance::Method;
using conformance::MoveKind;
using conformance::OpenCases;
using conformance::StepDeviations;
using conformance::VariantReplay;

constexpr size_t kMaxSteps = 1'000, kMaxStepVariants = 100;
constexpr size_t kMaxMoves = 1'000;  // of a variant
constexpr size_t kMaxPlaces = 100;   // of a case

template <class Answer>
void AddAbsent(const char* field, const char* reason, Answer* answer) {
  v1::AbsentFigure& absent = *answer->add_absent();
  absent.set_field(field);
  absent.set_reason(reason);
}

// A variant and how much it costs the log.
struct Worst {
  uint32_t variant;
  double cost;
};

std::vector<Worst> WorstVariants(const CheckResult& result, size_t most) {
  std::vector<Worst> worst;
  for (uint32_t v = 0; v < result.log.variants.size(); ++v) {
    const double cases = static_cast<double>(result.log.variants[v].cases);
    double each = 0;
    if (result.method == Method::kAlign) {
      each = result.alignments[v].least_deviations;
    } else if (result.replay.variants[v].replayed && !result.replay.variants[v].fits) {
      each = 1 - result.replay.variants[v].Fitness();
    }
    if (each > 0) worst.push_back({v, cases * each});
  }
  std::stable_sort(worst.begin(), worst.end(),
                   [](const Worst& a, const Worst& b) { return a.cost > b.cost; });
  worst.resize(std::min(worst.size(), most));
  return worst;
}

v1::VariantConformance::Kind KindOf(MoveKind kind) {
  return kind == MoveKind::kBoth  ? v1::VariantConformance::KIND_BOTH
         : kind == MoveKind::kLog ? v1::VariantConformance::KIND_EXTRA
                                  : v1::VariantConformance::KIND_SKIPPED;
}

void AddVariant(const CheckResult& result, uint32_t v, const std::vector<int64_t>& ranks,
                v1::VariantConformance* answer) {
  const conformance::LogVariant& variant = result.log.variants[v];
  answer->set_variant(variant.place);
  answer->set_variant_rank(ranks[variant.place]);
  answer->set_open(variant.beginning);
  answer->set_case_count(variant.cases);
  const int64_t length = static_cast<int64_t>(variant.activities.size());
  answer->set_activity_count(length);
  if (result.method == Method::kReplay) {
    const VariantReplay& replay = result.replay.variants[v];
    answer->set_fitness(replay.Fitness());
    answer->set_missing_tokens(replay.tokens.missing);
    answer->set_remaining_tokens(replay.tokens.remaining);
    return;
  }
  const Alignment& alignment = result.alignments[v];
  answer->set_deviation_count(alignment.least_deviations);
  const int64_t shortest = variant.beginning ? 0 : int64_t{result.aligned.shortest};
  answer->set_fitness(
      conformance::AlignedFitness(conformance::DeviationsOf(alignment.cost), length, shortest));
  answer->set_optimal(alignment.optimal);
  if (!alignment.optimal) return;
  for (size_t i = 0; i < std::min(alignment.moves.size(), kMaxMoves); ++i) {
    v1::VariantConformance::Move* move = answer->add_moves();
    move->set_kind(KindOf(alignment.moves[i].kind));
    move->set_activity(result.log.names[alignment.moves[i].label]);
  }
}

using Numbers = google::protobuf::RepeatedField<int64_t>;

// Their places; returns how many there are, shown or not. What is there for cases that ended and
// for open ones counts once.
int64_t AddNumbers(const CheckResult& result, const std::vector<uint32_t>& variants,
                   const std::vector<int64_t>& ranks, Numbers* answer, Numbers* answer_ranks) {
  int64_t count = 0;
  uint32_t before = kNoText;
  for (const uint32_t variant : variants) {
    const uint32_t place = result.log.variants[variant].place;
    if (std::exchange(before, place) == place) continue;
    if (++count > static_cast<int64_t>(kMaxStepVariants)) continue;
    answer->Add(place);
    answer_ranks->Add(ranks[place]);
  }
  return count;
}

void AddSteps(const CheckResult& result, const std::vector<int64_t>& ranks,
              v1::CheckConformanceResponse* answer) {
  std::vector<const StepDeviations*> steps;
  for (const StepDeviations& step : result.steps) {
    if (step.skipped_cases + step.extra_cases > 0) steps.push_back(&step);
  }
  std::stable_sort(steps.begin(), steps.end(), [](const auto* a, const auto* b) {
    return std::max(a->skipped_cases, a->extra_cases) > std::max(b->skipped_cases, b->extra_cases);
  });
  steps.resize(std::min(steps.size(), kMaxSteps));
  for (const StepDeviations* step : steps) {
    v1::StepConformance* to = answer->add_steps();
    to->set_activity(result.log.names[step->label]);
    to->set_known(step->label < result.log.known);
    to->set_case_count(step->cases);
    to->set_event_count(step->events);
    to->set_extra_event_count(step->events - step->matched);
    to->set_extra_case_count(step->extra_cases);
    to->set_skipped_case_count(step->skipped_cases);
    to->set_skipped_case_share(static_cast<double>(step->skipped_cases) /
                               static_cast<double>(result.aligned.aligned_cases));
    to->set_skipped_variant_count(AddNumbers(result, step->skipped_variants, ranks,
                                             to->mutable_skipped_variants(),
                                             to->mutable_skipped_variant_ranks()));
    to->set_extra_variant_count(AddNumbers(result, step->extra_variants, ranks,
                                           to->mutable_extra_variants(),
                                           to->mutable_extra_variant_ranks()));
  }
}

void AddReplay(const CheckResult& result, v1::CheckConformanceResponse* answer) {
  int64_t cases = 0;
  for (const conformance::LogVariant& variant : result.log.variants) cases += variant.cases;
  answer->set_method(v1::CONFORMANCE_METHOD_REPLAY);
  answer->set_case_count(cases);
  answer->set_checked_case_count(result.replay.cases);
  answer->set_fitting_case_count(result.replay.fitting_cases);
  answer->set_checked_open_case_count(result.replay.begun_cases);
  answer->set_fitting_open_case_count(result.replay.fitting_begun_cases);
  if (result.replay.cases > 0) {
    answer->set_fitness(result.replay.log_fitness);
    answer->set_most_fitness(result.replay.log_fitness);
    answer->set_average_case_fitness(result.replay.average_fitness);
  }
  answer->set_unknown_event_count(result.replay.unknown_events);
}

void AddAlignments(const CheckResult& result, const std::vector<int64_t>& ranks,
                   v1::CheckConformanceResponse* answer) {
  answer->set_method(v1::CONFORMANCE_METHOD_ALIGN);
  answer->set_case_count(result.aligned.cases);
  answer->set_checked_case_count(result.aligned.aligned_cases);
  answer->set_fitting_case_count(result.aligned.fitting_cases);
  answer->set_checked_open_case_count(result.aligned.aligned_begun_cases);
  answer->set_fitting_open_case_count(result.aligned.fitting_begun_cases);
  if (result.aligned.cases > 0) {
    answer->set_fitness(result.aligned.least_fitness);
    answer->set_most_fitness(result.aligned.most_fitness);
  }
  if (result.aligned.aligned_cases > 0) {
    answer->set_average_case_fitness(result.aligned.average_fitness);
  }
  int64_t unknown = 0;
  for (const StepDeviations& step : result.steps) {
    if (step.label >= result.log.known) unknown += step.events;
  }
  answer->set_unknown_event_count(unknown);
  AddSteps(result, ranks, answer);
}

// Why there is no precision; null where there is.
const char* NoPrecision(const CheckResult& result, const v1::CheckConformanceResponse& answer) {
  if (answer.checked_case_count() == 0) return "no case was checked";
  int64_t known = 0, matched = 0;
  for (const StepDeviations& step : result.steps) {
    known += step.label < result.log.known ? step.events : 0;
    matched += step.matched;
  }
  for (size_t v = 0; v < result.replay.variants.size(); ++v) {
    const VariantReplay& replay = result.replay.variants[v];
    if (!replay.replayed) continue;
    const std::vector<uint32_t>& events = result.log.variants[v].activities;
    known += static_cast<int64_t>(events.size()) - replay.unknown;
  }
  if (known == 0) return "the cases and the model have no activity in common";
  if (result.method == Method::kAlign && matched == 0) {
    return "no event of the checked cases agrees with the model";
  }
  if (result.precision.Value().has_value()) return nullptr;
  return result.precision.complete ? "the model allows nothing at any place of the cases"
                                   : "the time or the memory did not suffice";
}

void AddPrecision(const CheckResult& result, v1::CheckConformanceResponse* answer) {
  answer->set_precision_partial(!result.precision.complete ||
                                answer->checked_case_count() < answer->case_count());
  if (const char* reason = NoPrecision(result, *answer); reason != nullptr) {
    AddAbsent("precision", reason, answer);
  } else {
    answer->set_precision(*result.precision.Value());
  }
}

v1::OpenCases ToProto(OpenCases treatment) {
  return treatment == OpenCases::kLeftOut    ? v1::OPEN_CASES_LEFT_OUT
         : treatment == OpenCases::kComplete ? v1::OPEN_CASES_COMPLETE
                                             : v1::OPEN_CASES_BEGINNINGS;
}

void AddOpenCases(const CheckedLog& checked, OpenCases treatment,
                  v1::CheckConformanceResponse* answer) {
  answer->set_open_cases(ToProto(treatment));
  if (checked.open_case_count.has_value()) {
    answer->set_open_case_count(*checked.open_case_count);
  } else {
    AddAbsent("open_case_count",
              "the log does not mark which cases have ended (\"case_finished\"), so that all count "
              "as ended",
              answer);
  }
}

}  // namespace

void ToProto(const CheckedLog& checked, const std::vector<int64_t>& ranks,
             const CheckCommand& command, v1::CheckConformanceResponse* answer) {
  answer->Clear();
  const CheckResult& result = checked.result;
  if (result.method == Method::kReplay) {
    AddReplay(result, answer);
  } else {
    AddAlignments(result, ranks, answer);
  }
  if (!answer->has_fitness()) AddAbsent("fitness", "no case was checked", answer);
  if (!answer->has_average_case_fitness())
    AddAbsent("average_case_fitness", "no case was checked", answer);
  AddPrecision(result, answer);
  AddOpenCases(checked, command.open_cases, answer);
  for (const Worst& worst : WorstVariants(result, command.max_variants)) {
    AddVariant(result, worst.variant, ranks, answer->add_variants());
  }
}

void ToProto(const CheckedLog& checked, const conformance::WantedDeviations& wanted,
             uint32_t case_number, uint32_t entry, v1::DeviatingCase* answer) {
  const LogView& view = *checked.part.view;
  const CheckResult& result = checked.result;
  const Traces& traces = view.traces();
  const Alignment& alignment = result.alignments[entry];
  answer->set_case_id(std::string(view.log()->cases[case_number]));
  answer->set_open(result.log.variants[entry].beginning);
  answer->set_deviation_count(conformance::DeviationsOf(alignment.cost));
  answer->set_place_count(static_cast<int64_t>(conformance::CountDeviations(alignment, wanted)));
  const auto name = [&](size_t event) {
    return result.log.names[result.log.variants[entry].activities[event]];
  };
  for (const auto& at : conformance::FindDeviations(alignment, wanted, kMaxPlaces)) {
    v1::DeviationPlace& place = *answer->add_places();
    place.set_kind(KindOf(at.move.kind));
    place.set_activity(result.log.names[at.move.label]);
    place.set_event_count_before(static_cast<int64_t>(at.events_before));
    if (at.events_before > 0) place.set_after_activity(name(at.events_before - 1));
    if (at.move.kind != MoveKind::kLog) continue;
    const size_t row = traces.case_begin()[case_number] + at.events_before;
    *place.mutable_time() = ToTimestamp(traces.time()[row]);
  }
}

}  // namespace plumbline::analytics
