// SPDX-License-Identifier: Apache-2.0
//
// Requests about the life of an on-boarding, who does its tasks, and what people say of them.
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/onboarding/runs/checker.h"

namespace plumbline::onboarding {
namespace {

constexpr size_t kMaxReason = 1000;
constexpr int kMaxLinks = 20;

template <typename Request>
absl::StatusOr<ChangeCommand> LifeCommand(const Request& request) {
  Checker check;
  ChangeCommand command = OnboardingCommand(check, request);
  check.Length("reason", request.reason(), 1, kMaxReason);
  command.text = request.reason();
  command.etag = request.etag();
  return Checked(check, std::move(command));
}

// A change of a task with a reason of at least `least` characters.
template <typename Request>
ChangeCommand TaskWithReason(Checker& check, const Request& request, size_t least) {
  ChangeCommand command = TaskCommand(check, request);
  check.Length("reason", request.reason(), least, kMaxReason);
  command.text = request.reason();
  return command;
}

std::vector<Link> Links(Checker& check, const v1::CommentTaskRequest& request) {
  if (request.links_size() > kMaxLinks)
    check.Wrong("links",
                absl::StrCat("has ", request.links_size(), " entries; at most ", kMaxLinks));
  std::vector<Link> links;
  for (int i = 0; i < request.links_size() && i < kMaxLinks; ++i) {
    const v1::Link& link = request.links(i);
    const std::string field = absl::StrCat("links[", i, "]");
    check.Length(field + ".uri", link.uri(), 1, 2000);
    check.Length(field + ".title", link.title(), 0, 200);
    // Other schemes can run things in who follows them.
    const bool web =
        absl::StartsWith(link.uri(), "https://") || absl::StartsWith(link.uri(), "http://");
    if (!link.uri().empty() && !web)
      check.Wrong(field + ".uri",
                  "begins neither with https:// nor with http://; give the whole "
                  "address of a page");
    links.push_back({link.uri(), link.title()});
  }
  return links;
}

}  // namespace

absl::StatusOr<ChangeCommand> Parse(const v1::PauseOnboardingRequest& request) {
  return LifeCommand(request);
}

absl::StatusOr<ChangeCommand> Parse(const v1::ResumeOnboardingRequest& request) {
  return LifeCommand(request);
}

absl::StatusOr<ChangeCommand> Parse(const v1::CancelOnboardingRequest& request) {
  return LifeCommand(request);
}

absl::StatusOr<ChangeCommand> Parse(const v1::ClaimTaskRequest& request) {
  Checker check;
  ChangeCommand command = TaskCommand(check, request);
  command.take_over = request.take_over();
  return Checked(check, std::move(command));
}

absl::StatusOr<ChangeCommand> Parse(const v1::AssignTaskRequest& request) {
  Checker check;
  ChangeCommand command = TaskWithReason(check, request, 0);
  check.Length("assignee", request.assignee(), 1, 200);
  command.who = request.assignee();
  return Checked(check, std::move(command));
}

absl::StatusOr<ChangeCommand> Parse(const v1::DelegateTaskRequest& request) {
  Checker check;
  ChangeCommand command = TaskWithReason(check, request, 0);
  check.Length("delegate", request.delegate(), 1, 200);
  command.who = request.delegate();
  return Checked(check, std::move(command));
}

absl::StatusOr<ChangeCommand> Parse(const v1::ReleaseTaskRequest& request) {
  Checker check;
  ChangeCommand command = TaskWithReason(check, request, 0);
  return Checked(check, std::move(command));
}

absl::StatusOr<ChangeCommand> Parse(const v1::ReopenTaskRequest& request) {
  Checker check;
  ChangeCommand command = TaskWithReason(check, request, 1);
  return Checked(check, std::move(command));
}

absl::StatusOr<ChangeCommand> Parse(const v1::CommentTaskRequest& request) {
  Checker check;
  ChangeCommand command = TaskCommand(check, request);
  check.Length("text", request.text(), 1, 4000);
  command.text = request.text();
  command.links = Links(check, request);
  return Checked(check, std::move(command));
}

absl::StatusOr<ChangeCommand> Parse(const v1::VerifyTaskRequest& request) {
  Checker check;
  ChangeCommand command = TaskWithReason(check, request, request.accepted() ? 0 : 1);
  command.verification = {request.accepted(), request.reason(),
                          check.List("defects", request.defects())};
  if (request.accepted() && request.defects_size() > 0)
    check.Wrong("defects", "is given with `accepted`; leave one of them out");
  return Checked(check, std::move(command));
}

absl::StatusOr<ChangeCommand> Parse(const v1::ApproveWaiverRequest& request) {
  Checker check;
  ChangeCommand command = TaskWithReason(check, request, 0);
  return Checked(check, std::move(command));
}

absl::StatusOr<ChangeCommand> Parse(const v1::RejectWaiverRequest& request) {
  Checker check;
  ChangeCommand command = TaskWithReason(check, request, 1);
  return Checked(check, std::move(command));
}

}  // namespace plumbline::onboarding
