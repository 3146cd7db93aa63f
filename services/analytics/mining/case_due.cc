// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/mining/case_due.h"

#include <string>
#include <variant>

#include "services/analytics/mining/case_events.h"

namespace plumbline::analytics {
namespace {

const int64_t* TimeOf(const EventAttribute& attribute) {
  const auto* instant = std::get_if<Instant>(&attribute.value);
  return instant == nullptr ? nullptr : &instant->micros;
}

}  // namespace

CaseDue::CaseDue(const LogSnapshot& log)
    : log_(log),
      due_(log.FindAttributeKey("due_time")),
      case_due_(log.FindAttributeKey("case:due_time")) {
  const auto add = [this](absl::string_view transition) {
    const Role role = RoleOfTransition(transition, {});
    about_.push_back(role == Role::kSchedule ? About::kSchedule
                     : role == Role::kIgnore ? About::kCase
                                             : About::kStep);
  };
  add("");
  for (const std::string& transition : log.transitions) add(transition);
}

bool CaseDue::OfSteps(std::span<const EventAttribute> of_case, uint32_t first_row) const {
  if (due_ == kNoText) return false;
  for (const EventAttribute& attribute : of_case) {
    if (attribute.key != due_ || attribute.row == first_row || TimeOf(attribute) == nullptr)
      continue;
    if (AboutOf(attribute.row) == About::kStep) return true;
  }
  return false;
}

bool CaseDue::IsOfStep(std::span<const EventAttribute> of_case, uint32_t first_row,
                       uint32_t row) const {
  if (AboutOf(row) == About::kCase) return false;
  return AboutOf(row) == About::kSchedule || row != first_row || OfSteps(of_case, first_row);
}

int64_t CaseDue::DueOf(std::span<const EventAttribute> of_case, uint32_t first_row) const {
  int64_t due = kNoTime, own = kNoTime;
  for (const EventAttribute& attribute : of_case) {
    const int64_t* time = TimeOf(attribute);
    if (time == nullptr) continue;
    if (attribute.key == case_due_) own = *time;
    if (attribute.key == due_ && attribute.row == first_row) due = *time;
  }
  if (own != kNoTime) return own;
  return IsOfStep(of_case, first_row, first_row) ? kNoTime : due;
}

std::vector<int64_t> DuesOfCases(const LogSnapshot& log) {
  std::vector<int64_t> dues(log.case_count(), kNoTime);
  const CaseDue due(log);
  size_t next = 0;
  for (size_t c = 0; due.any() && c < dues.size(); ++c)
    dues[c] = due.DueOf(TakeAttributes(log, log.case_begin[c + 1], &next), log.case_begin[c]);
  return dues;
}

}  // namespace plumbline::analytics
