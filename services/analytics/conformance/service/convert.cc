// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/service/convert.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/serving/selection_convert.h"

namespace plumbline::analytics {
namespace {

using conformance::Alignment;
using conformance::CheckResult;
using conformance::Method;
using conformance::ModelNode;
using conformance::MoveKind;
using conformance::Operator;
using conformance::StepDeviations;
using conformance::VariantReplay;

constexpr int kMaxDepth = 80, kMaxNodes = 2'000;
constexpr size_t kMaxName = 500;  // bytes
constexpr absl::Duration kDefaultBudget = absl::Seconds(10);
constexpr absl::Duration kLeastBudget = absl::Milliseconds(10), kMostBudget = absl::Seconds(120);
constexpr int kDefaultVariants = 10, kMaxVariants = 100;
constexpr size_t kMaxSteps = 1'000, kMaxStepVariants = 100;
constexpr size_t kMaxMoves = 1'000;  // of a variant

class ModelReader {
 public:
  absl::Status Read(const v1::ModelNode& from, const std::string& path, int depth,
                    ModelNode* node) {
    if (depth > kMaxDepth) {
      return base::FieldError(path, absl::StrCat("is deeper than ", kMaxDepth, " levels"));
    }
    if (++count_ > kMaxNodes) {
      return base::FieldError("model", absl::StrCat("has more than ", kMaxNodes, " nodes"));
    }
    RETURN_IF_ERROR(ReadKind(from, path, node));
    const size_t size = from.activity().size();
    const bool activity = node->op == Operator::kActivity;
    if (activity ? size < 1 || size > kMaxName : size > 0) {
      return base::FieldError(
          path + ".activity",
          activity ? absl::StrCat("has ", size, " bytes; an activity's name has 1 to ", kMaxName)
                   : "is given; only activities have a name");
    }
    node->activity = from.activity();
    node->children.resize(static_cast<size_t>(from.children_size()));
    for (int i = 0; i < from.children_size(); ++i) {
      RETURN_IF_ERROR(Read(from.children(i), absl::StrCat(path, ".children[", i, "]"), depth + 1,
                           &node->children[static_cast<size_t>(i)]));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status ReadKind(const v1::ModelNode& from, const std::string& path, ModelNode* node) {
    int least = 1;
    switch (from.kind()) {
      case v1::ModelNode::KIND_SILENT:
      case v1::ModelNode::KIND_ACTIVITY:
        node->op =
            from.kind() == v1::ModelNode::KIND_SILENT ? Operator::kSilent : Operator::kActivity;
        if (from.children_size() == 0) return absl::OkStatus();
        return base::FieldError(path + ".children",
                                "are given; activities and silent leaves have none");
      case v1::ModelNode::KIND_SEQUENCE:
        node->op = Operator::kSequence;
        break;
      case v1::ModelNode::KIND_CHOICE:
        node->op = Operator::kChoice;
        break;
      case v1::ModelNode::KIND_PARALLEL:
        node->op = Operator::kParallel;
        break;
      case v1::ModelNode::KIND_LOOP:
        node->op = Operator::kLoop;
        least = 2;
        break;
      default:
        return base::FieldError(path + ".kind", "is missing or unknown");
    }
    if (from.children_size() >= least) return absl::OkStatus();
    return base::FieldError(path + ".children",
                            absl::StrCat("has ", from.children_size(), " entries; at least ", least,
                                         least == 2 ? ": a body and a way back" : ""));
  }

  int count_ = 0;
};

absl::StatusOr<absl::Duration> ReadBudget(const v1::CheckConformanceRequest& request) {
  if (!request.has_time_budget()) return kDefaultBudget;
  const absl::Duration budget = absl::Seconds(request.time_budget().seconds()) +
                                absl::Nanoseconds(request.time_budget().nanos());
  if (budget >= kLeastBudget && budget <= kMostBudget) return budget;
  return base::FieldError(
      "time_budget", absl::StrCat("is ", absl::FormatDuration(budget), "; it must be 10ms to 2m"));
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

void AddVariant(const CheckResult& result, uint32_t v, int64_t rank,
                v1::VariantConformance* answer) {
  const conformance::LogVariant& variant = result.log.variants[v];
  answer->set_variant(v);
  answer->set_variant_rank(rank);
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
  answer->set_fitness(conformance::AlignedFitness(conformance::DeviationsOf(alignment.cost), length,
                                                  result.aligned.shortest));
  answer->set_optimal(alignment.optimal);
  if (!alignment.optimal) return;
  for (size_t i = 0; i < std::min(alignment.moves.size(), kMaxMoves); ++i) {
    v1::VariantConformance::Move* move = answer->add_moves();
    move->set_kind(KindOf(alignment.moves[i].kind));
    move->set_activity(result.log.names[alignment.moves[i].label]);
  }
}

using Numbers = google::protobuf::RepeatedField<int64_t>;

void AddNumbers(const std::vector<uint32_t>& variants, const std::vector<int64_t>& ranks,
                Numbers* answer, Numbers* answer_ranks) {
  for (size_t i = 0; i < std::min(variants.size(), kMaxStepVariants); ++i) {
    answer->Add(variants[i]);
    answer_ranks->Add(ranks[variants[i]]);
  }
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
    AddNumbers(step->skipped_variants, ranks, to->mutable_skipped_variants(),
               to->mutable_skipped_variant_ranks());
    AddNumbers(step->extra_variants, ranks, to->mutable_extra_variants(),
               to->mutable_extra_variant_ranks());
    to->set_skipped_variant_count(static_cast<int64_t>(step->skipped_variants.size()));
    to->set_extra_variant_count(static_cast<int64_t>(step->extra_variants.size()));
  }
}

void AddReplay(const CheckResult& result, v1::CheckConformanceResponse* answer) {
  int64_t cases = 0;
  for (const conformance::LogVariant& variant : result.log.variants) cases += variant.cases;
  answer->set_method(v1::CONFORMANCE_METHOD_REPLAY);
  answer->set_case_count(cases);
  answer->set_checked_case_count(result.replay.cases);
  answer->set_fitting_case_count(result.replay.fitting_cases);
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

}  // namespace

absl::StatusOr<ModelNode> ToModel(const v1::ModelNode& model) {
  ModelNode node;
  RETURN_IF_ERROR(ModelReader().Read(model, "model", 1, &node));
  return node;
}

absl::StatusOr<CheckCommand> ToCommand(const v1::CheckConformanceRequest& request) {
  CheckCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  ASSIGN_OR_RETURN(command.selection, ToSelection("selection", request.selection()));
  if (!request.has_model()) return base::FieldError("model", "is missing");
  ASSIGN_OR_RETURN(command.model, ToModel(request.model()));
  if (!v1::ConformanceMethod_IsValid(request.method())) {
    return base::FieldError("method",
                            absl::StrCat("is ", int{request.method()}, ", which is unknown"));
  }
  if (request.method() == v1::CONFORMANCE_METHOD_REPLAY) command.method = Method::kReplay;
  command.ignore_unknown = request.ignore_unknown();
  if (command.ignore_unknown && command.method != Method::kReplay) {
    return base::FieldError("ignore_unknown",
                            "is of token replay; alignments count each such event as a deviation");
  }
  ASSIGN_OR_RETURN(command.budget, ReadBudget(request));
  const int variants = request.max_variants();
  if (variants < 0 || variants > kMaxVariants) {
    return base::FieldError("max_variants",
                            absl::StrCat("is ", variants, "; it must be 0 to ", kMaxVariants));
  }
  command.max_variants = static_cast<size_t>(variants == 0 ? kDefaultVariants : variants);
  return command;
}

void ToProto(const CheckResult& result, const std::vector<int64_t>& ranks, size_t max_variants,
             v1::CheckConformanceResponse* answer) {
  answer->Clear();
  if (result.method == Method::kReplay) {
    AddReplay(result, answer);
  } else {
    AddAlignments(result, ranks, answer);
  }
  if (const auto precision = result.precision.Value()) answer->set_precision(*precision);
  answer->set_precision_partial(!result.precision.complete ||
                                answer->checked_case_count() < answer->case_count());
  for (const Worst& worst : WorstVariants(result, max_variants)) {
    AddVariant(result, worst.variant, ranks[worst.variant], answer->add_variants());
  }
}

}  // namespace plumbline::analytics
