// SPDX-License-Identifier: Apache-2.0
//
// An imported tree decides as the diagram does. The reference follows the one token of a diagram of
// exclusive gateways, whose flows are tried in the order of the file (OMG formal/2011-01-03,
// execution semantics of the exclusive gateway); against the tree, decided by its conditions.
#include "common/flow/decide.h"

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/flow/bpmn/bpmn.h"
#include "common/flow/bpmn/test_text.h"
#include "common/flow/plan.h"
#include "common/flow/progress.h"
#include "gtest/gtest.h"

namespace plumbline::flow::bpmn {
namespace {

constexpr size_t kLongest = 8;  // tasks of a run that are compared
constexpr int kMoves = 200;
constexpr char kAttributes[] = "pqr";

// "p", "NOT q"; 0 = none.
struct Condition {
  char attribute = 0;
  bool negated = false;
};

struct DrawnFlow {
  int from = 0, to = 0;
  Condition condition;
};

struct Drawn {
  std::vector<char> kinds;  // 's' start, 'e' end, 'x' gateway, or the letter of a task
  std::vector<DrawnFlow> flows;
};

std::string XmlOf(const Drawn& drawn) {
  std::string xml =
      "<extensionElements><p:process xmlns:p='urn:plumbline:bpmn:1' id='deal' owner='desk'>";
  for (const char* c = kAttributes; *c != 0; ++c)
    absl::StrAppend(&xml, "<p:attribute id='", std::string(1, *c), "' title='T' type='bool'/>");
  absl::StrAppend(&xml, "</p:process></extensionElements>");
  for (size_t i = 0; i < drawn.kinds.size(); ++i) {
    const char kind = drawn.kinds[i];
    absl::StrAppend(&xml, "<",
                    kind == 's'   ? "startEvent"
                    : kind == 'e' ? "endEvent"
                    : kind == 'x' ? "exclusiveGateway"
                                  : "task",
                    " id='n", i, "' name='", std::string(1, kind), "'/>\n");
  }
  for (size_t i = 0; i < drawn.flows.size(); ++i) {
    const DrawnFlow& flow = drawn.flows[i];
    absl::StrAppend(&xml, "<sequenceFlow id='f", i, "' sourceRef='n", flow.from, "' targetRef='n",
                    flow.to, "'>");
    if (flow.condition.attribute != 0) {
      absl::StrAppend(&xml, "<conditionExpression language='https://google.aip.dev/160'>",
                      flow.condition.negated ? "NOT " : "",
                      std::string(1, flow.condition.attribute), "</conditionExpression>");
    }
    absl::StrAppend(&xml, "</sequenceFlow>\n");
  }
  return FileOf(xml, "");
}

bool Holds(const Condition& condition, unsigned values) {
  const auto bit = static_cast<unsigned>(condition.attribute - kAttributes[0]);
  return ((values >> bit & 1) != 0) != condition.negated;
}

// The flow that is taken out of a node; nullptr where none is.
const DrawnFlow* Taken(const Drawn& drawn, int node, unsigned values) {
  const DrawnFlow* otherwise = nullptr;
  for (const DrawnFlow& flow : drawn.flows) {
    if (flow.from != node) continue;
    if (flow.condition.attribute == 0)
      otherwise = &flow;
    else if (Holds(flow.condition, values))
      return &flow;
  }
  return otherwise;
}

// The tasks of a run, up to kLongest; nullopt where no flow can be taken, or it goes in circles in
// which nothing is done.
std::optional<std::string> Play(const Drawn& drawn, unsigned values) {
  std::string run;
  int node = 0;
  for (int moves = 0; moves < kMoves && run.size() < kLongest; ++moves) {
    const char kind = drawn.kinds[static_cast<size_t>(node)];
    if (kind == 'e') return run;
    if (kind >= 'A' && kind <= 'Z') run.push_back(kind);
    const DrawnFlow* flow = Taken(drawn, node, values);
    if (flow == nullptr) return std::nullopt;
    node = flow->to;
  }
  if (run.size() < kLongest) return std::nullopt;
  return run;
}

// The steps of a run of the tree; "?" where conditions leave a decision to people.
std::string Execute(const Imported& imported, unsigned values) {
  const ProcessContent& content = imported.process.content;
  const Plan plan = Plan::Build({content.root, content.attributes}, "owner", [](absl::string_view) {
                      return base::Internal("no calls");
                    }).value();
  const Conditions conditions = Conditions::Compile(plan).value();
  AttributeValues texts;
  for (const flow::Attribute& attribute : content.attributes)
    texts[attribute.id] = Holds({attribute.id[0], false}, values) ? "true" : "false";
  const Decider decider(plan, conditions, texts);
  Progress progress(plan);
  std::string run;
  for (int moves = 0; moves < kMoves && !progress.finished() && run.size() < kLongest; ++moves) {
    const std::vector<NodeIndex> steps = progress.EnabledSteps();
    if (!steps.empty()) {
      run += plan.node(steps[0]).title;
      EXPECT_TRUE(progress.EndStep(steps[0]).ok());
      continue;
    }
    const OpenDecision decision = progress.OpenDecisions()[0];
    const Ruling ruling = decider.Ask(decision);
    if (ruling.option.empty()) return run + "?";
    EXPECT_TRUE(progress.Decide(decision.node, ruling.option).ok());
  }
  return run;
}

// Draws blocks of exclusive gateways and loops, with joins that several blocks share, branches that
// meet before the others, branches in which nothing is done.
class Artist {
 public:
  explicit Artist(std::mt19937* random) : random_(*random) {}

  Drawn Draw() {
    const int start = Add('s');
    const int end = Add('e');
    Go(start, 3, end);
    std::shuffle(drawn_.flows.begin(), drawn_.flows.end(), random_);
    for (size_t n = 0; n < drawn_.kinds.size(); ++n)
      if (drawn_.kinds[n] == 'x') AddConditions(static_cast<int>(n));
    return std::move(drawn_);
  }

 private:
  int Pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  int Add(char kind) {
    drawn_.kinds.push_back(kind);
    return static_cast<int>(drawn_.kinds.size()) - 1;
  }

  void Flow(int from, int to) { drawn_.flows.push_back({from, to, {}}); }

  int Task(int from) {
    const int task = Add(static_cast<char>('A' + next_++ % 26));
    Flow(from, task);
    return task;
  }

  void Go(int from, int depth, int to) {
    const int kind = depth == 0 ? Pick(2) : Pick(6);
    if (kind == 0) return Flow(from, to);
    if (kind == 1) return Flow(Task(from), to);
    if (kind == 2) return Repeat(from, depth, to);
    Fork(from, depth, to);
  }

  void Fork(int from, int depth, int to) {
    const int split = Add('x');
    Flow(from, split);
    const int join = Pick(2) == 0 ? to : Add('x');
    const int early = Pick(2) == 0 ? Add('x') : -1;  // where some of the branches meet
    for (int i = 2 + Pick(3), met = 0; i > 0; --i) {
      const bool meets = early >= 0 && (met < 2 ? i <= 2 : Pick(2) == 0);
      met += meets ? 1 : 0;
      Go(split, depth - 1, meets ? early : join);
    }
    if (early >= 0) Flow(Task(early), join);
    if (join != to) Flow(join, to);
  }

  void Repeat(int from, int depth, int to) {
    const int join = Add('x');
    Flow(from, join);
    const int split = Add('x');
    Go(join, depth - 1, split);
    for (int i = 1 + Pick(2); i > 0; --i) Go(split, depth - 1, join);
    for (int i = 1 + Pick(2); i > 0; --i) Go(split, depth - 1, to);
  }

  // All flows out of a gateway but one at most have a condition.
  void AddConditions(int gateway) {
    std::vector<DrawnFlow*> out;
    for (DrawnFlow& flow : drawn_.flows)
      if (flow.from == gateway) out.push_back(&flow);
    if (out.size() < 2) return;
    for (DrawnFlow* flow : out) flow->condition = {kAttributes[Pick(3)], Pick(2) == 0};
    if (Pick(3) != 0) out[static_cast<size_t>(Pick(static_cast<int>(out.size())))]->condition = {};
  }

  std::mt19937& random_;
  Drawn drawn_;
  int next_ = 0;
};

TEST(DecideTest, TreesDecideAsTheirDiagrams) {
  std::mt19937 random(11);
  int compared = 0;
  for (int i = 0; i < 1500 && !testing::Test::HasFailure(); ++i) {
    const Drawn drawn = Artist(&random).Draw();
    const std::string xml = XmlOf(drawn);
    const absl::StatusOr<Imported> imported = Import(xml, {});
    if (!imported.ok()) continue;
    EXPECT_EQ(TextOf(imported->findings), "") << xml;
    for (unsigned values = 0; values < 8; ++values) {
      const std::optional<std::string> run = Play(drawn, values);
      if (!run) continue;
      EXPECT_EQ(Execute(*imported, values), *run) << "values " << values << "\n"
                                                  << xml << Export(imported->process);
      ++compared;
    }
  }
  EXPECT_GT(compared, 3000);
}

}  // namespace
}  // namespace plumbline::flow::bpmn
