// SPDX-License-Identifier: Apache-2.0
//
// Rules of a clean layout, checked on every pair of shapes and flows of many trees.
#include "common/flow/bpmn/diagram.h"

#include <algorithm>
#include <random>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/flow/test_trees.h"
#include "gtest/gtest.h"

namespace plumbline::flow::bpmn {
namespace {

bool Overlap(const Rect& a, const Rect& b) {
  return a.width > 0 && b.width > 0 && a.x < b.x + b.width && b.x < a.x + a.width &&
         a.y < b.y + b.height && b.y < a.y + a.height;
}

bool Within(const Rect& inner, const Rect& outer) {
  return inner.x >= outer.x && inner.y >= outer.y &&
         inner.x + inner.width <= outer.x + outer.width &&
         inner.y + inner.height <= outer.y + outer.height;
}

bool IsAround(const Diagram& diagram, int outer, int inner) {
  for (int at = diagram.shapes[inner].parent; at != kProcessLevel; at = diagram.shapes[at].parent)
    if (at == outer) return true;
  return false;
}

// The room that a piece of a flow takes, one pixel wide, without its two ends.
Rect RoomOf(const Point& a, const Point& b) {
  Rect room{std::min(a.x, b.x), std::min(a.y, b.y), std::abs(a.x - b.x), std::abs(a.y - b.y)};
  if (room.width > 2) room.x += 1, room.width -= 2;
  if (room.height > 2) room.y += 1, room.height -= 2;
  room.width = std::max(room.width, 1);
  room.height = std::max(room.height, 1);
  return room;
}

bool Touches(const Point& point, const Rect& bounds) {
  const bool in_x = point.x >= bounds.x && point.x <= bounds.x + bounds.width;
  const bool in_y = point.y >= bounds.y && point.y <= bounds.y + bounds.height;
  const bool edge_x = point.x == bounds.x || point.x == bounds.x + bounds.width;
  const bool edge_y = point.y == bounds.y || point.y == bounds.y + bounds.height;
  return (in_x && edge_y) || (in_y && edge_x);
}

void ExpectShapesApart(const Diagram& diagram) {
  for (size_t i = 0; i < diagram.shapes.size(); ++i) {
    const Shape& a = diagram.shapes[i];
    EXPECT_TRUE(Within(a.bounds, diagram.bounds)) << a.id;
    if (a.label.width > 0) {
      EXPECT_TRUE(a.label.y >= 0) << a.id;
    }
    if (a.parent != kProcessLevel) {
      EXPECT_TRUE(Within(a.bounds, diagram.shapes[a.parent].bounds)) << a.id;
    }
    for (size_t j = 0; j < diagram.shapes.size(); ++j) {
      const Shape& b = diagram.shapes[j];
      const bool inside = IsAround(diagram, static_cast<int>(i), static_cast<int>(j)) ||
                          IsAround(diagram, static_cast<int>(j), static_cast<int>(i));
      if (i < j && !inside) {
        EXPECT_FALSE(Overlap(a.bounds, b.bounds)) << a.id << " " << b.id;
      }
      const bool around = IsAround(diagram, static_cast<int>(j), static_cast<int>(i));
      if (i != j && !around) {
        EXPECT_FALSE(Overlap(a.label, b.bounds)) << a.id << " " << b.id;
      }
      if (i < j) {
        EXPECT_FALSE(Overlap(a.label, b.label)) << a.id << " " << b.id;
      }
    }
  }
}

void ExpectFlowsClean(const Diagram& diagram) {
  for (const Flow& flow : diagram.flows) {
    ASSERT_GE(flow.points.size(), 2u);
    EXPECT_TRUE(Touches(flow.points.front(), diagram.shapes[flow.from].bounds)) << flow.id;
    EXPECT_TRUE(Touches(flow.points.back(), diagram.shapes[flow.to].bounds)) << flow.id;
    for (size_t i = 1; i < flow.points.size(); ++i) {
      const Point a = flow.points[i - 1], b = flow.points[i];
      EXPECT_TRUE((a.x == b.x) != (a.y == b.y)) << flow.id << " is not orthogonal";
      for (size_t s = 0; s < diagram.shapes.size(); ++s) {
        const Shape& shape = diagram.shapes[s];
        if (IsAround(diagram, static_cast<int>(s), flow.from)) continue;
        EXPECT_FALSE(Overlap(RoomOf(a, b), shape.bounds)) << flow.id << " crosses " << shape.id;
        EXPECT_FALSE(Overlap(RoomOf(a, b), shape.label))
            << flow.id << " crosses the name of " << shape.id;
      }
    }
  }
}

void ExpectClean(const Node& tree) {
  const Diagram diagram = Draw(tree, "process_x");
  std::set<std::string> ids;
  for (const Shape& shape : diagram.shapes) EXPECT_TRUE(ids.insert(shape.id).second) << shape.id;
  for (const Flow& flow : diagram.flows) EXPECT_TRUE(ids.insert(flow.id).second) << flow.id;
  ExpectShapesApart(diagram);
  ExpectFlowsClean(diagram);
}

TEST(DiagramTest, RandomTreesAreLaidOutCleanly) {
  std::mt19937 random(11);
  for (int i = 0; i < 200 && !testing::Test::HasFailure(); ++i) {
    SCOPED_TRACE(absl::StrCat("tree ", i));
    ExpectClean(RandomTree(&random, 2 + i % 5));
  }
}

Node LongTitled(Node node) {
  node.title = std::string(200, 'w');
  return node;
}

TEST(DiagramTest, LongTitlesFindRoom) {
  const Node choice = LongTitled(Choice(
      "c", {Optional(LongTitled(Step("a"))), LongTitled(Loop("l", {Step("b"), Step("d")}))}));
  ExpectClean(
      Sequence("s", {choice, Loop("m", {LongTitled(Sequence("t", {Step("e"), Step("f")})),
                                        LongTitled(Choice("n", {Step("g"), Step("h")}))})}));
}

// What follows is drawn to the right of what comes before it, but for what a loop redoes.
TEST(DiagramTest, RunsFromLeftToRight) {
  const Node tree = Sequence("s", {Step("a"), Parallel("p", {Step("b"), Step("c")}),
                                   Loop("l", {Step("d"), Sequence("r", {Step("e"), Step("f")})})});
  const Diagram diagram = Draw(tree, "process_x");
  for (const Flow& flow : diagram.flows) {
    const Rect& from = diagram.shapes[flow.from].bounds;
    const Rect& to = diagram.shapes[flow.to].bounds;
    const bool back = flow.id == "l_to_r" || flow.id == "r_to_l_again";
    EXPECT_EQ(from.x < to.x, !back) << flow.id;
  }
}

TEST(DiagramTest, TheFirstBranchGoesStraightOnAndTheOthersLieBelow) {
  const Node tree = Choice("c", {Step("a"), Step("b"), Step("d")});
  const Diagram diagram = Draw(tree, "process_x");
  const auto middle = [&](const std::string& id) {
    for (const Shape& shape : diagram.shapes)
      if (shape.id == id) return shape.bounds.y + shape.bounds.height / 2;
    return -1;
  };
  EXPECT_EQ(middle("a"), middle("c"));
  EXPECT_EQ(middle("process_x_start"), middle("c"));
  EXPECT_LT(middle("a"), middle("b"));
  EXPECT_LT(middle("b"), middle("d"));
}

}  // namespace
}  // namespace plumbline::flow::bpmn
