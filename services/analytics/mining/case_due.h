// SPDX-License-Identifier: Apache-2.0
//
// Whose a "due_time" is: of the case, or of the step that its event is about.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MINING_CASE_DUE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MINING_CASE_DUE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "services/analytics/log/event_log.h"

namespace plumbline::analytics {

// - "case:due_time" is the case's, on whatever event.
// - "due_time" of a "schedule" is its step's.
// - "due_time" of another event about a step (one that begins or ends it) is its step's too; only
//   that of the first event of a case is the case's, as long as no other such event of the case has
//   one: then each step has its own.
// - "due_time" of an event about no step ("assign" of a case) is the case's, if it is the first.
// Docs: docs/event-logs.md. Immutable; `log` must outlive it.
class CaseDue {
 public:
  explicit CaseDue(const LogSnapshot& log);

  // Whether any event can have one.
  bool any() const { return due_ != kNoText || case_due_ != kNoText; }
  // Whether each step of a case says its own, by the attributes of the case, ascending by row, the
  // first row of which is `first_row`. O(attributes).
  bool OfSteps(std::span<const EventAttribute> of_case, uint32_t first_row) const;
  // Whether a time of the event in `row` is its step's, likewise.
  bool IsOfStep(std::span<const EventAttribute> of_case, uint32_t first_row, uint32_t row) const;
  // When the case is due, likewise; kNoTime where nothing says so.
  int64_t DueOf(std::span<const EventAttribute> of_case, uint32_t first_row) const;

 private:
  enum class About : uint8_t { kCase, kSchedule, kStep };
  About AboutOf(uint32_t row) const {
    return about_[log_.transition.empty() ? 0 : log_.transition[row]];
  }

  const LogSnapshot& log_;
  const uint32_t due_, case_due_;
  std::vector<About> about_;  // by the numbers of the transition column
};

// The attributes of rows before `end`, of a list that ascends by row, from number `*next` on, which
// moves behind them.
inline std::span<const EventAttribute> TakeAttributes(const LogSnapshot& log, uint32_t end,
                                                      size_t* next) {
  const size_t first = *next;
  while (*next < log.attributes.size() && log.attributes[*next].row < end) ++*next;
  return {log.attributes.data() + first, *next - first};
}

// By case. O(cases + attributes).
std::vector<int64_t> DuesOfCases(const LogSnapshot& log);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MINING_CASE_DUE_H_
