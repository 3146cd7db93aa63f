// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/bottlenecks/facts.h"

#include <algorithm>
#include <utility>

#include "common/base/status_macros.h"
#include "services/analytics/log/missing_key.h"
#include "services/analytics/mining/case_times.h"

namespace plumbline::analytics::bottlenecks {
namespace {

absl::Status CheckKey(const char* field, const std::string& key, const LogSnapshot& log) {
  if (key.empty() || log.empty() || log.FindAttributeKey(key) != kNoText) return absl::OkStatus();
  return MissingKey(field, key, log.attribute_keys);
}

// Logs of on-boardings name roles and utilities from some day on: what is older is told as it was.
RowNames RolesOf(const LogSnapshot& log, const BottleneckOptions& options, const std::string& key,
                 Names* names) {
  const bool chosen = options.role.has_value();
  return {log, key, chosen || key != "role" ? key : "", names};
}

RowNames UtilitiesOf(const LogSnapshot& log, const BottleneckOptions& options,
                     const std::string& key, Names* names) {
  return {log, key, options.utility.has_value() ? key : "utility", names};
}

}  // namespace

absl::StatusOr<std::string> RoleKeyOf(const LogSnapshot& log, const BottleneckOptions& options) {
  if (options.role.has_value()) RETURN_IF_ERROR(CheckKey("role_attribute", *options.role, log));
  if (options.utility.has_value())
    RETURN_IF_ERROR(CheckKey("utility_attribute", *options.utility, log));
  return options.role.has_value() ? *options.role : RoleAttributeOf(log);
}

Asked::Asked(const LogSnapshot& l, const std::vector<std::string>& m, const BottleneckOptions& o,
             const std::string& role_key)
    : log(l),
      map_transitions(m),
      options(o),
      ends(l),
      first_time(l.FirstTime()),
      last_time(l.LastTime()),
      roles(RolesOf(l, o, role_key, &role_names)),
      utility_key(o.utility.has_value() ? *o.utility : UtilityAttributeOf(l)),
      utilities(UtilitiesOf(l, o, utility_key, &utility_names)) {
  InternUtilities(l, &utility_names);
  const bool may_have_roles = !role_key.empty() || !l.resource.empty();
  if (o.Has(Part::kStep)) kinds.push_back(NumberOf(Part::kStep));
  if (o.Has(Part::kRole) && may_have_roles) kinds.push_back(NumberOf(Part::kRole));
  if (o.Has(Part::kUtility) && has_utilities()) kinds.push_back(NumberOf(Part::kUtility));
}

void CaseSums::Add(const CaseSums& other, int sign) {
  path.Add(other.path, sign);
  lead += sign * other.lead;
  held += sign * other.held;
  unknown.Add(other.unknown, sign);
}

Facts::Facts(const Asked& asked, const Periods* periods)
    : asked_(asked),
      log_(asked.log),
      options_(asked.options),
      kinds_(asked.kinds),
      ledgers_{Ledger(periods), Ledger(periods), Ledger(periods)},
      stays_(asked.kinds) {
  const size_t parts[] = {log_.activities.size(), asked.role_names.texts().size(),
                          asked.utility_names.texts().size()};
  for (const size_t kind : kinds_)
    stays_.performers(kind).Expect(parts[kind], log_.resources.size(), log_.size());
}

absl::Status Facts::Read(CaseRange cases, CaseRange room, KeepOn keep_on) {
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

// Lists that grow by and by are copied again and again.
void Facts::Reserve(CaseRange cases) {
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

void Facts::Take(const Occurrence& o) {
  if (o.case_number != case_) GoTo(o.case_number);
  const std::array<uint32_t, kPartCount> part = {o.activity, asked_.roles.Of(o),
                                                 asked_.utilities.Of(o)};
  AddStay(o, part);
  if (o.end == kNoTime) {
    settled_ = false;
    any_open_ = true;
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
void Facts::AddOpen(const Occurrence& o, const std::array<uint32_t, kPartCount>& part) {
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

void Facts::AddStay(const Occurrence& o, const std::array<uint32_t, kPartCount>& part) {
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

void Facts::GoTo(uint32_t next) {
  if (case_ != kNoText) EndCase();
  ended_.clear();
  of_case_.clear();
  impediments_.clear();
  any_open_ = false;
  case_ = next;
}

void Facts::EndCase() {
  for (const Impediment& impediment : impediments_) {
    settled_ = settled_ && !impediment.open;
    if (!impediment.utility.empty())
      ledgers_[NumberOf(Part::kUtility)].AddImpediment(asked_.UtilityOf(impediment));
  }
  if (!asked_.ends.HasEnded(case_)) {
    settled_ = false;
    if (!any_open_) {
      sums_.unknown.Add({1, Measure(options_.between, CaseEnd(log_, case_), asked_.last_time)});
    }
    return;
  }
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
  sums_.lead += Measure(options_.between, CaseStart(log_, case_), CaseEnd(log_, case_));
}

void Facts::AddHeld(const Held& held) {
  const Occurrence& o = ended_[held.occurrence];
  const OfCase& known = of_case_[held.occurrence];
  const HeldTime time = SplitHeld(o, held.from, known.blocked, options_.between);
  sums_.path.Add(time);
  sums_.held += time.all();
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
void Facts::AddHeldByUtility(const Held& held, const HeldTime& time) {
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

void Facts::MergeWith(Facts& other) {
  sums_.Add(other.sums_);
  std::array<size_t, kPartCount> parts = {};
  for (size_t kind = 0; kind < kPartCount; ++kind) {
    ledgers_[kind].MergeWith(other.ledgers_[kind]);
    parts[kind] = ledgers_[kind].size();
  }
  stays_.MergeWith(other.stays_, parts);
}

}  // namespace plumbline::analytics::bottlenecks
