// SPDX-License-Identifier: Apache-2.0
//
// ListUtilities over the in-process channel.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {
namespace {

using ::testing::HasSubstr;

class UtilityListTest : public ::testing::Test {
 protected:
  void Create(const std::string& id, const std::string& owner, const std::string& purpose = "") {
    v1::CreateUtilityRequest request;
    request.set_parent("workspaces/acme");
    request.set_utility_id(id);
    request.mutable_utility()->set_title(absl::StrCat("Title of ", id));
    request.mutable_utility()->set_owner(owner);
    request.mutable_utility()->set_purpose(purpose);
    ASSERT_EQ(
        ReasonText(catalog_.CallUtilities<v1::CreateUtilityResponse>("CreateUtility", request)),
        "OK");
  }
  absl::StatusOr<v1::ListUtilitiesResponse> Page(v1::ListUtilitiesRequest request) {
    if (request.parent().empty()) request.set_parent("workspaces/acme");
    return catalog_.CallUtilities<v1::ListUtilitiesResponse>("ListUtilities", request);
  }
  // Last letters of the ids, a bar behind every page.
  std::string Listed(v1::ListUtilitiesRequest request) {
    std::string seen;
    do {
      auto page = Page(request);
      if (!page.ok()) return absl::StrCat(ReasonText(page), ": ", page.status().message());
      for (const auto& utility : page->utilities()) seen += utility.name().back();
      seen += "|";
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return seen;
  }

  TestCatalog catalog_;
};

TEST_F(UtilityListTest, InPagesByNameUnlessToldOtherwise) {
  for (const char* id : {"c", "a", "d", "b", "e"}) Create(id, *id < 'c' ? "it" : "legal");
  v1::ListUtilitiesRequest request;
  request.set_page_size(2);
  EXPECT_EQ(Listed(request), "ab|cd|e|");
  request.set_filter("owner = legal");
  EXPECT_EQ(Listed(request), "cd|e|");
  request.set_order_by("name desc");
  EXPECT_EQ(Listed(request), "ed|c|");
  const std::string token = Page(request)->next_page_token();
  request.set_page_token(token);
  EXPECT_EQ(Listed(request), "c|");
  request.set_filter("owner = it");
  EXPECT_EQ(ReasonText(Page(request)), "PAGE_TOKEN_INVALID") << "a token belongs to its filter";
  request.set_page_token("nonsense");
  EXPECT_EQ(ReasonText(Page(request)), "PAGE_TOKEN_INVALID");
  v1::ListUtilitiesRequest other;
  other.set_parent("workspaces/beta");
  EXPECT_EQ(Listed(other), "|");
}

TEST_F(UtilityListTest, SaysWhatIsWrongAndWhere) {
  v1::ListUtilitiesRequest request;
  request.set_filter("onwer = it");
  EXPECT_THAT(Listed(request), HasSubstr("FIELD_INVALID: filter: at character 1: 'onwer' is not a "
                                         "field; did you mean 'owner'?"));
  request.clear_filter();
  request.set_order_by("contact");
  EXPECT_THAT(Listed(request), HasSubstr("FIELD_INVALID: order_by: at character 1: 'contact'"));
  request.clear_order_by();
  request.set_page_size(-1);
  EXPECT_THAT(Listed(request), HasSubstr("FIELD_INVALID: page_size"));
}

TEST_F(UtilityListTest, ALargePageEndsEarly) {
  std::string purpose;
  for (int n = 0; n < 4000; ++n) purpose += "合";
  constexpr int kUtilities = 200;
  for (int i = 0; i < kUtilities; ++i) Create(absl::StrCat("u", i), "it", purpose);
  v1::ListUtilitiesRequest request;
  request.set_page_size(1000);
  int seen = 0, pages = 0;
  do {
    auto page = Page(request);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_LT(page->ByteSizeLong(), 2'200'000u);
    seen += page->utilities_size();
    ++pages;
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(seen, kUtilities);
  EXPECT_EQ(pages, 2);
}

}  // namespace
}  // namespace plumbline::catalog
