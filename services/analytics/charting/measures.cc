// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/charting/measures.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/instead.h"
#include "common/base/status_macros.h"
#include "common/base/steady_sort.h"
#include "services/analytics/filter/select_by_defects.h"
#include "services/analytics/mining/case_due.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_times.h"

namespace plumbline::analytics {
namespace {

double Seconds(int64_t micros) { return static_cast<double>(micros) / 1e6; }

// Fills the values of one measure.
class Reading {
 public:
  Reading(const LogParts& parts, const std::vector<std::string>& map_transitions,
          const MeasureSpec& spec, uint32_t activity, absl::FunctionRef<absl::Status()> keep_on)
      : parts_(parts),
        log_(parts.log),
        map_transitions_(map_transitions),
        spec_(spec),
        keep_on_(keep_on),
        ends_(log_),
        activity_(activity) {}

  absl::StatusOr<Measured> Read() {
    RETURN_IF_ERROR(ReadValues());
    return std::move(measured_);
  }

 private:
  absl::Status ReadValues();
  absl::Status ReadSteps(bool waiting);
  absl::Status ReadCondition();
  absl::Status ReadDefectsOf(bool count);
  void ReadDurations();
  void ReadActivities(bool count);
  void ReadLate();

  // A value of each case that ended, when it ended.
  template <class ValueOf>
  void ForEndedCases(ValueKind kind, const char* unit, const ValueOf& value_of) {
    measured_.kind = kind;
    measured_.unit = unit;
    for (uint32_t c = 0; c < log_.case_count(); ++c) {
      if (ends_.HasEnded(c)) {
        measured_.values.push_back({CaseEnd(log_, c), c, static_cast<double>(value_of(c))});
      } else {
        ++measured_.open_cases;
      }
    }
  }

  const LogParts& parts_;
  const LogSnapshot& log_;
  const std::vector<std::string>& map_transitions_;
  const MeasureSpec& spec_;
  absl::FunctionRef<absl::Status()> keep_on_;
  const CaseEnds ends_;
  const uint32_t activity_;
  Measured measured_;
};

void Reading::ReadDurations() {
  ForEndedCases(ValueKind::kTime, "seconds", [&](uint32_t c) {
    return Seconds(Measure(spec_.between, CaseStart(log_, c), CaseEnd(log_, c)));
  });
  if (measured_.open_cases == 0) return;
  const int64_t last = log_.LastTime();
  for (uint32_t c = 0; c < log_.case_count(); ++c) {
    if (ends_.HasEnded(c)) continue;
    measured_.open_ages.push_back(Seconds(Measure(spec_.between, CaseStart(log_, c), last)));
  }
}

absl::Status Reading::ReadSteps(bool waiting) {
  measured_.kind = ValueKind::kTime;
  measured_.unit = "seconds";
  std::vector<Stretch> blocked;
  const auto take = [&](const Occurrence& o) {
    if (o.activity == activity_ && (waiting ? o.has_waiting() : o.has_working())) {
      const StepTimes times = MeasureStep(o, blocked, spec_.between);
      measured_.values.push_back(
          {o.end, o.case_number, Seconds(waiting ? times.waiting : times.working)});
    }
    blocked.clear();
  };
  return ReadOccurrences(
      log_, map_transitions_,
      {.occurrence = take,
       .impediment = {},
       .blocked = [&](std::span<const Stretch> of) { blocked.assign(of.begin(), of.end()); }},
      keep_on_);
}

absl::Status Reading::ReadCondition() {
  ASSIGN_OR_RETURN(Selected selected, Select(spec_.condition, parts_, map_transitions_, keep_on_));
  measured_.notes = std::move(selected.notes);
  ForEndedCases(ValueKind::kIsBad, "share of cases",
                [&](uint32_t c) { return selected.cases[c] ? 1 : 0; });
  return absl::OkStatus();
}

absl::Status Reading::ReadDefectsOf(bool count) {
  std::vector<int64_t> defects(log_.case_count());
  int64_t told = 0;
  RETURN_IF_ERROR(ReadDefects(
      log_, map_transitions_, {spec_.sources, spec_.between},
      [&](const StepVisit& visit) {
        if (activity_ != kNoText && visit.activity != activity_) return;
        told += visit.case_ended && !visit.told.empty();
        for (const DefectSource source : kDefectSources)
          defects[visit.case_number] += visit.defects.Has(source);
      },
      keep_on_));
  measured_.told_count = told;
  if (count) {
    ForEndedCases(ValueKind::kCount, "defects per case", [&](uint32_t c) { return defects[c]; });
  } else {
    ForEndedCases(ValueKind::kIsBad, "share of cases",
                  [&](uint32_t c) { return defects[c] > 0 ? 1 : 0; });
  }
  return absl::OkStatus();
}

void Reading::ReadActivities(bool count) {
  const Traces& traces = parts_.traces;
  const auto times = [&](uint32_t c) {
    int64_t times_done = 0;
    VisitNamed(
        traces, c, [this](uint32_t activity) { return activity == activity_; },
        [&](int64_t) { ++times_done; });
    return times_done;
  };
  if (count) {
    ForEndedCases(ValueKind::kCount, "times per case", times);
  } else {
    ForEndedCases(ValueKind::kIsBad, "share of cases",
                  [&](uint32_t c) { return times(c) > 0 ? 1 : 0; });
  }
}

void Reading::ReadLate() {
  const std::vector<int64_t> due =
      spec_.target.has_value() ? std::vector<int64_t>() : DuesOfCases(log_);
  measured_.kind = ValueKind::kIsBad;
  measured_.unit = "share of cases";
  const int64_t now = log_.empty() ? 0 : log_.LastTime();
  const auto is_late = [&](uint32_t c, int64_t end) {
    return spec_.target.has_value()
               ? Measure(spec_.between, CaseStart(log_, c), end) > *spec_.target
               : due[c] != kNoTime && end > due[c];
  };
  for (uint32_t c = 0; c < log_.case_count(); ++c) {
    if (!ends_.HasEnded(c)) {
      ++measured_.open_cases;
      measured_.open_late += is_late(c, now);
      continue;
    }
    if (!spec_.target.has_value() && due[c] == kNoTime) {
      ++measured_.without_target;
      continue;
    }
    const int64_t end = CaseEnd(log_, c);
    measured_.values.push_back({end, c, is_late(c, end) ? 1.0 : 0.0});
  }
}

absl::Status Reading::ReadValues() {
  switch (spec_.kind) {
    case MeasureKind::kCaseDuration:
      ReadDurations();
      return absl::OkStatus();
    case MeasureKind::kStepWaiting:
      return ReadSteps(true);
    case MeasureKind::kStepWorking:
      return ReadSteps(false);
    case MeasureKind::kCasesWithCondition:
      return ReadCondition();
    case MeasureKind::kCasesWithActivity:
      ReadActivities(false);
      return absl::OkStatus();
    case MeasureKind::kCasesWithDefect:
      return ReadDefectsOf(false);
    case MeasureKind::kCasesLate:
      ReadLate();
      return absl::OkStatus();
    case MeasureKind::kDefectCount:
      return ReadDefectsOf(true);
    case MeasureKind::kActivityCount:
      ReadActivities(true);
      return absl::OkStatus();
    case MeasureKind::kArrivals:
      measured_.kind = ValueKind::kMoment;
      measured_.unit = "cases";
      for (uint32_t c = 0; c < log_.case_count(); ++c)
        measured_.values.push_back({CaseStart(log_, c), c, 1});
      return absl::OkStatus();
    case MeasureKind::kDepartures:
      ForEndedCases(ValueKind::kMoment, "cases", [](uint32_t) { return 1; });
      return absl::OkStatus();
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<uint32_t> MeasuredActivity(const std::vector<std::string>& names,
                                          const MeasureSpec& spec) {
  if (spec.activity.empty()) return kNoText;
  const auto found = std::lower_bound(names.begin(), names.end(), spec.activity);
  if (found != names.end() && *found == spec.activity)
    return static_cast<uint32_t>(found - names.begin());
  return base::FieldError("measure.activity",
                          absl::StrCat("is '", spec.activity, "', which none of these cases has",
                                       base::Instead(spec.activity, names)));
}

absl::StatusOr<Measured> MeasureCases(const LogParts& parts,
                                      const std::vector<std::string>& map_transitions,
                                      const MeasureSpec& spec, uint32_t activity,
                                      absl::FunctionRef<absl::Status()> keep_on) {
  return Reading(parts, map_transitions, spec, activity, keep_on).Read();
}

absl::StatusOr<Measured> MeasureLog(const LogParts& parts,
                                    const std::vector<std::string>& map_transitions,
                                    const MeasureSpec& spec,
                                    absl::FunctionRef<absl::Status()> keep_on) {
  const LogSnapshot& log = parts.log;
  uint32_t activity = kNoText;
  if (!log.empty()) {
    ASSIGN_OR_RETURN(activity, MeasuredActivity(log.activities, spec));
  }
  ASSIGN_OR_RETURN(Measured measured,
                   MeasureCases(parts, map_transitions, spec, activity, keep_on));
  RETURN_IF_ERROR(base::SortSteadily(
      measured.values,
      [](const MeasuredValue& a, const MeasuredValue& b) {
        return std::pair(a.time, a.case_number) < std::pair(b.time, b.case_number);
      },
      keep_on));
  if (!log.empty()) {
    measured.first_time = log.FirstTime();
    measured.last_time = log.LastTime();
  }
  RETURN_IF_ERROR(keep_on());
  return measured;
}

}  // namespace plumbline::analytics
