// SPDX-License-Identifier: Apache-2.0
//
// SetTag, DeleteTag, LockTag and ListTags over the in-process channel, and names that use tags.
#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;

constexpr char kLegal[] = "workspaces/acme/processes/legal";

class TagsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (int i = 1; i <= 3; ++i)
      catalog_.DefineAndPublish("legal", ProcessOf(absl::StrCat("Legal ", i), StepNode("read")));
  }

  template <typename Request>
  static Request RequestFor(absl::string_view tag, int64_t expected) {
    Request request;
    request.set_name(kLegal);
    request.set_tag(std::string(tag));
    request.set_expected_revision(expected);
    request.set_reason("because");
    return request;
  }
  static v1::SetTagRequest SetRequest(absl::string_view tag, int64_t revision, int64_t expected) {
    auto request = RequestFor<v1::SetTagRequest>(tag, expected);
    request.set_revision(revision);
    return request;
  }
  absl::StatusOr<v1::SetTagResponse> Set(absl::string_view tag, int64_t revision,
                                         int64_t expected = 0) {
    return catalog_.Call<v1::SetTagResponse>("SetTag", SetRequest(tag, revision, expected));
  }
  absl::StatusOr<v1::DeleteTagResponse> Delete(absl::string_view tag, int64_t expected) {
    return catalog_.Call<v1::DeleteTagResponse>("DeleteTag",
                                                RequestFor<v1::DeleteTagRequest>(tag, expected));
  }
  absl::StatusOr<v1::LockTagResponse> Lock(absl::string_view tag, int64_t expected) {
    return catalog_.Call<v1::LockTagResponse>("LockTag",
                                              RequestFor<v1::LockTagRequest>(tag, expected));
  }
  absl::StatusOr<v1::ListTagsResponse> List(int page_size, absl::string_view token = "",
                                            absl::string_view name = kLegal) {
    v1::ListTagsRequest request;
    request.set_name(std::string(name));
    request.set_page_size(page_size);
    request.set_page_token(std::string(token));
    return catalog_.Call<v1::ListTagsResponse>("ListTags", request);
  }
  std::vector<std::string> Tags() {
    std::vector<std::string> tags;
    const auto listed = List(0);
    EXPECT_TRUE(listed.ok()) << listed.status();
    for (const v1::Tag& tag : listed->tags())
      tags.push_back(absl::StrCat(tag.tag(), "=", tag.revision(), tag.locked() ? " locked" : ""));
    return tags;
  }

  TestCatalog catalog_;
};

TEST_F(TagsTest, ATagIsMadeMovedAndDeleted) {
  auto made = Set("stable", 2);
  ASSERT_TRUE(made.ok()) << made.status();
  ASSERT_EQ(made->process().tags_size(), 1);
  EXPECT_EQ(made->process().tags(0).tag(), "stable");
  EXPECT_EQ(made->process().tags(0).revision(), 2);
  EXPECT_EQ(made->process().tags(0).actor(), "anonymous");
  EXPECT_EQ(made->process().tags(0).update_time().seconds(),
            absl::ToUnixSeconds(catalog_.clock().Now()));
  EXPECT_EQ(catalog_.Get("legal@stable")->name(), absl::StrCat(kLegal, "@2"))
      << "the answer names the revision";
  ASSERT_EQ(ReasonText(Set("stable", 3, 2)), "OK");
  EXPECT_EQ(catalog_.Get("legal@stable")->revision(), 3);
  ASSERT_EQ(ReasonText(Set("stable", 1, 3)), "OK") << "backwards as well";
  EXPECT_EQ(catalog_.Get("legal@stable")->title(), "Legal 1");
  ASSERT_EQ(ReasonText(Delete("stable", 1)), "OK");
  EXPECT_EQ(ReasonText(catalog_.Get("legal@stable")), "RESOURCE_NOT_FOUND");
  ASSERT_EQ(ReasonText(Set("stable", 2, 0)), "OK") << "and anew";
  EXPECT_THAT(Tags(), ElementsAre("stable=2"));
}

TEST_F(TagsTest, TagsLeaveTheEtagOfTheDraft) {
  const std::string etag = catalog_.Get("legal")->etag();
  auto made = Set("stable", 2);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->process().etag(), etag);
}

TEST_F(TagsTest, SettingWhatIsSoWritesNothing) {
  catalog_.clock().Advance(absl::Hours(1));
  const v1::Process head = Set("stable", 2)->process();
  catalog_.clock().Advance(absl::Hours(1));
  auto again = Set("stable", 2, 2);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(MessageDifferencer::Equals(again->process(), head));
}

TEST_F(TagsTest, AreAnsweredFromMemoryWithTheirRevision) {
  ASSERT_EQ(ReasonText(Set("stable", 2)), "OK");
  EXPECT_TRUE(catalog_.InMemory("legal@stable"));
  EXPECT_FALSE(catalog_.InMemory("legal@unknown"));
  const v1::Process by_tag = *catalog_.Get("legal@stable");
  EXPECT_TRUE(MessageDifferencer::Equals(by_tag, *catalog_.Get("legal@2")));
  ASSERT_EQ(by_tag.tags_size(), 1);
  EXPECT_EQ(by_tag.tags(0).tag(), "stable");
  EXPECT_EQ(catalog_.Get("legal@3")->tags_size(), 0);
  catalog_.LoseCache();
  EXPECT_FALSE(catalog_.InMemory("legal@stable"));
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog_.Get("legal@stable"), by_tag));
  EXPECT_TRUE(catalog_.InMemory("legal@stable"));
}

TEST_F(TagsTest, IsNotDeletedUnderDraftsThatCallByIt) {
  ASSERT_EQ(ReasonText(Set("stable", 2)), "OK");
  ASSERT_EQ(ReasonText(Set("beta", 3)), "OK");
  catalog_.DefineAndPublish("desk", Calling({"legal@stable", "legal"}));
  catalog_.DefineAndPublish("desk", Calling({"legal@2"}));
  ASSERT_EQ(ReasonText(Delete("stable", 2)), "OK") << "desk@1 keeps legal@2, whatever is named so";
  ASSERT_EQ(ReasonText(Set("stable", 2)), "OK");
  catalog_.Define("idea", Calling({"legal@stable"}));
  const absl::Status refused = Delete("stable", 2).status();
  EXPECT_EQ(ReasonText(refused), "PROCESS_IN_USE");
  EXPECT_EQ(base::MetadataOf(refused, "user_count"), "1");
  EXPECT_THAT(std::string(refused.message()),
              ::testing::HasSubstr("'workspaces/acme/processes/legal@stable' is still used by "
                                   "workspaces/acme/processes/idea, which calls "
                                   "'processes/legal@stable'"));
  EXPECT_EQ(ReasonText(Delete("beta", 3)), "OK") << "nobody calls by it";
  auto request = RequestFor<v1::DeleteTagRequest>("stable", 2);
  request.set_allow_in_use(true);
  EXPECT_EQ(ReasonText(catalog_.Call<v1::DeleteTagResponse>("DeleteTag", request)), "OK");
  v1::ListProcessHistoryRequest history;
  history.set_name(kLegal);
  auto listed = catalog_.Call<v1::ListProcessHistoryResponse>("ListProcessHistory", history);
  ASSERT_TRUE(listed.ok()) << listed.status();
  EXPECT_EQ(listed->entries().rbegin()->user_count(), 1);
}

TEST_F(TagsTest, ALockIsForGood) {
  ASSERT_EQ(ReasonText(Set("audited", 2)), "OK");
  auto locked = Lock("audited", 2);
  ASSERT_TRUE(locked.ok()) << locked.status();
  EXPECT_TRUE(locked->process().tags(0).locked());
  struct Row {
    std::string name;
    std::function<absl::Status()> call;
  };
  for (const Row& row :
       std::vector<Row>{{"move", [&] { return Set("audited", 3, 2).status(); }},
                        {"set to what it names", [&] { return Set("audited", 2, 2).status(); }},
                        {"delete", [&] { return Delete("audited", 2).status(); }},
                        {"lock again", [&] { return Lock("audited", 2).status(); }}}) {
    const absl::Status refused = row.call();
    EXPECT_EQ(ReasonText(refused), "TAG_LOCKED") << row.name;
    EXPECT_EQ(base::MetadataOf(refused, "revision"), "2") << row.name;
  }
  EXPECT_THAT(Tags(), ElementsAre("audited=2 locked"));
}

TEST_F(TagsTest, RefusesWhatIsWrongAndChangesNothing) {
  ASSERT_EQ(ReasonText(Set("stable", 2)), "OK");
  v1::ArchiveProcessRequest archive;
  archive.set_name(absl::StrCat(kLegal, "@1"));
  ASSERT_EQ(ReasonText(catalog_.Call<v1::ArchiveProcessResponse>("ArchiveProcess", archive)), "OK");
  using Request = v1::SetTagRequest;
  struct Row {
    std::string name;
    Request request;
    std::function<void(Request&)> spoil;
    std::string reason;
  };
  for (const Row& row : std::vector<Row>{
           {"moved without saying from where", SetRequest("stable", 3, 0), {}, "TAG_MISMATCH"},
           {"moved from elsewhere", SetRequest("stable", 3, 1), {}, "TAG_MISMATCH"},
           {"moved though there is none", SetRequest("fresh", 3, 2), {}, "TAG_MISMATCH"},
           {"unknown revision", SetRequest("stable", 4, 2), {}, "RESOURCE_NOT_FOUND"},
           {"archived revision", SetRequest("stable", 1, 2), {}, "PROCESS_RETIRED"},
           {"no revision", SetRequest("stable", 0, 2), {}, "FIELD_INVALID"},
           {"negative revision", SetRequest("stable", -1, 2), {}, "FIELD_INVALID"},
           {"negative expectation", SetRequest("stable", 3, -1), {}, "FIELD_INVALID"},
           {"no tag", SetRequest("", 3, 0), {}, "FIELD_INVALID"},
           {"tag in capitals", SetRequest("Stable", 3, 0), {}, "FIELD_INVALID"},
           {"tag that looks like a revision", SetRequest("7", 3, 0), {}, "FIELD_INVALID"},
           {"tag with an at sign", SetRequest("a@b", 3, 0), {}, "FIELD_INVALID"},
           {"latest", SetRequest("latest", 3, 0), {}, "FIELD_INVALID"},
           {"draft", SetRequest("draft", 3, 0), {}, "FIELD_INVALID"},
           {"head", SetRequest("head", 3, 0), {}, "FIELD_INVALID"},
           {"of a revision", SetRequest("stable", 3, 2),
            [](Request& r) { r.set_name(r.name() + "@3"); }, "FIELD_INVALID"},
           {"unknown process", SetRequest("stable", 3, 0),
            [](Request& r) { r.set_name("workspaces/acme/processes/nowhere"); },
            "RESOURCE_NOT_FOUND"},
           {"other workspace", SetRequest("stable", 3, 0),
            [](Request& r) { r.set_name("workspaces/beta/processes/legal"); },
            "RESOURCE_NOT_FOUND"},
           {"long reason", SetRequest("stable", 3, 2),
            [](Request& r) { r.set_reason(std::string(1001, 'r')); }, "FIELD_INVALID"}}) {
    Request request = row.request;
    if (row.spoil) row.spoil(request);
    EXPECT_EQ(ReasonText(catalog_.Call<v1::SetTagResponse>("SetTag", request)), row.reason)
        << row.name;
  }
  const absl::Status mismatch = Set("stable", 3, 1).status();
  EXPECT_EQ(mismatch.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(base::MetadataOf(mismatch, "revision"), "2") << "it says where the tag points";
  EXPECT_EQ(ReasonText(Delete("stable", 3)), "TAG_MISMATCH");
  EXPECT_EQ(ReasonText(Delete("stable", 0)), "FIELD_INVALID");
  EXPECT_EQ(ReasonText(Delete("fresh", 2)), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonText(Lock("stable", 3)), "TAG_MISMATCH");
  EXPECT_EQ(ReasonText(Lock("stable", 0)), "FIELD_INVALID");
  EXPECT_EQ(ReasonText(Lock("fresh", 2)), "RESOURCE_NOT_FOUND");
  EXPECT_THAT(Tags(), ElementsAre("stable=2"));
}

TEST_F(TagsTest, AHundredAreTheLimit) {
  for (int i = 0; i < 100; ++i) ASSERT_EQ(ReasonText(Set(absl::StrCat("t", i), 1)), "OK") << i;
  const absl::Status refused = Set("one-more", 1).status();
  EXPECT_EQ(ReasonText(refused), "TAG_LIMIT");
  EXPECT_EQ(base::MetadataOf(refused, "limit"), "100");
  EXPECT_EQ(ReasonText(Set("t7", 2, 1)), "OK") << "those that are there can be moved";
  ASSERT_EQ(ReasonText(Delete("t8", 1)), "OK");
  EXPECT_EQ(ReasonText(Set("one-more", 1)), "OK");
}

TEST_F(TagsTest, ListsByNameInPages) {
  for (const std::string tag : {"c", "a", "e", "b", "d"}) ASSERT_EQ(ReasonText(Set(tag, 1)), "OK");
  std::string tags;
  std::string token;
  int pages = 0;
  do {
    auto page = List(2, token);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const v1::Tag& tag : page->tags()) tags += tag.tag();
    token = page->next_page_token();
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(tags, "abcde");
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(ReasonText(List(2, "AAAA")), "PAGE_TOKEN_INVALID");
  EXPECT_EQ(ReasonText(List(-1)), "FIELD_INVALID");
  EXPECT_EQ(ReasonText(List(2, "", "workspaces/acme/processes/nowhere")), "RESOURCE_NOT_FOUND");
}

TEST_F(TagsTest, CallsByTagArePinnedToWhatItNamesThen) {
  ASSERT_EQ(ReasonText(Set("stable", 2)), "OK");
  const v1::Process first = catalog_.DefineAndPublish("desk", Calling({"legal@stable"}));
  EXPECT_EQ(first.root().sequence().nodes(1).call().process(), "processes/legal@2");
  EXPECT_EQ(catalog_.Get("desk")->root().sequence().nodes(1).call().process(),
            "processes/legal@stable")
      << "the draft goes on to follow the tag";
  EXPECT_EQ(ReasonText(catalog_.Publish("desk")), "NOTHING_TO_PUBLISH");
  ASSERT_EQ(ReasonText(Set("stable", 3, 2)), "OK");
  auto second = catalog_.Publish("desk");
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->process().root().sequence().nodes(1).call().process(), "processes/legal@3");
  catalog_.Define("desk", Calling({"legal@unknown"}));
  const absl::Status refused = catalog_.Publish("desk").status();
  EXPECT_EQ(ReasonText(refused), "RESOURCE_NOT_FOUND");
  EXPECT_THAT(std::string(refused.message()), ::testing::HasSubstr("processes/legal@unknown"));
}

TEST_F(TagsTest, ValidateOnlyChangesNothing) {
  auto request = SetRequest("stable", 2, 0);
  request.set_validate_only(true);
  auto validated = catalog_.Call<v1::SetTagResponse>("SetTag", request);
  ASSERT_TRUE(validated.ok()) << validated.status();
  EXPECT_EQ(validated->process().tags_size(), 1);
  EXPECT_THAT(Tags(), ElementsAre());
}

TEST_F(TagsTest, RepeatedRequestTakesEffectOnce) {
  auto request = SetRequest("stable", 2, 0);
  request.set_request_id("t1");
  auto first = catalog_.Call<v1::SetTagResponse>("SetTag", request);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_EQ(ReasonText(Set("stable", 3, 2)), "OK");
  auto repeated = catalog_.Call<v1::SetTagResponse>("SetTag", request);
  ASSERT_TRUE(repeated.ok()) << repeated.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*repeated, *first));
  EXPECT_THAT(Tags(), ElementsAre("stable=3"));
}

}  // namespace
}  // namespace plumbline::catalog
