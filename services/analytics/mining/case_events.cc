// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/mining/case_events.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"

namespace plumbline::analytics {
namespace {

constexpr std::pair<absl::string_view, Role> kRoles[] = {
    {"schedule", Role::kSchedule}, {"start", Role::kStart},
    {"suspend", Role::kSuspend},   {"resume", Role::kResume},
    {"complete", Role::kComplete}, {"manualskip", Role::kAbandon},
    {"autoskip", Role::kAbandon},  {"withdraw", Role::kAbandon},
    {"ate_abort", Role::kAbandon}, {"assign", Role::kIgnore},
    {"reassign", Role::kIgnore},   {"pi_complete", Role::kIgnore},
    {"pi_abort", Role::kIgnore},   {"decide", Role::kIgnore},
    {"pi_suspend", Role::kIgnore}, {"pi_resume", Role::kIgnore},
    {"update", Role::kIgnore},     {"reschedule", Role::kIgnore},
    {"comment", Role::kIgnore},    {"submit", Role::kIgnore},
    {"verify", Role::kIgnore},     {"waive", Role::kIgnore},
    {"milestone", Role::kIgnore},  {"milestone_withdrawn", Role::kIgnore},
    {"call", Role::kIgnore},       {"answer", Role::kIgnore},
    {"escalate", Role::kIgnore},   {"acknowledge", Role::kIgnore},
    {"change", Role::kIgnore},
};

// 0 = no transition.
std::vector<Role> RolesOf(const LogSnapshot& log, const std::vector<std::string>& map_transitions) {
  std::vector<Role> roles = {RoleOfTransition("", map_transitions)};
  for (const std::string& transition : log.transitions) {
    roles.push_back(RoleOfTransition(transition, map_transitions));
  }
  return roles;
}

}  // namespace

Role RoleOfTransition(absl::string_view transition,
                      const std::vector<std::string>& map_transitions) {
  for (const auto& [name, role] : kRoles) {
    if (transition == name) return role;
  }
  if (map_transitions.empty()) return Role::kComplete;
  for (const std::string& chosen : map_transitions) {
    if (absl::EqualsIgnoreCase(transition, chosen)) return Role::kComplete;
  }
  return Role::kIgnore;
}

CaseEvents::CaseEvents(const LogSnapshot& log, const std::vector<std::string>& map_transitions)
    : log_(log),
      roles_(RolesOf(log, map_transitions)),
      task_(log.FindAttributeKey("task")),
      impediment_(log.FindAttributeKey("impediment")),
      category_(log.FindAttributeKey("category")),
      utility_(log.FindAttributeKey("utility")),
      due_(log.FindAttributeKey("due_time")),
      earliest_(log.FindAttributeKey("earliest_time")),
      due_of_(log) {}

void CaseEvents::Visit(uint32_t case_number, absl::FunctionRef<void(const EventView&)> take) {
  const uint32_t begin = log_.case_begin[case_number], end = log_.case_begin[case_number + 1];
  case_due_row_ = due_ != kNoText && FirstIsOfCase(case_number) ? begin : kNoText;
  EventView before;
  const auto take_next = [&](EventView& event) {
    event.previous_activity = before.time == kNoTime ? kNoText : before.activity;
    event.previous_time = before.time;
    take(event);
    before = event;
  };
  if (!TakenByTime(case_number)) {
    for (uint32_t row = begin; row < end; ++row) {
      EventView event = Read(case_number, row);
      take_next(event);
    }
    return;
  }
  sorted_.clear();
  for (uint32_t row = begin; row < end; ++row) sorted_.push_back(Read(case_number, row));
  std::sort(sorted_.begin(), sorted_.end(), [this](const EventView& a, const EventView& b) {
    return std::pair(a.time, log_.arrival[a.row]) < std::pair(b.time, log_.arrival[b.row]);
  });
  for (EventView& event : sorted_) take_next(event);
}

bool CaseEvents::FirstIsOfCase(uint32_t case_number) const {
  const uint32_t begin = log_.case_begin[case_number], end = log_.case_begin[case_number + 1];
  if (RoleOf(begin) == Role::kSchedule) return false;
  size_t next = next_attribute_;
  while (next < log_.attributes.size() && log_.attributes[next].row < begin) ++next;
  return !due_of_.OfSteps(TakeAttributes(log_, end, &next), begin);
}

bool CaseEvents::TakenByTime(uint32_t case_number) const {
  if (log_.start.empty()) return false;  // the canonical order is that of times already
  for (uint32_t row = log_.case_begin[case_number]; row < log_.case_begin[case_number + 1]; ++row) {
    const Role role = RoleOf(row);
    if (role != Role::kComplete && role != Role::kAbandon && role != Role::kIgnore) return true;
  }
  return false;
}

EventView CaseEvents::Read(uint32_t case_number, uint32_t row) {
  EventView event;
  event.case_number = case_number;
  event.row = row;
  event.activity = log_.activity[row];
  event.role = RoleOf(row);
  event.time = log_.time[row];
  if (!log_.start.empty()) event.start = log_.start[row];
  ReadAttributes(event);
  return event;
}

void CaseEvents::ReadAttributes(EventView& event) {
  const std::vector<EventAttribute>& all = log_.attributes;
  while (next_attribute_ < all.size() && all[next_attribute_].row < event.row) ++next_attribute_;
  for (; next_attribute_ < all.size() && all[next_attribute_].row == event.row; ++next_attribute_) {
    const EventAttribute& attribute = all[next_attribute_];
    if (const auto* text = std::get_if<std::string>(&attribute.value)) {
      if (attribute.key == task_) event.task = *text;
      if (attribute.key == impediment_) event.impediment = *text;
      if (attribute.key == category_) event.category = *text;
      if (attribute.key == utility_) event.utility = *text;
    } else if (const auto* instant = std::get_if<Instant>(&attribute.value)) {
      if (attribute.key == due_ && event.row != case_due_row_) event.due = instant->micros;
      if (attribute.key == earliest_) event.earliest = instant->micros;
    }
  }
}

}  // namespace plumbline::analytics
