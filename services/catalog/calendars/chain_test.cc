// SPDX-License-Identifier: Apache-2.0
//
// How much of a workspace is read to check what calendars inherit.
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/catalog/calendars/change.h"
#include "services/catalog/calendars/testing.h"

namespace plumbline::catalog {
namespace {

// Calendars in memory that count what is asked of them.
class CountingSnapshot final : public CalendarSnapshot {
 public:
  void Add(const std::string& id, const std::string& inherits = "") {
    v1::Calendar calendar = CalendarOf(id, inherits);
    calendar.set_name(CalendarNameOf(id));
    calendars_[id] = calendar;
    if (!inherits.empty()) heirs_[inherits].push_back(id);
  }

  absl::StatusOr<std::optional<KeptCalendar>> FindCalendar(const CalendarKey& key) override {
    ++reads;
    const auto found = calendars_.find(key.calendar);
    if (found == calendars_.end()) return std::nullopt;
    return KeptCalendar{found->second, 1};
  }
  absl::StatusOr<std::vector<CalendarHeir>> ListHeirs(
      absl::string_view, absl::Span<const std::string> calendars) override {
    ++questions;
    std::vector<CalendarHeir> heirs;
    for (const std::string& id : calendars) {
      for (const std::string& heir : heirs_[id]) heirs.push_back({heir, id});
    }
    return heirs;
  }
  absl::StatusOr<std::vector<std::string>> ListSupported(const CalendarKey&) override {
    return std::vector<std::string>();
  }
  absl::StatusOr<listing::Page<v1::Calendar>> ListCalendars(absl::string_view,
                                                            const listing::Query&) override {
    return base::Internal("not asked for");
  }
  absl::StatusOr<int64_t> Position() override { return 1; }
  absl::StatusOr<int64_t> LastChange(absl::string_view) override { return 1; }

  int reads = 0;
  int questions = 0;  // about heirs

 private:
  std::map<std::string, v1::Calendar> calendars_;
  std::map<std::string, std::vector<std::string>> heirs_;
};

const CalendarKey kCountry{"acme", "country"};

// A company, a country, and teams of it with a calendar below each.
CountingSnapshot WithTeams(int teams) {
  CountingSnapshot snapshot;
  snapshot.Add("company");
  snapshot.Add("country");
  for (int i = 0; i < teams; ++i) {
    snapshot.Add(absl::StrCat("team-", i), "country");
    snapshot.Add(absl::StrCat("person-", i), absl::StrCat("team-", i));
  }
  return snapshot;
}

TEST(CalendarChainTest, ANewParentAsksOnceForEachLevelBelow) {
  for (const int teams : {1, 5000}) {
    CountingSnapshot snapshot = WithTeams(teams);
    ASSERT_TRUE(CheckInheritance(snapshot, kCountry, CalendarOf("Country", "company")).ok());
    EXPECT_EQ(snapshot.questions, 3) << "teams, people, nobody";
    EXPECT_EQ(snapshot.reads, 1) << "the company";
  }
}

TEST(CalendarChainTest, TheSameParentAsksForNothing) {
  CountingSnapshot snapshot;
  snapshot.Add("company");
  snapshot.Add("country", "company");
  snapshot.Add("team", "country");
  UpdateCalendarCommand command{.key = kCountry, .fields = {"title"}};
  command.content.set_title("Another title");
  const auto change = UpdateCalendar(snapshot, command, {"ada", absl::Now()});
  ASSERT_TRUE(change.ok()) << change.status();
  EXPECT_EQ(change->puts.size(), 1u);
  EXPECT_EQ(snapshot.questions, 0);
  EXPECT_EQ(snapshot.reads, 1) << "itself";
  command.fields = {"inherits"};
  ASSERT_TRUE(UpdateCalendar(snapshot, command, {"ada", absl::Now()}).ok());
  EXPECT_EQ(snapshot.questions, 0) << "nothing above it: no chain grows";
}

// The longest of several ways down is the one that counts, and is the one that is shown.
TEST(CalendarChainTest, TheLongestWayDownIsTold) {
  CountingSnapshot snapshot;
  snapshot.Add("company");
  snapshot.Add("country");
  snapshot.Add("short", "country");
  for (int i = 1; i <= 7; ++i)
    snapshot.Add(absl::StrCat("long-", i), i == 1 ? "country" : absl::StrCat("long-", i - 1));
  const absl::Status status =
      CheckInheritance(snapshot, kCountry, CalendarOf("Country", "company"));
  EXPECT_EQ(ReasonText(status), "CALENDAR_CYCLE");
  EXPECT_EQ(base::MetadataOf(status, "chain"),
            "long-7 -> long-6 -> long-5 -> long-4 -> long-3 -> long-2 -> long-1 -> country -> "
            "company");
}

}  // namespace
}  // namespace plumbline::catalog
