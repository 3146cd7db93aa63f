// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/storage/retention.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/log/batch_rows.h"
#include "services/analytics/storage/rewrite.h"

namespace plumbline::analytics {
namespace {

constexpr absl::Duration kRest = absl::Hours(1);

// Events before a time, each alone or by whole cases.
class RetentionRewriting final : public Rewriting {
 public:
  RetentionRewriting(int64_t cutoff, bool cases) : cutoff_(cutoff), cases_(cases) {}

  // Learns which cases are over.
  void Survey(const EventBatch& batch) {
    for (size_t i = 0; i < batch.size(); ++i) {
      const bool old = batch.time[i] < cutoff_;
      old_events_ += old;
      if (!cases_) continue;
      const absl::string_view case_id = batch.cases[batch.case_id[i]];
      if (!old) {
        young_.insert(std::string(case_id));
        old_.erase(case_id);
      } else if (!young_.contains(case_id)) {
        old_.insert(std::string(case_id));
      }
    }
  }
  bool AnythingToDo() const { return cases_ ? !old_.empty() : old_events_ > 0; }
  int64_t deleted() const { return deleted_; }

  void Begin() override {
    deleted_ = 0;
    marked_.reset();
  }
  void BeginTail() override {
    if (!marked_.has_value()) marked_ = deleted_;
    deleted_ = *marked_;
  }
  absl::StatusOr<EventBatch> Edit(const EventBatch& batch) override {
    bool revived = false;
    EventBatch kept;
    AppendRows(
        batch,
        [&](size_t row) {
          const bool old = batch.time[row] < cutoff_;
          const bool goes = cases_ ? old_.contains(batch.cases[batch.case_id[row]]) : old;
          revived |= goes && !old;
          deleted_ += goes;
          return !goes;
        },
        &kept);
    if (revived) return absl::AbortedError("a case that was over goes on");
    return kept;
  }
  absl::Status Check(const EventBatch&) override { return absl::OkStatus(); }
  absl::StatusOr<std::string> Commit(LogRecord*, int64_t) override { return std::string(); }

 private:
  const int64_t cutoff_;
  const bool cases_;
  absl::flat_hash_set<std::string> old_, young_;  // cases
  int64_t old_events_ = 0, deleted_ = 0;
  std::optional<int64_t> marked_;
};

}  // namespace

absl::StatusOr<int64_t> Retention::RunOnce(const base::CallContext& context, absl::Time now) {
  std::vector<LogKey> keys;
  RETURN_IF_ERROR(store_.Read(context, [&](LogReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(keys, reads.LogsWithRetention());
    return absl::OkStatus();
  }));
  int64_t deleted = 0;
  for (const LogKey& key : keys) {
    const absl::StatusOr<int64_t> of_log = Keep(context, key, now);
    // Somebody else changes the log: the next round sees what is left.
    if (of_log.status().code() == absl::StatusCode::kAborted) continue;
    RETURN_IF_ERROR(of_log.status());
    deleted += *of_log;
  }
  if (deleted > 0) RETURN_IF_ERROR(SweepNow(context, store_));
  absl::erase_if(rests_, [now](const auto& one) { return one.second.until <= now; });
  return deleted;
}

absl::StatusOr<int64_t> Retention::Keep(const base::CallContext& context, const LogKey& key,
                                        absl::Time now) {
  std::optional<LogRecord> record;
  RETURN_IF_ERROR(store_.Read(context, [&](LogReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(record, reads.FindLog(key));
    return absl::OkStatus();
  }));
  if (!record.has_value() || !record->description.has_retention() || record->event_count == 0)
    return 0;
  const v1::Retention& retention = record->description.retention();
  const int64_t cutoff = absl::ToUnixMicros(now - absl::Seconds(retention.max_age().seconds()) -
                                            absl::Nanoseconds(retention.max_age().nanos()));
  if (record->first_time >= cutoff) return 0;
  const std::string words = retention.SerializeAsString();
  const auto rest = rests_.find(record->uid);
  if (rest != rests_.end() && now < rest->second.until && rest->second.retention == words) return 0;
  RetentionRewriting rewriting(cutoff, retention.unit() != v1::Retention::UNIT_EVENTS);
  RETURN_IF_ERROR(ReadLog(context, store_, clock_, key, *record, [&](const EventBatch& batch) {
    rewriting.Survey(batch);
    return absl::OkStatus();
  }));
  if (!rewriting.AnythingToDo()) {
    rests_[record->uid] = {now + kRest, words};
    return 0;
  }
  RETURN_IF_ERROR(RewriteLog(context, store_, clock_, key, *record,
                             {key.workspace, "Retention", "", ""}, rewriting)
                      .status());
  memory_.Forget(record->uid);
  return rewriting.deleted();
}

}  // namespace plumbline::analytics
