// SPDX-License-Identifier: Apache-2.0
//
// watch: the history as it happens.
#include <signal.h>

#include <atomic>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/commands.h"
#include "clients/cli/entry_changes.h"
#include "clients/cli/help.h"
#include "clients/cli/list.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/plan_notes.h"
#include "clients/cli/units.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

struct Options {
  std::string onboarding, cursor, filter;
};

// "2026-01-05 09:00  ada  task-done  Sign the contract -> yes  (why)"; of what moved also from when
// to when.
void PrintEntry(Session& session, const ob::HistoryEntry& h, EntryZones& zones) {
  const std::vector<std::string> parts = absl::StrSplit(h.name(), '/');
  std::string line = absl::StrCat(When(h.occur_time()), "  ", parts.size() > 3 ? parts[3] : "",
                                  "  ", StateWord(ob::HistoryEntry::Kind_Name(h.kind())), "  ",
                                  h.title().empty() ? h.task() : h.title());
  if (!h.option().empty()) absl::StrAppend(&line, " -> ", h.option());
  if (const std::string change = zones.ChangeOf(h); !change.empty()) {
    absl::StrAppend(&line, "  ", change);
  } else if (!h.attributes().empty()) {
    absl::StrAppend(&line, "  ", ValuesText(h.attributes()));
  }
  if (!h.escalation().recipients().empty()) {
    absl::StrAppend(&line, "  ", h.escalation().rule(), " level ", h.escalation().level(), " -> ",
                    absl::StrJoin(h.escalation().recipients(), ", "));
  }
  if (!h.reason().empty()) absl::StrAppend(&line, "  (", h.reason(), ")");
  session.out() << Folded(session.paper(), Printable(line), 4) << '\n';
}

// What Ctrl-C and SIGTERM cancel; a signal handler cannot be given it in another way.
std::atomic<std::atomic<bool>*> interrupted{nullptr};

void OnInterrupt(int) {
  if (std::atomic<bool>* cancelled = interrupted.load()) cancelled->store(true);
}

// While it lives, Ctrl-C and SIGTERM cancel a call instead of ending the program, which can say
// then where it ended.
class CancelOnInterrupt {
 public:
  explicit CancelOnInterrupt(std::shared_ptr<std::atomic<bool>> cancelled)
      : cancelled_(std::move(cancelled)) {
    interrupted = cancelled_.get();
    struct sigaction action {};
    action.sa_handler = OnInterrupt;
    ::sigaction(SIGINT, &action, &before_interrupt_);
    ::sigaction(SIGTERM, &action, &before_terminate_);
  }
  ~CancelOnInterrupt() {
    ::sigaction(SIGINT, &before_interrupt_, nullptr);
    ::sigaction(SIGTERM, &before_terminate_, nullptr);
    interrupted = nullptr;
  }
  CancelOnInterrupt(const CancelOnInterrupt&) = delete;
  CancelOnInterrupt& operator=(const CancelOnInterrupt&) = delete;
  bool happened() const { return *cancelled_; }

 private:
  std::shared_ptr<std::atomic<bool>> cancelled_;
  struct sigaction before_interrupt_ {};
  struct sigaction before_terminate_ {};
};

absl::Status Watch(Session& session, const Options& options) {
  session.wording().Call(
      {{"parent", "ON-BOARDING"}, {"cursor", "--cursor"}, {"filter", "--filter"}});
  ob::WatchHistoryRequest request;
  request.set_parent(options.onboarding.empty()
                         ? session.parent()
                         : session.FullName("onboardings", options.onboarding));
  request.set_cursor(options.cursor);
  request.set_filter(options.filter);
  ASSIGN_OR_RETURN(rpc::Channel * channel, session.channel());
  std::string cursor;
  EntryZones zones(session);
  const auto show = [&](const google::protobuf::Message& message) {
    const auto& response = static_cast<const ob::WatchHistoryResponse&>(message);
    cursor = response.cursor();
    if (session.json()) session.PrintJsonLine(response);
    for (const ob::HistoryEntry& entry : response.entries()) {
      if (!session.json()) PrintEntry(session, entry, zones);
    }
    session.out().flush();
    return true;
  };
  const rpc::CallContext context;
  const CancelOnInterrupt interrupt(context.cancelled);
  const absl::Status status =
      channel->ReadStream(context, absl::StrCat(kOnboarding, "WatchHistory"), request,
                          ob::WatchHistoryResponse::default_instance(), show);
  if (!session.json() && !cursor.empty()) {
    session.err() << "\nto go on from here: plumbline watch "
                  << (options.onboarding.empty() ? "" : options.onboarding + " ") << "--cursor "
                  << cursor << '\n';
  }
  return interrupt.happened() ? absl::OkStatus() : status;
}

}  // namespace

void AddWatchCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* watch =
      app.add_subcommand("watch", "Follow the history as it happens (end with Ctrl-C)");
  watch->group("Run");
  watch->add_option("ON-BOARDING", options->onboarding,
                    "Only this one (default: the whole workspace)");
  Takes(watch->add_option("--cursor", options->cursor,
                          "Go on after this cursor, as an earlier watch showed it; 'now' = only "
                          "what comes (default: from the beginning)"),
        "CURSOR");
  Takes(watch->add_option(
            "--filter", options->filter,
            "Only what fits: fields with = != < <= > >=, with : for \"contains\"; AND, OR (binds "
            "tighter), NOT, parentheses. Fields: kind, onboarding, process, person, labels.KEY, "
            "task, step, title, decision, option, impediment, category, utility, reason, actor, "
            "resource (who does the task), by_condition, occur_time, milestone, rule, recipients, "
            "webhook"),
        "FILTER");
  AddExamples(*watch, {{"plumbline watch --filter 'kind = TASK_READY AND resource = \"it@x.com\"'",
                        "what comes into a queue"},
                       {"plumbline watch ada", "all that happened to her, and what comes"},
                       {"plumbline watch --cursor now --json", "a line for every message"}});
  watch->callback([=] { *action = [=](Session& s) { return Watch(s, *options); }; });
}

}  // namespace plumbline::cli
