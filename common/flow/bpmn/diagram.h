// SPDX-License-Identifier: Apache-2.0
//
// A tree as a diagram: the flow elements of BPMN with their places on the plane.
#ifndef PLUMBLINE_COMMON_FLOW_BPMN_DIAGRAM_H_
#define PLUMBLINE_COMMON_FLOW_BPMN_DIAGRAM_H_

#include <string>
#include <vector>

#include "common/flow/tree.h"

namespace plumbline::flow::bpmn {

struct Point {
  int x = 0;
  int y = 0;
};

// Pixels; the origin is at the top left.
struct Rect {
  int x = 0;
  int y = 0;
  int width = 0;  // 0 = there is none
  int height = 0;
};

enum class ShapeKind { kStart, kEnd, kTask, kCall, kSubProcess, kExclusive, kParallel };

inline constexpr int kProcessLevel = -1;

struct Shape {
  ShapeKind kind = ShapeKind::kTask;
  std::string id;
  std::string name;
  const Node* node = nullptr;  // what the shape stands for; nullptr: it only belongs to it
  int parent = kProcessLevel;  // index of the sub-process that it is in
  Rect bounds;
  Rect label;
  std::vector<int> incoming, outgoing;  // flows
};

struct Flow {
  std::string id;
  std::string name;
  int from = 0;  // shapes
  int to = 0;
  int parent = kProcessLevel;
  const Node* branch = nullptr;    // whose condition says whether the flow is taken
  const Node* sequence = nullptr;  // which the flow begins and no other element stands for
  std::vector<Point> points;
  Rect label;
};

// Parents come before what is in them.
struct Diagram {
  std::vector<Shape> shapes;
  std::vector<Flow> flows;
  Rect bounds;
};

// Whether the sequence is drawn as the flow between its children: without a title, not optional,
// and with two children at least, so that reading the flow gives it back. Only where a branch
// stands: in a sequence it would melt into the one around it.
bool IsPlainSequence(const Node& node);

// The diagram of a valid tree, all coordinates from 0 up. The ids of shapes are those of nodes, or
// those (for the process level: `id`) with "_" and a word behind. A root that is a sequence and not
// optional is the process level itself. The nodes of the tree must outlive the result.
// O(nodes x depth).
Diagram Draw(const Node& root, const std::string& id);

}  // namespace plumbline::flow::bpmn

#endif  // PLUMBLINE_COMMON_FLOW_BPMN_DIAGRAM_H_
