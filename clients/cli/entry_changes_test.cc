// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/entry_changes.h"

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

std::string TextOf(const char* text) {
  absl::TimeZone berlin;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Berlin", &berlin));
  ob::HistoryEntry entry;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &entry)) << text;
  return ChangeText(entry, berlin);
}

TEST(EntryChanges, SayOldAndNew) {
  struct Row {
    const char* name;
    const char* entry;
    const char* text;
  };
  for (const Row& row : {
           // 2027-01-04 16:00 and 2027-01-05 16:00 UTC.
           Row{"a due date",
               "kind: KIND_TASK_RESCHEDULED due_time { seconds: 1799164800 } "
               "previous_due_time { seconds: 1799078400 }",
               "due Mon 2027-01-04 17:00 -> Tue 2027-01-05 17:00 Europe/Berlin"},
           Row{"day one",
               "kind: KIND_REPLANNED day_one: '2027-02-01' previous_day_one: '2027-01-04' "
               "due_time { seconds: 1799164800 } previous_due_time { seconds: 1799078400 }",
               "day one Mon 2027-01-04 -> Mon 2027-02-01, expected finish Mon 2027-01-04 17:00 -> "
               "Tue 2027-01-05 17:00 Europe/Berlin"},
           Row{"of an older release",
               "kind: KIND_REPLANNED day_one: '2027-02-01' due_time { seconds: 1799164800 } "
               "previous_due_time { seconds: 1799164800 }",
               "day one -> Mon 2027-02-01"},
           Row{"its reason says it",
               "kind: KIND_REPLANNED due_time { seconds: 1799164800 } "
               "previous_due_time { seconds: 1799078400 }",
               ""},
           Row{"a revision",
               "kind: KIND_MIGRATED plan_change { process: 'workspaces/w/processes/rep@2' "
               "previous_process: 'workspaces/w/processes/rep@1' "
               "mappings { key: 'laptop' value: 'computer' } }",
               "process rep@1 -> rep@2, step laptop -> computer"},
           Row{"many names",
               "plan_change { mappings { key: 'a' value: '1' } mappings { key: 'b' value: '2' } "
               "mappings { key: 'c' value: '3' } mappings { key: 'd' value: '4' } "
               "mappings { key: 'e' value: '5' } }",
               "step a -> 1, step b -> 2, step c -> 3, and 2 more are called otherwise"},
           Row{"a place", "kind: KIND_TASK_MOVED plan_change { place { after: 'laptop' } }",
               "after laptop"},
           Row{"nothing", "kind: KIND_TASK_READY due_time { seconds: 1799164800 }", ""},
       }) {
    EXPECT_EQ(TextOf(row.entry), row.text) << row.name;
  }
}

}  // namespace
}  // namespace plumbline::cli
