// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/improvement/service/convert.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "services/analytics/quality/service/convert.h"
#include "services/analytics/serving/answers.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/serving/request_checks.h"
#include "services/analytics/serving/selection_convert.h"

namespace plumbline::analytics {
namespace {

using Kind = v1::QualityMeasure;
using improvement::CaseValue;
using improvement::Method;
using improvement::ValueType;
using improvement::Verdict;

constexpr double kConfidence = 0.95, kPower = 0.8;

ValueType TypeOf(Kind::Kind kind) {
  switch (kind) {
    case Kind::KIND_STEP_WAITING:
    case Kind::KIND_STEP_WORKING:
      return ValueType::kStepTime;
    case Kind::KIND_CASES_WITH_CONDITION:
    case Kind::KIND_CASES_WITH_ACTIVITY:
    case Kind::KIND_CASES_WITH_DEFECT:
    case Kind::KIND_CASES_LATE:
      return ValueType::kShare;
    case Kind::KIND_DEFECT_COUNT:
    case Kind::KIND_ACTIVITY_COUNT:
      return ValueType::kCount;
    default:
      return ValueType::kTime;
  }
}

v1::ImprovementComparison::Method ToProto(Method method) {
  switch (method) {
    case Method::kNone:
      break;
    case Method::kRankSum:
      return v1::ImprovementComparison::METHOD_RANK_SUM;
    case Method::kSurvival:
      return v1::ImprovementComparison::METHOD_SURVIVAL;
    case Method::kProportion:
      return v1::ImprovementComparison::METHOD_PROPORTION;
    case Method::kRate:
      return v1::ImprovementComparison::METHOD_RATE;
    case Method::kRateVarying:
      return v1::ImprovementComparison::METHOD_RATE_VARYING;
    case Method::kMeans:
      return v1::ImprovementComparison::METHOD_MEANS;
  }
  return v1::ImprovementComparison::METHOD_UNSPECIFIED;
}

v1::ImprovementComparison::Verdict ToProto(Verdict verdict) {
  switch (verdict) {
    case Verdict::kImproved:
      return v1::ImprovementComparison::VERDICT_IMPROVED;
    case Verdict::kWorse:
      return v1::ImprovementComparison::VERDICT_WORSE;
    case Verdict::kNoEffectShown:
      return v1::ImprovementComparison::VERDICT_NO_EFFECT_SHOWN;
    case Verdict::kNoEffect:
      return v1::ImprovementComparison::VERDICT_NO_EFFECT;
    case Verdict::kTooEarly:
      break;
  }
  return v1::ImprovementComparison::VERDICT_TOO_EARLY;
}

}  // namespace

std::string DeterministicBytes(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream output(&stream);
    output.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&output);
  }
  return bytes;
}

absl::StatusOr<ImprovementKey> ToImprovementKey(absl::string_view field, absl::string_view name) {
  ASSIGN_OR_RETURN(std::vector<std::string> parts,
                   base::ParseName(field, name, "workspaces/*/improvements/*"));
  return ImprovementKey{std::move(parts[0]), std::move(parts[1])};
}

absl::StatusOr<std::vector<std::string>> ToFields(const google::protobuf::FieldMask& mask) {
  const auto all = ImprovementContent();
  if (mask.paths().empty()) return std::vector<std::string>(all.begin(), all.end());
  std::vector<std::string> fields;
  for (int i = 0; i < mask.paths_size(); ++i) {
    if (std::find(all.begin(), all.end(), mask.paths(i)) == all.end()) {
      return base::FieldError(absl::StrCat("update_mask.paths[", i, "]"),
                              absl::StrCat("is '", mask.paths(i).substr(0, 100),
                                           "'; it must be one of ", absl::StrJoin(all, ", ")));
    }
    fields.push_back(mask.paths(i));
  }
  return fields;
}

std::optional<double> ToNumber(const v1::ImprovementAmount& amount) {
  switch (amount.amount_case()) {
    case v1::ImprovementAmount::kTime:
      return static_cast<double>(amount.time().seconds()) +
             static_cast<double>(amount.time().nanos()) / 1e9;
    case v1::ImprovementAmount::kShare:
      return amount.share();
    case v1::ImprovementAmount::kPerCase:
      return amount.per_case();
    case v1::ImprovementAmount::AMOUNT_NOT_SET:
      break;
  }
  return std::nullopt;
}

const char* AmountFieldOf(const v1::ImprovementAmount& amount) {
  switch (amount.amount_case()) {
    case v1::ImprovementAmount::kTime:
      return "time";
    case v1::ImprovementAmount::kShare:
      return "share";
    case v1::ImprovementAmount::kPerCase:
      return "per_case";
    case v1::ImprovementAmount::AMOUNT_NOT_SET:
      break;
  }
  return nullptr;
}

const char* AmountFieldOf(Kind::Kind kind) {
  if (kind <= Kind::KIND_UNSPECIFIED || kind >= Kind::KIND_ARRIVALS) return nullptr;
  switch (TypeOf(kind)) {
    case ValueType::kShare:
      return "share";
    case ValueType::kCount:
      return "per_case";
    default:
      return "time";
  }
}

bool IsTime(Kind::Kind kind) {
  return TypeOf(kind) == ValueType::kTime || TypeOf(kind) == ValueType::kStepTime;
}

absl::StatusOr<ImprovementSpec> ToSpec(const v1::Improvement& improvement) {
  ImprovementSpec spec;
  ASSIGN_OR_RETURN(spec.log, ToLogKey(improvement.event_log()));
  ASSIGN_OR_RETURN(spec.selection, ToSelection("selection", improvement.selection()));
  ASSIGN_OR_RETURN(spec.measure, ToMeasure(improvement.measure()));
  improvement::Options& options = spec.options;
  options.type = TypeOf(improvement.measure().kind());
  options.higher_is_better = improvement.direction() == v1::Improvement::DIRECTION_HIGHER;
  options.of_means = improvement.center() == v1::Improvement::CENTER_MEAN;
  options.smallest_effect = ToNumber(improvement.smallest_effect()).value_or(0);
  if (improvement.has_goal()) options.goal = ToNumber(improvement.goal());
  options.confidence = improvement.confidence() == 0 ? kConfidence : improvement.confidence();
  options.power = improvement.power() == 0 ? kPower : improvement.power();
  spec.unit = {options.type, improvement.measure().has_business_time(),
               improvement.measure().kind() == Kind::KIND_DEFECT_COUNT ? "defects per case"
                                                                       : "times per case"};
  if (improvement.counted_by() == v1::Improvement::COUNTED_BY_END)
    spec.counted_by = improvement::CountedBy::kEnd;
  const v1::ChartWindow& window = improvement.baseline_window();
  if (window.has_start_time()) {
    ASSIGN_OR_RETURN(spec.window.begin,
                     ToMicros("baseline_window.start_time", window.start_time()));
  }
  if (window.has_end_time()) {
    ASSIGN_OR_RETURN(spec.window.end, ToMicros("baseline_window.end_time", window.end_time()));
  }
  return spec;
}

FrozenBaseline ToFrozen(const improvement::Baseline& baseline, bool marked, absl::Time now) {
  FrozenBaseline frozen;
  v1::ImprovementBaseline& shown = frozen.shown;
  *shown.mutable_freeze_time() = ToTimestamp(absl::ToUnixMicros(now));
  ToProto(baseline.figures, shown.mutable_figures());
  if (baseline.earlier.has_value()) ToProto(*baseline.earlier, shown.mutable_earlier());
  if (baseline.earlier_p_value.has_value()) shown.set_earlier_p_value(*baseline.earlier_p_value);
  if (baseline.stable.has_value()) shown.set_stable(*baseline.stable);
  shown.mutable_outcome_time()->set_seconds(baseline.outcome_time);
  if (baseline.wanted.has_value()) shown.set_wanted_case_count(*baseline.wanted);
  *shown.mutable_warnings() = {baseline.warnings.begin(), baseline.warnings.end()};
  stored::v1::StoredBaseline& kept = frozen.kept;
  for (const CaseValue& one : baseline.side.cases) {
    kept.add_values(one.value);
    kept.add_kinds(static_cast<uint32_t>(one.known));
    kept.add_known_after_seconds(one.known_after);
    kept.add_age_seconds(one.age);
  }
  kept.set_case_count(baseline.case_count);
  for (size_t i = 0; i < baseline.mixes.size(); ++i) {
    const improvement::Mix& mix = baseline.mixes[i];
    stored::v1::StoredMix& one = *kept.add_mix();
    one.set_attribute(mix.attribute);
    *one.mutable_values() = {mix.values.begin(), mix.values.end()};
    *one.mutable_counts() = {mix.counts.begin(), mix.counts.end()};
    if (i >= baseline.values.size()) continue;
    *one.mutable_case_values() = {baseline.values[i].begin(), baseline.values[i].end()};
  }
  kept.set_marked(marked);
  *kept.mutable_warnings() = {baseline.warnings.begin(), baseline.warnings.end()};
  return frozen;
}

improvement::Side ToSide(const stored::v1::StoredBaseline& baseline) {
  improvement::Side side;
  side.marked = baseline.marked();
  const int size = std::min({baseline.values_size(), baseline.kinds_size(),
                             baseline.known_after_seconds_size(), baseline.age_seconds_size()});
  for (int i = 0; i < size; ++i) {
    const uint32_t kind = std::min(baseline.kinds(i), uint32_t{2});
    side.cases.push_back({baseline.values(i), static_cast<CaseValue::Known>(kind),
                          baseline.known_after_seconds(i), baseline.age_seconds(i)});
  }
  return side;
}

std::vector<improvement::Mix> ToMixes(const stored::v1::StoredBaseline& baseline) {
  std::vector<improvement::Mix> mixes;
  for (const stored::v1::StoredMix& mix : baseline.mix()) {
    mixes.push_back({mix.attribute(),
                     {mix.values().begin(), mix.values().end()},
                     {mix.counts().begin(), mix.counts().end()}});
    mixes.back().counts.resize(mixes.back().values.size());
  }
  return mixes;
}

void ToProto(const improvement::Figures& figures, v1::ImprovementFigures* answer) {
  answer->set_case_count(figures.count);
  answer->set_censored_count(figures.censored);
  answer->set_left_out_count(figures.left_out);
  answer->set_young_count(figures.young);
  if (figures.center.has_value()) answer->set_center(*figures.center);
  if (figures.center_lower.has_value()) answer->set_center_lower(*figures.center_lower);
  if (figures.center_upper.has_value()) answer->set_center_upper(*figures.center_upper);
  if (figures.mean.has_value()) answer->set_mean(*figures.mean);
}

void ToProto(const improvement::Comparison& comparison, v1::ImprovementComparison* answer) {
  answer->set_verdict(ToProto(comparison.verdict));
  answer->set_method(ToProto(comparison.method));
  ToProto(comparison.before, answer->mutable_before());
  ToProto(comparison.after, answer->mutable_after());
  if (comparison.improvement.has_value()) {
    answer->set_improvement(comparison.improvement->estimate);
    const improvement::Interval& interval = comparison.improvement->interval;
    if (std::isfinite(interval.lower)) answer->set_improvement_lower(interval.lower);
    if (std::isfinite(interval.upper)) answer->set_improvement_upper(interval.upper);
    answer->set_p_value(comparison.improvement->p_value);
  }
  if (comparison.log_rank_p_value.has_value())
    answer->set_log_rank_p_value(*comparison.log_rank_p_value);
  if (comparison.ratio.has_value()) answer->set_rate_ratio(*comparison.ratio);
  if (comparison.ratio_lower.has_value()) answer->set_rate_ratio_lower(*comparison.ratio_lower);
  if (comparison.ratio_upper.has_value()) answer->set_rate_ratio_upper(*comparison.ratio_upper);
  if (comparison.horizon.has_value()) answer->set_horizon_seconds(*comparison.horizon);
  if (comparison.wanted.has_value()) answer->set_wanted_case_count(*comparison.wanted);
  if (comparison.more.has_value()) answer->set_more_case_count(*comparison.more);
  if (comparison.goal_reached.has_value()) answer->set_goal_reached(*comparison.goal_reached);
}

void ToProto(const improvement::MixChange& change, v1::ImprovementMix* answer) {
  answer->set_attribute(change.attribute);
  answer->set_p_value(change.p_value);
  answer->set_value(change.value);
  answer->set_before_share(change.before_share);
  answer->set_after_share(change.after_share);
}

void ToProto(const improvement::Adjusted& adjusted, v1::ImprovementAdjusted* answer) {
  answer->set_improvement(adjusted.improvement.estimate);
  answer->set_improvement_lower(adjusted.improvement.interval.lower);
  answer->set_improvement_upper(adjusted.improvement.interval.upper);
  answer->set_p_value(adjusted.improvement.p_value);
  answer->set_unadjusted_improvement(adjusted.unadjusted);
  answer->set_value_count(adjusted.values);
  answer->set_left_out_count(adjusted.left_out);
  if (adjusted.horizon.has_value()) answer->set_horizon_seconds(*adjusted.horizon);
}

}  // namespace plumbline::analytics
