// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/processes/calls.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <set>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/flow/proto/nodes.h"
#include "common/flow/tree.h"
#include "common/flow/validate.h"
#include "services/catalog/life/life.h"
#include "services/catalog/processes/command.h"
#include "services/catalog/resource/change.h"

namespace plumbline::catalog {
namespace {

// The rules of the tree have been checked.
absl::StatusOr<flow::CalledProcess> ParseCall(absl::string_view text) {
  std::optional<flow::CalledProcess> called = flow::ParseCalled(text);
  if (!called.has_value()) return base::Internal(absl::StrCat("unchecked call '", text, "'"));
  return *std::move(called);
}

// `visit` gets every call of a tree whose depth has been checked, in order, until it returns an
// error.
absl::Status ForEachCall(v1::Node* root, absl::FunctionRef<absl::Status(v1::Node&)> visit) {
  return flow::ForEachNode(
      root, [&](v1::Node& node) { return node.has_call() ? visit(node) : absl::OkStatus(); });
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
  const std::string chain = absl::StrCat(caller.process, " -> ", called.process);
  return base::Error(
             base::Reason::ERROR_REASON_PROCESS_NOT_PUBLISHED,
             absl::StrCat("node '", node, "' of '", NameOf(caller), "' calls '", NameOf(called),
                          "', which has no published revision (", chain, "): publish it first"))
      .With("chain", chain)
      .Resource("Process", NameOf(called))
      .Precondition("PROCESS_NOT_PUBLISHED", NameOf(called), "has no published revision");
}

// `chain`: from the one that is published to what is missing, whose full name is `name`.
absl::Status CalledNotFound(const std::vector<std::string>& chain, const std::string& name) {
  const std::string text = absl::StrJoin(chain, " -> ");
  return base::Error(base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND,
                     absl::StrCat("there is no '", name, "', which is called (", text,
                                  "): create and publish it, or call another"))
      .With("chain", text)
      .Resource("Process", name);
}

// `chain`: from the caller to the process with which it is too many.
absl::Status TooManyCalled(const ProcessKey& caller, const std::vector<std::string>& chain) {
  const std::string text = absl::StrJoin(chain, " -> ");
  return base::Error(base::Reason::ERROR_REASON_PROCESS_INVALID,
                     absl::StrCat("what '", NameOf(caller),
                                  "' calls, directly and through others, has more than ",
                                  flow::kMaxNodes, " nodes, with ", text, ": split it"))
      .With("chain", text);
}

// The calls that were met and not looked at yet, breadth first, and how each was reached.
class Frontier {
 public:
  explicit Frontier(std::string caller) : caller_(std::move(caller)) {}

  // Adds the calls of `tree`, which was reached through the call `from` ("" = it is the caller's
  // own).
  void Meet(const v1::Node& tree, const std::string& from) {
    for (const std::string& text : CallsOf(tree)) {
      if (reached_from_.try_emplace(text, from).second) waiting_.push_back(text);
    }
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
      ASSIGN_OR_RETURN(flow::CalledProcess called, ParseCall(text));
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

// Whether a call has no revision that it could mean, as opposed to one that could not be read.
bool CannotBePinned(const absl::Status& status) {
  switch (base::ReasonOf(status)) {
    case base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND:
    case base::Reason::ERROR_REASON_PROCESS_NOT_PUBLISHED:
    case base::Reason::ERROR_REASON_REVISION_NOT_EFFECTIVE:
    case base::Reason::ERROR_REASON_PROCESS_RETIRED:
      return true;
    default:
      return false;
  }
}

// Finds the revisions that calls mean; reads each process once.
class Resolver {
 public:
  Resolver(Snapshot& snapshot, const ProcessKey& caller, absl::Time at)
      : snapshot_(snapshot), caller_(caller), at_(at) {}

  absl::StatusOr<int64_t> Resolve(const flow::CalledProcess& called, absl::string_view node) {
    const ProcessKey key{caller_.workspace, called.process};
    ASSIGN_OR_RETURN(const v1::Process* head, HeadOf(key));
    if (head == nullptr) return Missing(called.process);
    if (!called.tag.empty()) return Tagged(key, called.tag, *head);
    if (called.revision != 0) {
      if (called.revision > head->latest_revision())
        return Missing(absl::StrCat(called.process, "@", called.revision));
      RETURN_IF_ERROR(CheckNotArchived(*head, called.revision, NameOf(key, called.revision)));
      return called.revision;
    }
    if (head->latest_revision() == 0) return NotPublished(caller_, key, node);
    const Choice choice = ChooseRevision(*head, at_);
    if (choice.revision == 0) return NothingToChoose(*head, at_);
    if (choice.state == v1::Process::STATE_PUBLISHED) return choice.revision;
    v1::Process chosen;
    chosen.set_revision(choice.revision);
    AddLife(*head, &chosen);
    return Retired(NameOf(key), choice.state, chosen.retirement());
  }

 private:
  absl::StatusOr<int64_t> Tagged(const ProcessKey& key, const std::string& tag,
                                 const v1::Process& head) {
    const v1::Tag* found = FindTag(head, tag);
    if (found == nullptr) return Missing(absl::StrCat(key.process, "@", tag));
    RETURN_IF_ERROR(CheckNotArchived(head, found->revision(), NameOf(key, tag)));
    return found->revision();
  }

  // `called`: an id, and what of it is missing: "legal@7".
  absl::Status Missing(const std::string& called) const {
    return CalledNotFound({caller_.process, called}, NameOf({caller_.workspace, called}));
  }

  // nullptr if there is none.
  absl::StatusOr<const v1::Process*> HeadOf(const ProcessKey& key) {
    auto [it, inserted] = heads_.try_emplace(key.process);
    if (inserted) {
      ASSIGN_OR_RETURN(std::optional<Head> head, snapshot_.FindHead(key));
      if (head.has_value()) it->second = std::move(head->process);
    }
    return it->second.has_value() ? &*it->second : nullptr;
  }

  Snapshot& snapshot_;
  const ProcessKey& caller_;
  const absl::Time at_;
  std::map<std::string, std::optional<v1::Process>> heads_;
};

}  // namespace

absl::Status CheckNoSelfCall(const ProcessKey& caller, const v1::Node& root) {
  for (const std::string& text : CallsOf(root)) {
    ASSIGN_OR_RETURN(const flow::CalledProcess called, ParseCall(text));
    if (called.process == caller.process) return CycleError({caller.process, caller.process});
  }
  return absl::OkStatus();
}

std::vector<std::string> CallsOf(const v1::Node& root) {
  std::set<std::string> seen;
  std::vector<std::string> texts;
  flow::ForEachNode(root, [&](const v1::Node& node) {
    const std::string& text = node.call().process();
    if (node.has_call() && seen.insert(text).second) texts.push_back(text);
  });
  return texts;
}

absl::Status PinCalls(Snapshot& snapshot, const ProcessKey& caller, absl::Time at, v1::Node* root) {
  Resolver resolver(snapshot, caller, at);
  return ForEachCall(root, [&](v1::Node& node) -> absl::Status {
    ASSIGN_OR_RETURN(flow::CalledProcess called, ParseCall(node.call().process()));
    if (called.process == caller.process) return CycleError({caller.process, caller.process});
    ASSIGN_OR_RETURN(const int64_t revision, resolver.Resolve(called, node.id()));
    node.mutable_call()->set_process(absl::StrCat("processes/", called.process, "@", revision));
    return absl::OkStatus();
  });
}

absl::Status PinCallsWherePossible(Snapshot& snapshot, const ProcessKey& caller, absl::Time at,
                                   v1::Node* root) {
  Resolver resolver(snapshot, caller, at);
  return ForEachCall(root, [&](v1::Node& node) -> absl::Status {
    ASSIGN_OR_RETURN(const flow::CalledProcess called, ParseCall(node.call().process()));
    if (called.revision != 0) return absl::OkStatus();
    const absl::StatusOr<int64_t> revision = resolver.Resolve(called, node.id());
    if (CannotBePinned(revision.status())) return absl::OkStatus();
    RETURN_IF_ERROR(revision.status());
    node.mutable_call()->set_process(absl::StrCat("processes/", called.process, "@", *revision));
    return absl::OkStatus();
  });
}

absl::StatusOr<Closure> Closure::Read(Snapshot& snapshot, const ProcessKey& caller,
                                      const v1::Node& root) {
  Closure closure;
  Frontier frontier(caller.process);
  int nodes = 0;
  frontier.Meet(root, "");
  while (!frontier.empty()) {
    const std::string text = frontier.Pop();
    ASSIGN_OR_RETURN(flow::CalledProcess called, ParseCall(text));
    ASSIGN_OR_RETURN(const std::vector<std::string> chain, frontier.ChainTo(text));
    if (called.process == caller.process) return CycleError(chain);
    const ProcessKey key{caller.workspace, called.process};
    ASSIGN_OR_RETURN(std::optional<v1::Process> revision,
                     snapshot.FindRevision(key, called.revision));
    if (!revision.has_value()) return CalledNotFound(chain, NameOf(key, called.revision));
    // Each is expanded at least once, so that what is refused later need not be read any further.
    flow::ForEachNode(revision->root(), [&nodes](const v1::Node&) { ++nodes; });
    if (nodes > flow::kMaxNodes) return TooManyCalled(caller, chain);
    frontier.Meet(revision->root(), text);
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
