// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/calendars/rpc.h"

#include <optional>
#include <utility>

#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "services/catalog/calendars/convert.h"
#include "services/catalog/resource/rpc_write.h"

namespace plumbline::catalog {
namespace {

using base::CallContext;
using rpc::WorkClass;

constexpr char kService[] = "plumbline.catalog.v1.CalendarService";
constexpr char kRead[] = "catalog.read";
constexpr char kWrite[] = "catalog.write";

template <typename Request, typename Response, typename Command>
void AddMutation(CalendarWriter& writer, absl::string_view name,
                 absl::StatusOr<CalendarChange<Response>> (*plan)(CalendarSnapshot&, const Command&,
                                                                  const Author&),
                 rpc::MethodTable* table) {
  AddWrite<Request, Response, Command>(
      {kService, name, kWrite}, &ToCommand,
      [&writer, plan](const CallContext& context, const Command& command,
                      const std::optional<WriteRequest>& remembered,
                      Response* response) -> absl::Status {
        const auto bound = [&](CalendarSnapshot& snapshot, const Author& author) {
          return plan(snapshot, command, author);
        };
        ASSIGN_OR_RETURN(*response, remembered.has_value()
                                        ? writer.Write<Response>(context, *remembered, bound)
                                        : writer.Validate<Response>(context, bound));
        return absl::OkStatus();
      },
      table);
}

// A read whose answer the reader makes.
template <typename Request, typename Response, typename Command>
void AddQuery(CalendarReader& reader, absl::string_view name,
              absl::StatusOr<Response> (CalendarReader::*query)(const CallContext&, const Command&),
              rpc::MethodTable* table) {
  table->Unary<Request, Response>(
      kService, name, kRead, WorkClass::kRead,
      [&reader, query](const CallContext& context, const Request& request,
                       Response* response) -> absl::Status {
        ASSIGN_OR_RETURN(const Command command, ToCommand(request));
        ASSIGN_OR_RETURN(*response, (reader.*query)(context, command));
        return absl::OkStatus();
      });
}

absl::Status Get(CalendarReader& reader, const CallContext& context,
                 const v1::GetCalendarRequest& request, v1::GetCalendarResponse* response) {
  ASSIGN_OR_RETURN(const CalendarKey key, ToCommand(request));
  ASSIGN_OR_RETURN(*response->mutable_calendar(), reader.Get(context, key));
  return absl::OkStatus();
}

absl::Status List(CalendarReader& reader, const CallContext& context,
                  const v1::ListCalendarsRequest& request, v1::ListCalendarsResponse* response) {
  ASSIGN_OR_RETURN(const ListCalendarsCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(CalendarReader::Page page, reader.List(context, command));
  response->set_next_page_token(
      listing::NextPageToken("ListCalendars", request.parent(), request, page.next));
  for (v1::Calendar& calendar : page.rows) *response->add_calendars() = std::move(calendar);
  return absl::OkStatus();
}

absl::Status ListSpecialDays(CalendarReader& reader, const CallContext& context,
                             const v1::ListSpecialDaysRequest& request,
                             v1::ListSpecialDaysResponse* response) {
  ASSIGN_OR_RETURN(const SpecialDaysCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(auto page, reader.SpecialDays(context, command));
  response->set_next_page_token(NextPageToken(request, page.next));
  for (v1::SpecialDay& day : page.rows) *response->add_days() = std::move(day);
  return absl::OkStatus();
}

// A read whose answer is put together here.
template <typename Request, typename Response>
void AddRead(CalendarReader& reader, absl::string_view name,
             absl::Status (*read)(CalendarReader&, const CallContext&, const Request&, Response*),
             rpc::MethodTable* table) {
  table->Unary<Request, Response>(
      kService, name, kRead, WorkClass::kRead,
      [&reader, read](const CallContext& context, const Request& request, Response* response) {
        return read(reader, context, request, response);
      });
}

}  // namespace

void RegisterCalendarService(CalendarReader& reader, CalendarWriter& writer,
                             rpc::MethodTable* table) {
  AddMutation<v1::CreateCalendarRequest>(writer, "CreateCalendar", &CreateCalendar, table);
  AddMutation<v1::UpdateCalendarRequest>(writer, "UpdateCalendar", &UpdateCalendar, table);
  AddMutation<v1::DeleteCalendarRequest>(writer, "DeleteCalendar", &DeleteCalendar, table);
  AddMutation<v1::ImportHolidaysRequest>(writer, "ImportHolidays", &ImportHolidays, table);
  AddRead(reader, "GetCalendar", &Get, table);
  AddRead(reader, "ListCalendars", &List, table);
  AddRead(reader, "ListSpecialDays", &ListSpecialDays, table);
  AddQuery<v1::ExportCalendarRequest>(reader, "ExportCalendar", &CalendarReader::Export, table);
  AddQuery<v1::AddBusinessTimeRequest>(reader, "AddBusinessTime", &CalendarReader::Add, table);
  AddQuery<v1::MeasureBusinessTimeRequest>(reader, "MeasureBusinessTime", &CalendarReader::Measure,
                                           table);
  AddQuery<v1::CheckOpenRequest>(reader, "CheckOpen", &CalendarReader::CheckOpen, table);
  AddQuery<v1::FindWorkingDayRequest>(reader, "FindWorkingDay", &CalendarReader::FindWorkingDay,
                                      table);
}

}  // namespace plumbline::catalog
