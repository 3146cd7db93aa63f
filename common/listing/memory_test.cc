// SPDX-License-Identifier: Apache-2.0
//
// Lists in memory: pages in any order are the sorted list in pieces.
#include "common/listing/memory.h"

#include <algorithm>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/listing/request.h"
#include "common/rpc/page_token.h"
#include "gtest/gtest.h"

namespace plumbline::listing {
namespace {

using expr::Type;

struct Thing {
  std::string name;
  int64_t depth = 0;
  std::string owner;  // "" = unset
  bool latest = false;
};

const expr::Schema& ThingSchema() {
  static const auto& schema =
      *new expr::Schema({{.name = "name", .type = Type::kString, .ordered = true},
                         {.name = "depth", .type = Type::kNumber, .ordered = true},
                         {.name = "owner", .type = Type::kString, .searched = true},
                         {.name = "latest", .type = Type::kBool}});
  return schema;
}

std::optional<expr::Value> ValueOf(const Thing& thing, int field) {
  switch (field) {
    case 0:
      return expr::Value{0, thing.name};
    case 1:
      return expr::Value{thing.depth * expr::kNumberUnit};
    case 2:
      if (thing.owner.empty()) return std::nullopt;
      return expr::Value{0, thing.owner};
    default:
      return expr::Value{thing.latest ? 1 : 0};
  }
}

class MemoryListTest : public ::testing::Test {
 protected:
  // A page as names, and the position behind it.
  absl::StatusOr<std::string> Page(const Query& query, std::vector<std::string>* names,
                                   size_t bytes = 1) {
    return list_.Read(
        things_.size(), [&](size_t row, int field) { return ValueOf(things_[row], field); },
        [&](size_t row) {
          names->push_back(things_[row].name);
          return bytes;
        },
        query);
  }
  static Query QueryOf(const std::string& filter, const std::string& order_by, int page_size) {
    auto query = ToQuery(Fields{"List", "", filter, order_by, page_size, ""}, ThingSchema());
    EXPECT_TRUE(query.ok()) << query.status();
    return query.ok() ? *query : Query();
  }
  // All pages.
  std::string Listed(const std::string& filter, const std::string& order_by = "",
                     int page_size = 1000) {
    Query query = QueryOf(filter, order_by, page_size);
    std::vector<std::string> names;
    do {
      const size_t before = names.size();
      auto next = Page(query, &names);
      if (!next.ok()) return std::string(next.status().message());
      EXPECT_LE(names.size() - before, static_cast<size_t>(page_size));
      query.after = *next;
    } while (!query.after.empty());
    return absl::StrJoin(names, " ");
  }

  std::vector<Thing> things_ = {{"b", 2, "sales", true},
                                {"a", 2, "", false},
                                {"d", 1, "legal", true},
                                {"c", 10, "sales", false}};
  const MemoryList list_{ThingSchema(), {"depth", "name"}};
};

TEST_F(MemoryListTest, FiltersByEveryField) {
  EXPECT_EQ(Listed(""), "d a b c");
  EXPECT_EQ(Listed("name = b"), "b");
  EXPECT_EQ(Listed("depth >= 2 depth < 10"), "a b");
  EXPECT_EQ(Listed("owner = sales"), "b c");
  EXPECT_EQ(Listed("owner != sales"), "d a") << "an unset field equals nothing";
  EXPECT_EQ(Listed("NOT has(owner)"), "a");
  EXPECT_EQ(Listed("latest"), "d b");
  EXPECT_EQ(Listed("SALE"), "b c") << "a word by itself";
  EXPECT_EQ(Listed("name = nobody"), "");
}

TEST_F(MemoryListTest, OrdersWithTheKeyBehind) {
  EXPECT_EQ(Listed("", "name"), "a b c d");
  EXPECT_EQ(Listed("", "name desc"), "d c b a");
  EXPECT_EQ(Listed("", "depth desc"), "c b a d") << "the key goes in the same direction";
  EXPECT_EQ(Listed("", "depth desc, name"), "c a b d");
}

TEST_F(MemoryListTest, PagesAreTheSortedListInPieces) {
  std::mt19937 random(11);
  for (int round = 0; round < 60; ++round) {
    things_.clear();
    const int count = static_cast<int>(random() % 40);
    for (int i = 0; i < count; ++i)
      things_.push_back({absl::StrCat("n", i * 7 % 100), static_cast<int64_t>(random() % 4)});
    std::vector<Thing> sorted = things_;
    const bool descending = round % 2 == 1;
    std::sort(sorted.begin(), sorted.end(), [&](const Thing& a, const Thing& b) {
      const int64_t sign = descending ? -1 : 1;
      return std::tuple(sign * a.depth, a.name) < std::tuple(sign * b.depth, b.name);
    });
    std::vector<std::string> names;
    for (const Thing& thing : sorted) {
      if (thing.depth > 0) names.push_back(thing.name);
    }
    EXPECT_EQ(Listed("depth > 0", descending ? "depth desc, name asc" : "",
                     1 + static_cast<int>(random() % 9)),
              absl::StrJoin(names, " "));
  }
}

TEST_F(MemoryListTest, ALargePageEndsEarly) {
  std::vector<std::string> names;
  Query query = QueryOf("", "", 1000);
  query.after = *Page(query, &names, rpc::kMaxPageBytes / 2);
  EXPECT_EQ(absl::StrJoin(names, " "), "d a");
  EXPECT_EQ(*Page(query, &names, rpc::kMaxPageBytes / 2), "") << "what is left just has room";
  EXPECT_EQ(absl::StrJoin(names, " "), "d a b c");
}

TEST_F(MemoryListTest, APositionOfAnotherOrderIsRefused) {
  std::vector<std::string> names;
  Query query = QueryOf("", "", 1);
  const std::string position = *Page(query, &names);
  query = QueryOf("", "name", 1);
  query.after = position.substr(0, position.size() - 1);
  const absl::Status status = Page(query, &names).status();
  EXPECT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_PAGE_TOKEN_INVALID) << status;
}

}  // namespace
}  // namespace plumbline::listing
