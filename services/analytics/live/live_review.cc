// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/live/live_review.h"

#include <algorithm>
#include <optional>
#include <span>

#include "common/base/status_macros.h"
#include "services/analytics/review/case_facts.h"

namespace plumbline::analytics {

using review::CaseFact;

LiveReview::LiveReview(review::ReviewOptions options, std::vector<std::string> map_transitions)
    : options_(std::move(options)),
      fact_options_(review::FactsOf(options_)),
      map_transitions_(std::move(map_transitions)) {}

LiveReview::Waits& LiveReview::WaitsOf(uint32_t activity) {
  while (waits_.size() <= activity) {
    waits_.emplace_back();
    if (!filling_) waits_.back().Settle();
  }
  return waits_[activity];
}

void LiveReview::ChangeCase(uint32_t number, const CaseFact& fact, int sign) {
  if (fact.end == kNoTime) {
    if (sign > 0) open_.push_back(fact);
    return;
  }
  begins_.Change(fact.begin, sign);
  ends_.Change(fact.end, sign);
  lasted_.Change(fact.end - fact.begin, sign);
  cases_.Change({fact.end, number, fact.rows, review::EndedFactOf(fact)}, sign);
  if (fact.due != kNoTime) {
    in_time_.Change({review::KnownAt(fact), review::KnownLag(fact), review::InTime(fact)}, sign);
    known_due_ += sign;
  }
  tells_defects_ += sign * static_cast<int>(fact.tells_defects);
  has_starts_ += sign * static_cast<int>(fact.has_starts);
  rows_ += sign * int64_t{fact.rows};
}

void LiveReview::EndAnswer() {
  for (const auto& [number, fact] : not_settled_) ChangeCase(number, fact, -1);
  not_settled_.clear();
  open_.clear();
  waits_of_answer_.clear();
}

absl::Status LiveReview::Change(const LiveCases& cases, int sign, KeepOn keep_on) {
  // What was put in for an answer goes next.
  if (sign < 0 && !not_settled_.empty()) {
    EndAnswer();
    return absl::OkStatus();
  }
  const LogSnapshot& log = *cases.log;
  std::vector<CaseFact> facts(log.case_count());
  std::vector<StepWait> waits;
  const review::CaseFactReader reader(log, map_transitions_, fact_options_);
  const auto take = [&](const Occurrence& o, std::span<const Stretch> blocked) {
    const int64_t micros = review::WaitingOf(o, blocked, fact_options_.between);
    const uint32_t lag = review::LagOf(facts[o.case_number].begin, o.end);
    waits.push_back({o.activity, {o.end, micros, lag}});
  };
  const CaseRange all{0, static_cast<uint32_t>(facts.size())};
  RETURN_IF_ERROR(reader.Read(all, &facts, take, keep_on));
  // All of them are settled, or none is.
  const bool settled = std::none_of(facts.begin(), facts.end(), [](const CaseFact& one) {
    return one.end == kNoTime || one.has_open != 0;
  });
  for (size_t c = 0; c < facts.size(); ++c) {
    ChangeCase(cases.numbers[c], facts[c], sign);
    if (!settled) not_settled_.emplace_back(cases.numbers[c], facts[c]);
  }
  if (settled) {
    for (const StepWait& one : waits) WaitsOf(one.activity).Change(one.wait, sign);
  } else {
    waits_of_answer_ = std::move(waits);
  }
  return absl::OkStatus();
}

void LiveReview::Settle() {
  filling_ = false;
  for (LiveTimes* times : {&begins_, &ends_, &lasted_}) times->Settle();
  cases_.Settle();
  in_time_.Settle();
  for (Waits& waits : waits_) waits.Settle();
}

int64_t LiveReview::memory_bytes() const {
  size_t bytes = sizeof(*this) + begins_.memory_bytes() + ends_.memory_bytes() +
                 lasted_.memory_bytes() + cases_.memory_bytes() + in_time_.memory_bytes() +
                 open_.capacity() * sizeof(CaseFact) +
                 not_settled_.capacity() * sizeof(not_settled_[0]) +
                 waits_of_answer_.capacity() * sizeof(StepWait);
  for (const Waits& waits : waits_) bytes += waits.memory_bytes();
  return static_cast<int64_t>(bytes);
}

int64_t LiveReview::answer_bytes() const {
  // The cases of the period with their hashes, and open ones.
  constexpr int64_t kOfACase = 32;
  return kOfACase * (ends_.size() + static_cast<int64_t>(open_.size())) +
         review::BytesOfGraphs(rows_);
}

review::Inflow LiveReview::InflowIn(const review::Windows& windows, int64_t first_time) {
  const TimeUnion begins = begins_.All();
  std::vector<int64_t> open;
  for (const CaseFact& one : open_) open.push_back(one.begin);
  std::sort(open.begin(), open.end());
  return review::Inflow(windows, first_time, [&](int64_t time) {
    return begins.CountUpTo(time - 1) +
           (std::lower_bound(open.begin(), open.end(), time) - open.begin());
  });
}

void LiveReview::AddExpected(const review::Windows& windows, const review::Inflow& inflow,
                             review::CaseSums* sums) const {
  if (!inflow.any()) return;
  for (const int window : {review::kThis, review::kBefore}) {
    const auto share = [&](uint32_t lag) { return inflow.ShareOfThis(lag, window); };
    cases_.ForEach(windows.begin(window), windows.end(window), [&](const EndedCase& one) {
      sums->expected.Add(one.fact, share(one.fact.lag));
    });
    in_time_.ForEach(windows.begin(window), windows.end(window), [&](const KnownInTime& one) {
      sums->expected.in_time.Add(share(one.lag), one.in_time);
    });
  }
}

absl::StatusOr<review::CaseSums> LiveReview::SumsIn(const review::Windows& windows,
                                                    const review::Inflow& inflow, KeepOn keep_on) {
  ASSIGN_OR_RETURN(review::CaseSums sums, review::SumUp(open_, windows, inflow, keep_on));
  AddExpected(windows, inflow, &sums);
  cases_.AddTo(windows, &sums.of_ended);
  in_time_.AddTo(windows, &sums.in_time);
  const TimeUnion begins = begins_.All(), ends = ends_.All(), lasted = lasted_.All();
  const auto begun_before = [&](int64_t time) { return begins.CountUpTo(time - 1); };
  const auto ended_before = [&](int64_t time) { return ends.CountUpTo(time - 1); };
  sums.begun.Add(windows, begun_before);
  sums.ended.Add(windows, ended_before);
  for (int w = 0; w < windows.size(); ++w) {
    sums.there[static_cast<size_t>(w)] +=
        begun_before(windows.end(w)) - ended_before(windows.end(w));
  }
  sums.any_due |= known_due_ > 0;
  sums.tells_defects |= tells_defects_ > 0;
  sums.has_starts |= has_starts_ > 0;
  sums.most_last = review::MostLast(lasted.size(), [&](int64_t k) { return lasted.At(k); });
  cases_.ForEach(windows.begin(review::kThis), windows.end(review::kThis),
                 [&](const EndedCase& one) {
                   sums.of_period.push_back({one.number, one.rows});
                 });
  std::sort(sums.of_period.begin(), sums.of_period.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  return sums;
}

void LiveReview::AddExpected(const review::Windows& windows, const review::Inflow& inflow,
                             const LiveWhole& whole, review::StepWaits* waits) const {
  if (!inflow.any()) return;
  const auto add = [&](const EndedWait& one, int window, review::Expected* expected) {
    expected->Add(inflow.ShareOfThis(one.lag, window), static_cast<double>(one.micros) / 1e6);
  };
  for (uint32_t activity = 0; activity < waits_.size(); ++activity) {
    const auto found = waits->find(whole.rank[activity]);
    if (found == waits->end()) continue;
    for (const int window : {review::kThis, review::kBefore}) {
      waits_[activity].ForEach(
          windows.begin(window), windows.end(window),
          [&](const EndedWait& one) { add(one, window, &found->second.expected); });
    }
  }
  for (const StepWait& one : waits_of_answer_) {
    const auto found = waits->find(whole.rank[one.activity]);
    const int window = windows.IndexOf(one.wait.time);
    if (found != waits->end() && window >= 0 && window <= review::kBefore)
      add(one.wait, window, &found->second.expected);
  }
}

review::StepWaits LiveReview::WaitsIn(const review::Windows& windows, const review::Inflow& inflow,
                                      const LiveWhole& whole) {
  review::WindowWaits all(windows, whole.rank.size());
  for (uint32_t activity = 0; activity < waits_.size(); ++activity) {
    review::Samples samples = {};
    waits_[activity].AddTo(windows, &samples);
    for (int w = 0; w < windows.size(); ++w) {
      const review::Sample& sample = samples[static_cast<size_t>(w)];
      if (sample.count > 0) all.Add(whole.rank[activity], w, sample);
    }
  }
  for (const StepWait& one : waits_of_answer_) {
    const int window = windows.IndexOf(one.wait.time);
    if (window >= 0)
      all.Add(whole.rank[one.activity], window, static_cast<double>(one.wait.micros) / 1e6);
  }
  review::StepWaits waits = all.Most();
  AddExpected(windows, inflow, whole, &waits);
  return waits;
}

absl::StatusOr<review::Review> LiveReview::Answer(const LiveWhole& whole, KeepOn keep_on) {
  ASSIGN_OR_RETURN(review::BegunReview begun, Begin(whole, keep_on));
  return review::FinishReview(std::move(begun), map_transitions_, options_, keep_on);
}

absl::StatusOr<review::BegunReview> LiveReview::Begin(const LiveWhole& whole, KeepOn keep_on) {
  std::optional<review::Inflow> inflow;
  const auto inflow_in = [&](const review::Windows& windows) -> const review::Inflow& {
    if (!inflow.has_value()) inflow = InflowIn(windows, whole.first_time);
    return *inflow;
  };
  const auto sums = [&](const review::Windows& windows) {
    return SumsIn(windows, inflow_in(windows), keep_on);
  };
  const auto waits = [&](const review::Windows& windows) {
    return WaitsIn(windows, inflow_in(windows), whole);
  };
  const auto part = [&](std::vector<uint32_t> numbers) {
    return whole.cases(std::move(numbers)).log;
  };
  return review::BeginReview(
      {whole.first_time, whole.last_time, whole.marks_ends, whole.case_name, sums, waits, part},
      options_, keep_on);
}

}  // namespace plumbline::analytics
