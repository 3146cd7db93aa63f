// SPDX-License-Identifier: Apache-2.0
//
// The contract of SearchStore, kept on both engines, and held against a search that looks at every
// process.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "gtest/gtest.h"
#include "services/catalog/processes/fields.h"
#include "services/catalog/search/store_sql.h"
#include "services/catalog/search/words.h"
#include "services/catalog/testing/engines.h"

namespace plumbline::catalog {
namespace {

class SearchStoreTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    search_ = NewSearchStore(*database_);
  }

  void Put(const ProcessKey& key, v1::Process process) {
    process.set_name(NameOf(key));
    ASSERT_TRUE(Write([&](Changes& changes) { return changes.PutHead(key, {process, 1}); }).ok());
  }

  // The ids of all pages, in order.
  std::vector<std::string> Search(const std::vector<std::string>& words, int limit = 1000,
                                  const std::string& workspace = "acme",
                                  const std::string& filter = "",
                                  const std::string& order_by = "") {
    std::vector<expr::Problem> problems;
    const auto condition = expr::Compile(filter, SearchSchema(), &problems);
    const auto order = expr::ParseOrder(order_by, SearchSchema(), &problems);
    EXPECT_TRUE(problems.empty()) << problems[0].message;
    SearchQuery query{workspace, words, {*condition, *order, "", limit}};
    std::vector<std::string> ids;
    do {
      auto page = search_->Search(context_, query);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) break;
      EXPECT_LE(page->rows.size(), static_cast<size_t>(limit));
      for (const auto& [process, rank] : page->rows) {
        EXPECT_TRUE(process.has_root());
        ids.push_back(process.name().substr(process.name().rfind('/') + 1));
        if (ranks_ != nullptr) ranks_->push_back(rank);
      }
      query.list.after = page->next;
    } while (!query.list.after.empty());
    return ids;
  }
  std::string Found(const std::string& query, const std::string& workspace = "acme") {
    return absl::StrJoin(Search(*ToQueryWords(query), 1000, workspace), ",");
  }

  std::unique_ptr<SearchStore> search_;
  std::vector<int>* ranks_ = nullptr;  // gets the ranks of what Search() finds
};
INSTANTIATE_TEST_SUITE_P(Engines, SearchStoreTest, ::testing::Values(kSqlite, "PostgreSQL"),
                         EngineName);

TEST_P(SearchStoreTest, BestPlacesComeFirst) {
  Put({"acme", "anywhere"}, [] {
    v1::Node node = StepNode("work");
    node.mutable_step()->set_instructions("Ask legal.");
    return ProcessOf("Contract", node);
  }());
  Put({"acme", "beginning"}, ProcessOf("Legally binding quotes", StepNode("work")));
  Put({"acme", "in-the-title"}, ProcessOf("Legal quote", StepNode("work")));
  Put({"acme", "step"}, [] {
    v1::Node node = StepNode("work");
    node.set_title("Quotes for legal");
    return ProcessOf("Contract", node);
  }());
  Put({"acme", "purpose"}, [] {
    v1::Process process = ProcessOf("Contract", StepNode("work"));
    process.set_purpose("Get past LEGAL, with a quote.");
    return process;
  }());
  Put({"acme", "none"}, ProcessOf("Contract", StepNode("work")));
  EXPECT_EQ(Found("legal"), "in-the-title,beginning,purpose,step,anywhere");
  EXPECT_EQ(Found("quote legal"), "in-the-title,beginning,purpose,step");
  EXPECT_EQ(Found("legal contract"), "purpose,step,anywhere");
  EXPECT_EQ(Found("le"), "beginning,in-the-title,purpose,step,anywhere");
  EXPECT_EQ(Found("egal"), "");
  EXPECT_EQ(Found("legal nothing"), "");
}

TEST_P(SearchStoreTest, WordsGoWithTheirHead) {
  const ProcessKey gone{"acme", "gone"};
  Put(gone, ProcessOf("Quote", StepNode("work")));
  Put({"acme", "stays"}, ProcessOf("Quote", StepNode("work")));
  ASSERT_TRUE(
      Write([&](Changes& changes) { return changes.life_changes().DeleteHead(gone); }).ok());
  EXPECT_EQ(Found("quote"), "stays");
  int64_t documents = 0;
  ASSERT_TRUE(database_
                  ->Read(context_,
                         [&](sql::Transaction& transaction) -> absl::Status {
                           ASSIGN_OR_RETURN(
                               const sql::Rows rows,
                               transaction.Query("SELECT COUNT(*) FROM process_words"));
                           documents = rows.Int(0, 0);
                           return absl::OkStatus();
                         })
                  .ok());
  EXPECT_EQ(documents, 1);
}

TEST_P(SearchStoreTest, WorkspacesAreApart) {
  // Ids that are the same to a tokenizer which splits at hyphens.
  for (const char* workspace : {"a", "a-b", "b-a", "ab"})
    Put({workspace, absl::StrCat("of-", workspace)}, ProcessOf("Quote", StepNode("work")));
  for (const char* workspace : {"a", "a-b", "b-a", "ab"})
    EXPECT_EQ(Found("quote", workspace), absl::StrCat("of-", workspace));
  EXPECT_EQ(Found("quote", "c"), "");
}

TEST_P(SearchStoreTest, LettersOfOtherLanguages) {
  Put({"acme", "a"}, ProcessOf("Übergabe an Łódź, für São-Paulo", StepNode("work")));
  Put({"acme", "b"}, ProcessOf("Договор ΣΥΜΦΩΝΙΑ 合同 审批", StepNode("work")));
  for (const char* query : {"übergabe", "UBERGABE lodz", "sao paulo", "fur"})
    EXPECT_EQ(Found(query), "a") << query;
  for (const char* query : {"договор", "ДОГ", "συμφωνια", "合同", "审"})
    EXPECT_EQ(Found(query), "b") << query;
}

TEST_P(SearchStoreTest, OperatorsOfTheEnginesAreOrdinaryText) {
  Put({"acme", "a"}, ProcessOf("Quote or NEAR not and 100%", StepNode("work")));
  Put({"acme", "b"}, ProcessOf("Other", StepNode("work")));
  for (const char* query :
       {"\"quote\"", "quote*", "quote OR nothing", "NOT other", "NEAR(quote, 2)", "title:quote",
        "{words} : quote", "^quote", "quote & other", "quote | other", "!quote", "quote:*",
        "'quote'", "quote <-> not", "\\quote", "quote'; DROP TABLE processes; --", "100%"}) {
    const std::string found = Found(query);
    const bool all = absl::StrContains(query, "quote") || absl::StrContains(query, "100");
    const bool foreign = absl::StrContains(query, "other") || absl::StrContains(query, "nothing") ||
                         absl::StrContains(query, "DROP") || absl::StrContains(query, "2)") ||
                         absl::StrContains(query, "title") || absl::StrContains(query, "words");
    EXPECT_EQ(found, all && !foreign ? "a" : "") << query;
  }
}

TEST_P(SearchStoreTest, PositionsOfNoSearchAreRefused) {
  auto page = search_->Search(context_, {"acme", {"a"}, {.after = "x", .limit = 5}});
  EXPECT_EQ(ReasonText(page.status()), "PAGE_TOKEN_INVALID");
}

TEST_P(SearchStoreTest, ALargePageEndsEarly) {
  constexpr int kProcesses = 5;
  for (int i = 0; i < kProcesses; ++i) {
    v1::Node node = StepNode("work");
    node.mutable_step()->set_instructions(std::string(700'000, ' '));
    Put({"acme", absl::StrCat("p", i)}, ProcessOf("Quote", node));
  }
  auto page = search_->Search(context_, {"acme", {"quote"}, {.limit = 100}});
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->rows.size(), 3u);
  EXPECT_EQ(Search({"quote"}, 100).size(), 5u);
}

TEST_P(SearchStoreTest, AreSelectedAndOrderedAsHeadsAre) {
  const auto put = [&](const std::string& id, const std::string& title, const std::string& owner,
                       const std::string& region, int64_t revision) {
    v1::Process process = ProcessOf(title, StepNode("work"));
    process.set_owner(owner);
    process.set_purpose("A quote.");
    process.set_latest_revision(revision);
    process.mutable_update_time()->set_seconds(1000 - revision);
    if (!region.empty()) (*process.mutable_labels())["region"] = region;
    Put({"acme", id}, process);
  };
  put("a", "Contract", "sales", "emea", 3);
  put("b", "Quote", "sales", "us", 2);
  put("c", "Quotes", "legal", "emea", 1);
  put("d", "Quote", "legal", "", 4);
  put("e", "Nothing", "sales", "emea", 5);
  struct Row {
    const char* name;
    std::string filter, order_by, ids;
  };
  for (const Row& row :
       std::vector<Row>{{"by itself", "", "", "b,d,c,a,e"},
                        {"owner", "owner = sales", "", "b,a,e"},
                        {"label", "labels.region = emea", "", "c,a,e"},
                        {"number", "latest_revision >= 3", "", "d,a,e"},
                        {"words in title and owner", "leg", "", "d,c"},
                        {"rank", "rank <= 2", "", "b,d,c"},
                        {"rank and label", "rank > 1 has(labels)", "", "c,a,e"},
                        {"nothing", "owner = nobody", "", ""},
                        {"by name", "", "name", "a,b,c,d,e"},
                        {"by title, the last first", "", "title desc", "c,d,b,e,a"},
                        {"by time", "", "update_time", "e,d,a,b,c"},
                        {"by owner, then rank", "", "owner, rank", "d,c,b,a,e"},
                        {"the worst first", "rank < 3", "rank desc", "c,d,b"}}) {
    for (const int limit : {1, 2, 1000})
      EXPECT_EQ(absl::StrJoin(Search({"quote"}, limit, "acme", row.filter, row.order_by), ","),
                row.ids)
          << row.name << " by " << limit;
  }
  EXPECT_EQ(Search({"quote"}, 10, "beta").size(), 0u);
}

// How good a match is, read off the documentation of ProcessMatch.rank; 9 = none.
int Rank(const v1::Process& process, const std::vector<std::string>& words) {
  std::vector<std::string> title, names, rest;
  const auto add = [](absl::string_view text, std::vector<std::string>* to) {
    for (TextWord& word : SplitWords(text)) to->push_back(std::move(word.folded));
  };
  add(process.title(), &title);
  add(process.title(), &names);
  add(process.purpose(), &names);
  add(process.owner(), &rest);
  add(process.name().substr(process.name().rfind('/') + 1), &rest);
  for (const v1::Node& node : process.root().sequence().nodes()) {
    add(node.title(), &names);
    add(node.step().role(), &rest);
    add(node.step().instructions(), &rest);
  }
  rest.insert(rest.end(), names.begin(), names.end());
  const auto all = [&](const std::vector<std::string>& held, bool whole) {
    return std::all_of(words.begin(), words.end(), [&](const std::string& word) {
      return std::any_of(held.begin(), held.end(), [&](const std::string& other) {
        return whole ? other == word : absl::StartsWith(other, word);
      });
    });
  };
  return all(title, true)    ? 1
         : all(title, false) ? 2
         : all(names, false) ? 3
         : all(rest, false)  ? 4
                             : 9;
}

TEST_P(SearchStoreTest, AgreesWithASearchOfEverything) {
  std::mt19937_64 random(7);
  const std::vector<std::string> vocabulary = {"quote", "quotes", "quota", "legal", "le",
                                               "lead",  "leads",  "deal",  "desk",  "d",
                                               "Über",  "uber",   "2fa",   "2",     "20"};
  const auto text = [&](size_t most) {
    std::string words;
    for (size_t n = random() % (most + 1); n > 0; --n)
      absl::StrAppend(&words, vocabulary[random() % vocabulary.size()], " ");
    return words;
  };
  std::vector<v1::Process> processes;
  for (int i = 0; i < 120; ++i) {
    std::vector<v1::Node> nodes;
    for (int n = 0; n < 3; ++n) {
      nodes.push_back(StepNode(absl::StrCat("s", n)));
      nodes.back().set_title(text(2));
      nodes.back().mutable_step()->set_instructions(text(2));
    }
    v1::Process process = ProcessOf(text(3), SequenceNode("all", nodes));
    process.set_purpose(text(2));
    const ProcessKey key{"acme", absl::StrCat("p", i)};
    process.set_name(NameOf(key));
    Put(key, process);
    processes.push_back(process);
  }
  size_t found = 0;
  for (int i = 0; i < 200; ++i) {
    std::vector<std::string> words;
    for (size_t n = 1 + random() % 3; n > 0; --n) {
      const std::string word = (*ToQueryWords(vocabulary[random() % vocabulary.size()]))[0];
      if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
    }
    std::vector<std::pair<int, std::string>> expected;
    for (const v1::Process& process : processes) {
      const int rank = Rank(process, words);
      if (rank < 9) expected.emplace_back(rank, process.name());
    }
    std::sort(expected.begin(), expected.end());
    std::vector<std::string> ids;
    std::vector<int> ranks, found_ranks;
    for (const auto& [rank, name] : expected) {
      ids.push_back(name.substr(name.rfind('/') + 1));
      ranks.push_back(rank);
    }
    ranks_ = &found_ranks;
    ASSERT_EQ(Search(words), ids) << absl::StrJoin(words, " ");
    ranks_ = nullptr;
    ASSERT_EQ(found_ranks, ranks) << absl::StrJoin(words, " ");
    ASSERT_EQ(Search(words, 7), ids) << absl::StrJoin(words, " ") << " by pages";
    found += ids.size();
  }
  EXPECT_GT(found, 2000u);
}

}  // namespace
}  // namespace plumbline::catalog
