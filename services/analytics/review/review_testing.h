// SPDX-License-Identifier: Apache-2.0
//
// For tests of reviews: logs of a process whose waits are drawn.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_REVIEW_TESTING_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_REVIEW_TESTING_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/statistics/generator.h"
#include "services/analytics/report/report_testing.h"
#include "services/analytics/review/review.h"

namespace plumbline::analytics::review {

// A case of a made log, as it is drawn.
struct MadeCase {
  double begin = 0;  // days
  std::string region;
};

// Cases that begin at random over `days`, `rate` a day, in one of three regions, and go through
// Quote, Legal and Sign: each waits and is then worked at for a tenth of a day. Whatever ends after
// `days` has not happened yet. `wait(case, step, draw)`: days, where `draw` is exponential of
// mean 1.
struct MadeLog {
  double days = 180, rate = 4;
  std::function<double(const MadeCase&, int step, double draw)> wait =
      [](const MadeCase&, int, double draw) { return 2 * draw; };
  uint64_t seed = 1;
};

inline std::vector<TestRow> RowsOf(const MadeLog& made) {
  constexpr const char* kSteps[] = {"Quote", "Legal", "Sign"};
  constexpr const char* kRegions[] = {"AMER", "APAC", "EMEA"};
  statistics::Generator chance(made.seed);
  std::vector<TestRow> rows;
  int number = 0;
  for (double begin = chance.Exponential() / made.rate; begin < made.days;
       begin += chance.Exponential() / made.rate) {
    const MadeCase one{begin, kRegions[chance.Below(3)]};
    const std::string id = absl::StrCat("deal-", ++number);
    rows.push_back(On(begin, id, "Begin", "", {{"region", one.region}, {"case_finished", false}}));
    double at = begin;
    for (int step = 0; step < 3; ++step) {
      const double start = at + made.wait(one, step, chance.Exponential()), end = start + 0.1;
      if (end >= made.days) break;
      rows.push_back(Lasting(start, end, id, kSteps[step]));
      if (step == 2) rows.back().attributes = Finished();
      at = end;
    }
  }
  return rows;
}

inline Review Reviewed(const std::vector<TestRow>& rows, ReviewOptions options = {}) {
  return MakeReview(*MakeLog(rows), {}, options, [] { return absl::OkStatus(); }).value();
}

inline const Change* Find(const Review& review, MeasureKind kind, uint32_t activity = kNoText) {
  for (const Change& change : review.changes) {
    if (change.kind == kind && change.activity == activity) return &change;
  }
  return nullptr;
}

inline int SignalsOf(const Review& review) {
  int signals = 0;
  for (const Change& change : review.changes)
    signals += change.verdict != Verdict::kNoise && change.verdict != Verdict::kCannotTell;
  return signals;
}

}  // namespace plumbline::analytics::review

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_REVIEW_TESTING_H_
