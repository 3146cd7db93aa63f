// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/mining/milestones.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace plumbline::analytics {
namespace {

constexpr absl::string_view kReached = "milestone", kWithdrawn = "milestone_withdrawn";

// What the transition column has for it; 0 where the log does not.
uint32_t InColumn(const LogSnapshot& log, absl::string_view transition) {
  for (uint32_t i = 0; i < log.transitions.size(); ++i) {
    if (log.transitions[i] == transition) return i + 1;
  }
  return 0;
}

bool Counts(absl::string_view transition, const std::vector<std::string>& transitions) {
  return transitions.empty() ||
         std::any_of(transitions.begin(), transitions.end(), [&](const std::string& counting) {
           return absl::EqualsIgnoreCase(counting, transition);
         });
}

// What a case reached and did not take back. Of each activity the latest that holds is known, and
// from each the one before it, so that one is taken back in O(1).
class Holding {
 public:
  explicit Holding(size_t activities) : latest_(activities, kNone) {}

  void Reach(const Milestones::Reached& reached) {
    before_.push_back(latest_[reached.activity]);
    latest_[reached.activity] = reached_.size();
    reached_.push_back(reached);
  }
  void TakeBack(uint32_t activity) {
    size_t& latest = latest_[activity];
    if (latest == kNone) return;
    const size_t gone = latest;
    latest = before_[gone];
    before_[gone] = kGone;
  }
  // Appends those that hold, ascending by time, and goes on to the next case.
  void MoveTo(std::vector<Milestones::Reached>* all) {
    const auto first = static_cast<ptrdiff_t>(all->size());
    for (size_t i = 0; i < reached_.size(); ++i) {
      if (before_[i] != kGone) all->push_back(reached_[i]);
      latest_[reached_[i].activity] = kNone;
    }
    std::stable_sort(all->begin() + first, all->end(),
                     [](const auto& a, const auto& b) { return a.time < b.time; });
    reached_.clear();
    before_.clear();
  }

 private:
  static constexpr size_t kNone = static_cast<size_t>(-1), kGone = kNone - 1;

  std::vector<Milestones::Reached> reached_;
  std::vector<size_t> before_;  // of each that was reached
  std::vector<size_t> latest_;  // by activity
};

}  // namespace

Milestones::Milestones(const LogSnapshot& log, const std::vector<std::string>& transitions) {
  const uint32_t reached = InColumn(log, kReached), withdrawn = InColumn(log, kWithdrawn);
  if (log.transition.empty() || reached == 0 || Counts(kReached, transitions)) return;
  std::vector<uint32_t> rows;
  Holding holding(log.activities.size());
  case_begin_ = {0};
  for (size_t c = 0; c < log.case_count(); ++c) {
    rows.clear();
    for (uint32_t row = log.case_begin[c]; row < log.case_begin[c + 1]; ++row) {
      const uint32_t transition = log.transition[row];
      if (transition == reached || (transition == withdrawn && withdrawn != 0)) rows.push_back(row);
    }
    if (!log.arrival.empty()) {
      std::sort(rows.begin(), rows.end(),
                [&](uint32_t a, uint32_t b) { return log.arrival[a] < log.arrival[b]; });
    }
    for (const uint32_t row : rows) {
      if (log.transition[row] == reached) {
        holding.Reach({log.time[row], log.activity[row]});
      } else {
        holding.TakeBack(log.activity[row]);
      }
    }
    holding.MoveTo(&reached_);
    case_begin_.push_back(static_cast<uint32_t>(reached_.size()));
  }
}

}  // namespace plumbline::analytics
