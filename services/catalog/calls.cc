// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/calls.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/flow/tree.h"
#include "services/catalog/command.h"
#include "services/catalog/search_words.h"

namespace plumbline::catalog {
namespace {

// A call, taken apart. The rules of the tree have been checked: its text is "processes/{p}" or
// "processes/{p}@{revision}".
struct Called {
  std::string process;
  int64_t revision = 0;  // 0 = it names none
};

absl::StatusOr<Called> ParseCall(absl::string_view text) {
  Called called;
  absl::string_view rest = text;
  if (!absl::ConsumePrefix(&rest, "processes/"))
    return base::Internal(absl::StrCat("unchecked call '", text, "'"));
  const size_t at = rest.find('@');
  called.process = std::string(rest.substr(0, at));
  if (at != absl::string_view::npos && !absl::SimpleAtoi(rest.substr(at + 1), &called.revision)) {
    return base::Internal(absl::StrCat("unchecked call '", text, "'"));
  }
  return called;
}

std::string PinnedText(const Called& called) {
  return absl::StrCat("processes/", called.process, "@", called.revision);
}

// `visit` gets every call of a tree whose depth has been checked, in order, until it returns an
// error.
absl::Status ForEachCall(v1::Node* node, absl::FunctionRef<absl::Status(v1::Node&)> visit) {
  const auto all = [&](google::protobuf::RepeatedPtrField<v1::Node>* nodes) -> absl::Status {
    for (v1::Node& child : *nodes) RETURN_IF_ERROR(ForEachCall(&child, visit));
    return absl::OkStatus();
  };
  switch (node->kind_case()) {
    case v1::Node::kSequence:
      return all(node->mutable_sequence()->mutable_nodes());
    case v1::Node::kParallel:
      return all(node->mutable_parallel()->mutable_nodes());
    case v1::Node::kChoice:
      return all(node->mutable_choice()->mutable_nodes());
    case v1::Node::kLoop:
      RETURN_IF_ERROR(ForEachCall(node->mutable_loop()->mutable_body(), visit));
      if (!node->loop().has_redo()) return absl::OkStatus();
      return ForEachCall(node->mutable_loop()->mutable_redo(), visit);
    case v1::Node::kCall:
      return visit(*node);
    default:
      return absl::OkStatus();
  }
}

// `ids` from the one that is written or published to where it comes round.
absl::Status CycleError(const std::vector<std::string>& ids) {
  const std::string chain = absl::StrJoin(ids, " -> ");
  return base::Error(base::Reason::ERROR_REASON_PROCESS_CYCLE,
                     absl::StrCat("process '", ids.front(), "' would call itself: ", chain,
                                  "; remove one of these calls"))
      .With("chain", chain)
      .Precondition("PROCESS_CYCLE", ids.front(), chain);
}

absl::Status NotPublished(const ProcessKey& caller, const ProcessKey& called,
                          absl::string_view node) {
  return base::Error(
             base::Reason::ERROR_REASON_PROCESS_NOT_PUBLISHED,
             absl::StrCat("node '", node, "' of '", NameOf(caller), "' calls '", NameOf(called),
                          "', which has no published revision: publish it first"))
      .Resource("Process", NameOf(called))
      .Precondition("PROCESS_NOT_PUBLISHED", NameOf(called), "has no published revision");
}

absl::Status TooManyCalled(const ProcessKey& caller) {
  return base::Error(
      base::Reason::ERROR_REASON_PROCESS_INVALID,
      absl::StrCat("what '", NameOf(caller), "' calls, directly and through others, has more than ",
                   flow::kMaxNodes, " nodes: split it"));
}

// The calls that were met and not looked at yet, breadth first, and how each was reached.
class Frontier {
 public:
  explicit Frontier(std::string caller) : caller_(std::move(caller)) {}

  // Adds the calls of `tree`, which was reached through the call `from` ("" = it is the caller's
  // own).
  absl::Status Meet(v1::Node tree, const std::string& from) {
    return ForEachCall(&tree, [&](const v1::Node& node) {
      const std::string& text = node.call().process();
      if (reached_from_.try_emplace(text, from).second) waiting_.push_back(text);
      return absl::OkStatus();
    });
  }

  bool empty() const { return waiting_.empty(); }

  std::string Pop() {
    std::string text = std::move(waiting_.front());
    waiting_.pop_front();
    return text;
  }

  // The ids from the caller to the call `text`.
  absl::StatusOr<std::vector<std::string>> ChainTo(std::string text) const {
    std::vector<std::string> ids;
    for (; !text.empty(); text = reached_from_.at(text)) {
      ASSIGN_OR_RETURN(Called called, ParseCall(text));
      ids.push_back(called.process);
    }
    ids.push_back(caller_);
    std::reverse(ids.begin(), ids.end());
    return ids;
  }

 private:
  const std::string caller_;
  std::deque<std::string> waiting_;
  std::map<std::string, std::string> reached_from_;
};

}  // namespace

absl::Status CheckNoSelfCall(const ProcessKey& caller, const v1::Node& root) {
  v1::Node tree = root;
  return ForEachCall(&tree, [&](const v1::Node& node) -> absl::Status {
    ASSIGN_OR_RETURN(const auto called, ParseCall(node.call().process()));
    if (called.process != caller.process) return absl::OkStatus();
    return CycleError({caller.process, caller.process});
  });
}

absl::Status PinCalls(Snapshot& snapshot, const ProcessKey& caller, v1::Node* root) {
  std::map<std::string, int64_t> latest;
  return ForEachCall(root, [&](v1::Node& node) -> absl::Status {
    ASSIGN_OR_RETURN(Called called, ParseCall(node.call().process()));
    if (called.process == caller.process) return CycleError({caller.process, caller.process});
    if (called.revision != 0) return absl::OkStatus();
    const ProcessKey key{caller.workspace, called.process};
    auto [it, inserted] = latest.try_emplace(called.process, 0);
    if (inserted) {
      ASSIGN_OR_RETURN(std::optional<Head> head, snapshot.FindHead(key));
      if (!head.has_value()) return base::NotFound("Process", NameOf(key));
      it->second = head->process.latest_revision();
    }
    if (it->second == 0) return NotPublished(caller, key, node.id());
    called.revision = it->second;
    node.mutable_call()->set_process(PinnedText(called));
    return absl::OkStatus();
  });
}

absl::Status PinCallsWherePossible(Snapshot& snapshot, const ProcessKey& caller, v1::Node* root) {
  std::map<std::string, int64_t> latest;
  return ForEachCall(root, [&](v1::Node& node) -> absl::Status {
    ASSIGN_OR_RETURN(Called called, ParseCall(node.call().process()));
    if (called.revision != 0) return absl::OkStatus();
    auto [it, inserted] = latest.try_emplace(called.process, 0);
    if (inserted) {
      ASSIGN_OR_RETURN(std::optional<Head> head,
                       snapshot.FindHead({caller.workspace, called.process}));
      if (head.has_value()) it->second = head->process.latest_revision();
    }
    called.revision = it->second;
    if (called.revision != 0) node.mutable_call()->set_process(PinnedText(called));
    return absl::OkStatus();
  });
}

absl::StatusOr<Closure> Closure::Read(Snapshot& snapshot, const ProcessKey& caller,
                                      const v1::Node& root) {
  Closure closure;
  Frontier frontier(caller.process);
  int nodes = 0;
  RETURN_IF_ERROR(frontier.Meet(root, ""));
  while (!frontier.empty()) {
    const std::string text = frontier.Pop();
    ASSIGN_OR_RETURN(Called called, ParseCall(text));
    if (called.process == caller.process) {
      ASSIGN_OR_RETURN(std::vector<std::string> chain, frontier.ChainTo(text));
      return CycleError(chain);
    }
    const ProcessKey key{caller.workspace, called.process};
    ASSIGN_OR_RETURN(std::optional<v1::Process> revision,
                     snapshot.FindRevision(key, called.revision));
    if (!revision.has_value()) return base::NotFound("Process", NameOf(key, called.revision));
    // Each is expanded at least once, so that what is refused later need not be read any further.
    ForEachNode(revision->root(), [&nodes](const v1::Node&) { ++nodes; });
    if (nodes > flow::kMaxNodes) return TooManyCalled(caller);
    RETURN_IF_ERROR(frontier.Meet(revision->root(), text));
    closure.revisions_.emplace(text, *std::move(revision));
  }
  return closure;
}

absl::StatusOr<const v1::Process*> Closure::Find(absl::string_view called) const {
  auto it = revisions_.find(called);
  if (it == revisions_.end()) return base::Internal(absl::StrCat("'", called, "' was not read"));
  return &it->second;
}

std::vector<std::string> Closure::Names() const {
  std::vector<std::string> names;
  for (const auto& [text, process] : revisions_) names.push_back(process.name());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace plumbline::catalog
