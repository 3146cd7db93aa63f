// SPDX-License-Identifier: Apache-2.0
//
// Lists on both engines: the rows of a filter are those of the slow reference, and pages in any
// order are the sorted list in pieces.
#include "common/listing/table.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/expr/parse.h"
#include "common/expr/testing.h"
#include "common/rpc/page_token.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/postgres_server.h"

namespace plumbline::listing {
namespace {

using expr::Shape;
using expr::Thing;
using expr::Type;

constexpr char kSqlite[] = "SQLite";
constexpr int kThings = 120;

std::string PostgresUrl() {
  static const std::unique_ptr<testing::PostgresServer> server = [] {
    auto started = testing::PostgresServer::Start();
    if (!started.ok()) std::abort();
    return *std::move(started);
  }();
  return server->url();
}

// ThingSchema with fields to order by that are never unset.
const expr::Schema& ListSchema() {
  static const auto& schema = *new expr::Schema([] {
    const auto fields = expr::ThingSchema().fields();
    std::vector<expr::Field> all(fields.begin(), fields.end());
    all.push_back({.name = "id", .type = Type::kNumber, .ordered = true});
    all.push_back({.name = "shelf", .type = Type::kString, .ordered = true});
    all.push_back({.name = "rank", .type = Type::kNumber, .ordered = true});
    return all;
  }());
  return schema;
}

TableSpec Spec() {
  TableSpec spec{.from = "things t",
                 .where = "t.workspace = :workspace",
                 .keys = "t.id AS id",
                 .select = "CAST(k.id AS TEXT)",
                 .key = {{"id", false}}};
  for (const expr::Field& field : ListSchema().fields()) {
    expr::Column column{.sql = absl::StrCat("t.", field.name)};
    if (field.name == "score") column.unit = expr::kNumberUnit;
    if (field.type == Type::kMoney) column.unit = expr::kNumberUnit;
    if (field.name == "deal") column.currency = "t.deal_currency";
    if (field.shape == Shape::kList)
      column = {.sql = "g.tag", .rows = "tags g WHERE g.thing = t.id"};
    if (field.shape == Shape::kMap)
      column = {.sql = "l.value", .rows = "labels l WHERE l.thing = t.id", .key = "l.label"};
    spec.columns.emplace_back(field.name, column);
  }
  return spec;
}

std::string ColumnType(Type type) {
  return type == Type::kString || type == Type::kEnum || type == Type::kPerson ? "{text}"
                                                                               : "BIGINT";
}

class TableTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    static int schemas = 0;
    auto database = sql::Open(GetParam() == kSqlite ? "sqlite::memory:" : PostgresUrl(),
                              {.connections = 2, .schema = absl::StrCat("listing_", ++schemas)});
    ASSERT_TRUE(database.ok()) << database.status();
    database_ = *std::move(database);
    const absl::Status filled = database_->Write({}, [&](sql::Transaction& t) -> absl::Status {
      RETURN_IF_ERROR(CreateTables(t));
      expr::Random random(5);
      for (int i = 0; i < kThings; ++i) {
        things_.push_back(expr::RandomThing(random));
        RETURN_IF_ERROR(Insert(t, i, things_.back()));
      }
      return absl::OkStatus();
    });
    ASSERT_TRUE(filled.ok()) << filled;
  }

  static absl::Status CreateTables(sql::Transaction& t) {
    std::string columns = "workspace TEXT NOT NULL, deal_currency {text}";
    for (const expr::Field& field : ListSchema().fields()) {
      if (field.shape == Shape::kOne)
        absl::StrAppend(&columns, ", ", field.name, " ", ColumnType(field.type));
    }
    RETURN_IF_ERROR(t.Execute(absl::StrCat("CREATE TABLE things (", columns, ")")).status());
    RETURN_IF_ERROR(t.Execute("CREATE TABLE tags (thing BIGINT, tag {text})").status());
    return t.Execute("CREATE TABLE labels (thing BIGINT, label {text}, value {text})").status();
  }

  static absl::Status Insert(sql::Transaction& t, int64_t id, const Thing& thing) {
    const expr::Record record = expr::ToRecord(thing);
    const std::string shelf = absl::StrCat("S", id % 7);
    std::vector<sql::Param> params = {
        {"workspace", "acme"}, {"id", id}, {"shelf", shelf}, {"rank", id % 5 - 2}};
    for (int i = 0; i < expr::ThingSchema().size(); ++i) {
      const expr::Field& field = expr::ThingSchema().field(i);
      if (field.shape != Shape::kOne || record.values(i).empty()) continue;
      const expr::Value& value = record.values(i)[0];
      if (ColumnType(field.type) == "{text}") {
        params.push_back({field.name, absl::string_view(value.text)});
      } else {
        params.push_back(
            {field.name, field.name == "size" ? value.number / expr::kNumberUnit : value.number});
      }
      if (field.name == "deal") params.push_back({"deal_currency", absl::string_view(value.text)});
    }
    const auto names = [&](absl::string_view before) {
      return absl::StrJoin(params, ", ", [&](std::string* out, const sql::Param& param) {
        absl::StrAppend(out, before, param.name);
      });
    };
    RETURN_IF_ERROR(
        t.Execute(absl::StrCat("INSERT INTO things (", names(""), ") VALUES (", names(":"), ")"),
                  params)
            .status());
    for (const std::string& tag : thing.tags) {
      RETURN_IF_ERROR(t.Execute("INSERT INTO tags (thing, tag) VALUES (:thing, :tag)",
                                {{"thing", id}, {"tag", tag}})
                          .status());
    }
    for (const auto& [label, value] : thing.labels) {
      RETURN_IF_ERROR(
          t.Execute("INSERT INTO labels (thing, label, value) VALUES (:thing, :label, :value)",
                    {{"thing", id}, {"label", label}, {"value", value}})
              .status());
    }
    return absl::OkStatus();
  }

  absl::StatusOr<FoundRows> Read(const Query& query, absl::string_view workspace = "acme") {
    FoundRows found;
    RETURN_IF_ERROR(database_->Read({}, [&](sql::Transaction& t) -> absl::Status {
      const sql::Param params[] = {{"workspace", workspace}};
      ASSIGN_OR_RETURN(found, table_.Read(t, params, query));
      return absl::OkStatus();
    }));
    return found;
  }

  // All pages, with the ids of each page in brackets.
  std::vector<int> ReadAll(Query query, int* pages = nullptr) {
    std::vector<int> ids;
    do {
      auto found = Read(query);
      EXPECT_TRUE(found.ok()) << found.status();
      if (!found.ok()) break;
      for (size_t i = 0; i < found->size; ++i) ids.push_back(std::stoi(found->rows.Text(i, 0)));
      query.after = found->next;
      if (pages != nullptr) ++*pages;
    } while (!query.after.empty());
    return ids;
  }

  static Query Compiled(const std::string& filter, const std::string& order) {
    std::vector<expr::Problem> problems;
    auto condition = expr::Compile(filter, ListSchema(), &problems);
    auto terms = expr::ParseOrder(order, ListSchema(), &problems);
    EXPECT_TRUE(problems.empty()) << filter << "/" << order << ": " << problems[0].message;
    return {condition.value_or(expr::Condition()), terms.value_or(std::vector<expr::OrderTerm>()),
            "", 1000};
  }

  std::unique_ptr<sql::Database> database_;
  std::vector<Thing> things_;
  const Table table_{ListSchema(), Spec()};
};

TEST_P(TableTest, FiltersSelectTheRowsOfTheReference) {
  expr::Random random(6);
  size_t found = 0;
  for (int i = 0; i < 1500; ++i) {
    const std::string text = expr::RandomExpression(random);
    std::vector<expr::Problem> problems;
    const auto tree = expr::Parse(text, &problems);
    ASSERT_TRUE(tree.has_value()) << text;
    std::vector<int> expected;
    for (int id = 0; id < kThings; ++id) {
      if (expr::ReferenceMatch(*tree, things_[static_cast<size_t>(id)])) expected.push_back(id);
    }
    ASSERT_EQ(ReadAll(Compiled(text, "")), expected) << text;
    found += expected.size();
  }
  EXPECT_GT(found, 20'000u);
}

TEST_P(TableTest, PagesAreTheSortedListInPieces) {
  const auto key = [](int id) { return std::make_tuple(id % 7, id % 5 - 2, id); };
  struct Order {
    const char* text;
    std::function<bool(int, int)> before;
  };
  const Order orders[] = {
      {"", [](int a, int b) { return a < b; }},
      {"id desc", [](int a, int b) { return a > b; }},
      {"shelf, rank", [&](int a, int b) { return key(a) < key(b); }},
      {"shelf desc, rank desc", [&](int a, int b) { return key(a) > key(b); }},
      {"rank desc, shelf",
       [](int a, int b) {
         return std::make_tuple(-(a % 5), a % 7, a) < std::make_tuple(-(b % 5), b % 7, b);
       }},
      {"rank, shelf desc", [](int a, int b) {
         return std::make_tuple(a % 5, -(a % 7), -a) < std::make_tuple(b % 5, -(b % 7), -b);
       }}};
  std::vector<int> all(kThings);
  for (int i = 0; i < kThings; ++i) all[static_cast<size_t>(i)] = i;
  for (const Order& order : orders) {
    std::sort(all.begin(), all.end(), order.before);
    for (const int limit : {1, 7, 60, 119, 120, 1000}) {
      Query query = Compiled("", order.text);
      query.limit = limit;
      int pages = 0;
      EXPECT_EQ(ReadAll(query, &pages), all) << order.text << " by " << limit;
      EXPECT_EQ(pages, (kThings + limit - 1) / limit);
    }
  }
}

TEST_P(TableTest, RowsThatComeAndGoMoveNoOthers) {
  Query query = Compiled("", "shelf");
  query.limit = 10;
  auto first = Read(query);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(database_
                  ->Write({},
                          [&](sql::Transaction& t) -> absl::Status {
                            RETURN_IF_ERROR(t.Execute("DELETE FROM things WHERE id = 0").status());
                            return Insert(t, -7, Thing());  // before all others of its shelf
                          })
                  .ok());
  query.after = first->next;
  auto second = Read(query);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->rows.Text(0, 0), "70") << "the first page ended with 63";
}

TEST_P(TableTest, RowsAreTakenOneByOneUntilThePageIsFull) {
  std::vector<int> taken;
  Query query = Compiled("", "shelf");
  const sql::Param params[] = {{"workspace", "acme"}};
  // Reads a page in which a row comes to so many bytes.
  const auto read = [&](size_t bytes) {
    EXPECT_TRUE(
        database_
            ->Read({},
                   [&](sql::Transaction& t) -> absl::Status {
                     ASSIGN_OR_RETURN(
                         query.after,
                         table_.Read(t, params, query, [&](const sql::Rows& rows, size_t row) {
                           taken.push_back(std::stoi(rows.Text(row, 0)));
                           return absl::StatusOr<size_t>(bytes);
                         }));
                     return absl::OkStatus();
                   })
            .ok());
  };
  read(rpc::kMaxPageBytes / 3 + 1);
  EXPECT_THAT(taken, ::testing::ElementsAre(0, 7, 14)) << "the third fills it";
  read(rpc::kMaxPageBytes);
  EXPECT_THAT(taken, ::testing::ElementsAre(0, 7, 14, 21)) << "one always has room";
  query.limit = 2;
  read(1);
  EXPECT_THAT(taken, ::testing::ElementsAre(0, 7, 14, 21, 28, 35));
  query.limit = kThings;
  read(1);
  EXPECT_EQ(taken.size(), static_cast<size_t>(kThings));
  EXPECT_EQ(query.after, "");
}

TEST_P(TableTest, AnotherWorkspaceHasOtherRows) {
  EXPECT_EQ(Read(Compiled("", ""), "beta")->size, 0u);
}

TEST_P(TableTest, PositionsOfOtherOrdersAreRefused) {
  Query query = Compiled("", "shelf");
  query.limit = 1;
  const std::string next = Read(query)->next;
  Query other = Compiled("", "rank");
  other.after = next;
  EXPECT_EQ(base::ReasonOf(Read(other).status()), base::Reason::ERROR_REASON_PAGE_TOKEN_INVALID);
}

INSTANTIATE_TEST_SUITE_P(Engines, TableTest, ::testing::Values(kSqlite, "PostgreSQL"),
                         [](const auto& engine) { return engine.param; });

}  // namespace
}  // namespace plumbline::listing
