// SPDX-License-Identifier: Apache-2.0
//
// database.h on every engine: opening, values, parameters, statements. Transactions:
// transaction_test.cc.
#include "common/sql/database.h"

#include "absl/strings/str_cat.h"
#include "common/sql/conformance_test.h"

namespace plumbline::sql {
namespace {

using base::Reason;
using base::ReasonOf;
using ::testing::HasSubstr;

using DatabaseTest = ConformanceTest;
INSTANTIATE_TEST_SUITE_P(Engines, DatabaseTest,
                         ::testing::Values(Engine::kSqliteFile, Engine::kSqliteMemory,
                                           Engine::kPostgres),
                         EngineName);

TEST(Open, RefusesWhatIsNoUrl) {
  for (const char* url : {"", "sqlite:", "mysql://x", "file.db"}) {
    EXPECT_EQ(ReasonOf(Open(url, {}).status()), Reason::ERROR_REASON_FIELD_INVALID) << url;
  }
  EXPECT_EQ(ReasonOf(Open("sqlite::memory:", {.schema = "a b"}).status()),
            Reason::ERROR_REASON_FIELD_INVALID);
  EXPECT_EQ(ReasonOf(Open("sqlite::memory:", {.connections = 0}).status()),
            Reason::ERROR_REASON_FIELD_INVALID);
}

TEST(Open, SaysWhatDoesNotAnswerAndKeepsThePasswordToItself) {
  const std::string url =
      absl::StrCat("postgresql://u:secret@127.0.0.1:", testing::FreePort(), "/d");
  const absl::Status status = Open(url, {}).status();
  EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE);
  EXPECT_THAT(status.ToString(), ::testing::Not(HasSubstr("secret")));
  EXPECT_EQ(ReasonOf(Open("sqlite:/no/such/folder/file", {}).status()),
            Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE);
}

TEST(Open, KeepsASecondProcessOutOfASqliteFile) {
  testing::TempDir folder;
  const std::string url = "sqlite:" + folder.Join("database");
  auto first = Open(url, {});
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_TRUE((*first)->exclusive());
  EXPECT_EQ(ReasonOf(Open(url, {}).status()), Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE);
  first->reset();
  EXPECT_TRUE(Open(url, {}).ok());
}

TEST_P(DatabaseTest, OnlySqliteIsExclusive) {
  EXPECT_EQ(database_->exclusive(), GetParam() != Engine::kPostgres);
}

TEST_P(DatabaseTest, ReadsSeeEveryAnsweredWrite) {
  AtOnce(8, [&](int thread) {
    for (int i = 0; i < 20; ++i) {
      const int64_t id = thread * 100 + i;
      EXPECT_TRUE(InsertCommitted(id).ok());
      EXPECT_EQ(Number(absl::StrCat("SELECT COUNT(*) FROM items WHERE id = ", id)), 1);
    }
  });
  EXPECT_EQ(Count(), 160);
}

TEST_P(DatabaseTest, ValuesComeBackAsTheyWent) {
  const std::string bytes("\0\1\xff\x80 \\ '", 8);
  const std::string text =
      "Grüße, 日本語, 👩‍💻 'quoted' \"twice\" \\ \n\t:colon {brace}";
  const std::string large_text(1'000'000, 'x');
  std::string large_bytes;
  for (int i = 0; i < 3'000'000; ++i) large_bytes.push_back(static_cast<char>(i * 31));
  Must(database_->Write({}, [&](Transaction& t) -> absl::Status {
    constexpr char kSql[] = "INSERT INTO items (id, name, data) VALUES (:id, :name, :data)";
    RETURN_IF_ERROR(t.Execute(kSql, {{"id", 1}, {"name", text}, {"data", Bytes{bytes}}}).status());
    RETURN_IF_ERROR(
        t.Execute(kSql, {{"id", INT64_MIN}, {"name", Null{}}, {"data", Null{}}}).status());
    RETURN_IF_ERROR(t.Execute(kSql, {{"id", INT64_MAX}, {"name", ""}, {"data", Bytes{}}}).status());
    return t.Execute(kSql, {{"data", Bytes{large_bytes}}, {"id", 2}, {"name", large_text}})
        .status();
  }));
  Must(database_->Read({}, [&](Transaction& t) -> absl::Status {
    ASSIGN_OR_RETURN(Rows rows, t.Query("SELECT id, name, data FROM items ORDER BY id"));
    EXPECT_EQ(rows.size(), 4u);
    if (rows.size() != 4) return absl::OkStatus();
    EXPECT_EQ(rows.Int(0, 0), INT64_MIN);
    EXPECT_TRUE(rows.IsNull(0, 1));
    EXPECT_TRUE(rows.IsNull(0, 2));
    EXPECT_EQ(rows.Text(0, 1), "");
    EXPECT_EQ(rows.Int(0, 2), 0);
    EXPECT_EQ(rows.Text(1, 1), text);
    EXPECT_EQ(rows.Text(1, 2), bytes);
    EXPECT_TRUE(rows.Text(2, 1) == large_text);
    EXPECT_TRUE(rows.Text(2, 2) == large_bytes);
    EXPECT_EQ(rows.Int(3, 0), INT64_MAX);
    EXPECT_FALSE(rows.IsNull(3, 1));
    EXPECT_FALSE(rows.IsNull(3, 2));
    EXPECT_EQ(rows.Text(3, 2), "");
    return absl::OkStatus();
  }));
}

TEST_P(DatabaseTest, TextThatPostgresCannotKeepIsRefusedEverywhere) {
  for (const std::string& text : {std::string("a\0b", 3), std::string("\xff"), std::string("\xc3"),
                                  std::string("\xed\xa0\x80")}) {
    const absl::Status status =
        database_->Write({}, [&](Transaction& t) { return Insert(t, 1, text); });
    EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_FIELD_INVALID);
  }
  EXPECT_EQ(Count(), 0);
}

TEST_P(DatabaseTest, SumsAndConditionsAreNumbers) {
  for (int64_t id : {int64_t{1}, int64_t{2}, int64_t{3'000'000'000}}) Must(InsertCommitted(id));
  EXPECT_EQ(Number("SELECT SUM(id) FROM items"), 3'000'000'003);
  EXPECT_EQ(Number("SELECT SUM(id) FROM items WHERE id > 5000000000"), 0);
  EXPECT_EQ(Number("SELECT SUM(-id) FROM items"), -3'000'000'003);
  EXPECT_EQ(Number("SELECT id > 2 FROM items ORDER BY id DESC LIMIT 1"), 1);
  EXPECT_EQ(Number("SELECT 0 * SUM(id) FROM items"), 0);
}

TEST_P(DatabaseTest, ParametersAreBoundByName) {
  Must(database_->Write({}, [&](Transaction& t) -> absl::Status {
    return t
        .Execute("INSERT INTO items (id, name) SELECT :b, ':a' || :a || :a WHERE :b > 0 -- :c\n",
                 {{"a", "x"}, {"b", 7}})
        .status();
  }));
  EXPECT_EQ(Number("SELECT COUNT(*) FROM items WHERE id = 7 AND name = ':axx'"), 1);
}

TEST_P(DatabaseTest, MistakesInParametersAreErrors) {
  using Try = std::function<absl::Status(Transaction&)>;
  const std::vector<std::pair<std::string, Try>> cases = {
      {"missing",
       [](Transaction& t) { return t.Query("SELECT id FROM items WHERE id = :id").status(); }},
      {"unknown",
       [](Transaction& t) {
         return t.Query("SELECT id FROM items", {{"id", 1}}).status();
       }},
      {"two statements",
       [](Transaction& t) { return t.Execute("DELETE FROM items; DELETE FROM items").status(); }},
      {"not SQL", [](Transaction& t) { return t.Execute("THIS IS NOT SQL").status(); }},
      {"no table", [](Transaction& t) { return t.Query("SELECT 1 FROM nowhere").status(); }},
  };
  for (const auto& [name, attempt] : cases) {
    EXPECT_EQ(ReasonOf(database_->Write({}, attempt)), Reason::ERROR_REASON_INTERNAL) << name;
    EXPECT_EQ(ReasonOf(database_->Read({}, attempt)), Reason::ERROR_REASON_INTERNAL) << name;
  }
  Must(InsertCommitted(1));  // none of it does lasting harm
}

TEST_P(DatabaseTest, ExecuteCountsTheRowsItChanged) {
  Must(database_->Write({}, [&](Transaction& t) -> absl::Status {
    for (int i = 0; i < 5; ++i) RETURN_IF_ERROR(Insert(t, i));
    EXPECT_EQ(*t.Execute("UPDATE items SET name = 'y' WHERE id < 3"), 3);
    EXPECT_EQ(*t.Execute("UPDATE items SET name = 'y' WHERE id > 100"), 0);
    EXPECT_EQ(*t.Execute("CREATE TABLE another (id BIGINT)"), 0);
    EXPECT_EQ(*t.Execute("DELETE FROM items"), 5);
    return absl::OkStatus();
  }));
}

TEST_P(DatabaseTest, ManyDifferentStatements) {
  Must(database_->Read({}, [&](Transaction& t) -> absl::Status {
    for (int i = 0; i < 1500; ++i) {
      ASSIGN_OR_RETURN(Rows rows, t.Query(absl::StrCat("SELECT ", i)));
      EXPECT_EQ(rows.Int(0, 0), i);
    }
    return absl::OkStatus();
  }));
}

}  // namespace
}  // namespace plumbline::sql
