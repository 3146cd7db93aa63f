// SPDX-License-Identifier: Apache-2.0
//
// The flow of a process or sub-process as a graph that can be reduced.
#ifndef PLUMBLINE_COMMON_FLOW_BPMN_GRAPH_H_
#define PLUMBLINE_COMMON_FLOW_BPMN_GRAPH_H_

#include <list>
#include <optional>
#include <string>
#include <vector>

#include "common/flow/bpmn/xml_reader.h"
#include "common/flow/tree.h"

namespace plumbline::flow::bpmn {

// How a vertex joins and splits.
enum class Logic {
  kExclusive,
  kParallel,
  kInclusive,
  kEnd,  // the end of the process: joins what was split, however it was split
};

struct Vertex {
  Logic logic = Logic::kExclusive;
  const Element* origin = nullptr;  // nullptr: the source or the sink
  std::optional<Node> node;         // what is done here; only where there is one way in and out
  // Edges, in the order of the file; that of `out` is the one in which conditions are tried.
  std::vector<int> in, out;
};

struct Edge {
  int from = 0;
  int to = 0;
  std::list<Node> nodes;                 // what is done on the way
  const Element* flow = nullptr;         // the sequence flow that it begins with; nullptr: none
  std::string condition;                 // under which it is taken (see ReadConditions)
  const Element* conditional = nullptr;  // the flow that has it, or the first of several
  bool optional = false;                 // of an inclusive split: may be not taken
  const Element* terminate = nullptr;    // an end event on the way that ends everything
};

// A vertex has one way in, or one way out, or is the source or the sink.
struct Graph {
  static constexpr int kSource = 0;
  static constexpr int kSink = 1;

  std::vector<Vertex> vertices{Vertex{}, Vertex{.logic = Logic::kEnd}};
  std::vector<Edge> edges;

  int AddVertex(Logic logic, const Element* origin);
  int AddEdge(int from, int to, const Element* flow);
  // All edges between two vertices, in the order in which conditions are tried.
  std::vector<int> Between(int from, int to) const;
  // Takes an edge out of both of its vertices.
  void Remove(int edge);
};

// For each vertex whether a way leads to it from the source (`forward`) or from it to the sink,
// without the edge `without`. O(vertices + edges).
std::vector<bool> Reached(const Graph& graph, bool forward, int without = -1);

// Whether every vertex that has edges lies on a way from the source to the sink. O(vertices +
// edges).
bool IsConnected(const Graph& graph, int without);

}  // namespace plumbline::flow::bpmn

#endif  // PLUMBLINE_COMMON_FLOW_BPMN_GRAPH_H_
