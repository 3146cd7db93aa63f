// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/defects/defects.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
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

  // As new, but for the room that it has.
  void Clear() {
    std::vector<std::string> room = std::move(visit.reported);
    room.clear();
    *this = {};
    visit.reported = std::move(room);
  }
};

}  // namespace

class DefectReader::Reading {
 public:
  Reading(const LogSnapshot& log, const CaseEnds& ends, int64_t last_time,
          const DefectOptions& options, const std::function<void(const StepVisit&)>& take)
      : log_(log),
        options_(options),
        take_(take),
        ends_(ends),
        last_time_(last_time),
        defects_(log.FindAttributeKey("defects")),
        submit_(FindTransition(log, "submit")),
        verify_(FindTransition(log, "verify")),
        skip_(FindTransition(log, "manualskip")) {}

  void Finish() { GoTo(static_cast<uint32_t>(log_.case_count())); }

  void Take(const Occurrence& o, std::span<const Stretch> blocked) {
    if (o.case_number != case_) GoTo(o.case_number);
    if (o.completed) {
      Complete(o, blocked);
    } else if (o.end == kNoTime) {
      // Not yet known of one that is open before its due time, never of one that its case left.
      if (o.due != kNoTime && o.due < last_time_ && !ends_.HasEnded(o.case_number))
        TakeDue(o, last_time_);
    } else if (skip_ != kNoText && log_.TransitionOf(o.end_row) == skip_) {
      OpenOf(o.activity).skipped = true;
    }
  }

 private:
  Open& OpenOf(uint32_t activity) {
    if (activity >= place_of_.size()) place_of_.resize(activity + 1, kNoText);
    uint32_t& place = place_of_[activity];
    if (place != kNoText) return opens_[place];
    place = static_cast<uint32_t>(came_to_.size());
    came_to_.push_back(activity);
    if (place == opens_.size()) opens_.emplace_back();
    return opens_[place];
  }

  void Complete(const Occurrence& o, std::span<const Stretch> blocked) {
    Open& open = OpenOf(o.activity);
    StepVisit& visit = open.visit;
    const StepTimes times = MeasureStep(o, blocked, options_.between);
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
    Open& open = OpenOf(o.activity);
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
        const uint32_t activity = log_.activity[row];
        const uint32_t place = activity < place_of_.size() ? place_of_[activity] : kNoText;
        if (place != kNoText) opens_[place].verified = true;
      }
    }
    std::sort(came_to_.begin(), came_to_.end());
    const bool ended = ends_.HasEnded(case_);
    for (const uint32_t activity : came_to_) {
      Open& open = opens_[std::exchange(place_of_[activity], kNoText)];
      open.visit.case_number = case_;
      open.visit.activity = activity;
      open.visit.case_ended = ended;
      Judge(&open);
      take_(open.visit);
      open.Clear();
    }
    came_to_.clear();
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
  const CaseEnds& ends_;
  const int64_t last_time_;
  // Of the case: the activities that it came to, their places in `opens_`, and these by activity.
  std::vector<uint32_t> came_to_;
  std::vector<Open> opens_;         // as many as any case had
  std::vector<uint32_t> place_of_;  // kNoText: it did not
  const uint32_t defects_, submit_, verify_, skip_;
  uint32_t case_ = kNoText;
  std::vector<std::pair<uint32_t, const std::string*>> texts_;  // "defects" of the case, by row
  size_t next_attribute_ = 0;
};

std::string WhyNoneTold(DefectSources sources) {
  static constexpr std::array<const char*, kDefectSourceCount> kWhy = {
      "rework (no step was completed)",
      "failed verification (no step has an event \"submit\" or \"verify\", or \"rejected\" among "
      "its "
      "\"defects\")",
      "waived (no event has the transition \"manualskip\")",
      "missed target (no step has a \"due_time\")", "reported (no event has \"defects\")"};
  std::string words = "nothing tells of the defects that were asked for:";
  absl::string_view before = " ";
  for (const DefectSource source : kDefectSources) {
    if (!sources.Has(source)) continue;
    absl::StrAppend(&words, before, kWhy[static_cast<size_t>(source)]);
    before = ", ";
  }
  return words;
}

DefectReader::DefectReader(const LogSnapshot& log, const CaseEnds& ends, int64_t last_time,
                           const DefectOptions& options,
                           const std::function<void(const StepVisit&)>& take)
    : reading_(std::make_unique<Reading>(log, ends, last_time, options, take)) {}

DefectReader::~DefectReader() = default;

void DefectReader::Take(const Occurrence& occurrence, std::span<const Stretch> blocked) {
  reading_->Take(occurrence, blocked);
}

void DefectReader::Finish() { reading_->Finish(); }

absl::Status ReadDefects(const LogSnapshot& log, const std::vector<std::string>& map_transitions,
                         const DefectOptions& options,
                         const std::function<void(const StepVisit&)>& take,
                         absl::FunctionRef<absl::Status()> keep_on) {
  if (log.empty()) return absl::OkStatus();
  const CaseEnds ends(log);
  DefectReader reader(log, ends, log.LastTime(), options, take);
  std::vector<Stretch> blocked;  // of the occurrence that comes next
  const absl::Status status = ReadOccurrences(log, map_transitions,
                                              {.occurrence =
                                                   [&](const Occurrence& o) {
                                                     reader.Take(o, blocked);
                                                     blocked.clear();
                                                   },
                                               .impediment = {},
                                               .blocked =
                                                   [&](std::span<const Stretch> of_next) {
                                                     blocked.assign(of_next.begin(), of_next.end());
                                                   }},
                                              keep_on);
  if (status.ok()) reader.Finish();
  return status;
}

}  // namespace plumbline::analytics
