// SPDX-License-Identifier: Apache-2.0
//
// For tests of substitutes, on both engines.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_STAND_IN_TESTING_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_STAND_IN_TESTING_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/onboarding/escalation/testing.h"

namespace plumbline::onboarding::escalation::testing {

// hr is away on Tuesday and Wednesday, and bob stands in.
inline v1::Person AwayHr(const std::string& substitute = "bob@example.com") {
  v1::Person person;
  v1::Absence& absence = *person.add_absences();
  absence.set_from_date("2031-03-04");
  absence.set_until_date("2031-03-05");
  absence.set_substitute(substitute);
  absence.set_reason("holiday");
  return person;
}

inline constexpr char kHr[] = "hr@example.com";
inline constexpr char kBob[] = "bob@example.com";

class StandInTest : public EscalationTest {
 protected:
  void SetUp() override {
    EscalationTest::SetUp();
    Put(kBob, {});
    Put(kHr, AwayHr());
  }
  void Assign(const std::string& task, const std::string& who) {
    v1::AssignTaskRequest request;
    request.set_name(absl::StrCat(kAda, "/tasks/", task));
    request.set_assignee(who);
    request.set_reason("because");
    const auto assigned = service_->Call<v1::AssignTaskResponse>("AssignTask", request);
    ASSERT_TRUE(assigned.ok()) << assigned.status();
  }
  void Begin(const std::string& task) {
    v1::StartTaskRequest request;
    request.set_name(absl::StrCat(kAda, "/tasks/", task));
    ASSERT_TRUE(service_->Call<v1::StartTaskResponse>("StartTask", request).ok());
  }
  // The last that changed who has a task.
  v1::HistoryEntry Last() {
    v1::ListHistoryRequest request;
    request.set_parent(kAda);
    const auto history = service_->Call<v1::ListHistoryResponse>("ListHistory", request);
    EXPECT_TRUE(history.ok()) << history.status();
    v1::HistoryEntry last;
    if (!history.ok()) return last;
    for (const v1::HistoryEntry& entry : history->entries())
      if (entry.kind() != v1::HistoryEntry::KIND_ESCALATED) last = entry;
    return last;
  }
  std::string Handed() {
    const std::string round = Round();
    return round.substr(round.find(", ") + 2);
  }
  // Midnight of Tuesday.
  void Leave() { service_->clock().Advance(absl::Hours(15)); }
  // Midnight of Thursday.
  void Return() { service_->clock().Advance(absl::Hours(48)); }
};

}  // namespace plumbline::onboarding::escalation::testing

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_STAND_IN_TESTING_H_
