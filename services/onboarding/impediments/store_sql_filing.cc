// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/impediments/store_sql_filing.h"

#include <map>
#include <optional>

#include "common/base/status_macros.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/impediments/store_sql_records.h"

namespace plumbline::onboarding {
namespace {

using sql::Transaction;

// The record that an entry about an impediment is about.
std::string RecordOf(const Spec& spec, const HistoryEntry& entry) {
  return RecordId(spec, {.id = entry.impediment, .record = entry.impediment_record});
}

absl::Status ResolveIfIdle(Transaction& tx, const ImpedimentKey& key, const HistoryEntry& entry) {
  RETURN_IF_ERROR(LockRecord(tx, key));
  ASSIGN_OR_RETURN(std::optional<StoredRecord> stored, FindRecord(tx, key));
  if (!stored.has_value() || stored->resolved() || stored->record.all_users())
    return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool blocks, BlocksSomething(tx, key));
  if (blocks) return absl::OkStatus();
  ASSIGN_OR_RETURN(const RecordChange change,
                   ResolveRecord(*stored, entry.reason, {entry.actor, entry.occur_time}));
  ++stored->version;
  stored->pending = false;
  RETURN_IF_ERROR(UpdateRecord(tx, *stored));
  return AppendEntry(tx, key, change.entry).status();
}

}  // namespace

absl::Status FileOwnRecord(Transaction& tx, const Run& run, const Impediment& impediment,
                           absl::string_view actor) {
  StoredRecord stored{.key = {run.spec.workspace, RecordId(run.spec, impediment)}};
  stored.record.set_category(static_cast<v1::Impediment::Category>(impediment.category));
  stored.record.set_utility(impediment.utility);
  stored.record.set_description(impediment.description);
  const RecordChange opened = OpenRecord(stored, {{run.spec.id, impediment.task}},
                                         {std::string(actor), impediment.open_time});
  std::optional<RecordChange> resolved;
  if (impediment.resolve_time.has_value()) {
    ASSIGN_OR_RETURN(resolved, ResolveRecord(stored, impediment.resolution,
                                             {std::string(actor), *impediment.resolve_time}));
  }
  ASSIGN_OR_RETURN(const bool inserted, InsertRecord(tx, stored));
  if (!inserted) return absl::OkStatus();
  RETURN_IF_ERROR(AppendEntry(tx, stored.key, opened.entry).status());
  if (!resolved.has_value()) return absl::OkStatus();
  return AppendEntry(tx, stored.key, resolved->entry).status();
}

absl::Status ResolveIdleRecords(Transaction& tx, const Spec& spec, const Entries& entries) {
  // In the order of their names: two calls that unblock the same wait for each other in one order.
  std::map<std::string, const HistoryEntry*> last;
  for (const HistoryEntry& entry : entries)
    if (entry.kind == EntryKind::kUnblocked) last[RecordOf(spec, entry)] = &entry;
  for (const auto& [record, entry] : last)
    RETURN_IF_ERROR(ResolveIfIdle(tx, {spec.workspace, record}, *entry));
  return absl::OkStatus();
}

}  // namespace plumbline::onboarding
