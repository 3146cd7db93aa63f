// SPDX-License-Identifier: Apache-2.0
//
// The contract of CalendarStore, kept on both engines.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/catalog/calendars/fields.h"
#include "services/catalog/calendars/store_sql.h"
#include "services/catalog/calendars/testing.h"
#include "services/catalog/processes/store_sql.h"
#include "services/catalog/testing/counted_database.h"
#include "services/catalog/testing/engines.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;

const CalendarKey kCompany{"acme", "company"};

class CalendarStoreTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    auto processes = OpenStore(*database_);
    ASSERT_TRUE(processes.ok()) << processes.status();
    processes_ = *std::move(processes);
    store_ = NewCalendarStore(*database_);
  }

  static KeptCalendar Kept(const CalendarKey& key, int64_t version, absl::string_view title,
                           absl::string_view inherits = "") {
    v1::Calendar calendar = CalendarOf(title, inherits);
    calendar.set_name(NameOf(key));
    *calendar.add_holidays() = YearlyHoliday("christmas", 12, 25);
    calendar.add_exceptions()->set_date("2026-12-19");
    return {calendar, version};
  }
  absl::StatusOr<std::string> Write(absl::FunctionRef<absl::Status(CalendarChanges&)> body,
                                    const std::string& request_id = "") {
    ASSIGN_OR_RETURN(const Answer answer,
                     store_->Write(context_, {"acme", "Method", request_id, "body"}, kNow,
                                   [&](CalendarChanges& changes) -> absl::StatusOr<std::string> {
                                     RETURN_IF_ERROR(body(changes));
                                     ASSIGN_OR_RETURN(int64_t position, changes.Position());
                                     return absl::StrCat(position);
                                   }));
    return answer.bytes;
  }
  absl::Status Put(const CalendarKey& key, const KeptCalendar& kept) {
    return Write([&](CalendarChanges& changes) { return changes.PutCalendar(key, kept, {}); })
        .status();
  }
  // What `read` returns of a snapshot.
  template <typename T>
  T Read(absl::FunctionRef<absl::StatusOr<T>(CalendarSnapshot&)> read) {
    T value{};
    const absl::Status status = store_->Read(context_, [&](CalendarSnapshot& snapshot) {
      absl::StatusOr<T> result = read(snapshot);
      if (result.ok()) value = *std::move(result);
      return result.status();
    });
    EXPECT_TRUE(status.ok()) << status;
    return value;
  }
  std::optional<KeptCalendar> Find(const CalendarKey& key) {
    return Read<std::optional<KeptCalendar>>(
        [&](CalendarSnapshot& snapshot) { return snapshot.FindCalendar(key); });
  }
  std::vector<std::string> Heirs(const CalendarKey& key) {
    const auto heirs = Read<std::vector<CalendarHeir>>([&](CalendarSnapshot& snapshot) {
      return snapshot.ListHeirs(key.workspace, {key.calendar});
    });
    std::vector<std::string> ids;
    for (const CalendarHeir& heir : heirs) ids.push_back(heir.calendar);
    return ids;
  }

  // Ids of all pages.
  std::string Listed(const std::string& filter, const std::string& order_by = "",
                     int page_size = 10) {
    std::string ids;
    v1::ListCalendarsRequest request;
    request.set_filter(filter);
    request.set_order_by(order_by);
    request.set_page_size(page_size);
    auto query = listing::ToQuery("ListCalendars", "workspaces/acme", request, CalendarSchema());
    EXPECT_TRUE(query.ok()) << query.status();
    do {
      const auto page = Read<listing::Page<v1::Calendar>>(
          [&](CalendarSnapshot& snapshot) { return snapshot.ListCalendars("acme", *query); });
      for (const v1::Calendar& calendar : page.rows) {
        absl::StrAppend(&ids, calendar.name().substr(calendar.name().rfind('/') + 1), " ");
        EXPECT_EQ(calendar.holidays_size(), 0);
        EXPECT_EQ(calendar.exceptions_size(), 0);
      }
      query->after = page.next;
    } while (!query->after.empty());
    return ids;
  }

  std::unique_ptr<Store> processes_;
  std::unique_ptr<CalendarStore> store_;
  base::CallContext context_;
};

TEST_P(CalendarStoreTest, KeepsReplacesAndRemoves) {
  EXPECT_FALSE(Find(kCompany).has_value());
  const KeptCalendar first = Kept(kCompany, 1, "First");
  ASSERT_TRUE(Put(kCompany, first).ok());
  ASSERT_TRUE(Find(kCompany).has_value());
  EXPECT_TRUE(MessageDifferencer::Equals(Find(kCompany)->calendar, first.calendar));
  EXPECT_EQ(Find(kCompany)->version, 1);
  const KeptCalendar second = Kept(kCompany, 2, "Second");
  ASSERT_TRUE(Put(kCompany, second).ok());
  EXPECT_TRUE(MessageDifferencer::Equals(Find(kCompany)->calendar, second.calendar));
  EXPECT_EQ(Find(kCompany)->version, 2);
  EXPECT_FALSE(Find({"beta", "company"}).has_value());
  ASSERT_TRUE(
      Write([](CalendarChanges& changes) { return changes.RemoveCalendar(kCompany, {}); }).ok());
  EXPECT_FALSE(Find(kCompany).has_value());
}

TEST_P(CalendarStoreTest, ListsOneWorkspaceInTheOrderOfNames) {
  for (const std::string id : {"c", "a-b", "e", "ab", "d"})
    ASSERT_TRUE(Put({"acme", id}, Kept({"acme", id}, 1, id)).ok());
  ASSERT_TRUE(Put({"beta", "bb"}, Kept({"beta", "bb"}, 1, "bb")).ok());
  EXPECT_EQ(Listed("", "", 1), "a-b ab c d e ");
  EXPECT_EQ(Listed("", "title desc", 2), "e d c ab a-b ");
}

TEST_P(CalendarStoreTest, FiltersByWhatIsSetAndByLabels) {
  KeptCalendar company = Kept(kCompany, 1, "Company");
  (*company.calendar.mutable_labels())["region"] = "emea";
  company.calendar.set_owner("ops");
  ASSERT_TRUE(Put(kCompany, company).ok());
  KeptCalendar us = Kept({"acme", "us"}, 1, "US", "company");
  (*us.calendar.mutable_labels())["region"] = "us";
  us.calendar.set_time_zone("America/New_York");
  ASSERT_TRUE(Put({"acme", "us"}, us).ok());
  EXPECT_EQ(Listed("has(inherits)"), "us ");
  EXPECT_EQ(Listed("inherits = \"calendars/company\""), "us ");
  EXPECT_EQ(Listed("NOT has(time_zone)"), "company ");
  EXPECT_EQ(Listed("owner = ops"), "company ");
  EXPECT_EQ(Listed("labels.region = us OR labels.region = emea", "title desc"), "us company ");
  us.calendar.clear_labels();
  us.version = 2;
  ASSERT_TRUE(Put({"acme", "us"}, us).ok());
  EXPECT_EQ(Listed("has(labels.region)"), "company ");
  ASSERT_TRUE(
      Write([](CalendarChanges& changes) { return changes.RemoveCalendar(kCompany, {}); }).ok());
  EXPECT_EQ(Listed("has(labels.region)"), "") << "labels go with their calendar";
}

TEST_P(CalendarStoreTest, KnowsHeirs) {
  ASSERT_TRUE(Put(kCompany, Kept(kCompany, 1, "Company")).ok());
  ASSERT_TRUE(Put({"acme", "us"}, Kept({"acme", "us"}, 1, "US", "company")).ok());
  ASSERT_TRUE(Put({"acme", "uk"}, Kept({"acme", "uk"}, 1, "UK", "company")).ok());
  ASSERT_TRUE(Put({"acme", "leeds"}, Kept({"acme", "leeds"}, 1, "Leeds", "uk")).ok());
  ASSERT_TRUE(Put({"beta", "us"}, Kept({"beta", "us"}, 1, "US", "company")).ok());
  EXPECT_THAT(Heirs(kCompany), ElementsAre("uk", "us"));
  EXPECT_THAT(Heirs({"acme", "leeds"}), ElementsAre());
  ASSERT_TRUE(Put({"acme", "us"}, Kept({"acme", "us"}, 2, "US", "uk")).ok());
  EXPECT_THAT(Heirs(kCompany), ElementsAre("uk"));
  EXPECT_THAT(Heirs({"acme", "uk"}), ElementsAre("leeds", "us"));
}

TEST_P(CalendarStoreTest, NothingRemainsOfAWriteThatFails) {
  const auto failed = Write([&](CalendarChanges& changes) -> absl::Status {
    RETURN_IF_ERROR(changes.PutCalendar(kCompany, Kept(kCompany, 1, "First"), {}));
    return base::FieldError("x", "is wrong");
  });
  EXPECT_EQ(ReasonText(failed), "FIELD_INVALID");
  EXPECT_FALSE(Find(kCompany).has_value());
}

TEST_P(CalendarStoreTest, RepeatedRequestsRunOnceAndAreForgottenWithTheRest) {
  const auto first = Write(
      [&](CalendarChanges& changes) {
        return changes.PutCalendar(kCompany, Kept(kCompany, 1, "First"), {});
      },
      "r1");
  ASSERT_TRUE(first.ok()) << first.status();
  const auto repeated = Write([](CalendarChanges&) { return base::Internal("ran twice"); }, "r1");
  ASSERT_TRUE(repeated.ok()) << repeated.status();
  EXPECT_EQ(*repeated, *first);
  EXPECT_EQ(*processes_->ForgetOldRequests(context_, kNow + absl::Hours(24 * 8), 10), 1);
}

TEST_P(CalendarStoreTest, PositionsGrowWithThoseOfProcesses) {
  int64_t last = -1;
  for (int i = 1; i <= 3; ++i) {
    const auto answer = Write([&](CalendarChanges& changes) {
      return changes.PutCalendar(kCompany, Kept(kCompany, i, "Title"), {});
    });
    ASSERT_TRUE(answer.ok()) << answer.status();
    const int64_t position = std::stoll(*answer);
    EXPECT_GT(position, last);
    last = position;
    EXPECT_GT(Read<int64_t>([](CalendarSnapshot& snapshot) { return snapshot.Position(); }),
              position);
  }
}

TEST_P(CalendarStoreTest, KnowsWhenACalendarOfAWorkspaceWasWrittenLast) {
  const auto last = [&](const std::string& workspace) {
    int64_t position = -1;
    EXPECT_TRUE(store_
                    ->Read(context_,
                           [&](CalendarSnapshot& snapshot) -> absl::Status {
                             ASSIGN_OR_RETURN(position, snapshot.LastChange(workspace));
                             return absl::OkStatus();
                           })
                    .ok());
    return position;
  };
  EXPECT_EQ(last("acme"), 0);
  ASSERT_TRUE(Put(kCompany, Kept(kCompany, 1, "Company")).ok());
  const int64_t made = last("acme");
  EXPECT_GT(made, 0);
  EXPECT_EQ(last("acme"), made);
  ASSERT_TRUE(Put(kCompany, Kept(kCompany, 2, "Company")).ok());
  const int64_t changed = last("acme");
  EXPECT_GT(changed, made);
  ASSERT_TRUE(
      Write([](CalendarChanges& changes) { return changes.RemoveCalendar(kCompany, {}); }).ok());
  EXPECT_GT(last("acme"), changed);
  EXPECT_EQ(last("other"), 0);
}

// The team inherits from the country, and that from the company.
TEST_P(CalendarStoreTest, AnswersFromMemoryReadOneRow) {
  CountedDatabase counted(*database_);
  TestCatalog catalog(counted);
  ASSERT_TRUE(CreateCalendarIn(catalog, "company", CalendarOf("Company")).ok());
  ASSERT_TRUE(CreateCalendarIn(catalog, "country", CalendarOf("Country", "company")).ok());
  ASSERT_TRUE(CreateCalendarIn(catalog, "team", CalendarOf("Team", "country")).ok());
  const auto ask = [&] {
    v1::AddBusinessTimeRequest request;
    request.set_name(CalendarNameOf("team"));
    request.mutable_start_time()->set_seconds(1'774'602'000);  // Friday 2026-03-27
    request.mutable_duration()->set_days(1);
    counted.Clear();
    const auto answer =
        catalog.CallCalendars<v1::AddBusinessTimeResponse>("AddBusinessTime", request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? answer->local_end_time().substr(0, 10) : "";
  };
  const std::string monday = ask();
  EXPECT_EQ(counted.Count("SELECT"), 4) << "the first time the whole chain";
  EXPECT_EQ(ask(), monday);
  EXPECT_EQ(counted.Count("SELECT"), 1);

  v1::UpdateCalendarRequest update;
  *update.mutable_calendar() = CalendarOf("Company");
  update.mutable_calendar()->set_name(CalendarNameOf("company"));
  *update.mutable_calendar()->add_holidays() = YearlyHoliday("founding", 3, 30);
  ASSERT_TRUE(catalog.CallCalendars<v1::UpdateCalendarResponse>("UpdateCalendar", update).ok());
  EXPECT_NE(ask(), monday) << "what is inherited counts at once";
  EXPECT_EQ(counted.Count("SELECT"), 4);
  ask();
  EXPECT_EQ(counted.Count("SELECT"), 1);

  ASSERT_TRUE(CreateCalendarIn(catalog, "other", CalendarOf("Other")).ok());
  ask();
  EXPECT_EQ(counted.Count("SELECT"), 4) << "looks once whether it is concerned";
  ask();
  EXPECT_EQ(counted.Count("SELECT"), 1);
}

INSTANTIATE_TEST_SUITE_P(Engines, CalendarStoreTest, ::testing::Values(kSqlite, "PostgreSQL"),
                         EngineName);

}  // namespace
}  // namespace plumbline::catalog
