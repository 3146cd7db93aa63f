// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "absl/strings/str_split.h"
#include "clients/simulation/playout.h"
#include "clients/simulation/random.h"
#include "gtest/gtest.h"

namespace plumbline::simulation {
namespace {

flow::Node Step(const std::string& id) {
  flow::Node node;
  node.kind = flow::NodeKind::kStep;
  node.id = id;
  node.title = "Do " + id;
  node.step.role = "it";
  return node;
}

flow::Plan LoopPlan() {
  flow::Node loop;
  loop.kind = flow::NodeKind::kLoop;
  loop.id = "loop";
  loop.title = "Passed?";
  loop.children = {Step("exam"), Step("coaching")};
  flow::Node root;
  root.kind = flow::NodeKind::kSequence;
  root.id = "root";
  root.children = {Step("learn"), loop};
  auto plan =
      flow::Plan::Build(root, "owner", [](absl::string_view) { return absl::NotFoundError(""); });
  return *std::move(plan);
}

std::string Text(uint64_t seed, int64_t cases) {
  std::string text;
  PlayoutOptions options;
  options.seed = seed;
  options.cases = cases;
  const absl::Status status =
      Playout(LoopPlan(), options, DemonstrationBehaviour(2024), [&](absl::string_view piece) {
        text.append(piece.data(), piece.size());
        return absl::OkStatus();
      });
  EXPECT_TRUE(status.ok()) << status;
  return text;
}

TEST(Random, TheSequenceIsTheSameForEver) {
  Random random(7);
  EXPECT_EQ(random.Next(), 7191089600892374487u);
  EXPECT_EQ(random.Next(), 309689372594955804u);
}

TEST(Playout, TheSameSeedGivesTheSameText) {
  EXPECT_EQ(Text(3, 50), Text(3, 50));
  EXPECT_NE(Text(3, 50), Text(4, 50));
}

TEST(Playout, RunsKeepTheOrderOfTheTree) {
  std::string last_case, last;
  int exams = 0, coachings = 0, cases = 0;
  for (absl::string_view line : absl::StrSplit(Text(5, 200), '\n', absl::SkipEmpty())) {
    const std::vector<std::string> cells = absl::StrSplit(line, ',');
    ASSERT_EQ(cells.size(), 5u) << line;
    if (cells[0] == "case_id") continue;
    if (cells[0] != last_case) {
      ++cases;
      EXPECT_EQ(cells[1], "Do learn");
      EXPECT_TRUE(last.empty() || last == "Do exam") << "a case ends with a passed exam";
    }
    EXPECT_LE(cells[2], cells[3]) << "a step ends before it begins: " << line;
    exams += cells[1] == "Do exam";
    coachings += cells[1] == "Do coaching";
    last_case = cells[0];
    last = cells[1];
  }
  EXPECT_EQ(cases, 200);
  EXPECT_EQ(exams, cases + coachings);
  EXPECT_GT(coachings, 0);
}

TEST(Playout, RefusesNonsense) {
  PlayoutOptions options;
  options.cases = 0;
  EXPECT_FALSE(Playout(LoopPlan(), options, DemonstrationBehaviour(2024), [](absl::string_view) {
                 return absl::OkStatus();
               }).ok());
}

}  // namespace
}  // namespace plumbline::simulation
