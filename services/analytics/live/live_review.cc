// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/live/live_review.h"

#include <algorithm>
#include <span>

#include "common/base/status_macros.h"
#include "services/analytics/review/case_facts.h"

namespace plumbline::analytics {

using review::CaseFact;

LiveReview::LiveReview(review::ReviewOptions options, std::vector<std::string> map_transitions)
    : options_(std::move(options)),
      fact_options_(review::FactsOf(options_)),
      map_transitions_(std::move(map_transitions)) {}

LiveWaits& LiveReview::WaitsOf(uint32_t activity) {
  while (waits_.size() <= activity) {
    waits_.emplace_back();
    if (!filling_) waits_.back().Settle();
  }
  return waits_[activity];
}

bool LiveReview::AllAreOpen(const LiveCases& cases) const {
  return std::all_of(cases.numbers.begin(), cases.numbers.end(),
                     [this](uint32_t number) { return cases_[number].end == kNoTime; });
}

void LiveReview::Keep(uint32_t number, const CaseFact& fact) {
  constexpr size_t kShareMore = 8;
  if (number >= cases_.capacity()) cases_.reserve(number + 1 + number / kShareMore);
  if (number >= cases_.size()) cases_.resize(number + size_t{1});
  cases_[number] = fact;
}

absl::Status LiveReview::Change(const LiveCases& cases, int sign, KeepOn keep_on) {
  if (sign < 0) open_waits_.clear();  // they go together
  if (sign < 0 && AllAreOpen(cases)) return absl::OkStatus();
  const LogSnapshot& log = *cases.log;
  std::vector<CaseFact> facts(log.case_count());
  const review::CaseFactReader reader(log, map_transitions_, fact_options_);
  const auto take = [&](const Occurrence& o, std::span<const Stretch> blocked) {
    const EndedWait wait{o.end, review::WaitingOf(o, blocked, fact_options_.between)};
    if (facts[o.case_number].end != kNoTime) {
      WaitsOf(o.activity).Change(wait, sign);
    } else if (sign > 0) {
      open_waits_.push_back({o.activity, wait});
    }
  };
  const CaseRange all{0, static_cast<uint32_t>(facts.size())};
  RETURN_IF_ERROR(reader.Read(all, &facts, take, keep_on));
  for (size_t c = 0; c < facts.size(); ++c) {
    if (facts[c].end != kNoTime) rows_ += sign * int64_t{facts[c].rows};
    Keep(cases.numbers[c], sign > 0 ? facts[c] : CaseFact());
  }
  return absl::OkStatus();
}

void LiveReview::Settle() {
  filling_ = false;
  for (LiveWaits& waits : waits_) waits.Settle();
}

int64_t LiveReview::memory_bytes() const {
  size_t bytes = sizeof(*this) + cases_.capacity() * sizeof(CaseFact) +
                 open_waits_.capacity() * sizeof(OpenWait);
  for (const LiveWaits& waits : waits_) bytes += waits.memory_bytes();
  return static_cast<int64_t>(bytes);
}

int64_t LiveReview::answer_bytes() const {
  // How long each case was, of two halves and of all; the numbers of those that ended.
  constexpr int64_t kOfACase = 32;
  return kOfACase * static_cast<int64_t>(cases_.size()) + review::BytesOfGraphs(rows_);
}

review::StepWaits LiveReview::WaitsIn(const review::Windows& windows, const LiveWhole& whole) {
  review::WindowWaits all(windows, whole.rank.size());
  for (uint32_t activity = 0; activity < waits_.size(); ++activity) {
    review::Samples samples = {};
    waits_[activity].AddTo(windows, &samples);
    for (int w = 0; w < windows.size(); ++w) {
      const review::Sample& sample = samples[static_cast<size_t>(w)];
      if (sample.count > 0) all.Add(whole.rank[activity], w, sample);
    }
  }
  for (const OpenWait& open : open_waits_) {
    const int window = windows.IndexOf(open.wait.end);
    if (window >= 0)
      all.Add(whole.rank[open.activity], window, static_cast<double>(open.wait.micros) / 1e6);
  }
  return all.Most();
}

absl::StatusOr<review::Review> LiveReview::Answer(const LiveWhole& whole, KeepOn keep_on) {
  const auto waits = [&](const review::Windows& windows) { return WaitsIn(windows, whole); };
  const auto part = [&](std::vector<uint32_t> numbers) -> review::ReviewParts::Part {
    LiveCases cases = whole.cases(std::move(numbers));
    return {std::move(cases.log), std::move(cases.numbers)};
  };
  return review::MakeReview(
      {whole.first_time, whole.last_time, whole.marks_ends, cases_, whole.case_name, waits, part},
      map_transitions_, options_, keep_on);
}

}  // namespace plumbline::analytics
