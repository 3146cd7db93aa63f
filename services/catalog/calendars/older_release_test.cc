// SPDX-License-Identifier: Apache-2.0
//
// While an upgrade rolls, replicas of the release before write calendars, and note nothing of what
// was derived from them.
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/sql/database.h"
#include "gtest/gtest.h"
#include "services/catalog/calendars/testing.h"

namespace plumbline::catalog {
namespace {

// One to which others write.
class SharedDatabase final : public sql::Database {
 public:
  absl::Status Write(const base::CallContext& context, Body body) override {
    return real_->Write(context, body);
  }
  absl::Status Read(const base::CallContext& context, Body body) override {
    return real_->Read(context, body);
  }
  bool exclusive() const override { return false; }

 private:
  const std::unique_ptr<sql::Database> real_ = *sql::Open("sqlite::memory:", {});
};

class OlderReleaseTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(CreateCalendarIn(catalog_, "company", CalendarOf("Company")).ok());
    ASSERT_TRUE(CreateCalendarIn(catalog_, "team", CalendarOf("Team", "company")).ok());
  }

  // Adds a holiday to the company's calendar.
  void AddHolidayAsBefore() {
    v1::Calendar company = *GetCalendarFrom(catalog_, "company");
    *company.add_holidays() = YearlyHoliday("founding", 3, 30);
    company.set_etag("00112233445566aa");
    const std::string body = company.SerializeAsString();
    const absl::Status status = database_.Write({}, [&](sql::Transaction& transaction) {
      return transaction
          .Execute(
              "UPDATE calendars SET version = version + 1, body = :body "
              "WHERE calendar = 'company'",
              {{"body", sql::Bytes{body}}})
          .status();
    });
    ASSERT_TRUE(status.ok()) << status;
  }
  // A working day after Friday, 2026-03-27, 10:00.
  std::string NextDay() {
    v1::AddBusinessTimeRequest request;
    request.set_name(CalendarNameOf("team"));
    request.mutable_start_time()->set_seconds(1'774'605'600);
    request.mutable_duration()->set_days(1);
    auto response = catalog_.CallCalendars<v1::AddBusinessTimeResponse>("AddBusinessTime", request);
    return response.ok() ? response->local_end_time() : ReasonText(response);
  }

  SharedDatabase database_;
  TestCatalog catalog_{database_};
};

TEST_F(OlderReleaseTest, WhatItWritesIsSeenWithinASecond) {
  EXPECT_EQ(NextDay(), "2026-03-30T10:00:00+00:00");
  AddHolidayAsBefore();
  catalog_.clock().Advance(absl::Milliseconds(1001));
  EXPECT_EQ(NextDay(), "2026-03-31T10:00:00+00:00");
}

}  // namespace
}  // namespace plumbline::catalog
