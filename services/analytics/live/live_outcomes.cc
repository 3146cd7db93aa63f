// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/live/live_outcomes.h"

#include <optional>

#include "absl/strings/ascii.h"
#include "common/base/status_macros.h"
#include "services/analytics/mining/traces.h"
#include "services/analytics/mining/variants.h"

namespace plumbline::analytics {
namespace {

void Add(const objectives::Found& more, int sign, objectives::Found* found) {
  found->counted += sign * more.counted;
  found->uncounted += sign * more.uncounted;
}

}  // namespace

absl::Status LiveOutcomes::Change(const LiveCases& cases, int sign, KeepOn keep_on) {
  const Traces traces(cases.log, {.transitions = map_transitions_});
  std::optional<Variants> variants;  // asked for by conditions only
  const auto variants_of = [&]() -> const Variants& { return variants.emplace(traces); };
  ASSIGN_OR_RETURN(const objectives::RawOutcomes read,
                   objectives::ReadRawOutcomes({*cases.log, traces, variants_of}, map_transitions_,
                                               measure_, keep_on));
  if (sign > 0) notes_.Take(*cases.log);
  for (const objectives::Outcome& outcome : read.raw.outcomes)
    (outcome.bad > 0 ? bad_ : good_).Change(outcome.time, sign);
  for (const int64_t time : read.raw.begins) begins_.Change(time, sign);
  for (const int64_t time : read.raw.bad_is_over) is_over_.Change(time, sign);
  for (const auto& over : read.raw.over) over_.Change(over, sign);
  for (const auto& failed : read.raw.failed) failed_.Change(failed, sign);
  left_out_ += sign * read.left_out;
  if (read.told_count.has_value()) told_count_ = told_count_.value_or(0) + sign * *read.told_count;
  Add(read.activity, sign, &activity_);
  Add(read.from_activity, sign, &from_activity_);
  return absl::OkStatus();
}

void LiveOutcomes::Settle() {
  for (SortedBag<int64_t>* bag : {&good_, &bad_, &begins_, &is_over_}) bag->Values();
  over_.Values();
  failed_.Values();
}

int64_t LiveOutcomes::memory_bytes() const {
  return static_cast<int64_t>(sizeof(*this) + good_.memory_bytes() + bad_.memory_bytes() +
                              begins_.memory_bytes() + is_over_.memory_bytes() +
                              over_.memory_bytes() + failed_.memory_bytes() +
                              notes_.memory_bytes());
}

objectives::Outcomes LiveOutcomes::Answer(const LiveWhole& whole) {
  objectives::Raw raw;
  const std::vector<int64_t>&good = good_.Values(), &bad = bad_.Values();
  raw.outcomes.reserve(good.size() + bad.size());
  // In the order of time, so that the series need not sort them.
  size_t next = 0;
  for (const int64_t time : good) {
    for (; next < bad.size() && bad[next] < time; ++next) raw.outcomes.push_back({bad[next], 1, 1});
    raw.outcomes.push_back({time, 1, 0});
  }
  for (; next < bad.size(); ++next) raw.outcomes.push_back({bad[next], 1, 1});
  raw.begins = begins_.Values();
  raw.bad_is_over = is_over_.Values();
  raw.over = over_.Values();
  raw.failed = failed_.Values();
  raw.since = whole.first_time;
  objectives::Outcomes outcomes;
  outcomes.left_out = left_out_;
  outcomes.notes = objectives::NotesOf(whole.names.activities, whole.marks_ends, measure_,
                                       activity_, from_activity_);
  if (measure_.kind == objectives::MeasureKind::kCondition) {
    for (std::string& note : notes_.Notes(whole.names)) {
      note[0] = absl::ascii_toupper(static_cast<unsigned char>(note[0]));
      outcomes.notes.push_back(std::move(note));
    }
  }
  objectives::DropUntold(measure_, told_count_, &raw, &outcomes.notes);
  outcomes.series = objectives::Series(std::move(raw));
  return outcomes;
}

}  // namespace plumbline::analytics
