// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/people/rpc.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "services/onboarding/people/convert.h"
#include "services/onboarding/people/fields.h"
#include "services/onboarding/people/import_cells.h"

namespace plumbline::onboarding {
namespace {

using base::CallContext;
using rpc::WorkClass;

struct CalendarQuestion {
  CalendarIsUnknown is_unknown;
  const base::Clock& clock;
};

constexpr char kService[] = "plumbline.onboarding.v1.PeopleService";
constexpr char kRead[] = "people.read";
constexpr char kWrite[] = "people.write";

// Under which the answer is remembered; nullopt: the call only looks.
template <typename Request>
std::optional<PeopleRequest> ToRequest(absl::string_view method, const std::string& workspace,
                                       Request request) {
  if (request.validate_only()) return std::nullopt;
  PeopleRequest remembered{workspace, absl::StrCat(kService, "/", method), request.request_id(),
                           ""};
  if (remembered.request_id.empty()) return remembered;
  request.clear_request_id();
  remembered.body = StableBytes(request);
  return remembered;
}

// Calendars of one import that are asked for; the rest is nobody's mistake in writing.
constexpr size_t kMostCalendars = 100;
// For all of them.
constexpr absl::Duration kPatience = absl::Milliseconds(200);

// Asks the catalog for calendars of one call, each once. What was written is written: it holds the
// answer up for a moment at most, and of what the catalog does not say then nothing is said.
class Calendars {
 public:
  Calendars(const CalendarQuestion& question, const CallContext& context,
            absl::string_view workspace)
      : question_(question), context_(context), workspace_(workspace) {
    context_.deadline = std::min(context_.deadline, question_.clock.Now() + kPatience);
  }

  // "calendars/{c}", or "": whether the catalog says that there is none.
  bool AreWithout(const std::string& calendar) {
    if (calendar.empty()) return false;
    if (const auto known = known_.find(calendar); known != known_.end()) return known->second;
    if (known_.size() == kMostCalendars || !context_.Check(question_.clock.Now()).ok())
      return false;
    const bool unknown =
        question_.is_unknown(context_, absl::StrCat("workspaces/", workspace_, "/", calendar));
    known_.emplace(calendar, unknown);
    return unknown;
  }

 private:
  const CalendarQuestion& question_;
  CallContext context_;
  const std::string workspace_;
  std::map<std::string, bool> known_;
};

// The calendar that a row of a table names; "": none.
std::string CalendarOf(const PeopleTable& table, const PeopleTable::Row& row) {
  v1::Person person;
  for (size_t i = 0; i < table.fields.size() && i < row.cells.size(); ++i) {
    if (table.fields[i] == "calendar") SetCell("calendar", row.cells[i], &person);
  }
  return person.calendar();
}

void WarnOfCalendars(const PeopleTable& table, const std::string& workspace, Calendars calendars,
                     v1::ImportPeopleResponse* report) {
  for (int i = 0; i < report->rows_size(); ++i) {
    v1::ImportPeopleResponse::Row* row = report->mutable_rows(i);
    if (row->action() == v1::ImportPeopleResponse::Row::ACTION_REFUSED) continue;
    const std::string calendar = CalendarOf(table, table.rows[static_cast<size_t>(i)]);
    if (!calendars.AreWithout(calendar)) continue;
    const common::v1::Warning warning = UnknownCalendar(workspace, calendar);
    v1::ImportPeopleResponse::Problem* problem = row->add_warnings();
    problem->set_field(warning.field());
    problem->set_description(warning.description());
  }
}

template <typename Request, typename Response, typename Command>
void AddMutation(People& people, const CalendarQuestion& question, absl::string_view name,
                 absl::StatusOr<PersonChange> (*plan)(PeopleReads&, const Command&, const Author&),
                 rpc::MethodTable* table) {
  table->Unary<Request, Response>(
      kService, name, kWrite, WorkClass::kWrite,
      [&people, question, method = std::string(name), plan](
          const CallContext& context, const Request& request, Response* response) -> absl::Status {
        ASSIGN_OR_RETURN(const Command command, ToCommand(request));
        const std::string& workspace = command.key.workspace;
        ASSIGN_OR_RETURN(WrittenPerson written,
                         people.Write(context, ToRequest(method, workspace, request),
                                      [&](PeopleReads& reads, const Author& author) {
                                        return plan(reads, command, author);
                                      }));
        if constexpr (requires { command.content; }) {
          const std::string& calendar = command.content.calendar();
          const bool named = calendar == written.person.calendar();
          if (named && Calendars(question, context, workspace).AreWithout(calendar))
            written.warnings.push_back(UnknownCalendar(workspace, calendar));
        }
        *response->mutable_person() = std::move(written.person);
        response->set_freshness_token(absl::StrCat(written.position));
        if constexpr (requires { response->mutable_warnings(); })
          *response->mutable_warnings() = {written.warnings.begin(), written.warnings.end()};
        return absl::OkStatus();
      });
}

void AddImport(People& people, const CalendarQuestion& question, rpc::MethodTable* table) {
  table->Unary<v1::ImportPeopleRequest, v1::ImportPeopleResponse>(
      kService, "ImportPeople", kWrite, WorkClass::kBulk,
      [&people, question](const CallContext& context, const v1::ImportPeopleRequest& request,
                          v1::ImportPeopleResponse* response) -> absl::Status {
        ASSIGN_OR_RETURN(const ImportCommand command, ToCommand(request));
        const std::string& workspace = command.key.workspace;
        ASSIGN_OR_RETURN(
            *response,
            people.Import(context, ToRequest("ImportPeople", workspace, request), command));
        WarnOfCalendars(command.table, workspace, Calendars(question, context, workspace),
                        response);
        return absl::OkStatus();
      });
}

absl::Status ListPeople(People& people, const CallContext& context,
                        const v1::ListPeopleRequest& request, v1::ListPeopleResponse* response) {
  ASSIGN_OR_RETURN(const std::string workspace, ToWorkspaceId("parent", request.parent()));
  ASSIGN_OR_RETURN(const listing::Query query,
                   listing::ToQuery("ListPeople", request.parent(), request, PersonSchema()));
  ASSIGN_OR_RETURN(listing::Page<v1::Person> page, people.List(context, workspace, query));
  response->set_next_page_token(
      listing::NextPageToken("ListPeople", request.parent(), request, page.next));
  for (v1::Person& person : page.rows) *response->add_people() = std::move(person);
  return absl::OkStatus();
}

absl::Status ListHistory(People& people, const CallContext& context,
                         const v1::ListPersonHistoryRequest& request,
                         v1::ListPersonHistoryResponse* response) {
  ASSIGN_OR_RETURN(const PersonKey key, ToPersonKey("name", request.name()));
  ASSIGN_OR_RETURN(const listing::Query query, listing::ToQuery("ListPersonHistory", request.name(),
                                                                request, PersonHistorySchema()));
  ASSIGN_OR_RETURN(listing::Page<v1::PersonHistoryEntry> page,
                   people.ListHistory(context, key, query));
  response->set_next_page_token(
      listing::NextPageToken("ListPersonHistory", request.name(), request, page.next));
  for (v1::PersonHistoryEntry& entry : page.rows) *response->add_entries() = std::move(entry);
  return absl::OkStatus();
}

void AddReads(People& people, rpc::MethodTable* table) {
  table->Unary<v1::GetPersonRequest, v1::GetPersonResponse>(
      kService, "GetPerson", kRead, WorkClass::kRead,
      [&people](const CallContext& context, const v1::GetPersonRequest& request,
                v1::GetPersonResponse* response) -> absl::Status {
        ASSIGN_OR_RETURN(const PersonKey key, ToPersonKey("name", request.name()));
        ASSIGN_OR_RETURN(*response->mutable_person(), people.Get(context, key));
        return absl::OkStatus();
      });
  table->Unary<v1::ListPeopleRequest, v1::ListPeopleResponse>(
      kService, "ListPeople", kRead, WorkClass::kRead,
      [&people](const CallContext& context, const v1::ListPeopleRequest& request,
                v1::ListPeopleResponse* response) {
        return ListPeople(people, context, request, response);
      });
  table->Unary<v1::ListPersonHistoryRequest, v1::ListPersonHistoryResponse>(
      kService, "ListPersonHistory", kRead, WorkClass::kRead,
      [&people](const CallContext& context, const v1::ListPersonHistoryRequest& request,
                v1::ListPersonHistoryResponse* response) {
        return ListHistory(people, context, request, response);
      });
}

template <typename Response>
void Fill(Resolution&& found, Response* response) {
  response->set_person(std::move(found.person));
  response->set_outcome(found.outcome);
  for (v1::ResolutionStep& step : found.steps) *response->add_steps() = std::move(step);
}

void AddQuestions(People& people, const base::Clock& clock, rpc::MethodTable* table) {
  table->Unary<v1::ResolvePersonRequest, v1::ResolvePersonResponse>(
      kService, "ResolvePerson", kRead, WorkClass::kRead,
      [&people, &clock](const CallContext& context, const v1::ResolvePersonRequest& request,
                        v1::ResolvePersonResponse* response) -> absl::Status {
        ASSIGN_OR_RETURN(const ResolveCommand command, ToCommand(request, clock.Now()));
        Resolution found;
        RETURN_IF_ERROR(
            people.Use(context, command.key.workspace, [&](Directory& directory) -> absl::Status {
              ASSIGN_OR_RETURN(found, WhoActs(directory, command.key.person, command.time));
              return absl::OkStatus();
            }));
        Fill(std::move(found), response);
        return absl::OkStatus();
      });
  table->Unary<v1::ResolveRoleRequest, v1::ResolveRoleResponse>(
      kService, "ResolveRole", kRead, WorkClass::kRead,
      [&people, &clock](const CallContext& context, const v1::ResolveRoleRequest& request,
                        v1::ResolveRoleResponse* response) -> absl::Status {
        ASSIGN_OR_RETURN(const ResolveCommand command, ToCommand(request, clock.Now()));
        Resolution found;
        RETURN_IF_ERROR(
            people.Use(context, command.key.workspace, [&](Directory& directory) -> absl::Status {
              ASSIGN_OR_RETURN(found,
                               WhoDoes(directory, command.key.person, command.role, command.time));
              return absl::OkStatus();
            }));
        response->set_appointed(found.appointed);
        *response->mutable_members() = {found.members.begin(), found.members.end()};
        Fill(std::move(found), response);
        return absl::OkStatus();
      });
}

}  // namespace

void RegisterPeopleService(People& people, CalendarIsUnknown calendar_is_unknown,
                           const base::Clock& clock, rpc::MethodTable* table) {
  const CalendarQuestion question{std::move(calendar_is_unknown), clock};
  AddMutation<v1::CreatePersonRequest, v1::CreatePersonResponse>(people, question, "CreatePerson",
                                                                 &Create, table);
  AddMutation<v1::UpdatePersonRequest, v1::UpdatePersonResponse>(people, question, "UpdatePerson",
                                                                 &Update, table);
  AddMutation<v1::DeletePersonRequest, v1::DeletePersonResponse>(people, question, "DeletePerson",
                                                                 &Delete, table);
  AddImport(people, question, table);
  AddReads(people, table);
  AddQuestions(people, clock, table);
}

}  // namespace plumbline::onboarding
