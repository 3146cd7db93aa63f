// SPDX-License-Identifier: Apache-2.0
//
// What conditions on cases and events may name; see Selection in selection.proto.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FILTER_FIELDS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FILTER_FIELDS_H_

#include "common/expr/schema.h"

namespace plumbline::analytics {

// Indices of the fields in CaseSchema().
enum CaseField {
  kCaseId,
  kCaseStart,
  kCaseEnd,
  kCaseDuration,
  kEventCount,
  kFirstActivity,
  kLastActivity,
  kActivities,
  kRepeatedActivities,
  kFollows,
  kEventuallyFollows,
  kSequence,
  kVariantRank,
  kVariantCaseCount,
  kResources,
  kTransitions,
  kOpen,
  kDefects,
  kReportedDefects,
  kCaseAttributes,
};

// Indices of the fields in EventSchema().
enum EventField {
  kEventActivity,
  kEventResource,
  kEventTransition,
  kEventTime,
  kEventStart,
  kEventDuration,
  kEventAttributes,
};

const expr::Schema& CaseSchema();
const expr::Schema& EventSchema();

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FILTER_FIELDS_H_
