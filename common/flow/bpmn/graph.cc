// SPDX-License-Identifier: Apache-2.0
#include "common/flow/bpmn/graph.h"

#include <utility>

namespace plumbline::flow::bpmn {

int Graph::AddVertex(Logic logic, const Element* origin) {
  vertices.push_back({.logic = logic, .origin = origin});
  return static_cast<int>(vertices.size()) - 1;
}

int Graph::AddEdge(int from, int to, const Element* flow) {
  const int edge = static_cast<int>(edges.size());
  edges.push_back({.from = from, .to = to, .flow = flow});
  vertices[from].out.push_back(edge);
  vertices[to].in.push_back(edge);
  return edge;
}

std::vector<int> Graph::Between(int from, int to) const {
  std::vector<int> between;
  for (const int edge : vertices[from].out)
    if (edges[edge].to == to) between.push_back(edge);
  return between;
}

void Graph::Remove(int edge) {
  std::erase(vertices[edges[edge].from].out, edge);
  std::erase(vertices[edges[edge].to].in, edge);
}

std::vector<bool> Reached(const Graph& graph, bool forward, int without) {
  std::vector<bool> reached(graph.vertices.size(), false);
  std::vector<int> open = {forward ? Graph::kSource : Graph::kSink};
  reached[open[0]] = true;
  while (!open.empty()) {
    const Vertex& vertex = graph.vertices[open.back()];
    open.pop_back();
    for (const int edge : forward ? vertex.out : vertex.in) {
      const int next = forward ? graph.edges[edge].to : graph.edges[edge].from;
      if (edge == without || reached[next]) continue;
      reached[next] = true;
      open.push_back(next);
    }
  }
  return reached;
}

bool IsConnected(const Graph& graph, int without) {
  const std::vector<bool> from_source = Reached(graph, true, without);
  const std::vector<bool> to_sink = Reached(graph, false, without);
  for (size_t v = 0; v < graph.vertices.size(); ++v) {
    const bool used = !graph.vertices[v].in.empty() || !graph.vertices[v].out.empty();
    if (used && !(from_source[v] && to_sink[v])) return false;
  }
  return true;
}

}  // namespace plumbline::flow::bpmn
