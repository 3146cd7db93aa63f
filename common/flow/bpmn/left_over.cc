// SPDX-License-Identifier: Apache-2.0
#include "common/flow/bpmn/left_over.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace plumbline::flow::bpmn {
namespace {

const char* WordFor(Logic logic) {
  switch (logic) {
    case Logic::kExclusive:
      return "takes the first that comes";
    case Logic::kParallel:
      return "waits for all of them";
    case Logic::kInclusive:
      return "waits for those that were taken";
    case Logic::kEnd:
      return "ends";
  }
  return "";
}

const char* ReadAs(Logic logic) {
  switch (logic) {
    case Logic::kParallel:
      return "parallel branches";
    case Logic::kInclusive:
      return "parallel branches, each of which may be left out";
    default:
      return "a choice";
  }
}

// What best_effort makes of it. `pair`: all its ways lead to one other gateway, or come from one.
std::string WhatItBecomes(const Graph& graph, const Vertex& vertex, bool pair) {
  const bool splits = vertex.out.size() > 1;
  if (pair) {
    const Logic logic =
        splits ? vertex.logic : graph.vertices[graph.edges[vertex.in[0]].from].logic;
    return absl::StrCat("; the two are read as ", ReadAs(logic));
  }
  if (!splits) return "; it is read as the end of what begins before it";
  const char* loop = vertex.logic == Logic::kExclusive ? " or a loop" : "";
  return absl::StrCat("; with the ways on that are not left out it is read as ",
                      ReadAs(vertex.logic), loop);
}

std::string WhyLeftOver(const Graph& graph, const Vertex& vertex, bool best_effort) {
  const bool splits = vertex.out.size() > 1;
  const std::vector<int>& edges = splits ? vertex.out : vertex.in;
  const auto far_end = [&](int edge) {
    return splits ? graph.edges[edge].to : graph.edges[edge].from;
  };
  const bool pair = std::all_of(edges.begin(), edges.end(),
                                [&](int edge) { return far_end(edge) == far_end(edges[0]); });
  const std::string becomes = best_effort ? WhatItBecomes(graph, vertex, pair) : "";
  const Vertex& other = graph.vertices[far_end(edges[0])];
  if (pair && other.origin != nullptr) {
    return absl::StrCat(splits ? "its branches meet at " : "joins the branches of ",
                        Describe(*other.origin), ", but the one that joins ",
                        WordFor(splits ? other.logic : vertex.logic),
                        ": use a pair of gateways of the same kind", becomes);
  }
  return absl::StrCat("is not block-structured: ",
                      splits
                          ? "its branches do not all come together again at one gateway of its kind"
                          : "what it joins did not all begin at one gateway of its kind",
                      "; draw blocks that lie side by side or inside each other", becomes);
}

}  // namespace

void TellLeftOver(const Graph& graph, Reading* reading) {
  for (const Vertex& vertex : graph.vertices) {
    if (vertex.origin == nullptr || (vertex.out.size() < 2 && vertex.in.size() < 2)) continue;
    reading->Change(*vertex.origin, WhyLeftOver(graph, vertex, reading->best_effort()));
  }
}

}  // namespace plumbline::flow::bpmn
