// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/codec_changes.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "services/onboarding/engine/changes.h"

namespace plumbline::onboarding {
namespace {

void Add(absl::string_view field, absl::string_view before, absl::string_view after,
         v1::HistoryEntry* proto) {
  v1::FieldChange* change = proto->add_changes();
  change->set_field(std::string(field));
  change->set_old_value(std::string(before));
  change->set_new_value(std::string(after));
}

// Adds changes of fields that the entry does not tell by itself.
class Implied {
 public:
  explicit Implied(v1::HistoryEntry* proto) : proto_(proto) {
    for (const v1::FieldChange& change : proto->changes()) told_.insert(change.field());
  }

  void Say(const std::string& field, absl::string_view before, absl::string_view after) {
    if (before != after && !told_.contains(field)) Add(field, before, after, proto_);
  }

  // Of an entry that names both.
  void SayDates(const char* field, const HistoryEntry& entry) {
    if (entry.due_time.has_value() && entry.previous_due_time.has_value())
      Say(field, ChangeText(entry.previous_due_time), ChangeText(entry.due_time));
  }

  void SayPlan(const PlanChange& change) {
    if (!change.previous_process.empty()) Say("process", change.previous_process, change.process);
    for (const auto& [before, after] : change.mappings) Say("step", before, after);
    // Releases that did not tell from where it came say where it is.
    if (change.place.has_value()) Say("place", "", PlaceText(*change.place));
  }

 private:
  v1::HistoryEntry* proto_;
  std::set<std::string> told_;
};

}  // namespace

void ChangesToProto(const HistoryEntry& entry, v1::HistoryEntry* proto) {
  for (const FieldChange& change : entry.changes)
    Add(change.field, change.before, change.after, proto);
}

void ChangesFromProto(const v1::HistoryEntry& proto, HistoryEntry* entry) {
  for (const v1::FieldChange& change : proto.changes())
    entry->changes.push_back({change.field(), change.old_value(), change.new_value()});
}

void AddImpliedChanges(const HistoryEntry& entry, v1::HistoryEntry* proto) {
  Implied implied(proto);
  switch (entry.kind) {
    case EntryKind::kTaskReady:
      implied.Say("state", Name(TaskState::kPending), Name(TaskState::kReady));
      break;
    case EntryKind::kTaskStarted:
      implied.Say("state", Name(TaskState::kReady), Name(TaskState::kInProgress));
      break;
    case EntryKind::kTaskSubmitted:
      for (const auto& [id, text] : entry.attributes)
        implied.Say(absl::StrCat("outputs.", id), "", text);
      break;
    case EntryKind::kTaskRescheduled:
      implied.SayDates("due_time", entry);
      break;
    case EntryKind::kReplanned:
      if (entry.day_one.has_value()) {
        implied.Say("day_one",
                    entry.previous_day_one ? absl::FormatCivilTime(*entry.previous_day_one) : "",
                    absl::FormatCivilTime(*entry.day_one));
      }
      implied.SayDates("expected_finish_time", entry);
      break;
    case EntryKind::kMilestoneReached:
      implied.Say("reach_time", "", ChangeText(entry.reach_time));
      break;
    case EntryKind::kMilestoneWithdrawn:
      implied.Say("reach_time", ChangeText(entry.reach_time), "");
      break;
    case EntryKind::kStarted:
      for (const auto& [id, text] : entry.attributes) implied.Say("attributes." + id, "", text);
      break;
    default:
      break;
  }
  if (entry.plan_change.has_value()) implied.SayPlan(*entry.plan_change);
}

}  // namespace plumbline::onboarding
