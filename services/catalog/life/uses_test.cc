// SPDX-License-Identifier: Apache-2.0
//
// ReportProcessUse and ListProcessUsers over the in-process channel.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kLegal[] = "workspaces/acme/processes/legal";

class UsersTest : public ::testing::Test {
 protected:
  void SetUp() override {
    catalog_.DefineAndPublish("legal", Calling({}));
    catalog_.DefineAndPublish("legal", ProcessOf("Again", StepNode("read")));
  }
  static v1::ReportProcessUseRequest Report(const std::vector<std::pair<int64_t, int64_t>>& uses,
                                            const std::string& system = "onboarding") {
    v1::ReportProcessUseRequest request;
    request.set_parent("workspaces/acme");
    request.set_system(system);
    for (const auto& [revision, count] : uses) {
      v1::ProcessUse& use = *request.add_uses();
      use.set_process(absl::StrCat(kLegal, "@", revision));
      use.set_count(count);
      use.add_examples("onboardings/ada");
    }
    return request;
  }
  absl::StatusOr<v1::ReportProcessUseResponse> Send(const v1::ReportProcessUseRequest& request) {
    return catalog_.Call<v1::ReportProcessUseResponse>("ReportProcessUse", request);
  }
  absl::StatusOr<v1::ListProcessUsersResponse> List(absl::string_view name, int page_size = 0,
                                                    absl::string_view token = "") {
    v1::ListProcessUsersRequest request;
    request.set_name(std::string(name));
    request.set_page_size(page_size);
    request.set_page_token(std::string(token));
    return catalog_.Call<v1::ListProcessUsersResponse>("ListProcessUsers", request);
  }
  // "onboarding processes/legal@1 x7".
  std::vector<std::string> Users(absl::string_view name = kLegal) {
    std::vector<std::string> users;
    auto listed = List(name);
    EXPECT_TRUE(listed.ok()) << listed.status();
    for (const v1::ProcessUser& user : listed->users())
      users.push_back(absl::StrCat(user.user(), " ", user.used(), " x", user.count()));
    return users;
  }

  TestCatalog catalog_;
};

TEST_F(UsersTest, SystemsSayWhatTheyRun) {
  EXPECT_THAT(Users(), IsEmpty());
  auto sent = Send(Report({{1, 7}, {2, 1}}));
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_EQ(sent->expire_time().seconds(),
            absl::ToUnixSeconds(catalog_.clock().Now() + absl::Hours(24)));
  ASSERT_EQ(ReasonText(Send(Report({{2, 3}}, "analytics"))), "OK");
  EXPECT_THAT(Users(),
              ElementsAre("analytics processes/legal@2 x3", "onboarding processes/legal@1 x7",
                          "onboarding processes/legal@2 x1"));
  EXPECT_THAT(Users(absl::StrCat(kLegal, "@1")), ElementsAre("onboarding processes/legal@1 x7"));
  ASSERT_EQ(ReasonText(Send(Report({{2, 2}}))), "OK");
  EXPECT_THAT(Users(),
              ElementsAre("analytics processes/legal@2 x3", "onboarding processes/legal@2 x2"))
      << "a report takes the place of all before it";
  const auto user = List(absl::StrCat(kLegal, "@2"))->users(1);
  EXPECT_EQ(user.kind(), v1::ProcessUser::KIND_RUNNER);
  EXPECT_THAT(user.examples(), ElementsAre("onboardings/ada"));
  EXPECT_EQ(user.report_time().seconds(), absl::ToUnixSeconds(catalog_.clock().Now()));
  ASSERT_EQ(ReasonText(Send(Report({}))), "OK");
  EXPECT_THAT(Users(), ElementsAre("analytics processes/legal@2 x3"));
}

TEST_F(UsersTest, WhoRunsItIsInTheWay) {
  ASSERT_EQ(ReasonText(Send(Report({{1, 7}}))), "OK");
  v1::ArchiveProcessRequest archive;
  archive.set_name(absl::StrCat(kLegal, "@2"));
  EXPECT_EQ(ReasonText(catalog_.Call<v1::ArchiveProcessResponse>("ArchiveProcess", archive)), "OK");
  for (const std::string name : {kLegal, "workspaces/acme/processes/legal@1"}) {
    archive.set_name(name);
    const absl::Status refused =
        catalog_.Call<v1::ArchiveProcessResponse>("ArchiveProcess", archive).status();
    EXPECT_EQ(ReasonText(refused), "PROCESS_IN_USE") << name;
    EXPECT_THAT(std::string(refused.message()),
                ::testing::HasSubstr("runs 'processes/legal@1' 7 times, for example "
                                     "onboardings/ada"));
  }
}

TEST_F(UsersTest, AReportIsBelievedForItsTime) {
  auto report = Report({{1, 7}});
  report.mutable_ttl()->set_seconds(60);
  ASSERT_EQ(ReasonText(Send(report)), "OK");
  catalog_.clock().Advance(absl::Seconds(60) - absl::Microseconds(1));
  EXPECT_EQ(Users().size(), 1);
  catalog_.clock().Advance(absl::Microseconds(1));
  EXPECT_THAT(Users(), IsEmpty());
}

TEST_F(UsersTest, ComeInPages) {
  for (int i = 0; i < 5; ++i) catalog_.Define(absl::StrCat("idea-", i), Calling({"legal"}));
  ASSERT_EQ(ReasonText(Send(Report({{1, 7}, {2, 2}}))), "OK");
  std::vector<std::string> users;
  std::string token;
  int pages = 0;
  do {
    auto page = List(kLegal, 3, token);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const auto& user : page->users()) users.push_back(user.user());
    token = page->next_page_token();
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(users.size(), 7);
  EXPECT_EQ(users[0], "workspaces/acme/processes/idea-0") << "callers first";
  EXPECT_EQ(users[6], "onboarding");
  EXPECT_EQ(ReasonText(List(absl::StrCat(kLegal, "@3"))), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonText(List("workspaces/acme/processes/nowhere")), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonText(List(absl::StrCat(kLegal, "@stable"))), "FIELD_INVALID");
  EXPECT_EQ(ReasonText(List(kLegal, 3, "AAAA")), "PAGE_TOKEN_INVALID");
}

TEST_F(UsersTest, RefusesReportsThatAreWrong) {
  using Request = v1::ReportProcessUseRequest;
  struct Row {
    std::string name;
    std::function<void(Request&)> spoil;
    std::string field;
  };
  for (const Row& row : std::vector<Row>{
           {"no parent", [](Request& r) { r.clear_parent(); }, "parent"},
           {"no system", [](Request& r) { r.clear_system(); }, "system"},
           {"system in capitals", [](Request& r) { r.set_system("CRM"); }, "system"},
           {"short ttl", [](Request& r) { r.mutable_ttl()->set_seconds(59); }, "ttl"},
           {"long ttl", [](Request& r) { r.mutable_ttl()->set_seconds(30 * 86'400 + 1); }, "ttl"},
           {"no revision", [](Request& r) { r.mutable_uses(0)->set_process(kLegal); },
            "uses[0].process"},
           {"by a tag",
            [](Request& r) { r.mutable_uses(1)->set_process(absl::StrCat(kLegal, "@stable")); },
            "uses[1].process"},
           {"of another workspace",
            [](Request& r) { r.mutable_uses(1)->set_process("workspaces/beta/processes/x@1"); },
            "uses[1].process"},
           {"twice", [](Request& r) { *r.mutable_uses(1) = r.uses(0); }, "uses[1].process"},
           {"no count", [](Request& r) { r.mutable_uses(1)->clear_count(); }, "uses[1].count"},
           {"many examples",
            [](Request& r) {
              for (int i = 0; i < 10; ++i) r.mutable_uses(0)->add_examples("x");
            },
            "uses[0].examples"},
           {"empty example", [](Request& r) { r.mutable_uses(0)->add_examples(""); },
            "uses[0].examples"},
           {"long example",
            [](Request& r) { r.mutable_uses(0)->add_examples(std::string(501, 'x')); },
            "uses[0].examples"}}) {
    Request request = Report({{1, 7}, {2, 1}});
    row.spoil(request);
    const absl::Status status = Send(request).status();
    EXPECT_EQ(ReasonText(status), "FIELD_INVALID") << row.name;
    // A request without a workspace is refused before it comes here.
    const auto fields = base::FieldViolationsOf(status);
    EXPECT_EQ(fields.empty() ? "" : fields[0].field, row.field) << row.name;
  }
  Request request = Report({{1, 7}});
  request.set_validate_only(true);
  EXPECT_EQ(ReasonText(Send(request)), "OK");
  EXPECT_THAT(Users(), IsEmpty());
}

TEST_F(UsersTest, ReportingIsAPermissionOfItsOwn) {
  TestCatalog catalog({{"runner", {"catalog.use"}}, {"writer", {"catalog.write"}}});
  const auto send = [&](const std::string& as) {
    return ReasonText(
        catalog.CallAs<v1::ReportProcessUseResponse>(as, "ReportProcessUse", Report({{1, 1}})));
  };
  EXPECT_EQ(send("runner"), "OK");
  EXPECT_EQ(send("writer"), "PERMISSION_DENIED");
}

}  // namespace
}  // namespace plumbline::catalog
