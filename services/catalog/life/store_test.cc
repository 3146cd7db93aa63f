// SPDX-License-Identifier: Apache-2.0
//
// The contract of LifeReader and LifeWriter, kept on both engines.
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/catalog/life/fields.h"
#include "services/catalog/resource/timestamp.h"
#include "services/catalog/testing/engines.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class LifeStoreTest : public StoreTest {
 protected:
  // "desk@1 processes/legal@2".
  std::vector<std::string> Callers(const ProcessKey& called) {
    const auto found = Read<std::vector<Caller>>(
        [&](Snapshot& snapshot) { return snapshot.life().ListCallers(called); });
    std::vector<std::string> callers;
    for (const Caller& caller : found)
      callers.push_back(absl::StrCat(caller.process, "@", caller.revision, " ", caller.called));
    return callers;
  }
  static Head CallingHead(const std::string& id, int64_t version,
                          const std::vector<std::string>& called) {
    Head head{Calling(called), version};
    head.process.set_name(NameOf(ProcessKey{"acme", id}));
    return head;
  }
  listing::Page<v1::CatalogHistoryEntry> History(const ProcessKey& key, const std::string& filter,
                                                 const std::string& order_by = "", int limit = 100,
                                                 const std::string& after = "") {
    std::vector<expr::Problem> problems;
    const auto condition = expr::Compile(filter, HistorySchema(), &problems);
    const auto order = expr::ParseOrder(order_by, HistorySchema(), &problems);
    EXPECT_TRUE(problems.empty()) << problems[0].message;
    return Read<listing::Page<v1::CatalogHistoryEntry>>([&](Snapshot& snapshot) {
      return snapshot.life().ListHistory(key, {*condition, *order, after, limit});
    });
  }
  absl::Status PutHead(const ProcessKey& key, const Head& head) {
    return Write([&](Changes& changes) { return changes.PutHead(key, head); }).status();
  }
};

TEST_P(LifeStoreTest, NotesTheCallsOfDraftsAndRevisions) {
  ASSERT_TRUE(
      PutHead({"acme", "desk"}, CallingHead("desk", 1, {"legal", "legal@2", "legal"})).ok());
  ASSERT_TRUE(PutHead({"acme", "renewal"}, CallingHead("renewal", 1, {"legal@stable"})).ok());
  ASSERT_TRUE(PutHead({"beta", "desk"}, CallingHead("desk", 1, {"legal"})).ok());
  ASSERT_TRUE(Write([&](Changes& changes) {
                v1::Process revision = Calling({"legal@1", "credit@7"});
                revision.set_revision(3);
                return changes.AddRevision({"acme", "desk"}, revision);
              }).ok());
  EXPECT_THAT(Callers({"acme", "legal"}),
              ElementsAre("desk@0 processes/legal", "desk@0 processes/legal@2",
                          "desk@3 processes/legal@1", "renewal@0 processes/legal@stable"));
  EXPECT_THAT(Callers({"acme", "credit"}), ElementsAre("desk@3 processes/credit@7"));
  EXPECT_THAT(Callers({"beta", "legal"}), ElementsAre("desk@0 processes/legal"));
  EXPECT_THAT(Callers({"acme", "desk"}), IsEmpty());

  ASSERT_TRUE(PutHead({"acme", "desk"}, CallingHead("desk", 2, {"credit"})).ok());
  EXPECT_THAT(Callers({"acme", "legal"}),
              ElementsAre("desk@3 processes/legal@1", "renewal@0 processes/legal@stable"))
      << "a draft calls what it calls now, a revision for ever";
  EXPECT_THAT(Callers({"acme", "credit"}),
              ElementsAre("desk@0 processes/credit", "desk@3 processes/credit@7"));
}

TEST_P(LifeStoreTest, DeletesAHeadWithItsCalls) {
  ASSERT_TRUE(PutHead({"acme", "desk"}, CallingHead("desk", 1, {"legal"})).ok());
  ASSERT_TRUE(PutHead({"beta", "desk"}, CallingHead("desk", 1, {"legal"})).ok());
  ASSERT_TRUE(Write([](Changes& changes) {
                return changes.life_changes().DeleteHead({"acme", "desk"});
              }).ok());
  EXPECT_FALSE(Find({"acme", "desk"}).has_value());
  EXPECT_THAT(Callers({"acme", "legal"}), IsEmpty());
  EXPECT_TRUE(Find({"beta", "desk"}).has_value());
  EXPECT_THAT(Callers({"beta", "legal"}), ElementsAre("desk@0 processes/legal"));
}

TEST_P(LifeStoreTest, HistoryCountsPerProcess) {
  const auto append = [&](const ProcessKey& key, const std::string& reason) {
    ASSERT_TRUE(Write([&](Changes& changes) {
                  v1::CatalogHistoryEntry entry;
                  entry.set_reason(reason);
                  return changes.life_changes().AppendHistory(key, entry);
                }).ok());
  };
  for (int i = 1; i <= 5; ++i) append(kKey, absl::StrCat("r", i));
  append({"acme", "other"}, "other");
  append({"beta", "deal-desk"}, "beta");
  append({"acme", ""}, "policy");
  append({"acme", ""}, "policy again");
  const auto list = [&](const ProcessKey& key, const std::string& filter) {
    std::vector<std::string> texts;
    for (const auto& entry : History(key, filter).rows)
      texts.push_back(absl::StrCat(entry.sequence(), " ", entry.reason(), " ", entry.name()));
    return texts;
  };
  EXPECT_THAT(list(kKey, "sequence > 2 sequence < 5"),
              ElementsAre("3 r3 workspaces/acme/processes/deal-desk/history/3",
                          "4 r4 workspaces/acme/processes/deal-desk/history/4"));
  EXPECT_THAT(list({"beta", "deal-desk"}, ""),
              ElementsAre("1 beta workspaces/beta/processes/deal-desk/history/1"));
  EXPECT_THAT(list({"acme", ""}, "sequence > 1"),
              ElementsAre("2 policy again workspaces/acme/catalogPolicy/history/2"));
  EXPECT_THAT(list({"acme", "nowhere"}, ""), IsEmpty());
}

TEST_P(LifeStoreTest, HistoryIsSelectedAndOrderedByItsColumns) {
  for (const auto& [kind, actor, revision] :
       {std::tuple(v1::CatalogHistoryEntry::KIND_CREATED, "ben", 0),
        std::tuple(v1::CatalogHistoryEntry::KIND_PUBLISHED, "ada", 1),
        std::tuple(v1::CatalogHistoryEntry::KIND_TAG_SET, "Zoe", 1)}) {
    v1::CatalogHistoryEntry entry;
    entry.set_kind(kind);
    entry.set_actor(actor);
    entry.set_revision(revision);
    *entry.mutable_create_time() = ToTimestamp(kNow - absl::Seconds(revision));
    if (kind == v1::CatalogHistoryEntry::KIND_TAG_SET) entry.set_tag("stable");
    if (revision == 0) entry.set_reason("the first");
    if (revision == 0) *entry.add_fields() = "title";
    if (revision == 0) *entry.add_fields() = "owner";
    ASSERT_TRUE(Write([&](Changes& changes) {
                  return changes.life_changes().AppendHistory(kKey, entry);
                }).ok());
  }
  struct Row {
    const char* name;
    std::string filter, order_by, actors;
  };
  for (const Row& row : std::vector<Row>{{"by itself", "", "", "ben,ada,Zoe"},
                                         {"descending", "", "sequence desc", "Zoe,ada,ben"},
                                         {"time", "", "create_time", "ada,Zoe,ben"},
                                         {"actor, by bytes", "", "actor", "Zoe,ada,ben"},
                                         {"kind", "kind = PUBLISHED", "", "ada"},
                                         {"actor", "actor = \"?*\" OR actor = \"b*\"", "", "ben"},
                                         {"revision", "revision = 1", "", "ada,Zoe"},
                                         {"no revision", "-has(revision)", "", "ben"},
                                         {"tag", "tag = stable", "", "Zoe"},
                                         {"reason", "reason:FIRST", "", "ben"},
                                         {"words", "zo", "", "Zoe"},
                                         {"fields", "fields:owner", "", "ben"}}) {
    std::vector<std::string> actors;
    listing::Page<v1::CatalogHistoryEntry> page;
    do {
      page = History(kKey, row.filter, row.order_by, 2, page.next);
      for (const auto& entry : page.rows) actors.push_back(entry.actor());
    } while (!page.next.empty());
    EXPECT_EQ(absl::StrJoin(actors, ","), row.actors) << row.name;
  }
}

// A release whose history has no columns writes beside this one, or wrote before it.
TEST_P(LifeStoreTest, HistoryWithoutColumnsIsListedAndCaughtUpWith) {
  ASSERT_TRUE(Write([&](Changes& changes) {
                for (const char* actor : {"ada", "ben"}) {
                  v1::CatalogHistoryEntry entry;
                  entry.set_actor(actor);
                  entry.set_kind(v1::CatalogHistoryEntry::KIND_UPDATED);
                  RETURN_IF_ERROR(changes.life_changes().AppendHistory(kKey, entry));
                }
                return absl::OkStatus();
              }).ok());
  ASSERT_TRUE(database_
                  ->Write({},
                          [](sql::Transaction& transaction) {
                            return transaction
                                .Execute(
                                    "UPDATE process_history SET indexed = 0, kind = '', actor = "
                                    "'', create_time = 0")
                                .status();
                          })
                  .ok());
  EXPECT_EQ(History(kKey, "").rows.size(), 2u);
  EXPECT_THAT(History(kKey, "actor = ada").rows, IsEmpty()) << "not yet";
  EXPECT_EQ(*store_->IndexOld(context_, 1), 1);
  EXPECT_EQ(*store_->IndexOld(context_, 10), 1);
  EXPECT_EQ(*store_->IndexOld(context_, 10), 0);
  EXPECT_EQ(History(kKey, "actor = ada AND kind = UPDATED").rows.size(), 1u);
}

TEST_P(LifeStoreTest, NothingRemainsOfAWriteThatFails) {
  ASSERT_TRUE(PutHead({"acme", "desk"}, CallingHead("desk", 1, {"legal"})).ok());
  auto failed = Write([&](Changes& changes) -> absl::Status {
    RETURN_IF_ERROR(changes.life_changes().AppendHistory(kKey, {}));
    RETURN_IF_ERROR(changes.life_changes().PutPolicy("acme", {{}, 1}));
    RETURN_IF_ERROR(changes.life_changes().DeleteHead({"acme", "desk"}));
    return base::FieldError("x", "is wrong");
  });
  EXPECT_EQ(ReasonText(failed), "FIELD_INVALID");
  EXPECT_TRUE(Find({"acme", "desk"}).has_value());
  EXPECT_THAT(Callers({"acme", "legal"}), ElementsAre("desk@0 processes/legal"));
  EXPECT_THAT(History(kKey, "").rows, IsEmpty());
}

TEST_P(LifeStoreTest, KeepsAPolicyForEachWorkspace) {
  const auto find = [&](const std::string& workspace) {
    return Read<std::optional<StoredPolicy>>(
        [&](Snapshot& snapshot) { return snapshot.life().FindPolicy(workspace); });
  };
  EXPECT_FALSE(find("acme").has_value());
  for (int64_t version = 1; version <= 2; ++version) {
    StoredPolicy policy;
    policy.policy.set_approval_required(version == 2);
    policy.version = version;
    ASSERT_TRUE(Write([&](Changes& changes) {
                  return changes.life_changes().PutPolicy("acme", policy);
                }).ok());
    ASSERT_TRUE(find("acme").has_value());
    EXPECT_TRUE(MessageDifferencer::Equals(find("acme")->policy, policy.policy));
    EXPECT_EQ(find("acme")->version, version);
  }
  EXPECT_FALSE(find("beta").has_value());
}

TEST_P(LifeStoreTest, AReportReplacesThoseOfItsSystemAndWorkspace) {
  const auto report = [&](const std::string& workspace, const std::string& system,
                          const std::vector<int64_t>& revisions, absl::Time now,
                          absl::Duration ttl) {
    std::vector<v1::ProcessUse> uses;
    for (const int64_t revision : revisions) {
      v1::ProcessUse& use = uses.emplace_back();
      use.set_process(NameOf({workspace, "legal"}, revision));
      use.set_count(revision * 10);
    }
    ASSERT_TRUE(Write([&](Changes& changes) {
                  return changes.life_changes().ReplaceUses(workspace, system, uses, now,
                                                            now + ttl);
                }).ok());
  };
  const auto list = [&](const std::string& workspace, absl::Time now) {
    const auto uses = Read<std::vector<RunnerUse>>([&](Snapshot& snapshot) {
      return snapshot.life().ListUses({workspace, "legal"}, now);
    });
    std::vector<std::string> texts;
    for (const RunnerUse& use : uses) {
      texts.push_back(absl::StrCat(use.system, " ", use.use.process(), " ", use.use.count(), " at ",
                                   absl::ToInt64Seconds(use.report_time - kNow)));
    }
    return texts;
  };
  const absl::Duration minute = absl::Minutes(1);
  report("acme", "onboarding", {12, 2}, kNow, minute);
  report("acme", "crm", {2}, kNow + absl::Seconds(1), 2 * minute);
  report("beta", "onboarding", {5}, kNow, minute);
  EXPECT_THAT(list("acme", kNow),
              ElementsAre("crm workspaces/acme/processes/legal@2 20 at 1",
                          "onboarding workspaces/acme/processes/legal@2 20 at 0",
                          "onboarding workspaces/acme/processes/legal@12 120 at 0"));
  EXPECT_THAT(list("acme", kNow + minute),
              ElementsAre("crm workspaces/acme/processes/legal@2 20 at 1"))
      << "only until it expires";
  report("acme", "onboarding", {3}, kNow + absl::Seconds(2), minute);
  EXPECT_THAT(list("acme", kNow + absl::Seconds(2)),
              ElementsAre("crm workspaces/acme/processes/legal@2 20 at 1",
                          "onboarding workspaces/acme/processes/legal@3 30 at 2"));
  report("acme", "onboarding", {}, kNow + 3 * minute, minute);
  EXPECT_THAT(list("acme", kNow), IsEmpty()) << "what nobody believes any more goes as well";
  EXPECT_THAT(list("beta", kNow),
              ElementsAre("onboarding workspaces/beta/processes/legal@5 50 at 0"));
}

INSTANTIATE_TEST_SUITE_P(Engines, LifeStoreTest, ::testing::Values(kSqlite, "PostgreSQL"),
                         EngineName);

}  // namespace
}  // namespace plumbline::catalog
