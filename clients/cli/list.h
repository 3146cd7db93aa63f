// SPDX-License-Identifier: Apache-2.0
//
// What the commands `list KIND` share.
#ifndef PLUMBLINE_CLIENTS_CLI_LIST_H_
#define PLUMBLINE_CLIENTS_CLI_LIST_H_

#include <algorithm>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/args.h"
#include "clients/cli/session.h"
#include "clients/cli/table.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {

// --filter and --order-by of a list with these fields: "name, title, ...".
void AddFilterOptions(args::Command& command, const char* fields, std::string* filter,
                      std::string* order_by);

struct ListOptions {
  std::string of, state, assignee, filter, order_by;
  bool open_only = false;
  bool at_risk = false;
  int limit = 1000;
  int last = 0;  // of a history: so many, newest first; 0 = by `order_by`, from its beginning
};

// "workspaces/w/processes/x" -> "x".
std::string IdOf(const std::string& name);
// "STATE_IN_PROGRESS" -> "in-progress".
std::string StateWord(std::string name);

// Prints each row of a page as a line of JSON: the elements of its one repeated field of messages.
void PrintRows(Session& session, const google::protobuf::Message& page);

// Calls `method` page by page until `limit` rows were seen; `each` gets every page and says how
// many rows it has. With --json the rows are printed here. Whether there is more.
template <typename Request, typename Response>
absl::StatusOr<bool> Pages(Session& session, const char* service, const char* method,
                           Request request, int limit,
                           const std::function<int(const Response&)>& each) {
  for (int seen = 0; seen < limit;) {
    request.set_page_size(std::min(1000, limit - seen));
    Response response;
    RETURN_IF_ERROR(session.Call(service, method, request, &response));
    if (session.json()) PrintRows(session, response);
    seen += each(response);
    if (response.next_page_token().empty()) return false;
    request.set_page_token(response.next_page_token());
  }
  return true;
}

// The table for people, or `nothing` where it has no rows; and how to see more, if there is.
void ShowList(Session& session, const Table& table, absl::string_view nothing, bool more);

// One kind that can be listed. Options that only it has are added to what AddListKind returns.
struct ListKind {
  const char* name;     // "tasks"
  const char* help;     // what a row is
  const char* of = "";  // its argument: "ON-BOARDING", or none
  const char* of_help = "";
  bool of_required = false;
  const char* fields = "";  // that --filter knows; without any, the list has no --filter
  std::vector<std::pair<std::string, std::string>> examples = {};  // see AddExamples
  absl::Status (*run)(Session& session, const ListOptions& options) = nullptr;
};
args::Command* AddListKind(args::Command& list, Action* action,
                           std::shared_ptr<ListOptions> options, const ListKind& kind);

// steps, step-revisions
void AddStepLists(args::Command& list, Action* action);

// tasks, impediments, history, onboardings
void AddOnboardingLists(args::Command& list, Action* action);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_LIST_H_
