// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/fixes.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>
#include <utility>

#include "common/base/status_macros.h"
#include "common/base/threads.h"
#include "common/statistics/sums.h"
#include "services/analytics/review/mended.h"
#include "services/analytics/review/proof.h"
#include "services/analytics/review/step_index.h"
#include "services/analytics/review/words.h"

namespace plumbline::analytics::review {
namespace {

constexpr size_t kExamples = 3;
// What saves less of what the first fix saves is not worth a line, nor what rounds to no hour.
constexpr double kMaterial = 0.01, kLeastHours = 0.5;

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
  Proving(const Facts& facts, const StepIndex& index, const Windows& windows)
      : facts_(facts), index_(index), windows_(windows) {}

  // `saved`: by the fix alone, by case, microseconds.
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
      proof.each_side = CasesOnEachSide({before_, facts_.weight(), counts}, proof.effect);
      if (proof.each_side.has_value())
        proof.longer = LongerBaseline(*proof.each_side, std::llround(has));
    }
    proof.cases_per_week = has / (windows_.Days(kThis) / 7);
    if (proof.cases.has_value())
      proof.weeks = static_cast<double>(*proof.cases) / proof.cases_per_week;
    const double longest =
        proof.longer.has_value()
            ? static_cast<double>(std::max(proof.longer->before, proof.longer->after)) /
                  proof.cases_per_week
            : proof.weeks.value_or(0);
    if (longest > kMostWeeksOfProof) proof.too_long = longest;
    return proof;
  }

 private:
  void ByDuration(const std::vector<int64_t>& saved) {
    for (size_t i = 0; i < facts_.graphs.cases.size(); ++i) {
      const CaseGraph& one = facts_.graphs.cases[i];
      const double lead = static_cast<double>(one.end - one.begin) / 1e6;
      before_.push_back(lead);
      after_.push_back(lead - static_cast<double>(saved[i]) / 1e6);
    }
  }
  void ByTimes(const Remedy& remedy) {
    // Of all cases, also those that do not come to it: so projects count.
    before_.assign(facts_.graphs.cases.size(), 0);
    index_.ForCases(index_.Of(remedy), [&](size_t place, absl::Span<const uint32_t> steps) {
      for (const uint32_t i : steps) before_[place] += facts_.graphs.steps[i].completed;
    });
    for (const double times : before_) after_.push_back(std::min(1.0, times));
  }
  void ByWaits(const Remedy& remedy) {
    index_.ForCases(index_.Of(remedy), [&](size_t place, absl::Span<const uint32_t> steps) {
      if (!remedy.InCase(place)) return;
      double before = 0, after = 0;
      bool came = false;
      for (const uint32_t i : steps) {
        GraphStep whole = facts_.graphs.steps[i];
        if (whole.wait < 0) continue;
        came = true;
        whole.waiting = whole.wait;  // with all of its waiting
        before += static_cast<double>(whole.wait) / 1e6;
        after += static_cast<double>(Apply(remedy, whole, {}, WholeOf(whole)).waiting) / 1e6;
      }
      if (!came) return;
      before_.push_back(before);
      after_.push_back(after);
    });
  }

  const Facts& facts_;
  const StepIndex& index_;
  const Windows& windows_;
  std::vector<double> before_, after_;
};

// Occurrences behind a fix, and the time that it is about.
void AddFigures(const StepIndex& index, const std::vector<CauseTotal>& causes, Fix* fix) {
  const CaseGraphs& graphs = index.graphs();
  const Remedy& remedy = fix->candidate.remedy;
  const auto add = [&](const GraphStep& step) {
    int64_t micros = 0;
    bool counts = true;
    if (fix->candidate.kind == FixKind::kImpediment) {
      counts = false;  // told in all
      for (const BlockedBy& one : graphs.CausesOf(step))
        fix->held_seconds += one.cause == remedy.cause ? static_cast<double>(one.micros) / 1e6 : 0;
    } else if (fix->candidate.kind == FixKind::kRework) {
      counts = step.repeat;
      micros = WholeOf(step).all();
    } else {
      counts = step.wait >= 0;
      micros = step.wait;
      if (counts) fix->held_seconds += static_cast<double>(step.waiting) / 1e6;
    }
    if (!counts) return;
    ++fix->occurrences;
    fix->total_seconds += static_cast<double>(micros) / 1e6;
  };
  index.ForCases(index.Of(remedy), [&](size_t place, absl::Span<const uint32_t> steps) {
    if (!remedy.InCase(place)) return;
    for (const uint32_t i : steps) add(graphs.steps[i]);
  });
  if (fix->candidate.kind != FixKind::kImpediment) return;
  fix->occurrences = causes[remedy.cause].count;
  fix->total_seconds = static_cast<double>(causes[remedy.cause].micros) / 1e6;
}

class Finding {
 public:
  Finding(const Facts& facts, const Windows& windows, const FixOptions& options)
      : facts_(facts),
        windows_(windows),
        options_(options),
        index_(facts.graphs),
        candidates_(FindCandidates(facts, index_)),
        mended_(index_) {
    result_.candidate_count = static_cast<int64_t>(candidates_.size());
    for (const CaseGraph& one : facts.graphs.cases) any_due_ |= one.due.has_value();
  }

  absl::StatusOr<Fixes> Run(KeepOn keep_on) {
    for (int i = 0; i < options_.most; ++i) {
      ASSIGN_OR_RETURN(const bool found, Next(keep_on));
      if (!found) break;
    }
    RETURN_IF_ERROR(keep_on());
    if (result_.fixes.empty()) {
      ASSIGN_OR_RETURN(result_.few_touched, FewTouched(keep_on));
    }
    DrawGains();
    return std::move(result_);
  }

 private:
  absl::StatusOr<bool> Next(KeepOn keep_on);
  absl::StatusOr<std::vector<int64_t>> MicrosOfAll(KeepOn keep_on) const;
  absl::StatusOr<int64_t> FewTouched(KeepOn keep_on) const;
  void Take(size_t number, Saved saved);
  void DrawGains();

  const Facts& facts_;
  const Windows& windows_;
  const FixOptions& options_;
  const StepIndex index_;
  std::vector<Candidate> candidates_;
  Mended mended_;
  Fixes result_;
  std::vector<Saved> saved_;  // by fix
  bool any_due_ = false;
};

// Of each candidate what it saves, microseconds; less, of those that take less away than
// another saves in all, and so cannot be the best.
absl::StatusOr<std::vector<int64_t>> Finding::MicrosOfAll(KeepOn keep_on) const {
  std::vector<int64_t> micros(candidates_.size(), 0);
  std::atomic<int64_t> most = 0;
  RETURN_IF_ERROR(base::TryInThreads(base::ThreadsOfOneQuestion(), candidates_.size(), keep_on,
                                     [&](size_t i, KeepOn go_on) -> absl::Status {
                                       if (candidates_[i].most < most) return absl::OkStatus();
                                       Mended::Room room;
                                       micros[i] = mended_.MicrosBy(candidates_[i].remedy, &room);
                                       for (int64_t seen = most; seen < micros[i];)
                                         most.compare_exchange_weak(seen, micros[i]);
                                       return go_on();
                                     }));
  return micros;
}

absl::StatusOr<bool> Finding::Next(KeepOn keep_on) {
  ASSIGN_OR_RETURN(const std::vector<int64_t> micros, MicrosOfAll(keep_on));
  std::vector<size_t> order(candidates_.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return micros[a] > micros[b]; });
  size_t best = candidates_.size();
  double most = 0;
  Saved saved;
  Mended::Room room;
  for (const size_t i : order) {
    RETURN_IF_ERROR(keep_on());
    // What saves less cannot be better, but for what rounding makes of it.
    constexpr double kRounding = 1 + 1e-9;
    const double in_all = static_cast<double>(micros[i]) / kMicrosOfHour;
    if (micros[i] <= 0 || in_all * kRounding < most) break;
    Saved one = mended_.By(candidates_[i].remedy, &room);
    const double hours = statistics::Sum(one.hours);
    // Of equal ones that which takes most away.
    if (hours < most || (hours == most && i > best) || hours <= 0) continue;
    most = hours;
    best = i;
    saved = std::move(one);
  }
  const double first =
      result_.fixes.empty() ? 0 : facts_.weight() * statistics::Sum(saved_[0].hours);
  if (best == candidates_.size() ||
      facts_.weight() * most < std::max(kLeastHours, kMaterial * first))
    return false;
  Take(best, std::move(saved));
  return true;
}

absl::StatusOr<int64_t> Finding::FewTouched(KeepOn keep_on) const {
  int64_t most = 0;
  Mended::Room room;
  for (const Candidate& candidate : FindCandidates(facts_, index_, Touching::kFew)) {
    RETURN_IF_ERROR(keep_on());
    const double hours =
        static_cast<double>(mended_.MicrosBy(candidate.remedy, &room)) / kMicrosOfHour;
    if (facts_.weight() * hours >= kLeastHours) most = std::max(most, candidate.touched);
  }
  return most;
}

void Finding::Take(size_t number, Saved saved) {
  Fix& fix = result_.fixes.emplace_back();
  fix.candidate = std::move(candidates_[number]);
  candidates_.erase(candidates_.begin() + static_cast<ptrdiff_t>(number));
  fix.ended = facts_.ended;
  Mended::Room room;
  const std::vector<int64_t> alone = mended_.SavedAlone(fix.candidate.remedy, &room);
  std::vector<double> hours_alone;
  for (const int64_t micros : alone)
    hours_alone.push_back(static_cast<double>(micros) / kMicrosOfHour);
  fix.hours_alone = facts_.weight() * statistics::Sum(hours_alone);
  fix.examples = ExamplesOf(facts_.graphs, saved.hours);
  AddFigures(index_, facts_.causes, &fix);
  fix.proof = Proving(facts_, index_, windows_).Of(fix.candidate, alone);
  mended_.Adopt(fix.candidate.remedy, &room);
  saved_.push_back(std::move(saved));
}

// Of each fix, and of all of them together.
void Finding::DrawGains() {
  const size_t cases = facts_.graphs.cases.size();
  Saved total{std::vector<double>(cases), std::vector<double>(cases), {}};
  std::vector<absl::Span<const double>> lists;
  for (const Saved& saved : saved_) {
    for (size_t i = 0; i < cases; ++i) {
      total.hours[i] += saved.hours[i];
      total.in_time[i] += saved.in_time[i];
    }
    lists.insert(lists.end(), {saved.hours, saved.in_time, saved.work});
  }
  lists.insert(lists.end(), {total.hours, total.in_time});
  const std::vector<Gain> gains =
      Bootstrap(lists, facts_.weight(), options_.confidence, options_.seed);
  auto next = gains.begin();
  for (Fix& fix : result_.fixes) {
    fix.hours = *next++;
    fix.in_time = *next++;
    fix.work_hours = *next++;
    if (!any_due_) fix.in_time = std::nullopt;
  }
  result_.hours = *next++;
  if (any_due_) result_.in_time = *next;
}

}  // namespace

absl::StatusOr<Fixes> FindFixes(const Facts& facts, const Windows& windows,
                                const FixOptions& options, KeepOn keep_on) {
  return Finding(facts, windows, options).Run(keep_on);
}

}  // namespace plumbline::analytics::review
