// SPDX-License-Identifier: Apache-2.0
//
// DeprecateProcess, ArchiveProcess and ReinstateProcess over the in-process channel, and what they
// do to those who name the process.
#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/catalog/life/testing_retire.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::HasSubstr;
using v1::Process;

TEST_F(RetireTest, AProcessGoesThroughItsLife) {
  catalog_.DefineAndPublish("contracts", Calling({}));
  catalog_.DefineAndPublish("legal", Calling({}));
  const Process before = *catalog_.Get("legal");
  catalog_.clock().Advance(absl::Hours(1));
  auto deprecated = Deprecate("legal", [](auto& r) { r.set_replacement("processes/contracts"); });
  ASSERT_TRUE(deprecated.ok()) << deprecated.status();
  const Process& head = deprecated->process();
  EXPECT_EQ(head.name(), FullName("legal"));
  EXPECT_EQ(head.state(), Process::STATE_DEPRECATED);
  EXPECT_EQ(head.retirement().kind(), v1::Retirement::KIND_DEPRECATED);
  EXPECT_EQ(head.retirement().reason(), "because");
  EXPECT_EQ(head.retirement().replacement(), "processes/contracts");
  EXPECT_EQ(head.retirement().actor(), "anonymous");
  EXPECT_EQ(head.retirement().retire_time().seconds(), absl::ToUnixSeconds(catalog_.clock().Now()));
  EXPECT_NE(head.etag(), before.etag());
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog_.Get("legal"), head));
  EXPECT_TRUE(catalog_.InMemory("legal"));
  EXPECT_EQ(catalog_.Get("legal@1")->state(), Process::STATE_DEPRECATED);
  EXPECT_EQ(catalog_.Get("legal@1")->retirement().reason(), "because");

  auto archived = Archive("legal");
  ASSERT_TRUE(archived.ok()) << archived.status();
  EXPECT_EQ(archived->process().state(), Process::STATE_ARCHIVED);
  EXPECT_EQ(archived->process().retirement().replacement(), "");
  EXPECT_EQ(catalog_.Get("legal@1")->state(), Process::STATE_ARCHIVED) << "it is still there";

  auto back = Reinstate("legal");
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->process().state(), Process::STATE_DRAFT);
  EXPECT_FALSE(back->process().has_retirement());
  EXPECT_EQ(catalog_.Get("legal@1")->state(), Process::STATE_PUBLISHED);
}

TEST_F(RetireTest, ARevisionGoesThroughItsLife) {
  const Process first = catalog_.DefineAndPublish("legal", Calling({}));
  catalog_.DefineAndPublish("legal", ProcessOf("Again", StepNode("read")));
  auto deprecated = Deprecate("legal@1");
  ASSERT_TRUE(deprecated.ok()) << deprecated.status();
  EXPECT_EQ(deprecated->process().name(), FullName("legal@1"));
  EXPECT_EQ(deprecated->process().state(), Process::STATE_DEPRECATED);
  EXPECT_NE(deprecated->process().etag(), first.etag());
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog_.Get("legal@1"), deprecated->process()));
  EXPECT_TRUE(catalog_.InMemory("legal@1")) << "the head says what became of it";
  EXPECT_EQ(catalog_.Get("legal")->state(), Process::STATE_DRAFT);
  EXPECT_EQ(catalog_.Get("legal@2")->state(), Process::STATE_PUBLISHED);
  ASSERT_EQ(ReasonText(Archive("legal@1")), "OK");
  auto back = Reinstate("legal@1");
  ASSERT_TRUE(back.ok()) << back.status();
  Process as_published = back->process();
  as_published.set_etag(first.etag());
  EXPECT_TRUE(MessageDifferencer::Equals(as_published, first))
      << "nothing but its etag has changed";
}

TEST_F(RetireTest, WhereNoRevisionIsNamedTheBestOneIsChosen) {
  for (int i = 1; i <= 3; ++i)
    catalog_.DefineAndPublish("legal", ProcessOf(absl::StrCat("Legal ", i), StepNode("read")));
  EXPECT_EQ(LatestOf("legal"), "3");
  ASSERT_EQ(ReasonText(Deprecate("legal@3")), "OK");
  EXPECT_EQ(LatestOf("legal"), "2") << "what is in use comes before what is deprecated";
  ASSERT_EQ(ReasonText(Archive("legal@2")), "OK");
  EXPECT_EQ(LatestOf("legal"), "1");
  ASSERT_EQ(ReasonText(Archive("legal@1")), "OK");
  EXPECT_EQ(LatestOf("legal"), "3") << "nothing else is left";
  ASSERT_EQ(ReasonText(Archive("legal@3")), "OK");
  EXPECT_EQ(LatestOf("legal"), "PROCESS_RETIRED");
  ASSERT_EQ(ReasonText(Reinstate("legal@2")), "OK");
  EXPECT_EQ(LatestOf("legal"), "2");
}

TEST_F(RetireTest, CallsOfWhatIsRetiredAreRefusedAsTheTableSays) {
  catalog_.DefineAndPublish("legal", Calling({}));
  Tag("legal", "stable", 1);
  struct Row {
    std::string name;
    std::function<absl::Status()> retire;
    std::string bare, latest, tag, number;
  };
  for (const Row& row : std::vector<Row>{
           {"in use", [] { return absl::OkStatus(); }, "OK", "OK", "OK", "OK"},
           {"process deprecated", [&] { return Deprecate("legal").status(); }, "PROCESS_RETIRED",
            "PROCESS_RETIRED", "OK", "OK"},
           {"process archived", [&] { return Archive("legal").status(); }, "PROCESS_RETIRED",
            "PROCESS_RETIRED", "PROCESS_RETIRED", "PROCESS_RETIRED"},
           {"process back", [&] { return Reinstate("legal").status(); }, "OK", "OK", "OK", "OK"},
           {"revision deprecated",
            [&] {
              return Deprecate("legal@1", [](auto& r) { r.set_allow_in_use(true); }).status();
            },
            "PROCESS_RETIRED", "PROCESS_RETIRED", "OK", "OK"},
           {"revision archived",
            [&] { return Archive("legal@1", [](auto& r) { r.set_allow_in_use(true); }).status(); },
            "PROCESS_RETIRED", "PROCESS_RETIRED", "PROCESS_RETIRED", "PROCESS_RETIRED"}}) {
    // Nobody is to be in the way.
    ASSERT_EQ(
        ReasonText(catalog_.Get("caller").ok() ? Delete("caller").status() : absl::OkStatus()),
        "OK");
    const absl::Status retired = row.retire();
    ASSERT_TRUE(retired.ok()) << row.name << ": " << retired;
    EXPECT_EQ(ReasonOfPublish("legal"), row.bare) << row.name;
    EXPECT_EQ(ReasonOfPublish("legal@latest"), row.latest) << row.name;
    EXPECT_EQ(ReasonOfPublish("legal@stable"), row.tag) << row.name;
    EXPECT_EQ(ReasonOfPublish("legal@1"), row.number) << row.name;
  }
}

TEST_F(RetireTest, TheRefusalOfACallSaysWhyAndWhatInstead) {
  catalog_.DefineAndPublish("contracts", Calling({}));
  catalog_.DefineAndPublish("legal", Calling({}));
  ASSERT_EQ(ReasonText(Deprecate("legal",
                                 [](auto& r) {
                                   r.set_replacement("processes/contracts");
                                   r.set_reason("slow");
                                 })),
            "OK");
  catalog_.Define("caller", Calling({"legal"}));
  const absl::Status refused = catalog_.Publish("caller").status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(base::MetadataOf(refused, "state"), "DEPRECATED");
  EXPECT_EQ(base::MetadataOf(refused, "reason"), "slow");
  EXPECT_EQ(base::MetadataOf(refused, "replacement"), "processes/contracts");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("use 'processes/contracts'"));
}

TEST_F(RetireTest, PublishedCallersGoOnWithWhatTheyHave) {
  catalog_.DefineAndPublish("legal", Calling({}));
  const Process desk = catalog_.DefineAndPublish("desk", Calling({"legal"}));
  ASSERT_EQ(ReasonText(Archive("legal", [](auto& r) { r.set_allow_in_use(true); })), "OK");
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog_.Get("desk@1"), desk));
  EXPECT_EQ(catalog_.Get("legal@1")->root().id(), "work") << "what it was pinned to can be read";
}

TEST_F(RetireTest, AnArchivedProcessIsNeitherEditedNorPublished) {
  Process draft = catalog_.DefineAndPublish("legal", Calling({}));
  draft = catalog_.Define("legal", ProcessOf("Changed", StepNode("read")));
  ASSERT_EQ(ReasonText(Archive("legal")), "OK");
  v1::UpdateProcessRequest update;
  *update.mutable_process() = ProcessOf("Changed again", StepNode("read"));
  update.mutable_process()->set_name(FullName("legal"));
  const absl::Status refused = catalog_.Update(update).status();
  EXPECT_EQ(ReasonText(refused), "PROCESS_STATE");
  EXPECT_EQ(base::MetadataOf(refused, "state"), "ARCHIVED");
  EXPECT_EQ(ReasonText(catalog_.Publish("legal")), "PROCESS_STATE");
  ASSERT_EQ(ReasonText(Reinstate("legal")), "OK");
  EXPECT_EQ(ReasonText(catalog_.Publish("legal")), "OK");
}

TEST_F(RetireTest, ADeprecatedProcessCanStillBeMended) {
  catalog_.DefineAndPublish("legal", Calling({}));
  ASSERT_EQ(ReasonText(Deprecate("legal")), "OK");
  const Process mended = catalog_.DefineAndPublish("legal", ProcessOf("Mended", StepNode("read")));
  EXPECT_EQ(mended.revision(), 2);
  EXPECT_EQ(mended.state(), Process::STATE_DEPRECATED) << "with its process";
  EXPECT_EQ(catalog_.Get("legal")->state(), Process::STATE_DEPRECATED);
}

TEST_F(RetireTest, RefusesWhatIsWrongAndChangesNothing) {
  catalog_.DefineAndPublish("used", Calling({}));
  catalog_.DefineAndPublish("legal", Calling({"used"}));
  catalog_.Define("draft-only", Calling({}));
  const Process before = *catalog_.Get("legal");
  using Request = v1::DeprecateProcessRequest;
  struct Row {
    std::string name, id;
    std::function<void(Request&)> spoil;
    std::string reason;
  };
  for (const Row& row : std::vector<Row>{
           {"unknown", "nowhere", {}, "RESOURCE_NOT_FOUND"},
           {"unknown revision", "legal@2", {}, "RESOURCE_NOT_FOUND"},
           {"by a tag", "legal@stable", {}, "FIELD_INVALID"},
           {"by latest", "legal@latest", {}, "FIELD_INVALID"},
           {"revision 0", "legal@0", {}, "FIELD_INVALID"},
           {"other workspace", "legal",
            [](Request& r) { r.set_name("workspaces/beta/processes/legal"); },
            "RESOURCE_NOT_FOUND"},
           {"never published", "draft-only", {}, "PROCESS_NOT_PUBLISHED"},
           {"old etag", "legal", [](Request& r) { r.set_etag("0123456789abcdef"); },
            "ETAG_MISMATCH"},
           {"old etag of a revision", "legal@1", [](Request& r) { r.set_etag("0123456789abcdef"); },
            "ETAG_MISMATCH"},
           {"long reason", "legal", [](Request& r) { r.set_reason(std::string(1001, 'r')); },
            "FIELD_INVALID"},
           {"replacement with a revision", "legal",
            [](Request& r) { r.set_replacement("processes/used@1"); }, "FIELD_INVALID"},
           {"replacement that is no name", "legal", [](Request& r) { r.set_replacement("used"); },
            "FIELD_INVALID"},
           {"replaced by itself", "legal", [](Request& r) { r.set_replacement("processes/legal"); },
            "FIELD_INVALID"},
           {"long request id", "legal", [](Request& r) { r.set_request_id(std::string(129, 'i')); },
            "FIELD_INVALID"},
           {"used", "used", {}, "PROCESS_IN_USE"}}) {
    EXPECT_EQ(ReasonText(Deprecate(row.id, row.spoil)), row.reason) << row.name;
  }
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog_.Get("legal"), before));
}

TEST_F(RetireTest, RefusesStatesThatDoNotAllowIt) {
  catalog_.DefineAndPublish("legal", Calling({}));
  struct Row {
    std::string name;
    std::function<absl::Status()> call;
    std::string reason, state;
  };
  for (const std::string id : {"legal", "legal@1"}) {
    for (const Row& row : std::vector<Row>{
             {"reinstate what is in use", [&] { return Reinstate(id).status(); }, "PROCESS_STATE",
              id == "legal" ? "DRAFT" : "PUBLISHED"},
             {"deprecate", [&] { return Deprecate(id).status(); }, "OK", ""},
             {"deprecate again", [&] { return Deprecate(id).status(); }, "PROCESS_STATE",
              "DEPRECATED"},
             {"archive", [&] { return Archive(id).status(); }, "OK", ""},
             {"archive again", [&] { return Archive(id).status(); }, "PROCESS_STATE", "ARCHIVED"},
             {"deprecate what is archived", [&] { return Deprecate(id).status(); }, "PROCESS_STATE",
              "ARCHIVED"},
             {"reinstate", [&] { return Reinstate(id).status(); }, "OK", ""},
             {"archive at once", [&] { return Archive(id).status(); }, "OK", ""},
             {"reinstate", [&] { return Reinstate(id).status(); }, "OK", ""}}) {
      const absl::Status status = row.call();
      EXPECT_EQ(ReasonText(status), row.reason) << id << ", " << row.name;
      EXPECT_EQ(base::MetadataOf(status, "state"), row.state) << id << ", " << row.name;
    }
  }
}

TEST_F(RetireTest, AReplacementIsOneThatPeopleCanBeginWith) {
  for (const char* id : {"legal", "gone", "emptied", "later", "old"})
    catalog_.DefineAndPublish(id, Calling({}));
  catalog_.Define("idea", Calling({}));
  ASSERT_EQ(ReasonText(Archive("gone")), "OK");
  ASSERT_EQ(ReasonText(Archive("emptied@1")), "OK");
  ASSERT_EQ(ReasonText(Deprecate("old")), "OK");
  v1::SetEffectivePeriodRequest later;
  later.set_name(FullName("later@1"));
  later.mutable_effective_from()->set_seconds(absl::ToUnixSeconds(catalog_.clock().Now()) + 60);
  later.set_allow_in_use(true);
  ASSERT_EQ(ReasonText(catalog_.Call<v1::SetEffectivePeriodResponse>("SetEffectivePeriod", later)),
            "OK");
  struct Row {
    std::string replacement, says;
  };
  for (const Row& row :
       std::vector<Row>{{"nonsense", "is 'processes/nonsense', which does not exist"},
                        {"legal", "is the process itself"},
                        {"gone", "is 'processes/gone', which is archived"},
                        {"emptied", "has no revision that is or will be effective"},
                        {"idea", "is 'processes/idea', which was never published"}}) {
    for (const char* id : {"legal", "legal@1"}) {
      const absl::Status refused = Deprecate(id, [&](auto& r) {
                                     r.set_replacement(absl::StrCat("processes/", row.replacement));
                                   }).status();
      EXPECT_EQ(ReasonText(refused), "FIELD_INVALID") << row.replacement;
      EXPECT_THAT(std::string(refused.message()), HasSubstr("replacement")) << row.replacement;
      EXPECT_THAT(std::string(refused.message()), HasSubstr(row.says));
    }
  }
  for (const char* replacement : {"later", "old"}) {
    EXPECT_EQ(ReasonText(Deprecate("legal",
                                   [&](auto& r) {
                                     r.set_replacement(absl::StrCat("processes/", replacement));
                                     r.set_validate_only(true);
                                   })),
              "OK")
        << replacement;
  }
}

TEST_F(RetireTest, RefusalsCallStatesAsPeopleDo) {
  catalog_.DefineAndPublish("legal", Calling({}));
  catalog_.Define("idea", Calling({}));
  const auto says = [](const absl::Status& status) { return std::string(status.message()); };
  EXPECT_THAT(says(Reinstate("legal").status()),
              HasSubstr("is PUBLISHED; only what is DEPRECATED or ARCHIVED can be reinstated"));
  EXPECT_THAT(says(Reinstate("idea").status()), HasSubstr("is DRAFT; only what is"));
  ASSERT_EQ(ReasonText(Archive("legal")), "OK");
  EXPECT_THAT(says(Deprecate("legal").status()),
              HasSubstr("is ARCHIVED; only what is PUBLISHED can be deprecated"));
  EXPECT_THAT(says(Archive("legal").status()),
              HasSubstr("only what is DRAFT, PUBLISHED or DEPRECATED can be archived"));
}

TEST_F(RetireTest, ValidateOnlyChangesNothing) {
  catalog_.DefineAndPublish("legal", Calling({}));
  const Process before = *catalog_.Get("legal");
  auto validated = Archive("legal", [](auto& r) { r.set_validate_only(true); });
  ASSERT_TRUE(validated.ok()) << validated.status();
  EXPECT_EQ(validated->process().state(), Process::STATE_ARCHIVED);
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog_.Get("legal"), before));
}

TEST_F(RetireTest, RepeatedRequestTakesEffectOnce) {
  catalog_.DefineAndPublish("legal", Calling({}));
  const auto with_id = [](auto& r) { r.set_request_id("a1"); };
  auto first = Archive("legal", with_id);
  ASSERT_TRUE(first.ok()) << first.status();
  auto repeated = Archive("legal", with_id);
  ASSERT_TRUE(repeated.ok()) << "it is archived by now, but was not when it was asked: "
                             << repeated.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*repeated, *first));
}

}  // namespace
}  // namespace plumbline::catalog
