// SPDX-License-Identifier: Apache-2.0
//
// Effective periods and RestoreRevision over the in-process channel.
#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/catalog/resource/timestamp.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;

constexpr char kLegal[] = "workspaces/acme/processes/legal";

class PeriodTest : public ::testing::Test {
 protected:
  absl::Time Day(int day) const { return start_ + absl::Hours(24 * day); }

  absl::StatusOr<v1::PublishProcessResponse> Publish(std::optional<int> from,
                                                     std::optional<int> until,
                                                     const std::string& id = "legal") {
    v1::PublishProcessRequest request;
    request.set_name(absl::StrCat("workspaces/acme/processes/", id));
    if (from.has_value()) *request.mutable_effective_from() = ToTimestamp(Day(*from));
    if (until.has_value()) *request.mutable_effective_until() = ToTimestamp(Day(*until));
    return catalog_.Publish(request);
  }
  static v1::SetEffectivePeriodRequest SetRequest(int64_t revision) {
    v1::SetEffectivePeriodRequest request;
    request.set_name(absl::StrCat(kLegal, "@", revision));
    return request;
  }
  absl::StatusOr<v1::SetEffectivePeriodResponse> Set(const v1::SetEffectivePeriodRequest& request) {
    return catalog_.Call<v1::SetEffectivePeriodResponse>("SetEffectivePeriod", request);
  }
  // The revision that "@latest" is, now or at a time; or the reason why it is none.
  std::string Latest(std::optional<absl::Time> at = std::nullopt) {
    v1::GetProcessRequest request;
    request.set_name(absl::StrCat(kLegal, "@latest"));
    if (at.has_value()) *request.mutable_effective_time() = ToTimestamp(*at);
    auto response = catalog_.Get(request);
    return response.ok() ? absl::StrCat(response->process().revision()) : ReasonText(response);
  }

  TestCatalog catalog_;
  const absl::Time start_ = catalog_.clock().Now();
};

TEST_F(PeriodTest, TheLatestFollowsTheClock) {
  catalog_.DefineAndPublish("legal", ProcessOf("Legal 1", StepNode("read")));
  catalog_.Define("legal", ProcessOf("Legal 2", StepNode("read")));
  auto published = Publish(10, 20);
  ASSERT_TRUE(published.ok()) << published.status();
  EXPECT_EQ(FromTimestamp(published->process().effective_from()), Day(10));
  EXPECT_EQ(FromTimestamp(published->process().effective_until()), Day(20));
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog_.Get("legal@2"), published->process()));

  EXPECT_EQ(Latest(), "1");
  EXPECT_EQ(Latest(Day(10)), "2") << "as of then";
  EXPECT_TRUE(catalog_.InMemory("legal@latest"));
  catalog_.clock().Advance(absl::Hours(24 * 10) - absl::Microseconds(1));
  EXPECT_EQ(Latest(), "1");
  catalog_.clock().Advance(absl::Microseconds(1));
  EXPECT_TRUE(catalog_.InMemory("legal@latest"));
  EXPECT_EQ(Latest(), "2") << "no write was needed";
  EXPECT_EQ(Latest(Day(9)), "1");
  catalog_.clock().Advance(absl::Hours(24 * 10));
  EXPECT_EQ(Latest(), "1") << "and back again";
}

TEST_F(PeriodTest, BeforeTheFirstIsEffectiveThereIsNone) {
  catalog_.Define("legal", Calling({}));
  ASSERT_EQ(ReasonText(Publish(10, {})), "OK");
  v1::GetProcessRequest request;
  request.set_name(absl::StrCat(kLegal, "@latest"));
  const absl::Status refused = catalog_.Get(request).status();
  EXPECT_EQ(ReasonText(refused), "REVISION_NOT_EFFECTIVE");
  EXPECT_EQ(base::MetadataOf(refused, "effective_from"),
            absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", Day(10), absl::UTCTimeZone()));
  EXPECT_EQ(catalog_.Get("legal@1")->revision(), 1) << "by its number it can be had";
  catalog_.clock().Advance(absl::Nanoseconds(123456789));
  const std::string message(catalog_.Get(request).status().message());
  EXPECT_THAT(
      message,
      ::testing::HasSubstr(absl::StrCat(
          "is effective at ",
          absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", catalog_.clock().Now(), absl::UTCTimeZone()),
          "; the next one is from ")));
}

TEST_F(PeriodTest, CallsArePinnedToWhatIsEffectiveWhenTheCallerIs) {
  catalog_.DefineAndPublish("legal", ProcessOf("Legal 1", StepNode("read")));
  catalog_.Define("legal", ProcessOf("Legal 2", StepNode("read")));
  ASSERT_EQ(ReasonText(Publish(10, {})), "OK");
  catalog_.Define("desk", Calling({"legal"}));
  auto now = Publish({}, {}, "desk");
  ASSERT_TRUE(now.ok()) << now.status();
  EXPECT_EQ(now->process().pinned_processes(0), absl::StrCat(kLegal, "@1"));
  auto later = Publish(15, {}, "desk");
  ASSERT_TRUE(later.ok()) << later.status();
  EXPECT_EQ(later->process().pinned_processes(0), absl::StrCat(kLegal, "@2"));

  catalog_.Define("future", Calling({}));
  ASSERT_EQ(ReasonText(Publish(30, {}, "future")), "OK");
  catalog_.Define("desk", Calling({"future"}));
  EXPECT_EQ(ReasonText(Publish({}, {}, "desk")), "REVISION_NOT_EFFECTIVE");
  EXPECT_EQ(ReasonText(Publish(30, {}, "desk")), "OK");
}

TEST_F(PeriodTest, APeriodIsSetAndTakenBack) {
  const v1::Process first = catalog_.DefineAndPublish("legal", ProcessOf("1", StepNode("read")));
  catalog_.DefineAndPublish("legal", ProcessOf("2", StepNode("read")));
  auto request = SetRequest(2);
  *request.mutable_effective_from() = ToTimestamp(Day(5));
  request.set_reason("not before the training");
  auto set = Set(request);
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(set->process().name(), absl::StrCat(kLegal, "@2"));
  EXPECT_EQ(FromTimestamp(set->process().effective_from()), Day(5));
  EXPECT_FALSE(set->process().has_effective_until());
  EXPECT_EQ(Latest(), "1");
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog_.Get("legal@2"), set->process()));
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog_.Get("legal@1"), first));
  const std::string etag = set->process().etag();
  EXPECT_EQ(Set(request)->process().etag(), etag) << "it is so";
  auto back = Set(SetRequest(2));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_FALSE(back->process().has_effective_from());
  EXPECT_NE(back->process().etag(), etag);
  EXPECT_EQ(Latest(), "2");
}

TEST_F(PeriodTest, AnEndThatLeavesNoneIsRefusedWhileItIsUsed) {
  catalog_.DefineAndPublish("legal", ProcessOf("1", StepNode("read")));
  catalog_.DefineAndPublish("legal", ProcessOf("2", StepNode("read")));
  catalog_.Define("idea", Calling({"legal"}));
  using Request = v1::SetEffectivePeriodRequest;
  const auto ends = [&](int day) {
    return [this, day](Request& r) { *r.mutable_effective_until() = ToTimestamp(Day(day)); };
  };
  struct Row {
    std::string name;
    int64_t revision;
    std::function<void(Request&)> change;
    std::string reason;
  };
  for (const Row& row : std::vector<Row>{
           {"the first takes its place", 2, ends(0), "OK"},
           {"now none is left", 1, ends(0), "PROCESS_IN_USE"},
           {"later none is left", 1, ends(9), "PROCESS_IN_USE"},
           {"until a time none is left", 1,
            [&](Request& r) { *r.mutable_effective_from() = ToTimestamp(Day(9)); },
            "PROCESS_IN_USE"},
           {"only looked at", 1,
            [&](Request& r) {
              ends(9)(r);
              r.set_validate_only(true);
            },
            "PROCESS_IN_USE"},
           {"it was so before", 1,
            [&](Request& r) { *r.mutable_effective_from() = ToTimestamp(Day(-1)); }, "OK"},
           {"the second is there until then", 2,
            [&](Request& r) { *r.mutable_effective_until() = ToTimestamp(Day(5)); }, "OK"},
           {"the second is there until the first is", 1,
            [&](Request& r) { *r.mutable_effective_from() = ToTimestamp(Day(5)); }, "OK"},
           {"allowed", 1,
            [&](Request& r) {
              ends(9)(r);
              r.set_allow_in_use(true);
            },
            "OK"},
           {"it is so already", 1, ends(9), "OK"}}) {
    Request request = SetRequest(row.revision);
    row.change(request);
    EXPECT_EQ(ReasonText(Set(request)), row.reason) << row.name;
  }
  v1::ListProcessHistoryRequest history;
  history.set_name(kLegal);
  EXPECT_EQ(catalog_.Call<v1::ListProcessHistoryResponse>("ListProcessHistory", history)
                ->entries()
                .rbegin()
                ->user_count(),
            1);
}

TEST_F(PeriodTest, WhatIsDeprecatedMayEndLaterThough) {
  catalog_.DefineAndPublish("legal", ProcessOf("1", StepNode("read")));
  catalog_.Define("idea", Calling({"legal"}));
  v1::DeprecateProcessRequest deprecate;
  deprecate.set_name(kLegal);
  deprecate.set_allow_in_use(true);
  ASSERT_EQ(ReasonText(catalog_.Call<v1::DeprecateProcessResponse>("DeprecateProcess", deprecate)),
            "OK");
  v1::SetEffectivePeriodRequest request = SetRequest(1);
  *request.mutable_effective_from() = ToTimestamp(Day(-1));
  EXPECT_EQ(ReasonText(Set(request)), "OK");
  *request.mutable_effective_until() = ToTimestamp(Day(9));
  EXPECT_EQ(ReasonText(Set(request)), "PROCESS_IN_USE");
}

TEST_F(PeriodTest, RefusesWhatIsWrong) {
  catalog_.DefineAndPublish("legal", Calling({}));
  using Request = v1::SetEffectivePeriodRequest;
  struct Row {
    std::string name;
    std::function<void(Request&)> spoil;
    std::string reason;
  };
  for (const Row& row : std::vector<Row>{
           {"the head", [](Request& r) { r.set_name(kLegal); }, "FIELD_INVALID"},
           {"by a tag", [](Request& r) { r.set_name(absl::StrCat(kLegal, "@stable")); },
            "FIELD_INVALID"},
           {"unknown revision", [](Request& r) { r.set_name(absl::StrCat(kLegal, "@2")); },
            "RESOURCE_NOT_FOUND"},
           {"unknown process",
            [](Request& r) { r.set_name("workspaces/acme/processes/nowhere@1"); },
            "RESOURCE_NOT_FOUND"},
           {"old etag", [](Request& r) { r.set_etag("0123456789abcdef"); }, "ETAG_MISMATCH"},
           {"until before from",
            [](Request& r) {
              r.mutable_effective_from()->set_seconds(2000);
              r.mutable_effective_until()->set_seconds(1000);
            },
            "FIELD_INVALID"},
           {"until at from",
            [](Request& r) {
              r.mutable_effective_from()->set_seconds(2000);
              r.mutable_effective_until()->set_seconds(2000);
            },
            "FIELD_INVALID"},
           {"before 1970", [](Request& r) { r.mutable_effective_from()->set_seconds(-1); },
            "FIELD_INVALID"},
           {"after 9999",
            [](Request& r) { r.mutable_effective_until()->set_seconds(253'402'300'800); },
            "FIELD_INVALID"},
           {"broken time", [](Request& r) { r.mutable_effective_from()->set_nanos(-1); },
            "FIELD_INVALID"},
           {"long reason", [](Request& r) { r.set_reason(std::string(1001, 'r')); },
            "FIELD_INVALID"}}) {
    Request request = SetRequest(1);
    row.spoil(request);
    EXPECT_EQ(ReasonText(Set(request)), row.reason) << row.name;
  }
  EXPECT_EQ(ReasonText(Publish(5, 5)), "FIELD_INVALID");
  v1::GetProcessRequest get;
  get.set_name(absl::StrCat(kLegal, "@latest"));
  get.mutable_effective_time()->set_seconds(-5);
  EXPECT_EQ(ReasonText(catalog_.Get(get)), "FIELD_INVALID");
  EXPECT_EQ(catalog_.Get("legal")->revision_lives_size(), 0);
  Request request = SetRequest(1);
  request.mutable_effective_from()->set_seconds(1000);
  request.set_validate_only(true);
  EXPECT_EQ(Set(request)->process().effective_from().seconds(), 1000);
  EXPECT_FALSE(catalog_.Get("legal@1")->has_effective_from());
}

class RestoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    catalog_.DefineAndPublish("used", Calling({}));
    v1::Process process = Calling({"used"});
    process.set_title("First");
    process.set_purpose("Only in the first");
    first_ = catalog_.DefineAndPublish("legal", process);
    catalog_.DefineAndPublish("legal", ProcessOf("Second", StepNode("read")));
  }
  absl::StatusOr<v1::RestoreRevisionResponse> Restore(
      int64_t revision, const std::function<void(v1::RestoreRevisionRequest&)>& change = {}) {
    v1::RestoreRevisionRequest request;
    request.set_name(absl::StrCat(kLegal, "@", revision));
    request.set_reason("the old one was better");
    if (change) change(request);
    return catalog_.Call<v1::RestoreRevisionResponse>("RestoreRevision", request);
  }

  TestCatalog catalog_;
  v1::Process first_;
};

TEST_F(RestoreTest, AnOldRevisionBecomesTheDraft) {
  auto restored = Restore(1);
  ASSERT_TRUE(restored.ok()) << restored.status();
  const v1::Process& draft = restored->process();
  EXPECT_EQ(draft.name(), kLegal);
  EXPECT_EQ(draft.title(), "First");
  EXPECT_EQ(draft.purpose(), "Only in the first");
  EXPECT_TRUE(MessageDifferencer::Equals(draft.root(), first_.root()))
      << "with the exact revisions that it called";
  EXPECT_EQ(draft.latest_revision(), 2) << "nothing is published yet";
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog_.Get("legal@1"), first_));
  auto published = catalog_.Publish("legal");
  ASSERT_TRUE(published.ok()) << published.status();
  EXPECT_EQ(published->process().revision(), 3) << "a new number";
  EXPECT_EQ(published->process().title(), "First");
}

TEST_F(RestoreTest, AndIsPublishedAtOnceIfAsked) {
  auto restored = Restore(1, [](auto& r) { r.set_publish(true); });
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_EQ(restored->process().name(), absl::StrCat(kLegal, "@3"));
  EXPECT_EQ(restored->process().reason(), "the old one was better");
  EXPECT_EQ(catalog_.Get("legal@latest")->title(), "First");
  EXPECT_TRUE(catalog_.InMemory("legal@latest"));
  EXPECT_EQ(catalog_.Get("legal")->title(), "First");
}

TEST_F(RestoreTest, WhatIsSoAlreadyIsNotWritten) {
  const v1::Process before = *catalog_.Get("legal");
  auto restored = Restore(2);
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_TRUE(MessageDifferencer::Equals(restored->process(), before));
  EXPECT_EQ(ReasonText(Restore(2, [](auto& r) { r.set_publish(true); })), "NOTHING_TO_PUBLISH");
}

TEST_F(RestoreTest, RefusesWhatIsWrongAndChangesNothing) {
  const v1::Process before = *catalog_.Get("legal");
  struct Row {
    std::string name;
    std::function<void(v1::RestoreRevisionRequest&)> spoil;
    std::string reason;
  };
  for (const Row& row : std::vector<Row>{
           {"no revision", [](auto& r) { r.set_name(kLegal); }, "FIELD_INVALID"},
           {"by a tag", [](auto& r) { r.set_name(absl::StrCat(kLegal, "@stable")); },
            "FIELD_INVALID"},
           {"unknown revision", [](auto& r) { r.set_name(absl::StrCat(kLegal, "@3")); },
            "RESOURCE_NOT_FOUND"},
           {"unknown process", [](auto& r) { r.set_name("workspaces/acme/processes/x@1"); },
            "RESOURCE_NOT_FOUND"},
           {"old etag", [](auto& r) { r.set_etag("0123456789abcdef"); }, "ETAG_MISMATCH"},
           {"long reason", [](auto& r) { r.set_reason(std::string(1001, 'r')); }, "FIELD_INVALID"},
           {"only validated", [](auto& r) { r.set_validate_only(true); }, "OK"}}) {
    EXPECT_EQ(ReasonText(Restore(1, row.spoil)), row.reason) << row.name;
  }
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog_.Get("legal"), before));
}

TEST_F(RestoreTest, WhatItCallsMustStillBeAllowed) {
  v1::ArchiveProcessRequest archive;
  archive.set_name("workspaces/acme/processes/used");
  archive.set_allow_in_use(true);
  ASSERT_EQ(ReasonText(catalog_.Call<v1::ArchiveProcessResponse>("ArchiveProcess", archive)), "OK");
  EXPECT_EQ(ReasonText(Restore(1, [](auto& r) { r.set_publish(true); })), "PROCESS_RETIRED");
  EXPECT_EQ(catalog_.Get("legal")->title(), "Second") << "nothing of it remains";
}

}  // namespace
}  // namespace plumbline::catalog
