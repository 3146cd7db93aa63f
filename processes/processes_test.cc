// SPDX-License-Identifier: Apache-2.0
//
// The shipped processes are valid, resolve each other, keep their own promises, and read well.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/flow/plan.h"
#include "common/flow/proto/convert.h"
#include "common/flow/proto/process_rules.h"
#include "common/yaml/yaml.h"
#include "google/protobuf/util/message_differencer.h"

namespace plumbline {
namespace {

using catalog::v1::Process;

// In the order in which they can be published.
const char* const kProcesses[] = {"sales-rep-onboarding", "sales-rep-offboarding", "lead-hand-over",
                                  "deal-desk-approval",   "quote-to-order",        "renewal"};
constexpr size_t kLongestTitle = 34;  // what a column of the report holds
constexpr double kDayMinutes = 480;

std::string ReadText(absl::string_view name) {
  const char* source = std::getenv("PLUMBLINE_SOURCE_DIR");
  std::ifstream file(absl::StrCat(source == nullptr ? "." : source, "/processes/", name));
  EXPECT_TRUE(file.good()) << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Process Load(absl::string_view id) {
  Process process;
  const std::string name = absl::StrCat(id, ".yaml");
  const auto status = yaml::Parse(name, ReadText(name), &process);
  EXPECT_TRUE(status.ok()) << status;
  return process;
}

flow::Node TreeOf(absl::string_view id) {
  auto tree = flow::FromProto(Load(id).root(), "root");
  EXPECT_TRUE(tree.ok()) << tree.status();
  return tree.ok() ? *tree : flow::Node();
}

void Visit(const flow::Node& node, const std::function<void(const flow::Node&)>& visit) {
  visit(node);
  for (const flow::Node& child : node.children) Visit(child, visit);
}

// The end, in business days, of a run in which every step takes its target: the longest branch of
// parallel parts and choices, bodies of loops once, optional parts done.
double PlannedEnd(const flow::Node& node, double start) {
  if (node.kind == flow::NodeKind::kCall) {
    const auto id = absl::StripPrefix(node.called, "processes/");
    return start + Load(id).target().days();
  }
  if (node.kind == flow::NodeKind::kStep) {
    const double ready = std::max(start, node.step.earliest_day.value_or(start) + 0.0);
    return ready + node.step.target->days + node.step.target->minutes / kDayMinutes;
  }
  if (node.kind == flow::NodeKind::kLoop) return PlannedEnd(node.children[0], start);
  const bool in_order = node.kind == flow::NodeKind::kSequence;
  double end = start;
  for (const flow::Node& child : node.children) {
    const double child_end = PlannedEnd(child, in_order ? end : start);
    end = in_order ? child_end : std::max(end, child_end);
  }
  return end;
}

class ShippedProcess : public ::testing::TestWithParam<const char*> {};

TEST_P(ShippedProcess, IsValid) {
  const Process process = Load(GetParam());
  EXPECT_EQ(process.name(), absl::StrCat("processes/", GetParam()));
  for (const auto& violation : flow::ValidateProcess(process, "process")) {
    ADD_FAILURE() << violation.field << ": " << violation.description;
  }
}

TEST_P(ShippedProcess, StepsSayWhoByWhenHowAndWhenDone) {
  Visit(TreeOf(GetParam()), [](const flow::Node& node) {
    if (node.kind != flow::NodeKind::kStep) return;
    EXPECT_TRUE(node.step.target.has_value()) << node.id;
    EXPECT_FALSE(node.step.checklist.empty()) << node.id;
    EXPECT_FALSE(node.step.defect_kinds.empty()) << node.id;
    EXPECT_TRUE(absl::EndsWith(node.step.instructions, ".")) << node.id;
  });
}

TEST_P(ShippedProcess, TitlesFitTables) {
  Visit(TreeOf(GetParam()), [](const flow::Node& node) {
    EXPECT_LE(node.title.size(), kLongestTitle) << node.title;
    EXPECT_FALSE(node.optional && node.title.empty()) << node.id;
  });
}

TEST_P(ShippedProcess, TargetsOfItsStepsAddUpToItsOwn) {
  const flow::Node tree = TreeOf(GetParam());
  int start = 0;  // what comes before day one begins earlier
  Visit(tree, [&](const flow::Node& node) {
    if (node.step.earliest_day != flow::kAtOnce)
      start = std::min(start, node.step.earliest_day.value_or(0));
  });
  const int target = Load(GetParam()).target().days();
  EXPECT_LE(PlannedEnd(tree, start), target);
  EXPECT_GE(PlannedEnd(tree, start), target * 0.7) << "the target promises less than is needed";
}

TEST_P(ShippedProcess, UtilitiesAreListedInTheReadme) {
  const std::string readme = ReadText("README.md");
  Visit(TreeOf(GetParam()), [&](const flow::Node& node) {
    for (const std::string& utility : node.step.utilities) {
      EXPECT_TRUE(absl::StrContains(readme, absl::StrCat("`", utility, "`"))) << utility;
    }
  });
}

TEST_P(ShippedProcess, CallsResolve) {
  // Only what was published before it may be called.
  std::set<std::string> published;
  for (const char* id : kProcesses) {
    if (absl::string_view(id) == GetParam()) break;
    published.insert(absl::StrCat("processes/", id));
  }
  const auto plan = flow::Plan::Build(
      TreeOf(GetParam()), "owner", [&](absl::string_view called) -> absl::StatusOr<flow::Node> {
        EXPECT_TRUE(published.contains(std::string(called))) << called;
        return TreeOf(absl::StripPrefix(called, "processes/"));
      });
  EXPECT_TRUE(plan.ok()) << plan.status();
}

TEST_P(ShippedProcess, SurvivesFormatting) {
  const Process process = Load(GetParam());
  Process back;
  ASSERT_TRUE(yaml::Parse("again", yaml::Format(process), &back).ok());
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(back, process));
}

INSTANTIATE_TEST_SUITE_P(All, ShippedProcess, ::testing::ValuesIn(kProcesses), [](const auto& row) {
  std::string name = row.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

// What the on-boarding of a sales rep must hold to be of use.
// Of who is dismissed weeks before their last day, accesses are closed an hour after the notice.
TEST(SalesRepOffboarding, AccessesOfTheDismissedAreClosedAtOnce) {
  bool found = false;
  Visit(TreeOf("sales-rep-offboarding"), [&](const flow::Node& node) {
    if (node.id != "close-at-once") return;
    found = true;
    EXPECT_EQ(node.step.earliest_day, flow::kAtOnce);
  });
  EXPECT_TRUE(found);
}

TEST(SalesRepOnboarding, HasEveryKindOfNode) {
  std::map<flow::NodeKind, int> kinds;
  int optional = 0;
  Visit(TreeOf("sales-rep-onboarding"), [&](const flow::Node& node) {
    ++kinds[node.kind];
    optional += node.optional;
  });
  EXPECT_GE(kinds[flow::NodeKind::kStep], 20);
  EXPECT_GE(kinds[flow::NodeKind::kParallel], 3);
  EXPECT_EQ(kinds[flow::NodeKind::kChoice], 1);
  EXPECT_EQ(kinds[flow::NodeKind::kLoop], 1);
  EXPECT_GE(optional, 1);
}

}  // namespace
}  // namespace plumbline
