// SPDX-License-Identifier: Apache-2.0
//
// Improvement projects measured in their event logs.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SERVICE_MEASURE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SERVICE_MEASURE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "services/analytics/improvement/service/rules.h"
#include "services/analytics/improvement/service/store.h"
#include "services/analytics/serving/reader.h"

namespace plumbline::analytics {

// Thread-safe. Errors of both: RESOURCE_NOT_FOUND (the event log), those of Reader::Load and
// Select, DEADLINE_EXCEEDED, CANCELLED.
class ImprovementMeasurer {
 public:
  // Both must outlive it.
  ImprovementMeasurer(Reader& reader, const base::Clock& clock) : reader_(reader), clock_(clock) {}

  // The baseline of a project that has all that STATE_MEASURE needs, as the log is now.
  // FIELD_INVALID, of fields of the project.
  absl::StatusOr<FrozenBaseline> Freeze(const base::CallContext& context,
                                        const v1::Improvement& improvement) const;

  // What to mind about which cases a project takes, before anything is measured (WarningsOfChoice).
  // Where the log cannot be read, without it.
  std::vector<std::string> WarningsOf(const base::CallContext& context,
                                      const v1::Improvement& improvement) const;

  // Cases after the change against the frozen baseline, as the log is now; from the cache where
  // that has it. IMPROVEMENT_STATE for a project without a baseline, FIELD_INVALID (field "change")
  // for one without a change.
  absl::StatusOr<v1::ImprovementComparison> Compare(const base::CallContext& context,
                                                    const StoredImprovement& stored) const;

 private:
  Reader& reader_;
  const base::Clock& clock_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SERVICE_MEASURE_H_
