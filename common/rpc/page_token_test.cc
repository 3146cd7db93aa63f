// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/page_token.h"

#include <string>

#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::rpc {
namespace {

using base::Reason;

TEST(PageTokenTest, ComesBackAsItWasMade) {
  const std::string position("last-\0-row\xff", 11);
  std::string token = EncodePageToken("ListProcesses", "workspaces/acme", position);
  auto decoded = DecodePageToken("ListProcesses", "workspaces/acme", token);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(*decoded, position);
}

TEST(PageTokenTest, EmptyTokenIsTheBeginning) {
  auto decoded = DecodePageToken("ListProcesses", "workspaces/acme", "");
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(*decoded, "");
}

TEST(PageTokenTest, RefusesWhatItDidNotMake) {
  const std::string token = EncodePageToken("ListProcesses", "workspaces/acme", "deal-desk");
  struct Row {
    std::string name, method, scope, token;
  };
  const Row rows[] = {
      {"another method", "ListPeople", "workspaces/acme", token},
      {"another parent", "ListProcesses", "workspaces/beta", token},
      {"method and scope cut elsewhere", "ListProcessesw", "orkspaces/acme", token},
      {"truncated", "ListProcesses", "workspaces/acme", token.substr(0, token.size() - 2)},
      {"one character changed", "ListProcesses", "workspaces/acme", "Z" + token.substr(1)},
      {"not base64", "ListProcesses", "workspaces/acme", "?????"},
      {"too short", "ListProcesses", "workspaces/acme", "YWJj"},
      {"space before it", "ListProcesses", "workspaces/acme", " " + token},
  };
  for (const Row& row : rows) {
    auto decoded = DecodePageToken(row.method, row.scope, row.token);
    EXPECT_EQ(base::ReasonOf(decoded.status()), Reason::ERROR_REASON_PAGE_TOKEN_INVALID)
        << row.name;
  }
}

TEST(PageSizeTest, DefaultsAndLimits) {
  EXPECT_EQ(*PageSize(0), 50);
  EXPECT_EQ(*PageSize(1), 1);
  EXPECT_EQ(*PageSize(1000), 1000);
  EXPECT_EQ(*PageSize(1001), 1000);
  EXPECT_EQ(base::ReasonOf(PageSize(-1).status()), Reason::ERROR_REASON_FIELD_INVALID);
}

}  // namespace
}  // namespace plumbline::rpc
