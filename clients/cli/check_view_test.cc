// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "clients/cli/check_command.h"
#include "clients/cli/check_model.h"
#include "clients/cli/deviations_command.h"
#include "clients/cli/footprints_command.h"

namespace plumbline::cli {
namespace {

using analytics::v1::ModelNode;
using testing::HasSubstr;
using testing::Not;

// "->(a, X(tau, b))".
std::string Text(const ModelNode& node) {
  if (node.kind() == ModelNode::KIND_SILENT) return "tau";
  if (node.kind() == ModelNode::KIND_ACTIVITY) return node.activity();
  std::string text = node.kind() == ModelNode::KIND_SEQUENCE   ? "->("
                     : node.kind() == ModelNode::KIND_CHOICE   ? "X("
                     : node.kind() == ModelNode::KIND_PARALLEL ? "+("
                                                               : "*(";
  for (int i = 0; i < node.children_size(); ++i) {
    text += (i == 0 ? "" : ", ") + Text(node.children(i));
  }
  return text + ")";
}

void SetStep(catalog::v1::Node* node, const std::string& id, const std::string& title) {
  node->set_id(id);
  node->set_title(title);
  node->mutable_step()->set_role("it");
}

TEST(CheckModelTest, ProcessesWithWhatTheyCall) {
  catalog::v1::Process inner, outer;
  auto* both = inner.mutable_root()->mutable_parallel();
  SetStep(both->add_nodes(), "laptop", "Laptop");
  SetStep(both->add_nodes(), "badge", "");
  both->mutable_nodes(1)->set_optional(true);
  auto* all = outer.mutable_root()->mutable_sequence();
  all->add_nodes()->mutable_call()->set_process("processes/set-up@3");
  auto* loop = all->add_nodes()->mutable_loop();
  SetStep(loop->mutable_body(), "exam", "Exam");
  auto* again = all->add_nodes()->mutable_loop();
  SetStep(again->mutable_body(), "quote", "Quote");
  SetStep(again->mutable_redo(), "mend", "Mend");
  auto* choice = all->add_nodes()->mutable_choice();
  SetStep(choice->add_nodes(), "yes", "Yes");
  SetStep(choice->add_nodes(), "no", "No");
  std::string asked;
  const auto model = ModelOf(outer, [&](const std::string& name) {
    asked += name;
    return inner;
  });
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(Text(*model), "->(+(Laptop, X(tau, badge)), *(Exam, tau), *(Quote, Mend), X(Yes, No))");
  EXPECT_EQ(asked, "processes/set-up@3");
}

TEST(CheckModelTest, WhatCallsItselfEnds) {
  catalog::v1::Process process;
  process.mutable_root()->mutable_call()->set_process("processes/x@1");
  EXPECT_FALSE(ModelOf(process, [&](const std::string&) { return process; }).ok());
}

TEST(CheckViewTest, SaysWhatWasSkipped) {
  analytics::v1::CheckConformanceResponse check;
  check.set_method(analytics::v1::CONFORMANCE_METHOD_ALIGN);
  check.set_case_count(60);
  check.set_checked_case_count(50);
  check.set_fitting_case_count(44);
  check.set_fitness(0.9);
  check.set_most_fitness(0.95);
  auto* step = check.add_steps();
  step->set_activity("Certification");
  step->set_known(true);
  step->set_skipped_case_count(6);
  step->set_skipped_case_share(0.12);
  auto* variant = check.add_variants();
  step->set_skipped_variant_count(7);
  for (const int64_t rank : {2, 5, 6, 7, 8, 9, 11}) step->add_skipped_variant_ranks(rank);
  variant->set_variant_rank(2);
  variant->set_case_count(6);
  variant->set_deviation_count(1);
  variant->set_optimal(true);
  variant->add_moves()->set_activity("Exam");
  auto* move = variant->add_moves();
  move->set_kind(analytics::v1::VariantConformance::KIND_SKIPPED);
  move->set_activity("Certification");
  std::ostringstream out;
  PrintCheck(check, "my-events", "x", Paper{out, 0});
  EXPECT_THAT(out.str(), HasSubstr("44 of 50 cases fit (88"));
  EXPECT_THAT(out.str(), HasSubstr("0.9000 to 0.9500"));
  EXPECT_THAT(out.str(), HasSubstr("10 cases could not be checked in time"));
  EXPECT_THAT(out.str(), HasSubstr("12"));
  EXPECT_THAT(out.str(), HasSubstr("2, 5, 6, 7, 8 and 2 more"));
  EXPECT_THAT(out.str(),
              HasSubstr("variant 2: 6 cases, 1 deviation, fitness 0.000: Exam, -Certification"));
  EXPECT_THAT(out.str(), HasSubstr("plumbline cases my-events --filter 'variant_rank = 2'"));
  EXPECT_THAT(out.str(), HasSubstr("plumbline deviations my-events --process x --step "
                                   "'Certification' --skipped\n"));
  EXPECT_THAT(out.str(), Not(HasSubstr("not in the process")));
}

TEST(CheckViewTest, WhatNobodyCheckedIsNotKnown) {
  analytics::v1::CheckConformanceResponse check;
  check.set_method(analytics::v1::CONFORMANCE_METHOD_ALIGN);
  check.set_case_count(60);
  check.set_fitness(0);
  check.set_most_fitness(1);
  check.set_precision_partial(true);
  std::ostringstream out;
  PrintCheck(check, "my-events", "x", Paper{out, 0});
  EXPECT_EQ(out.str(),
            "No case was checked.\n"
            "Fitness   0.0000 to 1.0000   (mean of cases not known)\n"
            "Precision not known\n"
            "60 cases could not be checked in time; more --budget checks more.\n");
}

TEST(CheckViewTest, OpenCasesAreTold) {
  analytics::v1::CheckConformanceResponse check;
  check.set_case_count(200);
  check.set_checked_case_count(200);
  check.set_fitting_case_count(199);
  check.set_open_case_count(15);
  check.set_checked_open_case_count(15);
  check.set_fitting_open_case_count(14);
  check.set_open_cases(analytics::v1::OPEN_CASES_BEGINNINGS);
  const auto first_lines = [&] {
    std::ostringstream out;
    PrintCheck(check, "my-events", "x", Paper{out, 0});
    return out.str().substr(0, out.str().find("Fitness"));
  };
  EXPECT_EQ(first_lines(),
            "185 of 185 ended cases fit (100.0 %), and 14 of 15 open ones so far (93.3 %).\n");
  check.set_checked_case_count(15);
  check.set_fitting_case_count(14);
  EXPECT_EQ(first_lines(), "14 of 15 open cases fit so far (93.3 %).\n");
  check.set_checked_case_count(185);
  check.set_fitting_case_count(185);
  check.set_checked_open_case_count(0);
  check.set_fitting_open_case_count(0);
  check.set_open_cases(analytics::v1::OPEN_CASES_LEFT_OUT);
  EXPECT_EQ(first_lines(), "185 of 185 cases fit (100.0 %).\n15 open cases are left out.\n");
  check.set_open_cases(analytics::v1::OPEN_CASES_COMPLETE);
  EXPECT_THAT(first_lines(), HasSubstr("15 open cases are checked as if they had ended"));
}

TEST(CheckViewTest, WhatIsNotKnownHasItsReason) {
  analytics::v1::CheckConformanceResponse check;
  check.set_case_count(1);
  check.set_checked_case_count(1);
  check.set_fitness(0);
  auto* absent = check.add_absent();
  absent->set_field("precision");
  absent->set_reason("the cases and the model have no activity in common");
  std::ostringstream out;
  PrintCheck(check, "my-events", "x", Paper{out, 0});
  EXPECT_THAT(out.str(), HasSubstr("Precision not known: the cases and the model have no activity "
                                   "in common\n"));
}

TEST(DeviationsViewTest, SaysWhere) {
  analytics::v1::ListDeviatingCasesResponse cases;
  std::ostringstream none;
  PrintDeviating(cases, Paper{none, 0});
  EXPECT_EQ(none.str(), "No case has such a deviation.\n");
  auto* one = cases.add_cases();
  one->set_case_id("c-1");
  one->set_variant_rank(7);
  one->set_deviation_count(5);
  one->set_place_count(4);
  one->set_open(true);
  auto* place = one->add_places();
  place->set_kind(analytics::v1::VariantConformance::KIND_SKIPPED);
  place->set_activity("Exam");
  place = one->add_places();
  place->set_kind(analytics::v1::VariantConformance::KIND_EXTRA);
  place->set_activity("Order");
  place->set_after_activity("Quote");
  place->mutable_time()->set_seconds(1'772'323'200);  // 2026-03-01
  cases.set_total_count(9);
  cases.set_unchecked_case_count(2);
  std::ostringstream out;
  PrintDeviating(cases, Paper{out, 0});
  for (const char* part :
       {"c-1", "7", "Exam skipped at the begin; Order out of place after Quote", "2026-03-01",
        "; 2 more", "open", "1 of 9 cases\n", "2 cases could not be checked in time"}) {
    EXPECT_THAT(out.str(), HasSubstr(part));
  }
}

TEST(FootprintsViewTest, SaysWhatDiffers) {
  analytics::v1::CompareFootprintsResponse comparison;
  comparison.set_similarity(0.75);
  comparison.set_cell_count(16);
  comparison.set_differing_cell_count(4);
  auto* one = comparison.add_differences();
  one->set_from("Quote");
  one->set_to("Sign");
  one->set_first(analytics::v1::FOOTPRINT_RELATION_PARALLEL);
  one->set_first_count(12);
  one->set_first_reversed_count(1);
  one->set_other(analytics::v1::FOOTPRINT_RELATION_SEQUENCE);
  comparison.set_omitted_difference_count(1);
  comparison.add_only_first_activities("Lost");
  std::ostringstream out;
  PrintFootprintComparison(comparison, "process", Paper{out, 0});
  for (const char* part :
       {"Similarity 0.7500   (4 of 16 cells of the matrix differ)", "either way (12, 1)", "then ",
        "and 1 more pairs", "Only in the log: Lost\n"}) {
    EXPECT_THAT(out.str(), HasSubstr(part));
  }
}

}  // namespace
}  // namespace plumbline::cli
