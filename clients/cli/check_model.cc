// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/check_model.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

using analytics::v1::ModelNode;
using catalog::v1::Node;

constexpr int kMaxDepth = 80;  // of the service

class Converter {
 public:
  explicit Converter(const CalledProcess& called) : called_(called) {}

  absl::Status Convert(const Node& from, int depth, ModelNode* node) {
    if (depth > kMaxDepth) {
      return base::Error(base::Reason::ERROR_REASON_PROCESS_INVALID,
                         absl::StrCat("the process with all that it calls is deeper than ",
                                      kMaxDepth, " levels; check what it calls on its own"));
    }
    if (from.optional()) {
      node->set_kind(ModelNode::KIND_CHOICE);
      node->add_children()->set_kind(ModelNode::KIND_SILENT);
      node = node->add_children();
      ++depth;
    }
    switch (from.kind_case()) {
      case Node::kSequence:
        return Children(from.sequence().nodes(), ModelNode::KIND_SEQUENCE, depth, node);
      case Node::kParallel:
        return Children(from.parallel().nodes(), ModelNode::KIND_PARALLEL, depth, node);
      case Node::kChoice:
        return Children(from.choice().nodes(), ModelNode::KIND_CHOICE, depth, node);
      case Node::kLoop:
        node->set_kind(ModelNode::KIND_LOOP);
        RETURN_IF_ERROR(Convert(from.loop().body(), depth + 1, node->add_children()));
        if (from.loop().has_redo()) {
          return Convert(from.loop().redo(), depth + 1, node->add_children());
        }
        node->add_children()->set_kind(ModelNode::KIND_SILENT);
        return absl::OkStatus();
      case Node::kCall:
        return Called(from.call().process(), depth, node);
      default:
        node->set_kind(ModelNode::KIND_ACTIVITY);
        node->set_activity(from.title().empty() ? from.id() : from.title());
        return absl::OkStatus();
    }
  }

 private:
  template <class Nodes>
  absl::Status Children(const Nodes& nodes, ModelNode::Kind kind, int depth, ModelNode* node) {
    node->set_kind(kind);
    for (const Node& child : nodes) {
      RETURN_IF_ERROR(Convert(child, depth + 1, node->add_children()));
    }
    return absl::OkStatus();
  }

  absl::Status Called(const std::string& name, int depth, ModelNode* node) {
    auto found = processes_.find(name);
    if (found == processes_.end()) {
      ASSIGN_OR_RETURN(catalog::v1::Process process, called_(name));
      found = processes_.emplace(name, std::move(process)).first;
    }
    return Convert(found->second.root(), depth + 1, node);
  }

  const CalledProcess& called_;
  std::map<std::string, catalog::v1::Process> processes_;
};

}  // namespace

absl::StatusOr<ModelNode> ModelOf(const catalog::v1::Process& process,
                                  const CalledProcess& called) {
  ModelNode model;
  RETURN_IF_ERROR(Converter(called).Convert(process.root(), 1, &model));
  return model;
}

}  // namespace plumbline::cli
