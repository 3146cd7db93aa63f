// SPDX-License-Identifier: Apache-2.0
//
// task reopen, comment, comments, verify, approve-waiver, reject-waiver: what people say of work.
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/help.h"
#include "clients/cli/list.h"
#include "clients/cli/task_group.h"
#include "common/base/error.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

// Of a task whose turn did not come it was only said that it be left out.
std::string Reopened(const ob::Task& task) {
  const bool pending = task.state() == ob::Task::STATE_PENDING;
  return pending ? "to be done after all, when its turn comes" : "to be done once more";
}

absl::Status TaskReopen(Session& session, const TaskOptions& options) {
  session.wording().Call({{"reason", "--reason"}});
  ob::ReopenTaskRequest request;
  request.set_reason(options.reason);
  ob::ReopenTaskResponse response;
  RETURN_IF_ERROR(ChangeTask(session, options, "ReopenTask", Reopened, request, &response));
  if (session.json()) return absl::OkStatus();
  for (const ob::Task& task : response.withdrawn_tasks())
    session.out() << "  waits for it again: " << TypedTask(task) << '\n';
  return absl::OkStatus();
}

absl::Status TaskComment(Session& session, const TaskOptions& options) {
  session.wording().Call({{"name", "TASK"}, {"text", "TEXT"}, {"links", "--link"}});
  ob::CommentTaskRequest request;
  ASSIGN_OR_RETURN(const std::string name, TaskName(session, options.task));
  request.set_name(name);
  request.set_text(options.text);
  for (const std::string& link : options.links) request.add_links()->set_uri(link);
  RETURN_IF_ERROR(Prepare(options.change, &request));
  ob::CommentTaskResponse response;
  RETURN_IF_ERROR(session.Call(kOnboarding, "CommentTask", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    NoteDryRun(session, options.change);
    session.out() << options.task << ": noted\n";
  }
  return absl::OkStatus();
}

absl::Status TaskComments(Session& session, const TaskOptions& options) {
  session.wording().Call({{"parent", "TASK"}});
  ob::ListCommentsRequest request;
  ASSIGN_OR_RETURN(const std::string name, TaskName(session, options.task));
  request.set_parent(name);
  Table table({"WHEN (UTC)", "~WHO", "|TEXT", "?~LINKS"});
  ASSIGN_OR_RETURN(
      const bool more,
      (Pages<ob::ListCommentsRequest, ob::ListCommentsResponse>(
          session, kOnboarding, "ListComments", request, 1000, [&](const auto& page) {
            for (const ob::Comment& comment : page.comments()) {
              std::string links;
              for (const ob::Link& link : comment.links())
                absl::StrAppend(&links, links.empty() ? "" : " ", link.uri());
              table.Add({When(comment.create_time()), comment.author(), comment.text(), links});
            }
            return page.comments_size();
          })));
  ShowList(session, table, "no comments", more);
  return absl::OkStatus();
}

// Both ways of ending with what became possible.
template <typename Request, typename Response, typename Done>
absl::Status EndTask(Session& session, const TaskOptions& options, const char* method,
                     const Done& done, Request request) {
  session.wording().Call({{"reason", "--reason"}, {"defects", "--defect"}});
  request.set_reason(options.reason);
  Response response;
  RETURN_IF_ERROR(ChangeTask(session, options, method, done, request, &response));
  if (!session.json()) PrintNext(session, response);
  return absl::OkStatus();
}

absl::Status TaskVerify(Session& session, const TaskOptions& options) {
  if (!options.accept && options.reason.empty()) {
    return base::FieldError(
        "--accept", "is missing; give --accept if it is done, or --reason TEXT why it is not");
  }
  ob::VerifyTaskRequest request;
  request.set_accepted(options.accept);
  for (const std::string& defect : options.defects) request.add_defects(defect);
  return EndTask<ob::VerifyTaskRequest, ob::VerifyTaskResponse>(
      session, options, "VerifyTask",
      Always(options.accept ? "verified: it is done" : "rejected: it is to be done again"),
      request);
}

absl::Status WaiverApprove(Session& session, const TaskOptions& options) {
  return EndTask<ob::ApproveWaiverRequest, ob::ApproveWaiverResponse>(
      session, options, "ApproveWaiver", Always("approved: it is left out"), {});
}

absl::Status WaiverReject(Session& session, const TaskOptions& options) {
  session.wording().Call({{"reason", "--reason"}});
  ob::RejectWaiverRequest request;
  request.set_reason(options.reason);
  ob::RejectWaiverResponse response;
  return ChangeTask(session, options, "RejectWaiver", Always("rejected: it is to be done"), request,
                    &response);
}

void AddVerify(args::Command& task, Action* action, std::shared_ptr<TaskOptions> options) {
  args::Command* verify = AddTaskCommand(task, action, options, "verify",
                                         "Say whether what somebody else did is done", TaskVerify);
  args::Option* accept = verify->add_flag("--accept", options->accept, "It is done");
  args::Option* reason = Takes(
      verify->add_option("--reason", options->reason, "Why; required if it is not done"), "TEXT");
  Takes(verify->add_option("--defect", options->defects,
                           "What is wrong, of the step's defect kinds (repeatable)"),
        "KIND")
      ->allow_extra_args(false)
      ->excludes(accept)
      ->needs(reason);
  AddExamples(*verify, {{"plumbline list tasks --state awaiting-verification", "what waits for it"},
                        {"plumbline task verify q-7/terms --accept", ""},
                        {"plumbline task verify q-7/terms --reason 'The discount is missing'",
                         "it is ready again"}});
}

}  // namespace

void AddTaskVerdicts(args::Command& task, Action* action, std::shared_ptr<TaskOptions> options) {
  args::Command* reopen =
      AddTaskCommand(task, action, options, "reopen", "Have a task done once more", TaskReopen);
  Takes(reopen->add_option("--reason", options->reason, "Why"), "TEXT")->required();
  args::Command* comment =
      AddTaskCommand(task, action, options, "comment", "Write about a task", TaskComment);
  comment->add_option("TEXT", options->text, "What to say")->required();
  Takes(comment->add_option("--link", options->links,
                            "Address of a page that it points to (repeatable)"),
        "URL")
      ->allow_extra_args(false);
  args::Command* comments = task.add_subcommand("comments", "Show what was written about a task");
  comments->add_option("TASK", options->task, "ON-BOARDING/TASK")->required();
  comments->callback([=] { *action = [=](Session& s) { return TaskComments(s, *options); }; });
  AddVerify(task, action, options);
  args::Command* approve =
      AddTaskCommand(task, action, options, "approve-waiver",
                     "Agree that a task is left out, as somebody else asked", WaiverApprove);
  Takes(approve->add_option("--reason", options->reason, "Why"), "TEXT");
  args::Command* reject = AddTaskCommand(task, action, options, "reject-waiver",
                                         "Refuse that a task is left out", WaiverReject);
  Takes(reject->add_option("--reason", options->reason, "Why"), "TEXT")->required();
}

}  // namespace plumbline::cli
