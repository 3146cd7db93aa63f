// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "common/yaml/yaml.h"
#include "gtest/gtest.h"

namespace plumbline::yaml {
namespace {

constexpr char kText[] = R"(# A comment.
name: processes/deal-desk
labels: {team: sales-ops, "7": x}
root:
  id: root
  sequence:
    nodes:
      - id: check
        step: {role: deal-desk, earliestDay: 0}
      - id: approve
        step:
          role: legal
          checklist:
            - {id: a, title: One}
)";

TEST(Locate, FindsKeysItemsAndWhatIsNearest) {
  struct Row {
    const char* name;
    const char* path;
    int line, column;
  };
  for (const Row& row :
       {Row{"document", "", 2, 1}, Row{"top field", "name", 2, 1},
        Row{"map key", "labels[team]", 3, 10}, Row{"quoted map key", "labels['7']", 3, 27},
        Row{"nested", "root.id", 5, 3}, Row{"item", "root.sequence.nodes[1]", 10, 9},
        Row{"proto name of a JSON key", "root.sequence.nodes[0].step.earliest_day", 9, 33},
        Row{"deep", "root.sequence.nodes[1].step.checklist[0].title", 14, 22},
        Row{"missing field", "root.sequence.nodes[1].step.target.days", 11, 9},
        Row{"missing item", "root.sequence.nodes[7].id", 7, 5},
        Row{"missing key", "labels[area]", 3, 1}, Row{"field of a scalar", "name.x", 2, 1},
        Row{"unclosed", "root.sequence.nodes[1", 10, 9}}) {
    const auto place = Locate(kText, row.path);
    ASSERT_TRUE(place.has_value()) << row.name;
    EXPECT_EQ(place->line, row.line) << row.name;
    EXPECT_EQ(place->column, row.column) << row.name;
  }
}

TEST(Locate, OfNoDocumentThereIsNoPlace) {
  EXPECT_FALSE(Locate("", "name").has_value());
  EXPECT_FALSE(Locate("a: [", "a").has_value());
  EXPECT_FALSE(Locate("a: 1\n---\nb: 2\n", "a").has_value());
}

}  // namespace
}  // namespace plumbline::yaml
