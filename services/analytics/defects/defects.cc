// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/defects/defects.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_split.h"
#include "services/analytics/mining/case_ends.h"

namespace plumbline::analytics {
namespace {

// The number of a transition in the log, or kNoText.
uint32_t FindTransition(const LogSnapshot& log, absl::string_view name) {
  const auto found = std::find(log.transitions.begin(), log.transitions.end(), name);
  return found == log.transitions.end() ? kNoText
                                        : static_cast<uint32_t>(found - log.transitions.begin());
}

// What is known of a visit while its case is read.
struct Open {
  StepVisit visit;
  bool skipped = false, verified = false, rejected = false, due = false, late = false;
  int64_t defective = 0;        // completed occurrences that were found defective
  bool last_defective = false;  // the one that ended last
};

class Reading {
 public:
  Reading(const LogSnapshot& log, const DefectOptions& options,
          const std::function<void(const StepVisit&)>& take)
      : log_(log),
        options_(options),
        take_(take),
        ends_(log),
        last_time_(log.LastTime()),
        defects_(log.FindAttributeKey("defects")),
        submit_(FindTransition(log, "submit")),
        verify_(FindTransition(log, "verify")),
        skip_(FindTransition(log, "manualskip")) {}

  OccurrenceSink Sink() {
    return {.occurrence = [this](const Occurrence& o) { Take(o); },
            .impediment = {},
            .blocked =
                [this](std::span<const Stretch> blocked) {
                  blocked_.assign(blocked.begin(), blocked.end());
                }};
  }
  void Finish() { GoTo(static_cast<uint32_t>(log_.case_count())); }

 private:
  void Take(const Occurrence& o) {
    if (o.case_number != case_) GoTo(o.case_number);
    if (o.completed) {
      Complete(o);
    } else if (o.end == kNoTime) {
      // Not yet known of one that is open before its due time, never of one that its case left.
      if (o.due != kNoTime && o.due < last_time_ && !ends_.HasEnded(o.case_number))
        TakeDue(o, last_time_);
    } else if (skip_ != kNoText && log_.TransitionOf(o.end_row) == skip_) {
      opens_[o.activity].skipped = true;
    }
    blocked_.clear();
  }

  void Complete(const Occurrence& o) {
    Open& open = opens_[o.activity];
    StepVisit& visit = open.visit;
    const StepTimes times = MeasureStep(o, blocked_, options_.between);
    const bool without_start = o.start == kNoTime;
    visit.working += times.working;
    visit.without_start += without_start;
    if (++visit.completed > 1) {
      visit.rework.waiting += times.waiting;
      visit.rework.working += times.working;
      visit.rework.blocked += times.blocked;
      visit.rework_without_start += without_start;
    }
    open.last_defective = ReadReported(o.end_row, &open);
    open.defective += open.last_defective;
    if (o.due != kNoTime) TakeDue(o, o.end);
  }

  void TakeDue(const Occurrence& o, int64_t end) {
    Open& open = opens_[o.activity];
    open.due = true;
    if (end <= o.due) return;
    open.late = true;
    open.visit.late_by = std::max(open.visit.late_by, Measure(options_.between, o.due, end));
  }

  // Whether a defect that is asked for was found in the occurrence that ends in `row`.
  bool ReadReported(uint32_t row, Open* open) {
    const auto found = std::lower_bound(texts_.begin(), texts_.end(), row,
                                        [](const std::pair<uint32_t, const std::string*>& text,
                                           uint32_t r) { return text.first < r; });
    if (found == texts_.end() || found->first != row) return false;
    bool any = false;
    for (absl::string_view id : absl::StrSplit(*found->second, ',', absl::SkipEmpty())) {
      if (id == kRejected) {
        open->rejected = true;
        any |= options_.sources.Has(DefectSource::kFailedVerification);
        continue;
      }
      any |= options_.sources.Has(DefectSource::kReported);
      std::vector<std::string>& reported = open->visit.reported;
      if (std::find(reported.begin(), reported.end(), id) == reported.end())
        reported.emplace_back(id);
    }
    return any;
  }

  // Ends the case that is read, and those without occurrences, up to before `next`.
  void GoTo(uint32_t next) {
    if (case_ != kNoText) EndCase();
    opens_.clear();
    case_ = next;
    if (next >= log_.case_count()) return;
    texts_.clear();
    if (defects_ == kNoText) return;
    const uint32_t begin = log_.case_begin[next], end = log_.case_begin[next + 1];
    const std::vector<EventAttribute>& all = log_.attributes;
    while (next_attribute_ < all.size() && all[next_attribute_].row < begin) ++next_attribute_;
    for (; next_attribute_ < all.size() && all[next_attribute_].row < end; ++next_attribute_) {
      const EventAttribute& attribute = all[next_attribute_];
      if (attribute.key != defects_) continue;
      if (const auto* text = std::get_if<std::string>(&attribute.value))
        texts_.emplace_back(attribute.row, text);
    }
  }

  void EndCase() {
    if (submit_ != kNoText || verify_ != kNoText) {
      for (uint32_t row = log_.case_begin[case_]; row < log_.case_begin[case_ + 1]; ++row) {
        const uint32_t transition = log_.TransitionOf(row);
        if (transition == kNoText || (transition != submit_ && transition != verify_)) continue;
        const auto found = opens_.find(log_.activity[row]);
        if (found != opens_.end()) found->second.verified = true;
      }
    }
    for (auto& [activity, open] : opens_) {
      open.visit.case_number = case_;
      open.visit.activity = activity;
      Judge(&open);
      take_(open.visit);
    }
  }

  void Judge(Open* open) const {
    StepVisit& visit = open->visit;
    const auto tell = [&](DefectSource source, bool could, bool does) {
      if (!could || !options_.sources.Has(source)) return;
      visit.told.Add(source);
      if (does) visit.defects.Add(source);
    };
    const bool done = visit.completed > 0;
    const int64_t repairs = open->defective - open->last_defective;
    tell(DefectSource::kRework, done, visit.completed - 1 > repairs);
    tell(DefectSource::kFailedVerification, open->verified || open->rejected, open->rejected);
    tell(DefectSource::kWaived, skip_ != kNoText, open->skipped);
    tell(DefectSource::kMissedTarget, open->due, open->late);
    tell(DefectSource::kReported, done && defects_ != kNoText, !visit.reported.empty());
  }

  const LogSnapshot& log_;
  const DefectOptions& options_;
  const std::function<void(const StepVisit&)>& take_;
  const CaseEnds ends_;
  const int64_t last_time_;
  const uint32_t defects_, submit_, verify_, skip_;
  uint32_t case_ = kNoText;
  std::map<uint32_t, Open> opens_;  // by activity
  std::vector<Stretch> blocked_;
  std::vector<std::pair<uint32_t, const std::string*>> texts_;  // "defects" of the case, by row
  size_t next_attribute_ = 0;
};

}  // namespace

absl::Status ReadDefects(const LogSnapshot& log, const std::vector<std::string>& map_transitions,
                         const DefectOptions& options,
                         const std::function<void(const StepVisit&)>& take,
                         absl::FunctionRef<absl::Status()> keep_on) {
  if (log.empty()) return absl::OkStatus();
  Reading reading(log, options, take);
  const OccurrenceSink sink = reading.Sink();
  const absl::Status status = ReadOccurrences(log, map_transitions, sink, keep_on);
  if (status.ok()) reading.Finish();
  return status;
}

}  // namespace plumbline::analytics
