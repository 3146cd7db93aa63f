// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/review.h"

#include <algorithm>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/base/threads.h"
#include "services/analytics/defects/drill_down.h"
#include "services/analytics/filter/log_part.h"
#include "services/analytics/mining/case_times.h"
#include "services/analytics/report/units.h"
#include "services/analytics/review/case_facts.h"
#include "services/analytics/review/case_sums.h"
#include "services/analytics/review/graphs.h"

namespace plumbline::analytics::review {
namespace {

// Just after the last event: the next whole second, as people and commands say it.
int64_t AfterLast(int64_t last_time) {
  constexpr int64_t kSecond = 1'000'000;
  const int64_t after = last_time + 1;
  const int64_t below = ((after % kSecond) + kSecond) % kSecond;
  return below == 0 ? after : after - below + kSecond;
}

// In a sentence.
std::string Moment(int64_t micros, absl::TimeZone zone) {
  return absl::StrCat(absl::FormatTime("%Y-%m-%d %H:%M ", absl::FromUnixMicros(micros), zone),
                      zone.name());
}

void AddNotes(absl::TimeZone zone, Review* review) {
  const Facts& facts = review->facts;
  auto& notes = review->notes;
  if (!facts.marked && facts.ended > 0) {
    notes.push_back(
        "The log marks no ends of cases: gains are of the cases whose last event lies in the "
        "period, "
        "some of which may go on");
  }
  if (!review->windows.whole())
    notes.push_back("The log begins within the period, which is shorter than was asked for");
  if (facts.ended == 0) {
    notes.push_back(absl::StrCat("No case ended between ",
                                 Moment(review->windows.begin(kThis), zone), " and ",
                                 Moment(review->windows.end(kThis), zone),
                                 ", so that no gain of a fix can be told; give a longer period, or "
                                 "another end of it"));
  }
  if (facts.too_long > 0) {
    notes.push_back(absl::StrCat(CountText(facts.too_long), " cases of more than ",
                                 CountText(kMostStepsOfCase), " events are left out of gains"));
  }
  if (facts.weight() > 1) {
    notes.push_back(absl::StrCat(
        "Gains are computed of ", CountText(static_cast<int64_t>(facts.graphs.cases.size())),
        " cases, taken at random from ", CountText(facts.ended - facts.too_long)));
  }
}

absl::StatusOr<Windows> WindowsOf(int64_t first, int64_t last_time, const ReviewOptions& options,
                                  std::vector<std::string>* notes) {
  const int64_t last = AfterLast(last_time);
  int64_t end = options.end.value_or(last - options.idle);
  if (!options.end.has_value() && end <= first) end = last;
  if (end > last) {
    // Days of which nothing is known are no days in which nothing happened.
    notes->push_back(absl::StrCat("The last event of the log is at ",
                                  Moment(last_time, options.zone),
                                  ": the period ends there, not at ", Moment(end, options.zone),
                                  ", until which nothing is known"));
    end = last;
  }
  if (end <= first) {
    return base::FieldError("review.end_time",
                            absl::StrCat("is ", TimeText(end),
                                         ", which is not after the first event of the "
                                         "log, at ",
                                         TimeText(first)));
  }
  return Windows::Make(options.period, options.count, options.zone, end, first);
}

// All cases of a log, read by two threads.
class Reading {
 public:
  Reading(const LogSnapshot& log, const std::vector<std::string>& map_transitions,
          const ReviewOptions& options)
      : log_(log), options_(FactsOf(options)), reader_(log, map_transitions, options_) {}

  absl::Status Run(const Windows& windows, const Inflow& inflow, KeepOn keep_on) {
    const std::vector<CaseRange> cut = CutCases(log_, 2);
    std::vector<WindowWaits> waits(cut.size(), WindowWaits(windows, log_.activities.size()));
    cases_.resize(log_.case_count());
    RETURN_IF_ERROR(base::TryInThreads(
        base::ThreadsOfOneQuestion(), cut.size(), keep_on, [&](size_t i, KeepOn go_on) {
          const auto take = [&](const Occurrence& o, std::span<const Stretch> blocked) {
            const int window = windows.IndexOf(o.end);
            if (window < 0) return;
            const double seconds =
                static_cast<double>(WaitingOf(o, blocked, options_.between)) / 1e6;
            waits[i].Add(o.activity, window, seconds);
            if (!inflow.any() || window > kBefore) return;
            const uint32_t lag = LagOf(cases_[o.case_number].begin, o.end);
            waits[i].Expect(o.activity, inflow.ShareOfThis(lag, window), seconds);
          };
          return reader_.Read(cut[i], &cases_, take, go_on);
        }));
    for (size_t i = 1; i < waits.size(); ++i) waits[0].Add(waits[i]);
    waits_ = waits[0].Most();
    return absl::OkStatus();
  }

  bool marked() const { return reader_.marked(); }
  const std::vector<CaseFact>& cases() const { return cases_; }
  const StepWaits& waits() const { return waits_; }

 private:
  const LogSnapshot& log_;
  const FactOptions options_;
  const CaseFactReader reader_;
  std::vector<CaseFact> cases_;
  StepWaits waits_;
};

std::shared_ptr<const LogSnapshot> PartOfCases(const LogSnapshot& log,
                                               const std::vector<uint32_t>& numbers) {
  Selected selected{BitSet(log.case_count()), std::nullopt, {}};
  for (const uint32_t number : numbers) selected.cases.Set(number);
  return PartOf(log, selected);
}

// Puts the chosen cases with their graphs into the facts.
absl::Status AddGraphs(std::shared_ptr<const LogSnapshot> log,
                       const std::vector<std::string>& map_transitions, const FactOptions& options,
                       Facts* facts, KeepOn keep_on) {
  const CaseFactReader reader(*log, map_transitions, options);
  std::vector<CaseFact> cases(log->case_count());
  for (uint32_t c = 0; c < cases.size(); ++c) cases[c] = reader.TimesOf(c);
  RETURN_IF_ERROR(keep_on());
  ASSIGN_OR_RETURN(NamedGraphs named,
                   ReadGraphs(*log, map_transitions, cases, options.between, keep_on));
  facts->log = std::move(log);
  facts->graphs = std::move(named.graphs);
  facts->causes = std::move(named.causes);
  return absl::OkStatus();
}

Review OfNothing() {
  Review review;
  review.notes.push_back("The log has no events, or the selection leaves none");
  return review;
}

}  // namespace

FactOptions FactsOf(const ReviewOptions& options) {
  return {options.target, options.fixes.between, options.told};
}

int64_t BytesOfReview(const LogSnapshot& log) {
  const auto cases = static_cast<int64_t>(log.case_count());
  const auto rows = static_cast<int64_t>(log.size());
  // Cases with their plans, and how long each was; waits by activity and window.
  const int64_t pairs = std::min(rows, static_cast<int64_t>(log.activities.size()) * kMostWindows);
  return cases * 128 + pairs * 80 + BytesOfGraphs(rows);
}

int64_t BytesOfGraphs(int64_t rows) {
  // The graphs; what they are read from, and what trials of candidates take a step.
  constexpr int64_t kBesideAStep = 200;
  return std::min(rows, 2 * kMostGraphSteps) *
         (static_cast<int64_t>(sizeof(GraphStep)) + kBesideAStep);
}

absl::StatusOr<Review> MakeReview(const LogSnapshot& log,
                                  const std::vector<std::string>& map_transitions,
                                  const ReviewOptions& options, KeepOn keep_on) {
  if (log.empty()) return OfNothing();
  const int64_t first_time = log.FirstTime(), last_time = log.LastTime();
  std::vector<std::string> notes;  // told by the other
  ASSIGN_OR_RETURN(const Windows windows, WindowsOf(first_time, last_time, options, &notes));
  Reading reading(log, map_transitions, options);
  const Inflow inflow(windows, first_time, log.case_count(),
                      [&](size_t c) { return CaseStart(log, c); });
  RETURN_IF_ERROR(keep_on());
  RETURN_IF_ERROR(reading.Run(windows, inflow, keep_on));
  const auto case_name = [&](uint32_t number) { return log.cases[number]; };
  const auto waits = [&](const Windows&) { return reading.waits(); };
  const auto part = [&](const std::vector<uint32_t>& numbers) { return PartOfCases(log, numbers); };
  const auto sums = [&](const Windows&) {
    return SumUp(reading.cases(), windows, inflow, keep_on);
  };
  return MakeReview({first_time, last_time, reading.marked(), case_name, sums, waits, part},
                    map_transitions, options, keep_on);
}

absl::StatusOr<Review> MakeReview(const ReviewParts& parts,
                                  const std::vector<std::string>& map_transitions,
                                  const ReviewOptions& options, KeepOn keep_on) {
  ASSIGN_OR_RETURN(BegunReview begun, BeginReview(parts, options, keep_on));
  return FinishReview(std::move(begun), map_transitions, options, keep_on);
}

absl::StatusOr<BegunReview> BeginReview(const ReviewParts& parts, const ReviewOptions& options,
                                        KeepOn keep_on) {
  BegunReview begun;
  Review& review = begun.review;
  ASSIGN_OR_RETURN(review.windows,
                   WindowsOf(parts.first_time, parts.last_time, options, &review.notes));
  ASSIGN_OR_RETURN(const CaseSums sums, parts.sums(review.windows));
  Facts& facts = review.facts;
  facts.marked = parts.marked;
  facts.first_time = parts.first_time;
  facts.last_time = parts.last_time;
  facts.waits = parts.waits(review.windows);
  facts.has_starts = sums.has_starts;
  review.open = sums.there[kThis];
  review.changes =
      ChangesOf(MeasuresOf(sums, facts, review.windows), review.windows, options.fixes.confidence);
  ChosenCases chosen = ChooseCases(sums.of_period, parts.case_name);
  facts.ended = chosen.ended;
  facts.too_long = chosen.too_long;
  RETURN_IF_ERROR(keep_on());
  begun.cases = parts.part(std::move(chosen.numbers));
  return begun;
}

absl::StatusOr<Review> FinishReview(BegunReview begun,
                                    const std::vector<std::string>& map_transitions,
                                    const ReviewOptions& options, KeepOn keep_on) {
  Review review = std::move(begun.review);
  Facts& facts = review.facts;
  RETURN_IF_ERROR(
      AddGraphs(std::move(begun.cases), map_transitions, FactsOf(options), &facts, keep_on));
  ASSIGN_OR_RETURN(review.fixes, FindFixes(facts, review.windows, options.fixes, keep_on));
  AddNotes(options.zone, &review);
  return review;
}

}  // namespace plumbline::analytics::review
