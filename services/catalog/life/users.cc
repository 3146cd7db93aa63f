// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/life/users.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/flow/validate.h"
#include "services/catalog/life/life.h"
#include "services/catalog/processes/command.h"
#include "services/catalog/resource/timestamp.h"

namespace plumbline::catalog {
namespace {

using v1::ProcessUser;

constexpr size_t kMaxShown = 100;

// Whether who names no revision of the process is left without one, now or later, once `revision`
// is retired.
bool IsLastChoice(const v1::Process& head, int64_t revision, absl::Time now) {
  v1::Process after = head;
  ChangeLife(after, revision).mutable_retirement()->set_kind(v1::Retirement::KIND_ARCHIVED);
  return LeavesNone(head, after, revision, now);
}

ProcessUser CallerUser(const ProcessKey& key, const Caller& caller) {
  ProcessUser user;
  user.set_kind(ProcessUser::KIND_CALLER);
  user.set_user(caller.revision == 0 ? NameOf(key) : NameOf(key, caller.revision));
  user.set_used(caller.called);
  user.set_count(1);
  return user;
}

// Who calls the processes of one workspace, and whether it is in use itself. Reads each process
// once.
class Callers {
 public:
  Callers(Snapshot& snapshot, std::string workspace, absl::Time now)
      : snapshot_(snapshot), workspace_(std::move(workspace)), now_(now) {}

  // Adds those whose calls of `process` are meant, and that are in use: drafts of what is not
  // archived, and revisions.
  absl::Status Add(const std::string& process,
                   absl::FunctionRef<bool(const flow::CalledProcess&)> is_meant,
                   std::vector<ProcessUser>* users) {
    ASSIGN_OR_RETURN(const std::vector<Caller>* callers, CallersOf(process));
    for (const Caller& caller : *callers) {
      const auto called = flow::ParseCalled(caller.called);
      if (!called.has_value() || !is_meant(*called)) continue;
      ASSIGN_OR_RETURN(const bool in_use, caller.revision == 0
                                              ? HasOpenDraft(caller.process)
                                              : IsInUse(caller.process, caller.revision));
      if (in_use) users->push_back(CallerUser({workspace_, caller.process}, caller));
    }
    return absl::OkStatus();
  }

 private:
  struct Known {
    bool open = false;            // it is there and not archived
    std::vector<int64_t> in_use;  // by themselves
    std::vector<Caller> callers;
    bool has_callers = false;  // they were read
  };

  absl::StatusOr<bool> HasOpenDraft(const std::string& id) {
    ASSIGN_OR_RETURN(const Known* known, Know(id));
    return known->open;
  }

  // In use by itself, or called by a revision that is in use. Published revisions call no cycle,
  // and no more than flow::kMaxDepth one inside the other: that bounds the recursion.
  absl::StatusOr<bool> IsInUse(const std::string& id, int64_t revision) {
    const auto [it, is_new] = revisions_.try_emplace({id, revision}, false);
    if (!is_new) return it->second;
    bool& in_use = it->second;
    ASSIGN_OR_RETURN(const Known* known, Know(id));
    in_use = std::binary_search(known->in_use.begin(), known->in_use.end(), revision);
    if (in_use) return true;
    ASSIGN_OR_RETURN(const std::vector<Caller>* callers, CallersOf(id));
    for (const Caller& caller : *callers) {
      if (caller.revision == 0 || RevisionCalled(caller) != revision) continue;
      ASSIGN_OR_RETURN(in_use, IsInUse(caller.process, caller.revision));
      if (in_use) return true;
    }
    return false;
  }

  static int64_t RevisionCalled(const Caller& caller) {
    const auto called = flow::ParseCalled(caller.called);
    return called.has_value() ? called->revision : 0;
  }

  absl::StatusOr<Known*> Know(const std::string& id) {
    const auto [it, is_new] = processes_.try_emplace(id);
    Known& known = it->second;
    if (!is_new) return &known;
    ASSIGN_OR_RETURN(const std::optional<Head> head, snapshot_.FindHead({workspace_, id}));
    if (!head.has_value()) return &known;
    known.open = StateOf(head->process) != v1::Process::STATE_ARCHIVED;
    known.in_use = RevisionsInUse(head->process, now_);
    return &known;
  }

  absl::StatusOr<const std::vector<Caller>*> CallersOf(const std::string& id) {
    ASSIGN_OR_RETURN(Known * known, Know(id));
    if (!known->has_callers) {
      ASSIGN_OR_RETURN(known->callers, snapshot_.life().ListCallers({workspace_, id}));
      known->has_callers = true;
    }
    return &known->callers;
  }

  Snapshot& snapshot_;
  const std::string workspace_;
  const absl::Time now_;
  // Addresses stay.
  std::map<std::string, Known> processes_;
  std::map<std::pair<std::string, int64_t>, bool> revisions_;  // whether they are in use
};

ProcessUser TagUser(const ProcessKey& key, const v1::Tag& tag) {
  ProcessUser user;
  user.set_kind(ProcessUser::KIND_TAG);
  user.set_user(NameOf(key, tag.tag()));
  user.set_used(absl::StrCat("processes/", key.process, "@", tag.revision()));
  user.set_count(1);
  return user;
}

ProcessUser Runner(const RunnerUse& use) {
  ProcessUser user;
  user.set_kind(ProcessUser::KIND_RUNNER);
  user.set_user(use.system);
  const std::string& name = use.use.process();
  user.set_used(name.substr(name.rfind("processes/")));
  user.set_count(use.use.count());
  *user.mutable_examples() = use.use.examples();
  *user.mutable_report_time() = ToTimestamp(use.report_time);
  return user;
}

std::string Describe(const ProcessUser& user) {
  switch (user.kind()) {
    case ProcessUser::KIND_CALLER:
      return absl::StrCat("calls '", user.used(), "'");
    case ProcessUser::KIND_TAG:
      return absl::StrCat("names '", user.used(), "'");
    default: {
      std::string text = absl::StrCat("runs '", user.used(), "' ", user.count(),
                                      user.count() == 1 ? " time" : " times");
      for (int i = 0; i < user.examples_size(); ++i)
        absl::StrAppend(&text, i == 0 ? ", for example " : ", ", user.examples(i));
      return text;
    }
  }
}

absl::string_view TypeOf(const ProcessUser& user) {
  switch (user.kind()) {
    case ProcessUser::KIND_CALLER:
      return "CALLER";
    case ProcessUser::KIND_TAG:
      return "TAG";
    default:
      return "RUNNER";
  }
}

// How many there are, or the error that names them.
absl::StatusOr<int64_t> Refuse(const std::vector<ProcessUser>& users, const std::string& name,
                               bool allow_in_use) {
  const int64_t count = static_cast<int64_t>(users.size());
  if (users.empty() || allow_in_use) return count;
  base::Error error(base::Reason::ERROR_REASON_PROCESS_IN_USE,
                    absl::StrCat("'", name, "' is still used by ", users.front().user(), ", which ",
                                 Describe(users.front()),
                                 count > 1 ? absl::StrCat(", and by ", count - 1, " more") : "",
                                 ": change these first, or set `allow_in_use`"));
  error.With("user_count", absl::StrCat(count)).Resource("Process", name);
  for (size_t i = 0; i < users.size() && i < kMaxShown; ++i)
    error.Precondition(TypeOf(users[i]), users[i].user(), Describe(users[i]));
  return error;
}

}  // namespace

absl::StatusOr<std::vector<ProcessUser>> FindUsers(Snapshot& snapshot, const ProcessKey& key,
                                                   const Head& head, int64_t revision,
                                                   absl::Time now) {
  std::vector<ProcessUser> users;
  const bool last_choice = revision != 0 && IsLastChoice(head.process, revision, now);
  // Tags are users themselves: who calls by a tag follows it.
  const auto is_meant = [&](const flow::CalledProcess& called) {
    if (revision == 0) return true;
    if (called.revision != 0) return called.revision == revision;
    return called.tag.empty() && last_choice;
  };
  Callers callers(snapshot, key.workspace, now);
  RETURN_IF_ERROR(callers.Add(key.process, is_meant, &users));
  for (const v1::Tag& tag : head.process.tags()) {
    if (revision != 0 && tag.revision() == revision) users.push_back(TagUser(key, tag));
  }
  ASSIGN_OR_RETURN(const std::vector<RunnerUse> uses, snapshot.life().ListUses(key, now));
  for (const RunnerUse& use : uses) {
    if (revision == 0 || use.use.process() == NameOf(key, revision)) users.push_back(Runner(use));
  }
  return users;
}

absl::StatusOr<int64_t> CheckUnused(Snapshot& snapshot, const ProcessKey& key, const Head& head,
                                    int64_t revision, absl::Time now, bool allow_in_use) {
  ASSIGN_OR_RETURN(const std::vector<ProcessUser> users,
                   FindUsers(snapshot, key, head, revision, now));
  return Refuse(users, revision == 0 ? NameOf(key) : NameOf(key, revision), allow_in_use);
}

absl::StatusOr<int64_t> CheckTagUnused(Snapshot& snapshot, const ProcessKey& key,
                                       const std::string& tag, absl::Time now, bool allow_in_use) {
  std::vector<ProcessUser> users;
  const auto is_meant = [&](const flow::CalledProcess& called) { return called.tag == tag; };
  RETURN_IF_ERROR(Callers(snapshot, key.workspace, now).Add(key.process, is_meant, &users));
  return Refuse(users, NameOf(key, tag), allow_in_use);
}

}  // namespace plumbline::catalog
