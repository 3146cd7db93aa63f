// SPDX-License-Identifier: Apache-2.0
//
// calendar-feed: due dates to which a calendar program subscribes.
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/changes.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/ids.h"
#include "clients/cli/list.h"
#include "clients/cli/units.h"
#include "clients/cli/unknown_names.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/calendar_feed_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

struct Options {
  std::string id, person, title, filter, order_by, request_id;
  bool todo = false, dry_run = false;
  int limit = 1000;
};

void NameFields(Session& session) {
  session.wording().Call({{"calendar_feed.person", "--person"},
                          {"calendar_feed.display_name", "--title"},
                          {"calendar_feed_id", "--id"},
                          {"request_id", "--request-id"},
                          {"name", "FEED"},
                          {"filter", "--filter"},
                          {"order_by", "--order-by"}});
}

void Show(Session& session, const ob::CalendarFeed& feed) {
  const Lines lines(session.paper(), 10, /*wraps=*/false);
  const bool todo = feed.component() == ob::ExportTaskCalendarRequest::COMPONENT_TODO;
  lines.Add("feed", IdOf(feed.name()));
  lines.Add("person", feed.person());
  lines.Add("title", feed.display_name());
  lines.Add("holds", todo ? "to-dos" : "events");
  lines.Add("created", absl::StrCat(When(feed.create_time()), " by ", feed.author()));
  lines.Add("read", When(feed.last_read_time()));
}

// What to do with the URL, which nobody sees again.
void ShowAddress(Session& session, const ob::CreateCalendarFeedResponse& response) {
  if (!response.url().empty()) {
    session.out() << "url:      " << response.url() << '\n';
  } else {
    session.out() << "path:     " << response.path()
                  << "\n\nIt stands behind the address where this installation serves feeds; the "
                     "service that answered\nserves none or does not know it "
                     "(--feeds.listen_address, --feeds.public_url).\n";
  }
  session.out() << "\nThe address is shown this once, and who has it can read these due dates: "
                   "hand it over as a password.\nIn Outlook: Add calendar, Subscribe from web. In "
                   "Google Calendar: Other calendars, From URL.\nIn Apple Calendar: File, New "
                   "Calendar Subscription.\n";
}

absl::Status Create(Session& session, const Options& options) {
  NameFields(session);
  ob::CreateCalendarFeedRequest request;
  request.set_parent(session.parent());
  request.set_calendar_feed_id(options.id);
  ob::CalendarFeed& feed = *request.mutable_calendar_feed();
  feed.set_person(options.person);
  feed.set_display_name(options.title);
  if (options.todo) feed.set_component(ob::ExportTaskCalendarRequest::COMPONENT_TODO);
  ob::CreateCalendarFeedResponse response;
  RETURN_IF_ERROR(SendChange(session, kCalendarFeeds, "CreateCalendarFeed", options.dry_run,
                             &request, &response, options.request_id));
  WarnIfLeft(session, "--person", options.person, "and gets no further tasks; correct the name");
  WarnIfNobodys(session, "--person", options.person);
  return Answer(session, response, [&] {
    if (options.dry_run) session.out() << "it would be created:\n";
    Show(session, response.calendar_feed());
    if (!response.path().empty()) {
      ShowAddress(session, response);
    } else if (!options.dry_run) {
      session.out() << "it was created by this request before, and deleted meanwhile; create "
                       "another without --request-id\n";
    }
  });
}

absl::Status List(Session& session, const Options& options) {
  NameFields(session);
  ob::ListCalendarFeedsRequest request;
  request.set_parent(session.parent());
  request.set_filter(options.filter);
  if (!options.person.empty()) {
    const std::string person =
        absl::StrReplaceAll(options.person, {{"\\", "\\\\"}, {"\"", "\\\""}});
    const std::string of = absl::StrCat("person = \"", person, "\"");
    request.set_filter(options.filter.empty() ? of
                                              : absl::StrCat(of, " AND (", options.filter, ")"));
  }
  request.set_order_by(options.order_by);
  Table table({"FEED", "PERSON", "?TITLE", "CREATED (UTC)", "BY", "LAST READ (UTC)"});
  ASSIGN_OR_RETURN(
      const bool more,
      (Pages<ob::ListCalendarFeedsRequest, ob::ListCalendarFeedsResponse>(
          session, kCalendarFeeds, "ListCalendarFeeds", request, options.limit,
          [&](const auto& page) {
            for (const ob::CalendarFeed& f : page.calendar_feeds()) {
              table.Add({IdOf(f.name()), f.person(), f.display_name(), When(f.create_time()),
                         f.author(), f.has_last_read_time() ? When(f.last_read_time()) : "never"});
            }
            return page.calendar_feeds_size();
          })));
  ShowList(session, table,
           "no calendar feeds; make one with: plumbline calendar-feed create --person WHO", more);
  return absl::OkStatus();
}

absl::Status Delete(Session& session, const Options& options) {
  NameFields(session);
  ob::DeleteCalendarFeedRequest request;
  request.set_name(session.FullName("calendarFeeds", options.id));
  ob::DeleteCalendarFeedResponse response;
  RETURN_IF_ERROR(SendChange(session, kCalendarFeeds, "DeleteCalendarFeed", options.dry_run,
                             &request, &response, options.request_id));
  return Answer(session, response, [&] {
    ShowDone(session, response.calendar_feed().name(), options.dry_run, "deleted",
             "; its address leads nowhere from now on");
  });
}

using Run = absl::Status (*)(Session&, const Options&);

args::Command* AddCommand(args::Command& group, Action* action, std::shared_ptr<Options> options,
                          const char* name, const char* help, Run run) {
  args::Command* command = group.add_subcommand(name, help);
  command->callback([=] { *action = [=](Session& s) { return run(s, *options); }; });
  return command;
}

void AddChange(args::Command& command, Options& options) {
  command.add_flag("--dry-run", options.dry_run, "Check everything, write nothing");
  Takes(command.add_option("--request-id", options.request_id,
                           "Take effect once, however often it is sent (default: a new one)"),
        "ID");
}

void AddCreate(args::Command& group, Action* action, std::shared_ptr<Options> options) {
  args::Command* create =
      AddCommand(group, action, options, "create", "Make an address to subscribe to", Create);
  Takes(create->add_option("--person", options->person,
                           "Whose tasks: a person, or a role where no person is named"),
        "WHO")
      ->required();
  Takes(create->add_option("--id", options->id, "Its id (default: one is made)"), "ID");
  Takes(create->add_option("--title", options->title,
                           "What calendar programs call it (default: 'Tasks of' the person)"),
        "TEXT");
  create->add_flag("--todo", options->todo, "To-dos in place of events");
  AddChange(*create, *options);
  AddExamples(*create,
              {{"plumbline calendar-feed create --person ada@example.com", ""},
               {"plumbline calendar-feed create --person it --title 'IT: new colleagues' --id it",
                "the queue of a role"},
               {"plumbline calendar-feed create --person ada@example.com --json | jq -r .url",
                "for a program that hands it over"}});
}

}  // namespace

void AddCalendarFeedCommands(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* group = app.add_subcommand(
      "calendar-feed", "Due dates to which Outlook, Google and Apple Calendar subscribe");
  group->group("Run");
  group->require_subcommand(1);
  AddCreate(*group, action, options);
  args::Command* list =
      AddCommand(*group, action, options, "list", "Show all of them, without addresses", List);
  Takes(list->add_option("--person", options->person, "Of this person or role"), "WHO");
  AddFilterOptions(*list, "name, person, display_name, author, create_time, last_read_time",
                   &options->filter, &options->order_by);
  Takes(list->add_option("--limit", options->limit, "Rows at most (default: 1,000)"), "N");
  args::Command* remove = AddCommand(*group, action, options, "delete",
                                     "Delete it: its address leads nowhere from then on", Delete);
  remove->add_option("FEED", options->id, "Its id")->required();
  AddChange(*remove, *options);
  AddExamples(*group, {{"plumbline calendar-feed create --person ada@example.com", ""},
                       {"plumbline calendar-feed list --filter 'last_read_time < 2027-01-01'",
                        "who has ceased to read"},
                       {"plumbline calendar-feed delete feed-3f9c1a20b7de",
                        "when an address was seen by others"}});
}

}  // namespace plumbline::cli
