// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/discovery/footprints.h"

namespace plumbline::analytics {
namespace {

constexpr uint32_t kNone = 0xffffffff;

// One side of a comparison, in the numbers of the activities of both.
class Side {
 public:
  Side(const Succession& of, const std::vector<std::string>& names)
      : of_(of), number_(names.size(), kNone) {
    for (size_t i = 0, own = 0; i < names.size() && own < of.names.size(); ++i) {
      if (names[i] != of.names[own]) continue;
      number_[i] = static_cast<uint32_t>(own++);
    }
  }

  Relation RelationOf(size_t a, size_t b) const {
    const uint32_t from = number_[a], to = number_[b];
    if (from == kNone || to == kNone) return Relation::kNone;
    const bool follows = of_.Follows(from, to), reversed = of_.Follows(to, from);
    return follows ? (reversed ? Relation::kParallel : Relation::kSequence)
                   : (reversed ? Relation::kReversed : Relation::kNone);
  }

  int64_t Count(size_t a, size_t b) const {
    const uint32_t from = number_[a], to = number_[b];
    if (from == kNone || to == kNone) return 0;
    const auto found =
        std::lower_bound(of_.edges.begin(), of_.edges.end(), std::pair(from, to),
                         [](const FollowsEdge& edge, const std::pair<uint32_t, uint32_t>& pair) {
                           return std::pair(edge.from, edge.to) < pair;
                         });
    const bool has = found != of_.edges.end() && found->from == from && found->to == to;
    return has ? found->count : 0;
  }

 private:
  const Succession& of_;
  std::vector<uint32_t> number_;  // kNone of what does not occur
};

// A pair that differs, and what orders it.
struct Pair {
  int64_t first_count, second_count;
  uint32_t from, to;
  auto Order() const { return std::tuple(-first_count, -second_count, from, to); }
};

class Comparer {
 public:
  Comparer(const Succession& first, const Succession& second, size_t most)
      : names_(NamesOf(first, second)),
        first_(first, names_),
        second_(second, names_),
        most_(most) {}

  absl::StatusOr<FootprintComparison> Run(absl::FunctionRef<absl::Status()> keep_on) {
    if (names_.size() > kMostFootprintActivities) {
      return base::FieldError(
          "selection", absl::StrCat("leaves ", names_.size(),
                                    " activities, those of what it is compared with "
                                    "included; footprints are compared of up to ",
                                    kMostFootprintActivities,
                                    ": select fewer with event_filter and only_matching_events"));
    }
    FootprintComparison result;
    result.cells = static_cast<int64_t>(names_.size() * names_.size());
    int64_t pairs = 0;
    for (uint32_t a = 0; a < names_.size(); ++a) {
      RETURN_IF_ERROR(keep_on());
      for (uint32_t b = a; b < names_.size(); ++b) {
        if (first_.RelationOf(a, b) == second_.RelationOf(a, b)) continue;
        result.differing_cells += a == b ? 1 : 2;
        ++pairs;
        pairs_.push_back({BothWays(first_, a, b), BothWays(second_, a, b), a, b});
      }
      if (pairs_.size() > 2 * most_ + 100'000) KeepForemost();
    }
    KeepForemost();
    for (const Pair& pair : pairs_) result.differences.push_back(Show(pair));
    result.omitted = pairs - static_cast<int64_t>(pairs_.size());
    return result;
  }

 private:
  static std::vector<std::string> NamesOf(const Succession& first, const Succession& second) {
    std::vector<std::string> names;
    std::set_union(first.names.begin(), first.names.end(), second.names.begin(), second.names.end(),
                   std::back_inserter(names));
    return names;
  }

  static int64_t BothWays(const Side& side, size_t a, size_t b) {
    return side.Count(a, b) + (a == b ? 0 : side.Count(b, a));
  }

  void KeepForemost() {
    std::sort(pairs_.begin(), pairs_.end(),
              [](const Pair& a, const Pair& b) { return a.Order() < b.Order(); });
    if (pairs_.size() > most_) pairs_.resize(most_);
  }

  FootprintDifference Show(const Pair& pair) const {
    const uint32_t a = pair.from, b = pair.to;
    return {
        names_[a],          names_[b],          first_.RelationOf(a, b), second_.RelationOf(a, b),
        first_.Count(a, b), first_.Count(b, a), second_.Count(a, b),     second_.Count(b, a)};
  }

  const std::vector<std::string> names_;
  const Side first_, second_;
  const size_t most_;
  std::vector<Pair> pairs_;
};

}  // namespace

Succession SuccessionOf(const TraceBag& bag) {
  DirectlyFollows direct = CountDirectlyFollows(bag);
  Succession result;
  std::vector<uint32_t> number(bag.activity_count(), kNone);
  for (const uint32_t activity : bag.ByName()) {
    if (direct.counts[activity] == 0) continue;
    number[activity] = static_cast<uint32_t>(result.names.size());
    result.names.push_back(bag.names()[activity]);
    result.starts.push_back(direct.starts[activity] > 0);
    result.ends.push_back(direct.ends[activity] > 0);
  }
  const size_t n = result.names.size();
  // More are refused when they are compared.
  if (n <= kMostFootprintActivities) result.follows.resize(n * n);
  for (FollowsEdge& edge : direct.edges) {
    edge.from = number[edge.from];
    edge.to = number[edge.to];
    if (!result.follows.empty()) result.follows[edge.from * n + edge.to] = true;
  }
  std::sort(direct.edges.begin(), direct.edges.end(),
            [](const FollowsEdge& a, const FollowsEdge& b) {
              return std::pair(a.from, a.to) < std::pair(b.from, b.to);
            });
  result.edges = std::move(direct.edges);
  return result;
}

absl::StatusOr<FootprintComparison> CompareFootprints(const Succession& first,
                                                      const Succession& second, size_t most,
                                                      absl::FunctionRef<absl::Status()> keep_on) {
  return Comparer(first, second, most).Run(keep_on);
}

}  // namespace plumbline::analytics
