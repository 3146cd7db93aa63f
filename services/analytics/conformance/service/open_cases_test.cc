// SPDX-License-Identifier: Apache-2.0
//
// ConformanceService over an in-process channel: cases that have not ended, lists of cases that
// deviate, footprints.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plumbline/analytics/v1/conformance.pb.h"
#include "services/analytics/serving/service_testing.h"

namespace plumbline::analytics {
namespace {

using testing::HasSubstr;

v1::ModelNode Model() {
  v1::ModelNode node;
  node.set_kind(v1::ModelNode::KIND_SEQUENCE);
  for (const char* activity : {"a", "b", "c"}) {
    v1::ModelNode* child = node.add_children();
    child->set_kind(v1::ModelNode::KIND_ACTIVITY);
    child->set_activity(activity);
  }
  return node;
}

// A case for each word, an activity for each letter. A word that ends with "." has ended.
std::vector<v1::Event> EventsOf(const std::vector<std::string>& words, bool marks) {
  std::vector<v1::Event> events;
  int number = 0;
  for (const std::string& word : words) {
    ++number;
    for (size_t i = 0; i < word.size() && word[i] != '.'; ++i) {
      v1::Event& event = events.emplace_back();
      event.set_case_id(absl::StrCat("case ", number));
      event.set_activity(word.substr(i, 1));
      event.mutable_time()->set_seconds(1'600'000'000 + static_cast<int64_t>(i));
      if (!marks) continue;
      auto* finished = event.add_attributes();
      finished->set_key("case_finished");
      finished->set_bool_value(i + 2 == word.size() && word.back() == '.');
    }
  }
  return events;
}

class OpenCasesTest : public testing::Test {
 protected:
  void Fill(const std::vector<std::string>& words, bool marks) {
    ASSERT_TRUE(analytics_.Create("words").ok());
    ASSERT_TRUE(analytics_.Write("words", "test", 1, EventsOf(words, marks)).ok());
  }

  template <class Response, class Request>
  absl::StatusOr<Response> Ask(const char* method, Request request) {
    request.set_name("workspaces/acme/eventLogs/words");
    base::CallContext context;
    context.deadline = base::SystemClock().Now() + absl::Hours(2);
    context.identity = base::Identity::Everything("test");
    Response response;
    const absl::Status status = analytics_.channel().Call(
        context, absl::StrCat("/plumbline.analytics.v1.ConformanceService/", method), request,
        &response);
    if (!status.ok()) return status;
    return response;
  }

  absl::StatusOr<v1::CheckConformanceResponse> Check(v1::OpenCases open_cases,
                                                     v1::ConformanceMethod method) {
    v1::CheckConformanceRequest request;
    *request.mutable_model() = Model();
    request.set_open_cases(open_cases);
    request.set_method(method);
    return Ask<v1::CheckConformanceResponse>("CheckConformance", request);
  }

  absl::StatusOr<v1::ListDeviatingCasesResponse> List(v1::ListDeviatingCasesRequest request = {}) {
    *request.mutable_model() = Model();
    return Ask<v1::ListDeviatingCasesResponse>("ListDeviatingCases", request);
  }

  static std::string IdsOf(const v1::ListDeviatingCasesResponse& response) {
    std::string ids;
    for (const v1::DeviatingCase& one : response.cases()) absl::StrAppend(&ids, one.case_id(), ";");
    return ids;
  }

  TestAnalytics analytics_;
};

// Nothing is wrong with a case that goes on: three ended as they should, two have got so far, and
// one has begun otherwise.
TEST_F(OpenCasesTest, AreBeginnings) {
  Fill({"abc.", "abc.", "abc.", "ab", "a", "ac"}, /*marks=*/true);
  for (const auto method : {v1::CONFORMANCE_METHOD_ALIGN, v1::CONFORMANCE_METHOD_REPLAY}) {
    SCOPED_TRACE(v1::ConformanceMethod_Name(method));
    auto check = Check(v1::OPEN_CASES_UNSPECIFIED, method);
    ASSERT_TRUE(check.ok()) << check.status();
    EXPECT_EQ(check->open_cases(), v1::OPEN_CASES_BEGINNINGS);
    EXPECT_EQ(check->case_count(), 6);
    EXPECT_EQ(check->open_case_count(), 3);
    EXPECT_EQ(check->checked_case_count(), 6);
    EXPECT_EQ(check->checked_open_case_count(), 3);
    EXPECT_EQ(check->fitting_case_count(), 5);
    EXPECT_EQ(check->fitting_open_case_count(), 2);
    EXPECT_EQ(check->absent_size(), 0);
    ASSERT_EQ(check->variants_size(), 1);
    EXPECT_TRUE(check->variants(0).open());
    EXPECT_EQ(check->variants(0).case_count(), 1);
    check = Check(v1::OPEN_CASES_LEFT_OUT, method);
    ASSERT_TRUE(check.ok()) << check.status();
    EXPECT_EQ(check->case_count(), 3);
    EXPECT_EQ(check->open_case_count(), 3);
    EXPECT_EQ(check->fitting_case_count(), 3);
    EXPECT_EQ(check->fitness(), 1);
    EXPECT_EQ(check->checked_open_case_count(), 0);
    check = Check(v1::OPEN_CASES_COMPLETE, method);
    ASSERT_TRUE(check.ok()) << check.status();
    EXPECT_EQ(check->case_count(), 6);
    EXPECT_EQ(check->open_case_count(), 3);
    EXPECT_EQ(check->fitting_case_count(), 3);
    EXPECT_EQ(check->variants_size(), 3);
  }
}

// A log that marks no ends: every case counts as ended, and the answer says that it is not known.
TEST_F(OpenCasesTest, WithoutMarksAllCasesHaveEnded) {
  Fill({"abc.", "ab"}, /*marks=*/false);
  const auto check = Check(v1::OPEN_CASES_UNSPECIFIED, v1::CONFORMANCE_METHOD_ALIGN);
  ASSERT_TRUE(check.ok()) << check.status();
  EXPECT_EQ(check->fitting_case_count(), 1);
  EXPECT_FALSE(check->has_open_case_count());
  ASSERT_EQ(check->absent_size(), 1);
  EXPECT_EQ(check->absent(0).field(), "open_case_count");
  EXPECT_THAT(check->absent(0).reason(), HasSubstr("case_finished"));
}

// A variant of which some cases ended and others did not counts once where it deviates.
TEST_F(OpenCasesTest, OneVariantOfBothKinds) {
  Fill({"abc.", "ac.", "ac"}, /*marks=*/true);
  const auto check = Check(v1::OPEN_CASES_BEGINNINGS, v1::CONFORMANCE_METHOD_ALIGN);
  ASSERT_TRUE(check.ok()) << check.status();
  ASSERT_EQ(check->steps_size(), 1);
  const v1::StepConformance& step = check->steps(0);
  EXPECT_EQ(step.activity(), "b");
  EXPECT_EQ(step.skipped_case_count(), 2);
  EXPECT_EQ(step.skipped_variant_count(), 1);
  ASSERT_EQ(step.skipped_variants_size(), 1);
  EXPECT_EQ(step.skipped_variant_ranks(0), 1);  // two cases, so it is the most frequent
  ASSERT_EQ(check->variants_size(), 2);
  EXPECT_EQ(check->variants(0).variant(), check->variants(1).variant());
  EXPECT_NE(check->variants(0).open(), check->variants(1).open());
}

// Of "c" alone the model allows nothing so far; "ac" left b out, rather than c was too early.
TEST_F(OpenCasesTest, DeviatingCasesAreListed) {
  Fill({"abc.", "ac.", "azc.", "ab", "zab", "c"}, /*marks=*/true);
  auto list = List();
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_EQ(IdsOf(*list), "case 3;case 2;case 5;case 6;");  // two, then one each
  EXPECT_EQ(list->total_count(), 4);
  EXPECT_EQ(list->unchecked_case_count(), 0);
  const v1::DeviatingCase& azc = list->cases(0);
  EXPECT_EQ(azc.deviation_count(), 2);
  EXPECT_EQ(azc.place_count(), 2);
  EXPECT_FALSE(azc.open());
  ASSERT_EQ(azc.places_size(), 2);
  EXPECT_EQ(azc.places(0).kind(), v1::VariantConformance::KIND_EXTRA);
  EXPECT_EQ(azc.places(0).activity(), "z");
  EXPECT_EQ(azc.places(0).event_count_before(), 1);
  EXPECT_EQ(azc.places(0).after_activity(), "a");
  EXPECT_EQ(azc.places(0).time().seconds(), 1'600'000'001);
  EXPECT_EQ(azc.places(1).kind(), v1::VariantConformance::KIND_SKIPPED);
  EXPECT_EQ(azc.places(1).activity(), "b");
  EXPECT_EQ(azc.places(1).event_count_before(), 2);
  EXPECT_FALSE(azc.places(1).has_time());
  const v1::DeviatingCase& zab = list->cases(2);
  EXPECT_TRUE(zab.open());
  EXPECT_EQ(zab.places(0).after_activity(), "");

  v1::ListDeviatingCasesRequest request;
  request.set_activity("b");
  list = List(request);
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_EQ(IdsOf(*list), "case 3;case 2;");
  EXPECT_EQ(list->cases(0).place_count(), 1);
  request.set_kind(v1::VariantConformance::KIND_EXTRA);
  list = List(request);
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_EQ(list->total_count(), 0);
  request.clear_activity();
  list = List(request);
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_EQ(IdsOf(*list), "case 3;case 5;case 6;");
  request.set_open_cases(v1::OPEN_CASES_LEFT_OUT);
  list = List(request);
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_EQ(IdsOf(*list), "case 3;");
}

// The cases of a deviation are as many as the check counts, of the same selection.
TEST_F(OpenCasesTest, ListsAndChecksAgree) {
  Fill({"abc.", "ac.", "azc.", "ac.", "ac"}, /*marks=*/true);
  v1::CheckConformanceRequest check;
  *check.mutable_model() = Model();
  check.mutable_selection()->set_filter("NOT case_id = \"case 2\"");
  const auto checked = Ask<v1::CheckConformanceResponse>("CheckConformance", check);
  ASSERT_TRUE(checked.ok()) << checked.status();
  ASSERT_EQ(checked->steps(0).activity(), "b");
  v1::ListDeviatingCasesRequest request;
  *request.mutable_selection() = check.selection();
  request.set_activity("b");
  request.set_kind(v1::VariantConformance::KIND_SKIPPED);
  const auto list = List(request);
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_EQ(list->total_count(), checked->steps(0).skipped_case_count());
  EXPECT_EQ(IdsOf(*list), "case 3;case 4;case 5;");
  EXPECT_EQ(list->cases(1).variant_rank(), 1);  // in the whole log, where it has three cases
  EXPECT_EQ(list->selection().case_count(), 4);
}

TEST_F(OpenCasesTest, PagesGoOnWhereTheLastEnded) {
  Fill({"ac", "azc", "ac", "zc", "ac", "abc", "azzc"}, /*marks=*/false);
  v1::ListDeviatingCasesRequest request;
  request.set_page_size(2);
  std::string ids;
  int pages = 0;
  do {
    const auto page = List(request);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_EQ(page->total_count(), 6);
    ids += IdsOf(*page);
    request.set_page_token(page->next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(ids, "case 4;case 7;case 2;case 1;case 3;case 5;");
  EXPECT_EQ(pages, 3);
  request.set_page_token(List(request)->next_page_token());
  request.set_activity("b");  // another list
  EXPECT_EQ(base::ReasonOf(List(request).status()), base::Reason::ERROR_REASON_PAGE_TOKEN_INVALID);
  request.clear_activity();
  ASSERT_TRUE(analytics_.Write("words", "other", 1, EventsOf({"ac"}, false)).ok());
  EXPECT_EQ(base::ReasonOf(List(request).status()), base::Reason::ERROR_REASON_PAGE_TOKEN_INVALID);
  request.set_page_token("nonsense");
  EXPECT_EQ(base::ReasonOf(List(request).status()), base::Reason::ERROR_REASON_PAGE_TOKEN_INVALID);
}

// What has nothing in common has a fitness, but nothing that a precision could be of.
TEST_F(OpenCasesTest, PrecisionOfNothingIsAbsent) {
  Fill({"xyz", "x"}, /*marks=*/false);
  for (const auto method : {v1::CONFORMANCE_METHOD_ALIGN, v1::CONFORMANCE_METHOD_REPLAY}) {
    const auto check = Check(v1::OPEN_CASES_UNSPECIFIED, method);
    ASSERT_TRUE(check.ok()) << check.status();
    EXPECT_TRUE(check->has_fitness());
    EXPECT_FALSE(check->has_precision());
    ASSERT_EQ(check->absent_size(), 2);
    EXPECT_EQ(check->absent(0).field(), "precision");
    EXPECT_THAT(check->absent(0).reason(), HasSubstr("no activity in common"));
  }
}

TEST_F(OpenCasesTest, FootprintsAgainstAModelAndAnotherPart) {
  Fill({"abc", "abc", "acb", "abz"}, /*marks=*/false);
  v1::CompareFootprintsRequest request;
  *request.mutable_model() = Model();
  auto compared = Ask<v1::CompareFootprintsResponse>("CompareFootprints", request);
  ASSERT_TRUE(compared.ok()) << compared.status();
  EXPECT_EQ(compared->cell_count(), 16);
  EXPECT_EQ(compared->differing_cell_count(), 6);  // b and c, a and c, b and z
  EXPECT_DOUBLE_EQ(compared->similarity(), 1 - 6.0 / 16);
  ASSERT_EQ(compared->differences_size(), 3);
  const v1::FootprintDifference& often = compared->differences(0);
  EXPECT_EQ(often.from() + often.to(), "bc");
  EXPECT_EQ(often.first(), v1::FOOTPRINT_RELATION_PARALLEL);
  EXPECT_EQ(often.other(), v1::FOOTPRINT_RELATION_SEQUENCE);
  EXPECT_EQ(often.first_count(), 2);
  EXPECT_EQ(often.first_reversed_count(), 1);
  EXPECT_EQ(compared->only_first_activities(0), "z");
  ASSERT_EQ(compared->only_first_end_activities_size(), 2);
  EXPECT_EQ(compared->only_first_end_activities(0), "b");
  EXPECT_EQ(compared->only_other_end_activities_size(), 0);

  request.mutable_selection()->set_filter("activities:z");
  request.mutable_other_selection()->set_filter("NOT activities:z");
  request.set_max_differences(1);
  compared = Ask<v1::CompareFootprintsResponse>("CompareFootprints", request);
  ASSERT_TRUE(compared.ok()) << compared.status();
  EXPECT_EQ(compared->selection().case_count(), 1);
  EXPECT_EQ(compared->other_selection().case_count(), 3);
  EXPECT_EQ(compared->differences_size(), 1);
  EXPECT_EQ(compared->omitted_difference_count(), 2);
  EXPECT_EQ(compared->only_other_activities(0), "c");

  request.mutable_selection()->set_filter("case_id = nobody");
  request.mutable_other_selection()->set_filter("case_id = nobody");
  compared = Ask<v1::CompareFootprintsResponse>("CompareFootprints", request);
  ASSERT_TRUE(compared.ok()) << compared.status();
  EXPECT_FALSE(compared->has_similarity());
  ASSERT_EQ(compared->absent_size(), 1);
  EXPECT_EQ(compared->absent(0).field(), "similarity");
}

TEST_F(OpenCasesTest, BadRequestsSayWhat) {
  Fill({"abc"}, /*marks=*/false);
  const auto field_of = [](const absl::Status& status) {
    const auto violations = base::FieldViolationsOf(status);
    return violations.empty() ? std::string() : violations[0].field;
  };
  EXPECT_EQ(field_of(Check(static_cast<v1::OpenCases>(9), v1::CONFORMANCE_METHOD_ALIGN).status()),
            "open_cases");
  v1::ListDeviatingCasesRequest list;
  list.set_activity("bb");
  auto answer = List(list);
  EXPECT_EQ(field_of(answer.status()), "activity");
  EXPECT_THAT(std::string(answer.status().message()), HasSubstr("neither the model nor the log"));
  list.clear_activity();
  list.set_kind(v1::VariantConformance::KIND_BOTH);
  EXPECT_EQ(field_of(List(list).status()), "kind");
  list.clear_kind();
  list.set_page_size(-1);
  EXPECT_EQ(field_of(List(list).status()), "page_size");
  v1::CompareFootprintsRequest footprints;
  const auto compare = [&] {
    return Ask<v1::CompareFootprintsResponse>("CompareFootprints", footprints).status();
  };
  EXPECT_EQ(field_of(compare()), "other");
  footprints.mutable_model();
  EXPECT_EQ(field_of(compare()), "model.kind");
  footprints.mutable_other_selection()->set_filter("activites:a");
  EXPECT_EQ(field_of(compare()), "other_selection.filter");
  footprints.mutable_other_selection()->clear_filter();
  footprints.set_max_differences(10'001);
  EXPECT_EQ(field_of(compare()), "max_differences");
}

}  // namespace
}  // namespace plumbline::analytics
