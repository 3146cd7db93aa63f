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

}  // namespace

Milestones::Milestones(const LogSnapshot& log, const std::vector<std::string>& transitions) {
  const uint32_t reached = InColumn(log, kReached), withdrawn = InColumn(log, kWithdrawn);
  if (log.transition.empty() || reached == 0 || Counts(kReached, transitions)) return;
  std::vector<uint32_t> rows;
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
    const auto first = static_cast<ptrdiff_t>(reached_.size());
    for (const uint32_t row : rows) {
      if (log.transition[row] == reached) {
        reached_.push_back({log.time[row], log.activity[row]});
        continue;
      }
      for (auto i = static_cast<ptrdiff_t>(reached_.size()); i-- > first;) {
        if (reached_[static_cast<size_t>(i)].activity != log.activity[row]) continue;
        reached_.erase(reached_.begin() + i);
        break;
      }
    }
    std::stable_sort(reached_.begin() + first, reached_.end(),
                     [](const Reached& a, const Reached& b) { return a.time < b.time; });
    case_begin_.push_back(static_cast<uint32_t>(reached_.size()));
  }
}

}  // namespace plumbline::analytics
