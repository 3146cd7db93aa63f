// SPDX-License-Identifier: Apache-2.0
//
// What is chosen where no revision is named, from a time on: one sweep over the bounds of periods.
#include <algorithm>
#include <optional>
#include <set>

#include "services/catalog/life/life.h"
#include "services/catalog/resource/timestamp.h"

namespace plumbline::catalog {
namespace {

using v1::Process;

// From when on a revision can be chosen, or no longer.
struct Bound {
  absl::Time time;
  bool begins = false;
  Choice choice;
};

// What can be chosen at one time.
class Choosable {
 public:
  void Add(const Choice& choice) { Of(choice).insert(choice.revision); }
  void Remove(const Choice& choice) { Of(choice).erase(choice.revision); }
  Choice Best() const {
    if (!published_.empty()) return {*published_.rbegin(), Process::STATE_PUBLISHED};
    if (!deprecated_.empty()) return {*deprecated_.rbegin(), Process::STATE_DEPRECATED};
    return {};
  }

 private:
  std::set<int64_t>& Of(const Choice& choice) {
    return choice.state == Process::STATE_PUBLISHED ? published_ : deprecated_;
  }

  std::set<int64_t> published_;
  std::set<int64_t> deprecated_;
};

// The greatest revision to which nothing happened: always effective, and better than all such
// before it.
int64_t LastWithoutLife(const Process& head) {
  int64_t revision = head.latest_revision();
  for (int i = head.revision_lives_size() - 1; i >= 0; --i) {
    const int64_t lived = head.revision_lives(i).revision();
    if (lived > revision) continue;
    if (lived < revision) break;
    --revision;
  }
  return revision;
}

// The bounds after `from`, in order; what can be chosen at `from` goes to `choosable`.
std::vector<Bound> BoundsOf(const Process& head, absl::Time from, Choosable* choosable) {
  std::vector<Bound> bounds;
  if (StateOf(head) == Process::STATE_ARCHIVED) return bounds;
  if (const int64_t last = LastWithoutLife(head); last > 0)
    choosable->Add({last, StateOf(head, last)});
  for (const v1::RevisionLife& life : head.revision_lives()) {
    const Choice choice{life.revision(), StateOf(head, life.revision())};
    if (choice.state == Process::STATE_ARCHIVED || choice.revision > head.latest_revision())
      continue;
    const absl::Time begin =
        life.has_effective_from() ? FromTimestamp(life.effective_from()) : absl::InfinitePast();
    const absl::Time end =
        life.has_effective_until() ? FromTimestamp(life.effective_until()) : absl::InfiniteFuture();
    if (begin >= end || end <= from) continue;
    if (begin <= from) {
      choosable->Add(choice);
    } else {
      bounds.push_back({begin, true, choice});
    }
    if (life.has_effective_until()) bounds.push_back({end, false, choice});
  }
  std::sort(bounds.begin(), bounds.end(),
            [](const Bound& a, const Bound& b) { return a.time < b.time; });
  return bounds;
}

}  // namespace

std::vector<ChoiceFrom> ChoicesFrom(const Process& head, absl::Time from) {
  Choosable choosable;
  const std::vector<Bound> bounds = BoundsOf(head, from, &choosable);
  std::vector<ChoiceFrom> choices = {{from, choosable.Best()}};
  for (size_t i = 0; i < bounds.size(); ++i) {
    if (bounds[i].begins) {
      choosable.Add(bounds[i].choice);
    } else {
      choosable.Remove(bounds[i].choice);
    }
    // Of one time everything counts at once.
    if (i + 1 < bounds.size() && bounds[i + 1].time == bounds[i].time) continue;
    const Choice best = choosable.Best();
    if (best != choices.back().choice) choices.push_back({bounds[i].time, best});
  }
  return choices;
}

std::vector<int64_t> RevisionsInUse(const Process& head, absl::Time from) {
  std::set<int64_t> used;
  for (const ChoiceFrom& chosen : ChoicesFrom(head, from)) used.insert(chosen.choice.revision);
  for (const v1::Tag& tag : head.tags()) {
    if (StateOf(head, tag.revision()) != Process::STATE_ARCHIVED) used.insert(tag.revision());
  }
  used.erase(0);
  return {used.begin(), used.end()};
}

bool LeavesNone(const Process& before, const Process& after, int64_t revision, absl::Time from) {
  const std::vector<ChoiceFrom> was = ChoicesFrom(before, from), is = ChoicesFrom(after, from);
  // Side by side: at each step the choices of both that hold from the later of their times on.
  for (size_t i = 0, j = 0; i < was.size() && j < is.size();) {
    const Choice &old = was[i].choice, &now = is[j].choice;
    // One that was deprecated before takes nothing away as long as one is left.
    const bool worse =
        old.state == Process::STATE_PUBLISHED && now.state != Process::STATE_PUBLISHED;
    if (old.revision == revision && (worse || now.revision == 0)) return true;
    const absl::Time next_was = i + 1 < was.size() ? was[i + 1].from : absl::InfiniteFuture();
    const absl::Time next_is = j + 1 < is.size() ? is[j + 1].from : absl::InfiniteFuture();
    i += next_was <= next_is;
    j += next_is <= next_was;
  }
  return false;
}

}  // namespace plumbline::catalog
