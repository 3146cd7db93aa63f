// SPDX-License-Identifier: Apache-2.0
//
// Blocks (canvas.h) are laid out bottom-up: each is drawn at the origin, then moved to its place in
// the one around it.
#include "common/flow/bpmn/diagram.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/flow/bpmn/canvas.h"
#include "common/flow/bpmn/names.h"

namespace plumbline::flow::bpmn {
namespace {

constexpr int kGap = 50;     // between shapes that follow each other
constexpr int kRowGap = 40;  // between rows
constexpr int kEvent = 36;
constexpr int kHalf = kGateway / 2;
constexpr int kTaskHeight = 80;
constexpr int kPadding = 40;  // inside an expanded sub-process
constexpr int kTitleLine = 20;
constexpr int kLabelWidth = 100;
constexpr int kLabelLine = 14;
constexpr int kLabelCharacters = 15;  // of a line of a label, with room to spare

int Characters(absl::string_view text) {
  return static_cast<int>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

int LabelHeight(absl::string_view text) {
  return (Characters(text) / kLabelCharacters + 1) * kLabelLine;
}

// A long title needs a wide task.
int TaskWidth(absl::string_view title) {
  const int characters = Characters(title);
  return characters <= 45 ? 100 : characters <= 80 ? 150 : 260;
}

class Artist {
 public:
  Diagram Draw(const Node& root, const std::string& id) {
    Block all = Level(
        root.kind == NodeKind::kSequence && !root.optional ? Children(root) : std::vector{&root},
        id);
    canvas_.Move(all, 0, all.up);
    return canvas_.Take({0, 0, all.width, all.up + all.down});
  }

 private:
  static std::vector<const Node*> Children(const Node& node) {
    std::vector<const Node*> children;
    for (const Node& child : node.children) children.push_back(&child);
    return children;
  }

  // Names a gateway after its node, above it. Returns how far it reaches up.
  int NameGateway(int gateway, const Node& node) {
    Shape& shape = canvas_.shape(gateway);
    shape.node = &node;
    shape.name = node.title;
    if (node.title.empty()) return kHalf;
    const int height = LabelHeight(node.title);
    shape.label = {shape.bounds.x + kHalf - kLabelWidth / 2, -kHalf - 4 - height, kLabelWidth,
                   height};
    return kHalf + 4 + height;
  }

  Block DrawNode(const Node& node) { return node.optional ? Optional(node, &node) : Plain(node); }

  Block Plain(const Node& node) {
    switch (node.kind) {
      case NodeKind::kSequence:
        return SubProcess(node);
      case NodeKind::kParallel:
        return Fork(node, ShapeKind::kParallel);
      case NodeKind::kChoice:
        return Fork(node, ShapeKind::kExclusive);
      case NodeKind::kLoop:
        return Loop(node);
      case NodeKind::kCall:
        return Activity(node, ShapeKind::kCall);
      case NodeKind::kStep:
        return Activity(node, ShapeKind::kTask);
    }
    return canvas_.Begin();
  }

  // A child of anything but a sequence.
  Block Branch(const Node& node) {
    return IsPlainSequence(node) ? Chain(Children(node)) : DrawNode(node);
  }

  // A branch of a choice: its condition says whether it is taken, not whether it is left out.
  Block Alternative(const Node& node) {
    return node.optional ? Optional(node, nullptr) : Branch(node);
  }

  // A flow that enters `branch`.
  void Enter(const Node& branch, int flow) {
    if (IsPlainSequence(branch)) canvas_.flow(flow).sequence = &branch;
  }

  Block Activity(const Node& node, ShapeKind kind) {
    Block block = canvas_.Begin();
    block.width = TaskWidth(node.title);
    block.up = block.down = kTaskHeight / 2;
    const int shape = canvas_.AddShape(kind, node.id, {0, -block.up, block.width, kTaskHeight});
    canvas_.shape(shape).node = &node;
    // A step may leave its title to the library.
    canvas_.shape(shape).name = node.title.empty() ? node.step.uses : node.title;
    block.entry = block.exit = shape;
    return block;
  }

  // Puts `next`, which was drawn at the origin, behind `block`; joins them by a flow.
  void Append(const Block& next, Block* block) {
    const int x = block->width + kGap;
    canvas_.Move(next, x, 0);
    canvas_.AddFlow(block->exit, next.entry, {{block->width, 0}, {x, 0}});
    block->exit = next.exit;
    block->width = x + next.width;
    block->up = std::max(block->up, next.up);
    block->down = std::max(block->down, next.down);
  }

  Block Chain(const std::vector<const Node*>& nodes) {
    Block chain = DrawNode(*nodes[0]);
    for (size_t i = 1; i < nodes.size(); ++i) Append(DrawNode(*nodes[i]), &chain);
    return chain;
  }

  Block Event(ShapeKind kind, std::string id) {
    Block block = canvas_.Begin();
    block.width = kEvent;
    block.up = block.down = kEvent / 2;
    block.entry = block.exit =
        canvas_.AddShape(kind, std::move(id), {0, -block.up, kEvent, kEvent});
    return block;
  }

  // What is between a start and an end of its own.
  Block Level(const std::vector<const Node*>& nodes, const std::string& id) {
    Block level = Event(ShapeKind::kStart, absl::StrCat(id, "_start"));
    for (const Node* node : nodes) Append(DrawNode(*node), &level);
    Append(Event(ShapeKind::kEnd, absl::StrCat(id, "_finish")), &level);
    return level;
  }

  Block SubProcess(const Node& node) {
    Block block = canvas_.Begin();
    const int shape = canvas_.AddShape(ShapeKind::kSubProcess, node.id, {});
    block.entry = block.exit = shape;
    const int around = canvas_.Enter(shape);
    const Block inside = Level(Children(node), node.id);
    canvas_.Enter(around);
    canvas_.Move(inside, kPadding, 0);
    block.width = inside.width + 2 * kPadding;
    const int title_lines = Characters(node.title) * 7 / block.width + 1;
    block.up = inside.up + 10 + title_lines * kTitleLine;
    block.down = inside.down + 20;
    canvas_.shape(shape).node = &node;
    canvas_.shape(shape).name = node.title;
    canvas_.shape(shape).bounds = {0, -block.up, block.width, block.up + block.down};
    return block;
  }

  // Branches between two gateways: the first on the spine, the others below.
  Block Fork(const Node& node, ShapeKind kind) {
    Block block = canvas_.Begin();
    block.entry = canvas_.AddGateway(kind, node.id, 0);
    block.up = NameGateway(block.entry, node);
    block.down = kHalf;
    constexpr int kBranchX = kGateway + kGap;
    struct Lane {
      int exit, right, y;
    };
    std::vector<Lane> lanes;
    int right = 0;
    for (const Node& child : node.children) {
      const bool alternative = kind == ShapeKind::kExclusive;
      const Block branch = alternative ? Alternative(child) : Branch(child);
      const int y = lanes.empty() ? 0 : block.down + kRowGap + branch.up;
      canvas_.Move(branch, kBranchX, y);
      const int flow =
          y == 0 ? canvas_.AddFlow(block.entry, branch.entry, {{kGateway, 0}, {kBranchX, 0}})
                 : canvas_.AddFlow(block.entry, branch.entry,
                                   {{kHalf, kHalf}, {kHalf, y}, {kBranchX, y}});
      Enter(child, flow);
      if (alternative) canvas_.flow(flow).branch = &child;
      lanes.push_back({branch.exit, kBranchX + branch.width, y});
      right = std::max(right, lanes.back().right);
      if (y == 0) block.up = std::max(block.up, branch.up);
      block.down = std::max(block.down, y + branch.down);
    }
    const int x = right + kGap;
    block.exit = canvas_.AddGateway(kind, absl::StrCat(node.id, "_end"), x);
    for (const Lane& lane : lanes) {
      const Point end{lane.right, lane.y};
      if (lane.y == 0) {
        canvas_.AddFlow(lane.exit, block.exit, {end, {x, 0}});
      } else {
        canvas_.AddFlow(lane.exit, block.exit, {end, {x + kHalf, lane.y}, {x + kHalf, kHalf}});
      }
    }
    block.width = x + kGateway;
    return block;
  }

  // The node, and a way past it above. `decided` is the node if its condition says whether it is
  // done.
  Block Optional(const Node& node, const Node* decided) {
    Block block = canvas_.Begin();
    block.entry = canvas_.AddGateway(ShapeKind::kExclusive, absl::StrCat(node.id, "_optional"), 0);
    const Block inside = Plain(node);
    constexpr int kInsideX = kGateway + kGap;
    canvas_.Move(inside, kInsideX, 0);
    const int right = kInsideX + inside.width;
    const int x = right + kGap;
    block.exit = canvas_.AddGateway(ShapeKind::kExclusive, absl::StrCat(node.id, "_done"), x);
    const int done = canvas_.AddFlow(block.entry, inside.entry, {{kGateway, 0}, {kInsideX, 0}});
    canvas_.flow(done).branch = decided;
    canvas_.AddFlow(inside.exit, block.exit, {{right, 0}, {x, 0}});
    const int y = -std::max(inside.up, kHalf) - 20;
    const int past =
        canvas_.AddFlow(block.entry, block.exit,
                        {{kHalf, -kHalf}, {kHalf, y}, {x + kHalf, y}, {x + kHalf, -kHalf}});
    canvas_.Name(past, "leave out", {kHalf + 6, y - kLabelLine - 3, 60, kLabelLine});
    block.width = x + kGateway;
    block.up = -y + kLabelLine + 3;
    block.down = std::max(inside.down, kHalf);
    return block;
  }

  // The body on the spine, the way back below it with what is redone, from right to left.
  Block Loop(const Node& node) {
    Block block = canvas_.Begin();
    block.entry = canvas_.AddGateway(ShapeKind::kExclusive, absl::StrCat(node.id, "_again"), 0);
    constexpr int kBodyX = kGateway + kGap;
    const Block body = Branch(node.children[0]);
    canvas_.Move(body, kBodyX, 0);
    Enter(node.children[0], canvas_.AddFlow(block.entry, body.entry, {{kGateway, 0}, {kBodyX, 0}}));
    block.down = std::max(body.down, kHalf);

    Block redo;
    int redo_y = block.down + 30;
    if (node.children.size() > 1) {
      redo = Branch(node.children[1]);
      canvas_.Mirror(redo);
      redo_y = block.down + kRowGap + redo.up;
    }
    const int right = kBodyX + std::max(body.width, redo.width);
    const int x = right + kGap;
    canvas_.Move(redo.width > 0 ? redo : canvas_.Begin(), right - redo.width, redo_y);
    block.exit = canvas_.AddGateway(ShapeKind::kExclusive, node.id, x);
    block.up = std::max(body.up, NameGateway(block.exit, node));
    canvas_.AddFlow(body.exit, block.exit, {{kBodyX + body.width, 0}, {x, 0}});
    const int back = Back(node, block, redo, right, redo_y);
    canvas_.Name(back, kAgainName, {x + kHalf + 6, kHalf + 6, 40, kLabelLine});
    block.width = x + kGateway;
    block.down = redo_y + std::max(redo.down, 10);
    return block;
  }

  // The flows of the way back; returns the one that leaves the question.
  int Back(const Node& node, const Block& loop, const Block& redo, int right, int y) {
    const int x = right + kGap + kHalf;
    if (redo.width == 0)
      return canvas_.AddFlow(loop.exit, loop.entry,
                             {{x, kHalf}, {x, y}, {kHalf, y}, {kHalf, kHalf}});
    const int back = canvas_.AddFlow(loop.exit, redo.entry, {{x, kHalf}, {x, y}, {right, y}});
    Enter(node.children[1], back);
    canvas_.AddFlow(redo.exit, loop.entry, {{right - redo.width, y}, {kHalf, y}, {kHalf, kHalf}});
    return back;
  }

  Canvas canvas_;
};

}  // namespace

bool IsPlainSequence(const Node& node) {
  return node.kind == NodeKind::kSequence && !node.optional && node.title.empty() &&
         node.children.size() >= 2;
}

Diagram Draw(const Node& root, const std::string& id) { return Artist().Draw(root, id); }

}  // namespace plumbline::flow::bpmn
