// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/doings.h"

#include <algorithm>
#include <span>
#include <utility>

#include "common/base/status_macros.h"
#include "common/base/threads.h"
#include "services/analytics/flow/case_time.h"
#include "services/analytics/mining/occurrences.h"

namespace plumbline::analytics::cascade {
namespace {

// So many stretches of the log are read on their own: of the latest cases more is kept.
constexpr size_t kPieces = 4;

// When it came, as far as that is known.
int64_t CameAt(const Occurrence& o) {
  for (const int64_t time : {o.scheduled, o.ready, o.start})
    if (time != kNoTime) return time;
  return o.end;
}

int64_t ReadyAt(const Occurrence& o) { return o.ready != kNoTime ? o.ready : CameAt(o); }

// Of some of the cases.
class Reading {
 public:
  Reading(const Cases& cases, const Axis& axis, size_t activities)
      : cases_(cases), axis_(axis), first_(cases.runs.empty() ? axis.now() : cases.first_begin) {
    doings_.starts.resize(activities);
  }

  absl::Status Read(const LogSnapshot& log, const std::vector<std::string>& map_transitions,
                    CaseRange cases, KeepOn keep_on) {
    std::vector<Stretch> blocked;
    const OccurrenceSink sink{.occurrence =
                                  [&](const Occurrence& o) {
                                    Add(o, blocked);
                                    blocked.clear();
                                  },
                              .impediment = {},
                              .blocked =
                                  [&](std::span<const Stretch> stretches) {
                                    blocked.assign(stretches.begin(), stretches.end());
                                  }};
    return ReadOccurrences(log, map_transitions, cases, sink, keep_on);
  }

  // Adds those that come after.
  void Take(Reading&& later) {
    Append(later.doings_.done, &doings_.done);
    Append(later.doings_.busy, &doings_.busy);
    doings_.scheduled |= later.doings_.scheduled;
    for (size_t a = 0; a < doings_.starts.size(); ++a) {
      doings_.starts[a].begun += later.doings_.starts[a].begun;
      doings_.starts[a].all += later.doings_.starts[a].all;
    }
  }
  Doings Finish() { return std::move(doings_); }

 private:
  template <class T>
  static void Append(const std::vector<T>& from, std::vector<T>* to) {
    to->insert(to->end(), from.begin(), from.end());
  }

  void Add(const Occurrence& o, std::span<const Stretch> blocked) {
    const Cases::Kind kind = cases_.kinds[o.case_number];
    doings_.starts[o.activity].Count(o);
    const bool ended = o.end != kNoTime;
    if (!ended && kind != Cases::kOpen) return;  // nobody is at what its case has left behind
    if (kind == Cases::kOlder && o.end < first_) return;
    if (const auto busy = BusyOf(o, axis_); busy.has_value()) doings_.busy.push_back(*busy);
    if (kind == Cases::kOlder) return;
    doings_.scheduled = doings_.scheduled || o.scheduled != kNoTime;
    doings_.done.push_back(DoneOf(o, blocked));
  }

  Done DoneOf(const Occurrence& o, std::span<const Stretch> blocked) const {
    Done done{.case_number = o.case_number,
              .activity = o.activity,
              .came = axis_.At(CameAt(o)),
              .skipped = o.end != kNoTime && !o.completed,
              .scheduled = o.scheduled != kNoTime};
    if (o.earliest != kNoTime && o.earliest > CameAt(o)) done.planned = axis_.At(o.earliest);
    if (o.start != kNoTime) done.start = axis_.At(o.start);
    if (o.end == kNoTime) return done;
    done.end = axis_.At(o.end);
    done.came = std::min(done.came, done.end);
    const StepTimes times = MeasureStep(o, blocked, axis_.between());
    const int64_t ready = std::clamp(axis_.At(ReadyAt(o)), done.came, done.end);
    if (o.start != kNoTime) {
      done.service = times.working;
      done.waiting = times.waiting;
    } else {
      done.service = std::max<int64_t>(0, done.end - ready - times.blocked);
    }
    return done;
  }

  const Cases& cases_;
  const Axis& axis_;
  const int64_t first_;
  Doings doings_;
};

}  // namespace

std::optional<Busy> BusyOf(const Occurrence& o, const Axis& axis) {
  if (!o.completed && o.end != kNoTime) return std::nullopt;
  const bool begun = o.start != kNoTime;
  const int64_t end = o.end == kNoTime ? 0 : axis.At(o.end);
  const int64_t begin = axis.At(begun ? o.start : ReadyAt(o));
  if (begin >= end) return std::nullopt;
  Busy busy{.case_number = o.case_number, .when = {begin, end}};
  busy.activity = o.activity;
  busy.begun = begun;
  return busy;
}

absl::StatusOr<Doings> ReadDoings(const LogSnapshot& log,
                                  const std::vector<std::string>& map_transitions,
                                  const Cases& cases, const Axis& axis, KeepOn keep_on) {
  const std::vector<CaseRange> cut = CutCases(log, kPieces);
  std::vector<Reading> readings(cut.size(), Reading(cases, axis, log.activities.size()));
  RETURN_IF_ERROR(base::TryInThreads(base::ThreadsOfOneQuestion(), cut.size(), keep_on,
                                     [&](size_t i, KeepOn go_on) {
                                       return readings[i].Read(log, map_transitions, cut[i], go_on);
                                     }));
  Reading all(cases, axis, log.activities.size());
  for (Reading& reading : readings) all.Take(std::move(reading));
  return all.Finish();
}

}  // namespace plumbline::analytics::cascade
