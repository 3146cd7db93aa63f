// SPDX-License-Identifier: Apache-2.0
//
// The events of a log as the pairing of occurrences.h takes them: with the role of their
// transition, their attributes, and the event before. Not for use outside this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MINING_CASE_EVENTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MINING_CASE_EVENTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "services/analytics/log/event_log.h"
#include "services/analytics/mining/case_due.h"

namespace plumbline::analytics {

// What a life-cycle transition does to an occurrence; see occurrences.h.
enum class Role { kSchedule, kStart, kSuspend, kResume, kComplete, kAbandon, kIgnore };

// `transition` in small letters, "" where there is none; others than those that are listed there
// are done if `map_transitions` is empty or has them.
Role RoleOfTransition(absl::string_view transition,
                      const std::vector<std::string>& map_transitions);

// What one event says. The texts live as long as the log.
struct EventView {
  uint32_t case_number = 0;
  uint32_t row = 0;
  uint32_t activity = 0;
  Role role = Role::kIgnore;
  int64_t time = kNoTime, start = kNoTime;
  // The event before it; kNoText and kNoTime for the first of a case.
  uint32_t previous_activity = kNoText;
  int64_t previous_time = kNoTime;
  // Attributes.
  int64_t due = kNoTime, earliest = kNoTime;
  absl::string_view task, impediment, category, utility;
};

// Walks over the cases of a log, which must outlive it. Used once, by one thread.
class CaseEvents {
 public:
  CaseEvents(const LogSnapshot& log, const std::vector<std::string>& map_transitions);
  // Gives the events of a case in the order that occurrences.h states. Cases must ascend. O(rows of
  // the case); O(rows log rows) in cases that are not taken in the canonical order.
  void Visit(uint32_t case_number, absl::FunctionRef<void(const EventView&)> take);

 private:
  Role RoleOf(uint32_t row) const {
    return roles_[log_.transition.empty() ? 0 : log_.transition[row]];
  }
  bool TakenByTime(uint32_t case_number) const;
  EventView Read(uint32_t case_number, uint32_t row);  // rows must ascend
  // Whether the "due_time" of the first event of a case is the case's. After those before it.
  bool FirstIsOfCase(uint32_t case_number) const;
  void ReadAttributes(EventView& event);

  const LogSnapshot& log_;
  const std::vector<Role> roles_;  // by the numbers of the transition column
  const uint32_t task_, impediment_, category_, utility_, due_, earliest_;
  const CaseDue due_of_;
  size_t next_attribute_ = 0;
  uint32_t case_due_row_ = kNoText;  // the row whose "due_time" is the case's
  std::vector<EventView> sorted_;    // of one case
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MINING_CASE_EVENTS_H_
