// SPDX-License-Identifier: Apache-2.0
//
// ExportTaskCalendar: the open tasks of a person, and the milestones of their own on-boarding, as
// an iCalendar file.
#include "services/onboarding/runs/rpc_calendar.h"

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
#include "services/onboarding/runs/moment.h"
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

struct MilestoneDates {
  std::vector<calendar::DueDate> dates;
  int passed_over = 0;  // on-boardings that cannot be read
  bool more = false;    // of on-boardings further on
};

absl::Status AddMilestones(const Run& run, absl::Time now, std::vector<calendar::DueDate>* dates) {
  ASSIGN_OR_RETURN(const calendar::Calendar calendar, CalendarOf(run.spec));
  for (const MilestoneView& view : Milestones(run, now, calendar)) {
    const bool due = view.state == MilestoneState::kDue || view.state == MilestoneState::kOverdue;
    if (due && view.planned != nullptr && view.target_time.has_value())
      dates->push_back(DueDateOf(view, AboutOf(run), run.spec.workspace));
  }
  return absl::OkStatus();
}

// Those of the on-boardings of `person` that are under way, as far as they were not reached.
absl::StatusOr<MilestoneDates> MilestonesOf(const Dependencies& on, const CallContext& context,
                                            const std::string& workspace,
                                            const std::string& person) {
  MilestoneDates found;
  if (!IsPersonId(person)) return found;  // a role
  const absl::Time now = on.clock.Now();
  OnboardingQuery query{.workspace = workspace, .now = now, .passed_over = &found.passed_over};
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
    const absl::StatusOr<Run> run = on.runs.Load(context, of.workspace, of.onboarding);
    const absl::Status added = run.ok() ? AddMilestones(*run, now, &found.dates) : run.status();
    if (IsOfTheMoment(added)) return added;
    found.passed_over += !added.ok();
  }
  found.more = !page.next.empty();
  return found;
}

struct TaskDates {
  std::vector<calendar::DueDate> dates;
  int passed_over = 0;  // tasks of on-boardings that cannot be read
  bool more = false;    // due later
};

absl::StatusOr<TaskDates> TasksOf(const Dependencies& on, const CallContext& context,
                                  const std::string& workspace, const std::string& assignee) {
  TaskDates found;
  OpenTaskQuery query{.workspace = workspace,
                      .resource = assignee,
                      .now = on.clock.Now(),
                      .passed_over = &found.passed_over};
  query.list.limit = kMostTasks;  // those due first; those that are never due come last
  ASSIGN_OR_RETURN(const listing::Page<v1::Task> page, on.runs.ListOpenTasks(context, query));
  std::map<std::string, About> known;
  for (const v1::Task& task : page.rows) {
    if (!task.has_due_time()) continue;
    ASSIGN_OR_RETURN(const Target of, ParseTask("name", task.name()));
    auto about = known.find(of.onboarding);
    if (about == known.end()) {
      ASSIGN_OR_RETURN(const Run run, on.runs.Load(context, of.workspace, of.onboarding));
      about = known.emplace(of.onboarding, AboutOf(run)).first;
    }
    found.dates.push_back(DueDateOf(task, about->second, of.workspace));
  }
  found.more = !page.next.empty() && found.dates.size() == page.rows.size();
  return found;
}

}  // namespace

absl::StatusOr<TaskCalendar> WriteTaskCalendar(const Dependencies& on, const CallContext& context,
                                               const TaskCalendarQuery& query) {
  ASSIGN_OR_RETURN(const TaskDates tasks, TasksOf(on, context, query.workspace, query.assignee));
  ASSIGN_OR_RETURN(const MilestoneDates milestones,
                   MilestonesOf(on, context, query.workspace, query.assignee));
  std::vector<calendar::DueDate> due_dates = tasks.dates;
  due_dates.insert(due_dates.end(), milestones.dates.begin(), milestones.dates.end());
  const std::string title =
      query.title.empty() ? absl::StrCat("Tasks of ", query.assignee) : query.title;
  return TaskCalendar{
      .icalendar = calendar::WriteDueDates(title, query.component, due_dates, query.refresh),
      .tasks = static_cast<int>(tasks.dates.size()),
      .milestones = static_cast<int>(milestones.dates.size()),
      .more = tasks.more || milestones.more,
      .unreadable_tasks = tasks.passed_over,
      .unreadable_onboardings = milestones.passed_over};
}

absl::Status CheckAssignee(absl::string_view field, absl::string_view assignee) {
  if (!assignee.empty() && assignee.size() <= kMostAssignee) return absl::OkStatus();
  return base::FieldError(
      field, absl::StrCat("has ", assignee.size(), " bytes; give a person or a role of 1 to ",
                          kMostAssignee));
}

absl::StatusOr<calendar::DueComponent> ToComponent(
    absl::string_view field, v1::ExportTaskCalendarRequest::Component component) {
  if (!v1::ExportTaskCalendarRequest::Component_IsValid(component))
    return base::FieldError(field, "is unknown; choose EVENT or TODO");
  return component == v1::ExportTaskCalendarRequest::COMPONENT_TODO
             ? calendar::DueComponent::kTodo
             : calendar::DueComponent::kEvent;
}

absl::Status ExportTaskCalendar(const Dependencies& on, const CallContext& context,
                                const v1::ExportTaskCalendarRequest& request,
                                v1::ExportTaskCalendarResponse* response) {
  ASSIGN_OR_RETURN(const Target target, ParseWorkspace("parent", request.parent()));
  RETURN_IF_ERROR(CheckAssignee("assignee", request.assignee()));
  ASSIGN_OR_RETURN(const calendar::DueComponent component,
                   ToComponent("component", request.component()));
  ASSIGN_OR_RETURN(TaskCalendar written, WriteTaskCalendar(on, context,
                                                           {.workspace = target.workspace,
                                                            .assignee = request.assignee(),
                                                            .component = component}));
  response->set_icalendar(std::move(written.icalendar));
  response->set_task_count(written.tasks);
  response->set_milestone_count(written.milestones);
  response->set_more(written.more);
  response->set_unreadable_task_count(written.unreadable_tasks);
  response->set_unreadable_onboarding_count(written.unreadable_onboardings);
  return absl::OkStatus();
}

}  // namespace plumbline::onboarding
