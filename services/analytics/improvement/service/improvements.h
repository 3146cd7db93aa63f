// SPDX-License-Identifier: Apache-2.0
//
// Improvement projects, kept and measured. What has to be measured for a write (a baseline, a
// verdict) is measured outside of the transaction, which then checks that the project is still the
// same.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SERVICE_IMPROVEMENTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SERVICE_IMPROVEMENTS_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/listing/query.h"
#include "services/analytics/improvement/service/measure.h"
#include "services/analytics/improvement/service/rules.h"
#include "services/analytics/improvement/service/store.h"
#include "services/analytics/serving/reader.h"

namespace plumbline::analytics {

// Thread-safe. Errors of all methods: those of the store.
class Improvements {
 public:
  // All must outlive it but `store`.
  Improvements(std::unique_ptr<ImprovementStore> store, Store& logs, Reader& reader,
               const base::Clock& clock)
      : store_(std::move(store)), logs_(logs), measurer_(reader, clock), clock_(clock) {}

  // RESOURCE_NOT_FOUND.
  absl::StatusOr<StoredImprovement> Get(const base::CallContext& context,
                                        const ImprovementKey& key) const;
  absl::StatusOr<listing::Page<v1::Improvement>> List(const base::CallContext& context,
                                                      const std::string& workspace,
                                                      const listing::Query& query) const;
  // RESOURCE_NOT_FOUND where there is no entry at all.
  absl::StatusOr<std::vector<v1::ImprovementHistoryEntry>> History(const base::CallContext& context,
                                                                   const ImprovementKey& key,
                                                                   int64_t before, int limit) const;
  // Errors also of ImprovementMeasurer::Compare.
  absl::StatusOr<v1::ImprovementComparison> Measure(const base::CallContext& context,
                                                    const ImprovementKey& key) const;

  // What to mind about which cases a project takes is told from the first draft on: as the warnings
  // of the baseline, which has nothing else before it is frozen. Never kept.
  void AddWarnings(const base::CallContext& context, v1::Improvement* improvement) const;

  // What a write is about.
  struct Target {
    ImprovementKey key;
    std::string etag, reason;
    std::optional<WriteRequest> request;  // absent: checks everything and changes nothing
  };
  // Errors: those of the functions of improvement_rules.h with these names, of Advance and Close
  // also those of ImprovementMeasurer, RESOURCE_NOT_FOUND, ETAG_MISMATCH, REQUEST_ID_REUSED.
  absl::StatusOr<v1::Improvement> Create(const base::CallContext& context, const Target& target,
                                         const v1::Improvement& content) const;
  absl::StatusOr<v1::Improvement> Update(const base::CallContext& context, const Target& target,
                                         const v1::Improvement& content,
                                         const std::vector<std::string>& fields) const;
  absl::StatusOr<v1::Improvement> Delete(const base::CallContext& context,
                                         const Target& target) const;
  absl::StatusOr<v1::Improvement> Advance(const base::CallContext& context, const Target& target,
                                          v1::Improvement::State to) const;
  absl::StatusOr<v1::Improvement> Close(const base::CallContext& context, const Target& target,
                                        bool allow_too_early) const;

 private:
  // What becomes of what is kept.
  using Plan = absl::FunctionRef<absl::StatusOr<ImprovementChange>(
      ImprovementReads&, const std::optional<StoredImprovement>& present)>;
  absl::StatusOr<v1::Improvement> Write(const base::CallContext& context, const Target& target,
                                        Plan plan) const;
  // As Write, where `plan` may find that something has to be measured for the project first: then
  // it sets `*unmeasured` and fails, `measure` is called with it, and it is tried again.
  using MeasuredPlan = absl::FunctionRef<absl::StatusOr<ImprovementChange>(
      const StoredImprovement& present, std::optional<StoredImprovement>* unmeasured)>;
  absl::StatusOr<v1::Improvement> WriteMeasured(
      const base::CallContext& context, const Target& target, MeasuredPlan plan,
      absl::FunctionRef<absl::Status(const StoredImprovement&)> measure) const;
  // As Write of what names an event log: CheckLog before `plan`.
  absl::StatusOr<v1::Improvement> WriteChecked(const base::CallContext& context,
                                               const Target& target, const v1::Improvement& content,
                                               Plan plan) const;
  // RESOURCE_NOT_FOUND (of improvement.event_log) where `content` names another log than `present`
  // did, and that does not exist.
  absl::Status CheckLog(const base::CallContext& context, const ImprovementKey& key,
                        const v1::Improvement& content, absl::string_view present) const;
  ImprovementAuthor AuthorOf(const base::CallContext& context, const Target& target) const;

  const std::unique_ptr<ImprovementStore> store_;
  Store& logs_;
  const ImprovementMeasurer measurer_;
  const base::Clock& clock_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SERVICE_IMPROVEMENTS_H_
