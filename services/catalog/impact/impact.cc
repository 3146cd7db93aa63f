// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/impact/impact.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/catalog/impact/analysis.h"

namespace plumbline::catalog::impact {
namespace {

constexpr size_t kMaxRoles = 1000;

v1::Effect ToEffect(Level stops, Level waits) {
  if (stops == Level::kYes) return v1::EFFECT_STOPS;
  if (waits == Level::kYes) return v1::EFFECT_WAITS;
  if (stops == Level::kMaybe) return v1::EFFECT_MAY_STOP;
  if (waits == Level::kMaybe) return v1::EFFECT_MAY_WAIT;
  return v1::EFFECT_UNSPECIFIED;
}

void ToProto(const StepCount& count, v1::StepCounts* proto) {
  proto->set_stops(count[StepClass::kStops]);
  proto->set_waits(count[StepClass::kWaits]);
  proto->set_may_wait(count[StepClass::kMayWait]);
}

// Of a process: that of its latest revision, or else of its draft. Of a step: that in the last live
// revision.
std::string TitleOf(const Graph& graph, const Subject& subject) {
  if (subject.kind == Subject::Kind::kProcess) {
    const Id process = graph.vocabulary().processes.Find(subject.id);
    if (process == kNoId) return "";
    const ProcessEntry& entry = graph.entry(process);
    const PartIndex part = entry.latest != kNoPart ? entry.latest : entry.draft;
    return part == kNoPart ? "" : graph.part(part).title;
  }
  std::string title;
  int64_t revision = 0;
  for (PartIndex index : LivePartsWithStep(graph, subject)) {
    const Part& part = graph.part(index);
    if (part.revision < revision) continue;
    revision = part.revision;
    for (const Leaf& leaf : part.tree.leaves) {
      const bool step = part.tree.nodes[leaf.node].kind == NodeKind::kStep;
      if (step && part.tree.IdOf(leaf) == subject.step)
        title = std::string(part.tree.TitleOf(leaf));
    }
  }
  return title;
}

class Answer {
 public:
  Answer(const Graph& graph, Analysis& analysis, absl::string_view workspace,
         absl::string_view subject)
      : graph_(graph), analysis_(analysis), workspace_(workspace), subject_(subject) {}

  // The page; whether there are more.
  bool AddProcesses(const PageRequest& request, v1::AnalyzeImpactResponse* response) {
    const PagePosition& after = request.after;
    std::vector<PartIndex> rest = analysis_.reached();
    if (after.depth > 0) {
      const SortKey last{after.depth, after.process, after.revision};
      std::erase_if(rest, [&](PartIndex part) { return Key(part) <= last; });
    }
    const size_t most = std::min(rest.size(), static_cast<size_t>(request.limit));
    std::partial_sort(rest.begin(), rest.begin() + static_cast<int64_t>(most), rest.end(),
                      [&](PartIndex a, PartIndex b) { return Before(a, b); });
    size_t size = 0;
    for (size_t bytes = 0; size < most && (size == 0 || bytes < request.max_bytes); ++size) {
      v1::AffectedProcess* process = response->add_processes();
      Describe(rest[size], process);
      bytes += process->ByteSizeLong();
    }
    return rest.size() > size;
  }

  void AddRoles(v1::AnalyzeImpactResponse* response) {
    std::vector<Id> roles;
    for (Id role = 0; role < analysis_.roles().size(); ++role) {
      if (analysis_.roles()[role].parts > 0) roles.push_back(role);
    }
    response->set_role_count(static_cast<int32_t>(roles.size()));
    const auto more = [&](Id a, Id b) {
      const StepCount& x = analysis_.roles()[a].steps;
      const StepCount& y = analysis_.roles()[b].steps;
      const auto key = [](const StepCount& count, absl::string_view text) {
        return std::make_tuple(count[StepClass::kStops], count[StepClass::kWaits],
                               count[StepClass::kMayWait], text);
      };
      return key(y, TextOf(a)) < key(x, TextOf(b));
    };
    const size_t size = std::min(roles.size(), kMaxRoles);
    std::partial_sort(roles.begin(), roles.begin() + static_cast<int64_t>(size), roles.end(), more);
    for (size_t i = 0; i < size; ++i) {
      v1::AffectedRole& role = *response->add_roles();
      role.set_role(TextOf(roles[i]));
      ToProto(analysis_.roles()[roles[i]].steps, role.mutable_steps());
      role.set_process_count(analysis_.roles()[roles[i]].parts);
    }
  }

 private:
  using SortKey = std::tuple<int32_t, absl::string_view, int64_t>;
  SortKey Key(PartIndex part) const {
    return {analysis_.effect(part).depth, graph_.ProcessOf(graph_.part(part)),
            graph_.part(part).revision};
  }
  // By key; most are told apart without their names, which lie far away.
  bool Before(PartIndex a, PartIndex b) const {
    const int32_t x = analysis_.effect(a).depth, y = analysis_.effect(b).depth;
    return x != y ? x < y : Key(a) < Key(b);
  }
  const std::string& TextOf(Id role) const { return graph_.vocabulary().roles.Text(role); }

  std::string NameOf(PartIndex part) const {
    return absl::StrCat("workspaces/", workspace_, "/processes/",
                        graph_.ProcessOf(graph_.part(part)), "@", graph_.part(part).revision);
  }

  void Describe(PartIndex index, v1::AffectedProcess* process) {
    const Part& part = graph_.part(index);
    const PartEffect& effect = analysis_.effect(index);
    process->set_name(NameOf(index));
    process->set_title(part.title);
    process->set_owner(part.owner);
    process->set_depth(effect.depth);
    process->set_latest(graph_.IsLatest(index));
    process->set_effect(ToEffect(effect.ends, Level::kNo));
    process->set_called_effect(ToEffect(Level::kNo, effect.called));
    if (!effect.affected) return;
    const Effects& evaluation = analysis_.Evaluate(index);
    for (NodeIndex node = 0; node < part.tree.nodes.size(); ++node) {
      if (!part.tree.nodes[node].is_leaf()) continue;
      const v1::Effect of_node = ToEffect(evaluation.out(node), evaluation.waits(node));
      if (of_node != v1::EFFECT_UNSPECIFIED)
        DescribeNode(index, node, of_node, evaluation, process->add_nodes());
    }
  }

  void DescribeNode(PartIndex index, NodeIndex node, v1::Effect effect, const Effects& evaluation,
                    v1::AffectedNode* proto) {
    const Tree& tree = graph_.part(index).tree;
    const Leaf& leaf = tree.LeafOf(node);
    const bool is_call = tree.nodes[node].kind == NodeKind::kCall;
    proto->set_id(std::string(tree.IdOf(leaf)));
    proto->set_title(std::string(tree.TitleOf(leaf)));
    proto->set_effect(effect);
    if (is_call) {
      const PartIndex target = tree.calls[tree.nodes[node].what].target;
      if (target != kNoPart) proto->set_called_process(NameOf(target));
    } else {
      proto->set_role(TextOf(tree.nodes[node].what));
    }
    if (effect == v1::EFFECT_WAITS || effect == v1::EFFECT_MAY_WAIT) {
      proto->set_cause(std::string(tree.IdOf(tree.LeafOf(evaluation.cause(node)))));
    } else {
      proto->set_cause(is_call && !analysis_.IsWhole(index) ? proto->called_process()
                                                            : std::string(subject_));
    }
  }

  const Graph& graph_;
  Analysis& analysis_;
  const absl::string_view workspace_;
  const absl::string_view subject_;
};

}  // namespace

bool Holds(const Graph& graph, const Subject& subject) {
  if (subject.kind == Subject::Kind::kUtility)
    return graph.vocabulary().utilities.Find(subject.id) != kNoId;
  if (subject.kind == Subject::Kind::kStep) return !LivePartsWithStep(graph, subject).empty();
  const Id process = graph.vocabulary().processes.Find(subject.id);
  if (process == kNoId) return false;
  if (subject.revision == 0) return graph.entry(process).draft != kNoPart;
  const PartIndex part = graph.Find(process, subject.revision);
  return part != kNoPart && graph.part(part).is_live();
}

bool Analyze(const Graph& graph, const Subject& subject, absl::string_view workspace,
             absl::string_view name, const PageRequest& page, v1::AnalyzeImpactResponse* response) {
  Analysis analysis(graph, subject);
  analysis.Run();
  Answer answer(graph, analysis, workspace, name);
  const bool more = answer.AddProcesses(page, response);
  answer.AddRoles(response);
  response->set_name(std::string(name));
  if (subject.kind != Subject::Kind::kUtility) response->set_title(TitleOf(graph, subject));
  response->set_process_count(static_cast<int32_t>(analysis.reached().size()));
  ToProto(analysis.Steps(), response->mutable_steps());
  int32_t deepest = 0;
  for (PartIndex part : analysis.reached())
    deepest = std::max(deepest, analysis.effect(part).depth);
  response->set_max_depth(deepest);
  return more;
}

}  // namespace plumbline::catalog::impact
