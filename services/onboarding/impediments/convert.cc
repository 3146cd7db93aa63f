// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/impediments/convert.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/expr/literal.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/runs/checker.h"

namespace plumbline::onboarding {
namespace {

constexpr std::array<absl::string_view, 4> kFields = {"owner", "category", "cost_estimate",
                                                      "description"};
constexpr size_t kMostOwner = 200;
constexpr size_t kMostText = 2000;
constexpr size_t kMostComment = 4000;
constexpr size_t kMostReason = 1000;

// "crm-down", or "ada.i1" of what was opened with BlockTask.
bool IsRecordId(absl::string_view id) {
  const std::vector<absl::string_view> parts = absl::StrSplit(id, '.');
  return parts.size() <= 2 && std::all_of(parts.begin(), parts.end(), base::IsValidId);
}

template <typename Request>
RecordCommand Common(Checker& check, const Request& request) {
  RecordCommand command;
  command.key = Take(check, ToImpedimentKey("name", request.name()));
  check.RequestId(request.request_id());
  if constexpr (requires { request.etag(); }) command.etag = request.etag();
  return command;
}

absl::StatusOr<RecordCommand> Checked(const Checker& check, RecordCommand command) {
  RETURN_IF_ERROR(check.status());
  return command;
}

// A number and a currency, in their usual spelling.
void ReadCost(Checker& check, const std::string& field, std::string* cost) {
  if (cost->empty()) return;
  static const auto& money = *new expr::Field{.name = "cost_estimate", .type = expr::Type::kMoney};
  const absl::StatusOr<expr::Value> value = expr::ParseValue(money, *cost);
  if (!value.ok()) {
    check.Wrong(field, absl::StrCat(value.status().message()));
  } else if (value->number < 0) {
    check.Wrong(field, absl::StrCat("is '", *cost, "'; costs are not negative"));
  } else {
    *cost = expr::ToText(money, *value);
  }
}

void CheckContent(Checker& check, const std::vector<std::string>& fields,
                  v1::ImpedimentRecord* content) {
  const auto has = [&](absl::string_view field) {
    return std::find(fields.begin(), fields.end(), field) != fields.end();
  };
  if (has("category") && (content->category() == v1::Impediment::CATEGORY_UNSPECIFIED ||
                          !v1::Impediment::Category_IsValid(content->category())))
    check.Wrong("impediment.category", "is not set; choose one of Impediment.Category");
  if (has("description"))
    check.Length("impediment.description", content->description(), 1, kMostText);
  if (has("owner")) check.Length("impediment.owner", content->owner(), 0, kMostOwner);
  if (has("cost_estimate"))
    ReadCost(check, "impediment.cost_estimate", content->mutable_cost_estimate());
}

Wish ToWish(Checker& check, const std::string& field, const std::string& name,
            const std::string& workspace) {
  const Target target = Take(check, ParseTask(field, name));
  if (!target.workspace.empty() && !workspace.empty() && target.workspace != workspace) {
    check.Wrong(field,
                absl::StrCat("is of workspace '", target.workspace,
                             "'; tasks are of the workspace of the impediment, '", workspace, "'"));
  }
  return {.onboarding = target.onboarding, .task = target.task};
}

template <typename Names>
std::vector<Wish> ToWishes(Checker& check, const Names& names, const std::string& workspace) {
  if (names.size() > kMaxImpedimentTasks) {
    check.Wrong("tasks",
                absl::StrCat("has ", names.size(), " entries; at most ", kMaxImpedimentTasks,
                             ": add the others with AddImpedimentTasks"));
    return {};
  }
  std::vector<Wish> wishes;
  std::set<std::string> seen;
  for (int i = 0; i < names.size(); ++i) {
    const std::string field = absl::StrCat("tasks[", i, "]");
    if (!seen.insert(names[i]).second) {
      check.Wrong(field, absl::StrCat("'", names[i].substr(0, 200), "' is named twice"));
      continue;
    }
    wishes.push_back(ToWish(check, field, names[i], workspace));
  }
  return wishes;
}

}  // namespace

absl::StatusOr<ImpedimentKey> ToImpedimentKey(absl::string_view field, absl::string_view name) {
  ASSIGN_OR_RETURN(auto parts, base::ParseName(field, name, "workspaces/*/impediments/**"));
  if (!IsRecordId(parts[1])) {
    return base::FieldError(
        field, absl::StrCat("'", name.substr(0, 200), "' names no impediment; it is called like ",
                            "workspaces/{w}/impediments/crm-down, or .../ada.i1 if it was opened ",
                            "on a task"));
  }
  return ImpedimentKey{std::move(parts[0]), std::move(parts[1])};
}

absl::StatusOr<RecordCommand> ToCommand(const v1::OpenImpedimentRequest& request,
                                        const std::string& fresh) {
  Checker check;
  RecordCommand command;
  command.key.workspace = Take(check, ParseWorkspace("parent", request.parent())).workspace;
  command.key.record = request.impediment_id().empty() ? fresh : request.impediment_id();
  check.Id("impediment_id", command.key.record);
  check.RequestId(request.request_id());
  const v1::ImpedimentRecord& given = request.impediment();
  v1::ImpedimentRecord& content = command.content;
  content.set_category(given.category());
  content.set_utility(given.utility());
  content.set_description(given.description());
  content.set_owner(given.owner());
  content.set_cost_estimate(given.cost_estimate());
  content.set_all_users(given.all_users());
  CheckContent(check, {kFields.begin(), kFields.end()}, &content);
  if (content.all_users() && content.utility().empty())
    check.Wrong("impediment.utility",
                "is not set, and `all_users` needs it; name the utility that failed");
  if (!content.utility().empty()) check.Id("impediment.utility", content.utility());
  if (content.all_users() && !request.tasks().empty())
    check.Wrong("tasks", "are named, and all_users is set; leave out one of the two");
  const std::string name = RecordName(command.key.workspace, command.key.record);
  if (!given.name().empty() && given.name() != name) {
    check.Wrong("impediment.name", absl::StrCat("is '", given.name().substr(0, 200),
                                                "', but parent and impediment_id say '", name,
                                                "'; leave it empty or make them agree"));
  }
  command.tasks = ToWishes(check, request.tasks(), command.key.workspace);
  return Checked(check, std::move(command));
}

absl::StatusOr<RecordCommand> ToCommand(const v1::UpdateImpedimentRequest& request) {
  Checker check;
  RecordCommand command;
  command.key = Take(check, ToImpedimentKey("impediment.name", request.impediment().name()));
  check.RequestId(request.request_id());
  command.etag = request.etag();
  command.content = request.impediment();
  command.fields = {request.update_mask().paths().begin(), request.update_mask().paths().end()};
  if (command.fields.empty())
    check.Wrong("update_mask",
                absl::StrCat("is empty; possible are ", absl::StrJoin(kFields, ", ")));
  for (const std::string& field : command.fields) {
    if (std::find(kFields.begin(), kFields.end(), field) != kFields.end()) continue;
    check.Wrong("update_mask",
                absl::StrCat("'", field.substr(0, 80), "' cannot be changed; possible are ",
                             absl::StrJoin(kFields, ", ")));
  }
  CheckContent(check, command.fields, &command.content);
  return Checked(check, std::move(command));
}

absl::StatusOr<RecordCommand> ToCommand(const v1::AcknowledgeImpedimentRequest& request) {
  Checker check;
  RecordCommand command = Common(check, request);
  check.Length("text", request.text(), 0, kMostText);
  command.text = request.text();
  return Checked(check, std::move(command));
}

absl::StatusOr<RecordCommand> ToCommand(const v1::CommentImpedimentRequest& request) {
  Checker check;
  RecordCommand command = Common(check, request);
  check.Length("text", request.text(), 1, kMostComment);
  command.text = request.text();
  return Checked(check, std::move(command));
}

absl::StatusOr<RecordCommand> ToCommand(const v1::AddImpedimentTasksRequest& request) {
  Checker check;
  RecordCommand command = Common(check, request);
  if (request.tasks().empty()) check.Wrong("tasks", "is empty; name 1 to 500 tasks");
  command.tasks = ToWishes(check, request.tasks(), command.key.workspace);
  return Checked(check, std::move(command));
}

absl::StatusOr<RecordCommand> ToCommand(const v1::RemoveImpedimentTaskRequest& request) {
  Checker check;
  RecordCommand command = Common(check, request);
  check.Length("reason", request.reason(), 0, kMostReason);
  Wish wish = ToWish(check, "task", request.task(), command.key.workspace);
  wish.release = true;
  wish.reason = request.reason();
  command.tasks.push_back(std::move(wish));
  return Checked(check, std::move(command));
}

absl::StatusOr<RecordCommand> ToCommand(const v1::ResolveImpedimentRequest& request) {
  Checker check;
  RecordCommand command = Common(check, request);
  check.Length("resolution", request.resolution(), 1, kMostText);
  command.text = request.resolution();
  return Checked(check, std::move(command));
}

}  // namespace plumbline::onboarding
