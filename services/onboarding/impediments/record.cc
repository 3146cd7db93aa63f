// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/impediments/record.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

using Kind = v1::ImpedimentEntry::Kind;

std::string NameOf(const ImpedimentKey& key) { return RecordName(key.workspace, key.record); }

v1::ImpedimentEntry EntryOf(Kind kind, absl::string_view text, const RecordAuthor& author) {
  v1::ImpedimentEntry entry;
  *entry.mutable_occur_time() = ToTimestamp(author.time);
  entry.set_actor(author.actor);
  entry.set_kind(kind);
  entry.set_text(std::string(text));
  return entry;
}

// "UTILITY_DOWN" of "CATEGORY_UTILITY_DOWN"; "" of what is not set.
std::string Word(absl::string_view name) {
  const size_t prefix = name.find('_');
  return name == "CATEGORY_UNSPECIFIED" || name == "STATE_UNSPECIFIED"
             ? ""
             : std::string(name.substr(prefix + 1));
}

// Adds what differs between two contents of a record.
void AddChanges(const v1::ImpedimentRecord& before, const v1::ImpedimentRecord& after,
                v1::ImpedimentEntry* entry) {
  const auto add = [entry](const char* field, const std::string& old, const std::string& now) {
    if (old == now) return;
    v1::FieldChange* change = entry->add_changes();
    change->set_field(field);
    change->set_old_value(old);
    change->set_new_value(now);
  };
  add("state", Word(v1::ImpedimentRecord::State_Name(before.state())),
      Word(v1::ImpedimentRecord::State_Name(after.state())));
  add("owner", before.owner(), after.owner());
  add("category", Word(v1::Impediment::Category_Name(before.category())),
      Word(v1::Impediment::Category_Name(after.category())));
  add("cost_estimate", before.cost_estimate(), after.cost_estimate());
  add("description", before.description(), after.description());
}

absl::Status StateError(const ImpedimentKey& key, absl::string_view what, absl::string_view state,
                        absl::string_view allowed) {
  return base::Error(base::Reason::ERROR_REASON_IMPEDIMENT_STATE, what)
      .With("state", state)
      .With("allowed", allowed)
      .Precondition("IMPEDIMENT_STATE", NameOf(key), absl::StrCat("must be ", allowed));
}

absl::Status CheckOpen(const StoredRecord& stored) {
  if (!stored.resolved()) return absl::OkStatus();
  return StateError(stored.key,
                    absl::StrCat("impediment '", stored.key.record, "' is resolved (",
                                 stored.record.resolution(), "); open another one"),
                    "RESOLVED", "OPEN or ACKNOWLEDGED");
}

void AddNames(const ImpedimentKey& key, const std::vector<Wish>& wishes,
              v1::ImpedimentEntry* entry) {
  for (const Wish& wish : wishes) {
    entry->add_tasks(
        absl::StrCat(OnboardingName(key.workspace, wish.onboarding), "/tasks/", wish.task));
  }
}

}  // namespace

RecordChange OpenRecord(StoredRecord& stored, std::vector<Wish> wishes,
                        const RecordAuthor& author) {
  v1::ImpedimentRecord& record = stored.record;
  record.set_state(v1::ImpedimentRecord::STATE_OPEN);
  record.set_opener(author.actor);
  *record.mutable_open_time() = ToTimestamp(author.time);
  RecordChange change{EntryOf(v1::ImpedimentEntry::KIND_OPENED, record.description(), author)};
  AddNames(stored.key, wishes, &change.entry);
  AddChanges(v1::ImpedimentRecord(), record, &change.entry);
  change.carried = !wishes.empty() || record.all_users();
  change.wishes = std::move(wishes);
  return change;
}

absl::StatusOr<RecordChange> UpdateRecord(StoredRecord& stored, const v1::ImpedimentRecord& content,
                                          const std::vector<std::string>& fields,
                                          const RecordAuthor& author) {
  RETURN_IF_ERROR(CheckOpen(stored));
  RecordChange change{EntryOf(v1::ImpedimentEntry::KIND_UPDATED, "", author)};
  const auto set = [&](absl::string_view field, const auto& from, const auto& to, auto put) {
    for (const std::string& named : fields) {
      if (named != field || from == to) continue;
      put(to);
      change.entry.add_fields(named);
    }
  };
  v1::ImpedimentRecord& record = stored.record;
  const v1::ImpedimentRecord before = record;
  set("owner", record.owner(), content.owner(), [&](const auto& to) { record.set_owner(to); });
  set("category", record.category(), content.category(),
      [&](const auto& to) { record.set_category(to); });
  set("cost_estimate", record.cost_estimate(), content.cost_estimate(),
      [&](const auto& to) { record.set_cost_estimate(to); });
  set("description", record.description(), content.description(),
      [&](const auto& to) { record.set_description(to); });
  AddChanges(before, record, &change.entry);
  change.carried = false;
  for (const std::string& field : change.entry.fields())
    change.carried |= field == "category" || field == "description";
  return change;
}

absl::StatusOr<RecordChange> AcknowledgeRecord(StoredRecord& stored, absl::string_view text,
                                               const RecordAuthor& author) {
  RETURN_IF_ERROR(CheckOpen(stored));
  v1::ImpedimentRecord& record = stored.record;
  if (record.state() == v1::ImpedimentRecord::STATE_ACKNOWLEDGED) {
    return StateError(stored.key,
                      absl::StrCat("'", record.acknowledger(), "' acknowledged impediment '",
                                   stored.key.record, "' already; comment on it instead"),
                      "ACKNOWLEDGED", "OPEN");
  }
  const v1::ImpedimentRecord before = record;
  record.set_state(v1::ImpedimentRecord::STATE_ACKNOWLEDGED);
  record.set_acknowledger(author.actor);
  *record.mutable_acknowledge_time() = ToTimestamp(author.time);
  if (record.owner().empty()) record.set_owner(author.actor);
  RecordChange change{EntryOf(v1::ImpedimentEntry::KIND_ACKNOWLEDGED, text, author)};
  AddChanges(before, record, &change.entry);
  return change;
}

RecordChange CommentRecord(absl::string_view text, const RecordAuthor& author) {
  RecordChange change{EntryOf(v1::ImpedimentEntry::KIND_COMMENTED, text, author)};
  change.carried = false;
  return change;
}

absl::StatusOr<RecordChange> AddTasks(StoredRecord& stored, std::vector<Wish> wishes,
                                      const RecordAuthor& author) {
  RETURN_IF_ERROR(CheckOpen(stored));
  if (stored.record.all_users()) {
    return base::FieldError(
        "tasks",
        absl::StrCat("impediment '", stored.key.record, "' blocks all users of the utility '",
                     stored.record.utility(), "'; open another one for single tasks"));
  }
  RecordChange change{EntryOf(v1::ImpedimentEntry::KIND_TASKS_ADDED, "", author)};
  AddNames(stored.key, wishes, &change.entry);
  change.wishes = std::move(wishes);
  return change;
}

absl::StatusOr<RecordChange> ReleaseTask(StoredRecord& stored, Wish wish,
                                         const RecordAuthor& author) {
  RETURN_IF_ERROR(CheckOpen(stored));
  RecordChange change{EntryOf(v1::ImpedimentEntry::KIND_TASK_REMOVED, wish.reason, author)};
  change.wishes.push_back(std::move(wish));
  AddNames(stored.key, change.wishes, &change.entry);
  return change;
}

absl::StatusOr<RecordChange> ResolveRecord(StoredRecord& stored, absl::string_view resolution,
                                           const RecordAuthor& author) {
  RETURN_IF_ERROR(CheckOpen(stored));
  v1::ImpedimentRecord& record = stored.record;
  const v1::ImpedimentRecord before = record;
  record.set_state(v1::ImpedimentRecord::STATE_RESOLVED);
  record.set_resolver(author.actor);
  *record.mutable_resolve_time() = ToTimestamp(author.time);
  record.set_resolution(std::string(resolution));
  RecordChange change{EntryOf(v1::ImpedimentEntry::KIND_RESOLVED, resolution, author)};
  AddChanges(before, record, &change.entry);
  return change;
}

absl::Status CheckEtag(const StoredRecord& stored, absl::string_view etag) {
  const std::string present = absl::StrCat(stored.version);
  if (etag.empty() || etag == present) return absl::OkStatus();
  return base::Error(base::Reason::ERROR_REASON_ETAG_MISMATCH,
                     absl::StrCat("impediment '", stored.key.record,
                                  "' changed since it was read; read it again and decide anew"))
      .With("etag", present)
      .Resource("Impediment", NameOf(stored.key));
}

RecordNews NewsOf(const StoredRecord& stored, const std::vector<Wish>& wishes) {
  const v1::ImpedimentRecord& record = stored.record;
  RecordNews news{.id = stored.key.record,
                  .category = static_cast<Category>(record.category()),
                  .utility = record.utility(),
                  .description = record.description(),
                  .acknowledged = record.state() == v1::ImpedimentRecord::STATE_ACKNOWLEDGED,
                  .resolved = stored.resolved(),
                  .resolution = record.resolution(),
                  .all_users = record.all_users()};
  for (const Wish& wish : wishes) {
    if (wish.release) {
      news.released.emplace(wish.task, wish.reason);
    } else {
      news.tasks.push_back(wish.task);
    }
  }
  return news;
}

v1::ImpedimentRecord Shown(const StoredRecord& stored, const RecordCounts& counts) {
  v1::ImpedimentRecord shown = stored.record;
  shown.set_name(NameOf(stored.key));
  shown.set_open_task_count(counts.tasks);
  shown.set_open_onboarding_count(counts.onboardings);
  shown.set_pending(stored.pending);
  shown.set_etag(absl::StrCat(stored.version));
  return shown;
}

}  // namespace plumbline::onboarding
