// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/case_facts.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/container/flat_hash_map.h"
#include "common/base/status_macros.h"
#include "services/analytics/mining/case_due.h"
#include "services/analytics/mining/case_times.h"
#include "services/analytics/mining/occurrences.h"
#include "services/analytics/mining/traces.h"
#include "services/analytics/report/pareto.h"

namespace plumbline::analytics {
namespace {

// How often something was seen in a case. Most cases have few kinds of anything.
class Tally {
 public:
  // How often with this time.
  uint32_t Count(uint64_t key) {
    for (auto& [known, count] : few_) {
      if (known == key) return ++count;
    }
    if (few_.size() < kFew) {
      few_.emplace_back(key, 1);
      return 1;
    }
    return ++many_[key];
  }
  void Clear() {
    few_.clear();
    if (!many_.empty()) many_.clear();
  }

 private:
  static constexpr size_t kFew = 16;
  std::vector<std::pair<uint64_t, uint32_t>> few_;
  absl::flat_hash_map<uint64_t, uint32_t> many_;
};

uint64_t PairOf(uint32_t from, uint32_t to) { return static_cast<uint64_t>(from) << 32 | to; }

uint8_t UpToThree(uint32_t count) { return static_cast<uint8_t>(std::min(count, 3u)); }

class FactReader {
 public:
  FactReader(const std::shared_ptr<const LogSnapshot>& log,
             const std::vector<std::string>& map_transitions, std::span<const uint32_t> activities,
             absl::FunctionRef<void(uint32_t, const CaseFacts&)> take)
      : log_(*log),
        map_transitions_(map_transitions),
        activities_(activities),
        take_(take),
        traces_(log, {.transitions = map_transitions}),
        end_(log->FindAttributeKey("case_finished")),
        due_(*log),
        earliest_(log->FindAttributeKey("earliest_time")),
        target_(log->FindAttributeKey("target")) {}

  absl::Status Run(KeepOn keep_on) {
    RETURN_IF_ERROR(keep_on());
    RETURN_IF_ERROR(ReadOccurrences(log_, map_transitions_,
                                    {[this](const Occurrence& o) { Add(o); },
                                     [this](const Impediment& impediment) { Add(impediment); }},
                                    keep_on));
    EndCasesUpTo(static_cast<uint32_t>(log_.case_count()));
    return absl::OkStatus();
  }

 private:
  uint32_t NumberOf(uint32_t activity) const {
    return activities_.empty() || activity == kNoText ? activity : activities_[activity];
  }

  // Gives the cases before `number`, which have no more occurrences.
  void EndCasesUpTo(uint32_t number) {
    for (; case_ < number; ++case_) {
      ReadRows();
      ReadWhole();
      take_(case_, facts_);
      facts_.rows.clear();
      facts_.occurrences.clear();
      facts_.impediments.clear();
      activities_done_.Clear();
      pairs_.Clear();
    }
  }

  void Add(const Occurrence& o) {
    EndCasesUpTo(o.case_number);
    if (!o.completed) return;
    OccurrenceFact fact;
    fact.activity = NumberOf(o.activity);
    fact.previous = NumberOf(o.previous);
    fact.waiting = o.waiting;
    fact.working = o.working;
    fact.blocked = o.blocked;
    fact.scheduled = o.scheduled != kNoTime;
    if (fact.scheduled && o.ready > o.scheduled) fact.planned = o.ready - o.scheduled;
    fact.nth = UpToThree(activities_done_.Count(o.activity));
    fact.has_waiting = o.has_waiting();
    fact.has_working = o.has_working();
    fact.has_due = o.due != kNoTime;
    fact.late = fact.has_due && o.end > o.due;
    fact.embedded = o.embedded;
    if (fact.has_waiting && !fact.embedded)
      fact.first_of_pair = pairs_.Count(PairOf(o.previous, o.activity)) == 1;
    facts_.occurrences.push_back(fact);
  }

  void Add(const Impediment& impediment) {
    EndCasesUpTo(impediment.case_number);
    ImpedimentFact fact{CauseOf(impediment), NumberOf(impediment.activity), impediment.begin,
                        impediment.open ? kNoTime : impediment.end};
    fact.first_of_cause =
        std::none_of(facts_.impediments.begin(), facts_.impediments.end(),
                     [&fact](const ImpedimentFact& one) { return one.cause == fact.cause; });
    facts_.impediments.push_back(std::move(fact));
  }

  void ReadRows() {
    const uint32_t begin = traces_.case_begin()[case_], end = traces_.case_begin()[case_ + 1];
    nodes_.Clear();
    edges_.Clear();
    traces_.activity().Visit([&](auto activity) {
      for (uint32_t row = begin; row < end; ++row) {
        RowFact fact;
        fact.activity = NumberOf(activity[row]);
        fact.nth = UpToThree(nodes_.Count(activity[row]));
        const int64_t time = traces_.time()[row], from = traces_.BeginOf(row);
        if (row > begin) {
          fact.previous = NumberOf(activity[row - 1]);
          fact.wait = from - traces_.time()[row - 1];
          fact.first_of_edge = edges_.Count(PairOf(activity[row - 1], activity[row])) == 1;
        }
        if (!traces_.start().empty() && traces_.start()[row] != kNoTime) fact.service = time - from;
        facts_.rows.push_back(fact);
      }
    });
  }

  void ReadWhole() {
    CaseFacts::Whole& whole = facts_.whole;
    whole = CaseFacts::Whole();
    const uint32_t begin = log_.case_begin[case_], end = log_.case_begin[case_ + 1];
    whole.there = begin < end;
    if (!whole.there) return;
    whole.duration = CaseDuration(traces_, case_);
    whole.last_time = CaseEnd(log_, case_);
    whole.begin = CaseStart(log_, case_);
    const bool scheduled = log_.TransitionOf(begin) != kNoText &&
                           log_.transitions[log_.TransitionOf(begin)] == "schedule";
    const std::vector<EventAttribute>& all = log_.attributes;
    const size_t first = attribute_;
    for (; attribute_ < all.size() && all[attribute_].row < end; ++attribute_) {
      const EventAttribute& attribute = all[attribute_];
      if (const auto* finished = std::get_if<bool>(&attribute.value)) {
        if (attribute.key != end_) continue;
        whole.says_end = true;
        if (*finished) whole.marked_end = std::max(whole.marked_end, log_.time[attribute.row]);
      }
      if (attribute.row == begin && !scheduled) ReadPlan(attribute, whole);
    }
    whole.due = due_.DueOf({all.data() + first, attribute_ - first}, begin);
  }

  // An attribute of the first event of a case, as attainment.cc reads it.
  void ReadPlan(const EventAttribute& attribute, CaseFacts::Whole& whole) const {
    const auto* text = std::get_if<std::string>(&attribute.value);
    if (text != nullptr && attribute.key == target_) whole.words = *text;
    const auto* instant = std::get_if<Instant>(&attribute.value);
    if (instant == nullptr) return;
    if (attribute.key != earliest_) return;
    whole.begin = instant->micros;
    whole.has_day_one = true;
  }

  const LogSnapshot& log_;
  const std::vector<std::string>& map_transitions_;
  const std::span<const uint32_t> activities_;
  const absl::FunctionRef<void(uint32_t, const CaseFacts&)> take_;
  const Traces traces_;
  const uint32_t end_;
  const CaseDue due_;
  const uint32_t earliest_, target_;
  uint32_t case_ = 0;
  size_t attribute_ = 0;
  Tally activities_done_, pairs_, nodes_, edges_;
  CaseFacts facts_;
};

}  // namespace

absl::Status ReadFacts(const std::shared_ptr<const LogSnapshot>& log,
                       const std::vector<std::string>& map_transitions,
                       std::span<const uint32_t> activities,
                       absl::FunctionRef<void(uint32_t, const CaseFacts&)> take, KeepOn keep_on) {
  return FactReader(log, map_transitions, activities, take).Run(keep_on);
}

}  // namespace plumbline::analytics
