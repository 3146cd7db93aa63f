// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/temporal/drift.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "common/base/status_macros.h"

namespace plumbline::analytics {
namespace {

struct Window {
  size_t begin, end;  // periods
  size_t length() const { return end - begin; }
};

// The seeded intervals of `periods` periods, each once; the shortest first, then the earliest.
std::vector<Window> SeededIntervals(size_t periods) {
  std::set<std::tuple<size_t, size_t, size_t>> windows;  // length, begin, end
  const double all = static_cast<double>(periods);
  for (int layer = 0;; ++layer) {
    const double length = all * std::pow(0.5, layer / 2.0);
    if (length < 2 && layer > 0) break;
    const size_t count = 2 * static_cast<size_t>(std::ceil(std::pow(2.0, layer / 2.0) - 1e-9)) - 1;
    const double step = count > 1 ? (all - length) / static_cast<double>(count - 1) : 0;
    for (size_t i = 0; i < count; ++i) {
      const double from = static_cast<double>(i) * step;
      const auto begin = static_cast<size_t>(std::floor(from + 1e-9));
      const auto end = std::min(periods, static_cast<size_t>(std::ceil(from + length - 1e-9)));
      if (end >= begin + 2) windows.emplace(end - begin, begin, end);
    }
  }
  // Every pair of neighbours too: the shortest windows that there are.
  for (size_t begin = 0; begin + 2 <= periods; ++begin) windows.emplace(2, begin, begin + 2);
  std::vector<Window> answer;
  for (const auto& [length, begin, end] : windows) answer.push_back({begin, end});
  return answer;
}

// Where a window shows a change most.
struct Border {
  size_t period = 0;
  double z = 0;  // of the activity that changed most among those that changed enough
  double p = 1;
};

class Finder {
 public:
  Finder(const NextSteps& steps, const DriftOptions& options,
         absl::FunctionRef<absl::Status()> keep_on)
      : steps_(steps), options_(options), keep_on_(keep_on) {}

  absl::StatusOr<Drift> Run() {
    const size_t periods = steps_.period_count();
    if (periods < 2) return Drift{};
    drift_.test_count = CountTests(periods);
    windows_ = SeededIntervals(periods);
    borders_.resize(windows_.size());
    for (size_t w = 0; w < windows_.size(); ++w) {
      ASSIGN_OR_RETURN(borders_[w], BestBorder(windows_[w], windows_[w].begin, windows_[w].end));
    }
    Split({0, periods});
    std::sort(found_.begin(), found_.end());
    RETURN_IF_ERROR(Settle());
    for (size_t i = 0; i < found_.size(); ++i) {
      RETURN_IF_ERROR(keep_on_());
      drift_.changes.push_back(Describe(i));
    }
    return std::move(drift_);
  }

 private:
  // All windows with all borders in them, for each activity that several ways lead from. Which of
  // them are looked at depends on what was found, so all of them count.
  int64_t CountTests(size_t periods) const {
    int64_t groups = 0;
    for (size_t group = 0; group + 1 < steps_.from_begin.size(); ++group) {
      groups += steps_.from_begin[group + 1] - steps_.from_begin[group] > 1 ? 1 : 0;
    }
    const auto n = static_cast<int64_t>(periods);
    return (n + 1) * n * (n - 1) / 6 * groups;
  }
  bool Significant(double p) const {
    return p * static_cast<double>(drift_.test_count) <= options_.alpha;
  }

  // Asks once in many ways that were tested.
  absl::Status KeepOn() {
    constexpr size_t kWaysBetweenChecks = 50'000;
    if (tested_ < kWaysBetweenChecks) return absl::OkStatus();
    tested_ = 0;
    return keep_on_();
  }

  Homogeneity Test(size_t group, const Window& window, size_t period) {
    ways_.clear();
    tested_ += steps_.from_begin[group + 1] - steps_.from_begin[group];
    for (size_t s = steps_.from_begin[group]; s < steps_.from_begin[group + 1]; ++s) {
      const NextStep& step = steps_.steps[s];
      ways_.emplace_back(step.Count(window.begin, period), step.Count(period, window.end));
    }
    return TestHomogeneity(ways_);
  }

  // Of the borders from `first` to `last` (both exclusive) within a window; nullopt if none shows a
  // change of enough.
  absl::StatusOr<std::optional<Border>> BestBorder(const Window& window, size_t first,
                                                   size_t last) {
    std::optional<Border> best;
    for (size_t period = first + 1; period < last; ++period) {
      RETURN_IF_ERROR(keep_on_());
      for (size_t group = 0; group + 1 < steps_.from_begin.size(); ++group) {
        RETURN_IF_ERROR(KeepOn());
        const Homogeneity test = Test(group, window, period);
        if (!test.tested || test.shift < options_.least_shift) continue;
        if (!best.has_value() || test.z > best->z) best = Border{period, test.z, test.p_value};
      }
    }
    return best;
  }

  // Windows are in order, the narrowest first; of equally long ones the clearest change is taken.
  void Split(const Window& part) {
    std::optional<size_t> taken;
    for (size_t w = 0; w < windows_.size(); ++w) {
      const Window& window = windows_[w];
      if (taken.has_value() && window.length() > windows_[*taken].length()) break;
      if (window.begin < part.begin || window.end > part.end) continue;
      if (!borders_[w].has_value() || !Significant(borders_[w]->p)) continue;
      if (!taken.has_value() || borders_[w]->z > borders_[*taken]->z) taken = w;
    }
    if (!taken.has_value()) return;
    const size_t period = borders_[*taken]->period;
    found_.push_back(period);
    Split({part.begin, period});
    Split({period, part.end});
  }

  Window Around(size_t i) const {
    return {i == 0 ? 0 : found_[i - 1],
            i + 1 == found_.size() ? steps_.period_count() : found_[i + 1]};
  }

  // Moves each change to where it shows most between its neighbours; those that do not show there
  // go, the faintest first.
  absl::Status Settle() {
    constexpr int kRounds = 3;
    for (int round = 0; round < kRounds; ++round) {
      for (size_t i = 0; i < found_.size(); ++i) {
        const Window window = Around(i);
        ASSIGN_OR_RETURN(const std::optional<Border> best,
                         BestBorder(window, window.begin, window.end));
        if (best.has_value() && Significant(best->p)) found_[i] = best->period;
      }
    }
    while (true) {
      std::optional<size_t> faintest;
      double least = 0;
      for (size_t i = 0; i < found_.size(); ++i) {
        ASSIGN_OR_RETURN(const std::optional<Border> border,
                         BestBorder(Around(i), found_[i] - 1, found_[i] + 1));
        if (border.has_value() && Significant(border->p)) continue;
        const double z = border.has_value() ? border->z : -HUGE_VAL;
        if (!faintest.has_value() || z < least) faintest = i, least = z;
      }
      if (!faintest.has_value()) break;
      found_.erase(found_.begin() + static_cast<ptrdiff_t>(*faintest));
    }
    return absl::OkStatus();
  }

  Change Describe(size_t i) {
    const Window window = Around(i);
    Change change{found_[i], window.begin, window.end, {}, {}};
    for (size_t group = 0; group + 1 < steps_.from_begin.size(); ++group) {
      const Homogeneity test = Test(group, window, change.period);
      if (!test.tested || !Significant(test.p_value) || test.shift < options_.least_shift) continue;
      const double p = std::min(1.0, test.p_value * static_cast<double>(drift_.test_count));
      change.activities.push_back({group, test, p});
      AddSteps(group, change);
    }
    std::stable_sort(
        change.activities.begin(), change.activities.end(),
        [](const ActivityShift& a, const ActivityShift& b) { return a.test.z > b.test.z; });
    std::stable_sort(change.steps.begin(), change.steps.end(),
                     [](const StepShift& a, const StepShift& b) {
                       return std::abs(a.difference()) > std::abs(b.difference());
                     });
    return change;
  }

  void AddSteps(size_t group, Change& change) const {
    int64_t before = 0, after = 0;
    const size_t first = change.steps.size();
    for (size_t s = steps_.from_begin[group]; s < steps_.from_begin[group + 1]; ++s) {
      StepShift shift{s, steps_.steps[s].Count(change.begin, change.period),
                      steps_.steps[s].Count(change.period, change.end), 0, 0};
      before += shift.before_count;
      after += shift.after_count;
      change.steps.push_back(shift);
    }
    for (size_t s = first; s < change.steps.size(); ++s) {
      StepShift& shift = change.steps[s];
      shift.before_share = static_cast<double>(shift.before_count) / static_cast<double>(before);
      shift.after_share = static_cast<double>(shift.after_count) / static_cast<double>(after);
    }
  }

  const NextSteps& steps_;
  const DriftOptions& options_;
  const absl::FunctionRef<absl::Status()> keep_on_;
  std::vector<Window> windows_;
  std::vector<std::optional<Border>> borders_;  // by window
  std::vector<WayCounts> ways_;
  size_t tested_ = 0;
  std::vector<size_t> found_;  // periods
  Drift drift_;
};

}  // namespace

absl::StatusOr<Drift> FindDrift(const NextSteps& steps, const DriftOptions& options,
                                absl::FunctionRef<absl::Status()> keep_on) {
  return Finder(steps, options, keep_on).Run();
}

}  // namespace plumbline::analytics
