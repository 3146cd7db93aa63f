// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/serving/answers.h"

#include <cmath>

namespace plumbline::analytics {
namespace {

void ToProto(const LogSnapshot& log, const ActivityNode& node, v1::ActivityNode* answer) {
  answer->set_activity(log.activities[node.activity]);
  answer->set_count(node.count);
  answer->set_case_count(node.case_count);
  answer->set_start_count(node.start_count);
  answer->set_end_count(node.end_count);
  answer->set_rework_case_count(node.rework_case_count);
  answer->set_self_loop_count(node.self_loop_count);
  if (node.service.count > 0) ToProto(node.service, answer->mutable_service());
}

void ToProto(const LogSnapshot& log, const Edge& edge, v1::Edge* answer) {
  if (edge.from != kNoText) answer->set_from(log.activities[edge.from]);
  answer->set_to(log.activities[edge.to]);
  answer->set_count(edge.count);
  answer->set_case_count(edge.case_count);
  if (edge.wait.count > 0) ToProto(edge.wait, answer->mutable_wait());
}

void ToProto(const TargetAttainment& target, v1::TargetAttainment* answer) {
  answer->set_case_count(target.case_count);
  answer->set_inside_count(target.inside_count);
  answer->set_outside_count(target.outside_count);
  answer->set_undecided_count(target.undecided_count);
  answer->set_share(target.share);
  answer->set_target(target.target);
  ToDuration(target.target_seconds, answer->mutable_target_duration());
}

v1::Finding::Kind ToProto(FindingKind kind) {
  switch (kind) {
    case FindingKind::kImpediment:
      return v1::Finding::KIND_IMPEDIMENT;
    case FindingKind::kWait:
      return v1::Finding::KIND_WAIT;
    case FindingKind::kRework:
      return v1::Finding::KIND_REWORK;
    case FindingKind::kSlowStep:
      return v1::Finding::KIND_SLOW_STEP;
  }
  return v1::Finding::KIND_UNSPECIFIED;
}

void ToProto(const Finding& finding, v1::Finding* answer) {
  answer->set_rank(finding.rank);
  answer->set_kind(ToProto(finding.kind));
  answer->set_headline(finding.headline);
  for (const std::string& sentence : finding.evidence) answer->add_evidence(sentence);
  answer->set_lost_seconds(finding.lost_seconds);
  answer->set_case_count(finding.case_count);
  answer->set_subject(finding.subject);
}

}  // namespace

void ToDuration(double seconds, google::protobuf::Duration* answer) {
  double whole = std::trunc(seconds);
  int64_t nanos = std::llround((seconds - whole) * 1e9);
  if (nanos == 1'000'000'000 || nanos == -1'000'000'000) {
    whole += nanos > 0 ? 1 : -1;
    nanos = 0;
  }
  answer->set_seconds(static_cast<int64_t>(whole));
  answer->set_nanos(static_cast<int32_t>(nanos));
}

google::protobuf::Timestamp ToTimestamp(int64_t micros) {
  int64_t seconds = micros / 1'000'000, rest = micros % 1'000'000;
  if (rest < 0) {
    --seconds;
    rest += 1'000'000;
  }
  google::protobuf::Timestamp time;
  time.set_seconds(seconds);
  time.set_nanos(static_cast<int32_t>(rest * 1'000));
  return time;
}

v1::Omitted ToProto(const Omitted& omitted) {
  v1::Omitted answer;
  answer.set_count(omitted.count);
  answer.set_share(omitted.share);
  return answer;
}

void ToProto(const Distribution& distribution, v1::DurationStatistics* answer) {
  answer->Clear();
  answer->set_count(distribution.count);
  if (distribution.count == 0) return;
  ToDuration(distribution.mean, answer->mutable_mean());
  ToDuration(distribution.median, answer->mutable_median());
  ToDuration(distribution.p90, answer->mutable_p90());
  ToDuration(distribution.p95, answer->mutable_p95());
  ToDuration(distribution.p99, answer->mutable_p99());
  ToDuration(distribution.min, answer->mutable_min());
  ToDuration(distribution.max, answer->mutable_max());
  answer->set_total_seconds(distribution.total);
}

void ToProto(const LogSnapshot& log, const ProcessMap& map, v1::ProcessMap* answer) {
  answer->Clear();
  for (const ActivityNode& node : map.activities) ToProto(log, node, answer->add_activities());
  for (const Edge& edge : map.edges) ToProto(log, edge, answer->add_edges());
  answer->set_event_count(map.event_count);
  answer->set_case_count(map.case_count);
  answer->set_omitted_edges(map.omitted_edges.count);
  answer->set_omitted_count(map.omitted_count);
  answer->set_omitted_share(map.omitted_edges.share);
  if (map.omitted_activities.count > 0)
    *answer->mutable_omitted_activities() = ToProto(map.omitted_activities);
}

void ToProto(const LogSnapshot& log, const Variant& variant, v1::Variant* answer) {
  answer->Clear();
  for (uint32_t activity : variant.activities) answer->add_activities(log.activities[activity]);
  answer->set_activity_count(variant.activity_count);
  answer->set_count(variant.count);
  answer->set_open_case_count(variant.open_case_count);
  answer->set_share(variant.share);
  ToProto(variant.duration, answer->mutable_duration());
}

void ToProto(const LogSnapshot& log, const StepTime& step, v1::StepTime* answer) {
  answer->Clear();
  answer->set_activity(log.activities[step.activity]);
  answer->set_count(step.count);
  ToProto(step.waiting, answer->mutable_waiting());
  ToProto(step.working, answer->mutable_working());
  ToProto(step.blocked, answer->mutable_blocked());
  answer->set_late_count(step.late_count);
  answer->set_due_count(step.due_count);
  answer->set_rework_case_count(step.rework_case_count);
  answer->set_case_count(step.case_count);
  answer->set_planned_seconds(step.planned_seconds);
}

void ToProto(const ParetoBar& bar, v1::ParetoBar* answer) {
  answer->Clear();
  answer->set_cause(CauseName(bar.cause));
  answer->set_count(bar.count);
  answer->set_lost_seconds(bar.lost_seconds);
  answer->set_share(bar.share);
  answer->set_cumulative_share(bar.cumulative_share);
  answer->set_case_count(bar.case_count);
  answer->set_worst_activity(bar.worst_activity);
  answer->set_category(bar.cause.category);
  answer->set_utility(bar.cause.utility);
  answer->set_cause_text(CauseText(bar.cause));
}

void ToProto(const LogSnapshot& log, const Report& report, v1::Report* answer) {
  answer->Clear();
  ToProto(log, report.process_map, answer->mutable_process_map());
  int64_t cases = 0;
  for (const Variant& variant : report.variants) {
    v1::Variant* shown = answer->add_variants();
    ToProto(log, variant, shown);
    cases += variant.count;
    shown->set_rank(answer->variants_size());
    shown->set_cumulative_share(static_cast<double>(cases) /
                                static_cast<double>(report.process_map.case_count));
  }
  answer->set_variant_count(report.variant_count);
  ToProto(report.case_duration, answer->mutable_case_duration());
  answer->set_open_case_count(report.open_case_count);
  for (const StepTime& step : report.steps) ToProto(log, step, answer->add_steps());
  for (const ParetoBar& bar : report.impediments) ToProto(bar, answer->add_impediments());
  if (report.bottleneck.has_value()) ToProto(log, *report.bottleneck, answer->mutable_bottleneck());
  answer->set_bottleneck_share(report.bottleneck_share);
  if (report.omitted_variants.count > 0)
    *answer->mutable_omitted_variants() = ToProto(report.omitted_variants);
  if (report.omitted_steps.count > 0)
    *answer->mutable_omitted_steps() = ToProto(report.omitted_steps);
  if (report.omitted_impediments.count > 0)
    *answer->mutable_omitted_impediments() = ToProto(report.omitted_impediments);
  if (report.target.has_value()) ToProto(*report.target, answer->mutable_target());
  for (const Finding& finding : report.findings) ToProto(finding, answer->add_findings());
}

}  // namespace plumbline::analytics
