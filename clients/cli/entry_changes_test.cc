// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/entry_changes.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "plumbline/onboarding/v1/people_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

std::string TextOf(const std::string& text) {
  absl::TimeZone berlin;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Berlin", &berlin));
  ob::HistoryEntry entry;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &entry)) << text;
  return ChangeText(entry, berlin);
}

// "changes { ... }" of a field.
std::string Changed(const char* field, const char* before, const char* after) {
  return absl::StrCat(" changes { field: '", field, "' old_value: '", before, "' new_value: '",
                      after, "' }");
}

constexpr char kMonday[] = "2027-01-04T16:00:00Z";
constexpr char kTuesday[] = "2027-01-05T16:00:00Z";

TEST(EntryChanges, SayOldAndNew) {
  struct Row {
    const char* name;
    std::string entry;
    const char* text;
  };
  for (const Row& row : {
           Row{"a due date", "kind: KIND_TASK_RESCHEDULED" + Changed("due_time", kMonday, kTuesday),
               "due Mon 2027-01-04 17:00 -> Tue 2027-01-05 17:00 Europe/Berlin"},
           Row{"seconds",
               "kind: KIND_TASK_RESCHEDULED" + Changed("due_time", kMonday, "2027-01-04T16:00:09Z"),
               ""},
           Row{"day one",
               "kind: KIND_REPLANNED day_one: '2027-02-01'" +
                   Changed("target_time", kMonday, kTuesday) +
                   Changed("milestones.quota.target_time", kMonday, "") +
                   Changed("day_one", "2027-01-04", "2027-02-01") +
                   Changed("expected_finish_time", kMonday, kTuesday),
               "day one Mon 2027-01-04 -> Mon 2027-02-01, expected finish Mon 2027-01-04 17:00 -> "
               "Tue 2027-01-05 17:00, target Mon 2027-01-04 17:00 -> Tue 2027-01-05 17:00, target "
               "of quota Mon 2027-01-04 17:00 -> none Europe/Berlin"},
           Row{"of an older release",
               "kind: KIND_REPLANNED day_one: '2027-02-01'" + Changed("day_one", "", "2027-02-01"),
               "day one: Mon 2027-02-01"},
           Row{"its reason says it",
               "kind: KIND_REPLANNED" + Changed("expected_finish_time", kMonday, kTuesday), ""},
           Row{"a revision",
               "kind: KIND_MIGRATED" +
                   Changed("process", "workspaces/w/processes/rep@1",
                           "workspaces/w/processes/rep@2") +
                   Changed("step", "laptop", "computer"),
               "process rep@1 -> rep@2, step laptop -> computer"},
           Row{"many names",
               Changed("step", "a", "1") + Changed("step", "b", "2") + Changed("step", "c", "3") +
                   Changed("step", "d", "4") + Changed("step", "e", "5"),
               "step a -> 1, step b -> 2, step c -> 3, and 2 more are called otherwise"},
           Row{"a place", "kind: KIND_TASK_ADDED" + Changed("place", "", "after laptop"),
               "after laptop"},
           Row{"another place",
               "kind: KIND_TASK_MOVED" + Changed("place", "after laptop", "at the end"),
               "place after laptop -> at the end"},
           Row{"an assignee", "kind: KIND_TASK_CLAIMED" + Changed("assignee", "", "ada"),
               "assignee nobody -> ada"},
           Row{"who answers for it",
               "kind: KIND_TASK_RELEASED" + Changed("assignee", "bob", "eve") +
                   Changed("owner", "eve", ""),
               "assignee bob -> eve, owner eve -> nobody"},
           Row{"values",
               "kind: KIND_ATTRIBUTES_SET" + Changed("attributes.amount", "50", "300") +
                   Changed("attributes.region", "", "emea") + Changed("attributes.note", "x", ""),
               "amount 50 -> 300, region: emea, note x -> none"},
           Row{"roles", "kind: KIND_STARTED" + Changed("assignees.it", "", "ida"), "role it: ida"},
           Row{"what its kind says",
               "kind: KIND_TASK_STARTED" + Changed("state", "READY", "IN_PROGRESS"), ""},
           Row{"what it does not say",
               "kind: KIND_TASK_SKIPPED" + Changed("state", "IN_PROGRESS", "SKIPPED"),
               "state in-progress -> skipped"},
           Row{"what was submitted",
               "kind: KIND_TASK_SUBMITTED" + Changed("outputs.discount", "", "5"),
               "submitted discount: 5"},
           Row{"what was rejected",
               "kind: KIND_TASK_REJECTED" + Changed("outputs.discount", "5", ""),
               "submitted discount 5 -> none"},
           Row{"a waiver that is void",
               "kind: KIND_TASK_COMPLETED" + Changed("waiver", "REQUESTED", "NONE"),
               "waiver requested -> none"},
           Row{"nothing", "kind: KIND_TASK_READY due_time { seconds: 1799164800 }", ""},
       }) {
    EXPECT_EQ(TextOf(row.entry), row.text) << row.name;
  }
}

TEST(EntryChanges, OfPeopleAreSaidByTheNamesOfTheirFields) {
  ob::PersonHistoryEntry entry;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      Changed("manager", "bob", "") + Changed("relations.buddy", "", "eve") +
          Changed("absences.2027-03-01", "until 2027-03-05", "until 2027-03-12") +
          Changed("labels.team", "a", "b") + Changed("state", "ACTIVE", "LEFT"),
      &entry));
  EXPECT_EQ(ChangesText(entry.changes(), absl::UTCTimeZone()),
            "manager bob -> nobody, buddy: eve, absence from 2027-03-01 until 2027-03-05 -> until "
            "2027-03-12, label team a -> b, state active -> left");
}

TEST(EntryChanges, ProgramsGetThemAsTheyAre) {
  ob::HistoryEntry entry;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      Changed("state", "READY", "IN_PROGRESS") + Changed("assignee", "", "ada") +
          Changed("due_time", kMonday, ""),
      &entry));
  EXPECT_EQ(ChangesCell(entry.changes()),
            "state: READY -> IN_PROGRESS; assignee: -> ada; due_time: 2027-01-04T16:00:00Z -> ");
}

}  // namespace
}  // namespace plumbline::cli
