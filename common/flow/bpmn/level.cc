// SPDX-License-Identifier: Apache-2.0
#include "common/flow/bpmn/level.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/flow/bpmn/activities.h"
#include "common/flow/bpmn/blocks.h"
#include "common/flow/bpmn/conditions.h"
#include "common/flow/bpmn/duration.h"
#include "common/flow/bpmn/graph.h"
#include "common/flow/bpmn/kinds.h"
#include "common/flow/bpmn/names.h"
#include "common/flow/bpmn/reduce.h"
#include "common/flow/bpmn/targets.h"
#include "common/flow/validate.h"

namespace plumbline::flow::bpmn {
namespace {

struct FlowNode {
  const Element* element = nullptr;
  Kind kind = Kind::kPass;
  std::vector<const Element*> in, out;  // flows
  bool excused = false;                 // that nothing leads to it needs no telling
  int entry = 0, exit = 0;              // vertices
};

class LevelReader {
 public:
  LevelReader(const Element& level, const std::string& lane, Reading* reading)
      : level_(level), lane_(lane), reading_(*reading) {}

  std::vector<Node> Read() {
    Collect();
    Connect();
    for (const Element* boundary : boundaries_) ReadBoundary(*boundary);
    if (nodes_.empty()) return {};
    for (FlowNode& node : nodes_) AddVertices(&node);
    for (const Element* timer : timers_) TellTimer(*timer);
    AddStart();
    for (const FlowNode& node : nodes_) ReadConditionsOf(node);
    for (const auto& [flow, ends] : flows_)
      AddFlow(*flow, nodes_[ends.first].exit, nodes_[ends.second].entry);
    for (const FlowNode& node : nodes_) AddEnd(node);
    Prune();
    if (graph_.vertices[Graph::kSource].out.empty()) return {};
    return Reduce(std::move(graph_), &reading_);
  }

 private:
  void Collect() {
    for (const Element& child : level_.children) {
      const Kind kind = KindOf(child);
      if (kind == Kind::kFlow) {
        sequence_flows_.push_back(&child);
      } else if (kind == Kind::kBoundary) {
        boundaries_.push_back(&child);
        boundary_flows_[child.Get("id")];
      } else if (kind == Kind::kAside || kind == Kind::kUnsupported) {
        TellLoss(child, kind, false, &reading_);
      } else if (kind != Kind::kSilent) {
        index_[child.Get("id")] = nodes_.size();
        nodes_.push_back({.element = &child, .kind = kind});
      }
    }
  }

  std::optional<size_t> Find(absl::string_view reference) const {
    const auto it = index_.find(Reference(reference));
    if (it == index_.end()) return std::nullopt;
    return it->second;
  }

  void Connect() {
    for (const Element* flow : sequence_flows_) {
      const std::optional<size_t> from = Find(flow->Get("sourceRef"));
      const std::optional<size_t> to = Find(flow->Get("targetRef"));
      if (from && to && nodes_[*from].kind == Kind::kEnd) {
        reading_.Drop(*flow, "comes from an end event, after which nothing comes");
      } else if (from && to && nodes_[*to].kind == Kind::kStart) {
        reading_.Drop(*flow, "leads to a start event, before which nothing comes");
      } else if (from && to) {
        AddEnds(flow, *from, *to);
      } else if (const auto it = boundary_flows_.find(Reference(flow->Get("sourceRef")));
                 it != boundary_flows_.end()) {
        it->second.push_back(flow);
      } else {
        const absl::string_view missing = flow->Get(from ? "targetRef" : "sourceRef");
        reading_.Drop(*flow,
                      absl::StrCat(from ? "leads to '" : "comes from '", ShortenText(missing),
                                   "', which is no part of the flow of the same level"));
      }
    }
    ConnectLinks();
  }

  void AddEnds(const Element* flow, size_t from, size_t to) {
    flows_.push_back({flow, {from, to}});
    nodes_[from].out.push_back(flow);
    nodes_[to].in.push_back(flow);
  }

  // A link event that throws goes on at the one that catches its name.
  void ConnectLinks() {
    absl::flat_hash_map<std::string, size_t> catches;
    const auto link = [](const FlowNode& node) -> const Element* {
      return node.kind == Kind::kPass ? node.element->Find(Space::kModel, "linkEventDefinition")
                                      : nullptr;
    };
    for (size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].element->name == "intermediateCatchEvent" && link(nodes_[i]) != nullptr)
        catches[link(nodes_[i])->Get("name")] = i;
    }
    for (size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].element->name != "intermediateThrowEvent" || link(nodes_[i]) == nullptr)
        continue;
      const auto it = catches.find(link(nodes_[i])->Get("name"));
      if (it != catches.end()) {
        AddEnds(link(nodes_[i]), i, it->second);
      } else {
        reading_.Drop(*nodes_[i].element, "no event of this level catches its link");
      }
    }
  }

  // Whether the flows out of a boundary event only end something.
  bool OnlyEnds(const Element& boundary) {
    bool only = true;
    for (const Element* flow : boundary_flows_[boundary.Get("id")]) {
      const std::optional<size_t> to = Find(flow->Get("targetRef"));
      if (to && nodes_[*to].kind == Kind::kEnd && nodes_[*to].in.empty()) {
        nodes_[*to].excused = true;
      } else {
        only = false;
      }
    }
    return only;
  }

  void ReadBoundary(const Element& boundary) {
    const Element* timer = boundary.Find(Space::kModel, "timerEventDefinition");
    const Element* span = timer ? timer->Find(Space::kModel, "timeDuration") : nullptr;
    if (span == nullptr) {
      return reading_.Drop(boundary,
                           "at the edge of an activity only timers with a duration are supported");
    }
    const std::optional<BusinessDuration> target = ParseDuration(span->text);
    const std::optional<size_t> host = Find(boundary.Get("attachedToRef"));
    if (!target) {
      return reading_.Drop(boundary, absl::StrCat("its duration '", ShortenText(span->text),
                                                  "' cannot be a target; write days, hours and "
                                                  "minutes: P2D, PT4H"));
    }
    if (!host || nodes_[*host].kind != Kind::kStep)
      return reading_.Drop(boundary, "a timer is a target only at the edge of a task");
    targets_.Add(*host, *target, boundary);
    timers_.push_back(&boundary);
  }

  // Once every task has its target.
  void TellTimer(const Element& boundary) {
    const bool target = targets_.IsTarget(boundary);
    if (!OnlyEnds(boundary)) {
      reading_.Drop(boundary, absl::StrCat(target ? "is read as the target of its task; " : "",
                                           "the way on from it is not supported"));
    } else if (target && boundary.Get("cancelActivity") != "false") {
      reading_.Ignore(boundary,
                      "is read as the target of its task, which it does not interrupt any more");
    }
  }

  Node NodeOf(const FlowNode& node) {
    const Element& element = *node.element;
    if (node.kind == Kind::kCall)
      return WithMarkers(element, ReadCall(element, lane_, &reading_), &reading_);
    if (node.kind == Kind::kSubProcess)
      return WithMarkers(element, SubProcessOf(element), &reading_);
    Node step = ReadStep(element, lane_, &reading_);
    targets_.Apply(static_cast<size_t>(&node - nodes_.data()), &step.step, &reading_);
    return WithMarkers(element, std::move(step), &reading_);
  }

  Node SubProcessOf(const Element& element) {
    const std::string own = reading_.LaneOf(element);
    std::vector<Node> parts =
        WithinDepth(ReadLevel(element, own.empty() ? lane_ : own, &reading_), &reading_);
    if (!parts.empty()) {
      return MakeSequence(reading_.ids().TakeOf(element.Get("id")), reading_.NameOf(element),
                          std::move(parts));
    }
    reading_.Ignore(element, "nothing is done in it: it is read as a step");
    return ReadStep(element, lane_, &reading_);
  }

  // Vertices for an element: one, and where it joins and splits, or does something, one more before
  // and behind.
  void AddVertices(FlowNode* node) {
    const Element* element = node->element;
    const bool joins = node->in.size() > 1, splits = node->out.size() > 1;
    TellLoss(*element, node->kind, splits, &reading_);
    if (node->kind == Kind::kGateway) {
      const Logic logic = LogicOf(*element);
      node->entry = node->exit = graph_.AddVertex(logic, element);
      if (joins && splits) {
        node->exit = graph_.AddVertex(logic, element);
        graph_.AddEdge(node->entry, node->exit, nullptr);
      }
    } else if (node->kind == Kind::kEnd) {
      // Takes what comes, however many, and waits for nothing.
      node->entry = node->exit = graph_.AddVertex(Logic::kEnd, element);
    } else {
      const int own = graph_.AddVertex(Logic::kExclusive, element);
      if (node->kind == Kind::kStep || node->kind == Kind::kCall || node->kind == Kind::kSubProcess)
        graph_.vertices[own].node = NodeOf(*node);
      node->entry = joins ? graph_.AddVertex(Logic::kExclusive, element) : own;
      node->exit = splits ? graph_.AddVertex(SplitOf(*node), element) : own;
      if (joins) graph_.AddEdge(node->entry, own, nullptr);
      if (splits) graph_.AddEdge(own, node->exit, nullptr);
    }
  }

  // Several flows out of an activity are taken together, those with a condition where it holds.
  static Logic SplitOf(const FlowNode& node) {
    for (const Element* flow : node.out) {
      if (IsConditional(node, *flow)) return Logic::kInclusive;
    }
    return Logic::kParallel;
  }

  static bool IsConditional(const FlowNode& node, const Element& flow) {
    return flow.Find(Space::kModel, "conditionExpression") != nullptr ||
           (!flow.Get("id").empty() && node.element->Get("default") == flow.Get("id"));
  }

  void AddFlow(const Element& flow, int from, int to) {
    const int edge = graph_.AddEdge(from, to, &flow);
    const auto source = Find(flow.Get("sourceRef"));
    graph_.edges[edge].optional =
        source && (nodes_[*source].kind == Kind::kGateway || IsConditional(nodes_[*source], flow));
    const auto condition = conditions_.find(&flow);
    if (condition == conditions_.end()) return;
    graph_.edges[edge].condition = condition->second;
    graph_.edges[edge].conditional = &flow;
  }

  void ReadConditionsOf(const FlowNode& node) {
    const Logic logic = node.kind == Kind::kGateway ? LogicOf(*node.element) : SplitOf(node);
    const std::vector<std::string> conditions =
        ReadConditions(*node.element, logic, node.out, &reading_);
    for (size_t i = 0; i < conditions.size(); ++i)
      if (!conditions[i].empty()) conditions_[node.out[i]] = conditions[i];
  }

  // The start event; without one, everything that nothing leads to.
  void AddStart() {
    std::vector<int> starts;
    bool event = false;
    for (const FlowNode& node : nodes_) event = event || node.kind == Kind::kStart;
    for (FlowNode& node : nodes_) {
      if (event && node.kind == Kind::kStart && !starts.empty()) {
        reading_.Drop(*node.element, "a process has one start: only the first is read");
        node.excused = true;
      } else if (event ? node.kind == Kind::kStart : node.in.empty() && !node.excused) {
        starts.push_back(node.entry);
      }
    }
    int from = Graph::kSource;
    if (starts.size() > 1) {
      from = graph_.AddVertex(Logic::kParallel, &level_);
      graph_.AddEdge(Graph::kSource, from, nullptr);
    }
    for (const int start : starts) graph_.AddEdge(from, start, nullptr);
  }

  void AddEnd(const FlowNode& node) {
    if (!node.out.empty()) return;
    const int edge = graph_.AddEdge(node.exit, Graph::kSink, nullptr);
    if (node.kind == Kind::kEnd && node.element->Find(Space::kModel, "terminateEventDefinition"))
      graph_.edges[edge].terminate = node.element;
  }

  // Takes out what no run can reach or leave.
  void Prune() {
    const std::vector<bool> from_start = Reached(graph_, true);
    const std::vector<bool> to_end = Reached(graph_, false);
    for (const FlowNode& node : nodes_) {
      if (!from_start[node.entry] && !node.excused) {
        reading_.Drop(*node.element, "no sequence flow leads to it from the start");
      } else if (from_start[node.entry] && !to_end[node.exit]) {
        reading_.Drop(*node.element, "no sequence flow leads from it to an end");
      }
    }
    for (size_t edge = 0; edge < graph_.edges.size(); ++edge) {
      const int from = graph_.edges[edge].from, to = graph_.edges[edge].to;
      if (!from_start[from] || !to_end[to]) graph_.Remove(static_cast<int>(edge));
    }
  }

  const Element& level_;
  const std::string lane_;
  Reading& reading_;
  std::vector<const Element*> sequence_flows_, boundaries_, timers_;
  std::vector<FlowNode> nodes_;
  absl::flat_hash_map<std::string, size_t> index_;
  absl::flat_hash_map<std::string, std::vector<const Element*>> boundary_flows_;
  std::vector<std::pair<const Element*, std::pair<size_t, size_t>>> flows_;
  Targets targets_;
  absl::flat_hash_map<const Element*, std::string> conditions_;  // of the flows that have one
  Graph graph_;
};

}  // namespace

std::vector<Node> ReadLevel(const Element& level, const std::string& lane, Reading* reading) {
  return LevelReader(level, lane, reading).Read();
}

}  // namespace plumbline::flow::bpmn
