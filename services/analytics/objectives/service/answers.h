// SPDX-License-Identifier: Apache-2.0
//
// Error budgets of objectives, from their event logs.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_ANSWERS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_ANSWERS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "plumbline/analytics/v1/objective.pb.h"
#include "plumbline/analytics/v1/selection.pb.h"
#include "services/analytics/memory/log_memory.h"
#include "services/analytics/objectives/outcomes.h"
#include "services/analytics/objectives/service/terms.h"
#include "services/analytics/serving/reader.h"

namespace plumbline::analytics {

// The outcomes of a log at a watermark.
struct KnownOutcomes {
  objectives::Outcomes outcomes;
  std::optional<v1::SelectionSummary> selection;
  v1::CompletionSummary completion;
  int64_t last_time = kNoTime;  // of the log
};

// Reads outcomes, and keeps those that were read last while their logs stay as they are, so that a
// budget costs what its windows do, and not what the log holds. Thread-safe.
class OutcomeReader {
 public:
  // Keeps some `most_bytes`. Both must outlive it.
  OutcomeReader(Reader& reader, const base::Clock& clock, size_t most_bytes)
      : reader_(reader), clock_(clock), most_bytes_(most_bytes) {}

  // Errors as of Reader::Load and Reader::Select. O(1) where they are known, O(n) where sums are
  // kept, else O(rows).
  absl::StatusOr<std::shared_ptr<const KnownOutcomes>> Read(const base::CallContext& context,
                                                            const CompiledObjective& objective);
  // What may be a slip in its condition or its activities: what the log does not know, or not yet.
  // Nothing of a log without events, of an objective that names nothing, and where the log cannot
  // be read at the moment. O(rows).
  absl::StatusOr<std::vector<std::string>> LookForSlips(const base::CallContext& context,
                                                        const CompiledObjective& objective);

 private:
  struct Entry {
    std::string uid;  // of the log of which they are, at this watermark
    int64_t watermark = 0;
    std::shared_ptr<const KnownOutcomes> known;
    int64_t last_use = 0;
  };
  // From sums that are kept; false where there are none. `*watermark`: of which they are.
  absl::StatusOr<bool> ReadKept(const base::CallContext& context, const LogRecord& record,
                                const CompiledObjective& objective, KnownOutcomes* known,
                                int64_t* watermark);
  void Keep(const std::string& question, Entry read);

  Reader& reader_;
  const base::Clock& clock_;
  const size_t most_bytes_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Entry> entries_ ABSL_GUARDED_BY(mutex_);
  int64_t uses_ ABSL_GUARDED_BY(mutex_) = 0;
};

// As of when a budget is looked at where nobody says: see GetErrorBudgetRequest.time.
int64_t DefaultTime(const KnownOutcomes& known, absl::Time now);

// With burn_rates and rules where `whole`.
void ToProto(const objectives::Budget& budget, const objectives::Terms& terms, bool whole,
             v1::ErrorBudget* answer);
v1::BurnRateRuleState ToProto(const objectives::RuleState& state, const objectives::Terms& terms);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_ANSWERS_H_
