// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cohorts/observe.h"

#include <algorithm>

#include "common/base/status_macros.h"
#include "common/statistics/ascending.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_times.h"

namespace plumbline::analytics::cohorts {
namespace {

constexpr size_t kCasesAtOnce = 1 << 12;

class Observer {
 public:
  Observer(const Traces& traces, const Question& question)
      : traces_(traces),
        log_(traces.log()),
        question_(question),
        ends_(log_),
        seen_until_(log_.empty() ? 0 : log_.LastTime()) {}

  void Add(size_t c, Group* group) const {
    const int64_t begin = question_.from.has_value()
                              ? FirstNamed(traces_, c, *question_.from, INT64_MIN)
                              : CaseStart(log_, c);
    if (begin == kNoTime) {
      ++group->without_from;
      return;
    }
    const bool ended = ends_.HasEnded(c);
    // An open case was observed for as long as the log goes.
    const int64_t until = std::max(begin, ended ? CaseEnd(log_, c) : seen_until_);
    const int64_t reached = question_.until.has_value()
                                ? FirstNamed(traces_, c, *question_.until, begin)
                                : (ended ? until : kNoTime);
    const bool happened = reached != kNoTime;
    group->ended_without += !happened && ended;
    const int64_t end = happened ? reached : until;
    const int64_t micros = question_.between ? question_.between(begin, end) : end - begin;
    group->observed.push_back(MakeObserved(std::max<int64_t>(0, micros), happened));
  }

 private:
  const Traces& traces_;
  const LogSnapshot& log_;
  const Question& question_;
  const CaseEnds ends_;
  const int64_t seen_until_;
};

}  // namespace

absl::StatusOr<statistics::EventTable> TableOf(std::vector<Observed>* observed,
                                               absl::FunctionRef<absl::Status()> keep_on) {
  RETURN_IF_ERROR(statistics::SortAscending(observed, keep_on));
  statistics::EventTable table;
  table.Reserve(observed->size());
  for (const Observed one : *observed)
    table.Add(static_cast<double>(one >> 1) / 1e6, (one & 1) == 0);
  return table;
}

absl::StatusOr<std::vector<Group>> Observe(const Traces& traces, const Question& question,
                                           absl::FunctionRef<absl::Status()> keep_on) {
  const LogSnapshot& log = traces.log();
  ASSIGN_OR_RETURN(const CaseGroups grouped, GroupCases(log, question.grouping, keep_on));
  const Observer observer(traces, question);
  std::vector<Group> groups(grouped.titles.size());
  for (size_t g = 0; g < groups.size(); ++g) {
    groups[g].title = grouped.titles[g];
    groups[g].order = grouped.order[g];
  }
  for (size_t c = 0; c < log.case_count(); ++c) {
    if (c % kCasesAtOnce == 0) RETURN_IF_ERROR(keep_on());
    observer.Add(c, &groups[grouped.of_case[c]]);
  }
  return groups;
}

}  // namespace plumbline::analytics::cohorts
