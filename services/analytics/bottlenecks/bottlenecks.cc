// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/bottlenecks/bottlenecks.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/nearest.h"
#include "common/base/status_macros.h"
#include "services/analytics/bottlenecks/ledger.h"
#include "services/analytics/bottlenecks/row_names.h"
#include "services/analytics/bottlenecks/stays.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_times.h"

namespace plumbline::analytics::bottlenecks {
namespace {

constexpr int64_t kMostPeriods = 1'000;

size_t NumberOf(Part part) { return static_cast<size_t>(part); }

absl::Status CheckKey(const char* field, const std::string& key, const LogSnapshot& log) {
  if (key.empty() || log.empty() || log.FindAttributeKey(key) != kNoText) return absl::OkStatus();
  return base::FieldError(field,
                          absl::StrCat("is '", key, "', which no event has under these cases",
                                       base::DidYouMean(key, log.attribute_keys)));
}

// One pass over the cases.
class Reading {
 public:
  Reading(const LogSnapshot& log, const BottleneckOptions& options, const std::string& role,
          const Periods& periods)
      : log_(log),
        options_(options),
        ends_(log),
        first_time_(log.FirstTime()),
        last_time_(log.LastTime()),
        roles_(log, role, &role_names_),
        utilities_(log, options.utility, &utility_names_),
        ledgers_{Ledger(periods), Ledger(periods), Ledger(periods)} {
    if (options.Has(Part::kStep)) kinds_.push_back(NumberOf(Part::kStep));
    if (options.Has(Part::kRole) && roles_.any()) kinds_.push_back(NumberOf(Part::kRole));
    if (options.Has(Part::kUtility) && log.FindAttributeKey(options.utility) != kNoText)
      kinds_.push_back(NumberOf(Part::kUtility));
    stays_.emplace(kinds_);
  }

  absl::Status Run(const std::vector<std::string>& map_transitions, KeepOn keep_on) {
    RETURN_IF_ERROR(ReadOccurrences(log_, map_transitions,
                                    {.occurrence = [this](const Occurrence& o) { Take(o); },
                                     .impediment = [this](const Impediment& i) { Take(i); },
                                     .blocked =
                                         [this](std::span<const Stretch> blocked) {
                                           blocked_.assign(blocked.begin(), blocked.end());
                                         }},
                                    keep_on));
    GoTo(static_cast<uint32_t>(log_.case_count()));
    return absl::OkStatus();
  }

  absl::StatusOr<Bottlenecks> Finish(KeepOn keep_on);

 private:
  struct OfCase {
    std::array<uint32_t, kPartCount> part = {};
    std::vector<Stretch> blocked;
  };

  void Take(const Occurrence& o);
  void Take(const Impediment& impediment) {
    if (impediment.case_number != case_) GoTo(impediment.case_number);
    impediments_.push_back(impediment);
  }
  void GoTo(uint32_t next);
  void EndCase();
  void AddStay(const Occurrence& o, const std::array<uint32_t, kPartCount>& part);
  void AddOpen(const Occurrence& o, const std::array<uint32_t, kPartCount>& part);
  void AddHeld(const Held& held);
  void AddHeldByUtility(const Held& held, const HeldTime& time);
  std::vector<Delayed> RankPart(size_t kind, const std::vector<std::string>& names);
  absl::Status AddStays(size_t kind, const std::vector<uint32_t>& numbers,
                        std::vector<Delayed>* list, KeepOn keep_on);

  const LogSnapshot& log_;
  const BottleneckOptions& options_;
  const CaseEnds ends_;
  const int64_t first_time_, last_time_;
  Names role_names_, utility_names_;
  const RowNames roles_, utilities_;
  std::vector<size_t> kinds_;  // of parts that are ranked
  std::array<Ledger, kPartCount> ledgers_;
  std::optional<Stays> stays_;
  Bottlenecks result_;
  HeldSums path_;
  absl::int128 lead_ = 0, held_ = 0;

  // The case that is read.
  uint32_t case_ = kNoText;
  std::vector<Stretch> blocked_;  // of the occurrence that comes next
  std::vector<Occurrence> ended_;
  std::vector<OfCase> of_case_;  // of these
  std::vector<Impediment> impediments_;
};

void Reading::Take(const Occurrence& o) {
  if (o.case_number != case_) GoTo(o.case_number);
  const std::array<uint32_t, kPartCount> part = {o.activity, roles_.Of(o), utilities_.Of(o)};
  AddStay(o, part);
  if (o.end == kNoTime) {
    AddOpen(o, part);
    blocked_.clear();
    return;
  }
  if (o.completed) {
    const StepTimes times = MeasureStep(o, blocked_, options_.between);
    for (const size_t kind : kinds_) {
      ledgers_[kind].AddCount(part[kind]);
      if (o.has_waiting() && !o.embedded) ledgers_[kind].AddWait(part[kind], times.waiting);
    }
  }
  ended_.push_back(o);
  of_case_.push_back({part, std::exchange(blocked_, {})});
}

// Ready and not begun; or begun, and blocked now.
void Reading::AddOpen(const Occurrence& o, const std::array<uint32_t, kPartCount>& part) {
  int64_t delay = 0;
  if (o.ready != kNoTime && o.start == kNoTime) {
    if (o.ready < last_time_) delay = Measure(options_.between, o.ready, last_time_);
  } else {
    for (const auto& [begin, end] : Clipped(blocked_, INT64_MIN, last_time_)) {
      if (end == last_time_) delay += Measure(options_.between, begin, end);
    }
  }
  if (delay <= 0) return;
  for (const size_t kind : kinds_) ledgers_[kind].AddOpen(part[kind], delay);
}

void Reading::AddStay(const Occurrence& o, const std::array<uint32_t, kPartCount>& part) {
  Stay stay;
  stay.part = part;
  if (o.ready != kNoTime && !o.embedded && (o.end == kNoTime || o.ready <= o.end)) {
    stay.ready = std::min(o.ready, last_time_);
    stay.begin = o.start != kNoTime ? std::max(o.start, stay.ready) : o.end;
  }
  if (o.has_working()) {
    stay.start = o.start;
    stay.end = o.end;
    const uint32_t resource = log_.ResourceOf(o.end_row);
    stay.performer =
        resource != kNoText || o.start_row == kNoText ? resource : log_.ResourceOf(o.start_row);
  }
  if (stay.ready == kNoTime && stay.start == kNoTime) return;
  stays_->Add(stay);
  for (const size_t kind : kinds_) ledgers_[kind].AddPart(part[kind]);
}

void Reading::GoTo(uint32_t next) {
  if (case_ != kNoText) EndCase();
  ended_.clear();
  of_case_.clear();
  impediments_.clear();
  case_ = next;
}

void Reading::EndCase() {
  for (const Impediment& impediment : impediments_) {
    if (!impediment.utility.empty())
      ledgers_[NumberOf(Part::kUtility)].AddImpediment(
          utility_names_.Intern(LastPart(impediment.utility)));
  }
  if (!ends_.HasEnded(case_)) return;
  const std::vector<Held> path = CriticalPath(ended_);
  std::vector<bool> on_path(ended_.size());
  for (const Held& held : path) {
    on_path[held.occurrence] = true;
    AddHeld(held);
  }
  for (size_t i = 0; i < ended_.size(); ++i) {
    if (on_path[i] || !ended_[i].completed) continue;
    const StepTimes times = MeasureStep(ended_[i], of_case_[i].blocked, options_.between);
    for (const size_t kind : kinds_)
      ledgers_[kind].AddOffPath(of_case_[i].part[kind], times.waiting + times.blocked);
  }
  for (Ledger& ledger : ledgers_) ledger.EndCase();
  lead_ += Measure(options_.between, CaseStart(log_, case_), CaseEnd(log_, case_));
}

void Reading::AddHeld(const Held& held) {
  const Occurrence& o = ended_[held.occurrence];
  const OfCase& known = of_case_[held.occurrence];
  const HeldTime time = SplitHeld(o, held.from, known.blocked, options_.between);
  path_.Add(time);
  held_ += time.all();
  for (const size_t kind : kinds_) {
    if (kind == NumberOf(Part::kUtility)) {
      AddHeldByUtility(held, time);
    } else {
      ledgers_[kind].AddHeld(known.part[kind], time, o.end);
    }
  }
}

// Waiting and working belong to the utility that the events name; what is blocked to that of the
// impediment, where it names one. Of two at a time the one that began first.
void Reading::AddHeldByUtility(const Held& held, const HeldTime& time) {
  const Occurrence& o = ended_[held.occurrence];
  Ledger& ledger = ledgers_[NumberOf(Part::kUtility)];
  HeldTime rest = time;
  if (time.blocked > 0) {
    std::vector<const Impediment*> here;
    for (const Impediment& impediment : impediments_) {
      if (impediment.activity == o.activity) here.push_back(&impediment);
    }
    std::stable_sort(here.begin(), here.end(),
                     [](const Impediment* a, const Impediment* b) { return a->begin < b->begin; });
    int64_t covered = held.from;
    for (const Impediment* impediment : here) {
      const int64_t low = std::max(impediment->begin, covered);
      const int64_t high = std::min(impediment->end, o.end);
      if (low >= high) continue;
      covered = high;
      if (impediment->utility.empty()) continue;
      HeldTime blocked;
      blocked.blocked = std::min(rest.blocked, Measure(options_.between, low, high));
      rest.blocked -= blocked.blocked;
      ledger.AddHeld(utility_names_.Intern(LastPart(impediment->utility)), blocked, o.end);
    }
  }
  ledger.AddHeld(of_case_[held.occurrence].part[NumberOf(Part::kUtility)], rest, o.end);
}

std::vector<Delayed> Reading::RankPart(size_t kind, const std::vector<std::string>& names) {
  Ledger& ledger = ledgers_[kind];
  std::vector<Delayed> list;
  for (uint32_t part = 0; part < ledger.size(); ++part) {
    if (!ledger.Knows(part)) continue;
    list.push_back(ledger.Take(part, first_time_, last_time_));
    list.back().name = names[part];
  }
  return list;
}

absl::Status Reading::AddStays(size_t kind, const std::vector<uint32_t>& numbers,
                               std::vector<Delayed>* list, KeepOn keep_on) {
  const size_t parts = ledgers_[kind].size();
  const std::vector<Queue> queues = stays_->TakeQueues(kind, parts, first_time_, last_time_);
  RETURN_IF_ERROR(keep_on());
  ASSIGN_OR_RETURN(const std::vector<Utilisation> utilisations,
                   stays_->Utilisations(kind, parts, options_.between, keep_on));
  for (size_t i = 0; i < numbers.size(); ++i) {
    const Queue& queue = queues[numbers[i]];
    if (queue.most > 0) (*list)[i].queue = queue;
    if (utilisations[numbers[i]].performers > 0) (*list)[i].utilisation = utilisations[numbers[i]];
  }
  return keep_on();
}

absl::StatusOr<Bottlenecks> Reading::Finish(KeepOn keep_on) {
  for (size_t c = 0; c < log_.case_count(); ++c)
    ++(ends_.HasEnded(c) ? result_.case_count : result_.open_count);
  result_.path = path_.Seconds();
  result_.lead_seconds = static_cast<double>(lead_) / 1e6;
  result_.outside_seconds = static_cast<double>(lead_ - held_) / 1e6;
  result_.has_roles = roles_.any();
  result_.has_utilities = log_.FindAttributeKey(options_.utility) != kNoText;
  const std::vector<std::string>* names[] = {&log_.activities, &role_names_.texts(),
                                             &utility_names_.texts()};
  for (const size_t kind : kinds_) {
    result_.many_trends |= !ledgers_[kind].trends();
    std::vector<uint32_t> numbers;
    for (uint32_t part = 0; part < ledgers_[kind].size(); ++part) {
      if (ledgers_[kind].Knows(part)) numbers.push_back(part);
    }
    std::vector<Delayed> list = RankPart(kind, *names[kind]);
    RETURN_IF_ERROR(AddStays(kind, numbers, &list, keep_on));
    AdjustTrends(&list);
    const double all = result_.path.delay();
    for (Delayed& part : list) part.share = all > 0 ? part.path.delay() / all : 0;
    std::stable_sort(list.begin(), list.end(), [](const Delayed& a, const Delayed& b) {
      return a.path.delay() != b.path.delay() ? a.path.delay() > b.path.delay() : a.name < b.name;
    });
    result_.of[kind] = std::move(list);
  }
  return std::move(result_);
}

}  // namespace

bool BottleneckOptions::Has(Part part) const {
  return parts.empty() || absl::c_linear_search(parts, part);
}

std::string RoleAttributeOf(const LogSnapshot& log) {
  for (const char* key : {"role", "org:role", "org:group", "group"}) {
    if (log.FindAttributeKey(key) != kNoText) return key;
  }
  return "";
}

int64_t BytesOfRanking(const LogSnapshot& log) {
  const auto rows = static_cast<int64_t>(log.size());
  // For each of three kinds of parts a wait, and when it began and ended, in lists that may be half
  // empty; work; the times of one queue again while it is measured; names by row.
  return rows * (3 * 24 * 2 + 16 * 2 + 16 + (log.attributes.empty() ? 0 : 8));
}

absl::StatusOr<Bottlenecks> Rank(const LogSnapshot& log,
                                 const std::vector<std::string>& map_transitions,
                                 const BottleneckOptions& options, KeepOn keep_on) {
  if (options.role.has_value()) RETURN_IF_ERROR(CheckKey("role_attribute", *options.role, log));
  if (options.utility != "utility")
    RETURN_IF_ERROR(CheckKey("utility_attribute", options.utility, log));
  const std::string role = options.role.has_value() ? *options.role : RoleAttributeOf(log);
  Bottlenecks none;
  none.role = role;
  if (log.empty()) return none;
  ASSIGN_OR_RETURN(
      const Periods periods,
      Periods::Cover(options.period, options.zone, log.FirstTime(), log.LastTime(), kMostPeriods));
  Reading reading(log, options, role, periods);
  RETURN_IF_ERROR(reading.Run(map_transitions, keep_on));
  ASSIGN_OR_RETURN(Bottlenecks result, reading.Finish(keep_on));
  result.role = role;
  return result;
}

}  // namespace plumbline::analytics::bottlenecks
