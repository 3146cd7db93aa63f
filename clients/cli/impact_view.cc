// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/impact_view.h"

#include <algorithm>
#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"

namespace plumbline::cli {
namespace {

namespace pb = catalog::v1;

const char* Word(pb::Effect effect) {
  switch (effect) {
    case pb::EFFECT_STOPS:
      return "stops";
    case pb::EFFECT_WAITS:
      return "waits";
    case pb::EFFECT_MAY_STOP:
      return "may stop";
    case pb::EFFECT_MAY_WAIT:
      return "may wait";
    default:
      return "goes on";
  }
}

std::string Steps(const pb::StepCounts& steps) {
  std::vector<std::string> parts;
  const auto add = [&](int count, const char* what) {
    if (count > 0) parts.push_back(absl::StrCat(Count(count), what));
  };
  add(steps.stops(), steps.stops() == 1 ? " step stops" : " steps stop");
  add(steps.waits(), steps.waits() == 1 ? " waits" : " wait");
  add(steps.may_wait(), " may wait");
  return parts.empty() ? "no step stops or waits" : absl::StrJoin(parts, ", ");
}

// "3 revisions of 2 processes", where a page tells only some "3 revisions"; that a step of each
// counts.
std::string Where(const pb::AnalyzeImpactResponse& impact) {
  std::set<std::string> processes;
  for (const pb::AffectedProcess& process : impact.processes())
    processes.insert(process.name().substr(0, process.name().find('@')));
  const int64_t all = impact.process_count();
  const int64_t told = static_cast<int64_t>(processes.size());
  if (all == told) return Number(all, "process", "processes");
  const std::string of = all > impact.processes_size()
                             ? ""
                             : absl::StrCat(" of ", Number(told, "process", "processes"));
  return absl::StrCat(Number(all, "revision", "revisions"), of,
                      "; a step counts once in each revision");
}

class Tree {
 public:
  Tree(const pb::AnalyzeImpactResponse& impact,
       const std::function<std::string(const std::string&)>& shorten, const CallersOf& callers,
       const TagsOf& tags, std::ostream& out)
      : impact_(impact),
        shorten_(shorten),
        callers_(callers),
        tags_(tags),
        out_(out),
        below_(impact.processes_size() + 1) {
    for (int i = 0; i < impact.processes_size(); ++i) by_name_[impact.processes(i).name()] = i;
    for (int i = 0; i < impact.processes_size(); ++i) below_[AboveOf(i)].push_back(i);
  }

  void Print() { PrintBelow(impact_.processes_size(), ""); }

 private:
  // The process, one step nearer to what stops, through which this one is reached; the number of
  // processes stands for what stops itself.
  int AboveOf(int index) const {
    const pb::AffectedProcess& process = impact_.processes(index);
    const auto nearer = [&](const std::string& name) {
      const auto found = by_name_.find(name);
      const bool fits = found != by_name_.end() &&
                        impact_.processes(found->second).depth() == process.depth() - 1;
      return fits ? found->second : -1;
    };
    for (const pb::AffectedNode& node : process.nodes()) {
      if (const int above = nearer(node.called_process()); above >= 0) return above;
    }
    // One that waits is called by one that is nearer, at best by the next; a nearer one was placed
    // without it, so nobody comes to stand below himself.
    int caller = impact_.processes_size();
    for (int i = 0; i < impact_.processes_size(); ++i) {
      const int depth = impact_.processes(i).depth();
      if (depth >= process.depth() || !Calls(impact_.processes(i), process.name())) continue;
      if (caller == impact_.processes_size() || depth > impact_.processes(caller).depth())
        caller = i;
    }
    return caller == impact_.processes_size() ? WaitingAbove(process) : caller;
  }

  // Of a process that waits as a whole the answer does not tell the calls.
  int WaitingAbove(const pb::AffectedProcess& process) const {
    if (process.called_effect() == pb::EFFECT_UNSPECIFIED) return impact_.processes_size();
    int caller = impact_.processes_size();
    for (const std::string& name : callers_(process.name())) {
      const auto found = by_name_.find(name);
      if (found == by_name_.end()) continue;
      const bool nearer = impact_.processes(found->second).depth() < process.depth();
      if (nearer) caller = std::min(caller, found->second);
    }
    return caller;
  }

  // Whether one that is told calls it.
  bool IsCalled(const pb::AffectedProcess& process) const {
    if (std::any_of(impact_.processes().begin(), impact_.processes().end(),
                    [&](const pb::AffectedProcess& other) { return Calls(other, process.name()); }))
      return true;
    // Calls that end all the same are not told. Callers that do not live are not in the answer.
    const std::vector<std::string> callers = callers_(process.name());
    return std::any_of(callers.begin(), callers.end(),
                       [&](const std::string& name) { return by_name_.contains(name); });
  }

  // Why a revision lives that is not the latest; "" of one that is.
  std::string Why(const pb::AffectedProcess& process) const {
    if (process.latest()) return "";
    constexpr char kNot[] = "; not the latest";
    if (IsCalled(process)) return absl::StrCat(kNot, ", but called");
    const std::optional<std::vector<std::string>> tags = tags_(process.name());
    if (!tags.has_value()) return kNot;
    if (!tags->empty()) return absl::StrCat(kNot, ", but tagged @", absl::StrJoin(*tags, " @"));
    // Who calls it may be on another page. If not, nothing is left but that it is chosen later.
    const bool all = impact_.process_count() <= impact_.processes_size();
    return absl::StrCat(kNot, all ? ", but chosen later, by effective periods" : "");
  }

  static bool Calls(const pb::AffectedProcess& caller, const std::string& called) {
    return std::any_of(
        caller.nodes().begin(), caller.nodes().end(),
        [&](const pb::AffectedNode& node) { return node.called_process() == called; });
  }

  void PrintBelow(int above, const std::string& indent) {
    const std::vector<int>& children = below_[above];
    for (size_t i = 0; i < children.size(); ++i) {
      const bool last = i + 1 == children.size();
      const pb::AffectedProcess& process = impact_.processes(children[i]);
      const std::string inner = absl::StrCat(indent, last ? "   " : "│  ");
      out_ << indent << (last ? "└─ " : "├─ ") << shorten_(process.name()) << ": "
           << Effects(process) << "  (" << process.title() << "; " << process.owner()
           << Why(process) << ")\n";
      const bool more = !below_[children[i]].empty();
      for (const pb::AffectedNode& node : process.nodes())
        out_ << inner << (more ? "│    " : "     ") << Node(node) << '\n';
      PrintBelow(children[i], inner);
    }
  }

  static std::string Effects(const pb::AffectedProcess& process) {
    if (process.effect() == pb::EFFECT_UNSPECIFIED)
      return absl::StrCat(Word(process.called_effect()), " where it is called");
    return Word(process.effect());
  }

  std::string Node(const pb::AffectedNode& node) const {
    std::string line = absl::StrCat(node.id(), ": ", Word(node.effect()));
    const bool waits = node.effect() == pb::EFFECT_WAITS || node.effect() == pb::EFFECT_MAY_WAIT;
    if (waits) absl::StrAppend(&line, " for ", node.cause());
    if (!node.called_process().empty())
      absl::StrAppend(&line, ", calls ", shorten_(node.called_process()));
    if (!node.role().empty()) absl::StrAppend(&line, "  (", node.role(), ")");
    return line;
  }

  const pb::AnalyzeImpactResponse& impact_;
  const std::function<std::string(const std::string&)>& shorten_;
  const CallersOf& callers_;
  const TagsOf& tags_;
  std::ostream& out_;
  std::map<std::string, int> by_name_;
  std::vector<std::vector<int>> below_;  // by index; the last: of what stops
};

}  // namespace

void PrintImpact(const pb::AnalyzeImpactResponse& impact,
                 const std::function<std::string(const std::string&)>& shorten,
                 const CallersOf& callers, const TagsOf& tags, const Paper& paper) {
  std::ostream& out = paper.out;
  out << shorten(impact.name()) << (impact.title().empty() ? "" : "  ") << impact.title() << '\n';
  Tree(impact, shorten, callers, tags, out).Print();
  if (impact.process_count() > impact.processes_size()) {
    out << "and " << Count(impact.process_count() - impact.processes_size())
        << " more revisions: raise --limit\n";
  }
  out << '\n' << Steps(impact.steps()) << " in " << Where(impact) << '\n';
  if (impact.roles().empty()) return;
  out << '\n';
  Table table({"~ROLE", ">STOPS", ">WAITS", ">MAY WAIT", ">REVISIONS"});
  for (const pb::AffectedRole& role : impact.roles()) {
    table.Add({role.role(), Count(role.steps().stops()), Count(role.steps().waits()),
               Count(role.steps().may_wait()), Count(role.process_count())});
  }
  table.Print(paper);
}

}  // namespace plumbline::cli
