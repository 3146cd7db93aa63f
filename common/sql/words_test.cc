// SPDX-License-Identifier: Apache-2.0
//
// What the words of the port's text promise, on every engine.
#include "common/sql/words.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/sql/conformance_test.h"

namespace plumbline::sql {
namespace {

TEST(ReplaceWordsTest, ReplacesWhatItKnows) {
  const Word words[] = {{"a", "A"}, {"pair", "[%2,%1,%2]"}};
  EXPECT_EQ(ReplaceWords("x {a} {pair one :two}{a}", words), "x A [:two,one,:two]A");
  EXPECT_EQ(ReplaceWords("{b} {a", words), "{b} {a");
  EXPECT_EQ(ReplaceWords("", words), "");
}

class WordsTest : public ConformanceTest {
 protected:
  // The ids that a query finds, in its order: "1,2".
  std::string Ids(absl::string_view sql, std::initializer_list<Param> params = {}) {
    std::string ids;
    Must(database_->Read({}, [&](Transaction& t) -> absl::Status {
      ASSIGN_OR_RETURN(Rows rows, t.Query(sql, params));
      std::vector<int64_t> numbers;
      for (size_t i = 0; i < rows.size(); ++i) numbers.push_back(rows.Int(i, 0));
      ids = absl::StrJoin(numbers, ",");
      return absl::OkStatus();
    }));
    return ids;
  }
  void Run(absl::string_view sql, std::initializer_list<Param> params = {}) {
    Must(database_->Write({}, [&](Transaction& t) { return t.Execute(sql, params).status(); }));
  }
  void AddWords(int64_t id, absl::string_view words) {
    Run("INSERT INTO texts (rowid, words) VALUES (:id, {words :words})",
        {{"id", id}, {"words", words}});
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, WordsTest,
                         ::testing::Values(Engine::kSqliteFile, Engine::kSqliteMemory,
                                           Engine::kPostgres),
                         EngineName);

TEST_P(WordsTest, TextIsOrderedByBytes) {
  Run("CREATE TABLE names (id BIGINT PRIMARY KEY, name {text} NOT NULL)");
  const std::vector<std::string> sorted = {"B", "Z", "a", "a b", "a-b", "ab", "b", "Ä", "ä"};
  for (size_t i = sorted.size(); i-- > 0;) {
    Run("INSERT INTO names (id, name) VALUES (:id, :name)",
        {{"id", static_cast<int64_t>(i)}, {"name", sorted[i]}});
  }
  EXPECT_EQ(Ids("SELECT id FROM names ORDER BY name"), "0,1,2,3,4,5,6,7,8");
  EXPECT_EQ(Ids("SELECT id FROM names WHERE name > :name ORDER BY name", {{"name", "ab"}}),
            "6,7,8");
  EXPECT_EQ(Ids("SELECT id FROM names WHERE lower(name) = :name ORDER BY id", {{"name", "b"}}),
            "0,6");
  EXPECT_EQ(Ids("SELECT id FROM names WHERE lower(name) = :name", {{"name", "ä"}}), "8")
      << "lower() changes ASCII letters only";
}

TEST_P(WordsTest, LikeTellsLetterCaseApart) {
  Run("CREATE TABLE names (id BIGINT PRIMARY KEY, name {text} NOT NULL)");
  int64_t id = 0;
  for (const char* name : {"Lead", "lead", "100%", "100x", "a_b", "axb", "a!b", "a\\b"})
    Run("INSERT INTO names (id, name) VALUES (:id, :name)", {{"id", id++}, {"name", name}});
  const auto like = [&](absl::string_view pattern) {
    return Ids("SELECT id FROM names WHERE name LIKE :pattern ESCAPE '!' ORDER BY id",
               {{"pattern", pattern}});
  };
  EXPECT_EQ(like("Le%"), "0");
  EXPECT_EQ(like("%ead"), "0,1");
  EXPECT_EQ(like("100!%"), "2");
  EXPECT_EQ(like("a!_b"), "4");
  EXPECT_EQ(like("a!!b"), "6");
  EXPECT_EQ(like("a\\b"), "7");
}

TEST_P(WordsTest, AWordIndexFindsWordsAndPrefixes) {
  Run("{word_index texts}");
  AddWords(1, "legal legacy quote");
  AddWords(2, "legal übergabe 2fa");
  AddWords(3, "quotes");
  AddWords(4, "");
  const auto has = [&](absl::string_view word) {
    return Ids("SELECT rowid FROM texts WHERE {has_word texts :word} ORDER BY rowid",
               {{"word", word}});
  };
  const auto has_prefix = [&](absl::string_view word) {
    return Ids("SELECT rowid FROM texts WHERE {has_prefix texts :word} ORDER BY rowid",
               {{"word", word}});
  };
  EXPECT_EQ(has("legal"), "1,2");
  EXPECT_EQ(has("lega"), "");
  EXPECT_EQ(has("quote"), "1");
  EXPECT_EQ(has("übergabe"), "2");
  EXPECT_EQ(has("2fa"), "2");
  EXPECT_EQ(has_prefix("l"), "1,2");
  EXPECT_EQ(has_prefix("quot"), "1,3");
  EXPECT_EQ(has_prefix("quote"), "1,3");
  EXPECT_EQ(has_prefix("legalx"), "");
  EXPECT_EQ(has_prefix("ü"), "2");
  EXPECT_EQ(Ids("SELECT rowid FROM texts WHERE {has_word texts :a} AND {has_prefix texts :b} "
                "AND {has_prefix texts :c}",
                {{"a", "legal"}, {"b", "quo"}, {"c", "leg"}}),
            "1");
  EXPECT_EQ(Ids("SELECT rowid FROM texts WHERE {has_word texts :a} AND rowid NOT IN "
                "(SELECT rowid FROM texts WHERE {has_word texts :b})",
                {{"a", "legal"}, {"b", "quote"}}),
            "2");
}

TEST_P(WordsTest, AWordIndexFollowsItsRows) {
  Run("{word_index texts}");
  AddWords(1, "old");
  AddWords(2, "old");
  Run("UPDATE texts SET words = {words :words} WHERE rowid = :id",
      {{"words", "new"}, {"id", int64_t{1}}});
  Run("DELETE FROM texts WHERE rowid = :id", {{"id", int64_t{2}}});
  const auto has = [&](absl::string_view word) {
    return Ids("SELECT rowid FROM texts WHERE {has_word texts :word}", {{"word", word}});
  };
  EXPECT_EQ(has("old"), "");
  EXPECT_EQ(has("new"), "1");
  const absl::Status failed = database_->Write({}, [&](Transaction& t) -> absl::Status {
    RETURN_IF_ERROR(
        t.Execute("UPDATE texts SET words = {words :words} WHERE rowid = 1", {{"words", "lost"}})
            .status());
    return base::FieldError("x", "fails");
  });
  EXPECT_FALSE(failed.ok());
  EXPECT_EQ(has("lost"), "");
  EXPECT_EQ(has("new"), "1") << "nothing remains of a transaction that fails";
}

TEST_P(WordsTest, OperatorsOfTheEnginesAreNotKnownInWords) {
  Run("{word_index texts}");
  AddWords(1, "a b");
  for (const char* word : {"a\"", "'", "\\", "a*", "NOT", "(", "!b"}) {
    EXPECT_EQ(
        Ids("SELECT rowid FROM texts WHERE rowid > 1 AND {has_word texts :word}", {{"word", word}}),
        "")
        << word;
  }
}

// More text than is kept prepared, so that statements are dropped and made anew.
TEST_P(WordsTest, LongTextsWithoutEnd) {
  for (int i = 0; i < 40; ++i) {
    const std::string sql =
        absl::StrCat("SELECT ", i, " WHERE ", std::string(20'000, ' '), "1 = 1");
    EXPECT_EQ(Ids(sql), absl::StrCat(i));
    EXPECT_EQ(Ids("SELECT COUNT(*) FROM items"), "0");
  }
}

}  // namespace
}  // namespace plumbline::sql
