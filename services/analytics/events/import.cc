// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/events/import.h"

#include <openssl/evp.h>

#include <algorithm>
#include <future>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "services/analytics/log/block.h"

namespace plumbline::analytics {
namespace {

constexpr char kMethod[] = "plumbline.analytics.v1.AnalyticsService/ImportEventLog";
constexpr absl::Duration kDiscardDeadline = absl::Seconds(10);
constexpr int kMaxTransitions = 100;  // in an answer

absl::Status Swept() {
  return base::Error(
      base::Reason::ERROR_REASON_DEADLINE_EXCEEDED,
      "the import was given up because no bytes of it came for an hour; begin again");
}

// The store says NOT_FOUND without a reason for an import that it swept.
absl::Status OrSwept(absl::Status status) {
  const bool swept = status.code() == absl::StatusCode::kNotFound &&
                     base::ReasonOf(status) == base::Reason::ERROR_REASON_UNSPECIFIED;
  return swept ? Swept() : status;
}

// FIELD_INVALID for a transition of the map that no event of the file has: there would be less of a
// map than was asked for, or none.
absl::Status CheckMapTransitions(const v1::EventLog& log,
                                 const v1::ImportEventLogResponse& response) {
  const auto& found = response.transitions();
  // A list that is full may have left the one out.
  if (found.size() == kMaxTransitions) return absl::OkStatus();
  std::vector<std::string> names;
  for (const auto& one : found) names.push_back(absl::StrCat("'", one.transition(), "'"));
  std::vector<base::FieldViolation> violations;
  for (const std::string& chosen : log.map_transitions()) {
    const bool there = std::any_of(found.begin(), found.end(), [&](const auto& one) {
      return absl::EqualsIgnoreCase(one.transition(), chosen);
    });
    if (there) continue;
    violations.push_back(
        {"header.event_log.map_transitions",
         absl::StrCat("'", chosen, "' is the life-cycle transition of no event of the file; ",
                      names.empty() ? "they have none, so leave it out"
                                    : absl::StrCat("they have ", absl::StrJoin(names, ", ")))});
  }
  return base::FieldErrors(violations);
}

}  // namespace

// Smaller pieces are hashed sooner than a thread is made.
constexpr size_t kHashedBeside = 64 << 10;

// SHA-256 of bytes that come in pieces, whatever the pieces are.
class Import::Digest {
 public:
  Digest() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
  }
  void Add(absl::string_view bytes) {
    EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
  }
  std::string Finish() {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_DigestFinal_ex(context_.get(), digest, &size);
    return std::string(reinterpret_cast<char*>(digest), size);
  }

 private:
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
};

absl::StatusOr<std::unique_ptr<Import>> Import::Begin(const base::CallContext& context,
                                                      const ImportParts& parts,
                                                      const ImportCommand& command,
                                                      const std::string& request_id,
                                                      const std::string& header_bytes) {
  std::unique_ptr<Import> import(new Import(context, parts, command, request_id));
  ImportOptions options = command.options;
  options.csv = command.csv;
  // What is appended is not to become part of traces that another file left without a name.
  if (command.append) options.unnamed = absl::StrCat("import ", import->uid_, " trace ");
  options.known_ids = [self = import.get()] { return self->KnownIds(); };
  ASSIGN_OR_RETURN(import->importer_, NewImporter(options, [self = import.get()](EventBatch batch) {
                     return self->TakeBatch(std::move(batch));
                   }));
  if (!request_id.empty()) {
    import->digest_ = std::make_unique<Digest>();
    import->digest_->Add(header_bytes);
  } else {
    // Known now, said now. With a request_id it may be a repeated request, which is known at the
    // end of the file only.
    RETURN_IF_ERROR(parts.store.Read(context, [&](LogReads& reads) -> absl::Status {
      ASSIGN_OR_RETURN(const auto present, reads.FindLog(command.create.key));
      return import->CheckTarget(reads, present);
    }));
  }
  if (!command.upload_id.empty()) RETURN_IF_ERROR(import->BeginUpload());
  return import;
}

absl::Status Import::BeginUpload() {
  upload_.emplace(context_, store_, clock_, command_.create.key.workspace, command_.upload_id);
  if (command_.upload_offset == 0) return upload_->Restart();
  return upload_->Resume(command_.upload_offset,
                         [this](absl::string_view bytes) { return Read(bytes); });
}

void Import::EndUpload(const absl::Status& status) {
  if (!upload_.has_value()) return;
  const absl::StatusCode code = status.code();
  const bool goes_on = code == absl::StatusCode::kCancelled ||
                       code == absl::StatusCode::kDeadlineExceeded ||
                       code == absl::StatusCode::kUnavailable ||
                       code == absl::StatusCode::kAborted || code == absl::StatusCode::kNotFound;
  if (!goes_on) upload_->End();
}

std::shared_ptr<EventIds> Import::KnownIds() {
  if (!command_.append) return nullptr;
  std::optional<LogRecord> record;
  ids_error_ = store_.Read(context_, [&](LogReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(record, reads.FindLog(command_.create.key));
    if (!record.has_value()) return absl::OkStatus();
    return parts_.ids.CatchUp(reads, command_.create.key.workspace, *record);
  });
  if (!ids_error_.ok() || !record.has_value()) return nullptr;
  known_ids_ = parts_.ids.Copy(*record);
  ids_uid_ = record->uid;
  ids_watermark_ = record->last_block;
  return known_ids_;
}

absl::Status Import::CheckIds(LogChanges& changes, const LogRecord& record) {
  if (known_ids_ == nullptr) return absl::OkStatus();
  const absl::Status again = base::Error(base::Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE,
                                         "events with ids that events of the file have came to the "
                                         "log during the import; import again");
  if (record.uid != ids_uid_) return again;
  for (int64_t at = ids_watermark_; at < record.last_block;) {
    ASSIGN_OR_RETURN(const std::vector<StoredBlock> blocks,
                     changes.ReadBlocks(command_.create.key.workspace, record.uid, at, 16));
    if (blocks.empty()) break;
    for (const StoredBlock& block : blocks) {
      if (block.first <= ids_watermark_) return again;  // merged: what is new cannot be told
      ASSIGN_OR_RETURN(const EventBatch batch, DecodeBlock(block.data));
      for (const EventAttribute& one : batch.attributes) {
        const absl::string_view id = EventIdOf(batch, one);
        if (!id.empty() && known_ids_->Contains(batch.cases[batch.case_id[one.row]], id))
          return again;
      }
      at = block.number;
    }
  }
  return absl::OkStatus();
}

Import::Import(const base::CallContext& context, const ImportParts& parts,
               const ImportCommand& command, const std::string& request_id)
    : context_(context),
      parts_(parts),
      store_(parts.store),
      clock_(parts.clock),
      command_(command),
      request_id_(request_id),
      uid_(base::NewUuid()),
      begin_(clock_.Now()),
      staging_(std::make_unique<Staging>([this](const EventBatch& batch) { return Stage(batch); },
                                         parts.take_room)) {}

Import::~Import() {
  staging_ = nullptr;
  if (finished_ || blocks_ == 0) return;
  // The call may be over; what is staged is to go all the same. Should this fail, the sweep finds
  // it in an hour.
  base::CallContext context;
  context.identity = base::Identity::Everything("analytics");
  context.workspace = command_.create.key.workspace;
  context.deadline = clock_.Now() + kDiscardDeadline;
  store_.Discard(context, context.workspace, uid_).IgnoreError();
}

absl::Status Import::Feed(absl::string_view bytes) {
  if (upload_.has_value()) RETURN_IF_ERROR(OrSwept(upload_->Append(bytes)));
  return Read(bytes);
}

absl::Status Import::Read(absl::string_view bytes) {
  RETURN_IF_ERROR(context_.Check(clock_.Now()));
  // Hashing takes a tenth of the time of reading, so it is done beside it; where no thread is to be
  // had, behind it.
  std::future<void> hashed;
  if (digest_ != nullptr && bytes.size() >= kHashedBeside) {
    hashed = std::async(std::launch::async | std::launch::deferred,
                        [this, bytes] { digest_->Add(bytes); });
  } else if (digest_ != nullptr) {
    digest_->Add(bytes);
  }
  absl::Status read = importer_->Feed(bytes);
  if (hashed.valid()) hashed.wait();
  // Batches on their way to the disk are of earlier places of the file: their error comes first, as
  // it would if each was written before the next is read.
  if (!read.ok()) RETURN_IF_ERROR(staging_->Finish());
  return read;
}

absl::Status Import::TakeBatch(EventBatch batch) {
  RETURN_IF_ERROR(
      context_.Check(clock_.Now()));  // a piece that unpacks to very much passes here often
  RETURN_IF_ERROR(ids_error_);
  return staging_->Add(std::move(batch));
}

absl::Status Import::Stage(const EventBatch& batch) {
  RETURN_IF_ERROR(context_.Check(clock_.Now()));
  ASSIGN_OR_RETURN(std::string data, EncodeBlock(batch));
  totals_.Add(batch, data);
  LogRecord alone;  // what it is appended to comes on top when it ends
  totals_.AddTo(&alone, 0);
  RETURN_IF_ERROR(CheckFits(alone, "chunk", parts_.memory_bytes));
  const StoredBlock block{blocks_ + 1, blocks_ + 1, static_cast<int64_t>(batch.size()),
                          std::move(data)};
  ++blocks_;
  return OrSwept(store_.Stage(context_, command_.create.key.workspace, uid_, block, clock_.Now()));
}

absl::StatusOr<v1::ImportEventLogResponse> Import::Finish() {
  const absl::StatusOr<ImportSummary> read = importer_->Finish();
  RETURN_IF_ERROR(staging_->Finish());
  RETURN_IF_ERROR(read.status());
  const ImportSummary& summary = *read;
  v1::ImportEventLogResponse response;
  response.set_format(summary.format);
  response.set_event_count(summary.events);
  for (const Dropped& dropped : summary.dropped) {
    v1::DroppedRows* rows = response.add_dropped();
    rows->set_reason(dropped.reason);
    rows->set_count(dropped.count);
    for (const std::string& sample : dropped.samples) rows->add_samples(sample);
  }
  if (summary.format == "csv") *response.mutable_csv() = ToProto(summary.csv);
  for (const std::string& key : summary.attributes) response.add_attributes(key);
  for (const std::string& key : summary.ignored_attributes) response.add_ignored_attributes(key);
  if (summary.format == "ocel") response.mutable_ocel()->set_object_type(summary.object_type);
  if (summary.format == "xes") response.mutable_xes()->set_classifier(summary.classifier);
  for (const std::string& name : summary.classifiers) response.add_classifiers(name);
  for (const TimeReading& reading : summary.times) *response.add_times() = ToProto(reading);
  for (const auto& [transition, count] : summary.transitions) {
    if (response.transitions_size() == kMaxTransitions) break;
    v1::TransitionCount* answer = response.add_transitions();
    answer->set_transition(transition);
    answer->set_count(count);
  }
  const absl::Duration elapsed = clock_.Now() - begin_;
  response.mutable_elapsed()->set_seconds(absl::ToInt64Seconds(elapsed));
  response.mutable_elapsed()->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(elapsed % absl::Seconds(1))));

  const LogKey& key = command_.create.key;
  const WriteRequest request{key.workspace, kMethod, request_id_,
                             digest_ == nullptr ? "" : digest_->Finish()};
  bool committed = false;
  const absl::StatusOr<std::string> answer =
      store_.Write(context_, key.log, request, clock_.Now(), [&](LogChanges& changes) {
        committed = true;  // not set for a repeated request, whose blocks are not needed
        return Commit(changes, response);
      });
  if (!answer.ok()) return OrSwept(answer.status());
  finished_ = committed;
  if (!response.ParseFromString(*answer))
    return base::Internal("a kept answer is not a message of its type");
  return response;
}

absl::Status Import::CheckTarget(LogReads& reads, const std::optional<LogRecord>& present) const {
  const LogKey& key = command_.create.key;
  if (!present.has_value()) return absl::OkStatus();
  if (!command_.append && !command_.replace) return base::AlreadyExists("EventLog", NameOf(key));
  ASSIGN_OR_RETURN(const std::string keeper, reads.KeeperOf(key.workspace, present->uid));
  if (keeper.empty() || (command_.append && command_.allow_kept)) return absl::OkStatus();
  if (command_.replace)
    return Kept(key, keeper, "it cannot be replaced; import into a log of another name");
  return Kept(key, keeper,
              "the cases of a file would stand among those that it runs. Import into a log of "
              "another name, or, to have just that, with `header.allow_kept`");
}

absl::StatusOr<LogRecord> Import::Target(LogChanges& changes,
                                         const v1::ImportEventLogResponse& response) {
  const LogKey& key = command_.create.key;
  ASSIGN_OR_RETURN(std::optional<LogRecord> present, changes.FindLog(key));
  RETURN_IF_ERROR(CheckTarget(changes, present));
  if (present.has_value() && command_.append) return *std::move(present);
  RETURN_IF_ERROR(CheckMapTransitions(command_.create.description, response));
  if (present.has_value()) RETURN_IF_ERROR(changes.RemoveLog(key, present->uid));
  return NewLog(command_.create, begin_);
}

absl::StatusOr<std::string> Import::Commit(LogChanges& changes,
                                           const v1::ImportEventLogResponse& response) {
  const LogKey& key = command_.create.key;
  ASSIGN_OR_RETURN(LogRecord record, Target(changes, response));
  if (command_.append) RETURN_IF_ERROR(CheckIds(changes, record));
  RETURN_IF_ERROR(changes.TakeStaged(key.workspace, uid_, record.uid, record.last_block));
  totals_.AddTo(&record, blocks_);
  RETURN_IF_ERROR(CheckFits(record, "chunk", parts_.memory_bytes));
  RETURN_IF_ERROR(changes.PutLog(key, record));
  return response.SerializeAsString();
}

}  // namespace plumbline::analytics
