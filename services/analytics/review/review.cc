// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/review.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/defects/drill_down.h"
#include "services/analytics/report/units.h"

namespace plumbline::analytics::review {
namespace {

// Just after the last event: the next whole second, as people and commands say it.
int64_t AfterLast(const LogSnapshot& log) {
  constexpr int64_t kSecond = 1'000'000;
  const int64_t after = log.LastTime() + 1;
  const int64_t below = ((after % kSecond) + kSecond) % kSecond;
  return below == 0 ? after : after - below + kSecond;
}

void AddNotes(const ReviewOptions& options, Review* review) {
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
    notes.push_back(absl::StrCat("No case ended between ", TimeText(review->windows.begin(kThis)),
                                 " and ", TimeText(review->windows.end(kThis)),
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
        " cases, evenly taken from ", CountText(facts.ended - facts.too_long)));
  }
  if (options.fixes.between) {
    notes.push_back("Hours are open hours of the calendar");
  }
}

}  // namespace

int64_t BytesOfReview(const LogSnapshot& log) {
  // Trials of candidates: a few lists by step and by case of the graphs.
  const auto rows = static_cast<int64_t>(log.size());
  return BytesOfFacts(log) + std::min(rows, 2 * kMostGraphSteps) * 160;
}

absl::StatusOr<Review> MakeReview(const LogSnapshot& log,
                                  const std::vector<std::string>& map_transitions,
                                  const ReviewOptions& options, KeepOn keep_on) {
  Review review;
  if (log.empty()) {
    review.notes.push_back("The log has no events, or the selection leaves none");
    return review;
  }
  const int64_t first = log.FirstTime();
  const int64_t last = AfterLast(log);
  int64_t end = options.end.value_or(last - options.idle);
  if (!options.end.has_value() && end <= first) end = last;
  if (end > last) {
    // Days of which nothing is known are no days in which nothing happened.
    review.notes.push_back(absl::StrCat(
        "The last event of the log is at ", TimeText(log.LastTime()),
        ": the period ends there, not at ", TimeText(end), ", until which nothing is known"));
    end = last;
  }
  if (end <= first) {
    return base::FieldError("review.end_time",
                            absl::StrCat("is ", TimeText(end),
                                         ", which is not after the first event of the "
                                         "log, at ",
                                         TimeText(first)));
  }
  review.windows = Windows::Make(options.period, options.count, options.zone, end, first);
  const FactOptions fact_options{options.target, options.fixes.between, options.told};
  ASSIGN_OR_RETURN(review.facts,
                   ReadFacts(log, map_transitions, review.windows, fact_options, keep_on));
  for (const CaseFact& one : review.facts.cases)
    review.open += one.begin < end && (one.end == kNoTime || one.end >= end);
  review.changes = ChangesOf(MeasuresOf(review.facts, review.windows, options.fixes.between),
                             review.windows, options.fixes.confidence);
  RETURN_IF_ERROR(keep_on());
  ASSIGN_OR_RETURN(review.fixes,
                   FindFixes(log, review.facts, review.windows, options.fixes, keep_on));
  AddNotes(options, &review);
  return review;
}

}  // namespace plumbline::analytics::review
