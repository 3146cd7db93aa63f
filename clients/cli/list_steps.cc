// SPDX-License-Identifier: Apache-2.0
//
// list steps, list step-revisions: the library of steps that processes share.
#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/cli/list.h"
#include "clients/cli/units.h"
#include "plumbline/catalog/v1/step_service.pb.h"

namespace plumbline::cli {
namespace {

namespace cat = catalog::v1;

// Lists what `method` does.
template <typename Request, typename Response>
absl::Status ListThem(Session& session, const char* method, Request request,
                      const ListOptions& options, const char* nothing) {
  request.set_filter(options.filter);
  request.set_order_by(options.order_by);
  session.wording().Call({{"name", "STEP"}, {"filter", "--filter"}, {"order_by", "--order-by"}});
  Table table({"STEP", "~TITLE", "~OWNER", "~ROLE", ">REVISION", "WRITTEN (UTC)", "?~BY"});
  ASSIGN_OR_RETURN(
      const bool more,
      (Pages<Request, Response>(
          session, kSteps, method, request, options.limit, [&](const auto& page) {
            for (const cat::StepTemplate& step : page.steps()) {
              table.Add({IdOf(step.name()), step.title(), step.owner(), step.step().role(),
                         absl::StrCat(step.revision()), When(step.update_time()), step.author()});
            }
            return page.steps_size();
          })));
  ShowList(session, table, options.filter.empty() ? nothing : "no step fits the filter", more);
  return absl::OkStatus();
}

absl::Status ListSteps(Session& session, const ListOptions& options) {
  cat::ListStepsRequest request;
  request.set_parent(session.parent());
  return ListThem<cat::ListStepsRequest, cat::ListStepsResponse>(
      session, "ListSteps", request, options,
      "no steps; bring one with: plumbline apply FILE, which begins with 'name: steps/{id}'");
}

absl::Status ListRevisions(Session& session, const ListOptions& options) {
  cat::ListStepRevisionsRequest request;
  request.set_name(session.FullName("steps", options.of));
  return ListThem<cat::ListStepRevisionsRequest, cat::ListStepRevisionsResponse>(
      session, "ListStepRevisions", request, options, "no revisions");
}

}  // namespace

void AddStepLists(args::Command& list, Action* action) {
  auto options = std::make_shared<ListOptions>();
  AddListKind(list, action, options,
              {.name = "steps",
               .help = "The library of steps that processes share",
               .fields = "name, title, owner, role, labels.KEY, author, create_time, update_time, "
                         "revision",
               .examples = {{"plumbline list steps --filter 'labels.area = deals'", ""},
                            {"plumbline get steps/check-credit@1", "one of its revisions"}},
               .run = ListSteps});
  AddListKind(list, action, options,
              {.name = "step-revisions",
               .help = "Revisions of a step of the library, latest first",
               .of = "STEP",
               .of_help = "Id of the step",
               .of_required = true,
               .fields = "title, owner, role, author, update_time, revision",
               .run = ListRevisions});
}

}  // namespace plumbline::cli
