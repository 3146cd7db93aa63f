// SPDX-License-Identifier: Apache-2.0
#include "common/listing/request.h"

#include <string>
#include <vector>

#include "common/base/error.h"
#include "common/expr/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::listing {
namespace {

using base::Reason;
using base::ReasonOf;
using ::testing::HasSubstr;

// A request as protoc makes them.
struct ListThingsRequest {
  std::string filter_, order_by_, page_token_;
  int32_t page_size_ = 0;
  const std::string& filter() const { return filter_; }
  const std::string& order_by() const { return order_by_; }
  const std::string& page_token() const { return page_token_; }
  int32_t page_size() const { return page_size_; }
};

absl::StatusOr<Query> Read(const ListThingsRequest& request,
                           const std::string& parent = "workspaces/acme") {
  return ToQuery("ListThings", parent, request, expr::ThingSchema());
}

TEST(RequestTest, IsRead) {
  const auto query = Read({.filter_ = "size > 1", .order_by_ = "at desc", .page_size_ = 7});
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(query->limit, 7);
  EXPECT_EQ(query->after, "");
  EXPECT_FALSE(query->filter.always());
  ASSERT_EQ(query->order.size(), 1u);
  EXPECT_TRUE(query->order[0].descending);
  EXPECT_TRUE(Read({})->filter.always());
  EXPECT_EQ(Read({})->limit, 50);
}

TEST(RequestTest, AllThatIsWrongIsSaidAtOnce) {
  const absl::Status status =
      Read({.filter_ = "siz > 1 AND at = x", .order_by_ = "size", .page_size_ = -1}).status();
  EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_FIELD_INVALID);
  const auto violations = base::FieldViolationsOf(status);
  ASSERT_EQ(violations.size(), 4u);
  EXPECT_EQ(violations[0].field, "filter");
  EXPECT_THAT(violations[0].description, HasSubstr("at character 1: 'siz' is not a field"));
  EXPECT_THAT(violations[1].description, HasSubstr("at character 18: at is a timestamp"));
  EXPECT_EQ(violations[2].field, "order_by");
  EXPECT_EQ(violations[3].field, "page_size");
}

TEST(RequestTest, TokensBelongToWhatTheyWereMadeFor) {
  const ListThingsRequest made{.filter_ = "size > 1", .order_by_ = "at"};
  const std::string token = NextPageToken("ListThings", "workspaces/acme", made, "here");
  EXPECT_EQ(NextPageToken("ListThings", "workspaces/acme", made, ""), "");
  ListThingsRequest next = made;
  next.page_token_ = token;
  next.page_size_ = 9;
  ASSERT_TRUE(Read(next).ok()) << Read(next).status();
  EXPECT_EQ(Read(next)->after, "here");
  EXPECT_EQ(ReasonOf(Read(next, "workspaces/beta").status()),
            Reason::ERROR_REASON_PAGE_TOKEN_INVALID);
  for (const auto& [filter, order_by] : std::vector<std::pair<std::string, std::string>>{
           {"size > 2", "at"}, {"size > 1", "at desc"}, {"size > 1", ""}, {"", "at"}, {"", ""}}) {
    next.filter_ = filter;
    next.order_by_ = order_by;
    EXPECT_EQ(ReasonOf(Read(next).status()), Reason::ERROR_REASON_PAGE_TOKEN_INVALID)
        << filter << "/" << order_by;
  }
}

}  // namespace
}  // namespace plumbline::listing
