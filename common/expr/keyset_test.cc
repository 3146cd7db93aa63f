// SPDX-License-Identifier: Apache-2.0
#include "common/expr/keyset.h"

#include <string>
#include <vector>

#include "common/expr/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::expr {
namespace {

const std::vector<Column>& Columns() {
  static const auto& columns = *new std::vector<Column>([] {
    std::vector<Column> made;
    for (const Field& field : ThingSchema().fields()) made.push_back({.sql = field.name});
    made[0].sort = "sort_title";
    return made;
  }());
  return columns;
}

constexpr int kTitle = 0;
constexpr int kAt = 6;
const std::vector<OrderTerm> kKey = {{kAt, false}};

TEST(KeysetTest, OneDirectionIsAComparisonOfRows) {
  const Keyset keyset({{kTitle, true}}, kKey, ThingSchema(), Columns());
  EXPECT_EQ(keyset.OrderBy(), "sort_title DESC, at DESC") << "the key follows";
  EXPECT_EQ(keyset.Select(), "sort_title AS s0, at AS s1");
  EXPECT_EQ(keyset.SelectFrom("k"), "k.s0, k.s1");
  EXPECT_EQ(keyset.OrderByFrom("k"), "k.s0 DESC, k.s1 DESC");
  const std::string position = keyset.Position({std::string("a:1"), int64_t{-7}});
  const auto after = keyset.After(position, "k");
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(after->sql, "(sort_title, at) < (:k0, :k1)");
  ASSERT_EQ(after->params.size(), 2u);
  EXPECT_EQ(after->params[0].name, "k0");
  EXPECT_EQ(std::get<std::string>(after->params[0].value), "a:1");
  EXPECT_EQ(std::get<int64_t>(after->params[1].value), -7);
}

TEST(KeysetTest, BothDirectionsAreSpeltOut) {
  const Keyset keyset({{kTitle, false}, {kAt, true}}, kKey, ThingSchema(), Columns());
  EXPECT_EQ(keyset.OrderBy(), "sort_title, at DESC") << "the key is there already";
  const auto after = keyset.After(keyset.Position({std::string("a"), int64_t{5}}), "k");
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(after->sql, "(sort_title > :k0 OR (sort_title = :k0 AND at < :k1))");
}

TEST(KeysetTest, TheKeyAloneIsAnOrder) {
  const Keyset keyset({}, kKey, ThingSchema(), Columns());
  EXPECT_EQ(keyset.OrderBy(), "at");
  EXPECT_EQ(keyset.After("", "k")->sql, "TRUE");
  EXPECT_EQ(keyset.After("1:7", "k")->sql, "(at) > (:k0)");
}

TEST(KeysetTest, RefusesPositionsOfOtherOrders) {
  const Keyset keyset({{kTitle, false}}, kKey, ThingSchema(), Columns());
  for (const char* position : {"x", "1:a", "1:a1:b", "9:a1:1", "1:a1:1x", "-1:a1:1", "1:a"})
    EXPECT_FALSE(keyset.After(position, "k").ok()) << position;
}

}  // namespace
}  // namespace plumbline::expr
