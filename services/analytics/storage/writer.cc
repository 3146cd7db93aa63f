// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/storage/writer.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/counts.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "services/analytics/log/batch_rows.h"
#include "services/analytics/log/block.h"
#include "services/analytics/serving/answers.h"

namespace plumbline::analytics {
namespace {

base::Error KeptError(const LogKey& key, absl::string_view producer, absl::string_view advice) {
  base::Error error(
      base::Reason::ERROR_REASON_EVENT_LOG_KEPT,
      absl::StrCat(NameOf(key), " is kept by the producer '", producer, "': ", advice));
  error.With("producer", producer)
      .Precondition("EVENT_LOG_KEPT", NameOf(key), "a producer sends again what is deleted");
  return error;
}

}  // namespace

absl::Status Kept(const LogKey& key, absl::string_view producer, absl::string_view advice) {
  return KeptError(key, producer, advice);
}

void BatchTotals::Add(const EventBatch& batch, absl::string_view block) {
  const auto [first, last] = std::minmax_element(batch.time.begin(), batch.time.end());
  // As in the log in memory, a start may be the earliest time.
  int64_t earliest = *first;
  for (int64_t start : batch.start)
    earliest = start == kNoTime ? earliest : std::min(earliest, start);
  first_time = events == 0 ? earliest : std::min(first_time, earliest);
  last_time = events == 0 ? *last : std::max(last_time, *last);
  events += static_cast<int64_t>(batch.size());
  unpacked_bytes += UnpackedBytes(block);
}

void BatchTotals::AddTo(LogRecord* record, int64_t blocks) const {
  record->first_time =
      record->event_count == 0 ? first_time : std::min(record->first_time, first_time);
  record->last_time = record->event_count == 0 ? last_time : std::max(record->last_time, last_time);
  record->event_count += events;
  record->last_block += blocks;
  record->unpacked_bytes += unpacked_bytes;
}

absl::Status CheckFits(const LogRecord& record, absl::string_view field, int64_t memory_bytes) {
  // The builder of the log in memory numbers events with 32 bits.
  constexpr int64_t kMaxEvents = (int64_t{1} << 32) - 2;
  // A row has its columns beside what its texts take.
  constexpr int64_t kBytesPerEvent = 24;
  if (record.event_count > kMaxEvents) {
    return base::FieldError(
        field, absl::StrCat("bring the event log to ", base::CountText(record.event_count),
                            " events; it holds at most ", base::CountText(kMaxEvents),
                            "; write to another log"));
  }
  const int64_t bytes = record.unpacked_bytes + kBytesPerEvent * record.event_count;
  if (bytes <= memory_bytes) return absl::OkStatus();
  return base::FieldError(field,
                          absl::StrCat("bring the event log to some ", base::BytesText(bytes),
                                       " of memory; it may take ", base::BytesText(memory_bytes),
                                       ", which is log_memory_bytes of analytics: raise it, or "
                                       "write to another log"));
}

LogRecord NewLog(const CreateCommand& command, absl::Time now) {
  LogRecord record;
  record.uid = base::NewUuid();
  record.description = command.description;
  *record.description.mutable_create_time() = ToTimestamp(absl::ToUnixMicros(now));
  return record;
}

absl::StatusOr<LogRecord> FindLog(LogReads& reads, const LogKey& key) {
  ASSIGN_OR_RETURN(std::optional<LogRecord> record, reads.FindLog(key));
  if (!record.has_value()) return base::NotFound("EventLog", NameOf(key));
  return *std::move(record);
}

namespace {

// `next`: the number of the producer's next event; who wrote before goes on. `field`: by which it
// could say that it means to.
absl::Status CheckMayJoin(LogReads& reads, const LogKey& key, absl::string_view uid, int64_t next,
                          absl::string_view field) {
  if (next > 1) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string keeper, reads.KeeperOf(key.workspace, uid));
  if (keeper.empty()) return absl::OkStatus();
  // What was said of a log that is deleted since then is not said of its successor.
  return KeptError(
             key, keeper,
             absl::StrCat("other events would stand among the cases that it runs. Send to a log "
                          "of another name, or, to have just that, from number 1 with `",
                          field, "`"))
      .With("expected", "1");
}

}  // namespace

absl::StatusOr<std::string> Writer::Create(const base::CallContext& context,
                                           const WriteRequest& request,
                                           const CreateCommand& command) {
  const absl::Time now = clock_.Now();
  const LogRecord record = NewLog(command, now);
  return store_.Write(context, command.key.log, request, now,
                      [&](LogChanges& changes) -> absl::StatusOr<std::string> {
                        ASSIGN_OR_RETURN(const auto present, changes.FindLog(command.key));
                        if (present.has_value())
                          return base::AlreadyExists("EventLog", NameOf(command.key));
                        RETURN_IF_ERROR(changes.PutLog(command.key, record));
                        v1::CreateEventLogResponse response;
                        *response.mutable_event_log() = record.description;
                        return response.SerializeAsString();
                      });
}

absl::Status Writer::Delete(const base::CallContext& context, const WriteRequest& request,
                            const LogKey& key, bool allow_refill) {
  return store_
      .Write(context, key.log, request, clock_.Now(),
             [&](LogChanges& changes) -> absl::StatusOr<std::string> {
               ASSIGN_OR_RETURN(const LogRecord record, FindLog(changes, key));
               ASSIGN_OR_RETURN(const std::string keeper,
                                changes.KeeperOf(key.workspace, record.uid));
               if (!keeper.empty() && !allow_refill) {
                 return Kept(key, keeper,
                             "once deleted, it comes back whole with that producer's next event. "
                             "To have just that, delete it with `allow_refill`");
               }
               RETURN_IF_ERROR(changes.RemoveLog(key, record.uid));
               return std::string();
             })
      .status();
}

absl::Status Writer::WarmIds(const base::CallContext& context, const LogKey& key) {
  return store_.Read(context, [&](LogReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<LogRecord> record, reads.FindLog(key));
    return record.has_value() ? ids_.CatchUp(reads, key.workspace, *record) : absl::OkStatus();
  });
}

absl::StatusOr<v1::EventLog> Writer::SetRetention(const base::CallContext& context,
                                                  const LogKey& key,
                                                  const std::optional<v1::Retention>& retention) {
  v1::EventLog description;
  const WriteRequest request{key.workspace, "SetRetention", "", ""};
  RETURN_IF_ERROR(store_
                      .Write(context, key.log, request, clock_.Now(),
                             [&](LogChanges& changes) -> absl::StatusOr<std::string> {
                               ASSIGN_OR_RETURN(LogRecord record, FindLog(changes, key));
                               record.description.clear_retention();
                               if (retention.has_value())
                                 *record.description.mutable_retention() = *retention;
                               RETURN_IF_ERROR(changes.PutLog(key, record));
                               description = record.description;
                               return std::string();
                             })
                      .status());
  return description;
}

absl::StatusOr<ProducerState> Writer::Find(const base::CallContext& context, const LogKey& key,
                                           absl::string_view producer, bool may_join) {
  ProducerState state;
  RETURN_IF_ERROR(store_.Read(context, [&](LogReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(const LogRecord record, FindLog(reads, key));
    ASSIGN_OR_RETURN(state.next_sequence, reads.NextSequence(key.workspace, record.uid, producer));
    if (!may_join) {
      RETURN_IF_ERROR(CheckMayJoin(reads, key, record.uid, state.next_sequence, "open.allow_kept"));
    }
    state.watermark = record.last_block;
    return absl::OkStatus();
  }));
  return state;
}

absl::StatusOr<WriteResult> Writer::Write(const base::CallContext& context,
                                          const WriteCommand& command, int count,
                                          absl::FunctionRef<EventBatch(int)> batch) {
  // Nearly always all events are new: that block is made before the transaction, which then is
  // short.
  EventBatch whole = batch(0);
  ASSIGN_OR_RETURN(const std::string all, EncodeBlock(whole));
  const bool has_ids = HasEventIds(whole);
  if (has_ids) RETURN_IF_ERROR(WarmIds(context, command.key));
  WriteResult result;
  auto write = [&](LogChanges& changes) -> absl::StatusOr<std::string> {
    const std::string& workspace = command.key.workspace;
    ASSIGN_OR_RETURN(LogRecord record, FindLog(changes, command.key));
    ASSIGN_OR_RETURN(const int64_t next,
                     changes.NextSequence(workspace, record.uid, command.producer));
    if (!command.keeps && !command.allow_kept)
      RETURN_IF_ERROR(CheckMayJoin(changes, command.key, record.uid, next, "allow_kept"));
    if (command.first_sequence > next) {
      return base::Error(base::Reason::ERROR_REASON_SEQUENCE_GAP,
                         absl::StrCat("first_sequence is ", command.first_sequence,
                                      ", but the next event of producer '", command.producer,
                                      "' is number ", next, "; send from there"))
          .With("expected", absl::StrCat(next));
    }
    const int skip = static_cast<int>(std::min<int64_t>(next - command.first_sequence, count));
    result = {count - skip, skip, next + count - skip, record.last_block};
    if (skip == count) return std::string();
    EventBatch rest = skip == 0 ? EventBatch() : batch(skip);
    bool all_new = skip == 0;
    if (has_ids) {
      RETURN_IF_ERROR(ids_.CatchUp(changes, workspace, record));
      const EventBatch& come = skip == 0 ? whole : rest;
      const std::vector<bool> is_new = ids_.NewRows(record, come);
      EventBatch kept;
      AppendRows(
          come, [&](size_t row) { return is_new[row]; }, &kept);
      all_new = kept.size() == whole.size();
      rest = std::move(kept);
    }
    const EventBatch& fresh = all_new ? whole : rest;
    result.accepted = static_cast<int64_t>(fresh.size());
    result.duplicates = count - result.accepted;
    if (!fresh.empty()) {
      std::string block = all;
      if (!all_new) {
        ASSIGN_OR_RETURN(block, EncodeBlock(fresh));
      }
      BatchTotals totals;
      totals.Add(fresh, block);
      totals.AddTo(&record, 1);
      RETURN_IF_ERROR(CheckFits(record, "events", memory_bytes_));
      StoredBlock stored{record.last_block, record.last_block, result.accepted, std::move(block)};
      RETURN_IF_ERROR(changes.AddBlock(workspace, record.uid, stored));
      result.watermark = record.last_block;
    }
    RETURN_IF_ERROR(changes.PutNextSequence(workspace, record.uid, command.producer,
                                            result.next_sequence, command.keeps));
    RETURN_IF_ERROR(changes.PutLog(command.key, record));
    return std::string();
  };
  const WriteRequest request{command.key.workspace, "WriteEvents", "", ""};
  RETURN_IF_ERROR(store_.Write(context, command.key.log, request, clock_.Now(), write).status());
  return result;
}

}  // namespace plumbline::analytics
