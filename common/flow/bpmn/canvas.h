// SPDX-License-Identifier: Apache-2.0
//
// A diagram while it is drawn, block by block.
#ifndef PLUMBLINE_COMMON_FLOW_BPMN_CANVAS_H_
#define PLUMBLINE_COMMON_FLOW_BPMN_CANVAS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/flow/bpmn/diagram.h"

namespace plumbline::flow::bpmn {

inline constexpr int kGateway = 50;  // width and height

// A part of a diagram that is moved as a whole: the shapes and flows that were drawn since it
// began. Its way in is at the left (x = 0), its way out at the right (x = width), both at the
// height of its spine, y = 0; it reaches `up` and `down` from there.
struct Block {
  int first_shape = 0;
  int first_flow = 0;
  int entry = 0;  // shapes
  int exit = 0;
  int width = 0;
  int up = 0;
  int down = 0;
};

class Canvas {
 public:
  // A block that begins with what is drawn next.
  Block Begin() const;

  int AddShape(ShapeKind kind, std::string id, Rect bounds);
  // On the spine.
  int AddGateway(ShapeKind kind, std::string id, int x);
  int AddFlow(int from, int to, std::vector<Point> points);
  void Name(int flow, absl::string_view name, Rect label);

  Shape& shape(int index) { return diagram_.shapes[index]; }
  Flow& flow(int index) { return diagram_.flows[index]; }

  // What is drawn from now on is in the sub-process `parent`; returns in which it was until now.
  int Enter(int parent);

  // Moves everything that was drawn since `block` began.
  void Move(const Block& block, int dx, int dy);
  // Turns the same so that its way in is at the right. What is inside a sub-process keeps its
  // direction.
  void Mirror(const Block& block);

  Diagram Take(Rect bounds);

 private:
  Diagram diagram_;
  int parent_ = kProcessLevel;
};

}  // namespace plumbline::flow::bpmn

#endif  // PLUMBLINE_COMMON_FLOW_BPMN_CANVAS_H_
