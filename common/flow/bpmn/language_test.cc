// SPDX-License-Identifier: Apache-2.0
//
// What an import accepts must say exactly what the diagram says. The reference is slow and direct:
// the token game of the standard (OMG formal/2011-01-03, section 13) over the flow as it is drawn,
// all runs of up to a few tasks; against all runs of the tree.
#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/flow/bpmn/bpmn.h"
#include "common/flow/bpmn/test_text.h"
#include "gtest/gtest.h"

namespace plumbline::flow::bpmn {
namespace {

constexpr size_t kLongest = 5;  // tasks of a run
constexpr size_t kTokens = 12;  // more than the drawn flows need
constexpr size_t kStates = 60'000;

using Runs = std::set<std::string>;  // a letter for each task

struct Drawn {
  std::vector<char> kinds;  // 'x', '+', 'e' (end), 's' (start), or the letter of a task
  std::vector<std::pair<int, int>> flows;

  int Add(char kind) {
    kinds.push_back(kind);
    return static_cast<int>(kinds.size()) - 1;
  }
  void Flow(int from, int to) { flows.push_back({from, to}); }
};

std::string NameOf(int node) { return absl::StrCat("n", node); }

std::string XmlOf(const Drawn& drawn) {
  std::string elements, flows;
  for (size_t i = 0; i < drawn.kinds.size(); ++i) {
    const char kind = drawn.kinds[i];
    const std::string element = kind == 'x'   ? "exclusiveGateway"
                                : kind == '+' ? "parallelGateway"
                                : kind == 'e' ? "endEvent"
                                : kind == 's' ? "startEvent"
                                              : "task";
    absl::StrAppend(&elements, "<", element, " id='", NameOf(static_cast<int>(i)), "' name='",
                    std::string(1, kind), "'/>\n");
  }
  for (size_t i = 0; i < drawn.flows.size(); ++i) {
    absl::StrAppend(&elements, "<sequenceFlow id='f", i, "' sourceRef='",
                    NameOf(drawn.flows[i].first), "' targetRef='", NameOf(drawn.flows[i].second),
                    "'/>\n");
  }
  return FileOf(elements, flows);
}

// The token game. A marking is a sorted list of flows that hold a token.
class TokenGame {
 public:
  explicit TokenGame(const Drawn& drawn) : drawn_(drawn), in_(drawn.kinds.size()), out_(in_) {
    for (size_t f = 0; f < drawn.flows.size(); ++f) {
      out_[drawn.flows[f].first].push_back(static_cast<int>(f));
      in_[drawn.flows[f].second].push_back(static_cast<int>(f));
    }
  }

  // All runs of up to kLongest tasks that end. False if they are too many to try.
  bool Play(Runs* runs) {
    Marking marking;
    for (size_t n = 0; n < drawn_.kinds.size(); ++n) {
      if (drawn_.kinds[n] != 's') continue;
      marking.insert(marking.end(), out_[n].begin(), out_[n].end());
    }
    Visit(marking, "");
    while (!open_.empty() && seen_.size() < kStates) {
      const auto [at, run] = open_.back();
      open_.pop_back();
      if (at.empty()) runs->insert(run);
      for (size_t n = 0; n < drawn_.kinds.size(); ++n) Fire(static_cast<int>(n), at, run);
    }
    return open_.empty();
  }

 private:
  using Marking = std::vector<int>;

  void Visit(Marking marking, const std::string& run) {
    std::sort(marking.begin(), marking.end());
    if (run.size() > kLongest || marking.size() > kTokens) return;
    if (seen_.insert({marking, run}).second) open_.push_back({marking, run});
  }

  static bool Take(int flow, Marking* marking) {
    const auto it = std::find(marking->begin(), marking->end(), flow);
    if (it == marking->end()) return false;
    marking->erase(it);
    return true;
  }

  void Fire(int node, const Marking& marking, const std::string& run) {
    const char kind = drawn_.kinds[node];
    if (kind == '+') {
      Marking after = marking;
      for (const int flow : in_[node])
        if (!Take(flow, &after)) return;
      return Put(node, after, run);
    }
    for (const int flow : in_[node]) {
      Marking after = marking;
      if (Take(flow, &after)) Put(node, after, kind >= 'A' && kind <= 'Z' ? run + kind : run);
    }
  }

  void Put(int node, const Marking& marking, const std::string& run) {
    if (drawn_.kinds[node] == 'x' && !out_[node].empty()) {
      for (const int flow : out_[node]) {
        Marking after = marking;
        after.push_back(flow);
        Visit(after, run);
      }
      return;
    }
    Marking after = marking;
    after.insert(after.end(), out_[node].begin(), out_[node].end());
    Visit(after, run);
  }

  const Drawn& drawn_;
  std::vector<std::vector<int>> in_, out_;
  std::set<std::pair<Marking, std::string>> seen_;
  std::vector<std::pair<Marking, std::string>> open_;
};

void Shuffle(const std::string& a, const std::string& b, std::string so_far, Runs* runs) {
  if (a.empty() || b.empty()) {
    runs->insert(absl::StrCat(so_far, a, b));
    return;
  }
  Shuffle(a.substr(1), b, so_far + a[0], runs);
  Shuffle(a, b.substr(1), so_far + b[0], runs);
}

Runs Combine(const Runs& a, const Runs& b, bool in_order) {
  Runs runs;
  for (const std::string& x : a) {
    for (const std::string& y : b) {
      if (x.size() + y.size() > kLongest) continue;
      if (in_order) runs.insert(x + y);
      if (!in_order) Shuffle(x, y, "", &runs);
    }
  }
  return runs;
}

Runs RunsOf(const Node& node);

Runs RunsOfLoop(const Node& loop) {
  const Runs body = RunsOf(loop.children[0]);
  const Runs redo = loop.children.size() > 1 ? RunsOf(loop.children[1]) : Runs{""};
  Runs all = body;
  for (size_t before = 0; before != all.size();) {
    before = all.size();
    all.merge(Combine(all, Combine(redo, body, true), true));
  }
  return all;
}

// All runs of a tree of up to kLongest steps.
Runs RunsOf(const Node& node) {
  Runs runs;
  if (node.kind == NodeKind::kStep) {
    runs = {node.title};
  } else if (node.kind == NodeKind::kLoop) {
    runs = RunsOfLoop(node);
  } else if (node.kind == NodeKind::kChoice) {
    for (const Node& child : node.children) runs.merge(RunsOf(child));
  } else {
    runs = {""};
    for (const Node& child : node.children)
      runs = Combine(runs, RunsOf(child), node.kind == NodeKind::kSequence);
  }
  if (node.optional) runs.insert("");
  return runs;
}

// Draws random blocks as people do: with joins that several blocks share, gateways left out,
// several ends.
class Artist {
 public:
  explicit Artist(std::mt19937* random) : random_(*random) {}

  Drawn Draw() {
    const int start = drawn_.Add('s');
    Go(start, 3, -1);
    return std::move(drawn_);
  }

  // Moves one flow, or changes the kind of one gateway.
  void Spoil(Drawn* drawn) {
    const int flow = Pick(static_cast<int>(drawn->flows.size()));
    const int node = Pick(static_cast<int>(drawn->kinds.size()));
    if (Pick(2) == 0) {
      (Pick(2) == 0 ? drawn->flows[flow].second : drawn->flows[flow].first) = node;
    } else if (drawn->kinds[node] == 'x' || drawn->kinds[node] == '+') {
      drawn->kinds[node] = drawn->kinds[node] == 'x' ? '+' : 'x';
    } else {
      drawn->Flow(node, drawn->flows[flow].second);
    }
  }

 private:
  int Pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  int Task(int from) {
    const int task = drawn_.Add(static_cast<char>('A' + next_++ % 26));
    drawn_.Flow(from, task);
    return task;
  }

  // Draws something after `from` and leads it to `to`; to an end of its own where that is -1.
  void Go(int from, int depth, int to) {
    const int kind = depth == 0 ? 0 : Pick(6);
    if (kind <= 1) {
      from = Task(from);
    } else if (kind == 2 && depth > 1) {
      const int middle = drawn_.Add('x');  // joins and perhaps splits
      Go(from, depth - 1, middle);
      return Go(middle, depth - 1, to);
    } else if (kind == 3) {
      return Repeat(from, depth, to);
    } else {
      return Fork(from, depth, to, kind == 4 ? 'x' : '+');
    }
    drawn_.Flow(from, to >= 0 ? to : drawn_.Add('e'));
  }

  void Repeat(int from, int depth, int to) {
    const int join = drawn_.Add('x');
    drawn_.Flow(from, join);
    const int split = drawn_.Add('x');
    Go(join, depth - 1, split);
    if (Pick(2) == 0)
      drawn_.Flow(split, join);
    else
      Go(split, depth - 1, join);
    Go(split, depth - 1, to);
  }

  // Branches that meet at a join of their own, at the one that is there, or at ends of their own.
  void Fork(int from, int depth, int to, char kind) {
    const int split = kind == '+' && Pick(3) == 0 ? Task(from) : drawn_.Add(kind);
    if (drawn_.kinds[split] == kind) drawn_.Flow(from, split);
    const bool shares = to < 0 || drawn_.kinds[to] == kind;
    const int join = shares && Pick(2) == 0 ? to : drawn_.Add(kind);
    for (int i = 2 + Pick(2); i > 0; --i) {
      if (kind == 'x' && Pick(4) == 0 && join >= 0 && i == 1)
        drawn_.Flow(split, join);
      else
        Go(split, depth - 1, join);
    }
    if (join != to) drawn_.Flow(join, to >= 0 ? to : drawn_.Add('e'));
  }

  std::mt19937& random_;
  Drawn drawn_;
  int next_ = 0;
};

// Compares an import that succeeds; returns whether it did.
bool Compare(const Drawn& drawn) {
  const std::string xml = XmlOf(drawn);
  const absl::StatusOr<Imported> imported = Import(xml, {});
  if (!imported.ok()) return false;
  Runs played;
  if (!TokenGame(drawn).Play(&played)) return false;
  EXPECT_EQ(RunsOf(imported->process.content.root), played)
      << xml << TextOf(imported->process.content.root);
  return true;
}

TEST(LanguageTest, DrawnBlocksAreReadAsTheyRun) {
  std::mt19937 random(3);
  int compared = 0;
  for (int i = 0; i < 300 && !testing::Test::HasFailure(); ++i) {
    Artist artist(&random);
    compared += Compare(artist.Draw());
  }
  EXPECT_GT(compared, 150);
}

TEST(LanguageTest, SpoiltBlocksAreReadAsTheyRunOrRefused) {
  std::mt19937 random(4);
  int compared = 0, refused = 0;
  for (int i = 0; i < 800 && !testing::Test::HasFailure(); ++i) {
    Artist artist(&random);
    Drawn drawn = artist.Draw();
    for (int spoils = 1 + i % 3; spoils > 0; --spoils) artist.Spoil(&drawn);
    (Compare(drawn) ? compared : refused) += 1;
    // Whatever it is, best_effort gives a valid tree or says why it does not.
    const absl::StatusOr<Imported> kept = Import(XmlOf(drawn), {.best_effort = true});
    if (!kept.ok()) {
      EXPECT_NE(base::ReasonOf(kept.status()), base::Reason::ERROR_REASON_UNSPECIFIED);
    }
  }
  EXPECT_GT(compared, 80);
  EXPECT_GT(refused, 80);
}

}  // namespace
}  // namespace plumbline::flow::bpmn
