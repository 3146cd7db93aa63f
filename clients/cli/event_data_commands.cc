// SPDX-License-Identifier: Apache-2.0
//
// retention, erase: how long event logs keep their events, and taking a person out of one.
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/event_data.h"
#include "clients/cli/help.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "plumbline/analytics/v1/event_data_service.pb.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

constexpr int64_t kHour = 3'600, kDay = 24 * kHour;

struct RetentionOptions {
  std::string log, cases, events;
  bool for_ever = false;
};

struct EraseOptions {
  std::string log, replacement, cases = "rename";
  std::vector<std::string> texts;
  bool dry_run = false;
};

void PrintRetention(Session& session, const pb::EventLog& log) {
  session.out() << session.ShortName(log.name()) << ": ";
  if (!log.has_retention()) {
    session.out() << "events are kept for ever\n";
    return;
  }
  const bool events = log.retention().unit() == pb::Retention::UNIT_EVENTS;
  session.out() << (events ? "events" : "cases") << " are deleted after "
                << AgeWords(log.retention().max_age())
                << (events ? "" : ", counted from their latest event") << '\n';
}

absl::Status ShowRetention(Session& session, const std::string& name) {
  pb::GetEventLogRequest request;
  request.set_name(name);
  pb::GetEventLogResponse response;
  RETURN_IF_ERROR(session.Call(kAnalytics, "GetEventLog", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    PrintRetention(session, response.event_log());
  }
  return absl::OkStatus();
}

absl::Status SetRetention(Session& session, const RetentionOptions& options) {
  session.wording().Call(
      {{"name", "LOG"}, {"retention.max_age", options.events.empty() ? "--cases" : "--events"}});
  const std::string name = session.FullName("eventLogs", options.log);
  if (!options.for_ever && options.cases.empty() && options.events.empty())
    return ShowRetention(session, name);
  pb::SetRetentionRequest request;
  request.set_name(name);
  if (!options.for_ever) {
    const bool events = !options.events.empty();
    ASSIGN_OR_RETURN(
        *request.mutable_retention()->mutable_max_age(),
        events ? ParseAge("--events", options.events) : ParseAge("--cases", options.cases));
    request.mutable_retention()->set_unit(events ? pb::Retention::UNIT_EVENTS
                                                 : pb::Retention::UNIT_CASES);
  }
  pb::SetRetentionResponse response;
  RETURN_IF_ERROR(session.Call(kEventData, "SetRetention", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    PrintRetention(session, response.event_log());
  }
  return absl::OkStatus();
}

void PrintErasure(Session& session, const pb::Erasure& e, bool dry_run) {
  std::ostream& out = session.out();
  out << Number(e.event_count(), "event", "events") << " looked at\n";
  const std::pair<const char*, int64_t> kCounts[] = {
      {"resources", e.resource_count()},
      {"attributes", e.attribute_count()},
      {"activities or transitions", e.activity_count()},
      {"ids of cases", e.case_count()}};
  for (const auto& [what, count] : kCounts) {
    if (count > 0) out << "  " << Count(count) << " " << what << " held the person\n";
  }
  if (e.deleted_case_count() > 0) {
    out << "  " << Number(e.deleted_case_count(), "case", "cases") << " deleted, with "
        << Number(e.deleted_event_count(), "event", "events") << '\n';
  }
  if (e.rewritten_block_count() > 0) {
    out << "  " << Number(e.rewritten_block_count(), "block", "blocks")
        << " written anew and read back; old ones left: " << e.old_block_count() << '\n';
  }
  out << "  events that hold the person now: " << Count(e.remaining_event_count()) << '\n'
      << "  digest before " << e.digest_before() << '\n';
  if (!dry_run) out << "  digest after  " << e.digest_after() << '\n';
}

absl::Status Erase(Session& session, const EraseOptions& options) {
  session.wording().Call({{"name", "LOG"},
                          {"texts", "TEXT"},
                          {"replacement", "--replacement"},
                          {"case_action", "--cases"}});
  pb::ErasePersonRequest request;
  request.set_name(session.FullName("eventLogs", options.log));
  for (const std::string& text : options.texts) request.add_texts(text);
  request.set_replacement(options.replacement);
  request.set_validate_only(options.dry_run);
  request.set_case_action(options.cases == "delete-of-person"
                              ? pb::ErasePersonRequest::CASE_ACTION_DELETE_OF_PERSON
                          : options.cases == "delete-with-person"
                              ? pb::ErasePersonRequest::CASE_ACTION_DELETE_WITH_PERSON
                              : pb::ErasePersonRequest::CASE_ACTION_RENAME);
  request.set_request_id(base::NewUuid());
  pb::ErasePersonResponse response;
  RETURN_IF_ERROR(session.Call(kEventData, "ErasePerson", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    PrintErasure(session, response.erasure(), options.dry_run);
  }
  return absl::OkStatus();
}

void AddRetention(args::Command& app, Action* action) {
  auto options = std::make_shared<RetentionOptions>();
  args::Command* command = app.add_subcommand(
      "retention", "How long an event log keeps its events; what is older is deleted");
  command->group("Study");
  command->add_option("LOG", options->log, "Id of the log")->required();
  args::Option* cases =
      Takes(command->add_option("--cases", options->cases,
                                "Delete cases when their latest event is older, for example 365d"),
            "AGE");
  args::Option* events =
      Takes(command->add_option("--events", options->events, "Delete events that are older"), "AGE")
          ->excludes(cases);
  command->add_flag("--for-ever", options->for_ever, "Delete nothing")
      ->excludes(cases)
      ->excludes(events);
  AddExamples(*command, {{"plumbline retention claims", "what holds"},
                         {"plumbline retention claims --cases 2y", ""}});
  command->callback([=] { *action = [=](Session& s) { return SetRetention(s, *options); }; });
}

void AddErase(args::Command& app, Action* action) {
  auto options = std::make_shared<EraseOptions>();
  args::Command* command = app.add_subcommand(
      "erase", "Take a person out of an event log for good, and show that nothing is left");
  command->group("Study");
  command->add_option("LOG", options->log, "Id of the log")->required();
  command
      ->add_option("TEXT", options->texts,
                   "By what the log knows the person: name, e-mail address, number")
      ->required();
  Takes(
      command->add_option("--cases", options->cases,
                          "rename (default): ids of cases that hold a text are replaced; "
                          "delete-of-person: such cases, and those with one in an attribute of "
                          "the case, are deleted; delete-with-person: all cases with one anywhere"),
      "WHAT")
      ->check(args::IsMember({"rename", "delete-of-person", "delete-with-person"}));
  Takes(command->add_option("--replacement", options->replacement,
                            "What stands in the place of a text (default: erased)"),
        "TEXT");
  command->add_flag("--dry-run", options->dry_run,
                    "Look and tell, but change nothing; later, whether the person came back");
  AddExamples(*command,
              {{"plumbline erase claims 'Ada Lovelace' ada@example.com --dry-run", "what it finds"},
               {"plumbline erase claims 'Ada Lovelace' ada@example.com --json > proof.json", ""}});
  command->callback([=] { *action = [=](Session& s) { return Erase(s, *options); }; });
}

}  // namespace

absl::StatusOr<google::protobuf::Duration> ParseAge(absl::string_view flag,
                                                    absl::string_view text) {
  constexpr std::pair<char, int64_t> kUnits[] = {
      {'h', kHour}, {'d', kDay}, {'w', 7 * kDay}, {'y', 365 * kDay}};
  int64_t number = 0;
  for (const auto& [unit, seconds] : kUnits) {
    if (text.empty() || text.back() != unit) continue;
    if (!absl::SimpleAtoi(text.substr(0, text.size() - 1), &number) || number < 1 ||
        number > 10'000'000)
      break;
    google::protobuf::Duration age;
    age.set_seconds(number * seconds);
    return age;
  }
  return base::FieldError(flag, absl::StrCat("'", text,
                                             "' is no age; write a number of hours, "
                                             "days, weeks or years: 36h, 30d, 6w, 2y"));
}

std::string AgeWords(const google::protobuf::Duration& age) {
  const bool days = age.seconds() % kDay == 0;
  return absl::StrCat(Count(age.seconds() / (days ? kDay : kHour)), days ? " d" : " h");
}

void AddEventDataCommands(args::Command& app, Action* action) {
  AddRetention(app, action);
  AddErase(app, action);
}

}  // namespace plumbline::cli
