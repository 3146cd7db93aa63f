// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/called_processes.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/flow/plan.h"
#include "common/flow/proto/convert.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::cli {
namespace {

using catalog::v1::Node;
using catalog::v1::Process;

std::string WithoutRevision(const std::string& name) { return name.substr(0, name.find('@')); }

// Replaces the text of every call by what `change` makes of it.
absl::Status ChangeCalls(
    Node* node, const std::function<absl::StatusOr<std::string>(const std::string&)>& change) {
  const auto all = [&](auto* nodes) -> absl::Status {
    for (Node& child : *nodes) RETURN_IF_ERROR(ChangeCalls(&child, change));
    return absl::OkStatus();
  };
  if (node->has_sequence()) return all(node->mutable_sequence()->mutable_nodes());
  if (node->has_parallel()) return all(node->mutable_parallel()->mutable_nodes());
  if (node->has_choice()) return all(node->mutable_choice()->mutable_nodes());
  if (node->has_loop()) {
    RETURN_IF_ERROR(ChangeCalls(node->mutable_loop()->mutable_body(), change));
    if (!node->loop().has_redo()) return absl::OkStatus();
    return ChangeCalls(node->mutable_loop()->mutable_redo(), change);
  }
  if (!node->has_call()) return absl::OkStatus();
  ASSIGN_OR_RETURN(*node->mutable_call()->mutable_process(), change(node->call().process()));
  return absl::OkStatus();
}

absl::Status NotThere(const std::string& called, absl::string_view why) {
  return base::FieldError(
      "process.root", absl::StrCat("calls '", called, "', which ", why,
                                   ": give its file too, publish it first, or correct the call"));
}

}  // namespace

absl::Status ForEachCall(const Node& node, const std::function<absl::Status(const Node&)>& visit) {
  for (const Node& child : node.sequence().nodes()) RETURN_IF_ERROR(ForEachCall(child, visit));
  for (const Node& child : node.parallel().nodes()) RETURN_IF_ERROR(ForEachCall(child, visit));
  for (const Node& child : node.choice().nodes()) RETURN_IF_ERROR(ForEachCall(child, visit));
  if (node.loop().has_body()) RETURN_IF_ERROR(ForEachCall(node.loop().body(), visit));
  if (node.loop().has_redo()) RETURN_IF_ERROR(ForEachCall(node.loop().redo(), visit));
  return node.has_call() ? visit(node) : absl::OkStatus();
}

void CalledProcesses::Add(const std::string& name, const Process& process, int64_t revision,
                          bool publishes) {
  planned_[name] = {&process, revision, publishes};
}

absl::StatusOr<Process> CalledProcesses::Get(const std::string& name) {
  catalog::v1::GetProcessRequest request;
  request.set_name(session_.FullName(name));
  request.set_min_freshness("now");
  catalog::v1::GetProcessResponse response;
  RETURN_IF_ERROR(session_.Call(kCatalog, "GetProcess", request, &response));
  return std::move(*response.mutable_process());
}

absl::StatusOr<std::string> CalledProcesses::Resolve(const std::string& called) {
  const std::string name = WithoutRevision(called);
  const std::string selector = called == name ? "" : called.substr(name.size() + 1);
  const auto planned = planned_.find(name);
  if (planned != planned_.end()) {
    const int64_t latest = planned->second.revision;
    int64_t revision = 0;
    if (selector.empty() || selector == "latest") return absl::StrCat(name, "@", latest);
    if (absl::SimpleAtoi(selector, &revision) && revision == latest) return called;
  }
  if (auto known = resolved_.find(called); known != resolved_.end()) return known->second;
  const absl::StatusOr<Process> found =
      Get(selector.empty() ? absl::StrCat(name, "@latest") : called);
  if (absl::IsNotFound(found.status()))
    return NotThere(called, selector.empty() ? "is not published" : "does not exist");
  RETURN_IF_ERROR(found.status());
  const std::string revision = absl::StrCat(name, "@", found->revision());
  resolved_[called] = revision;
  contents_.emplace(revision, *found);
  return revision;
}

absl::StatusOr<Process> CalledProcesses::Pin(const Process& process) {
  Process pinned = process;
  RETURN_IF_ERROR(ChangeCalls(pinned.mutable_root(),
                              [&](const std::string& called) { return Resolve(called); }));
  return pinned;
}

absl::StatusOr<const Process*> CalledProcesses::Content(const std::string& revision) {
  if (auto known = contents_.find(revision); known != contents_.end()) return &known->second;
  const auto planned = planned_.find(WithoutRevision(revision));
  const bool from_file = planned != planned_.end() && planned->second.publishes &&
                         revision == absl::StrCat(planned->first, "@", planned->second.revision);
  absl::StatusOr<Process> content = from_file ? Pin(*planned->second.process) : Get(revision);
  RETURN_IF_ERROR(content.status());
  return &contents_.emplace(revision, *std::move(content)).first->second;
}

absl::Status CalledProcesses::CheckCycle(const std::string& name, const Process& pinned) {
  std::map<std::string, std::string> reached_from;  // revisions; "" = the process itself
  std::deque<std::string> waiting;
  const auto meet = [&](const Process& process, const std::string& from) {
    return ForEachCall(process.root(), [&](const Node& node) {
      const std::string& called = node.call().process();
      if (reached_from.try_emplace(called, from).second) waiting.push_back(called);
      return absl::OkStatus();
    });
  };
  RETURN_IF_ERROR(meet(pinned, ""));
  while (!waiting.empty()) {
    const std::string called = waiting.front();
    waiting.pop_front();
    if (WithoutRevision(called) == name) {
      std::vector<std::string> chain;
      for (std::string at = called; !at.empty(); at = reached_from[at]) chain.push_back(at);
      chain.push_back(name);
      std::reverse(chain.begin(), chain.end());
      const std::string text = absl::StrJoin(chain, " -> ");
      return base::Error(base::Reason::ERROR_REASON_PROCESS_CYCLE,
                         absl::StrCat("'", name, "' would call itself: ", text,
                                      "; remove one of these calls"))
          .With("chain", text);
    }
    ASSIGN_OR_RETURN(const Process* process, Content(called));
    RETURN_IF_ERROR(meet(*process, called));
  }
  return absl::OkStatus();
}

absl::Status CalledProcesses::Check(const std::string& name, const Process& pinned) {
  RETURN_IF_ERROR(CheckCycle(name, pinned));
  ASSIGN_OR_RETURN(const flow::Node root, flow::FromProto(pinned.root(), "process.root"));
  return flow::Plan::Build(root, pinned.owner(),
                           [&](absl::string_view called) -> absl::StatusOr<flow::Node> {
                             ASSIGN_OR_RETURN(const Process* process, Content(std::string(called)));
                             return flow::FromProto(process->root(), absl::StrCat(called, ".root"));
                           })
      .status();
}

}  // namespace plumbline::cli
