// SPDX-License-Identifier: Apache-2.0
//
// The work of impact.h: which parts an outage reaches, and how. Private to this folder.
#ifndef PLUMBLINE_SERVICES_CATALOG_IMPACT_ANALYSIS_H_
#define PLUMBLINE_SERVICES_CATALOG_IMPACT_ANALYSIS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/catalog/impact/effects.h"
#include "services/catalog/impact/graph.h"
#include "services/catalog/impact/impact.h"

namespace plumbline::catalog::impact {

// What an outage does to a part.
struct PartEffect {
  int32_t depth = 0;          // 0 = nothing
  bool struck = false;        // it is what stops, or holds or uses it
  bool affected = false;      // it is struck, or calls what is affected
  Level ends = Level::kNo;    // of the affected: kYes = no run ends, kMaybe = some do not
  Level called = Level::kNo;  // its turn does not come where others call it
};

// What an outage does to a step.
enum class StepClass : uint8_t { kUntouched, kStops, kWaits, kMayWait };

// Steps by class.
struct StepCount {
  std::array<int32_t, 4> of = {};

  int32_t operator[](StepClass step) const { return of[static_cast<size_t>(step)]; }
  int32_t& operator[](StepClass step) { return of[static_cast<size_t>(step)]; }
};

struct RoleEffect {
  StepCount steps;
  int32_t parts = 0;
  PartIndex last_part = kNoPart;  // counted in `parts`
};

// Live parts that have this step.
std::vector<PartIndex> LivePartsWithStep(const Graph& graph, const Subject& subject);

// One analysis: construct, Run, read.
class Analysis {
 public:
  Analysis(const Graph& graph, const Subject& subject);

  // Everything but the nodes of single parts. O(nodes of what is affected + parts).
  void Run();

  const PartEffect& effect(PartIndex part) const { return effects_[part]; }
  // Parts that are affected or wait where they are called, in no order.
  const std::vector<PartIndex>& reached() const { return reached_; }
  // By Id of the role.
  const std::vector<RoleEffect>& roles() const { return roles_; }
  // Of all roles.
  StepCount Steps() const;

  // The effects on the nodes of one affected part, until the next call. O(nodes).
  const Effects& Evaluate(PartIndex part);
  // Whether the outage is the whole part: all of its leaves are out, and nothing in it is begun.
  bool IsWhole(PartIndex part) const {
    return effects_[part].struck && subject_.kind == Subject::Kind::kProcess;
  }

 private:
  void Strike(PartIndex part);
  void StrikeAll();
  void Climb();
  // Puts what is called before what calls it; returns whether calls go round.
  bool OrderCalledFirst();
  void CollectOutages(PartIndex part);
  // Evaluates a part; returns whether it came to be worse than it was known to be.
  bool Settle(PartIndex part);
  void NoteWaitingCalls(PartIndex part, const Effects& evaluation);
  void CountSteps(PartIndex part, const Effects& evaluation);
  void Wait(PartIndex part, Level level);
  void FindDepths();
  // Counts the steps that wait only because their part waits where it is called.
  void CountWaiting(PartIndex part);
  void CountMoreWaiting(PartIndex part);
  void AddStep(PartIndex part, Id role, StepClass step);

  // A call whose turn does not come.
  struct WaitingCall {
    PartIndex caller, called;
    Level level;
  };

  const Graph& graph_;
  const Subject& subject_;
  const Id utility_;                 // of the subject; kNoId: nobody names it, or it is none
  std::vector<PartEffect> effects_;  // by PartIndex
  std::vector<int32_t> pending_;     // by PartIndex: its calls of what is affected
  std::vector<PartIndex> affected_;  // by depth
  std::vector<PartIndex> reached_;
  std::vector<PartIndex> called_;  // those that wait where they are called
  std::vector<WaitingCall> waiting_calls_;
  std::vector<Outage> outages_;
  std::vector<RoleEffect> roles_;
  Effects evaluation_;
};

}  // namespace plumbline::catalog::impact

#endif  // PLUMBLINE_SERVICES_CATALOG_IMPACT_ANALYSIS_H_
