// SPDX-License-Identifier: Apache-2.0
//
// Impact across processes against a slow direct reference on random catalogs, which expands every
// revision with all that it calls and plays out all of its runs.
#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/flow/plan.h"
#include "common/flow/proto/convert.h"
#include "common/flow/validate.h"
#include "gtest/gtest.h"
#include "services/catalog/impact/effects.h"
#include "services/catalog/impact/impact.h"
#include "services/catalog/impact/testing.h"

namespace plumbline::catalog::impact {
namespace {

v1::AnalyzeImpactResponse AnalyzeAll(const Graph& graph, const Subject& subject) {
  v1::AnalyzeImpactResponse response;
  EXPECT_FALSE(Analyze(graph, subject, "acme", "the-subject", {{}, 100'000, kAnyBytes}, &response));
  return response;
}

std::string TextOf(const RevisionKey& key) { return absl::StrCat(key.process, "@", key.revision); }

class Reference {
 public:
  // What an outage does to one revision.
  struct Revision {
    RevisionKey key;
    const v1::Process* process = nullptr;
    bool struck = false, whole = false;
    Level ends = Level::kNo, called = Level::kNo;
    int depth = 0;
    struct Leaf {
      const v1::Node* node;
      Level out = Level::kNo, waits = Level::kNo;
    };
    std::vector<Leaf> leaves;
  };

  // `ok` is false where there are too many runs.
  Reference(const Catalog& catalog, const Subject& subject) : catalog_(catalog), subject_(subject) {
    for (const RevisionKey& key : LiveRevisions(catalog)) {
      Revision& revision = revisions_[TextOf(key)];
      revision.key = key;
      revision.process = &catalog.Revision(key);
      const bool meant =
          subject.id == key.process && (subject.revision == 0 || subject.revision == key.revision);
      revision.whole = subject.kind == Subject::Kind::kProcess && meant;
      Leaves(revision.process->root(), &revision.leaves);
      for (Revision::Leaf& leaf : revision.leaves) {
        if (IsStruck(*leaf.node, meant) || revision.whole) leaf.out = Level::kYes;
        revision.struck = revision.struck || leaf.out == Level::kYes;
      }
    }
    for (auto& [text, revision] : revisions_) PlayOut(&revision);
    for (auto& [text, revision] : revisions_) {
      for (Revision::Leaf& leaf : revision.leaves) {
        if (leaf.node->has_call() && !revision.whole) leaf.out = Called(*leaf.node).ends;
      }
    }
    FindDepths();
  }

  bool ok = true;

  v1::AnalyzeImpactResponse Response() const {
    v1::AnalyzeImpactResponse response;
    response.set_name("the-subject");
    std::vector<const Revision*> reached;
    for (const auto& [text, revision] : revisions_) {
      if (revision.depth > 0) reached.push_back(&revision);
    }
    std::sort(reached.begin(), reached.end(), [](const Revision* a, const Revision* b) {
      return std::tie(a->depth, a->key.process, a->key.revision) <
             std::tie(b->depth, b->key.process, b->key.revision);
    });
    std::map<std::string, v1::AffectedRole> roles;
    int deepest = 0;
    for (const Revision* revision : reached) {
      Describe(*revision, response.add_processes());
      CountRoles(*revision, &roles, response.mutable_steps());
      deepest = std::max(deepest, revision->depth);
    }
    response.mutable_steps();
    response.set_max_depth(deepest);
    response.set_process_count(static_cast<int>(reached.size()));
    response.set_role_count(static_cast<int>(roles.size()));
    std::vector<v1::AffectedRole> sorted;
    for (const auto& [name, role] : roles) sorted.push_back(role);
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
      return std::make_tuple(-a.steps().stops(), -a.steps().waits(), -a.steps().may_wait(),
                             a.role()) < std::make_tuple(-b.steps().stops(), -b.steps().waits(),
                                                         -b.steps().may_wait(), b.role());
    });
    for (const auto& role : sorted) *response.add_roles() = role;
    return response;
  }

 private:
  bool IsStruck(const v1::Node& node, bool meant) const {
    if (!node.has_step()) return false;
    if (subject_.kind == Subject::Kind::kStep) return meant && node.id() == subject_.step;
    const auto& uses = node.step().utilities();
    return subject_.kind == Subject::Kind::kUtility &&
           std::count(uses.begin(), uses.end(), subject_.id) > 0;
  }

  static void Leaves(const v1::Node& node, std::vector<Revision::Leaf>* leaves) {
    if (node.has_step() || node.has_call()) leaves->push_back({&node});
    for (const v1::Node& child : node.sequence().nodes()) Leaves(child, leaves);
    for (const v1::Node& child : node.parallel().nodes()) Leaves(child, leaves);
    for (const v1::Node& child : node.choice().nodes()) Leaves(child, leaves);
    if (node.has_loop()) Leaves(node.loop().body(), leaves);
    if (node.loop().has_redo()) Leaves(node.loop().redo(), leaves);
  }

  const Revision& Called(const v1::Node& call) const {
    return revisions_.at(std::string(absl::StripPrefix(call.call().process(), "processes/")));
  }

  // The tree with a mark on all steps that are out; a whole process is one such step.
  flow::Node Marked(const Revision& revision) const {
    flow::Node tree = *flow::FromProto(
        revision.whole ? Step("whole", {"mark"}) : revision.process->root(), "root");
    std::set<std::string> out;
    for (const auto& leaf : revision.leaves) {
      if (leaf.node->has_step() && leaf.out == Level::kYes) out.insert(leaf.node->id());
    }
    const std::function<void(flow::Node&)> mark = [&](flow::Node& node) {
      if (out.contains(node.id)) node.step.utilities.push_back("mark");
      for (flow::Node& child : node.children) mark(child);
    };
    mark(tree);
    return tree;
  }

  void PlayOut(Revision* revision) {
    auto plan = flow::Plan::Build(
        Marked(*revision), "owner", [&](absl::string_view called) -> absl::StatusOr<flow::Node> {
          return Marked(revisions_.at(std::string(absl::StripPrefix(called, "processes/"))));
        });
    if (!plan.ok()) {
      ok = false;
      return;
    }
    const Runs runs(*plan, 300);
    ok = ok && !runs.all().empty();
    std::vector<bool> none(plan->size(), false), out(plan->size(), false);
    for (int i = 0; i < plan->size(); ++i) {
      const auto& uses = plan->node(i).step.utilities;
      out[i] = std::count(uses.begin(), uses.end(), "mark") > 0;
    }
    bool some_end = false, all_end = true;
    std::map<int, std::pair<bool, bool>> less_and_none;
    for (const Runs::Decisions& decisions : runs.all()) {
      const Runs::Outcome whole = runs.Follow(decisions, none);
      const Runs::Outcome broken = runs.Follow(decisions, out);
      some_end = some_end || broken.ended;
      all_end = all_end && broken.ended;
      for (int i = 0; i < plan->size(); ++i) {
        if (whole.turns[i] == 0) continue;
        auto& [less, none_comes] = less_and_none.try_emplace(i, false, true).first->second;
        less = less || broken.turns[i] < whole.turns[i];
        none_comes = none_comes && broken.turns[i] == 0;
      }
    }
    revision->ends = all_end ? Level::kNo : some_end ? Level::kMaybe : Level::kYes;
    if (revision->whole) return;
    for (Revision::Leaf& leaf : revision->leaves) {
      const auto seen = less_and_none.find(plan->Find(leaf.node->id()));
      if (seen == less_and_none.end() || !seen->second.first) continue;
      leaf.waits = seen->second.second ? Level::kYes : Level::kMaybe;
    }
  }

  // By relaxing until nothing changes.
  void FindDepths() {
    const auto lower = [](int* depth, int value) {
      if (*depth > 0 && *depth <= value) return false;
      *depth = value;
      return true;
    };
    for (auto& [text, revision] : revisions_) {
      if (revision.struck) revision.depth = 1;
    }
    for (bool again = true; again;) {
      again = false;
      for (auto& [text, revision] : revisions_) {
        for (const auto& leaf : revision.leaves) {
          if (leaf.node->has_call() && Called(*leaf.node).depth > 0)
            again = lower(&revision.depth, Called(*leaf.node).depth + 1) || again;
        }
      }
    }
    std::set<std::string> affected;
    for (auto& [text, revision] : revisions_) {
      if (revision.depth > 0) affected.insert(text);
    }
    for (bool again = true; again;) {
      again = false;
      for (auto& [text, revision] : revisions_) {
        for (const auto& leaf : revision.leaves) {
          if (!leaf.node->has_call()) continue;
          Level level = revision.called;
          if (affected.contains(text))
            level = std::max(level, revision.whole ? Level::kYes : leaf.waits);
          if (level == Level::kNo) continue;
          Revision& called = const_cast<Revision&>(Called(*leaf.node));
          if (called.called < level) {
            called.called = level;
            again = true;
          }
          if (!affected.contains(TextOf(called.key)))
            again = lower(&called.depth, revision.depth + 1) || again;
        }
      }
    }
  }

  static v1::Effect EffectOf(Level out, Level waits) {
    if (out == Level::kYes) return v1::EFFECT_STOPS;
    if (waits == Level::kYes) return v1::EFFECT_WAITS;
    if (out == Level::kMaybe) return v1::EFFECT_MAY_STOP;
    return waits == Level::kMaybe ? v1::EFFECT_MAY_WAIT : v1::EFFECT_UNSPECIFIED;
  }

  void Describe(const Revision& revision, v1::AffectedProcess* process) const {
    process->set_name(absl::StrCat("workspaces/acme/processes/", TextOf(revision.key)));
    process->set_title(revision.process->title());
    process->set_owner(revision.process->owner());
    process->set_depth(revision.depth);
    process->set_latest(catalog_.processes.at(revision.key.process).standing.chosen ==
                        revision.key.revision);
    process->set_effect(EffectOf(revision.ends, Level::kNo));
    process->set_called_effect(EffectOf(Level::kNo, revision.called));
    for (const auto& leaf : revision.leaves) {
      const v1::Effect effect = EffectOf(leaf.out, leaf.waits);
      if (effect == v1::EFFECT_UNSPECIFIED) continue;
      v1::AffectedNode& node = *process->add_nodes();
      node.set_id(leaf.node->id());
      node.set_title(leaf.node->title());
      node.set_role(leaf.node->step().role());
      if (leaf.node->has_call())
        node.set_called_process(absl::StrCat("workspaces/acme/", leaf.node->call().process()));
      node.set_effect(effect);
    }
  }

  static void CountRoles(const Revision& revision, std::map<std::string, v1::AffectedRole>* roles,
                         v1::StepCounts* all) {
    std::set<std::string> here;
    for (const auto& leaf : revision.leaves) {
      if (!leaf.node->has_step()) continue;
      const v1::Effect effect = EffectOf(leaf.out, std::max(leaf.waits, revision.called));
      if (effect == v1::EFFECT_UNSPECIFIED) continue;
      v1::AffectedRole& role = (*roles)[leaf.node->step().role()];
      role.set_role(leaf.node->step().role());
      for (v1::StepCounts* counts : {role.mutable_steps(), all}) {
        if (effect == v1::EFFECT_STOPS) counts->set_stops(counts->stops() + 1);
        if (effect == v1::EFFECT_WAITS) counts->set_waits(counts->waits() + 1);
        if (effect == v1::EFFECT_MAY_WAIT) counts->set_may_wait(counts->may_wait() + 1);
      }
      if (here.insert(role.role()).second) role.set_process_count(role.process_count() + 1);
    }
  }

  const Catalog& catalog_;
  const Subject& subject_;
  std::map<std::string, Revision> revisions_;
};

Subject RandomSubject(std::mt19937& random, const Catalog& catalog) {
  const std::string process = absl::StrCat("p", Below(random, 6));
  int64_t revision = 0;
  const auto found = catalog.processes.find(process);
  if (found != catalog.processes.end() && !found->second.revisions.empty() && Below(random, 3) == 0)
    revision = 1 + Below(random, static_cast<int>(found->second.revisions.size()));
  switch (Below(random, 4)) {
    case 0:
      return {Subject::Kind::kProcess, process, revision};
    case 1:
      return {Subject::Kind::kStep, process, revision, absl::StrCat("n", 1 + Below(random, 5))};
    default:
      return {Subject::Kind::kUtility,
              std::vector<std::string>{"crm", "mail", "sso"}[Below(random, 3)]};
  }
}

// Causes are checked by example and here: they are leaves of the same process that stop.
void TakeCauses(v1::AnalyzeImpactResponse* response) {
  for (v1::AffectedProcess& process : *response->mutable_processes()) {
    std::set<std::string> stopping;
    for (const auto& node : process.nodes()) {
      const bool waits = node.effect() == v1::EFFECT_WAITS || node.effect() == v1::EFFECT_MAY_WAIT;
      if (!waits || !node.called_process().empty()) stopping.insert(node.id());
    }
    for (v1::AffectedNode& node : *process.mutable_nodes()) {
      if (node.effect() == v1::EFFECT_STOPS || node.effect() == v1::EFFECT_MAY_STOP) {
        EXPECT_TRUE(node.cause() == "the-subject" || node.cause() == node.called_process());
      } else {
        EXPECT_TRUE(stopping.contains(node.cause())) << node.cause();
      }
      node.clear_cause();
    }
  }
}

v1::AnalyzeImpactResponse InPages(const Graph& graph, const Subject& subject, int size) {
  v1::AnalyzeImpactResponse all;
  PagePosition after;
  for (bool more = true; more;) {
    v1::AnalyzeImpactResponse page;
    more = Analyze(graph, subject, "acme", "the-subject", {after, size, kAnyBytes}, &page);
    EXPECT_LE(page.processes_size(), size);
    for (const auto& process : page.processes()) {
      *all.add_processes() = process;
      const auto key = flow::ParseCalled(absl::StripPrefix(process.name(), "workspaces/acme/"));
      after = {process.depth(), key->process, key->revision};
    }
    page.clear_processes();
    v1::AnalyzeImpactResponse rest = page;
    rest.mutable_processes()->Swap(all.mutable_processes());
    all = rest;
  }
  return all;
}

TEST(Impact, AgreesWithTheReferenceOnRandomCatalogs) {
  std::mt19937 random(42);
  int compared = 0, with_effects = 0;
  for (int round = 0; round < 150; ++round) {
    Catalog catalog;
    Graph graph;
    for (int write = 0; write < 25; ++write) {
      Tell(catalog, RandomWrite(random, 6, &catalog), &graph);
      if (write % 5 != 4) continue;
      const Subject subject = RandomSubject(random, catalog);
      const Reference reference(catalog, subject);
      if (!reference.ok) continue;
      v1::AnalyzeImpactResponse expected = reference.Response();
      v1::AnalyzeImpactResponse found = AnalyzeAll(graph, subject);
      expected.set_title(found.title());  // checked by example
      EXPECT_EQ(InPages(graph, subject, 2).DebugString(), found.DebugString());
      TakeCauses(&found);
      ASSERT_EQ(found.DebugString(), expected.DebugString());
      ++compared;
      with_effects += expected.process_count() > 1;
    }
  }
  EXPECT_GT(compared, 500);
  EXPECT_GT(with_effects, 200);
}

}  // namespace
}  // namespace plumbline::catalog::impact
