// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/storage/erasure.h"

#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "services/analytics/log/batch_rows.h"
#include "services/analytics/serving/answers.h"
#include "services/analytics/storage/eraser.h"
#include "services/analytics/storage/rewrite.h"
#include "services/analytics/storage/writer.h"

namespace plumbline::analytics {
namespace {

constexpr int kAttempts = 5;
constexpr int kMaxErasures = 100;  // that a log remembers
constexpr int kManyBlocks = 1'000;

// Which texts of a dictionary hold the person.
std::vector<bool> Marks(const Dictionary& dictionary, const Eraser& eraser) {
  std::vector<bool> marks;
  for (uint32_t i = 0; i < dictionary.size(); ++i) marks.push_back(eraser.Holds(dictionary[i]));
  return marks;
}

bool IsMarked(const std::vector<bool>& marks, uint32_t id) { return id != kNoText && marks[id]; }

// What a row has of the person.
struct Found {
  bool case_id = false, activity = false, resource = false;
  int attributes = 0, case_attributes = 0;
  bool any() const { return case_id || activity || resource || attributes > 0; }
};

// What each row of a batch has of the person. O(texts + rows + attributes).
std::vector<Found> Look(const EventBatch& batch, const Eraser& eraser) {
  const std::vector<bool> cases = Marks(batch.cases, eraser),
                          activities = Marks(batch.activities, eraser),
                          resources = Marks(batch.resources, eraser),
                          transitions = Marks(batch.transitions, eraser),
                          keys = Marks(batch.attribute_keys, eraser);
  std::vector<Found> found(batch.size());
  for (size_t i = 0; i < batch.size(); ++i) {
    found[i].case_id = cases[batch.case_id[i]];
    found[i].activity = activities[batch.activity[i]] || IsMarked(transitions, batch.transition[i]);
    found[i].resource = IsMarked(resources, batch.resource[i]);
  }
  for (const EventAttribute& attribute : batch.attributes) {
    const auto* text = std::get_if<std::string>(&attribute.value);
    if (!keys[attribute.key] && (text == nullptr || !eraser.Holds(*text))) continue;
    ++found[attribute.row].attributes;
    found[attribute.row].case_attributes +=
        absl::StartsWith(batch.attribute_keys[attribute.key], "case:");
  }
  return found;
}

// The person and what was found of them so far. Copied where work may have to be done again.
struct Findings {
  v1::Erasure erasure;
  EventDigest before, after;
  absl::flat_hash_set<std::string> cases_with_id, deleted_cases;
};

class ErasureRewriting final : public Rewriting {
 public:
  ErasureRewriting(const EraseCommand& command, const Eraser& eraser, absl::Time now)
      : command_(command), eraser_(eraser), now_(now) {}

  // Looks at a batch before anything is written: counts, and cases that go whole.
  void Survey(const EventBatch& batch) {
    const std::vector<Found> found = Look(batch, eraser_);
    for (size_t i = 0; i < batch.size(); ++i) {
      surveyed_ += found[i].any();
      if (CaseGoes(found[i])) doomed_.insert(std::string(batch.cases[batch.case_id[i]]));
    }
    findings_.before.Add(batch);
    findings_.erasure.set_event_count(findings_.erasure.event_count() +
                                      static_cast<int64_t>(batch.size()));
    Count(batch, found);
  }
  // Events that hold one of the texts, as Survey saw them.
  int64_t surveyed() const { return surveyed_; }
  // Whether the log was written anew; not so for a request that was answered before.
  bool committed() const { return committed_; }
  v1::Erasure Surveyed() {
    v1::Erasure erasure = findings_.erasure;
    erasure.set_texts_digest(eraser_.TextsDigest());
    erasure.set_digest_before(findings_.before.Finish());
    erasure.set_digest_after(erasure.digest_before());
    erasure.set_case_count(static_cast<int64_t>(findings_.cases_with_id.size()));
    erasure.set_remaining_event_count(surveyed_);
    *erasure.mutable_erase_time() = ToTimestamp(absl::ToUnixMicros(now_));
    return erasure;
  }

  void Begin() override {
    findings_ = Findings();
    marked_.reset();
  }
  void BeginTail() override {
    if (!marked_.has_value()) marked_ = findings_;
    findings_ = *marked_;
  }
  absl::StatusOr<EventBatch> Edit(const EventBatch& batch) override;
  absl::Status Check(const EventBatch& written) override;
  absl::StatusOr<std::string> Commit(LogRecord* record, int64_t blocks) override;

 private:
  bool CaseGoes(const Found& found) const {
    if (command_.action == v1::ErasePersonRequest::CASE_ACTION_DELETE_WITH_PERSON)
      return found.any();
    return command_.action == v1::ErasePersonRequest::CASE_ACTION_DELETE_OF_PERSON &&
           (found.case_id || found.case_attributes > 0);
  }
  void Count(const EventBatch& batch, const std::vector<Found>& found);
  // A new id for a case; the same for the same case.
  std::string Rename(absl::string_view case_id);

  const EraseCommand& command_;
  const Eraser& eraser_;
  const absl::Time now_;
  int64_t surveyed_ = 0;
  bool committed_ = false;
  absl::flat_hash_set<std::string> doomed_;
  absl::flat_hash_map<std::string, std::string> renamed_;
  Findings findings_;
  std::optional<Findings> marked_;
};

void ErasureRewriting::Count(const EventBatch& batch, const std::vector<Found>& found) {
  v1::Erasure& erasure = findings_.erasure;
  for (size_t i = 0; i < batch.size(); ++i) {
    erasure.set_resource_count(erasure.resource_count() + found[i].resource);
    erasure.set_attribute_count(erasure.attribute_count() + found[i].attributes);
    erasure.set_activity_count(erasure.activity_count() + found[i].activity);
    if (found[i].case_id)
      findings_.cases_with_id.insert(std::string(batch.cases[batch.case_id[i]]));
  }
}

std::string ErasureRewriting::Rename(absl::string_view case_id) {
  std::string& name = renamed_[std::string(case_id)];
  // Unlike any other: two cases must not become one.
  while (name.empty() || eraser_.Holds(name))
    name = absl::StrCat(command_.replacement, "-", base::NewUuid());
  return name;
}

absl::StatusOr<EventBatch> ErasureRewriting::Edit(const EventBatch& batch) {
  const std::vector<Found> found = Look(batch, eraser_);
  for (size_t i = 0; i < batch.size(); ++i) {
    // Came after the survey: events of its case may be written already.
    if (CaseGoes(found[i]) && !doomed_.contains(batch.cases[batch.case_id[i]]))
      return absl::AbortedError("a case came to have to do with the person");
  }
  findings_.before.Add(batch);
  Count(batch, found);
  EventBatch kept;
  const auto keep = [&](size_t row) {
    const absl::string_view case_id = batch.cases[batch.case_id[row]];
    if (!doomed_.contains(case_id)) return true;
    findings_.deleted_cases.insert(std::string(case_id));
    findings_.erasure.set_deleted_event_count(findings_.erasure.deleted_event_count() + 1);
    return false;
  };
  AppendRows(batch, keep, &kept);
  findings_.erasure.set_event_count(findings_.erasure.event_count() +
                                    static_cast<int64_t>(batch.size()));
  return WithTexts(kept, {[this](absl::string_view id) {
                            return eraser_.Holds(id) ? Rename(id) : std::string(id);
                          },
                          [this](absl::string_view text) { return eraser_.Erase(text); }});
}

absl::Status ErasureRewriting::Check(const EventBatch& written) {
  for (const Found& found : Look(written, eraser_)) {
    if (found.any()) return base::Internal("an erased event still holds the person");
  }
  findings_.after.Add(written);
  return absl::OkStatus();
}

absl::StatusOr<std::string> ErasureRewriting::Commit(LogRecord* record, int64_t blocks) {
  v1::Erasure erasure = findings_.erasure;
  *erasure.mutable_erase_time() = ToTimestamp(absl::ToUnixMicros(now_));
  erasure.set_texts_digest(eraser_.TextsDigest());
  erasure.set_case_count(static_cast<int64_t>(findings_.cases_with_id.size()));
  erasure.set_deleted_case_count(static_cast<int64_t>(findings_.deleted_cases.size()));
  erasure.set_rewritten_block_count(blocks);
  erasure.set_digest_before(findings_.before.Finish());
  erasure.set_digest_after(findings_.after.Finish());
  v1::EventLog& description = record->description;
  if (eraser_.Holds(description.title())) description.set_title(eraser_.Erase(description.title()));
  if (description.erasures_size() >= kMaxErasures)
    description.mutable_erasures()->DeleteSubrange(0,
                                                   description.erasures_size() - kMaxErasures + 1);
  *description.add_erasures() = erasure;
  v1::ErasePersonResponse response;
  *response.mutable_erasure() = erasure;
  committed_ = true;
  return response.SerializeAsString();
}

// Takes the answer of an erasure that changed nothing into the requests that are remembered.
absl::StatusOr<std::string> Remember(const base::CallContext& context, Store& store,
                                     const base::Clock& clock, const EraseCommand& command,
                                     const WriteRequest& request,
                                     const v1::ErasePersonResponse& response) {
  return store.Write(
      context, command.key.log, request, clock.Now(),
      [&](LogChanges&) -> absl::StatusOr<std::string> { return response.SerializeAsString(); });
}

absl::StatusOr<std::string> EraseOnce(const base::CallContext& context, Store& store,
                                      const base::Clock& clock, const EraseCommand& command,
                                      const WriteRequest& request, std::string* old_uid) {
  std::optional<LogRecord> record;
  RETURN_IF_ERROR(store.Read(context, [&](LogReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(record, FindLog(reads, command.key));
    return absl::OkStatus();
  }));
  const Eraser eraser(command.texts, command.replacement);
  ErasureRewriting rewriting(command, eraser, clock.Now());
  RETURN_IF_ERROR(
      ReadLog(context, store, clock, command.key, *record, [&](const EventBatch& batch) {
        rewriting.Survey(batch);
        return absl::OkStatus();
      }));
  const bool nothing = rewriting.surveyed() == 0 && !eraser.Holds(record->description.title());
  if (command.validate_only || nothing) {
    v1::ErasePersonResponse response;
    *response.mutable_erasure() = rewriting.Surveyed();
    if (command.validate_only) return response.SerializeAsString();
    return Remember(context, store, clock, command, request, response);
  }
  absl::StatusOr<std::string> answer =
      RewriteLog(context, store, clock, command.key, *record, request, rewriting);
  if (rewriting.committed()) *old_uid = record->uid;
  return answer;
}

// Removes what was, and counts what could not be removed.
int64_t RemoveOld(const base::CallContext& context, Store& store, LogMemory& memory,
                  const LogKey& key, const std::string& uid) {
  memory.Forget(uid);
  SweepNow(context, store).IgnoreError();  // the background work does it then
  int64_t left = kManyBlocks;
  store
      .Read(context,
            [&](LogReads& reads) -> absl::Status {
              ASSIGN_OR_RETURN(const auto blocks,
                               reads.ReadBlocks(key.workspace, uid, 0, kManyBlocks));
              left = static_cast<int64_t>(blocks.size());
              return absl::OkStatus();
            })
      .IgnoreError();
  return left;
}

}  // namespace

absl::StatusOr<v1::ErasePersonResponse> ErasePerson(const base::CallContext& context, Store& store,
                                                    LogMemory& memory, const base::Clock& clock,
                                                    const EraseCommand& command,
                                                    const WriteRequest& request) {
  absl::Status last;
  for (int i = 0; i < kAttempts; ++i) {
    std::string old_uid;
    const absl::StatusOr<std::string> answer =
        EraseOnce(context, store, clock, command, request, &old_uid);
    if (!answer.ok() && answer.status().code() == absl::StatusCode::kAborted) {
      last = answer.status();
      continue;
    }
    RETURN_IF_ERROR(answer.status());
    v1::ErasePersonResponse response;
    if (!response.ParseFromString(*answer))
      return base::Internal("a kept answer is not a message of its type");
    if (!old_uid.empty()) {
      response.mutable_erasure()->set_old_block_count(
          RemoveOld(context, store, memory, command.key, old_uid));
    }
    return response;
  }
  return base::Error(base::Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE,
                     absl::StrCat(NameOf(command.key), " changed under each of ", kAttempts,
                                  " attempts, and nothing was erased; try again when less is "
                                  "written to it"));
}

}  // namespace plumbline::analytics
