// SPDX-License-Identifier: Apache-2.0
//
// ImprovementService over an in-process channel, on both engines: from a problem to its verdict.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/statistics/generator.h"
#include "google/protobuf/util/message_differencer.h"
#include "plumbline/analytics/v1/improvement_service.pb.h"
#include "services/analytics/serving/testing.h"
#include "services/analytics/storage/store_testing.h"

namespace plumbline::analytics {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Improvement = v1::Improvement;

constexpr int64_t kBegin = 1'577'836'800;  // 2020-01-01
constexpr int64_t kDay = 86'400;
constexpr char kName[] = "workspaces/acme/improvements/slow";

class ImprovementService : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    analytics_ = std::make_unique<TestAnalytics>(*database_);
    ASSERT_TRUE(analytics_->Create("quotes").ok());
  }

  // A quote a day from day `first` on; it takes days_before + noise, of those from day 200 on
  // days_after + noise. Those of the north only, from then on, if `other_mix`.
  void WriteQuotes(int first, int count, double days_before, double days_after,
                   bool other_mix = false) {
    std::vector<v1::Event> events;
    for (int i = first; i < first + count; ++i) {
      const std::string id = absl::StrCat("q", i);
      const double days = (i < 200 ? days_before : days_after) + 4 * chance_.Exponential();
      const int64_t begin = kBegin + i * kDay;
      events.push_back(EventOf(id, "Ask", begin));
      AddText(&events.back(), "region", i % 2 == 0 || (other_mix && i >= 200) ? "North" : "South");
      if (i >= 200) AddText(&events.back(), "process", "workspaces/acme/processes/quote@2");
      events.push_back(EventOf(id, "Sign", begin + std::llround(days * static_cast<double>(kDay))));
    }
    const auto written = analytics_->Write("quotes", "test", next_, events);
    ASSERT_TRUE(written.ok()) << written.status();
    next_ += static_cast<int64_t>(events.size());
  }

  template <typename Response, typename Request>
  absl::StatusOr<Response> Ask(const std::string& method, const Request& request) {
    Response response;
    base::CallContext context;
    context.deadline = base::SystemClock().Now() + absl::Hours(2);
    context.identity = base::Identity::Everything("ada");
    const absl::Status status = analytics_->channel().Call(
        context, absl::StrCat("/plumbline.analytics.v1.ImprovementService/", method), request,
        &response);
    if (!status.ok()) return status;
    return response;
  }

  static Improvement Content() {
    Improvement improvement;
    improvement.set_title("Quotes take too long");
    improvement.set_problem("They wait.");
    improvement.set_owner("ada");
    improvement.set_event_log(LogName("quotes"));
    improvement.mutable_measure()->set_kind(v1::QualityMeasure::KIND_CASE_DURATION);
    improvement.set_direction(Improvement::DIRECTION_LOWER);
    improvement.mutable_smallest_effect()->mutable_time()->set_seconds(2 * kDay);
    improvement.mutable_goal()->mutable_time()->set_seconds(12 * kDay);
    improvement.mutable_baseline_window()->mutable_end_time()->set_seconds(kBegin + 200 * kDay);
    v1::ImprovementCause* cause = improvement.add_causes();
    cause->set_text("Legal has one reader");
    cause->set_evidence("Most of the wait is there");
    improvement.mutable_change()->set_process_revision("workspaces/acme/processes/quote@2");
    return improvement;
  }
  auto Create(const Improvement& content = Content(), const std::string& request_id = "") {
    v1::CreateImprovementRequest request;
    request.set_parent("workspaces/acme");
    request.set_improvement_id("slow");
    *request.mutable_improvement() = content;
    request.set_request_id(request_id);
    return Ask<v1::CreateImprovementResponse>("CreateImprovement", request);
  }
  auto Advance(Improvement::State to = Improvement::STATE_UNSPECIFIED,
               const std::string& request_id = "", const std::string& reason = "") {
    v1::AdvanceImprovementRequest request;
    request.set_name(kName);
    request.set_to_state(to);
    request.set_request_id(request_id);
    request.set_reason(reason);
    return Ask<v1::AdvanceImprovementResponse>("AdvanceImprovement", request);
  }
  absl::StatusOr<Improvement> Get() {
    v1::GetImprovementRequest request;
    request.set_name(kName);
    auto response = Ask<v1::GetImprovementResponse>("GetImprovement", request);
    if (!response.ok()) return response.status();
    return response->improvement();
  }
  absl::StatusOr<v1::ImprovementComparison> Measure() {
    v1::MeasureImprovementRequest request;
    request.set_name(kName);
    auto response = Ask<v1::MeasureImprovementResponse>("MeasureImprovement", request);
    if (!response.ok()) return response.status();
    return response->comparison();
  }
  auto Close(bool too_early = false, const std::string& request_id = "") {
    v1::CloseImprovementRequest request;
    request.set_name(kName);
    request.set_allow_too_early(too_early);
    request.set_request_id(request_id);
    request.set_note("rolled out everywhere");
    return Ask<v1::CloseImprovementResponse>("CloseImprovement", request);
  }
  void AdvanceTo(Improvement::State state) {
    for (int at = Improvement::STATE_DEFINE; at < state; ++at) {
      const auto advanced = Advance();
      ASSERT_TRUE(advanced.ok()) << advanced.status();
    }
  }

  statistics::Generator chance_{42};
  std::unique_ptr<TestAnalytics> analytics_;
  int64_t next_ = 1;
};

TEST_P(ImprovementService, FromAProblemToItsVerdict) {
  WriteQuotes(0, 200, 16, 10);
  ASSERT_TRUE(Create().ok());
  const auto frozen = Advance();
  ASSERT_TRUE(frozen.ok()) << frozen.status();
  const v1::ImprovementBaseline& baseline = frozen->improvement().baseline();
  EXPECT_GT(baseline.figures().case_count(), 150);
  EXPECT_NEAR(baseline.figures().center(), 18.8 * kDay, 2 * kDay);
  EXPECT_GT(baseline.wanted_case_count(), 19);
  AdvanceTo(Improvement::STATE_ANALYZE);  // two more
  ASSERT_TRUE(Advance().ok());
  // Nobody runs the new revision yet.
  const auto early = Measure();
  ASSERT_TRUE(early.ok()) << early.status();
  EXPECT_EQ(early->verdict(), v1::ImprovementComparison::VERDICT_TOO_EARLY);
  EXPECT_THAT(early->sentence(), HasSubstr("no case runs workspaces/acme/processes/quote@2 yet"));
  EXPECT_EQ(ReasonText(Close()), "IMPROVEMENT_STATE");

  WriteQuotes(200, 150, 16, 10);
  const auto measured = Measure();
  ASSERT_TRUE(measured.ok()) << measured.status();
  EXPECT_EQ(measured->verdict(), v1::ImprovementComparison::VERDICT_IMPROVED);
  EXPECT_EQ(measured->method(), v1::ImprovementComparison::METHOD_RANK_SUM);
  EXPECT_EQ(measured->change_time().seconds(), kBegin + 200 * kDay);
  EXPECT_LT(measured->improvement_lower(), 6 * kDay);
  EXPECT_GT(measured->improvement_upper(), 6 * kDay);
  EXPECT_TRUE(measured->has_goal_reached());
  EXPECT_THAT(measured->sentence(), HasSubstr("improved by "));
  EXPECT_EQ(measured->SerializeAsString(), Measure()->SerializeAsString());

  const auto closed = Close(false, "close-1");
  ASSERT_TRUE(closed.ok()) << closed.status();
  EXPECT_EQ(closed->improvement().state(), Improvement::STATE_CLOSED);
  EXPECT_EQ(closed->improvement().result().sentence(), measured->sentence());
  EXPECT_EQ(closed->improvement().closing_note(), "rolled out everywhere");
  const auto again = Close(false, "close-1");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*closed, *again));
  EXPECT_EQ(ReasonText(Close()), "IMPROVEMENT_STATE");
  EXPECT_TRUE(Measure().ok()) << "whether the gain holds";
}

TEST_P(ImprovementService, ALogThatDoesNotExistIsRefused) {
  Improvement content = Content();
  content.set_event_log(LogName("quotez"));
  const auto wrong = Create(content);
  EXPECT_EQ(ReasonText(wrong), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(base::FieldViolationsOf(wrong.status())[0].field, "improvement.event_log");
  EXPECT_THAT(std::string(wrong.status().message()), HasSubstr("did you mean 'quotes'?"));
  ASSERT_TRUE(Create().ok());
  v1::UpdateImprovementRequest update;
  *update.mutable_improvement() = content;
  update.mutable_improvement()->set_name(kName);
  EXPECT_EQ(ReasonText(Ask<v1::UpdateImprovementResponse>("UpdateImprovement", update)),
            "RESOURCE_NOT_FOUND");
  // One that is gone holds nobody up who says nothing of it.
  ASSERT_TRUE(analytics_->Delete("quotes").ok());
  *update.mutable_improvement() = Content();
  update.mutable_improvement()->set_name(kName);
  update.mutable_improvement()->set_title("Still too long");
  EXPECT_EQ(ReasonText(Ask<v1::UpdateImprovementResponse>("UpdateImprovement", update)), "OK");
}

TEST_P(ImprovementService, NoChangeIsNoEffect) {
  WriteQuotes(0, 400, 16, 16);
  ASSERT_TRUE(Create().ok());
  AdvanceTo(Improvement::STATE_CONTROL);
  const auto measured = Measure();
  ASSERT_TRUE(measured.ok()) << measured.status();
  EXPECT_EQ(measured->verdict(), v1::ImprovementComparison::VERDICT_NO_EFFECT)
      << measured->sentence();
}

// As a report counts: by ends, and means.
TEST_P(ImprovementService, ByEndsAndMeans) {
  WriteQuotes(0, 400, 16, 10);
  Improvement content = Content();
  content.set_counted_by(Improvement::COUNTED_BY_END);
  content.set_center(Improvement::CENTER_MEAN);
  content.mutable_change()->Clear();
  content.mutable_change()->mutable_time()->set_seconds(kBegin + 200 * kDay);
  ASSERT_TRUE(Create(content).ok());
  AdvanceTo(Improvement::STATE_CONTROL);
  const auto measured = Measure();
  ASSERT_TRUE(measured.ok()) << measured.status();
  EXPECT_EQ(measured->method(), v1::ImprovementComparison::METHOD_MEANS);
  EXPECT_EQ(measured->before().center(), measured->before().mean());
  EXPECT_NEAR(measured->before().mean(), 20 * kDay, 1.5 * kDay);
  EXPECT_NEAR(measured->improvement(), measured->before().mean() - measured->after().mean(), 1);
  EXPECT_THAT(measured->sentence(), HasSubstr("(mean "));
  EXPECT_EQ(measured->after().young_count(), 0);
  EXPECT_THAT(measured->warnings(), Contains(HasSubstr("began before it, so that a part of them")));
  v1::UpdateImprovementRequest update;
  *update.mutable_improvement() = *Get();
  update.mutable_improvement()->set_center(Improvement::CENTER_MEDIAN);
  update.mutable_update_mask()->add_paths("center");
  EXPECT_EQ(ReasonText(Ask<v1::UpdateImprovementResponse>("UpdateImprovement", update)),
            "IMPROVEMENT_STATE");
}

// The worst are followed by better ones, whatever is done.
TEST_P(ImprovementService, CasesThatAreChosenByWhatCameOfThemAreWarnedOf) {
  WriteQuotes(0, 400, 16, 10);
  for (const auto& [filter, named] :
       {std::pair("duration > 1d AND open = false", "(duration, open)"),
        std::pair("attributes.region = North OR attributes.region = South", "")}) {
    Improvement content = Content();
    content.mutable_selection()->set_filter(filter);
    v1::CreateImprovementRequest request;
    request.set_parent("workspaces/acme");
    request.set_improvement_id(named[0] == 0 ? "plain" : "chosen");
    *request.mutable_improvement() = content;
    const auto created = Ask<v1::CreateImprovementResponse>("CreateImprovement", request);
    ASSERT_TRUE(created.ok()) << created.status();
    v1::AdvanceImprovementRequest advance;
    advance.set_name(created->improvement().name());
    const auto advanced = Ask<v1::AdvanceImprovementResponse>("AdvanceImprovement", advance);
    ASSERT_TRUE(advanced.ok()) << advanced.status();
    const auto& warnings = advanced->improvement().baseline().warnings();
    if (named[0] == 0) {
      EXPECT_THAT(warnings, ::testing::Not(Contains(HasSubstr("regression to the mean"))));
    } else {
      EXPECT_THAT(warnings, Contains(::testing::AllOf(HasSubstr("regression to the mean"),
                                                      HasSubstr(named))));
    }
  }
}

TEST_P(ImprovementService, AMeanIsOfTimes) {
  Improvement content = Content();
  content.clear_goal();
  content.set_center(Improvement::CENTER_MEAN);
  content.mutable_measure()->set_kind(v1::QualityMeasure::KIND_DEFECT_COUNT);
  content.mutable_smallest_effect()->set_per_case(1);
  const auto refused = Create(content);
  EXPECT_EQ(ReasonText(refused), "FIELD_INVALID");
  EXPECT_EQ(base::FieldViolationsOf(refused.status())[0].field, "improvement.center");
}

// What was answered is answered again, whatever became of the log since.
TEST_P(ImprovementService, ARepeatedRequestNeedsNoLog) {
  const auto made = Create(Content(), "r1");
  ASSERT_TRUE(made.ok()) << made.status();
  ASSERT_TRUE(analytics_->Delete("quotes").ok());
  const auto again = Create(Content(), "r1");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*made, *again));
  EXPECT_EQ(ReasonText(Create(Content(), "r2")), "RESOURCE_ALREADY_EXISTS");
}

TEST_P(ImprovementService, AnotherMixOfCasesIsTold) {
  WriteQuotes(0, 400, 16, 10, /*other_mix=*/true);
  ASSERT_TRUE(Create().ok());
  AdvanceTo(Improvement::STATE_CONTROL);
  const auto measured = Measure();
  ASSERT_TRUE(measured.ok()) << measured.status();
  ASSERT_GE(measured->mix_size(), 1);
  EXPECT_EQ(measured->mix(0).attribute(), "region");
  EXPECT_LT(measured->mix(0).p_value(), 1e-6);
  EXPECT_THAT(measured->warnings(), Contains(HasSubstr("the mix of cases changed: of region")));
  // All cases after are of the north: within one value only nothing is put together.
  EXPECT_FALSE(measured->mix(0).has_adjusted());
}

// Slow cases of the south became few, and no case became faster.
TEST_P(ImprovementService, WhatOnlyTheMixMadeIsTold) {
  std::vector<v1::Event> events;
  for (int i = 0; i < 400; ++i) {
    const bool south = i < 200 ? i % 2 == 0 : i % 10 == 0;
    const bool east = i < 200 && i % 20 == 19;  // on one side alone
    const double days = (south ? 20 : 5) + 4 * chance_.Exponential();
    const std::string id = absl::StrCat("q", i);
    events.push_back(EventOf(id, "Ask", kBegin + i * kDay));
    AddText(&events.back(), "region", south ? "South" : east ? "East" : "North");
    if (i >= 200) AddText(&events.back(), "process", "workspaces/acme/processes/quote@2");
    events.push_back(
        EventOf(id, "Sign", kBegin + i * kDay + std::llround(days * static_cast<double>(kDay))));
  }
  ASSERT_TRUE(analytics_->Write("quotes", "test", 1, events).ok());
  ASSERT_TRUE(Create().ok());
  AdvanceTo(Improvement::STATE_CONTROL);
  const auto measured = Measure();
  ASSERT_TRUE(measured.ok()) << measured.status();
  EXPECT_EQ(measured->verdict(), v1::ImprovementComparison::VERDICT_IMPROVED);
  ASSERT_TRUE(measured->mix(0).has_adjusted());
  const v1::ImprovementAdjusted& adjusted = measured->mix(0).adjusted();
  EXPECT_EQ(adjusted.value_count(), 2);
  EXPECT_LT(adjusted.improvement_lower(), 0);
  EXPECT_GT(adjusted.improvement_upper(), 0);
  EXPECT_GT(adjusted.unadjusted_improvement(), 4 * kDay);
  EXPECT_EQ(adjusted.left_out_count(), 10);
  EXPECT_THAT(measured->warnings(),
              Contains(AllOf(HasSubstr("within its values it is "),
                             HasSubstr("cases: the values of the others are on one side alone; "
                                       "without regard to them these are better by "))));
}

// What was frozen stays, though the events are gone.
TEST_P(ImprovementService, TheBaselineOutlivesItsEvents) {
  WriteQuotes(0, 200, 16, 10);
  ASSERT_TRUE(Create().ok());
  AdvanceTo(Improvement::STATE_CONTROL);
  const Improvement before = *Get();
  ASSERT_TRUE(analytics_->Delete("quotes").ok());
  EXPECT_EQ(ReasonText(Measure()), "RESOURCE_NOT_FOUND");
  ASSERT_TRUE(analytics_->Create("quotes").ok());
  next_ = 1;
  WriteQuotes(200, 150, 16, 10);
  const auto measured = Measure();
  ASSERT_TRUE(measured.ok()) << measured.status();
  EXPECT_EQ(measured->verdict(), v1::ImprovementComparison::VERDICT_IMPROVED);
  EXPECT_EQ(measured->before().center(), before.baseline().figures().center());
}

TEST_P(ImprovementService, WritesOnceByRequestId) {
  WriteQuotes(0, 200, 16, 10);
  const auto made = Create(Content(), "r1");
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*made, *Create(Content(), "r1")));
  Improvement other = Content();
  other.set_title("Other");
  EXPECT_EQ(ReasonText(Create(other, "r1")), "REQUEST_ID_REUSED");
  EXPECT_EQ(ReasonText(Create()), "RESOURCE_ALREADY_EXISTS");
  const auto advanced = Advance(Improvement::STATE_MEASURE, "a1");
  ASSERT_TRUE(advanced.ok()) << advanced.status();
  // It could not be done twice.
  const auto replayed = Advance(Improvement::STATE_MEASURE, "a1");
  ASSERT_TRUE(replayed.ok()) << replayed.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*advanced, *replayed));
  EXPECT_EQ(ReasonText(Advance(Improvement::STATE_MEASURE)), "IMPROVEMENT_STATE");
}

TEST_P(ImprovementService, ValidateOnlyWritesNothing) {
  WriteQuotes(0, 200, 16, 10);
  v1::CreateImprovementRequest create;
  create.set_parent("workspaces/acme");
  create.set_improvement_id("slow");
  *create.mutable_improvement() = Content();
  create.set_validate_only(true);
  ASSERT_TRUE(Ask<v1::CreateImprovementResponse>("CreateImprovement", create).ok());
  EXPECT_EQ(ReasonText(Get()), "RESOURCE_NOT_FOUND");
  ASSERT_TRUE(Create().ok());
  v1::AdvanceImprovementRequest advance;
  advance.set_name(kName);
  advance.set_validate_only(true);
  const auto preview = Ask<v1::AdvanceImprovementResponse>("AdvanceImprovement", advance);
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_GT(preview->improvement().baseline().figures().case_count(), 0);
  EXPECT_EQ(Get()->state(), Improvement::STATE_DEFINE);
}

TEST_P(ImprovementService, SaysWhatIsMissing) {
  Improvement content;
  content.set_title("Quotes");
  content.set_problem("Slow");
  ASSERT_TRUE(Create(content).ok());
  const auto refused = Advance();
  EXPECT_EQ(ReasonText(refused), "FIELD_INVALID");
  EXPECT_EQ(base::FieldViolationsOf(refused.status()).size(), 6);
  EXPECT_EQ(ReasonText(Measure()), "IMPROVEMENT_STATE");
}

TEST_P(ImprovementService, ABaselineNeedsALogAndCases) {
  ASSERT_TRUE(Create().ok());
  const auto empty = Advance();
  EXPECT_EQ(ReasonText(empty), "FIELD_INVALID");
  EXPECT_EQ(base::FieldViolationsOf(empty.status())[0].field, "improvement.baseline_window");
  ASSERT_TRUE(analytics_->Delete("quotes").ok());
  EXPECT_EQ(ReasonText(Advance()), "RESOURCE_NOT_FOUND");
}

TEST_P(ImprovementService, UpdatesByEtagAndMask) {
  WriteQuotes(0, 200, 16, 10);
  const auto made = Create();
  ASSERT_TRUE(made.ok()) << made.status();
  v1::UpdateImprovementRequest request;
  *request.mutable_improvement() = made->improvement();
  request.mutable_improvement()->set_title("Quotes wait");
  request.mutable_improvement()->clear_causes();
  request.mutable_update_mask()->add_paths("title");
  auto updated = Ask<v1::UpdateImprovementResponse>("UpdateImprovement", request);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->improvement().title(), "Quotes wait");
  EXPECT_EQ(updated->improvement().causes_size(), 1);
  request.mutable_improvement()->set_title("Again");
  EXPECT_EQ(ReasonText(Ask<v1::UpdateImprovementResponse>("UpdateImprovement", request)),
            "ETAG_MISMATCH");
  request.mutable_improvement()->clear_etag();
  request.mutable_update_mask()->add_paths("state");
  EXPECT_EQ(ReasonText(Ask<v1::UpdateImprovementResponse>("UpdateImprovement", request)),
            "FIELD_INVALID");
}

TEST_P(ImprovementService, ListsAndFilters) {
  for (const char* id : {"one", "two", "three"}) {
    v1::CreateImprovementRequest request;
    request.set_parent("workspaces/acme");
    request.set_improvement_id(id);
    *request.mutable_improvement() = Content();
    request.mutable_improvement()->set_owner(id);
    ASSERT_TRUE(Ask<v1::CreateImprovementResponse>("CreateImprovement", request).ok());
  }
  v1::ListImprovementsRequest request;
  request.set_parent("workspaces/acme");
  request.set_page_size(2);
  auto page = Ask<v1::ListImprovementsResponse>("ListImprovements", request);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->improvements_size(), 2);
  request.set_page_token(page->next_page_token());
  page = Ask<v1::ListImprovementsResponse>("ListImprovements", request);
  ASSERT_EQ(page->improvements_size(), 1);
  EXPECT_EQ(page->next_page_token(), "");
  request.clear_page_token();
  request.set_filter("owner = two AND state = DEFINE");
  page = Ask<v1::ListImprovementsResponse>("ListImprovements", request);
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->improvements_size(), 1);
  EXPECT_EQ(page->improvements(0).owner(), "two");
  request.set_filter("verdict = IMPROVED");
  EXPECT_EQ(Ask<v1::ListImprovementsResponse>("ListImprovements", request)->improvements_size(), 0);
  request.set_filter("sate = DEFINE");
  EXPECT_EQ(ReasonText(Ask<v1::ListImprovementsResponse>("ListImprovements", request)),
            "FIELD_INVALID");
}

TEST_P(ImprovementService, HistoryOutlivesTheProject) {
  WriteQuotes(0, 200, 16, 10);
  ASSERT_TRUE(Create().ok());
  ASSERT_TRUE(Advance().ok());
  ASSERT_TRUE(Advance(Improvement::STATE_DEFINE, "", "the window was wrong").ok());
  v1::DeleteImprovementRequest remove;
  remove.set_name(kName);
  ASSERT_TRUE(Ask<v1::DeleteImprovementResponse>("DeleteImprovement", remove).ok());
  EXPECT_EQ(ReasonText(Get()), "RESOURCE_NOT_FOUND");
  ASSERT_TRUE(Create().ok());
  v1::ListImprovementHistoryRequest request;
  request.set_name(kName);
  request.set_page_size(3);
  auto page = Ask<v1::ListImprovementHistoryResponse>("ListImprovementHistory", request);
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->entries_size(), 3);
  EXPECT_EQ(page->entries(0).kind(), v1::ImprovementHistoryEntry::KIND_CREATED);
  EXPECT_EQ(page->entries(0).sequence(), 5);
  EXPECT_EQ(page->entries(1).kind(), v1::ImprovementHistoryEntry::KIND_DELETED);
  EXPECT_EQ(page->entries(2).reason(), "the window was wrong");
  EXPECT_EQ(page->entries(2).to_state(), Improvement::STATE_DEFINE);
  EXPECT_NE(page->entries(2).actor(), "");
  request.set_page_token(page->next_page_token());
  page = Ask<v1::ListImprovementHistoryResponse>("ListImprovementHistory", request);
  ASSERT_EQ(page->entries_size(), 2);
  EXPECT_EQ(page->next_page_token(), "");
  request.set_name("workspaces/acme/improvements/never");
  request.clear_page_token();
  EXPECT_EQ(ReasonText(Ask<v1::ListImprovementHistoryResponse>("ListImprovementHistory", request)),
            "RESOURCE_NOT_FOUND");
}

INSTANTIATE_TEST_SUITE_P(Engines, ImprovementService, ::testing::Values(kSqlite, "PostgreSQL"),
                         [](const auto& row) { return row.param; });

}  // namespace
}  // namespace plumbline::analytics
