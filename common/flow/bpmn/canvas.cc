// SPDX-License-Identifier: Apache-2.0
#include "common/flow/bpmn/canvas.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace plumbline::flow::bpmn {

Block Canvas::Begin() const {
  return {.first_shape = static_cast<int>(diagram_.shapes.size()),
          .first_flow = static_cast<int>(diagram_.flows.size())};
}

int Canvas::AddShape(ShapeKind kind, std::string id, Rect bounds) {
  diagram_.shapes.push_back(
      {.kind = kind, .id = std::move(id), .parent = parent_, .bounds = bounds});
  return static_cast<int>(diagram_.shapes.size()) - 1;
}

int Canvas::AddGateway(ShapeKind kind, std::string id, int x) {
  return AddShape(kind, std::move(id), {x, -kGateway / 2, kGateway, kGateway});
}

int Canvas::AddFlow(int from, int to, std::vector<Point> points) {
  const int flow = static_cast<int>(diagram_.flows.size());
  Shape& source = diagram_.shapes[from];
  Shape& target = diagram_.shapes[to];
  source.outgoing.push_back(flow);
  target.incoming.push_back(flow);
  diagram_.flows.push_back({.id = absl::StrCat(source.id, "_to_", target.id),
                            .from = from,
                            .to = to,
                            .parent = parent_,
                            .points = std::move(points)});
  return flow;
}

void Canvas::Name(int flow, absl::string_view name, Rect label) {
  diagram_.flows[flow].name = std::string(name);
  diagram_.flows[flow].label = label;
}

int Canvas::Enter(int parent) { return std::exchange(parent_, parent); }

void Canvas::Move(const Block& block, int dx, int dy) {
  const auto move = [&](Rect& rect) { rect.x += dx, rect.y += dy; };
  for (size_t i = block.first_shape; i < diagram_.shapes.size(); ++i) {
    move(diagram_.shapes[i].bounds);
    move(diagram_.shapes[i].label);
  }
  for (size_t i = block.first_flow; i < diagram_.flows.size(); ++i) {
    move(diagram_.flows[i].label);
    for (Point& point : diagram_.flows[i].points) point.x += dx, point.y += dy;
  }
}

void Canvas::Mirror(const Block& block) {
  const auto turn = [&](Rect& rect) { rect.x = block.width - rect.x - rect.width; };
  // How far each shape goes to the right: what is in a sub-process goes with it.
  std::vector<int> shift(diagram_.shapes.size() - block.first_shape, 0);
  for (size_t i = block.first_shape; i < diagram_.shapes.size(); ++i) {
    Shape& shape = diagram_.shapes[i];
    const int before = shape.bounds.x;
    if (shape.parent == parent_) {
      turn(shape.bounds);
      turn(shape.label);
    } else {
      shape.bounds.x += shift[shape.parent - block.first_shape];
      shape.label.x += shift[shape.parent - block.first_shape];
    }
    shift[i - block.first_shape] = shape.bounds.x - before;
  }
  for (size_t i = block.first_flow; i < diagram_.flows.size(); ++i) {
    Flow& flow = diagram_.flows[i];
    if (flow.parent == parent_) {
      turn(flow.label);
      for (Point& point : flow.points) point.x = block.width - point.x;
    } else {
      const int dx = shift[flow.parent - block.first_shape];
      flow.label.x += dx;
      for (Point& point : flow.points) point.x += dx;
    }
  }
}

Diagram Canvas::Take(Rect bounds) {
  diagram_.bounds = bounds;
  return std::move(diagram_);
}

}  // namespace plumbline::flow::bpmn
