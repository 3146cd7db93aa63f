// SPDX-License-Identifier: Apache-2.0
//
// What steps need, from the catalog: the log of an on-boarding tells of a utility only once it has
// blocked somebody.
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/cascade_command.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

constexpr size_t kMostProcesses = 100;
constexpr int kMostNeeds = 10'000;

// Adds the steps below a node, and the processes that it calls.
void Walk(const catalog::v1::Node& node, pb::SimulateCascadeRequest* request,
          std::vector<std::string>* calls) {
  const auto all = [&](const auto& nodes) {
    for (const catalog::v1::Node& child : nodes) Walk(child, request, calls);
  };
  switch (node.kind_case()) {
    case catalog::v1::Node::kSequence:
      return all(node.sequence().nodes());
    case catalog::v1::Node::kParallel:
      return all(node.parallel().nodes());
    case catalog::v1::Node::kChoice:
      return all(node.choice().nodes());
    case catalog::v1::Node::kLoop:
      Walk(node.loop().body(), request, calls);
      if (node.loop().has_redo()) Walk(node.loop().redo(), request, calls);
      return;
    case catalog::v1::Node::kCall:
      calls->push_back(node.call().process());
      return;
    case catalog::v1::Node::kStep:
      break;
    case catalog::v1::Node::KIND_NOT_SET:
      return;
  }
  if (node.title().empty() || request->needs_size() == kMostNeeds) return;
  pb::StepNeeds& needs = *request->add_needs();
  needs.set_activity(node.title());
  needs.set_role(node.step().role());
  *needs.mutable_utilities() = node.step().utilities();
}

}  // namespace

void ReadNeeds(Session& session, const std::string& log, pb::SimulateCascadeRequest* request) {
  const std::string id = log.substr(log.rfind('/') + 1);
  std::vector<std::string> left = {absl::StrCat("processes/", id, "@latest")};
  std::set<std::string> seen;
  while (!left.empty() && seen.size() < kMostProcesses) {
    const std::string name = session.FullName(left.back());
    left.pop_back();
    if (!seen.insert(name).second) continue;
    catalog::v1::GetProcessRequest get;
    get.set_name(name);
    catalog::v1::GetProcessResponse process;
    // What the catalog does not know is not known: nothing is wrong.
    if (!session.Call(kCatalog, "GetProcess", get, &process).ok()) continue;
    Walk(process.process().root(), request, &left);
  }
}

}  // namespace plumbline::cli
