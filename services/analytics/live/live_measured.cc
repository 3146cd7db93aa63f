// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/live/live_measured.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "common/base/status_macros.h"
#include "services/analytics/mining/traces.h"
#include "services/analytics/mining/variants.h"

namespace plumbline::analytics {

absl::Status LiveMeasured::Change(const LiveCases& cases, int sign, KeepOn keep_on) {
  const LogSnapshot& log = *cases.log;
  if (!spec_.activity.empty() && activity_ == kNoText) {
    ASSIGN_OR_RETURN(activity_, NumberOf("measure.activity", log.activities, spec_.activity));
  }
  const Traces traces(cases.log, {.transitions = map_transitions_});
  std::optional<Variants> variants;  // asked for by conditions only
  const auto variants_of = [&]() -> const Variants& { return variants.emplace(traces); };
  ASSIGN_OR_RETURN(Measured part, MeasureCases({log, traces, variants_of}, map_transitions_, spec_,
                                               activity_, keep_on));
  if (sign > 0) notes_.Take(log);
  measured_.kind = part.kind;
  measured_.unit = part.unit;
  measured_.open_cases += sign * part.open_cases;
  measured_.without_target += sign * part.without_target;
  measured_.open_late += sign * part.open_late;
  if (part.told_count.has_value())
    measured_.told_count = measured_.told_count.value_or(0) + sign * *part.told_count;
  if (sign > 0) {
    for (MeasuredValue& value : part.values) value.case_number = cases.numbers[value.case_number];
    added_.insert(added_.end(), part.values.begin(), part.values.end());
    measured_.open_ages.insert(measured_.open_ages.end(), part.open_ages.begin(),
                               part.open_ages.end());
    return absl::OkStatus();
  }
  measured_.open_ages.clear();  // open cases go together
  for (const uint32_t number : cases.numbers) gone_[number] = added_.size();
  out_ += part.values.size();
  // So that they cost no more than they did when they came, and take no room for ever.
  if (out_ > (added_.size() + gone_.size()) / 2) Compact();
  return absl::OkStatus();
}

void LiveMeasured::Compact() {
  size_t kept = 0;
  for (size_t i = 0; i < added_.size(); ++i) {
    const auto gone = gone_.find(added_[i].case_number);
    if (gone == gone_.end() || i >= gone->second) added_[kept++] = added_[i];
  }
  added_.erase(added_.begin() + static_cast<ptrdiff_t>(kept), added_.end());
  for (auto& [number, place] : gone_) place = 0;
  out_ = 0;
}

// But for those of one time, which go by the names of their cases: the first answer has little left
// to sort.
void LiveMeasured::Settle() {
  Compact();
  std::stable_sort(added_.begin(), added_.end(),
                   [](const MeasuredValue& a, const MeasuredValue& b) { return a.time < b.time; });
  added_.shrink_to_fit();
}

int64_t LiveMeasured::memory_bytes() const {
  return static_cast<int64_t>(
      sizeof(*this) + (measured_.values.capacity() + added_.capacity()) * sizeof(MeasuredValue) +
      gone_.capacity() * 17 + measured_.open_ages.capacity() * sizeof(double) +
      notes_.memory_bytes());
}

// Values in their order, and the groups and points that they make.
int64_t LiveMeasured::answer_bytes() const {
  constexpr int64_t kOfAValue = 160;
  return kOfAValue * static_cast<int64_t>(measured_.values.size() + added_.size());
}

void LiveMeasured::Fold(const LiveWhole& whole) {
  // Values of one case came together, in the order in which they were read, and stay so.
  const auto before = [&](const MeasuredValue& a, const MeasuredValue& b) {
    if (a.time != b.time) return a.time < b.time;
    return a.case_number != b.case_number &&
           whole.case_name(a.case_number) < whole.case_name(b.case_number);
  };
  Compact();
  std::stable_sort(added_.begin(), added_.end(), before);
  std::vector<bool> gone;
  for (const auto& [number, place] : gone_) {
    if (number >= gone.size()) gone.resize(number + 1);
    gone[number] = true;
  }
  const auto is_gone = [&](const MeasuredValue& value) {
    return value.case_number < gone.size() && gone[value.case_number];
  };
  std::vector<MeasuredValue> merged;
  merged.reserve(measured_.values.size() + added_.size());
  auto next = added_.begin();
  for (const MeasuredValue& value : measured_.values) {
    if (is_gone(value)) continue;
    while (next != added_.end() && before(*next, value)) merged.push_back(*next++);
    merged.push_back(value);
  }
  merged.insert(merged.end(), next, added_.end());
  measured_.values = std::move(merged);
  added_.clear();
  gone_.clear();
}

const Measured& LiveMeasured::Answer(const LiveWhole& whole) {
  Fold(whole);
  measured_.first_time = whole.first_time;
  measured_.last_time = whole.last_time;
  if (spec_.kind == MeasureKind::kCasesWithCondition) measured_.notes = notes_.Notes(whole.names);
  return measured_;
}

}  // namespace plumbline::analytics
