// SPDX-License-Identifier: Apache-2.0
//
// ConformanceService over an in-process channel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plumbline/analytics/v1/conformance.pb.h"
#include "plumbline/analytics/v1/segment_service.pb.h"
#include "services/analytics/serving/service_testing.h"

namespace plumbline::analytics {
namespace {

using testing::HasSubstr;

v1::ModelNode Leaf(const std::string& activity) {
  v1::ModelNode node;
  node.set_kind(v1::ModelNode::KIND_ACTIVITY);
  node.set_activity(activity);
  return node;
}

v1::ModelNode Inner(v1::ModelNode::Kind kind, const std::vector<v1::ModelNode>& children) {
  v1::ModelNode node;
  node.set_kind(kind);
  for (const v1::ModelNode& child : children) *node.add_children() = child;
  return node;
}

class ConformanceServiceTest : public testing::Test {
 protected:
  // A case for each word, an activity for each letter.
  void SetUp() override {
    ASSERT_TRUE(analytics_.Create("words").ok());
    std::vector<v1::Event> events;
    int number = 0;
    for (const std::string word : {"abc", "abc", "ac", "azc"}) {
      ++number;
      for (size_t i = 0; i < word.size(); ++i) {
        v1::Event& event = events.emplace_back();
        event.set_case_id(absl::StrCat("case ", number));
        event.set_activity(word.substr(i, 1));
        event.mutable_time()->set_seconds(1'600'000'000 + static_cast<int64_t>(i));
      }
    }
    ASSERT_TRUE(analytics_.Write("words", "test", 1, events).ok());
    request_.set_name("workspaces/acme/eventLogs/words");
    *request_.mutable_model() =
        Inner(v1::ModelNode::KIND_SEQUENCE, {Leaf("a"), Leaf("b"), Leaf("c")});
  }

  absl::StatusOr<v1::CheckConformanceResponse> Check() {
    v1::CheckConformanceResponse response;
    base::CallContext context;
    context.deadline = base::SystemClock().Now() + absl::Hours(2);
    context.identity = base::Identity::Everything("test");
    const absl::Status status = analytics_.channel().Call(
        context, "/plumbline.analytics.v1.ConformanceService/CheckConformance", request_,
        &response);
    if (!status.ok()) return status;
    return response;
  }

  TestAnalytics analytics_;
  v1::CheckConformanceRequest request_;
};

TEST_F(ConformanceServiceTest, Aligns) {
  const auto response = Check();
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->method(), v1::CONFORMANCE_METHOD_ALIGN);
  EXPECT_EQ(response->case_count(), 4);
  EXPECT_EQ(response->checked_case_count(), 4);
  EXPECT_EQ(response->fitting_case_count(), 2);
  EXPECT_DOUBLE_EQ(response->fitness(), 1 - 3.0 / (11 + 12));
  EXPECT_EQ(response->most_fitness(), response->fitness());
  EXPECT_EQ(response->precision(), 1);
  EXPECT_FALSE(response->precision_partial());
  EXPECT_EQ(response->unknown_event_count(), 1);
  ASSERT_EQ(response->steps_size(), 2);
  EXPECT_EQ(response->steps(0).activity(), "b");
  EXPECT_EQ(response->steps(0).skipped_case_count(), 2);
  EXPECT_EQ(response->steps(0).skipped_case_share(), 0.5);
  EXPECT_EQ(response->steps(0).skipped_variants_size(), 2);  // "ac" and "azc"
  EXPECT_EQ(response->steps(0).skipped_variants(1), 2);
  EXPECT_EQ(response->steps(0).skipped_variant_ranks_size(), 2);
  EXPECT_EQ(response->steps(0).skipped_variant_ranks(0), 2);
  EXPECT_EQ(response->steps(0).skipped_variant_ranks(1), 3);
  EXPECT_EQ(response->steps(0).skipped_variant_count(), 2);
  EXPECT_EQ(response->steps(0).extra_variant_count(), 0);
  EXPECT_EQ(response->steps(0).extra_variants_size(), 0);
  EXPECT_EQ(response->steps(1).activity(), "z");
  EXPECT_FALSE(response->steps(1).known());
  EXPECT_EQ(response->steps(1).extra_case_count(), 1);
  ASSERT_EQ(response->variants_size(), 2);
  const v1::VariantConformance& worst = response->variants(0);
  EXPECT_EQ(worst.deviation_count(), 2);
  EXPECT_TRUE(worst.optimal());
  ASSERT_EQ(worst.moves_size(), 4);
  std::string moves;
  for (const auto& move : worst.moves()) absl::StrAppend(&moves, move.activity(), move.kind(), " ");
  EXPECT_EQ(moves, "a1 z2 b3 c1 ");
}

TEST_F(ConformanceServiceTest, Replays) {
  request_.set_method(v1::CONFORMANCE_METHOD_REPLAY);
  request_.set_max_variants(1);
  const auto response = Check();
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->method(), v1::CONFORMANCE_METHOD_REPLAY);
  EXPECT_EQ(response->checked_case_count(), 4);
  EXPECT_EQ(response->fitting_case_count(), 2);
  EXPECT_EQ(response->unknown_event_count(), 1);
  EXPECT_LT(response->fitness(), 1);
  ASSERT_EQ(response->variants_size(), 1);
  EXPECT_GT(response->variants(0).missing_tokens(), 0);
}

// The variants of a part have their ranks in the whole log, by which their cases are listed.
TEST_F(ConformanceServiceTest, DeviatingCasesAreListed) {
  request_.mutable_selection()->set_filter("NOT case_id = \"case 3\" AND NOT case_id = \"case 1\"");
  const auto response = Check();
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->case_count(), 2);  // "abc" and "azc"
  ASSERT_EQ(response->variants_size(), 1);
  EXPECT_EQ(response->variants(0).variant(), 1);
  EXPECT_EQ(response->variants(0).variant_rank(), 3);
  ASSERT_EQ(response->steps_size(), 2);
  EXPECT_EQ(response->steps(1).activity(), "z");
  ASSERT_EQ(response->steps(1).extra_variant_ranks_size(), 1);
  v1::ListCasesRequest list;
  list.set_name(request_.name());
  list.mutable_selection()->set_filter(
      absl::StrCat("variant_rank = ", response->steps(1).extra_variant_ranks(0)));
  v1::ListCasesResponse cases;
  ASSERT_TRUE(analytics_.channel()
                  .Call({}, "/plumbline.analytics.v1.SegmentService/ListCases", list, &cases)
                  .ok());
  ASSERT_EQ(cases.cases_size(), 1);
  EXPECT_EQ(cases.cases(0).case_id(), "case 4");
}

TEST_F(ConformanceServiceTest, UnknownActivitiesMayBeIgnored) {
  request_.set_method(v1::CONFORMANCE_METHOD_REPLAY);
  *request_.mutable_model() = Inner(v1::ModelNode::KIND_SEQUENCE, {Leaf("a"), Leaf("c")});
  auto response = Check();
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->fitting_case_count(), 1);
  request_.set_ignore_unknown(true);
  response = Check();
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->fitting_case_count(), 4);
  EXPECT_EQ(response->unknown_event_count(), 3);
}

TEST_F(ConformanceServiceTest, FiguresOfNothingAreAbsent) {
  request_.mutable_selection()->set_filter("case_id = nobody");
  for (const auto method : {v1::CONFORMANCE_METHOD_ALIGN, v1::CONFORMANCE_METHOD_REPLAY}) {
    request_.set_method(method);
    const auto response = Check();
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->case_count(), 0);
    EXPECT_FALSE(response->has_fitness());
    EXPECT_FALSE(response->has_most_fitness());
    EXPECT_FALSE(response->has_average_case_fitness());
    EXPECT_FALSE(response->has_precision());
  }
}

// Each of many checks at once takes what it needs of the room, not an eighth of it.
TEST_F(ConformanceServiceTest, ManyChecksGoOnAtATime) {
  std::vector<std::thread> threads;
  std::vector<absl::Status> answers(16);
  for (absl::Status& answer : answers) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20 && answer.ok(); ++i) answer = Check().status();
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const absl::Status& answer : answers) EXPECT_TRUE(answer.ok()) << answer;
}

TEST_F(ConformanceServiceTest, BadRequestsSayWhat) {
  const struct {
    void (*spoil)(v1::CheckConformanceRequest&);
    const char* field;
    const char* message;
  } kCases[] = {
      {[](v1::CheckConformanceRequest& r) { r.set_name("x"); }, "name", "name"},
      {[](v1::CheckConformanceRequest& r) { r.clear_model(); }, "model", "is missing"},
      {[](v1::CheckConformanceRequest& r) { r.mutable_model()->clear_children(); },
       "model.children", "has 0 entries; at least 1"},
      {[](v1::CheckConformanceRequest& r) {
         r.mutable_model()->mutable_children(1)->clear_activity();
       },
       "model.children[1].activity", "an activity's name has 1 to 500"},
      {[](v1::CheckConformanceRequest& r) {
         *r.mutable_model() = Inner(v1::ModelNode::KIND_LOOP, {Leaf("a")});
       },
       "model.children", "a body and a way back"},
      {[](v1::CheckConformanceRequest& r) { r.mutable_model()->clear_kind(); }, "model.kind",
       "is missing or unknown"},
      {[](v1::CheckConformanceRequest& r) {
         for (int i = 0; i < 2'000; ++i) *r.mutable_model()->add_children() = Leaf("a");
       },
       "model", "more than 2000 nodes"},
      {[](v1::CheckConformanceRequest& r) { r.mutable_time_budget()->set_seconds(121); },
       "time_budget", "it must be 10ms to 2m"},
      {[](v1::CheckConformanceRequest& r) { r.set_ignore_unknown(true); }, "ignore_unknown",
       "is of token replay"},
      {[](v1::CheckConformanceRequest& r) { r.set_max_variants(101); }, "max_variants",
       "it must be 0 to 100"},
  };
  const v1::CheckConformanceRequest good = request_;
  for (const auto& c : kCases) {
    request_ = good;
    c.spoil(request_);
    const auto response = Check();
    ASSERT_FALSE(response.ok()) << c.field;
    EXPECT_THAT(std::string(response.status().message()), HasSubstr(c.message));
    const auto violations = base::FieldViolationsOf(response.status());
    ASSERT_FALSE(violations.empty()) << c.field;
    EXPECT_EQ(violations[0].field, c.field);
  }
  request_ = good;
  request_.set_name("workspaces/acme/eventLogs/none");
  EXPECT_EQ(base::ReasonOf(Check().status()), base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND);
}

// What was aligned before is not searched for again, and the answer is that of a process that knows
// nothing of it.
TEST(ConformanceOfALogThatGrows, IsThatOfOneReadAnew) {
  const auto database = *sql::Open("sqlite::memory:", {.schema = "analytics"});
  TestAnalytics often(*database);
  ASSERT_TRUE(often.Create("words").ok());
  v1::CheckConformanceRequest request;
  request.set_name(LogName("words"));
  *request.mutable_model() =
      Inner(v1::ModelNode::KIND_SEQUENCE,
            {Leaf("a"), Inner(v1::ModelNode::KIND_PARALLEL, {Leaf("b"), Leaf("c")}), Leaf("d")});
  const auto check = [&](TestAnalytics& analytics) {
    v1::CheckConformanceResponse response;
    const absl::Status status = analytics.channel().Call(
        {}, "/plumbline.analytics.v1.ConformanceService/CheckConformance", request, &response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  };
  int number = 0;
  int64_t next = 1;
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"abcd", "acbd", "abd"}, {"abcd", "zacd", "dcba"}, {"bcd", ""}}) {
    std::vector<v1::Event> events;
    for (const std::string& word : words) {
      const std::string id = absl::StrCat("case ", ++number);
      for (size_t i = 0; i < word.size(); ++i)
        events.push_back(EventOf(id, word.substr(i, 1), 1'600'000'000 + static_cast<int64_t>(i)));
    }
    const auto written = often.Write("words", "test", next, events);
    ASSERT_TRUE(written.ok()) << written.status();
    next = written->next_sequence();
    TestAnalytics anew(*database);
    const v1::CheckConformanceResponse expected = check(anew);
    EXPECT_EQ(check(often).DebugString(), expected.DebugString());
    EXPECT_EQ(check(often).DebugString(), expected.DebugString());
    EXPECT_EQ(expected.checked_case_count(), expected.case_count());
  }
}

}  // namespace
}  // namespace plumbline::analytics
