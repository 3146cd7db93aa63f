// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "services/analytics/conformance/service/answers.h"

namespace plumbline::analytics {
namespace {

constexpr int kMaxNames = 1'000;  // of a list of activities

using Names = google::protobuf::RepeatedPtrField<std::string>;

v1::FootprintRelation ToProto(Relation relation) {
  switch (relation) {
    case Relation::kNone:
      return v1::FOOTPRINT_RELATION_NONE;
    case Relation::kSequence:
      return v1::FOOTPRINT_RELATION_SEQUENCE;
    case Relation::kReversed:
      return v1::FOOTPRINT_RELATION_REVERSED;
    case Relation::kParallel:
      return v1::FOOTPRINT_RELATION_PARALLEL;
  }
  return v1::FOOTPRINT_RELATION_UNSPECIFIED;
}

// Whether an activity occurs, and is marked so where it does.
bool Has(const Succession& succession, const std::string& name, const std::vector<bool>* marks) {
  const auto& names = succession.names;
  const auto found = std::lower_bound(names.begin(), names.end(), name);
  if (found == names.end() || *found != name) return false;
  return marks == nullptr || (*marks)[static_cast<size_t>(found - names.begin())];
}

// Those of `in`, with the mark if there is one, that `other` does not have so.
void AddOnly(const Succession& in, const std::vector<bool>* marks, const Succession& other,
             const std::vector<bool>* other_marks, Names* answer) {
  for (size_t i = 0; i < in.names.size() && answer->size() < kMaxNames; ++i) {
    if (marks != nullptr && !(*marks)[i]) continue;
    if (!Has(other, in.names[i], other_marks)) *answer->Add() = in.names[i];
  }
}

}  // namespace

void ToProto(const Succession& first, const Succession& other,
             const FootprintComparison& comparison, v1::CompareFootprintsResponse* answer) {
  if (const auto similarity = comparison.similarity(); similarity.has_value()) {
    answer->set_similarity(*similarity);
  } else {
    v1::AbsentFigure& absent = *answer->add_absent();
    absent.set_field("similarity");
    absent.set_reason("neither has an activity");
  }
  answer->set_cell_count(comparison.cells);
  answer->set_differing_cell_count(comparison.differing_cells);
  for (const FootprintDifference& difference : comparison.differences) {
    v1::FootprintDifference& shown = *answer->add_differences();
    shown.set_from(difference.from);
    shown.set_to(difference.to);
    shown.set_first(ToProto(difference.first));
    shown.set_other(ToProto(difference.second));
    shown.set_first_count(difference.first_count);
    shown.set_first_reversed_count(difference.first_reversed_count);
    shown.set_other_count(difference.second_count);
    shown.set_other_reversed_count(difference.second_reversed_count);
  }
  answer->set_omitted_difference_count(comparison.omitted);
  AddOnly(first, nullptr, other, nullptr, answer->mutable_only_first_activities());
  AddOnly(other, nullptr, first, nullptr, answer->mutable_only_other_activities());
  AddOnly(first, &first.starts, other, &other.starts,
          answer->mutable_only_first_start_activities());
  AddOnly(other, &other.starts, first, &first.starts,
          answer->mutable_only_other_start_activities());
  AddOnly(first, &first.ends, other, &other.ends, answer->mutable_only_first_end_activities());
  AddOnly(other, &other.ends, first, &first.ends, answer->mutable_only_other_end_activities());
}

}  // namespace plumbline::analytics
