// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/mining/traces.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace plumbline::analytics {
namespace {

// Of each number in the transition column (0 = none), whether its events count.
std::vector<char> ChosenTransitions(const LogSnapshot& log,
                                    const std::vector<std::string>& transitions) {
  std::vector<char> chosen(log.transitions.size() + 1, transitions.empty());
  for (size_t i = 0; i < log.transitions.size(); ++i) {
    for (const std::string& transition : transitions) {
      if (absl::EqualsIgnoreCase(log.transitions[i], transition)) chosen[i + 1] = true;
    }
  }
  return chosen;
}

}  // namespace

Traces::Traces(std::shared_ptr<const LogSnapshot> log, const TraceOptions& options)
    : log_(std::move(log)),
      case_begin_(log_->case_begin),
      activity_(&log_->activity),
      time_(log_->time),
      start_(log_->start),
      milestones_(*log_, options.transitions),
      use_start_times_(options.use_start_times) {
  const std::vector<char> chosen = ChosenTransitions(*log_, options.transitions);
  const bool all = std::all_of(chosen.begin(), chosen.end(), [](char c) { return c != 0; });
  const bool reorder = !options.use_start_times && !log_->start.empty();
  if (all && !reorder) {
    case_count_ = static_cast<int64_t>(log_->case_count());
    return;
  }
  std::vector<uint32_t> rows, case_begin = {0};
  for (size_t c = 0; c < log_->case_count(); ++c) {
    for (uint32_t row = log_->case_begin[c]; row < log_->case_begin[c + 1]; ++row) {
      if (chosen[log_->transition.empty() ? 0 : log_->transition[row]]) rows.push_back(row);
    }
    const auto first = rows.begin() + case_begin.back();
    if (reorder) {
      std::sort(first, rows.end(), [this](uint32_t a, uint32_t b) {
        return std::pair(log_->time[a], log_->arrival[a]) <
               std::pair(log_->time[b], log_->arrival[b]);
      });
    }
    if (first != rows.end()) ++case_count_;
    case_begin.push_back(static_cast<uint32_t>(rows.size()));
  }
  Take(rows, std::move(case_begin), options.use_start_times && !log_->start.empty());
}

void Traces::Take(const std::vector<uint32_t>& rows, std::vector<uint32_t> case_begin,
                  bool use_starts) {
  auto owned = std::make_unique<Owned>();
  owned->case_begin = std::move(case_begin);
  owned->activity = NarrowColumn(rows.size(), static_cast<uint32_t>(log_->activities.size()));
  owned->activity.Fill([&](auto to) {
    using T = typename decltype(to)::value_type;
    for (size_t i = 0; i < rows.size(); ++i) to[i] = static_cast<T>(log_->activity[rows[i]]);
  });
  owned->time.reserve(rows.size());
  for (const uint32_t row : rows) owned->time.push_back(log_->time[row]);
  if (use_starts) {
    owned->start.reserve(rows.size());
    for (const uint32_t row : rows) owned->start.push_back(log_->start[row]);
  }
  case_begin_ = owned->case_begin;
  activity_ = &owned->activity;
  time_ = owned->time;
  start_ = owned->start;
  owned_ = std::move(owned);
}

int64_t FirstNamed(const Traces& traces, size_t case_number, uint32_t activity, int64_t earliest) {
  int64_t first = kNoTime;
  VisitNamed(
      traces, case_number, [&](uint32_t of) { return of == activity; },
      [&](int64_t time) {
        if (time >= earliest && (first == kNoTime || time < first)) first = time;
      });
  return first;
}

bool AnyNamed(const Traces& traces, uint32_t activity) {
  const bool counts = traces.activity().Visit([&](auto column) {
    return std::find(column.begin(), column.end(), activity) != column.end();
  });
  for (size_t c = 0; !counts && c < traces.log().case_count(); ++c) {
    for (const auto& reached : traces.milestones().Of(c)) {
      if (reached.activity == activity) return true;
    }
  }
  return counts;
}

std::string WhyNoneNamed(const Traces& traces, uint32_t activity) {
  const LogSnapshot& log = traces.log();
  std::vector<int64_t> events(log.transitions.size() + 1);
  for (size_t row = 0; row < log.size(); ++row) {
    if (log.activity[row] == activity) ++events[log.transition.empty() ? 0 : log.transition[row]];
  }
  std::string of;
  for (size_t i = 0; i < events.size(); ++i) {
    if (events[i] == 0) continue;
    absl::StrAppend(&of, of.empty() ? "" : ", ", events[i], " ",
                    i == 0 ? "without a transition" : log.transitions[i - 1]);
  }
  if (of.empty()) return of;
  return absl::StrCat("no event of '", log.activities[activity], "' counts (", of,
                      "): a case has come to an activity with an event whose transition is in the "
                      "map_transitions of the log, or with a milestone");
}

std::vector<int64_t> CaseDurations(const Traces& traces) {
  std::vector<int64_t> durations;
  const size_t cases = traces.log().case_count();
  durations.reserve(cases);
  for (size_t c = 0; c < cases; ++c) durations.push_back(CaseDuration(traces, c));
  return durations;
}

int64_t CaseDuration(const Traces& traces, size_t case_number) {
  const LogSnapshot& log = traces.log();
  const uint32_t begin = log.case_begin[case_number], end = log.case_begin[case_number + 1];
  // Without starts the canonical order is that of times.
  if (log.start.empty()) return log.time[end - 1] - log.time[begin];
  const auto [first, last] = std::minmax_element(log.time.begin() + begin, log.time.begin() + end);
  if (!traces.use_start_times()) return *last - *first;
  // In the canonical order the first row is the one that began first.
  return *last - (log.start[begin] != kNoTime ? log.start[begin] : log.time[begin]);
}

}  // namespace plumbline::analytics
