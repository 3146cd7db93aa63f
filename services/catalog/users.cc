// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/users.h"

#include <map>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/flow/validate.h"
#include "services/catalog/command.h"
#include "services/catalog/life.h"
#include "services/catalog/timestamp.h"

namespace plumbline::catalog {
namespace {

using v1::ProcessUser;

constexpr size_t kMaxShown = 100;

// Whether who names no revision of the process is left without one once `revision` is retired.
bool IsLastChoice(const v1::Process& head, int64_t revision, absl::Time now) {
  if (ChooseRevision(head, now).revision != revision) return false;
  v1::Process after = head;
  ChangeLife(after, revision).mutable_retirement()->set_kind(v1::Retirement::KIND_ARCHIVED);
  return ChooseRevision(after, now).state != v1::Process::STATE_PUBLISHED;
}

// Whether a revision of a caller can still be what somebody gets.
bool IsInUse(const v1::Process& caller, int64_t revision, absl::Time now) {
  if (StateOf(caller, revision) == v1::Process::STATE_ARCHIVED) return false;
  for (const v1::Tag& tag : caller.tags()) {
    if (tag.revision() == revision) return true;
  }
  return revision >= ChooseRevision(caller, now).revision;
}

// The callers of one process, looked at one by one.
class Callers {
 public:
  Callers(Snapshot& snapshot, const ProcessKey& key, absl::Time now)
      : snapshot_(snapshot), key_(key), now_(now) {}

  // Adds those of `callers` that use the revision (0 = the process).
  absl::Status Add(const std::vector<Caller>& callers, int64_t revision, bool last_choice,
                   std::vector<ProcessUser>* users) {
    for (const Caller& caller : callers) {
      if (revision != 0 && !Means(caller, revision, last_choice)) continue;
      ASSIGN_OR_RETURN(const v1::Process* head, HeadOf(caller.process));
      if (head == nullptr || StateOf(*head) == v1::Process::STATE_ARCHIVED) continue;
      if (caller.revision != 0 && !IsInUse(*head, caller.revision, now_)) continue;
      const ProcessKey key{key_.workspace, caller.process};
      ProcessUser user;
      user.set_kind(ProcessUser::KIND_CALLER);
      user.set_user(caller.revision == 0 ? NameOf(key) : NameOf(key, caller.revision));
      user.set_used(caller.called);
      user.set_count(1);
      users->push_back(std::move(user));
    }
    return absl::OkStatus();
  }

 private:
  // Tags are users themselves: who calls by a tag follows it.
  static bool Means(const Caller& caller, int64_t revision, bool last_choice) {
    const auto called = flow::ParseCalled(caller.called);
    if (!called.has_value()) return false;
    if (called->revision != 0) return called->revision == revision;
    return called->tag.empty() && last_choice;
  }

  absl::StatusOr<const v1::Process*> HeadOf(const std::string& id) {
    auto [it, inserted] = heads_.try_emplace(id);
    if (inserted) {
      ASSIGN_OR_RETURN(std::optional<Head> head, snapshot_.FindHead({key_.workspace, id}));
      if (head.has_value()) it->second = std::move(head->process);
    }
    return it->second.has_value() ? &*it->second : nullptr;
  }

  Snapshot& snapshot_;
  const ProcessKey& key_;
  const absl::Time now_;
  std::map<std::string, std::optional<v1::Process>> heads_;
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
  user.set_used(name.substr(name.find("processes/")));
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

}  // namespace

absl::StatusOr<std::vector<ProcessUser>> FindUsers(Snapshot& snapshot, const ProcessKey& key,
                                                   const Head& head, int64_t revision,
                                                   absl::Time now) {
  std::vector<ProcessUser> users;
  ASSIGN_OR_RETURN(const std::vector<Caller> callers, snapshot.life().ListCallers(key));
  const bool last_choice = revision != 0 && IsLastChoice(head.process, revision, now);
  RETURN_IF_ERROR(Callers(snapshot, key, now).Add(callers, revision, last_choice, &users));
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
  const int64_t count = static_cast<int64_t>(users.size());
  if (users.empty() || allow_in_use) return count;
  const std::string name = revision == 0 ? NameOf(key) : NameOf(key, revision);
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

}  // namespace plumbline::catalog
