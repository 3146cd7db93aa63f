// SPDX-License-Identifier: Apache-2.0
#include "common/flow/bpmn/reduce.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <list>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/flow/bpmn/blocks.h"
#include "common/flow/bpmn/conditions.h"
#include "common/flow/bpmn/left_over.h"

namespace plumbline::flow::bpmn {
namespace {

// Flows that best_effort leaves out at most, and of which it chooses each time.
constexpr int kMaxTries = 100;

class Reducer {
 public:
  Reducer(Graph graph, Reading* reading)
      : graph_(std::move(graph)), queued_(graph_.vertices.size(), false), reading_(*reading) {}

  std::vector<Node> Run() {
    for (size_t v = 0; v < graph_.vertices.size(); ++v) Enqueue(static_cast<int>(v));
    Exhaust();
    if (!Done()) TellLeftOver(graph_, &reading_);
    if (!reading_.best_effort()) return Done() ? TakeAll() : std::vector<Node>();
    for (int tries = 0; !Done() && tries < kMaxTries; Exhaust()) {
      if (ReadAsIfFitting()) continue;
      ++tries;
      if (!LeaveOut()) break;
    }
    return Done() ? TakeAll() : std::vector<Node>();
  }

 private:
  Vertex& At(int vertex) { return graph_.vertices[vertex]; }
  Edge& EdgeAt(int edge) { return graph_.edges[edge]; }
  int From(int edge) const { return graph_.edges[edge].from; }
  int To(int edge) const { return graph_.edges[edge].to; }

  bool Done() const {
    const Vertex& source = graph_.vertices[Graph::kSource];
    return source.out.size() == 1 && To(source.out[0]) == Graph::kSink &&
           graph_.vertices[Graph::kSink].in.size() == 1;
  }

  std::vector<Node> TakeAll() {
    std::list<Node>& nodes = EdgeAt(At(Graph::kSource).out[0]).nodes;
    return {std::make_move_iterator(nodes.begin()), std::make_move_iterator(nodes.end())};
  }

  void Enqueue(int vertex) {
    if (!queued_[vertex]) queue_.push_back(vertex);
    queued_[vertex] = true;
  }

  void Exhaust() {
    do {
      while (!queue_.empty()) {
        const int vertex = queue_.front();
        queue_.pop_front();
        queued_[vertex] = false;
        if (Series(vertex) || Block(vertex) || Loop(vertex)) continue;
      }
    } while (!Done() && Bundle());
  }

  bool Series(int vertex) {
    Vertex& v = At(vertex);
    if (vertex == Graph::kSource || vertex == Graph::kSink) return false;
    if (v.in.size() != 1 || v.out.size() != 1 || v.in[0] == v.out[0]) return false;
    const int before = v.in[0], after = v.out[0];
    if (From(before) == To(after)) return false;  // a circle without a way out
    Edge& edge = EdgeAt(before);
    if (v.node) edge.nodes.push_back(*std::move(v.node));
    // Spliced: where flows stand in the file against their direction, the second half is long.
    edge.nodes.splice(edge.nodes.end(), EdgeAt(after).nodes);
    ForgetCondition("it is the only way on", &EdgeAt(after), &reading_);
    if (edge.terminate == nullptr) edge.terminate = EdgeAt(after).terminate;
    // The edge takes the place of its second half.
    const int to = To(after);
    std::replace(At(to).in.begin(), At(to).in.end(), after, before);
    edge.to = to;
    v.in.clear();
    v.out.clear();
    Enqueue(From(before));
    Enqueue(to);
    return true;
  }

  // The logic of a block between the two; nullopt if they do not fit.
  std::optional<Logic> Fit(int split, int join) {
    const Logic logic = At(split).logic;
    if (At(join).logic == Logic::kEnd || At(join).logic == logic) return logic;
    return std::nullopt;
  }

  bool SameEnds(const std::vector<int>& edges) const {
    return std::all_of(edges.begin(), edges.end(), [&](int edge) {
      return From(edge) == From(edges[0]) && To(edge) == To(edges[0]);
    });
  }

  bool Block(int vertex) {
    for (const bool outwards : {true, false}) {
      const std::vector<int> edges = outwards ? At(vertex).out : At(vertex).in;
      if (edges.size() < 2 || !SameEnds(edges)) continue;
      const int split = From(edges[0]), join = To(edges[0]);
      const std::optional<Logic> logic = Fit(split, join);
      if (!logic) continue;
      // A token of an inclusive gateway that goes elsewhere would be waited for.
      const bool whole = At(split).out.size() == edges.size() &&
                         (join == Graph::kSink || At(join).in.size() == edges.size());
      if (*logic == Logic::kInclusive && !whole) continue;
      Merge(edges[0], *logic, At(At(split).out.size() == edges.size() ? split : join).origin);
      return true;
    }
    return false;
  }

  // Makes one edge of all edges between two vertices, of which `any` is one.
  void Merge(int any, Logic logic, const Element* gateway) {
    const int split = From(any), join = To(any);
    const std::vector<int> edges = graph_.Between(split, join);
    const bool some = edges.size() < At(split).out.size();
    std::string condition =
        some && logic == Logic::kExclusive ? ConditionOfSome(split, join, &graph_, &reading_) : "";
    std::vector<Edge> branches;
    const Element* terminate = nullptr;
    for (const int edge : edges) {
      if (EdgeAt(edge).terminate != nullptr) terminate = EdgeAt(edge).terminate;
      branches.push_back(std::move(EdgeAt(edge)));
    }
    if (terminate != nullptr && logic != Logic::kExclusive) {
      reading_.Change(*terminate,
                      "ends all parallel branches, which is not supported: it is read as an "
                      "ordinary end");
      terminate = nullptr;
    }
    Edge merged{.from = split, .to = join, .condition = std::move(condition)};
    merged.terminate = terminate;
    for (const Edge& branch : branches)
      if (merged.conditional == nullptr) merged.conditional = branch.conditional;
    for (Node& node : MakeBlock(logic, std::move(branches), gateway, &reading_))
      merged.nodes.push_back(std::move(node));
    EdgeAt(edges[0]) = std::move(merged);
    // `edges` are all between the two.
    const auto others = [&](int edge) {
      return edge != edges[0] && From(edge) == split && To(edge) == join;
    };
    std::erase_if(At(split).out, others);
    std::erase_if(At(join).in, others);
    Enqueue(split);
    Enqueue(join);
  }

  // `vertex` may be either end of the body.
  bool Loop(int vertex) {
    Vertex& v = At(vertex);
    if (v.logic != Logic::kExclusive) return false;
    if (v.out.size() == 1 && v.in.size() > 1) return LoopFrom(vertex, To(v.out[0]));
    if (v.in.size() == 1 && v.out.size() > 1) return LoopFrom(From(v.in[0]), vertex);
    return false;
  }

  bool LoopFrom(int join, int split) {
    if (At(join).logic != Logic::kExclusive || At(split).logic != Logic::kExclusive) return false;
    if (join == Graph::kSource || split == Graph::kSink || join == split) return false;
    if (At(join).out.size() != 1 || At(split).in.size() != 1) return false;
    const std::vector<int> back = graph_.Between(split, join);
    // There is a way in and a way out beside them.
    if (back.empty() || back.size() >= At(split).out.size() || back.size() >= At(join).in.size())
      return false;
    const LoopConditions conditions = ConditionsOfLoop(split, join, &graph_, &reading_);
    std::vector<Edge> ways;
    const int body = At(join).out[0];
    ForgetCondition("it is the only way on", &EdgeAt(body), &reading_);
    for (const int edge : back) {
      if (EdgeAt(body).terminate == nullptr) EdgeAt(body).terminate = EdgeAt(edge).terminate;
      ways.push_back(std::move(EdgeAt(edge)));
      graph_.Remove(edge);
    }
    Edge loop{.from = join, .to = split};
    loop.terminate = EdgeAt(body).terminate;
    for (Node& node : MakeLoop(std::move(EdgeAt(body)), std::move(ways), conditions,
                               At(split).origin, &reading_))
      loop.nodes.push_back(std::move(node));
    EdgeAt(body) = std::move(loop);
    Enqueue(join);
    Enqueue(split);
    return true;
  }

  // Edges out of `split` to one join that fits, two at least; empty if there are none.
  std::vector<int> SomeTogether(int split) {
    std::vector<int> edges = At(split).out;
    std::stable_sort(edges.begin(), edges.end(), [&](int a, int b) { return To(a) < To(b); });
    for (size_t i = 1; i < edges.size(); ++i) {
      if (To(edges[i]) != To(edges[i - 1]) || !Fit(split, To(edges[i]))) continue;
      std::vector<int> same;
      for (size_t j = i - 1; j < edges.size() && To(edges[j]) == To(edges[i]); ++j)
        same.push_back(edges[j]);
      return same;
    }
    return {};
  }

  bool Bundle() {
    bool merged = false;
    for (size_t v = 0; v < graph_.vertices.size(); ++v) {
      const int split = static_cast<int>(v);
      if (At(split).out.size() < 2 || At(split).logic == Logic::kInclusive) continue;
      const std::vector<int> edges = SomeTogether(split);
      if (edges.empty()) continue;
      Merge(edges[0], At(split).logic, nullptr);
      merged = true;
    }
    return merged;
  }

  // Reads joins as what the splits before them need.
  bool ReadAsIfFitting() {
    bool merged = false;
    for (size_t v = 0; v < graph_.vertices.size(); ++v) {
      for (const bool outwards : {true, false}) {
        const std::vector<int> edges = outwards ? At(v).out : At(v).in;
        if (edges.size() < 2 || !SameEnds(edges)) continue;
        const Vertex& split = At(From(edges[0]));
        Merge(edges[0], split.logic, split.origin);
        merged = true;
      }
    }
    return merged;
  }

  // Leaves out a flow from a split to a join on which little is done. False if that cannot be done
  // without cutting something off.
  bool LeaveOut() {
    std::vector<int> candidates;
    for (const Vertex& vertex : graph_.vertices) {
      for (const int edge : vertex.out) {
        if (vertex.out.size() > 1 && At(To(edge)).in.size() > 1) candidates.push_back(edge);
      }
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [&](int a, int b) { return EdgeAt(a).nodes.size() < EdgeAt(b).nodes.size(); });
    if (candidates.size() > kMaxTries) candidates.resize(kMaxTries);
    for (const int edge : candidates) {
      if (!IsConnected(graph_, edge)) continue;
      const int from = From(edge), to = To(edge);
      if (EdgeAt(edge).flow != nullptr) reading_.Drop(*EdgeAt(edge).flow, WhatIsLost(EdgeAt(edge)));
      graph_.Remove(edge);
      Enqueue(from);
      Enqueue(to);
      return true;
    }
    return false;
  }

  static std::string WhatIsLost(const Edge& edge) {
    std::string reason = "is left out, so that the rest is block-structured";
    for (const Node& node : edge.nodes)
      absl::StrAppend(&reason, &node == &edge.nodes.front() ? "; with it '" : "', '", node.title);
    return edge.nodes.empty() ? reason : absl::StrCat(reason, "'");
  }

  Graph graph_;
  std::deque<int> queue_;
  std::vector<bool> queued_;
  Reading& reading_;
};

}  // namespace

std::vector<Node> Reduce(Graph graph, Reading* reading) {
  return Reducer(std::move(graph), reading).Run();
}

}  // namespace plumbline::flow::bpmn
