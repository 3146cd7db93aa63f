// SPDX-License-Identifier: Apache-2.0
//
// What analytics keeps. Invariants, which the domain upholds and the store relies on:
//  1. Everything belongs to a workspace; no call crosses into another.
//  2. A log has a uid that no other log ever has, so that one that is deleted and created again
//  shares nothing with its
//     predecessor. Its events are blocks under that uid, numbered from 1; `last_block` is the
//     number of the last one.
//     Where events are taken out of a log (retention, erasure), all that stay are written again
//     under a new uid.
//  3. A block never changes. Small neighbours may be replaced by one block that holds the same
//  events in the same order and
//     covers their numbers: `first` is the number of the first of them, `number` that of the last.
//  4. Blocks under a uid that no log has are garbage: those of deleted logs, and those of imports
//  until they end. The store
//     lists such uids, and Sweep removes their rows.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_STORAGE_STORE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_STORAGE_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "plumbline/analytics/v1/analytics.pb.h"

namespace plumbline::analytics {

struct LogKey {
  std::string workspace;
  std::string log;
};

// A log without its events.
struct LogRecord {
  std::string uid;
  v1::EventLog description;  // name, title, map_transitions, create_time
  int64_t last_block =
      0;  // grows with every write: the watermark of everything computed from the log
  int64_t event_count = 0;
  int64_t first_time = 0;  // microseconds since 1970; of events; 0 while there are none
  int64_t last_time = 0;
  int64_t unpacked_bytes = 0;  // of its blocks
  // Its cases when they were last counted, at this watermark; 0 and 0 where they never were.
  int64_t case_count = 0;
  int64_t cases_block = 0;
};

struct StoredBlock {
  int64_t first = 0;
  int64_t number = 0;
  int64_t events = 0;
  std::string data;  // see log/block.h
};

// What can be read within one snapshot. Used by one thread, within the body that got it. Errors of
// all methods: DEPENDENCY_UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL; what is not there is an empty
// result, not an error.
class LogReads {
 public:
  virtual ~LogReads() = default;
  virtual absl::StatusOr<std::optional<LogRecord>> FindLog(const LogKey& key) = 0;
  // In the order of their ids, after the id `after` ("" = all); at most `limit`.
  virtual absl::StatusOr<std::vector<LogRecord>> ListLogs(absl::string_view workspace,
                                                          absl::string_view after, int limit) = 0;
  // Blocks with numbers above `after`, in their order; at most `limit`.
  virtual absl::StatusOr<std::vector<StoredBlock>> ReadBlocks(absl::string_view workspace,
                                                              absl::string_view uid, int64_t after,
                                                              int limit) = 0;
  // The number that the producer's next new event has; 1 for a producer that never wrote.
  virtual absl::StatusOr<int64_t> NextSequence(absl::string_view workspace, absl::string_view uid,
                                               absl::string_view producer) = 0;
  // Logs of all workspaces that keep their events for a time only (EventLog.retention), in no
  // particular order.
  virtual absl::StatusOr<std::vector<LogKey>> LogsWithRetention() = 0;
  // Logs of all workspaces that were asked about as a whole since (see NoteAsked), the latest
  // first.
  virtual absl::StatusOr<std::vector<LogKey>> LogsAskedSince(absl::Time time) = 0;
  // A producer that keeps the log (see WriteEventsRequest.resends), the first by name; "" if none
  // does.
  virtual absl::StatusOr<std::string> KeeperOf(absl::string_view workspace,
                                               absl::string_view uid) = 0;
};

// A snapshot that can be changed. Reads see the writes before them.
class LogChanges : public LogReads {
 public:
  // Notes when a log was last asked about as a whole, whatever was noted before; it is forgotten
  // with the log.
  virtual absl::Status NoteAsked(const LogKey& key, absl::Time time) = 0;
  // Inserts or replaces.
  virtual absl::Status PutLog(const LogKey& key, const LogRecord& record) = 0;
  // Removes the log at once and makes its events garbage.
  virtual absl::Status RemoveLog(const LogKey& key, absl::string_view uid) = 0;
  virtual absl::Status AddBlock(absl::string_view workspace, absl::string_view uid,
                                const StoredBlock& block) = 0;
  // `keeps`: whether the producer keeps the log.
  virtual absl::Status PutNextSequence(absl::string_view workspace, absl::string_view uid,
                                       absl::string_view producer, int64_t next, bool keeps) = 0;
  // Moves the blocks of an import behind the block `last_block` of a log; the import's uid is gone
  // then. NOT_FOUND without a reason if the import was swept before it ended.
  virtual absl::Status TakeStaged(absl::string_view workspace, absl::string_view import_uid,
                                  absl::string_view uid, int64_t last_block) = 0;
  // The events of a log are those under `uid` from now on: its producers go on there, and the
  // blocks under `old_uid` become garbage. PutLog names the uid.
  virtual absl::Status MoveLog(absl::string_view workspace, absl::string_view old_uid,
                               absl::string_view uid) = 0;
};

// Which request a write answers. The same id with the same body gets the stored answer again.
struct WriteRequest {
  std::string workspace;
  std::string method;
  std::string request_id;  // "" = not remembered
  std::string body;        // without the request_id
};

// Thread-safe.
class Store {
 public:
  virtual ~Store() = default;

  virtual absl::Status Read(const base::CallContext& context,
                            absl::FunctionRef<absl::Status(LogReads&)> body) = 0;

  // Runs `body` in a transaction and returns its answer once that is on disk; nothing remains of a
  // body that fails. Writes of one log (`log` of `request.workspace`) run one after the other: what
  // the body reads of it cannot be changed by another before it commits. `body` may run several
  // times, on another thread. REQUEST_ID_REUSED for another body under the same id.
  virtual absl::StatusOr<std::string> Write(
      const base::CallContext& context, absl::string_view log, const WriteRequest& request,
      absl::Time now, absl::FunctionRef<absl::StatusOr<std::string>(LogChanges&)> body) = 0;

  // Puts a block of an import on disk, where nobody sees it until TakeStaged. `now` says that the
  // import lives. NOT_FOUND without a reason if the import was swept.
  virtual absl::Status Stage(const base::CallContext& context, absl::string_view workspace,
                             absl::string_view import_uid, const StoredBlock& block,
                             absl::Time now) = 0;
  // Gives an import up.
  virtual absl::Status Discard(const base::CallContext& context, absl::string_view workspace,
                               absl::string_view import_uid) = 0;

  // Removes at most `limit` blocks of garbage: of deleted logs, of imports given up, and of imports
  // that showed no life since `before`. Returns how many rows it removed; 0 = there is no more.
  virtual absl::StatusOr<int64_t> Sweep(const base::CallContext& context, absl::Time before,
                                        int limit) = 0;

  // Finds a log with more than `many` small blocks, and replaces one run of neighbours among them
  // by what `merge` makes of it (never called with less than two). A log whose merge fails is left
  // as it is, and the next is tried. Returns how many blocks became one; 0 = nothing to do.
  using Merge = absl::FunctionRef<absl::StatusOr<std::string>(const LogKey&,
                                                              const std::vector<StoredBlock>&)>;
  virtual absl::StatusOr<int64_t> MergeSmallBlocks(const base::CallContext& context, int many,
                                                   Merge merge) = 0;

  // Forgets at most `limit` requests that are older than the window in which they are remembered;
  // returns how many.
  virtual absl::StatusOr<int64_t> ForgetOldRequests(const base::CallContext& context,
                                                    absl::Time now, int limit) = 0;
};

// A block of fewer events and bytes (unpacked) is small: worth merging, as long as the blocks that
// become one hold at most kBlockRows events and kMaxMergedBytes, unpacked.
inline constexpr int64_t kSmallBlock = 8'192;
inline constexpr int64_t kSmallBlockBytes = 16 << 20;
inline constexpr int64_t kMaxMergedBytes = 32 << 20;

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_STORAGE_STORE_H_
