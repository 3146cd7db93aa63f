// SPDX-License-Identifier: Apache-2.0
//
// ExportTaskCalendar: the open tasks of a person, and the milestones of their own on-boarding, as
// an iCalendar file.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/calendar/icalendar/due_dates.h"
#include "common/listing/request.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/milestones.h"
#include "services/onboarding/people/rules.h"
#include "services/onboarding/runs/convert.h"
#include "services/onboarding/runs/fields.h"
#include "services/onboarding/runs/rpc.h"

namespace plumbline::onboarding {
namespace {

using rpc::CallContext;

constexpr int kMostTasks = 1000;
constexpr size_t kMostAssignee = 200;
constexpr int kMostOnboardings = 20;  // of one person

// What calendars are told of an on-boarding; its whole run need not be kept.
struct About {
  std::string id;
  std::string who;  // for people
  absl::Time modified;
  int64_t sequence = 0;
};

About AboutOf(const Run& run) {
  const std::string& name = run.spec.display_name;
  return {run.spec.id, name.empty() ? run.spec.person : name, run.last_time, run.last_sequence};
}

// A task changes only with the history of its on-boarding, whose numbers never decrease: an entry
// may say that it is newer although nothing of it changed, never the other way.
calendar::DueDate DueDateOf(const v1::Task& task, const About& about,
                            const std::string& workspace) {
  const std::string id = task.name().substr(task.name().rfind('/') + 1);
  calendar::DueDate due;
  due.uid = absl::StrCat(id, "@", about.id, ".", workspace, ".plumbline");
  due.summary = absl::StrCat(task.title(), " (", about.who, ")");
  due.description = absl::StrCat("On-boarding ", about.id, ", task ", id);
  if (!task.open_impediments().empty()) due.description += ", blocked";
  due.due = FromTimestamp(task.due_time());
  due.begun = task.state() != v1::Task::STATE_READY;
  due.modified = about.modified;
  due.sequence = about.sequence;
  return due;
}

// A task cannot have an id with a slash.
calendar::DueDate DueDateOf(const MilestoneView& view, const About& about,
                            const std::string& workspace) {
  calendar::DueDate due;
  due.uid =
      absl::StrCat("milestones/", view.planned->id, "@", about.id, ".", workspace, ".plumbline");
  due.summary = absl::StrCat(view.planned->title, " (", about.who, ")");
  due.description = absl::StrCat("On-boarding ", about.id, ", milestone ", view.planned->id);
  due.due = *view.target_time;
  due.modified = about.modified;
  due.sequence = about.sequence;
  return due;
}

// Those of the on-boardings of `person` that are under way, as far as they were not reached.
absl::StatusOr<std::vector<calendar::DueDate>> MilestonesOf(const Dependencies& on,
                                                            const CallContext& context,
                                                            const std::string& workspace,
                                                            const std::string& person) {
  std::vector<calendar::DueDate> due_dates;
  if (!IsPersonId(person)) return due_dates;  // a role
  const absl::Time now = on.clock.Now();
  OnboardingQuery query{.workspace = workspace, .now = now};
  ASSIGN_OR_RETURN(
      query.list,
      listing::ToQuery({.method = "ExportTaskCalendar",
                        .parent = workspace,
                        .filter = absl::StrCat("person = \"", person,
                                               "\" AND (state = ACTIVE OR state = PAUSED)")},
                       OnboardingSchema()));
  query.list.limit = kMostOnboardings;
  ASSIGN_OR_RETURN(const listing::Page<v1::Onboarding> page,
                   on.runs.ListOnboardings(context, query));
  for (const v1::Onboarding& onboarding : page.rows) {
    ASSIGN_OR_RETURN(const Target of, ParseOnboarding("name", onboarding.name()));
    ASSIGN_OR_RETURN(const Run run, on.runs.Load(context, of.workspace, of.onboarding));
    ASSIGN_OR_RETURN(const calendar::Calendar calendar, CalendarOf(run.spec));
    for (const MilestoneView& view : Milestones(run, now, calendar)) {
      const bool due = view.state == MilestoneState::kDue || view.state == MilestoneState::kOverdue;
      if (due && view.planned != nullptr && view.target_time.has_value())
        due_dates.push_back(DueDateOf(view, AboutOf(run), workspace));
    }
  }
  return due_dates;
}

}  // namespace

absl::Status ExportTaskCalendar(const Dependencies& on, const CallContext& context,
                                const v1::ExportTaskCalendarRequest& request,
                                v1::ExportTaskCalendarResponse* response) {
  ASSIGN_OR_RETURN(const Target target, ParseWorkspace("parent", request.parent()));
  if (request.assignee().empty() || request.assignee().size() > kMostAssignee) {
    return base::FieldError(
        "assignee", absl::StrCat("has ", request.assignee().size(),
                                 " bytes; give a person or a role of 1 to ", kMostAssignee));
  }
  if (!v1::ExportTaskCalendarRequest::Component_IsValid(request.component()))
    return base::FieldError("component", "is unknown; choose EVENT or TODO");
  OpenTaskQuery query{
      .workspace = target.workspace, .resource = request.assignee(), .now = on.clock.Now()};
  query.list.limit = kMostTasks;  // those due first; those that are never due come last
  ASSIGN_OR_RETURN(const listing::Page<v1::Task> page, on.runs.ListOpenTasks(context, query));
  std::map<std::string, About> known;
  std::vector<calendar::DueDate> due_dates;
  for (const v1::Task& task : page.rows) {
    if (!task.has_due_time()) continue;
    ASSIGN_OR_RETURN(const Target of, ParseTask("name", task.name()));
    auto about = known.find(of.onboarding);
    if (about == known.end()) {
      ASSIGN_OR_RETURN(const Run run, on.runs.Load(context, of.workspace, of.onboarding));
      about = known.emplace(of.onboarding, AboutOf(run)).first;
    }
    due_dates.push_back(DueDateOf(task, about->second, of.workspace));
  }
  const size_t tasks = due_dates.size();
  ASSIGN_OR_RETURN(const std::vector<calendar::DueDate> milestones,
                   MilestonesOf(on, context, target.workspace, request.assignee()));
  due_dates.insert(due_dates.end(), milestones.begin(), milestones.end());
  const bool todo = request.component() == v1::ExportTaskCalendarRequest::COMPONENT_TODO;
  response->set_icalendar(calendar::WriteDueDates(
      absl::StrCat("Tasks of ", request.assignee()),
      todo ? calendar::DueComponent::kTodo : calendar::DueComponent::kEvent, due_dates));
  response->set_task_count(static_cast<int32_t>(tasks));
  response->set_milestone_count(static_cast<int32_t>(milestones.size()));
  response->set_more(!page.next.empty() && tasks == page.rows.size());
  return absl::OkStatus();
}

}  // namespace plumbline::onboarding
