// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/live/live_flow.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/analytics/flow/case_time.h"

namespace plumbline::analytics {
namespace {

static_assert(sizeof(double) == sizeof(int64_t));

// Holds every time.
constexpr Horizon kAll{std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max(),
                       true};

}  // namespace

LiveFlow::LiveFlow(FlowOptions options, std::vector<std::string> stages,
                   std::vector<std::string> map_transitions)
    : options_(std::move(options)),
      stages_(std::move(stages)),
      map_transitions_(std::move(map_transitions)),
      first_done_(stages_.size()) {
  options_.stages.assign(stages_.size(), kNoText);
}

std::vector<LiveTimes*> LiveFlow::AllTimes() {
  std::vector<LiveTimes*> all = {&begins_, &ends_,    &lead_,    &touch_,
                                 &wait_,   &blocked_, &planned_, &efficiencies_};
  for (Step& step : steps_) all.insert(all.end(), {&step.waiting, &step.blocked});
  for (LiveTimes& stage : first_done_) all.push_back(&stage);
  return all;
}

absl::Status LiveFlow::Change(const LiveCases& cases, int sign, KeepOn keep_on) {
  const LogSnapshot& log = *cases.log;
  for (size_t i = 0; i < stages_.size(); ++i) {
    if (options_.stages[i] != kNoText) continue;
    ASSIGN_OR_RETURN(options_.stages[i],
                     NumberOf(absl::StrCat("stages[", i, "]"), log.activities, stages_[i]));
  }
  const std::vector<CaseSpan> spans = SpansOf(log);
  ASSIGN_OR_RETURN(const FlowLists lists,
                   ReadFlow(log, spans, kAll, map_transitions_, options_, keep_on));
  for (size_t c = 0; c < spans.size(); ++c) {
    begins_.Change(spans[c].begin, sign);
    if (spans[c].ended) {
      ends_.Change(spans[c].end, sign);
    } else if (sign > 0) {
      open_.push_back({cases.numbers[c], spans[c].begin});
    }
  }
  if (sign < 0) open_.clear();  // they go together
  lead_.Change(lists.lead, sign);
  touch_.Change(lists.touch, sign);
  wait_.Change(lists.wait, sign);
  blocked_.Change(lists.blocked, sign);
  planned_.Change(lists.planned, sign);
  for (const double share : lists.efficiencies)
    efficiencies_.Change(std::bit_cast<int64_t>(share), sign);
  known_lead_ += sign * lists.known_lead;
  unknown_.Add(lists.unknown, sign);
  without_starts_ += sign * lists.without_starts;
  ChangeSteps(lists.steps, sign);
  for (size_t i = 0; i < first_done_.size(); ++i) first_done_[i].Change(lists.first_done[i], sign);
  return absl::OkStatus();
}

void LiveFlow::ChangeSteps(const std::vector<StepLists>& lists, int sign) {
  while (steps_.size() < lists.size()) {
    Step& step = steps_.emplace_back();
    if (filling_) continue;
    step.waiting.Settle();
    step.blocked.Settle();
  }
  for (size_t i = 0; i < lists.size(); ++i) {
    Step& step = steps_[i];
    const StepLists& other = lists[i];
    step.waiting.Change(other.waiting, sign);
    step.blocked.Change(other.blocked, sign);
    step.counts.count += sign * other.known.count;
    step.counts.case_count += sign * other.known.case_count;
    step.counts.open_count += sign * other.known.open_count;
    step.open_micros += sign * other.open_micros;
  }
}

void LiveFlow::Settle() {
  filling_ = false;
  for (LiveTimes* times : AllTimes()) times->Settle();
}

bool LiveFlow::CanAnswer() const {
  return std::all_of(first_done_.begin(), first_done_.end(),
                     [](const LiveTimes& times) { return times.size() > 0; });
}

int64_t LiveFlow::memory_bytes() const {
  size_t bytes = sizeof(*this);
  for (LiveTimes* times : const_cast<LiveFlow*>(this)->AllTimes()) bytes += times->memory_bytes();
  return static_cast<int64_t>(bytes + steps_.size() * sizeof(Step) + open_.capacity() * 16);
}

// Arrivals, departures and lead times, as they are merged and sorted; ages.
int64_t LiveFlow::answer_bytes() const { return 80 * begins_.size(); }

LeadTimes LiveFlow::Times() {
  LeadTimes times{.lead = lead_.Describe(),
                  .touch = touch_.Describe(),
                  .wait = wait_.Describe(),
                  .blocked = blocked_.Describe(),
                  .planned = planned_.Describe()};
  times.without_starts = without_starts_;
  if (known_lead_ > 0)
    times.efficiency = times.touch.total / (static_cast<double>(known_lead_) / 1e6);
  if (efficiencies_.size() > 0) {
    const TimeUnion all = efficiencies_.All();
    const int64_t last = all.size() - 1;
    // Their median (statistics::Quantile), of which only the two in the middle are needed.
    const double low = std::bit_cast<double>(all.At(last / 2));
    const double high = std::bit_cast<double>(all.At((last + 1) / 2));
    times.median_efficiency = low + (last % 2 == 0 ? 0 : 0.5) * (high - low);
  }
  return times;
}

std::vector<StepDelay> LiveFlow::Delays(const LiveWhole& whole) {
  std::vector<StepDelay> delays;
  for (uint32_t i = 0; i < steps_.size(); ++i) {
    Step& step = steps_[i];
    if (step.counts.count == 0 && step.counts.open_count == 0) continue;
    delays.push_back(DelayOf(whole.rank[i], step.counts, step.waiting.Describe(),
                             step.blocked.Describe(), step.open_micros));
  }
  std::sort(delays.begin(), delays.end(),
            [](const StepDelay& a, const StepDelay& b) { return a.activity < b.activity; });
  RankDelays(&delays);
  return delays;
}

void LiveFlow::SetOpen(const LiveWhole& whole, FlowParts* parts,
                       std::vector<std::string>* oldest_ids) {
  struct Aged {
    int64_t age = 0;
    uint32_t number = 0;
  };
  std::vector<Aged> aged;
  for (const Open& open : open_)
    aged.push_back({Measure(options_.between, open.begin, parts->horizon.end), open.number});
  std::sort(aged.begin(), aged.end(), [&](const Aged& a, const Aged& b) {
    return a.age != b.age ? a.age > b.age : whole.case_name(a.number) < whole.case_name(b.number);
  });
  for (uint32_t i = 0; i < aged.size(); ++i) {
    parts->open_cases.push_back(i);
    parts->open_ages.push_back(aged[i].age);
    if (i < options_.oldest) oldest_ids->emplace_back(whole.case_name(aged[i].number));
  }
}

absl::StatusOr<Flow> LiveFlow::Answer(const LiveWhole& whole, std::vector<std::string>* oldest_ids,
                                      KeepOn keep_on) {
  FlowOptions options = options_;
  for (uint32_t& stage : options.stages) stage = whole.rank[stage];
  FlowParts parts;
  parts.comings.arrivals = begins_.All().Values();
  parts.comings.departures = ends_.All().Values();
  parts.case_count = begins_.size();
  RETURN_IF_ERROR(keep_on());
  const std::vector<int64_t>& ends = parts.comings.departures;
  parts.horizon.begin = parts.comings.arrivals.front();
  parts.horizon.end = ends.empty() || !open_.empty() ? whole.last_time : ends.back();
  parts.leads = lead_.All().Values();
  parts.times = Times();
  parts.steps = Delays(whole);
  parts.unknown = unknown_;
  SetOpen(whole, &parts, oldest_ids);
  return PutTogether(
      std::move(parts), options,
      [this](size_t stage, int64_t time) { return first_done_[stage].All().CountUpTo(time); },
      keep_on);
}

}  // namespace plumbline::analytics
