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
#include "common/base/threads.h"
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

// What is asked of which log; the same for all cases.
struct Asked {
  Asked(const LogSnapshot& l, const std::vector<std::string>& m, const BottleneckOptions& o,
        const std::string& role, int64_t first, int64_t last)
      : log(l),
        map_transitions(m),
        options(o),
        ends(l),
        first_time(first),
        last_time(last),
        roles(l, role, &role_names),
        utilities(l, o.utility, &utility_names) {
    InternUtilities(l, &utility_names);
    if (o.Has(Part::kStep)) kinds.push_back(NumberOf(Part::kStep));
    if (o.Has(Part::kRole) && roles.any()) kinds.push_back(NumberOf(Part::kRole));
    if (o.Has(Part::kUtility) && has_utilities()) kinds.push_back(NumberOf(Part::kUtility));
  }
  bool has_utilities() const { return log.FindAttributeKey(options.utility) != kNoText; }
  uint32_t UtilityOf(const Impediment& impediment) const {
    return utility_names.NumberOf(LastPart(impediment.utility));
  }

  const LogSnapshot& log;
  const std::vector<std::string>& map_transitions;
  const BottleneckOptions& options;
  const CaseEnds ends;
  const int64_t first_time, last_time;
  Names role_names, utility_names;
  const RowNames roles, utilities;
  std::vector<size_t> kinds;  // of parts that are ranked
};

// One pass over some of the cases. Aligned so that those of two threads share no line of the cache.
class alignas(64) Reading {
 public:
  Reading(const Asked& asked, const Periods& periods)
      : asked_(asked),
        log_(asked.log),
        options_(asked.options),
        kinds_(asked.kinds),
        ledgers_{Ledger(periods), Ledger(periods), Ledger(periods)},
        stays_(asked.kinds) {}

  // `room`: cases of whose steps there is room for the waits, those of another reading among them.
  absl::Status Run(CaseRange cases, CaseRange room, KeepOn keep_on) {
    Reserve(room);
    RETURN_IF_ERROR(ReadOccurrences(log_, asked_.map_transitions, cases,
                                    {.occurrence = [this](const Occurrence& o) { Take(o); },
                                     .impediment = [this](const Impediment& i) { Take(i); },
                                     .blocked =
                                         [this](std::span<const Stretch> blocked) {
                                           blocked_.assign(blocked.begin(), blocked.end());
                                         }},
                                    keep_on));
    GoTo(cases.end);
    return absl::OkStatus();
  }

  // All cases together: `other` has read those that this has not. Once.
  absl::StatusOr<Bottlenecks> Finish(Reading& other, KeepOn keep_on);

 private:
  struct OfCase {
    std::array<uint32_t, kPartCount> part = {};
    std::vector<Stretch> blocked;
  };

  void Reserve(CaseRange cases);
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
  void MergeWith(Reading& other);
  absl::StatusOr<std::vector<Delayed>> RankParts(size_t kind, const std::vector<std::string>& names,
                                                 Reading& other, KeepOn keep_on);

  const Asked& asked_;
  const LogSnapshot& log_;
  const BottleneckOptions& options_;
  const std::vector<size_t>& kinds_;
  std::array<Ledger, kPartCount> ledgers_;
  Stays stays_;
  HeldSums path_;
  absl::int128 lead_ = 0, held_ = 0;

  // The case that is read.
  uint32_t case_ = kNoText;
  std::vector<Stretch> blocked_;  // of the occurrence that comes next
  std::vector<Occurrence> ended_;
  std::vector<OfCase> of_case_;  // of these
  std::vector<Impediment> impediments_;
  PathFinder paths_;
  std::vector<bool> on_path_;  // of ended_
};

// Lists that grow by and by are copied again and again.
void Reading::Reserve(CaseRange cases) {
  if (!options_.Has(Part::kStep)) return;
  std::vector<size_t> rows(log_.activities.size());
  log_.activity.Visit([&](auto activity) {
    for (size_t row = log_.case_begin[cases.first]; row < log_.case_begin[cases.end]; ++row)
      ++rows[activity[row]];
  });
  for (uint32_t a = 0; a < rows.size(); ++a) {
    if (rows[a] == 0) continue;
    ledgers_[NumberOf(Part::kStep)].Reserve(a, rows[a]);
    stays_.Reserve(NumberOf(Part::kStep), a, rows[a]);
  }
}

void Reading::Take(const Occurrence& o) {
  if (o.case_number != case_) GoTo(o.case_number);
  const std::array<uint32_t, kPartCount> part = {o.activity, asked_.roles.Of(o),
                                                 asked_.utilities.Of(o)};
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
    if (o.ready < asked_.last_time) delay = Measure(options_.between, o.ready, asked_.last_time);
  } else {
    for (const auto& [begin, end] : Clipped(blocked_, INT64_MIN, asked_.last_time)) {
      if (end == asked_.last_time) delay += Measure(options_.between, begin, end);
    }
  }
  if (delay <= 0) return;
  for (const size_t kind : kinds_) ledgers_[kind].AddOpen(part[kind], delay);
}

void Reading::AddStay(const Occurrence& o, const std::array<uint32_t, kPartCount>& part) {
  Stay stay;
  stay.part = part;
  if (o.ready != kNoTime && !o.embedded && (o.end == kNoTime || o.ready <= o.end)) {
    stay.ready = std::min(o.ready, asked_.last_time);
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
  stays_.Add(stay);
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
      ledgers_[NumberOf(Part::kUtility)].AddImpediment(asked_.UtilityOf(impediment));
  }
  if (!asked_.ends.HasEnded(case_)) return;
  on_path_.assign(ended_.size(), false);
  for (const Held& held : paths_.Find(ended_)) {
    on_path_[held.occurrence] = true;
    AddHeld(held);
  }
  for (size_t i = 0; i < ended_.size(); ++i) {
    if (on_path_[i] || !ended_[i].completed) continue;
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
      ledger.AddHeld(asked_.UtilityOf(*impediment), blocked, o.end);
    }
  }
  ledger.AddHeld(of_case_[held.occurrence].part[NumberOf(Part::kUtility)], rest, o.end);
}

void Reading::MergeWith(Reading& other) {
  path_.Add(other.path_);
  lead_ += other.lead_;
  held_ += other.held_;
  std::array<size_t, kPartCount> parts = {};
  for (size_t kind = 0; kind < kPartCount; ++kind) {
    ledgers_[kind].MergeWith(other.ledgers_[kind]);
    parts[kind] = ledgers_[kind].size();
  }
  stays_.MergeWith(other.stays_, parts);
}

absl::StatusOr<std::vector<Delayed>> Reading::RankParts(size_t kind,
                                                        const std::vector<std::string>& names,
                                                        Reading& other, KeepOn keep_on) {
  Ledger& ledger = ledgers_[kind];
  std::vector<uint32_t> numbers;
  for (uint32_t part = 0; part < ledger.size(); ++part) {
    if (ledger.Knows(part)) numbers.push_back(part);
  }
  ASSIGN_OR_RETURN(const std::vector<Utilisation> utilisations,
                   stays_.Utilisations(kind, ledger.size(), options_.between, keep_on));
  std::vector<Delayed> list(numbers.size());
  RETURN_IF_ERROR(base::TryInThreads(
      base::ThreadsOfOneQuestion(), numbers.size(), keep_on, [&](size_t i, KeepOn go_on) {
        const uint32_t part = numbers[i];
        ledger.MergePart(part, other.ledgers_[kind]);
        list[i] = ledger.Take(part, asked_.first_time, asked_.last_time);
        list[i].name = names[part];
        const Queue queue =
            stays_.TakeQueue(kind, part, other.stays_, asked_.first_time, asked_.last_time);
        if (queue.most > 0) list[i].queue = queue;
        if (utilisations[part].performers > 0) list[i].utilisation = utilisations[part];
        return go_on();
      }));
  AdjustTrends(&list);
  return list;
}

absl::StatusOr<Bottlenecks> Reading::Finish(Reading& other, KeepOn keep_on) {
  MergeWith(other);
  Bottlenecks result;
  for (size_t c = 0; c < log_.case_count(); ++c)
    ++(asked_.ends.HasEnded(c) ? result.case_count : result.open_count);
  result.path = path_.Seconds();
  result.lead_seconds = static_cast<double>(lead_) / 1e6;
  result.outside_seconds = static_cast<double>(lead_ - held_) / 1e6;
  result.has_roles = asked_.roles.any();
  result.has_utilities = asked_.has_utilities();
  const std::vector<std::string>* names[] = {&log_.activities, &asked_.role_names.texts(),
                                             &asked_.utility_names.texts()};
  for (const size_t kind : kinds_) {
    result.many_trends |= !ledgers_[kind].trends();
    ASSIGN_OR_RETURN(std::vector<Delayed> list, RankParts(kind, *names[kind], other, keep_on));
    const double all = result.path.delay();
    for (Delayed& part : list) part.share = all > 0 ? part.path.delay() / all : 0;
    std::stable_sort(list.begin(), list.end(), [](const Delayed& a, const Delayed& b) {
      return a.path.delay() != b.path.delay() ? a.path.delay() > b.path.delay() : a.name < b.name;
    });
    result.of[kind] = std::move(list);
  }
  return result;
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
  const int64_t first_time = log.FirstTime(), last_time = log.LastTime();
  ASSIGN_OR_RETURN(const Periods periods, Periods::Cover(options.period, options.zone, first_time,
                                                         last_time, kMostPeriods));
  const Asked asked(log, map_transitions, options, role, first_time, last_time);
  std::array<Reading, 2> readings = {Reading(asked, periods), Reading(asked, periods)};
  const std::vector<CaseRange> cut = CutCases(log, readings.size());
  RETURN_IF_ERROR(base::TryInThreads(
      base::ThreadsOfOneQuestion(), cut.size(), keep_on, [&](size_t i, KeepOn go_on) {
        // The first takes in the second.
        const CaseRange room = i == 0 ? CaseRange{0, cut.back().end} : cut[i];
        return readings[i].Run(cut[i], room, go_on);
      }));
  ASSIGN_OR_RETURN(Bottlenecks result, readings[0].Finish(readings[1], keep_on));
  result.role = role;
  return result;
}

}  // namespace plumbline::analytics::bottlenecks
