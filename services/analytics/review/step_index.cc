// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/step_index.h"

namespace plumbline::analytics::review {
namespace {

StepLists ByActivity(const CaseGraphs& graphs) {
  return StepLists([&](const auto& take) {
    for (uint32_t i = 0; i < graphs.steps.size(); ++i) take(graphs.steps[i].activity, i);
  });
}

StepLists ByCause(const CaseGraphs& graphs) {
  return StepLists([&](const auto& take) {
    for (uint32_t i = 0; i < graphs.steps.size(); ++i) {
      for (const BlockedBy& one : graphs.CausesOf(graphs.steps[i])) take(one.cause, i);
    }
  });
}

}  // namespace

StepIndex::StepIndex(const CaseGraphs& graphs)
    : graphs_(graphs), by_activity_(ByActivity(graphs)), by_cause_(ByCause(graphs)) {
  place_of_.resize(graphs.steps.size());
  for (uint32_t place = 0; place < graphs.cases.size(); ++place) {
    const CaseGraph& one = graphs.cases[place];
    for (uint32_t i = one.first; i < one.first + one.count; ++i) place_of_[i] = place;
  }
}

}  // namespace plumbline::analytics::review
