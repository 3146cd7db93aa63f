// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/objectives/outcomes.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/analytics/charting/measures.h"
#include "services/analytics/filter/notes.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_pieces.h"
#include "services/analytics/mining/case_times.h"
#include "services/analytics/mining/occurrences.h"
#include "services/analytics/report/case_plans.h"

namespace plumbline::analytics::objectives {
namespace {

constexpr int64_t kNever = INT64_MAX;

class Reading {
 public:
  Reading(const LogParts& parts, const std::vector<std::string>& map_transitions,
          const Measure& measure, KeepOn keep_on)
      : parts_(parts),
        log_(parts.log),
        map_transitions_(map_transitions),
        measure_(measure),
        keep_on_(keep_on),
        ends_(log_) {}

  absl::StatusOr<RawOutcomes> Read();

 private:
  absl::Status ReadCases();
  absl::Status ReadSteps();
  absl::Status ReadBad();

  Found FindIn(const std::optional<uint32_t>& activity) const;
  void AddCase(const CasePlan& plan, size_t c);
  void AddStep(const Occurrence& occurrence);
  // From `begin` to `end` (kNoTime = it is not over).
  // Of a bad outcome at `time`: it was over at `end`.
  void AddOver(int64_t time, int64_t end);
  void AddTime(int64_t begin, int64_t end, int64_t deadline);
  // It will never be done: it ended at `end` without it.
  void AddFailed(int64_t begin, int64_t end, int64_t deadline);
  // It was not done, and the log does not say that its case has ended: it is waited for until its
  // time is over; then it counts as ended with its last event, as every case of such a log.
  void AddUnknown(size_t c, int64_t begin, int64_t deadline);
  void Add(int64_t begin, int64_t time, bool bad);

  // The first event of an activity that is not before `earliest`; kNoTime for none.
  int64_t FirstOf(size_t c, std::optional<uint32_t> activity, int64_t earliest) const;
  // The number of an activity; nullopt of one that the log does not have.
  std::optional<uint32_t> Find(const std::string& activity) const;
  // When a case ended; kNoTime while it is open.
  int64_t EndOf(size_t c) const { return ends_.marked() ? ends_.MarkedTime(c) : CaseEnd(log_, c); }

  const LogParts& parts_;
  const LogSnapshot& log_;
  const std::vector<std::string>& map_transitions_;
  const Measure& measure_;
  KeepOn keep_on_;
  const CaseEnds ends_;
  std::optional<uint32_t> activity_, from_;
  int64_t doings_ = 0;  // of the step
  RawOutcomes read_;
  Raw& raw_ = read_.raw;
};

std::optional<uint32_t> Reading::Find(const std::string& activity) const {
  const auto found = std::find(log_.activities.begin(), log_.activities.end(), activity);
  if (activity.empty() || found == log_.activities.end()) return std::nullopt;
  return static_cast<uint32_t>(found - log_.activities.begin());
}

void Reading::Add(int64_t begin, int64_t time, bool bad) {
  raw_.begins.push_back(std::min(begin, time));
  raw_.outcomes.push_back({time, 1, bad ? 1 : 0});
}

void Reading::AddOver(int64_t time, int64_t end) {
  raw_.bad_is_over.push_back(end);
  raw_.over.emplace_back(time, end);
}

void Reading::AddTime(int64_t begin, int64_t end, int64_t deadline) {
  if (end != kNoTime && end <= deadline) return Add(begin, end, false);
  if (deadline == kNever) {
    raw_.begins.push_back(begin);
    return;
  }
  Add(begin, deadline + 1, true);
  if (end != kNoTime) AddOver(deadline + 1, end);
}

void Reading::AddFailed(int64_t begin, int64_t end, int64_t deadline) {
  if (end > deadline) {
    raw_.failed.emplace_back(deadline + 1, end);
    return AddTime(begin, end, deadline);
  }
  if (measure_.leave_out_ended_without || measure_.kind == MeasureKind::kStepTime) {
    ++read_.left_out;
    return;
  }
  Add(begin, end, true);
  AddOver(end, end);
  raw_.failed.emplace_back(end, end);
}

void Reading::AddUnknown(size_t c, int64_t begin, int64_t deadline) {
  AddTime(begin, kNoTime, deadline);
  if (deadline == kNever) return;
  const int64_t over = std::max(deadline + 1, CaseEnd(log_, c));
  AddOver(deadline + 1, over);
  raw_.failed.emplace_back(deadline + 1, over);
}

int64_t Reading::FirstOf(size_t c, std::optional<uint32_t> activity, int64_t earliest) const {
  if (!activity.has_value()) return kNoTime;
  return FirstNamed(parts_.traces, c, *activity, earliest);
}

Found Reading::FindIn(const std::optional<uint32_t>& activity) const {
  Found found;
  if (!activity.has_value()) return found;
  for (size_t c = 0; c < log_.case_count(); ++c) {
    if (FirstNamed(parts_.traces, c, *activity, INT64_MIN) != kNoTime) {
      ++found.counted;
      continue;
    }
    for (uint32_t row = log_.case_begin[c]; row < log_.case_begin[c + 1]; ++row) {
      if (log_.activity[row] != *activity) continue;
      ++found.uncounted;
      break;
    }
  }
  return found;
}

void Reading::AddCase(const CasePlan& plan, size_t c) {
  const int64_t begin = measure_.from_activity.empty() ? plan.begin : FirstOf(c, from_, INT64_MIN);
  const int64_t deadline = begin == kNoTime    ? kNoTime
                           : measure_.deadline ? measure_.deadline(begin)
                                               : plan.due;
  if (deadline == kNoTime) {
    ++read_.left_out;
    return;
  }
  if (measure_.activity.empty()) return AddTime(begin, EndOf(c), deadline);
  // What came before day one came in time.
  const int64_t earliest = measure_.from_activity.empty() ? INT64_MIN : begin;
  const int64_t reached = FirstOf(c, activity_, earliest);
  const int64_t end = ends_.MarkedTime(c);
  if (reached == kNoTime && end != kNoTime) return AddFailed(begin, end, deadline);
  if (reached == kNoTime && !ends_.marked()) return AddUnknown(c, begin, deadline);
  AddTime(begin, reached, deadline);
}

absl::Status Reading::ReadCases() {
  activity_ = Find(measure_.activity);
  from_ = Find(measure_.from_activity);
  read_.activity = FindIn(activity_);
  read_.from_activity = FindIn(from_);
  const std::vector<CasePlan> plans = ReadCasePlans(log_);
  raw_.begins.reserve(plans.size());
  raw_.outcomes.reserve(plans.size());
  return ForCasePieces(log_.case_begin, keep_on_, [&](uint32_t first, uint32_t last) {
    for (uint32_t c = first; c < last; ++c) AddCase(plans[c], c);
  });
}

void Reading::AddStep(const Occurrence& o) {
  if (o.activity != *activity_) return;
  ++doings_;
  const int64_t begin = o.ready != kNoTime ? o.ready : o.start;
  const int64_t deadline = begin == kNoTime    ? kNoTime
                           : measure_.deadline ? measure_.deadline(begin)
                                               : o.due;
  const bool skipped = !o.completed && o.end != kNoTime;
  if (deadline == kNoTime || skipped) {
    ++read_.left_out;
    return;
  }
  if (o.completed) return AddTime(begin, o.end, deadline);
  // Nobody does it any more once its case has ended.
  const int64_t end = EndOf(o.case_number);
  if (end != kNoTime) return AddFailed(begin, std::max(begin, end), deadline);
  AddTime(begin, kNoTime, deadline);
}

absl::Status Reading::ReadSteps() {
  activity_ = Find(measure_.activity);
  if (!activity_.has_value()) return absl::OkStatus();
  RETURN_IF_ERROR(ReadOccurrences(
      log_, map_transitions_,
      {.occurrence = [this](const Occurrence& o) { AddStep(o); }, .impediment = {}}, keep_on_));
  const Found found = FindIn(activity_);
  read_.activity = {doings_, found.counted + found.uncounted};
  return absl::OkStatus();
}

absl::Status Reading::ReadBad() {
  MeasureSpec spec;
  spec.kind = measure_.kind == MeasureKind::kDefect ? analytics::MeasureKind::kCasesWithDefect
                                                    : analytics::MeasureKind::kCasesWithCondition;
  spec.condition = measure_.condition;
  spec.sources = measure_.sources;
  ASSIGN_OR_RETURN(Measured measured, MeasureLog(parts_, map_transitions_, spec, keep_on_));
  read_.notes = std::move(measured.notes);
  read_.told_count = measured.told_count;
  for (const MeasuredValue& value : measured.values) {
    const bool bad = value.value > 0;
    Add(CaseStart(log_, value.case_number), value.time, bad);
    if (bad) AddOver(value.time, value.time);
  }
  for (uint32_t c = 0; c < log_.case_count(); ++c) {
    if (!ends_.HasEnded(c)) raw_.begins.push_back(CaseStart(log_, c));
  }
  return absl::OkStatus();
}

absl::StatusOr<RawOutcomes> Reading::Read() {
  switch (measure_.kind) {
    case MeasureKind::kCaseTime:
      RETURN_IF_ERROR(ReadCases());
      break;
    case MeasureKind::kStepTime:
      RETURN_IF_ERROR(ReadSteps());
      break;
    case MeasureKind::kDefect:
    case MeasureKind::kCondition:
      RETURN_IF_ERROR(ReadBad());
      break;
  }
  RETURN_IF_ERROR(keep_on_());
  return std::move(read_);
}

// That a log knows an activity only by events that do not count, so that nothing is ever reached.
void NoteUncounted(const std::string& name, const Found& found, bool as_step,
                   std::vector<std::string>* notes) {
  if (found.counted > 0 || found.uncounted == 0) return;
  notes->push_back(
      as_step ? absl::StrCat("'", name,
                             "' is no step here, so that none of its times is known: the log has "
                             "it as a milestone or in other events that are no doing of it")
              : absl::StrCat("No event of '", name,
                             "' counts: a case has come to an activity with an event whose "
                             "transition is in the map_transitions of the log, or with a "
                             "milestone"));
}

}  // namespace

absl::StatusOr<RawOutcomes> ReadRawOutcomes(const LogParts& parts,
                                            const std::vector<std::string>& map_transitions,
                                            const Measure& measure, KeepOn keep_on) {
  return Reading(parts, map_transitions, measure, keep_on).Read();
}

void DropUntold(const Measure& measure, std::optional<int64_t> told_count, Raw* raw,
                std::vector<std::string>* notes) {
  if (told_count != 0 || raw->outcomes.empty()) return;
  Raw nothing;
  nothing.since = raw->since;
  *raw = std::move(nothing);
  std::string why = WhyNoneTold(measure.sources);
  why[0] = absl::ascii_toupper(static_cast<unsigned char>(why[0]));
  notes->push_back(std::move(why));
}

std::vector<std::string> NotesOf(const std::vector<std::string>& activities, bool marks_ends,
                                 const Measure& measure, const Found& activity,
                                 const Found& from_activity) {
  std::vector<std::string> notes;
  const bool cases = measure.kind == MeasureKind::kCaseTime;
  const bool steps = measure.kind == MeasureKind::kStepTime;
  for (const std::string* name : {&measure.activity, &measure.from_activity}) {
    const bool asked = cases || (steps && name == &measure.activity);
    if (!asked || name->empty()) continue;
    if (std::find(activities.begin(), activities.end(), *name) != activities.end()) continue;
    NoteMissing("activity", *name, activities, notes);
  }
  for (std::string& note : notes) note[0] = 'T';  // a sentence, as the others
  if (cases || steps) NoteUncounted(measure.activity, activity, steps, &notes);
  if (cases) NoteUncounted(measure.from_activity, from_activity, false, &notes);
  if (!cases || marks_ends) return notes;
  notes.push_back(
      measure.activity.empty()
          ? "The log marks no ends of cases (case_finished), so that every case counts as ended "
            "with its last event, and none as open and overdue"
          : "The log marks no ends of cases (case_finished): one that has not come to the "
            "activity is waited for until its time is over, and counts as ended without it then");
  return notes;
}

absl::StatusOr<Outcomes> ReadOutcomes(const LogParts& parts,
                                      const std::vector<std::string>& map_transitions,
                                      const Measure& measure, KeepOn keep_on) {
  ASSIGN_OR_RETURN(RawOutcomes read, ReadRawOutcomes(parts, map_transitions, measure, keep_on));
  Outcomes outcomes;
  outcomes.left_out = read.left_out;
  if (!parts.log.empty()) {
    read.raw.since = parts.log.FirstTime();
    outcomes.notes = NotesOf(parts.log.activities, CaseEnds(parts.log).marked(), measure,
                             read.activity, read.from_activity);
    for (std::string& note : read.notes) {
      note[0] = absl::ascii_toupper(static_cast<unsigned char>(note[0]));
      outcomes.notes.push_back(std::move(note));
    }
  }
  DropUntold(measure, read.told_count, &read.raw, &outcomes.notes);
  outcomes.series = Series(std::move(read.raw));
  return outcomes;
}

}  // namespace plumbline::analytics::objectives
