// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/improvement/service/choice_warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plumbline/analytics/v1/improvement_service.pb.h"
#include "services/analytics/serving/testing.h"

namespace plumbline::analytics {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using Improvement = v1::Improvement;

constexpr int64_t kBegin = 1'577'836'800;  // 2020-01-01
constexpr int64_t kDay = 86'400;

class ChoiceWarnings : public ::testing::Test {
 protected:
  // 90 quotes, one a day, each Ask and then Sign or, every third, Drop; every other in the North.
  void SetUp() override {
    ASSERT_TRUE(analytics_.Create("quotes").ok());
    std::vector<v1::Event> events;
    for (int i = 0; i < 90; ++i) {
      const std::string id = absl::StrCat("q", i);
      events.push_back(EventOf(id, "Ask", kBegin + i * kDay));
      AddText(&events.back(), "region", i % 2 == 0 ? "North" : "South");
      events.push_back(EventOf(id, i % 3 == 2 ? "Drop" : "Sign", kBegin + (i + 10 + i % 7) * kDay));
    }
    ASSERT_TRUE(analytics_.Write("quotes", "test", 1, events).ok());
  }

  template <typename Response, typename Request>
  absl::StatusOr<Response> Ask(const std::string& method, const Request& request) {
    Response response;
    base::CallContext context;
    context.deadline = base::SystemClock().Now() + absl::Hours(2);
    context.identity = base::Identity::Everything("ada");
    const absl::Status status = analytics_.channel().Call(
        context, absl::StrCat("/plumbline.analytics.v1.ImprovementService/", method), request,
        &response);
    if (!status.ok()) return status;
    return response;
  }

  // A project with `content`, as it is told where it is only checked, where it is made, where it is
  // read, and where its baseline is frozen.
  std::vector<Improvement> Told(const Improvement& content) {
    const std::string id = absl::StrCat("p", ++made_);
    v1::CreateImprovementRequest create;
    create.set_parent("workspaces/acme");
    create.set_improvement_id(id);
    *create.mutable_improvement() = content;
    create.set_validate_only(true);
    std::vector<Improvement> told;
    const auto checked = Ask<v1::CreateImprovementResponse>("CreateImprovement", create);
    EXPECT_TRUE(checked.ok()) << checked.status();
    create.set_validate_only(false);
    const auto created = Ask<v1::CreateImprovementResponse>("CreateImprovement", create);
    EXPECT_TRUE(created.ok()) << created.status();
    v1::GetImprovementRequest get;
    get.set_name(absl::StrCat("workspaces/acme/improvements/", id));
    const auto read = Ask<v1::GetImprovementResponse>("GetImprovement", get);
    v1::AdvanceImprovementRequest advance;
    advance.set_name(get.name());
    const auto frozen = Ask<v1::AdvanceImprovementResponse>("AdvanceImprovement", advance);
    EXPECT_TRUE(frozen.ok()) << frozen.status();
    if (!checked.ok() || !created.ok() || !read.ok() || !frozen.ok()) return told;
    for (const Improvement& draft :
         {checked->improvement(), created->improvement(), read->improvement()}) {
      EXPECT_FALSE(draft.baseline().has_freeze_time());
      EXPECT_FALSE(draft.baseline().has_figures());
      told.push_back(draft);
    }
    told.push_back(frozen->improvement());
    EXPECT_TRUE(told.back().baseline().has_freeze_time());
    return told;
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
    improvement.mutable_baseline_window()->mutable_end_time()->set_seconds(kBegin + 90 * kDay);
    return improvement;
  }

  TestAnalytics analytics_;
  int made_ = 0;
};

// Quotes end with Sign or Drop: whoever takes those with it, or without, chooses by what came of
// them.
TEST_F(ChoiceWarnings, ActivitiesThatEndCasesAreWarnedOfFromTheFirstDraftOn) {
  const std::string kSign = "'Sign', with which cases end";
  struct Row {
    const char *filter, *event_filter, *completion;
    std::string told;  // "": nothing
  };
  const Row kRows[] = {{"activities:Sign", "", "", kSign},
                       {"NOT activities:Sign", "", "", kSign},
                       {"follows:\"Ask > Sign\"", "", "", kSign},
                       {"eventually_follows:\"A* > S*\"", "", "", kSign},
                       {"", "activity = Sign", "", kSign},
                       {"activities:Ask", "", "Ask", "'Ask', with which cases end"},
                       {"activities:Ask", "", "", ""},
                       {"first_activity = Ask", "", "", ""},
                       {"", "activity = Ask", "", ""}};
  for (const Row& row : kRows) {
    Improvement content = Content();
    content.mutable_selection()->set_filter(row.filter);
    content.mutable_selection()->set_event_filter(row.event_filter);
    if (row.completion[0] != 0) {
      v1::CaseCompletion& completion = *content.mutable_selection()->mutable_completion();
      completion.set_rule(v1::CaseCompletion::RULE_ACTIVITY);
      completion.add_activities(row.completion);
    }
    for (const Improvement& one : Told(content)) {
      if (row.told.empty()) {
        EXPECT_THAT(one.baseline().warnings(), Not(Contains(HasSubstr("what came of them"))))
            << row.filter << row.event_filter;
      } else {
        EXPECT_THAT(one.baseline().warnings(), Contains(HasSubstr(row.told)))
            << row.filter << row.event_filter;
      }
    }
  }
}

TEST_F(ChoiceWarnings, AFilterThatDecidesTheShareIsWarnedOf) {
  const std::pair<const char*, const char*> kRows[] = {
      {"attributes.region = North", "always 100 %"},
      {"attributes.region=\"North\" AND event_count > 1", "always 100 %"},
      {"NOT attributes.region = North", "always 0 %"},
      {"attributes.region = South", ""},
      {"attributes.region = North OR event_count > 1", ""}};
  for (const auto& [filter, told] : kRows) {
    Improvement content = Content();
    content.mutable_measure()->set_kind(v1::QualityMeasure::KIND_CASES_WITH_CONDITION);
    content.mutable_measure()->set_condition("attributes.region = North");
    content.mutable_smallest_effect()->set_share(0.1);
    content.mutable_selection()->set_filter(filter);
    for (const Improvement& one : Told(content)) {
      if (told[0] == 0) {
        EXPECT_THAT(one.baseline().warnings(), Not(Contains(HasSubstr("share is always"))))
            << filter;
      } else {
        EXPECT_THAT(one.baseline().warnings(), Contains(HasSubstr(told))) << filter;
      }
    }
  }
}

// What began, and is not known to end cases, is no outcome: nothing is told, and there is no
// baseline before it is frozen.
TEST_F(ChoiceWarnings, ADraftWithNothingToMindHasNoBaseline) {
  Improvement content = Content();
  content.mutable_selection()->set_filter("activities:Ask");
  const std::vector<Improvement> told = Told(content);
  ASSERT_EQ(told.size(), 4u);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(told[i].has_baseline());
}

}  // namespace
}  // namespace plumbline::analytics
