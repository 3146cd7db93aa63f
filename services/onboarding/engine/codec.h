// SPDX-License-Identifier: Apache-2.0
//
// Values of the domain as messages: those of the API, and those that are stored. Pure functions.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_CODEC_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_CODEC_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/calendar/calendar.h"
#include "google/protobuf/timestamp.pb.h"
#include "plumbline/onboarding/v1/onboarding.pb.h"
#include "services/onboarding/engine/first_times.h"
#include "services/onboarding/engine/outlook.h"
#include "services/onboarding/engine/run.h"
#include "services/onboarding/engine/schedule.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {

google::protobuf::Timestamp ToTimestamp(absl::Time time);
absl::Time FromTimestamp(const google::protobuf::Timestamp& timestamp);

// The entry as it is stored, without its name, and back.
v1::HistoryEntry ToProto(const HistoryEntry& entry);
HistoryEntry FromProto(const v1::HistoryEntry& proto);

// With names. The entry with all changes, also those that its other fields imply
// (codec_changes.h).
v1::HistoryEntry ToProto(const HistoryEntry& entry, absl::string_view workspace,
                         absl::string_view onboarding);
v1::Impediment ToProto(const Impediment& impediment, const Spec& spec);
v1::Waiver ToProto(const Waiver& waiver);
Waiver WaiverFromProto(const v1::Waiver& proto);
// With what a later release wrote, for the row.
v1::Waiver ToStored(const Waiver& waiver);
v1::ReachedMilestone ToProto(const ReachedMilestone& reached);
// Of an entry of the kind kTaskCommented.
v1::Comment ToComment(const HistoryEntry& entry);

// The on-boarding as people see it. O(nodes).
v1::Onboarding ToProto(const Run& run);

// Makes the tasks of one run, which must stay as it is meanwhile. Used by one thread.
class TaskMessages {
 public:
  // `now` ends the spans of impediments that are open.
  TaskMessages(const Run& run, absl::Time now) : TaskMessages(run, CourseOf(run), now) {}
  // Of a run that has its tasks elsewhere.
  TaskMessages(const Run& run, Course course, absl::Time now);
  // The first task whose turn is to come costs a live plan, and the first of all a schedule:
  // O(nodes
  // + tasks). Of the run it reads its tasks only for those that are to come.
  v1::Task Make(const TaskView& view) const;
  // The same with its instructions and the words of its checklist.
  v1::Task MakeWhole(const TaskView& view) const;

 private:
  const FirstTimes& first_times() const;
  void AddPlanned(const TaskView& view, v1::Task* task) const;
  void AddExpected(const TaskView& view, v1::Task* task) const;
  std::optional<LiveSpan> SpanOf(const TaskView& view) const;

  const Run& run_;
  const Course course_;
  const absl::Time now_;
  std::optional<calendar::Calendar> calendar_;
  mutable std::optional<FirstTimes> first_times_;  // absent until it is asked for
  mutable std::optional<LivePlan> live_;
};

// Who is on-boarded, and the labels of the on-boarding.
struct Subject {
  std::string person;
  std::map<std::string, std::string> labels;
};
// Of the bytes of a run, without its plan. INTERNAL if they are none.
absl::StatusOr<Subject> ParseSubject(absl::string_view bytes);

// The calendar of an id, of which there is one.
using CalendarLookup = absl::FunctionRef<absl::StatusOr<CalendarPointer>(const std::string& id)>;

// The bytes of a run without its plan and its calendar, the same for the same run, and back.
// INTERNAL if they do not fit the plan.
std::string Serialize(const Run& run);
absl::StatusOr<Run> Parse(absl::string_view workspace, absl::string_view onboarding,
                          PlanPointer plan, absl::string_view bytes, CalendarLookup calendars);
// The same of a run without a calendar of its own; INTERNAL if it has one.
absl::StatusOr<Run> Parse(absl::string_view workspace, absl::string_view onboarding,
                          PlanPointer plan, absl::string_view bytes);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_CODEC_H_
