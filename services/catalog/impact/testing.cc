// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/impact/testing.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/flow/validate.h"

namespace plumbline::catalog::impact {
namespace {

v1::Node NodeOf(absl::string_view id) {
  v1::Node node;
  node.set_id(std::string(id));
  node.set_title(absl::StrCat("Title of ", id));
  return node;
}

const std::string& Any(std::mt19937& random, const std::vector<std::string>& values) {
  return values[Below(random, static_cast<int>(values.size()))];
}

class TreeMaker {
 public:
  TreeMaker(std::mt19937& random, const TreeShape& shape) : random_(random), shape_(shape) {}

  v1::Node Make(int leaves) {
    v1::Node node = leaves <= 1 ? MakeLeaf() : MakeInner(leaves);
    node.set_optional(Below(random_, 6) == 0);
    return node;
  }

 private:
  std::string NextId() { return absl::StrCat("n", ++nodes_); }

  v1::Node MakeLeaf() {
    if (!shape_.callable.empty() && Below(random_, 3) == 0)
      return Call(NextId(), Any(random_, shape_.callable));
    std::set<std::string> utilities;
    for (int i = Below(random_, 3); i > 0; --i) utilities.insert(Any(random_, shape_.utilities));
    return Step(NextId(), {utilities.begin(), utilities.end()}, Any(random_, shape_.roles));
  }

  v1::Node MakeInner(int leaves) {
    const std::string id = NextId();
    const int kind = Below(random_, 6);
    if (kind == 0) {
      const int redo = Below(random_, leaves);
      return redo == 0 ? Loop(id, Make(leaves)) : Loop(id, Make(leaves - redo), Make(redo));
    }
    std::vector<v1::Node> children;
    while (leaves > 0 || children.size() < 2) {
      const int part = leaves <= 1 ? 1 : 1 + Below(random_, leaves - (children.empty() ? 1 : 0));
      children.push_back(Make(part));
      leaves -= part;
    }
    if (kind == 1) return Choice(id, children);
    if (kind == 2) return Parallel(id, children);
    return Sequence(id, children);
  }

  std::mt19937& random_;
  const TreeShape& shape_;
  int nodes_ = 0;
};

v1::Process ProcessOf(absl::string_view id, const v1::Node& root) {
  v1::Process process;
  process.set_title(absl::StrCat("Title of ", id));
  process.set_owner(absl::StrCat("Owner of ", id));
  *process.mutable_root() = root;
  return process;
}

int NumberOf(const std::string& id) { return std::atoi(id.c_str() + 1); }

// Latest revisions of processes with numbers below `number`, now and then an older one.
std::vector<std::string> Publishable(std::mt19937& random, const Catalog& catalog, int number) {
  std::vector<std::string> names;
  for (const auto& [id, entry] : catalog.processes) {
    if (NumberOf(id) >= number || entry.revisions.empty()) continue;
    const int latest = static_cast<int>(entry.revisions.size());
    names.push_back(
        absl::StrCat(id, "@", Below(random, 4) == 0 ? 1 + Below(random, latest) : latest));
  }
  return names;
}

// Whatever a draft may call: itself, what does not exist, revisions that are yet to come.
std::vector<std::string> Nameable(std::mt19937& random, int ids) {
  std::vector<std::string> names;
  for (int i = 0; i < ids; ++i) {
    names.push_back(absl::StrCat("p", i));
    names.push_back(absl::StrCat("p", i, "@", 1 + Below(random, 3)));
    names.push_back(absl::StrCat("p", i, "@stable"));
  }
  return names;
}

// Any standing that a process with these revisions can have.
Standing AnyStanding(std::mt19937& random, int revisions) {
  Standing standing{.latest = revisions, .archived = Below(random, 5) == 0};
  std::set<int64_t> in_use;
  if (revisions > 0 && Below(random, 2) == 0) {
    standing.tags.emplace_back("stable", 1 + Below(random, revisions));
    in_use.insert(standing.tags[0].second);
  }
  standing.chosen = Below(random, revisions + 1);
  in_use.insert(standing.chosen);
  in_use.insert(Below(random, revisions + 1));  // later
  in_use.erase(0);
  if (standing.archived) {
    standing.chosen = 0;
    in_use.clear();
  }
  standing.in_use.assign(in_use.begin(), in_use.end());
  return standing;
}

}  // namespace

v1::Node Step(absl::string_view id, const std::vector<std::string>& utilities,
              absl::string_view role) {
  v1::Node node = NodeOf(id);
  node.mutable_step()->set_role(std::string(role));
  for (const std::string& utility : utilities) node.mutable_step()->add_utilities(utility);
  return node;
}

v1::Node Call(absl::string_view id, absl::string_view called) {
  v1::Node node = NodeOf(id);
  node.mutable_call()->set_process(absl::StrCat("processes/", called));
  return node;
}

v1::Node Sequence(absl::string_view id, const std::vector<v1::Node>& nodes) {
  v1::Node node = NodeOf(id);
  for (const v1::Node& child : nodes) *node.mutable_sequence()->add_nodes() = child;
  return node;
}

v1::Node Parallel(absl::string_view id, const std::vector<v1::Node>& nodes) {
  v1::Node node = NodeOf(id);
  for (const v1::Node& child : nodes) *node.mutable_parallel()->add_nodes() = child;
  return node;
}

v1::Node Choice(absl::string_view id, const std::vector<v1::Node>& nodes) {
  v1::Node node = NodeOf(id);
  for (const v1::Node& child : nodes) *node.mutable_choice()->add_nodes() = child;
  return node;
}

v1::Node Loop(absl::string_view id, const v1::Node& body) {
  v1::Node node = NodeOf(id);
  *node.mutable_loop()->mutable_body() = body;
  return node;
}

v1::Node Loop(absl::string_view id, const v1::Node& body, const v1::Node& redo) {
  v1::Node node = Loop(id, body);
  *node.mutable_loop()->mutable_redo() = redo;
  return node;
}

v1::Node Optional(v1::Node node) {
  node.set_optional(true);
  return node;
}

int Below(std::mt19937& random, int n) {
  return static_cast<int>(random() % static_cast<uint32_t>(n));
}

v1::Node RandomTree(std::mt19937& random, const TreeShape& shape) {
  return TreeMaker(random, shape).Make(1 + Below(random, shape.leaves));
}

Standing LatestOnly(int64_t latest) {
  Standing standing{.latest = latest, .chosen = latest};
  if (latest > 0) standing.in_use = {latest};
  return standing;
}

std::string RandomWrite(std::mt19937& random, int ids, Catalog* catalog) {
  const int number = Below(random, ids);
  const std::string id = absl::StrCat("p", number);
  Catalog::Entry& entry = catalog->processes[id];
  ++entry.version;
  TreeShape shape;
  if (Below(random, 2) == 0) {
    shape.callable = Nameable(random, ids);
    entry.draft = ProcessOf(id, RandomTree(random, shape));
    if (Below(random, 2) == 0)
      entry.standing = AnyStanding(random, static_cast<int>(entry.revisions.size()));
    return id;
  }
  shape.callable = Publishable(random, *catalog, number);
  entry.draft = ProcessOf(id, RandomTree(random, shape));
  entry.revisions.push_back(entry.draft);
  entry.revisions.back().set_revision(static_cast<int64_t>(entry.revisions.size()));
  entry.standing = LatestOnly(static_cast<int64_t>(entry.revisions.size()));
  return id;
}

void Tell(const Catalog& catalog, const std::string& process, Graph* graph) {
  const Catalog::Entry& entry = catalog.processes.at(process);
  graph->Put(process, {entry.version, entry.version}, entry.draft,
             entry.revisions.empty() ? nullptr : &entry.revisions.back(), entry.standing);
  for (auto missing = graph->Missing(); !missing.empty(); missing = graph->Missing()) {
    for (const RevisionKey& key : missing) graph->AddRevision(key, catalog.Revision(key));
  }
}

std::vector<RevisionKey> LiveRevisions(const Catalog& catalog) {
  std::set<std::pair<std::string, int64_t>> live;
  const std::function<void(const std::string&, int64_t)> add = [&](const std::string& process,
                                                                   int64_t revision) {
    if (!live.insert({process, revision}).second) return;
    const std::function<void(const v1::Node&)> walk = [&](const v1::Node& node) {
      for (const v1::Node& child : node.sequence().nodes()) walk(child);
      for (const v1::Node& child : node.parallel().nodes()) walk(child);
      for (const v1::Node& child : node.choice().nodes()) walk(child);
      if (node.has_loop()) walk(node.loop().body());
      if (node.loop().has_redo()) walk(node.loop().redo());
      if (!node.has_call()) return;
      const auto called = flow::ParseCalled(node.call().process());
      add(called->process, called->revision);
    };
    walk(catalog.Revision({process, revision}).root());
  };
  for (const auto& [id, entry] : catalog.processes) {
    for (const int64_t revision : entry.standing.in_use) add(id, revision);
  }
  std::vector<RevisionKey> keys;
  for (const auto& [process, revision] : live) keys.push_back({process, revision});
  return keys;
}

namespace {

// Ends steps until only decisions are left.
void EndSteps(const std::vector<bool>& out, flow::Progress* progress) {
  while (true) {
    bool ended = false;
    for (flow::NodeIndex step : progress->EnabledSteps()) {
      if (out[step]) continue;
      if (!progress->EndStep(step).ok()) std::abort();
      ended = true;
      break;
    }
    if (!ended) return;
  }
}

Runs::Decision KeyOf(const flow::Plan& plan, const flow::Progress& progress,
                     const flow::OpenDecision& open) {
  const auto& children = plan.node(open.node).children;
  return {open.node, progress.round(open.node),
          children.empty() ? 0 : progress.round(children.front()),
          absl::StrJoin(open.options, ",")};
}

}  // namespace

Runs::Runs(const flow::Plan& plan, size_t most) : plan_(plan), most_(most) {
  Explore(flow::Progress(plan), {});
  if (too_many_) all_.clear();
}

void Runs::Explore(const flow::Progress& begun, const Decisions& decisions) {
  if (too_many_) return;
  flow::Progress progress = begun;
  EndSteps(std::vector<bool>(plan_.size(), false), &progress);
  const std::vector<flow::OpenDecision> open = progress.OpenDecisions();
  if (open.empty()) {
    all_.push_back(decisions);
    too_many_ = all_.size() > most_;
    return;
  }
  const Decision key = KeyOf(plan_, progress, open.front());
  for (const std::string& option : open.front().options) {
    const auto repeated = [&](const auto& decision) {
      return std::get<0>(decision.first) == open.front().node && decision.second == flow::kAgain;
    };
    if (option == flow::kAgain && std::count_if(decisions.begin(), decisions.end(), repeated) == 2)
      continue;
    flow::Progress next = progress;
    if (!next.Decide(open.front().node, option).ok()) std::abort();
    Decisions more = decisions;
    more[key] = option;
    Explore(next, more);
  }
}

Runs::Outcome Runs::Follow(const Decisions& decisions, const std::vector<bool>& out) const {
  flow::Progress progress(plan_);
  while (true) {
    EndSteps(out, &progress);
    const std::vector<flow::OpenDecision> open = progress.OpenDecisions();
    if (open.empty()) break;
    if (!progress.Decide(open.front().node, decisions.at(KeyOf(plan_, progress, open.front())))
             .ok())
      std::abort();
  }
  Outcome outcome{.ended = progress.finished()};
  for (flow::NodeIndex node = 0; node < plan_.size(); ++node)
    outcome.turns.push_back(progress.round(node));
  return outcome;
}

}  // namespace plumbline::catalog::impact
