// SPDX-License-Identifier: Apache-2.0
//
// AnalyticsService.GetReport: the findings of a log, and the page for the person in charge.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_SERVICE_RPC_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_SERVICE_RPC_H_

#include "common/base/clock.h"
#include "common/rpc/method_table.h"
#include "services/analytics/objectives/service/answers.h"
#include "services/analytics/objectives/service/store.h"
#include "services/analytics/serving/reader.h"

namespace plumbline::analytics {

// All must outlive the table.
struct ReportParts {
  Reader& reader;
  ObjectiveStore& objectives;
  OutcomeReader& outcomes;
  const base::Clock& clock;
};

// Adds the method.
void RegisterReport(const ReportParts& parts, rpc::MethodTable* table);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_SERVICE_RPC_H_
