// SPDX-License-Identifier: Apache-2.0
//
// ListProcessHistory over the in-process channel.
#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {
namespace {

using ::testing::ElementsAre;
using v1::CatalogHistoryEntry;

constexpr char kLegal[] = "workspaces/acme/processes/legal";

class HistoryTest : public ::testing::Test {
 protected:
  absl::StatusOr<v1::ListProcessHistoryResponse> List(absl::string_view name, int page_size = 0,
                                                      absl::string_view token = "") {
    v1::ListProcessHistoryRequest request;
    request.set_name(std::string(name));
    request.set_page_size(page_size);
    request.set_page_token(std::string(token));
    return catalog_.Call<v1::ListProcessHistoryResponse>("ListProcessHistory", request);
  }
  std::vector<std::string> Kinds() {
    std::vector<std::string> kinds;
    auto listed = List(kLegal);
    EXPECT_TRUE(listed.ok()) << listed.status();
    for (const CatalogHistoryEntry& entry : listed->entries())
      kinds.push_back(CatalogHistoryEntry::Kind_Name(entry.kind()).substr(5));
    return kinds;
  }
  template <typename Response, typename Request>
  void Do(const std::string& method, const std::function<void(Request&)>& fill) {
    Request request;
    request.set_name(kLegal);
    request.set_reason("why of " + method);
    fill(request);
    ASSERT_EQ(ReasonText(catalog_.Call<Response>(method, request)), "OK") << method;
  }

  TestCatalog catalog_;
};

TEST_F(HistoryTest, EveryChangeIsKeptWithWhoWhenAndWhy) {
  catalog_.Define("legal", ProcessOf("Legal", StepNode("read")));
  catalog_.clock().Advance(absl::Hours(1));
  v1::UpdateProcessRequest update;
  *update.mutable_process() = ProcessOf("Legal desk", StepNode("look"));
  update.mutable_process()->set_name(kLegal);
  update.set_reason("a better name");
  ASSERT_EQ(ReasonText(catalog_.Update(update)), "OK");
  ASSERT_EQ(ReasonText(catalog_.Update(update)), "OK") << "nothing differs: nothing to keep";
  Do<v1::SubmitForApprovalResponse, v1::SubmitForApprovalRequest>("SubmitForApproval",
                                                                  [](auto&) {});
  Do<v1::RejectDraftResponse, v1::RejectDraftRequest>("RejectDraft", [](auto&) {});
  Do<v1::SubmitForApprovalResponse, v1::SubmitForApprovalRequest>("SubmitForApproval",
                                                                  [](auto&) {});
  Do<v1::ApproveDraftResponse, v1::ApproveDraftRequest>(
      "ApproveDraft", [&](auto& r) { r.set_etag(catalog_.Get("legal")->etag()); });
  Do<v1::PublishProcessResponse, v1::PublishProcessRequest>(
      "PublishProcess", [](auto& r) { r.mutable_effective_from()->set_seconds(1000); });
  Do<v1::SetTagResponse, v1::SetTagRequest>("SetTag", [](auto& r) {
    r.set_tag("stable");
    r.set_revision(1);
  });
  Do<v1::SetEffectivePeriodResponse, v1::SetEffectivePeriodRequest>(
      "SetEffectivePeriod", [](auto& r) { r.set_name(absl::StrCat(kLegal, "@1")); });
  catalog_.DefineAndPublish("legal", ProcessOf("Second", StepNode("look")));
  catalog_.DefineAndPublish("contracts", Calling({}));
  Do<v1::SetTagResponse, v1::SetTagRequest>("SetTag", [](auto& r) {
    r.set_tag("stable");
    r.set_revision(2);
    r.set_expected_revision(1);
  });
  Do<v1::DeprecateProcessResponse, v1::DeprecateProcessRequest>("DeprecateProcess", [](auto& r) {
    r.set_name(absl::StrCat(kLegal, "@1"));
    r.set_replacement("processes/contracts");
  });
  Do<v1::RestoreRevisionResponse, v1::RestoreRevisionRequest>("RestoreRevision", [](auto& r) {
    r.set_name(absl::StrCat(kLegal, "@1"));
    r.set_publish(true);
  });
  Do<v1::LockTagResponse, v1::LockTagRequest>("LockTag", [](auto& r) {
    r.set_tag("stable");
    r.set_expected_revision(2);
  });
  Do<v1::SetTagResponse, v1::SetTagRequest>("SetTag", [](auto& r) {
    r.set_tag("trial");
    r.set_revision(3);
  });
  Do<v1::DeleteTagResponse, v1::DeleteTagRequest>("DeleteTag", [](auto& r) {
    r.set_tag("trial");
    r.set_expected_revision(3);
  });
  Do<v1::ArchiveProcessResponse, v1::ArchiveProcessRequest>("ArchiveProcess", [](auto&) {});
  Do<v1::ReinstateProcessResponse, v1::ReinstateProcessRequest>("ReinstateProcess", [](auto&) {});

  EXPECT_THAT(Kinds(),
              ElementsAre("CREATED", "UPDATED", "SUBMITTED", "REJECTED", "SUBMITTED", "APPROVED",
                          "PUBLISHED", "TAG_SET", "EFFECTIVE_PERIOD_SET", "UPDATED", "PUBLISHED",
                          "TAG_SET", "DEPRECATED", "RESTORED", "PUBLISHED", "TAG_LOCKED", "TAG_SET",
                          "TAG_DELETED", "ARCHIVED", "REINSTATED"));
  const auto entries = List(kLegal)->entries();
  for (int i = 0; i < entries.size(); ++i) {
    EXPECT_EQ(entries[i].sequence(), i + 1);
    EXPECT_EQ(entries[i].name(), absl::StrCat(kLegal, "/history/", i + 1));
    EXPECT_EQ(entries[i].actor(), "anonymous");
  }
  EXPECT_EQ(entries[1].reason(), "a better name");
  EXPECT_THAT(entries[1].fields(), ElementsAre("title", "root"));
  EXPECT_EQ(entries[1].create_time().seconds(), absl::ToUnixSeconds(catalog_.clock().Now()));
  EXPECT_EQ(entries[5].etag(), entries[1].etag()) << "what was approved is what was written";
  EXPECT_EQ(entries[6].revision(), 1);
  EXPECT_EQ(entries[6].effective_from().seconds(), 1000);
  EXPECT_EQ(entries[7].tag(), "stable");
  EXPECT_EQ(entries[7].previous_revision(), 0);
  EXPECT_EQ(entries[8].revision(), 1);
  EXPECT_FALSE(entries[8].has_effective_from());
  EXPECT_EQ(entries[11].revision(), 2);
  EXPECT_EQ(entries[11].previous_revision(), 1);
  EXPECT_EQ(entries[12].revision(), 1);
  EXPECT_EQ(entries[12].replacement(), "processes/contracts");
  EXPECT_EQ(entries[13].revision(), 1);
  EXPECT_THAT(entries[13].fields(), ElementsAre("title"));
  EXPECT_EQ(entries[14].revision(), 3);
  EXPECT_EQ(entries[15].revision(), 2);
  EXPECT_EQ(entries[17].previous_revision(), 3);
  EXPECT_EQ(entries[18].revision(), 0) << "the process itself";
  EXPECT_EQ(entries[18].reason(), "why of ArchiveProcess");
}

TEST_F(HistoryTest, ComesInPagesAndOutlivesTheProcess) {
  for (int i = 0; i < 5; ++i)
    catalog_.Define("legal", ProcessOf(absl::StrCat("Legal ", i), StepNode("read")));
  std::vector<int64_t> sequences;
  std::string token;
  do {
    auto page = List(kLegal, 2, token);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_LE(page->entries_size(), 2);
    for (const auto& entry : page->entries()) sequences.push_back(entry.sequence());
    token = page->next_page_token();
  } while (!token.empty());
  EXPECT_THAT(sequences, ElementsAre(1, 2, 3, 4, 5));
  Do<v1::DeleteProcessResponse, v1::DeleteProcessRequest>("DeleteProcess", [](auto&) {});
  EXPECT_EQ(Kinds().back(), "DELETED");
  catalog_.Define("legal", Calling({}));
  EXPECT_EQ(Kinds().back(), "CREATED") << "and goes on";
  EXPECT_EQ(List(kLegal)->entries().rbegin()->sequence(), 7);

  EXPECT_EQ(ReasonText(List("workspaces/acme/processes/nowhere")), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonText(List("workspaces/beta/processes/legal")), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonText(List(absl::StrCat(kLegal, "@1"))), "FIELD_INVALID");
  EXPECT_EQ(ReasonText(List(kLegal, -1)), "FIELD_INVALID");
  EXPECT_EQ(ReasonText(List(kLegal, 1, "AAAA")), "PAGE_TOKEN_INVALID");
}

TEST_F(HistoryTest, WhatFailsOrIsOnlyValidatedIsNotKept) {
  catalog_.DefineAndPublish("legal", Calling({}));
  v1::ArchiveProcessRequest archive;
  archive.set_name(kLegal);
  archive.set_validate_only(true);
  ASSERT_EQ(ReasonText(catalog_.Call<v1::ArchiveProcessResponse>("ArchiveProcess", archive)), "OK");
  archive.set_validate_only(false);
  archive.set_etag("0123456789abcdef");
  ASSERT_EQ(ReasonText(catalog_.Call<v1::ArchiveProcessResponse>("ArchiveProcess", archive)),
            "ETAG_MISMATCH");
  EXPECT_THAT(Kinds(), ElementsAre("CREATED", "PUBLISHED"));
}

}  // namespace
}  // namespace plumbline::catalog
