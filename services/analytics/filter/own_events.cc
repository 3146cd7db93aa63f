// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/filter/own_events.h"

#include <algorithm>

#include "services/analytics/filter/fields.h"

namespace plumbline::analytics {
namespace {

bool IsByOwnEvents(const expr::Condition& condition) {
  if (condition.kind == expr::Condition::Kind::kTest) {
    const int field = condition.test.field;
    // A step that is open may be late only because of how far the log goes.
    return field != kCaseId && field != kVariantRank && field != kVariantCaseCount &&
           field != kDefects && field != kReportedDefects;
  }
  return std::all_of(condition.children.begin(), condition.children.end(),
                     [](const expr::Condition& child) { return IsByOwnEvents(child); });
}

}  // namespace

bool IsByOwnEvents(const Selection& selection) {
  return !selection.completion().asked() &&
         (!selection.cases().has_value() || IsByOwnEvents(*selection.cases()));
}

}  // namespace plumbline::analytics
