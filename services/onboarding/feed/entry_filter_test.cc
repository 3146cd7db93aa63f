// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/feed/entry_filter.h"

#include <memory>
#include <string>

#include "common/base/error.h"
#include "gtest/gtest.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

FilteredEntry Blocked() {
  FeedEntry entry;
  entry.workspace = "acme";
  entry.onboarding = "ada";
  entry.entry.kind = EntryKind::kBlocked;
  entry.entry.occur_time = At("2031-03-03T09:00:00Z");
  entry.entry.task = "order-laptop~2";
  entry.entry.step = "order-laptop";
  entry.entry.title = "Order the laptop";
  entry.entry.category = Category::kUtilityDown;
  entry.entry.utility = "provisioning";
  entry.entry.reason = "It is down";
  entry.entry.actor = "crm";
  entry.entry.webhook = "provision-crm";
  entry.entry.milestone = "quota";
  entry.entry.resource = "it@example.com";
  entry.subject = std::make_shared<const Subject>(
      Subject{"ada@example.com", {{"region", "emea"}, {"cohort", "2031-q1"}}});
  return FilteredEntry(std::move(entry));
}

struct Row {
  const char* name;
  const char* filter;
  bool takes;
  bool needs_subject = false;
};
class EntryFilterTest : public ::testing::TestWithParam<Row> {};

TEST_P(EntryFilterTest, TakesOrNot) {
  const auto filter = EntryFilter::Create("filter", GetParam().filter);
  ASSERT_TRUE(filter.ok()) << filter.status();
  EXPECT_EQ(filter->Takes(Blocked()), GetParam().takes);
  EXPECT_EQ(filter->needs_subject(), GetParam().needs_subject);
}

INSTANTIATE_TEST_SUITE_P(
    All, EntryFilterTest,
    ::testing::Values(Row{"Everything", "", true}, Row{"Kind", "kind = BLOCKED", true},
                      Row{"KindInFull", "kind = KIND_BLOCKED", true},
                      Row{"Kinds", "kind = (TASK_READY OR TASK_COMPLETED)", false},
                      Row{"Onboarding", "onboarding = ada", true},
                      Row{"Task", "task = order-laptop*", true},
                      Row{"Step", "step = order-laptop", true}, Row{"AWord", "laptop", true},
                      Row{"Category", "category = UTILITY_DOWN AND utility = provisioning", true},
                      Row{"AnotherCategory", "category = ACCESS", false},
                      Row{"Webhook", "webhook = provision-crm", true},
                      Row{"Milestone", "milestone = quota AND NOT milestone = certified", true},
                      Row{"Reason", "reason:down", true}, Row{"Actor", "actor = crm", true},
                      Row{"Queue", "resource = \"it@example.com\"", true},
                      Row{"NoDecision", "NOT has(decision)", true},
                      Row{"ByAPerson", "by_condition = false", true},
                      Row{"Time", "occur_time >= 2031-03-03 AND occur_time < 2031-03-04", true},
                      Row{"Label", "labels.region = emea", true, true},
                      Row{"AnotherLabel", "labels.region = apac", false, true},
                      Row{"Person", "person:ada", true, true}),
    [](const auto& row) { return row.param.name; });

TEST(EntryFilter, WithoutItsSubjectAPersonIsUnset) {
  FeedEntry entry = Blocked().entry();
  entry.subject = nullptr;
  EXPECT_FALSE(EntryFilter::Create("f", "person:ada")->Takes(FilteredEntry(entry)));
  EXPECT_TRUE(EntryFilter::Create("f", "NOT has(person)")->Takes(FilteredEntry(entry)));
}

TEST(EntryFilter, OfAnEscalationWhoIsToldIsAList) {
  FeedEntry entry = Blocked().entry();
  entry.entry.kind = EntryKind::kEscalated;
  entry.entry.escalation = EscalationStep{
      .rule = "late", .level = 2, .recipients = {"eve@example.com", "bob@example.com"}};
  const FilteredEntry told(entry);
  EXPECT_TRUE(EntryFilter::Create("f", "recipients:\"bob@example.com\"")->Takes(told));
  EXPECT_FALSE(EntryFilter::Create("f", "recipients:\"cyn@example.com\"")->Takes(told));
  EXPECT_TRUE(EntryFilter::Create("f", "kind = ESCALATED AND rule = late")->Takes(told));
  EXPECT_FALSE(EntryFilter::Create("f", "rule = late")->Takes(Blocked()));
}

// A kind that is added to the history can be filtered by at once.
TEST(EntryFilter, KnowsEveryKindAndCategory) {
  for (int i = 1; i < v1::HistoryEntry::Kind_descriptor()->value_count(); ++i) {
    const std::string name = v1::HistoryEntry::Kind_descriptor()->value(i)->name();
    EXPECT_TRUE(EntryFilter::Create("f", "kind = " + name.substr(5)).ok()) << name;
  }
}

TEST(EntryFilter, EveryProblemIsTold) {
  const auto none = EntryFilter::Create("webhook.filter", "knd = BLOCKED AND kind = BLOKED");
  ASSERT_FALSE(none.ok());
  const auto violations = base::FieldViolationsOf(none.status());
  ASSERT_EQ(violations.size(), 2u);
  EXPECT_EQ(violations[0].field, "webhook.filter");
}

}  // namespace
}  // namespace plumbline::onboarding::testing
