// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/fixes.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "common/base/status_macros.h"
#include "common/statistics/sums.h"
#include "services/analytics/review/proof.h"
#include "services/analytics/review/words.h"

namespace plumbline::analytics::review {
namespace {

constexpr double kMicrosOfHour = 3600e6;
constexpr size_t kExamples = 3;
// What saves less of what the first fix saves is not worth a line, nor what rounds to no hour.
constexpr double kMaterial = 0.01, kLeastHours = 0.5;

// By case of the graphs.
struct Saved {
  std::vector<double> hours, in_time, work;
};

// The cases of the period as they are with what was mended so far.
class Mended {
 public:
  Mended(const CaseGraphs& graphs, const TimeBetween& between)
      : graphs_(graphs),
        between_(between),
        saved_(graphs.cases.size()),
        in_time_(graphs.cases.size()) {
    for (const GraphStep& step : graphs.steps) left_.push_back(WholeOf(step));
  }

  // What `remedy` saves beyond that.
  Saved By(const Remedy& remedy) {
    const size_t cases = graphs_.cases.size();
    Saved saved{std::vector<double>(cases), std::vector<double>(cases), std::vector<double>(cases)};
    for (size_t place = 0; place < cases; ++place) {
      if (!Try(remedy, place)) continue;
      const CaseGraph& one = graphs_.cases[place];
      const int64_t now = SavedBy(graphs_.StepsOf(one), trial_, &ends_);
      saved.work[place] = WorkLess(one);
      saved.in_time[place] = InTime(one) - in_time_[place];
      if (now == saved_[place]) continue;
      saved.hours[place] = Hours(one, now) - Hours(one, saved_[place]);
    }
    return saved;
  }

  // By case, microseconds of the wall clock that it is earlier with what was adopted.
  const std::vector<int64_t>& saved() const { return saved_; }

  void Adopt(const Remedy& remedy) {
    for (size_t place = 0; place < graphs_.cases.size(); ++place) {
      if (!Try(remedy, place)) continue;
      const CaseGraph& one = graphs_.cases[place];
      std::copy(trial_.begin(), trial_.end(), left_.begin() + one.first);
      saved_[place] = SavedBy(graphs_.StepsOf(one), trial_, &ends_);
      in_time_[place] = InTime(one);
    }
  }

 private:
  // Puts what the remedy leaves of a case into trial_; whether that is less.
  bool Try(const Remedy& remedy, size_t place) {
    if (!remedy.InCase(place)) return false;
    const CaseGraph& one = graphs_.cases[place];
    trial_.clear();
    bool less = false;
    for (uint32_t i = one.first; i < one.first + one.count; ++i) {
      const GraphStep& step = graphs_.steps[i];
      trial_.push_back(Apply(remedy, step, graphs_.CausesOf(step), left_[i]));
      less |= !(trial_.back() == left_[i]);
    }
    return less;
  }
  double WorkLess(const CaseGraph& one) const {
    int64_t less = 0;
    for (uint32_t i = 0; i < one.count; ++i)
      less += left_[one.first + i].working - trial_[i].working;
    return static_cast<double>(less) / kMicrosOfHour;
  }
  double Hours(const CaseGraph& one, int64_t saved) const {
    return static_cast<double>(Measure(between_, one.end - saved, one.end)) / kMicrosOfHour;
  }
  // After SavedBy: 1 for a case that was late and would not have been.
  double InTime(const CaseGraph& one) const {
    if (!one.due.has_value() || one.done <= *one.due) return 0;
    const int64_t saved = SavedUntil(graphs_.StepsOf(one), ends_, one.done);
    return one.done - saved <= *one.due ? 1 : 0;
  }

  const CaseGraphs& graphs_;
  const TimeBetween& between_;
  std::vector<int64_t> saved_;   // by case, microseconds of the wall clock
  std::vector<double> in_time_;  // by case: 1 if it came in time by that, else 0
  std::vector<Left> left_;       // by step
  std::vector<Left> trial_;      // of one case
  std::vector<int64_t> ends_;
};

std::vector<uint32_t> ExamplesOf(const CaseGraphs& graphs, const std::vector<double>& hours) {
  std::vector<size_t> order(hours.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const size_t most = std::min(kExamples, order.size());
  std::partial_sort(
      order.begin(), order.begin() + static_cast<ptrdiff_t>(most), order.end(),
      [&](size_t a, size_t b) { return hours[a] != hours[b] ? hours[a] > hours[b] : a < b; });
  std::vector<uint32_t> examples;
  for (size_t i = 0; i < most && hours[order[i]] > 0; ++i)
    examples.push_back(graphs.cases[order[i]].case_number);
  return examples;
}

// What a case has of what is measured, and would have: waiting at the step, how often it is done.
class Proving {
 public:
  Proving(const Facts& facts, const Windows& windows) : facts_(facts), windows_(windows) {}

  // `saved`: by case, microseconds of the wall clock, as projects measure it.
  Proof Of(const Candidate& candidate, const std::vector<int64_t>& saved) {
    Proof proof;
    if (candidate.kind == FixKind::kImpediment) {
      ByDuration(saved);
      proof.measure = Proof::Measure::kDuration;
    } else if (candidate.kind == FixKind::kRework) {
      ByTimes(candidate.remedy);
      proof.measure = Proof::Measure::kTimesOfStep;
    } else {
      ByWaits(candidate.remedy);
    }
    proof.case_count = static_cast<int64_t>(before_.size());
    if (before_.empty()) return proof;
    proof.before = statistics::Mean(before_);
    proof.after = statistics::Mean(after_);
    const bool counts = proof.measure == Proof::Measure::kTimesOfStep;
    proof.effect =
        counts ? TimesFlag(proof.before - proof.after) : SecondsFlag(proof.before - proof.after);
    const bool any = proof.before > proof.after;
    if (any) proof.cases = CasesAfter({before_, facts_.weight(), counts}, proof.effect);
    const double has = facts_.weight() * static_cast<double>(before_.size());
    if (any && !proof.cases.has_value()) {
      proof.each_side = CasesByMeans(proof.effect, VarianceOf(before_), VarianceOf(before_));
      if (proof.each_side.has_value())
        proof.longer = LongerBaseline(*proof.each_side, std::llround(has));
    }
    proof.cases_per_week = has / (windows_.Days(kThis) / 7);
    if (proof.cases.has_value())
      proof.weeks = static_cast<double>(*proof.cases) / proof.cases_per_week;
    return proof;
  }

 private:
  static double VarianceOf(const std::vector<double>& values) {
    Sample sample;
    for (const double value : values) sample.Add(value);
    return sample.variance();
  }
  void ByDuration(const std::vector<int64_t>& saved) {
    for (size_t i = 0; i < facts_.graphs.cases.size(); ++i) {
      const CaseGraph& one = facts_.graphs.cases[i];
      const double lead = static_cast<double>(one.end - facts_.cases[one.case_number].begin) / 1e6;
      before_.push_back(lead);
      after_.push_back(lead - static_cast<double>(saved[i]) / 1e6);
    }
  }
  void ByTimes(const Remedy& remedy) {
    for (const CaseGraph& one : facts_.graphs.cases) {
      // Of all cases, also those that do not come to it: so projects count.
      double times = 0;
      for (const GraphStep& step : facts_.graphs.StepsOf(one))
        times += step.activity == remedy.activity && step.completed;
      before_.push_back(times);
      after_.push_back(std::min(1.0, times));
    }
  }
  void ByWaits(const Remedy& remedy) {
    const CaseGraphs& graphs = facts_.graphs;
    for (size_t place = 0; place < graphs.cases.size(); ++place) {
      if (!remedy.InCase(place)) continue;
      double before = 0, after = 0;
      bool came = false;
      for (const GraphStep& step : graphs.StepsOf(graphs.cases[place])) {
        if (step.activity != remedy.activity || step.wait < 0) continue;
        came = true;
        GraphStep whole = step;  // with all of its waiting
        whole.waiting = step.wait;
        before += static_cast<double>(step.wait) / 1e6;
        after += static_cast<double>(Apply(remedy, whole, {}, WholeOf(whole)).waiting) / 1e6;
      }
      if (!came) continue;
      before_.push_back(before);
      after_.push_back(after);
    }
  }

  const Facts& facts_;
  const Windows& windows_;
  std::vector<double> before_, after_;
};

// Occurrences behind a fix, and the time that it is about.
void AddFigures(const CaseGraphs& graphs, Fix* fix) {
  const Remedy& remedy = fix->candidate.remedy;
  for (size_t place = 0; place < graphs.cases.size(); ++place) {
    if (!remedy.InCase(place)) continue;
    for (const GraphStep& step : graphs.StepsOf(graphs.cases[place])) {
      int64_t micros = 0;
      bool counts = step.activity == remedy.activity;
      if (fix->candidate.kind == FixKind::kImpediment) {
        counts = false;
        for (const BlockedBy& one : graphs.CausesOf(step)) {
          if (one.cause != remedy.cause) continue;
          counts = true;
          micros += one.micros;
        }
      } else if (fix->candidate.kind == FixKind::kRework) {
        counts = counts && step.repeat;
        micros = WholeOf(step).all();
      } else {
        counts = counts && step.wait >= 0;
        micros = step.wait;
        if (counts) fix->held_seconds += static_cast<double>(step.waiting) / 1e6;
      }
      if (!counts) continue;
      ++fix->occurrences;
      fix->total_seconds += static_cast<double>(micros) / 1e6;
    }
  }
}

class Finding {
 public:
  Finding(const LogSnapshot& log, const Facts& facts, const Windows& windows,
          const FixOptions& options)
      : facts_(facts),
        windows_(windows),
        options_(options),
        candidates_(FindCandidates(log, facts)),
        mended_(facts.graphs, options.between) {
    result_.candidate_count = static_cast<int64_t>(candidates_.size());
    for (const CaseGraph& one : facts.graphs.cases) any_due_ |= one.due.has_value();
    const size_t cases = facts.graphs.cases.size();
    total_ = {std::vector<double>(cases), std::vector<double>(cases), std::vector<double>(cases)};
  }

  absl::StatusOr<Fixes> Run(KeepOn keep_on) {
    for (int i = 0; i < options_.most; ++i) {
      ASSIGN_OR_RETURN(const bool found, Next(keep_on));
      if (!found) break;
    }
    const std::vector<Gain> gains = Draw(total_);
    result_.hours = gains[0];
    if (any_due_) result_.in_time = gains[1];
    return std::move(result_);
  }

 private:
  std::vector<Gain> Draw(const Saved& saved) const {
    const std::vector<std::vector<double>> lists = {saved.hours, saved.in_time, saved.work};
    return Bootstrap(lists, facts_.weight(), options_.confidence, options_.seed);
  }
  absl::StatusOr<bool> Next(KeepOn keep_on);
  void Take(size_t number, const Saved& saved);

  const Facts& facts_;
  const Windows& windows_;
  const FixOptions& options_;
  std::vector<Candidate> candidates_;
  Mended mended_;
  Fixes result_;
  Saved total_;
  bool any_due_ = false;
};

absl::StatusOr<bool> Finding::Next(KeepOn keep_on) {
  size_t best = candidates_.size();
  double most = 0;
  Saved saved;
  for (size_t i = 0; i < candidates_.size(); ++i) {
    RETURN_IF_ERROR(keep_on());
    // Most first: what takes less away than is saved already cannot be better by the wall clock,
    // and business hours are fewer.
    if (static_cast<double>(candidates_[i].most) / kMicrosOfHour <= most) break;
    Saved one = mended_.By(candidates_[i].remedy);
    const double hours = statistics::Sum(one.hours);
    if (hours <= most) continue;
    most = hours;
    best = i;
    saved = std::move(one);
  }
  const double first = result_.fixes.empty() ? 0 : result_.fixes[0].hours.value;
  if (best == candidates_.size() ||
      facts_.weight() * most < std::max(kLeastHours, kMaterial * first))
    return false;
  Take(best, saved);
  return true;
}

void Finding::Take(size_t number, const Saved& saved) {
  Fix& fix = result_.fixes.emplace_back();
  fix.candidate = std::move(candidates_[number]);
  candidates_.erase(candidates_.begin() + static_cast<ptrdiff_t>(number));
  const std::vector<Gain> gains = Draw(saved);
  fix.hours = gains[0];
  if (any_due_) fix.in_time = gains[1];
  fix.work_hours = gains[2];
  fix.ended = facts_.ended;
  Mended fresh(facts_.graphs, options_.between);
  const Saved alone = fresh.By(fix.candidate.remedy);
  fix.hours_alone = facts_.weight() * statistics::Sum(alone.hours);
  fix.examples = ExamplesOf(facts_.graphs, saved.hours);
  AddFigures(facts_.graphs, &fix);
  fresh.Adopt(fix.candidate.remedy);
  fix.proof = Proving(facts_, windows_).Of(fix.candidate, fresh.saved());
  mended_.Adopt(fix.candidate.remedy);
  for (size_t i = 0; i < saved.hours.size(); ++i) {
    total_.hours[i] += saved.hours[i];
    total_.in_time[i] += saved.in_time[i];
    total_.work[i] += saved.work[i];
  }
}

}  // namespace

absl::StatusOr<Fixes> FindFixes(const LogSnapshot& log, const Facts& facts, const Windows& windows,
                                const FixOptions& options, KeepOn keep_on) {
  return Finding(log, facts, windows, options).Run(keep_on);
}

}  // namespace plumbline::analytics::review
