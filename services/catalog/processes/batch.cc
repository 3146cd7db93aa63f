// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/processes/batch.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/flow/proto/nodes.h"
#include "services/catalog/processes/warnings.h"

namespace plumbline::catalog {
namespace {

// Longer names are none; an error need not repeat them.
constexpr size_t kLongestName = 300;

// Whether it tells of the state of the service, as opposed to the request.
bool IsOfTheService(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kInternal:
      return true;
    default:
      return false;
  }
}

// A snapshot that counts what is read of it. See Snapshot.
class MeteredSnapshot final : public Snapshot {
 public:
  explicit MeteredSnapshot(Snapshot& snapshot) : snapshot_(snapshot) {}

  int64_t bytes() const { return bytes_; }
  // Of a tree with all that it calls, as far as that was read. Its calls have no cycle.
  int64_t NodesOf(const v1::Node& root) {
    int64_t nodes = 0;
    flow::ForEachNode(root, [&](const v1::Node& node) {
      ++nodes;
      if (node.has_call()) nodes += NodesOf(node.call().process());
    });
    return nodes;
  }

  absl::StatusOr<std::optional<Head>> FindHead(const ProcessKey& key) override {
    ASSIGN_OR_RETURN(std::optional<Head> head, snapshot_.FindHead(key));
    if (head.has_value()) bytes_ += static_cast<int64_t>(head->process.ByteSizeLong());
    return head;
  }
  absl::StatusOr<std::optional<v1::Process>> FindRevision(const ProcessKey& key,
                                                          int64_t revision) override {
    ASSIGN_OR_RETURN(std::optional<v1::Process> found, snapshot_.FindRevision(key, revision));
    if (found.has_value()) Note(absl::StrCat("processes/", key.process, "@", revision), *found);
    return found;
  }
  absl::StatusOr<listing::Page<v1::Process>> ListHeads(absl::string_view workspace,
                                                       const listing::Query& query) override {
    return snapshot_.ListHeads(workspace, query);
  }
  absl::StatusOr<listing::Page<v1::Process>> ListRevisions(const ProcessKey& key,
                                                           const listing::Query& query) override {
    return snapshot_.ListRevisions(key, query);
  }
  absl::StatusOr<int64_t> Position() override { return snapshot_.Position(); }
  absl::StatusOr<std::vector<std::string>> UtilityIds(
      absl::string_view workspace, absl::Span<const std::string> among) override {
    return snapshot_.UtilityIds(workspace, among);
  }
  Rest rest() override { return snapshot_.rest(); }

 private:
  // Of a revision, by the text of a call.
  struct Tree {
    int64_t nodes = 0;               // its own
    std::vector<std::string> calls;  // one for every node that calls
    int64_t with_calls = 0;          // 0 = not worked out
  };

  void Note(const std::string& called, const v1::Process& revision) {
    bytes_ += static_cast<int64_t>(revision.ByteSizeLong());
    const auto [place, is_new] = trees_.try_emplace(called);
    if (!is_new) return;
    flow::ForEachNode(revision.root(), [&](const v1::Node& node) {
      ++place->second.nodes;
      if (node.has_call()) place->second.calls.push_back(node.call().process());
    });
  }

  int64_t NodesOf(const std::string& called) {
    const auto found = trees_.find(called);
    if (found == trees_.end()) return 0;
    Tree& tree = found->second;
    if (tree.with_calls > 0) return tree.with_calls;
    int64_t nodes = tree.nodes;
    for (const std::string& call : tree.calls) nodes += NodesOf(call);
    return tree.with_calls = nodes;
  }

  Snapshot& snapshot_;
  int64_t bytes_ = 0;
  std::map<std::string, Tree> trees_;
};

// What the updates of a batch have cost so far.
class Budget {
 public:
  Budget(MeteredSnapshot& metered, const BatchLimits& limits)
      : metered_(metered), limits_(limits) {}

  void Spend(const Change& change) {
    const v1::Process& head = change.head.process;
    made_ += static_cast<int64_t>(head.ByteSizeLong());
    nodes_ += metered_.NodesOf(change.revision.has_value() ? change.revision->root() : head.root());
  }
  // After the first `place` of `count` updates.
  absl::Status Check(size_t place, size_t count) const {
    if (nodes_ > limits_.nodes) return TooMuch(place, count, nodes_, limits_.nodes, "nodes");
    const int64_t bytes = metered_.bytes() + made_;
    return bytes <= limits_.bytes ? absl::OkStatus()
                                  : TooMuch(place, count, bytes, limits_.bytes, "bytes");
  }

 private:
  static absl::Status TooMuch(size_t place, size_t count, int64_t value, int64_t limit,
                              absl::string_view unit) {
    return base::FieldError(
        "requests",
        absl::StrCat("has ", count, " entries, and the first ", place, " with all that they call ",
                     "have ", value, " ", unit, " already; a batch may have ", limit,
                     ": send fewer processes in one batch, and more in further batches"));
  }

  MeteredSnapshot& metered_;
  const BatchLimits limits_;
  int64_t nodes_ = 0, made_ = 0;
};

v1::UpdatedProcess ToAnswer(const Change& change) {
  const v1::Process& head = change.head.process;
  v1::UpdatedProcess answer;
  answer.set_name(head.name());
  answer.set_etag(head.etag());
  answer.set_latest_revision(head.latest_revision());
  for (const v1::CatalogHistoryEntry& entry : change.history) {
    if (entry.kind() == v1::CatalogHistoryEntry::KIND_CREATED) answer.set_created(true);
    if (entry.kind() == v1::CatalogHistoryEntry::KIND_UPDATED) answer.set_updated(true);
    if (entry.kind() == v1::CatalogHistoryEntry::KIND_PUBLISHED) answer.set_published(true);
  }
  return answer;
}

absl::StatusOr<v1::UpdatedProcess> UpdateOne(Snapshot& snapshot, const UpdateCommand& command,
                                             const Author& author, UtilitiesKept& kept,
                                             Budget& budget, PutChange put) {
  ASSIGN_OR_RETURN(Change change, Update(snapshot, command, author));
  ASSIGN_OR_RETURN(const std::vector<common::v1::Warning> warnings,
                   FindWarnings(kept, change.head.process));
  v1::UpdatedProcess answer = ToAnswer(change);
  *answer.mutable_warnings() = {warnings.begin(), warnings.end()};
  budget.Spend(change);
  RETURN_IF_ERROR(put(command.key, std::move(change)));
  return answer;
}

void TellLeftOut(const UtilitiesKept& kept, std::vector<v1::UpdatedProcess>* answers) {
  const auto last = std::find_if(answers->rbegin(), answers->rend(),
                                 [](const auto& answer) { return answer.warnings_size() > 0; });
  if (last != answers->rend()) kept.TellLeftOut(last->mutable_warnings(last->warnings_size() - 1));
}

}  // namespace

absl::Status OfRequest(const absl::Status& status, size_t place, const std::string& name) {
  if (status.ok() || IsOfTheService(status)) return status;
  const std::string field = absl::StrCat("requests[", place, "]");
  const bool is_named = !name.empty() && name.size() <= kLongestName;
  return base::OfPart(status, is_named ? absl::StrCat(field, " (", name, ")") : field, field,
                      {"request", absl::StrCat(place)});
}

void CheckAhead(BatchCommand* command) {
  for (UpdateCommand& update : command->updates) update.ahead = CheckAhead(&update);
}

absl::Status FoundAhead(const BatchCommand& command) {
  for (size_t i = 0; i < command.updates.size(); ++i) {
    const UpdateCommand& update = command.updates[i];
    RETURN_IF_ERROR(OfRequest(update.ahead, i, NameOf(update.key)));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<v1::UpdatedProcess>> UpdateAll(const base::CallContext& context,
                                                          Snapshot& snapshot,
                                                          const BatchCommand& command,
                                                          const Author& author, PutChange put,
                                                          const BatchLimits& limits) {
  RETURN_IF_ERROR(FoundAhead(command));
  const size_t count = command.updates.size();
  std::vector<v1::UpdatedProcess> answers;
  answers.reserve(count);
  MeteredSnapshot metered(snapshot);
  Budget budget(metered, limits);
  UtilitiesKept kept(snapshot, command.key.workspace);
  for (size_t i = 0; i < count; ++i) {
    // Deadlines are told by the machine's clock, as databases tell them.
    RETURN_IF_ERROR(context.Check(base::SystemClock().Now()));
    const UpdateCommand& update = command.updates[i];
    absl::StatusOr<v1::UpdatedProcess> answer =
        UpdateOne(metered, update, author, kept, budget, put);
    if (!answer.ok()) return OfRequest(answer.status(), i, NameOf(update.key));
    RETURN_IF_ERROR(budget.Check(i + 1, count));
    answers.push_back(*std::move(answer));
  }
  TellLeftOut(kept, &answers);
  return answers;
}

void SupposedSnapshot::Suppose(const ProcessKey& key, Change change) {
  change.head.process.clear_root();
  change.head.derived = nullptr;
  heads_[NameOf(key)] = std::move(change.head);
  if (!change.revision.has_value()) return;
  std::string name = change.revision->name();
  revisions_.insert_or_assign(std::move(name), *std::move(change.revision));
}

absl::StatusOr<std::optional<Head>> SupposedSnapshot::FindHead(const ProcessKey& key) {
  const auto supposed = heads_.find(NameOf(key));
  if (supposed != heads_.end()) return supposed->second;
  return snapshot_.FindHead(key);
}

absl::StatusOr<std::optional<v1::Process>> SupposedSnapshot::FindRevision(const ProcessKey& key,
                                                                          int64_t revision) {
  const auto supposed = revisions_.find(NameOf(key, revision));
  if (supposed != revisions_.end()) return supposed->second;
  return snapshot_.FindRevision(key, revision);
}

}  // namespace plumbline::catalog
