// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/states.h"

#include <algorithm>
#include <map>

#include "absl/container/flat_hash_map.h"
#include "common/base/status_macros.h"

namespace plumbline::analytics::cascade {
namespace {

constexpr size_t kEnough = 5;
constexpr size_t kLookedThrough = 500;

// Bits of an activity; sums of them tell apart what was done, whatever the order (SplitMix64,
// Steele et al. 2014).
uint64_t BitsOf(uint32_t activity) {
  uint64_t bits = (activity + 1) * 0x9E3779B97F4A7C15ull;
  bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9ull;
  bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBull;
  return bits ^ (bits >> 31);
}

class Finder {
 public:
  Finder(const Runs& runs, size_t activities, std::vector<OpenWork>* open)
      : runs_(runs), open_(*open), left_(activities) {}

  absl::StatusOr<States> Find(bool scheduled, KeepOn keep_on) {
    Group();
    FindAlike();
    for (size_t s = 0; s < result_.states.size(); ++s) {
      RETURN_IF_ERROR(keep_on());
      if (result_.states[s].places.size() >= kEnough) continue;
      result_.rare_count += members_[s];
      const OpenWork& one = open_[first_[s]];
      if (scheduled) {
        FindMostOf(one, &result_.states[s]);
      } else if (!one.done.empty()) {
        FindAfter(one.done.back(), &result_.states[s]);
      }
    }
    return std::move(result_);
  }

 private:
  void Group() {
    for (size_t i = 0; i < open_.size(); ++i) {
      uint64_t key = 0;
      for (const uint32_t activity : open_[i].done) key += BitsOf(activity);
      const auto [it, added] = by_key_.try_emplace(key, result_.states.size());
      if (added) {
        result_.states.emplace_back();
        first_.push_back(i);
        members_.push_back(0);
      }
      open_[i].state = it->second;
      ++members_[it->second];
    }
  }

  // A case that is open has something to come: places at the end of a run are none.
  void FindAlike() {
    for (uint32_t r = 0; r < runs_.runs.size(); ++r) {
      uint64_t key = 0;
      for (uint32_t i = runs_.runs[r].begin; i < runs_.runs[r].end; ++i) {
        const auto found = by_key_.find(key);
        if (found != by_key_.end()) result_.states[found->second].places.push_back({r, i});
        key += BitsOf(runs_.steps[i].activity);
      }
    }
  }

  void FindAfter(uint32_t last, State* state) {
    for (uint32_t r = 0; r < runs_.runs.size(); ++r) {
      for (uint32_t i = runs_.runs[r].begin + 1; i < runs_.runs[r].end; ++i)
        if (runs_.steps[i - 1].activity == last) state->places.push_back({r, i});
    }
  }

  // The runs that did most of what this case did.
  void FindMostOf(const OpenWork& one, State* state) {
    std::map<uint32_t, uint32_t> wanted;
    for (const uint32_t activity : one.done) ++wanted[activity];
    state->places.clear();
    state->done.assign(wanted.begin(), wanted.end());
    size_t most = 0;
    const size_t stride = std::max<size_t>(1, runs_.runs.size() / kLookedThrough);
    for (size_t r = 0; r < runs_.runs.size(); r += stride) {
      const Run& run = runs_.runs[r];
      const size_t common = CommonOf(run, state->done);
      if (common < most || run.end - run.begin == common) continue;
      if (common > most) state->places.clear();
      most = common;
      state->places.push_back({static_cast<uint32_t>(r), run.begin});
    }
  }

  // How many of `done` the run has done.
  size_t CommonOf(const Run& run, const std::vector<std::pair<uint32_t, uint32_t>>& done) {
    for (const auto& [activity, count] : done) left_[activity] = count;
    size_t common = 0;
    for (uint32_t i = run.begin; i < run.end; ++i) {
      uint32_t& left = left_[runs_.steps[i].activity];
      common += left > 0;
      left -= left > 0;
    }
    for (const auto& [activity, count] : done) left_[activity] = 0;
    return common;
  }

  const Runs& runs_;
  std::vector<OpenWork>& open_;
  std::vector<uint32_t> left_;  // by activity; 0 but while a run is compared
  States result_;
  absl::flat_hash_map<uint64_t, size_t> by_key_;
  std::vector<size_t> first_;     // by state: an open case in it
  std::vector<int64_t> members_;  // by state: how many are
};

}  // namespace

absl::StatusOr<States> FindStates(const Runs& runs, size_t activities, bool scheduled,
                                  KeepOn keep_on, std::vector<OpenWork>* open) {
  return Finder(runs, activities, open).Find(scheduled, keep_on);
}

}  // namespace plumbline::analytics::cascade
