// SPDX-License-Identifier: Apache-2.0
//
// requests.h and lease.h, on every engine.
#include "common/sql/requests.h"

#include "common/sql/conformance_test.h"
#include "common/sql/lease.h"

namespace plumbline::sql {
namespace {

using base::Reason;
using base::ReasonOf;

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

class RequestsTest : public ConformanceTest {
 protected:
  void SetUp() override {
    ConformanceTest::SetUp();
    const Migration steps[] = {{1, kRequestsSchema}, {2, kLeasesSchema}};
    Must(Migrate(*database_, steps));
  }

  absl::StatusOr<std::string> Do(const RequestKey& key, absl::Time now = kNow) {
    return Once(*database_, {}, key, now, [&](Transaction& t) -> absl::StatusOr<std::string> {
      ++runs_;
      ASSIGN_OR_RETURN(Rows rows, t.Query("SELECT COUNT(*) FROM items"));
      RETURN_IF_ERROR(Insert(t, rows.Int(0, 0)));
      return std::string("answer\0", 7) + std::to_string(rows.Int(0, 0));
    });
  }

  std::atomic<int> runs_{0};
};
INSTANTIATE_TEST_SUITE_P(Engines, RequestsTest,
                         ::testing::Values(Engine::kSqliteFile, Engine::kSqliteMemory,
                                           Engine::kPostgres),
                         EngineName);

TEST_P(RequestsTest, TheSameRequestTakesEffectOnce) {
  const RequestKey key{"w", "Create", "id", "body"};
  const std::string first(std::string("answer\0", 7) + "0");
  EXPECT_EQ(*Do(key), first);
  if (GetParam() != Engine::kSqliteMemory) Reopen();
  EXPECT_EQ(*Do(key), first);
  EXPECT_EQ(runs_, 1);
  EXPECT_EQ(Count(), 1);
}

TEST_P(RequestsTest, SixteenAtOnceTakeEffectOnce) {
  AtOnce(16, [&](int) {
    for (int i = 0; i < 5; ++i) {
      auto answer = Do({"w", "Create", "id" + std::to_string(i), "body"});
      EXPECT_TRUE(answer.ok()) << answer.status();
    }
  });
  EXPECT_EQ(Count(), 5);
}

TEST_P(RequestsTest, WhatDiffersIsAnotherRequest) {
  const RequestKey keys[] = {{"w", "Create", "id", "body"}, {"v", "Create", "id", "body"},
                             {"w", "Update", "id", "body"}, {"w", "Create", "other", "body"},
                             {"w", "Create", "", "body"},   {"w", "Create", "", "body"}};
  for (const RequestKey& key : keys) EXPECT_TRUE(Do(key).ok());
  EXPECT_EQ(Count(), 6);
}

TEST_P(RequestsTest, AnotherBodyUnderTheSameIdIsRefused) {
  EXPECT_TRUE(Do({"w", "Create", "id", "body"}).ok());
  EXPECT_EQ(ReasonOf(Do({"w", "Create", "id", "another body"}).status()),
            Reason::ERROR_REASON_REQUEST_ID_REUSED);
  EXPECT_EQ(Count(), 1);
}

TEST_P(RequestsTest, AnErrorIsNotRemembered) {
  const RequestKey key{"w", "Create", "id", "body"};
  auto failed = Once(*database_, {}, key, kNow, [&](Transaction& t) -> absl::StatusOr<std::string> {
    RETURN_IF_ERROR(Insert(t, 100));
    return base::NotFound("Process", "p");
  });
  EXPECT_EQ(failed.status(), base::NotFound("Process", "p"));
  EXPECT_EQ(Count(), 0);
  EXPECT_TRUE(Do(key).ok());
}

// A database whose first attempt is lost before it is committed, as PostgreSQL's may be; meanwhile
// the same request comes by another way.
class LosingDatabase final : public Database {
 public:
  LosingDatabase(Database& real, std::function<void()> meanwhile)
      : real_(real), meanwhile_(std::move(meanwhile)) {}
  absl::Status Write(const base::CallContext& context, Body body) override {
    const absl::Status lost = real_.Write(context, [&](Transaction& t) -> absl::Status {
      RETURN_IF_ERROR(body(t));
      return absl::AbortedError("lost");
    });
    EXPECT_TRUE(absl::IsAborted(lost)) << lost;
    meanwhile_();
    return real_.Write(context, body);
  }
  absl::Status Read(const base::CallContext& context, Body body) override {
    return real_.Read(context, body);
  }
  bool exclusive() const override { return real_.exclusive(); }

 private:
  Database& real_;
  const std::function<void()> meanwhile_;
};

TEST_P(RequestsTest, TheAttemptThatCountsTellsWhetherItWasReplayed) {
  for (const bool overtaken : {false, true}) {
    SCOPED_TRACE(overtaken);
    const RequestKey key{"w", "Create", overtaken ? "overtaken" : "alone", "body"};
    LosingDatabase database(*database_, [&] {
      if (!overtaken) return;
      EXPECT_TRUE(Do(key).ok());
    });
    int runs = 0;
    bool replayed = !overtaken;
    auto answer = Once(
        database, {}, key, kNow,
        [&](Transaction&) -> absl::StatusOr<std::string> {
          ++runs;
          return "mine";
        },
        &replayed);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(runs, overtaken ? 1 : 2);
    EXPECT_EQ(replayed, overtaken);
    EXPECT_EQ(*answer == "mine", !overtaken);
  }
}

TEST_P(RequestsTest, OldOnesAreForgottenAFewAtATime) {
  for (int i = 0; i < 5; ++i)
    EXPECT_TRUE(Do({"w", "Create", std::to_string(i), "body"}, kNow + absl::Hours(i)).ok());
  const absl::Time later = kNow + kRequestIdWindow + absl::Hours(3);
  EXPECT_EQ(*ForgetOldRequests(*database_, {}, later, 2), 2);
  EXPECT_EQ(*ForgetOldRequests(*database_, {}, later, 2), 1);
  EXPECT_EQ(*ForgetOldRequests(*database_, {}, later, 2), 0);
  EXPECT_EQ(Number("SELECT COUNT(*) FROM requests WHERE request_id IN ('3', '4')"), 2);
}

TEST_P(RequestsTest, OneHoldsALeaseUntilItEndsOrIsGivenBack) {
  const auto take = [&](const char* holder, absl::Time now) {
    return *TakeLease(*database_, {}, "loop", holder, now, absl::Seconds(10));
  };
  EXPECT_TRUE(take("a", kNow));
  EXPECT_FALSE(take("b", kNow + absl::Seconds(9)));
  EXPECT_TRUE(take("a", kNow + absl::Seconds(9)));  // renewed
  EXPECT_FALSE(take("b", kNow + absl::Seconds(18)));
  EXPECT_TRUE(take("b", kNow + absl::Seconds(19)));  // ran out
  EXPECT_FALSE(take("a", kNow + absl::Seconds(20)));
  Must(ReleaseLease(*database_, {}, "loop", "a"));  // not a's: stays
  EXPECT_FALSE(take("a", kNow + absl::Seconds(20)));
  Must(ReleaseLease(*database_, {}, "loop", "b"));
  EXPECT_TRUE(take("a", kNow + absl::Seconds(20)));
  EXPECT_TRUE(*TakeLease(*database_, {}, "another", "b", kNow, absl::Seconds(1)));
}

TEST_P(RequestsTest, OneOfManyGetsTheLease) {
  std::atomic<int> holders{0};
  AtOnce(8, [&](int i) {
    if (*TakeLease(*database_, {}, "loop", std::to_string(i), kNow, absl::Seconds(10))) ++holders;
  });
  EXPECT_EQ(holders, 1);
}

}  // namespace
}  // namespace plumbline::sql
