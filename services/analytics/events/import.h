// SPDX-License-Identifier: Apache-2.0
//
// One import of a file into a log. Blocks are put on disk as they are made, under the import's own
// uid, where nobody sees them; the last transaction makes them the log's. So memory holds three
// blocks at most, however large the file is, and an import that fails, is cancelled or dies with
// its process leaves nothing but garbage that is swept. While one block is put there the next is
// read (staging.h).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_EVENTS_IMPORT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_EVENTS_IMPORT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "services/analytics/events/staging.h"
#include "services/analytics/events/upload.h"
#include "services/analytics/ingest/importer.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/storage/event_id_index.h"
#include "services/analytics/storage/store.h"
#include "services/analytics/storage/writer.h"

namespace plumbline::analytics {

// An import that shows no life for this long is swept.
inline constexpr absl::Duration kImportPatience = absl::Hours(1);

// What an import works with. All must outlive it.
struct ImportParts {
  Store& store;
  EventIdIndex& ids;
  const base::Clock& clock;
  int64_t memory_bytes;         // what a log may take, see CheckFits
  Staging::TakeRoom take_room;  // for blocks on their way to the disk
};

// Used by one thread.
class Import {
 public:
  // `context` must outlive it. RESOURCE_ALREADY_EXISTS if the log is there and must not be,
  // EVENT_LOG_KEPT if a producer keeps it, FIELD_INVALID for the mapping. Where the command resumes
  // an upload, what was received is read first: errors of Upload::Resume and of Feed.
  // `header_bytes`: the header without its request_id, serialised; with a request_id the file is
  // part of the request too.
  static absl::StatusOr<std::unique_ptr<Import>> Begin(const base::CallContext& context,
                                                       const ImportParts& parts,
                                                       const ImportCommand& command,
                                                       const std::string& request_id,
                                                       const std::string& header_bytes);
  // Gives the import up unless it was finished.
  ~Import();
  Import(const Import&) = delete;
  Import& operator=(const Import&) = delete;

  // The next bytes of the file. Errors of Importer::Feed and of the store, FIELD_INVALID if the log
  // takes no more: those of an earlier place of the file first.
  absl::Status Feed(absl::string_view bytes);
  // The end of the file. The answer without event_log. Errors of Importer::Finish and of the store,
  // RESOURCE_ALREADY_EXISTS, EVENT_LOG_KEPT, REQUEST_ID_REUSED, FIELD_INVALID for map_transitions
  // that the file does not have.
  absl::StatusOr<v1::ImportEventLogResponse> Finish();
  // The import ended with `status`: an upload that can be resumed stays, any other is removed.
  void EndUpload(const absl::Status& status);

 private:
  class Digest;
  Import(const base::CallContext& context, const ImportParts& parts, const ImportCommand& command,
         const std::string& request_id);
  // Feed of bytes that are kept, if they are to be.
  absl::Status Read(absl::string_view bytes);
  absl::Status BeginUpload();
  absl::Status TakeBatch(EventBatch batch);
  // Makes a batch a block on the disk; on a thread of staging_.
  absl::Status Stage(const EventBatch& batch);
  // The ids of the log that is added to; asked by the importer when the first event has one.
  std::shared_ptr<EventIds> KnownIds();
  // ABORTED if events came since then with ids that events of the file have.
  absl::Status CheckIds(LogChanges& changes, const LogRecord& record);
  // The log that the file goes to as it is when the import ends; it is made where there is none, or
  // one that is to be replaced. RESOURCE_ALREADY_EXISTS, EVENT_LOG_KEPT, FIELD_INVALID.
  absl::StatusOr<LogRecord> Target(LogChanges& changes, const v1::ImportEventLogResponse& response);
  // What stands in the way of importing into the log, as far as it is known before the file.
  absl::Status CheckTarget(LogReads& reads, const std::optional<LogRecord>& present) const;
  absl::StatusOr<std::string> Commit(LogChanges& changes,
                                     const v1::ImportEventLogResponse& response);

  const base::CallContext& context_;
  const ImportParts parts_;
  Store& store_;
  const base::Clock& clock_;
  const ImportCommand command_;
  const std::string request_id_;
  const std::string uid_;
  const absl::Time begin_;
  std::unique_ptr<Digest> digest_;
  std::unique_ptr<Importer> importer_;
  // Of staging_ until that is finished.
  BatchTotals totals_;
  int64_t blocks_ = 0;
  std::shared_ptr<EventIds> known_ids_;  // of the log and the file, once an event had one
  std::string ids_uid_;                  // of the log that they are of
  int64_t ids_watermark_ = 0;
  absl::Status ids_error_;
  std::optional<Upload> upload_;
  bool finished_ = false;
  std::unique_ptr<Staging> staging_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_EVENTS_IMPORT_H_
