// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/temporal/temporal_profile.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/statistics/exact_moments.h"
#include "services/analytics/mining/edge_numbers.h"
#include "services/analytics/temporal/case_walk.h"

namespace plumbline::analytics {
namespace {

constexpr double kMicros = 1e6;

absl::Status TooManyPairs(size_t most) {
  return base::FieldError(
      "selection", absl::StrCat("keeps more than ", most,
                                " pairs of activities that follow each other; select fewer "
                                "activities with selection.event_filter and only_matching_events"));
}

class Profiler {
 public:
  Profiler(const Traces& traces, size_t most_pairs)
      : traces_(traces),
        most_pairs_(most_pairs),
        numbers_(traces.log().activities.size()),
        ended_(traces.log().activities.size()) {}

  absl::Status Run(absl::FunctionRef<absl::Status()> keep_on) {
    const auto ended = [this](uint32_t activity, uint64_t end) {
      Ended& of = ended_[activity];
      if (of.sums.count() == 0) of.first = end;
      of.last = end;
      of.sums.Add(end);
    };
    const auto begun = [this](uint32_t to, uint64_t begin, std::span<const uint32_t> seen) {
      return Measure(to, begin, seen);
    };
    const auto done = [this](uint32_t, std::span<const uint32_t> seen) {
      for (const uint32_t activity : seen) ended_[activity] = {};
    };
    return CaseWalk(traces_).Run({ended, begun, done}, keep_on);
  }

  TemporalProfile Finish() const {
    TemporalProfile profile;
    profile.reserve(pairs_.size());
    for (const Measured& pair : pairs_) {
      profile.push_back({pair.from, pair.to, static_cast<int64_t>(pair.moments.count()),
                         pair.moments.mean() / kMicros, pair.moments.standard_deviation() / kMicros,
                         static_cast<double>(pair.min) / kMicros,
                         static_cast<double>(pair.max) / kMicros});
    }
    std::sort(profile.begin(), profile.end(), [](const PairTimes& a, const PairTimes& b) {
      return std::pair(a.from, a.to) < std::pair(b.from, b.to);
    });
    return profile;
  }

 private:
  // Events of one activity that have ended.
  struct Ended {
    statistics::PointSums sums;
    uint64_t first = 0, last = 0;
  };
  struct Measured {
    uint32_t from, to;
    statistics::ExactMoments moments;
    uint64_t min = std::numeric_limits<uint64_t>::max(), max = 0;
  };

  absl::Status Measure(uint32_t to, uint64_t begin, std::span<const uint32_t> seen) {
    for (const uint32_t from : seen) {
      uint32_t* slot = numbers_.Slot(from, to);
      if (*slot == EdgeNumbers::kNone) {
        if (pairs_.size() == most_pairs_) return TooManyPairs(most_pairs_);
        *slot = static_cast<uint32_t>(pairs_.size());
        pairs_.push_back({from, to, {}});
      }
      Measured& pair = pairs_[*slot];
      const Ended& ended = ended_[from];
      pair.moments.AddDistances(ended.sums, begin);
      pair.min = std::min(pair.min, begin - ended.last);
      pair.max = std::max(pair.max, begin - ended.first);
    }
    return absl::OkStatus();
  }

  const Traces& traces_;
  const size_t most_pairs_;
  EdgeNumbers numbers_;
  std::deque<Measured> pairs_;  // grows without copies
  std::vector<Ended> ended_;    // of the case at hand, by activity
};

// What is ordinary for a pair, in seconds.
struct Bounds {
  double low, high;
  bool judged;
};

class Finder {
 public:
  Finder(const Traces& traces, const TemporalProfile& profile, const DeviationOptions& options)
      : traces_(traces),
        profile_(profile),
        options_(options),
        numbers_(traces.log().activities.size()),
        ended_(traces.log().activities.size()) {
    answer_.pairs.resize(profile.size());
    last_case_.assign(profile.size(), kNoText);
    bounds_.reserve(profile.size());
    for (size_t p = 0; p < profile.size(); ++p) {
      const PairTimes& pair = profile[p];
      *numbers_.Slot(pair.from, pair.to) = static_cast<uint32_t>(p);
      const double far = options.sigmas * pair.standard_deviation;
      bounds_.push_back({pair.mean - far, pair.mean + far, pair.count >= options.least_count});
      answer_.pairs[p].pair = p;
    }
  }

  absl::Status Run(absl::FunctionRef<absl::Status()> keep_on) {
    const auto ended = [this](uint32_t activity, uint64_t end) { ended_[activity].push_back(end); };
    const auto begun = [this](uint32_t to, uint64_t begin, std::span<const uint32_t> seen) {
      for (const uint32_t from : seen) Judge(from, to, begin);
      return absl::OkStatus();
    };
    const auto done = [this](uint32_t c, std::span<const uint32_t> seen) {
      for (const uint32_t activity : seen) ended_[activity].clear();
      FinishCase(c);
    };
    return CaseWalk(traces_).Run({ended, begun, done}, keep_on);
  }

  Deviations Finish() {
    KeepFarthest();
    return std::move(answer_);
  }

 private:
  void Judge(uint32_t from, uint32_t to, uint64_t begin) {
    const std::vector<uint64_t>& ends = ended_[from];  // ascending
    const uint32_t p = *numbers_.Slot(from, to);
    if (p == EdgeNumbers::kNone) {
      answer_.unknown_count += static_cast<int64_t>(ends.size());
      return;
    }
    PairDeviations& pair = answer_.pairs[p];
    pair.count += static_cast<int64_t>(ends.size());
    if (!bounds_[p].judged) return;
    const auto time = [begin](uint64_t end) { return static_cast<double>(begin - end) / kMicros; };
    const auto late = std::partition_point(
        ends.begin(), ends.end(), [&](uint64_t end) { return time(end) > bounds_[p].high; });
    const auto early = std::partition_point(
        late, ends.end(), [&](uint64_t end) { return time(end) >= bounds_[p].low; });
    const int64_t late_count = late - ends.begin(), early_count = ends.end() - early;
    if (late_count + early_count == 0) return;
    pair.late_count += late_count;
    pair.early_count += early_count;
    at_hand_.deviation_count += late_count + early_count;
    if (last_case_[p] != case_) {
      last_case_[p] = case_;
      ++pair.case_count;
      ++at_hand_.pair_count;
    }
    if (late_count > 0) Consider(p, time(ends.front()));
    if (early_count > 0) Consider(p, time(ends.back()));
  }

  // Whether this time is the farthest out of its case. Of equals the first pair of the profile.
  void Consider(size_t p, double seconds) {
    const PairTimes& pair = profile_[p];
    const double distance = std::abs(seconds - pair.mean);
    const double sigmas = pair.standard_deviation > 0 ? distance / pair.standard_deviation
                                                      : std::numeric_limits<double>::infinity();
    const auto order = [](const CaseDeviations& d) {
      return std::tuple(-d.worst_sigmas, d.worst_pair, d.worst_seconds);
    };
    CaseDeviations now = at_hand_;
    now.worst_pair = p;
    now.worst_seconds = seconds;
    now.worst_sigmas = sigmas;
    if (!any_ || order(now) < order(at_hand_)) at_hand_ = now;
    any_ = true;
  }

  void FinishCase(uint32_t c) {
    if (any_) {
      at_hand_.case_number = c;
      ++answer_.case_count;
      answer_.cases.push_back(at_hand_);
      if (answer_.cases.size() > 2 * options_.most_cases + 1000) KeepFarthest();
    }
    at_hand_ = {};
    any_ = false;
    case_ = c + 1;
  }

  void KeepFarthest() {
    const auto order = [](const CaseDeviations& d) {
      return std::tuple(-d.worst_sigmas, -d.deviation_count, d.case_number);
    };
    std::sort(
        answer_.cases.begin(), answer_.cases.end(),
        [&](const CaseDeviations& a, const CaseDeviations& b) { return order(a) < order(b); });
    if (answer_.cases.size() > options_.most_cases) answer_.cases.resize(options_.most_cases);
  }

  const Traces& traces_;
  const TemporalProfile& profile_;
  const DeviationOptions& options_;
  EdgeNumbers numbers_;
  std::vector<Bounds> bounds_;                // by pair of the profile
  std::vector<uint32_t> last_case_;           // the same: the case that was counted last
  std::vector<std::vector<uint64_t>> ended_;  // of the case at hand, by activity
  Deviations answer_;
  CaseDeviations at_hand_;
  bool any_ = false;
  uint32_t case_ = 0;
};

}  // namespace

absl::StatusOr<TemporalProfile> MineTemporalProfile(const Traces& traces,
                                                    absl::FunctionRef<absl::Status()> keep_on,
                                                    size_t most_pairs) {
  Profiler profiler(traces, most_pairs);
  RETURN_IF_ERROR(profiler.Run(keep_on));
  return profiler.Finish();
}

absl::StatusOr<Deviations> FindDeviations(const Traces& traces, const TemporalProfile& profile,
                                          const DeviationOptions& options,
                                          absl::FunctionRef<absl::Status()> keep_on) {
  Finder finder(traces, profile, options);
  RETURN_IF_ERROR(finder.Run(keep_on));
  return finder.Finish();
}

}  // namespace plumbline::analytics
