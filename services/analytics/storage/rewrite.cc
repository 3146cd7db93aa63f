// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/storage/rewrite.h"

#include <optional>
#include <utility>
#include <vector>

#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "services/analytics/log/block.h"
#include "services/analytics/storage/writer.h"

namespace plumbline::analytics {
namespace {

constexpr int kBlocksAtOnce = 16;
constexpr int kMaxTail = 1'000;  // blocks that came meanwhile
constexpr int kSweepAtOnce = 200;

absl::Status Changed() {
  return absl::AbortedError("the event log changed while it was written again; try again");
}

// One attempt.
class Attempt {
 public:
  Attempt(const base::CallContext& context, Store& store, const base::Clock& clock,
          const LogKey& key, const LogRecord& record, Rewriting& rewriting)
      : context_(context),
        store_(store),
        clock_(clock),
        key_(key),
        record_(record),
        rewriting_(rewriting),
        staged_uid_(base::NewUuid()) {}

  // Gives up what nobody took.
  ~Attempt() {
    if (!taken_ && blocks_ > 0) store_.Discard(context_, key_.workspace, staged_uid_).IgnoreError();
  }

  absl::StatusOr<std::string> Run(const WriteRequest& request) {
    rewriting_.Begin();
    RETURN_IF_ERROR(ReadLog(context_, store_, clock_, key_, record_,
                            [&](const EventBatch& batch) { return Stage(batch); }));
    RETURN_IF_ERROR(CheckStaged());
    bool ran = false;
    absl::StatusOr<std::string> answer =
        store_.Write(context_, key_.log, request, clock_.Now(), [&](LogChanges& changes) {
          ran = true;
          return Commit(changes);
        });
    taken_ = ran && answer.ok();
    return answer;
  }

 private:
  absl::Status Stage(const EventBatch& batch) {
    ASSIGN_OR_RETURN(const EventBatch kept, rewriting_.Edit(batch));
    if (kept.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(std::string data, EncodeBlock(kept));
    totals_.Add(kept, data);
    ++blocks_;
    return store_.Stage(context_, key_.workspace, staged_uid_,
                        {blocks_, blocks_, static_cast<int64_t>(kept.size()), std::move(data)},
                        clock_.Now());
  }

  absl::Status CheckStaged() {
    for (int64_t at = 0; at < blocks_;) {
      std::vector<StoredBlock> blocks;
      RETURN_IF_ERROR(store_.Read(context_, [&](LogReads& reads) -> absl::Status {
        ASSIGN_OR_RETURN(blocks, reads.ReadBlocks(key_.workspace, staged_uid_, at, kBlocksAtOnce));
        return absl::OkStatus();
      }));
      if (blocks.empty()) return Changed();  // swept: it took too long
      for (const StoredBlock& block : blocks) {
        ASSIGN_OR_RETURN(const EventBatch written, DecodeBlock(block.data));
        RETURN_IF_ERROR(rewriting_.Check(written));
      }
      at = blocks.back().number;
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> Commit(LogChanges& changes) {
    ASSIGN_OR_RETURN(std::optional<LogRecord> now, changes.FindLog(key_));
    if (!now.has_value()) return base::NotFound("EventLog", NameOf(key_));
    if (now->uid != record_.uid) return Changed();
    // Only what came since; that is little, and usually nothing.
    ASSIGN_OR_RETURN(const std::vector<StoredBlock> tail,
                     changes.ReadBlocks(key_.workspace, record_.uid, record_.last_block, kMaxTail));
    if (static_cast<int>(tail.size()) == kMaxTail) return Changed();
    const std::string old_uid = std::exchange(now->uid, base::NewUuid());
    if (blocks_ > 0) RETURN_IF_ERROR(changes.TakeStaged(key_.workspace, staged_uid_, now->uid, 0));
    rewriting_.BeginTail();
    BatchTotals totals = totals_;  // the body may run several times
    int64_t blocks = blocks_;
    for (const StoredBlock& block : tail) {
      if (block.first <= record_.last_block) return Changed();
      ASSIGN_OR_RETURN(const EventBatch batch, DecodeBlock(block.data));
      ASSIGN_OR_RETURN(const EventBatch kept, rewriting_.Edit(batch));
      if (kept.empty()) continue;
      ASSIGN_OR_RETURN(std::string data, EncodeBlock(kept));
      ASSIGN_OR_RETURN(const EventBatch written, DecodeBlock(data));
      RETURN_IF_ERROR(rewriting_.Check(written));
      totals.Add(kept, data);
      ++blocks;
      RETURN_IF_ERROR(
          changes.AddBlock(key_.workspace, now->uid,
                           {blocks, blocks, static_cast<int64_t>(kept.size()), std::move(data)}));
    }
    RETURN_IF_ERROR(changes.MoveLog(key_.workspace, old_uid, now->uid));
    LogRecord record{now->uid, std::move(now->description)};
    totals.AddTo(&record, blocks);
    ASSIGN_OR_RETURN(std::string answer, rewriting_.Commit(&record, blocks));
    RETURN_IF_ERROR(changes.PutLog(key_, record));
    return answer;
  }

  const base::CallContext& context_;
  Store& store_;
  const base::Clock& clock_;
  const LogKey& key_;
  const LogRecord& record_;
  Rewriting& rewriting_;
  const std::string staged_uid_;
  BatchTotals totals_;
  int64_t blocks_ = 0;
  bool taken_ = false;
};

}  // namespace

absl::Status ReadLog(const base::CallContext& context, Store& store, const base::Clock& clock,
                     const LogKey& key, const LogRecord& record,
                     absl::FunctionRef<absl::Status(const EventBatch&)> each) {
  int64_t watermark = 0;
  while (watermark < record.last_block) {
    RETURN_IF_ERROR(context.Check(clock.Now()));
    std::vector<StoredBlock> blocks;
    RETURN_IF_ERROR(store.Read(context, [&](LogReads& reads) -> absl::Status {
      ASSIGN_OR_RETURN(blocks,
                       reads.ReadBlocks(key.workspace, record.uid, watermark, kBlocksAtOnce));
      return absl::OkStatus();
    }));
    if (blocks.empty()) return Changed();
    for (const StoredBlock& block : blocks) {
      // Merged with blocks that were read, or with ones that came after the record.
      if (block.first <= watermark || block.number > record.last_block) {
        if (block.first > record.last_block) return absl::OkStatus();
        return Changed();
      }
      ASSIGN_OR_RETURN(const EventBatch batch, DecodeBlock(block.data));
      RETURN_IF_ERROR(each(batch));
      watermark = block.number;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> RewriteLog(const base::CallContext& context, Store& store,
                                       const base::Clock& clock, const LogKey& key,
                                       const LogRecord& record, const WriteRequest& request,
                                       Rewriting& rewriting) {
  return Attempt(context, store, clock, key, record, rewriting).Run(request);
}

absl::Status SweepNow(const base::CallContext& context, Store& store) {
  // What may be removed has alive_time 0.
  const absl::Time before = absl::FromUnixMicros(1);
  for (;;) {
    ASSIGN_OR_RETURN(const int64_t removed, store.Sweep(context, before, kSweepAtOnce));
    if (removed == 0) return absl::OkStatus();
  }
}

}  // namespace plumbline::analytics
