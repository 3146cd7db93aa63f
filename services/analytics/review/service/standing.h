// SPDX-License-Identifier: Apache-2.0
//
// How the objectives of a log stand, and a page in a few sentences.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_SERVICE_STANDING_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_SERVICE_STANDING_H_

#include "absl/status/status.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "plumbline/analytics/v1/review.pb.h"
#include "services/analytics/objectives/service/answers.h"
#include "services/analytics/objectives/service/store.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

// Adds the objectives of `log` as they stand at the end of the page (of a log without events as
// GetErrorBudget would say), by name; of a page of a part of the log, which is `part`, none, and
// says so. One that cannot be counted says why; only errors of the call itself (its deadline, the
// store) are errors.
absl::Status AddObjectives(ObjectiveStore& store, OutcomeReader& outcomes, const base::Clock& clock,
                           const base::CallContext& context, const LogKey& log, bool part,
                           v1::Review* review);

// The page in a few sentences, of fixes last; the rest of it is there. Where there is no fix the
// summary says why, and what else there is to say comes before that.
void Summarize(v1::Review* review);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_SERVICE_STANDING_H_
