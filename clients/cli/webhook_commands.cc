// SPDX-License-Identifier: Apache-2.0
//
// webhook: what happens is sent to other systems.
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/changes.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/list.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/units.h"
#include "clients/cli/webhooks.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/webhook_service.pb.h"

namespace plumbline::cli {

namespace ob = onboarding::v1;

void ShowWebhook(Session& session, const ob::Webhook& webhook) {
  const Lines lines(session.paper(), 14, /*wraps=*/false);
  lines.Add("webhook", IdOf(webhook.name()));
  lines.Add("url", webhook.url());
  lines.Add("filter", !webhook.filter().empty() ? webhook.filter()
                      : webhook.calls_only()    ? ""
                                                : "none: everything that happens is sent");
  lines.Add("sent to it", webhook.calls_only() ? "calls of automated steps only" : "");
  lines.Add("description", webhook.description());
  lines.Add("labels", ValuesText(webhook.labels()));
  lines.Add("state", StateWord(ob::Webhook::State_Name(webhook.state())));
  lines.Add("disabled", webhook.disable_reason());
  lines.Add("failing since", When(webhook.failing_since_time()));
  lines.Add("old secret", webhook.has_old_secret_expire_time()
                              ? absl::StrCat("signs until ", When(webhook.old_secret_expire_time()))
                              : "");
  if (webhook.has_update_time())
    lines.Add("changed", absl::StrCat(When(webhook.update_time()), " by ", webhook.author()));
}

namespace {

struct Options {
  std::string id, url, filter, description, secret, reason, etag, state, order_by;
  std::vector<std::string> labels;
  bool disabled = false, dry_run = false, clear_filter = false, calls_only = false;
  const args::Command* update = nullptr;  // which knows what was given, also if it is empty
  double keep_hours = 24;
  int limit = 1000;
};

void ShowSecret(Session& session, const std::string& secret) {
  if (secret.empty()) return;
  session.out() << "secret:       " << secret
                << "\n\nThe secret is shown this once: give it to the receiver, which checks "
                   "signatures with it.\n";
}

// "Webhook crm is created:", or that nothing was.
template <typename Response>
void ShowChanged(Session& session, const Options& options, const char* done,
                 const Response& response) {
  if (session.json()) return session.PrintJson(response);
  const std::string id = IdOf(response.webhook().name());
  session.out() << (options.dry_run ? absl::StrCat("Nothing was written or sent. Webhook ", id,
                                                   " would be ", done, ":\n")
                                    : absl::StrCat("Webhook ", id, " is ", done, ":\n"));
  ob::Webhook shown = response.webhook();
  if (options.dry_run) shown.clear_update_time();  // it was not
  ShowWebhook(session, shown);
  if constexpr (requires { response.secret(); }) ShowSecret(session, response.secret());
}

void NameFields(Session& session) {
  session.wording().Call({{"webhook.url", "--url"},
                          {"webhook.filter", "--filter"},
                          {"webhook.description", "--description"},
                          {"webhook.labels", "--label"},
                          {"webhook.etag", "--etag"},
                          {"webhook.name", "WEBHOOK"},
                          {"webhook_id", "WEBHOOK"},
                          {"secret", "--secret"},
                          {"reason", "--reason"},
                          {"etag", "--etag"},
                          {"name", "WEBHOOK"}});
}

absl::Status Create(Session& session, const Options& options) {
  NameFields(session);
  ob::CreateWebhookRequest request;
  request.set_parent(session.parent());
  request.set_webhook_id(options.id);
  ob::Webhook& webhook = *request.mutable_webhook();
  webhook.set_url(options.url);
  webhook.set_filter(options.filter);
  webhook.set_description(options.description);
  webhook.set_calls_only(options.calls_only);
  if (options.disabled) webhook.set_state(ob::Webhook::STATE_DISABLED);
  RETURN_IF_ERROR(ParsePairs("--label", "KEY=VALUE", options.labels, webhook.mutable_labels()));
  request.set_secret(options.secret);
  request.set_reason(options.reason);
  ob::CreateWebhookResponse response;
  RETURN_IF_ERROR(
      SendChange(session, kWebhooks, "CreateWebhook", options.dry_run, &request, &response));
  ShowChanged(session, options, "created", response);
  if (options.dry_run && !session.json() && options.secret.empty())
    session.out() << "secret:       one is made when it is created, and shown once\n";
  return absl::OkStatus();
}

absl::Status Update(Session& session, const Options& options) {
  NameFields(session);
  ob::UpdateWebhookRequest request;
  ob::Webhook& webhook = *request.mutable_webhook();
  webhook.set_name(session.FullName("webhooks", options.id));
  const auto changes = [&](const char* field, bool given) {
    if (given) request.mutable_update_mask()->add_paths(field);
  };
  webhook.set_url(options.url);
  changes("url", !options.url.empty());
  webhook.set_filter(options.filter);
  changes("filter", options.update->count("--filter") > 0 || options.clear_filter);
  webhook.set_calls_only(options.calls_only);
  changes("calls_only", options.calls_only || options.clear_filter);
  webhook.set_description(options.description);
  changes("description", options.update->count("--description") > 0);
  if (!options.state.empty()) {
    webhook.set_state(options.state == "disabled" ? ob::Webhook::STATE_DISABLED
                                                  : ob::Webhook::STATE_ENABLED);
  }
  changes("state", !options.state.empty());
  RETURN_IF_ERROR(ParsePairs("--label", "KEY=VALUE", options.labels, webhook.mutable_labels()));
  changes("labels", !options.labels.empty());
  // Without a path the mask would mean every field.
  if (request.update_mask().paths().empty()) {
    return base::FieldError("--url",
                            "is missing, and so is every other option: say what to change; "
                            "plumbline webhook get shows the webhook");
  }
  webhook.set_etag(options.etag);
  request.set_reason(options.reason);
  ob::UpdateWebhookResponse response;
  RETURN_IF_ERROR(
      SendChange(session, kWebhooks, "UpdateWebhook", options.dry_run, &request, &response));
  ShowChanged(session, options, "changed", response);
  return absl::OkStatus();
}

absl::Status Get(Session& session, const Options& options) {
  NameFields(session);
  ob::GetWebhookRequest request;
  request.set_name(session.FullName("webhooks", options.id));
  ob::GetWebhookResponse response;
  RETURN_IF_ERROR(session.Call(kWebhooks, "GetWebhook", request, &response));
  return Answer(session, response.webhook(), [&] { ShowWebhook(session, response.webhook()); });
}

absl::Status List(Session& session, const Options& options) {
  session.wording().Call({{"filter", "--filter"}, {"order_by", "--order-by"}});
  ob::ListWebhooksRequest request;
  request.set_parent(session.parent());
  request.set_filter(options.filter);
  request.set_order_by(options.order_by);
  Table table(
      {"WEBHOOK", "~URL", "STATE", "?~SENT TO IT", "?FAILING SINCE (UTC)", "?|DESCRIPTION"});
  ASSIGN_OR_RETURN(
      const bool more,
      (Pages<ob::ListWebhooksRequest, ob::ListWebhooksResponse>(
          session, kWebhooks, "ListWebhooks", request, options.limit, [&](const auto& page) {
            for (const ob::Webhook& h : page.webhooks()) {
              table.Add({IdOf(h.name()), h.url(), StateWord(ob::Webhook::State_Name(h.state())),
                         h.calls_only() ? "calls of automated steps only" : h.filter(),
                         When(h.failing_since_time()), h.description()});
            }
            return page.webhooks_size();
          })));
  ShowList(session, table,
           "no webhooks; make one with: plumbline webhook create ID --url https://...", more);
  return absl::OkStatus();
}

absl::Status Delete(Session& session, const Options& options) {
  NameFields(session);
  ob::DeleteWebhookRequest request;
  request.set_name(session.FullName("webhooks", options.id));
  request.set_etag(options.etag);
  ob::DeleteWebhookResponse response;
  RETURN_IF_ERROR(
      SendChange(session, kWebhooks, "DeleteWebhook", options.dry_run, &request, &response));
  return Answer(session, response,
                [&] { ShowDone(session, response.webhook().name(), options.dry_run, "deleted"); });
}

absl::Status Rotate(Session& session, const Options& options) {
  NameFields(session);
  session.wording().Call({{"keep_old", "--keep-old-hours"}});
  ob::RotateWebhookSecretRequest request;
  request.set_name(session.FullName("webhooks", options.id));
  request.set_secret(options.secret);
  request.mutable_keep_old()->set_seconds(static_cast<int64_t>(options.keep_hours * 3600));
  request.set_etag(options.etag);
  ob::RotateWebhookSecretResponse response;
  RETURN_IF_ERROR(
      SendChange(session, kWebhooks, "RotateWebhookSecret", options.dry_run, &request, &response));
  ShowChanged(session, options, "given a new secret", response);
  return absl::OkStatus();
}

absl::Status Test(Session& session, const Options& options) {
  NameFields(session);
  ob::TestWebhookRequest request;
  request.set_name(session.FullName("webhooks", options.id));
  ob::TestWebhookResponse response;
  RETURN_IF_ERROR(session.Call(kWebhooks, "TestWebhook", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    ShowAttempt(session, response.attempt());
    if (response.succeeded()) session.out() << "the receiver has taken the event\n";
  }
  if (response.succeeded()) return absl::OkStatus();
  // For scripts, as a failure of any other kind.
  return base::Error(
             base::Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE,
             absl::StrCat("the receiver of webhook '", options.id,
                          "' has not taken the event: it has to answer 2xx; plumbline webhook get ",
                          options.id, " shows where it is sent"))
      .With("dependency", "webhook receiver");
}

using Run = absl::Status (*)(Session&, const Options&);

args::Command* AddCommand(args::Command& webhook, Action* action, std::shared_ptr<Options> options,
                          const char* name, const char* help, Run run) {
  args::Command* command = webhook.add_subcommand(name, help);
  command->callback([=] { *action = [=](Session& s) { return run(s, *options); }; });
  return command;
}

args::Command* AddOfOne(args::Command& webhook, Action* action, std::shared_ptr<Options> options,
                        const char* name, const char* help, Run run) {
  args::Command* command = AddCommand(webhook, action, options, name, help, run);
  command->add_option("WEBHOOK", options->id, "Its id")->required();
  return command;
}

void AddContent(args::Command& command, std::shared_ptr<Options> options) {
  Takes(command.add_option("--filter", options->filter,
                           "Only these entries, for example 'kind = TASK_READY AND labels.region "
                           "= emea' (default: all; '' takes it away); docs/webhooks.md has the "
                           "fields"),
        "EXPRESSION");
  command.add_flag("--calls-only", options->calls_only,
                   "Nothing of the history, only calls of automated steps that name it");
  Takes(command.add_option("--description", options->description, "What it is for"), "TEXT");
  Takes(command.add_option("--label", options->labels, "A label (repeatable)"), "KEY=VALUE")
      ->allow_extra_args(false);
  Takes(command.add_option("--reason", options->reason, "Why"), "TEXT");
  command.add_flag("--dry-run", options->dry_run, "Check everything, write nothing");
}

void AddSecret(args::Command& command, std::shared_ptr<Options> options) {
  Takes(command.add_option("--secret", options->secret,
                           "The secret that signs, 'whsec_...' (default: one is made and shown)"),
        "SECRET");
}

void AddEtag(args::Command& command, std::shared_ptr<Options> options) {
  Takes(command.add_option("--etag", options->etag,
                           "Refuse if it has changed since it had this etag"),
        "ETAG");
}

void AddWriting(args::Command& webhook, Action* action, std::shared_ptr<Options> options) {
  args::Command* create = AddOfOne(webhook, action, options, "create",
                                   "Send what happens from now on to a URL", Create);
  Takes(create->add_option("--url", options->url, "Where to, https://..."), "URL")->required();
  AddContent(*create, options);
  AddSecret(*create, options);
  create->add_flag("--disabled", options->disabled, "Do not send yet");
  AddExamples(*create, {{"plumbline webhook create crm --url https://crm.example.com/hooks", ""},
                        {"plumbline webhook create it --url https://it.example.com/queue \\\n"
                         "      --filter 'kind = TASK_READY AND resource = \"it@example.com\"'",
                         "the work of one queue"},
                        {"plumbline webhook create provision-crm --calls-only \\\n"
                         "      --url https://it.example.com/provision",
                         "a program that does steps"}});
  args::Command* update = AddOfOne(webhook, action, options, "update", "Change it", Update);
  options->update = update;
  Takes(update->add_option("--url", options->url, "Where to, https://..."), "URL");
  AddContent(*update, options);
  update->add_flag("--all", options->clear_filter,
                   "Send everything: take the filter and --calls-only away");
  Takes(update->add_option("--state", options->state, "enabled or disabled"), "STATE")
      ->check(args::IsMember({"enabled", "disabled"}));
  AddEtag(*update, options);
  args::Command* remove = AddOfOne(webhook, action, options, "delete",
                                   "Delete it and what is known of its deliveries", Delete);
  AddEtag(*remove, options);
  remove->add_flag("--dry-run", options->dry_run, "Check everything, write nothing");
  args::Command* rotate =
      AddOfOne(webhook, action, options, "rotate",
               "Give it a new secret; the old one signs as well for a while", Rotate);
  AddSecret(*rotate, options);
  Takes(rotate->add_option("--keep-old-hours", options->keep_hours,
                           "For how long the old one signs (default: 24; 0 = no longer)"),
        "HOURS");
  AddEtag(*rotate, options);
  rotate->add_flag("--dry-run", options->dry_run, "Check everything, write nothing");
}

}  // namespace

void AddWebhookCommands(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* webhook =
      app.add_subcommand("webhook", "Send what happens to other systems, and see what was sent");
  webhook->group("Run");
  webhook->require_subcommand(1);
  AddWriting(*webhook, action, options);
  AddOfOne(*webhook, action, options, "get", "Show it", Get);
  args::Command* list = AddCommand(*webhook, action, options, "list", "Show all of them", List);
  AddFilterOptions(*list, "name, url, description, state, author, create_time, update_time",
                   &options->filter, &options->order_by);
  Takes(list->add_option("--limit", options->limit, "Rows at most (default: 1,000)"), "N");
  AddOfOne(*webhook, action, options, "test", "Send an event of the type webhook.ping now", Test);
  AddWebhookDeliveries(*webhook, action);
  AddExamples(*webhook, {{"plumbline webhook test crm", "does the receiver answer?"},
                         {"plumbline webhook deliveries crm --filter 'state = FAILED'", ""},
                         {"plumbline webhook replay crm --failed-since 2026-11-01", ""}});
}

}  // namespace plumbline::cli
