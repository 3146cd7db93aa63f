// SPDX-License-Identifier: Apache-2.0
//
// Doing what was planned.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "clients/cli/apply_plan.h"
#include "clients/cli/draft_batches.h"
#include "clients/cli/parallel.h"
#include "clients/cli/publication.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

using Write = PlannedChange::Write;
using Done = std::function<void(const PlannedChange&, Applied)>;

// Batches under way at once: while the service writes one, it looks at the next.
constexpr size_t kBatchesAtOnce = 4;

// As it is kept, or saved.
absl::StatusOr<Applied> WriteOne(Session& session, const PlannedChange& change,
                                 const std::string& reason) {
  Applied applied;
  if (change.write == Write::kNothing) {
    applied.resource.reset(change.present->New());
    applied.resource->CopyFrom(*change.present);
    applied.warnings = change.warnings;
    return applied;
  }
  const Document& document = change.document;
  ASSIGN_OR_RETURN(Saved saved,
                   document.kind->Save(session, *document.resource, {.reason = reason}));
  applied = {std::move(saved.resource), false, std::move(saved.warnings)};
  applied.created = change.write == Write::kCreate;
  applied.updated = change.write == Write::kUpdate;
  return applied;
}

absl::StatusOr<Applied> CarryOutOne(Session& session, const PlannedChange& change,
                                    const std::string& reason) {
  ASSIGN_OR_RETURN(Applied applied, WriteOne(session, change, reason));
  if (change.publication == Publication::kPublish) {
    absl::StatusOr<Applied> published = Publish(session, *applied.resource, reason);
    // Others published the same since the plan.
    if (base::ReasonOf(published.status()) == base::Reason::ERROR_REASON_NOTHING_TO_PUBLISH)
      return applied;
    RETURN_IF_ERROR(published.status());
    published->created = applied.created;
    published->updated = applied.updated;
    return published;
  }
  if (change.publication == Publication::kSubmit) {
    ASSIGN_OR_RETURN(Applied submitted, Submit(session, *applied.resource, reason));
    applied.resource = std::move(submitted.resource);
    applied.submitted = true;
  }
  return applied;
}

// The error as it is told; nullptr: it is about no file.
absl::Status Refused(Session& session, const Document* document, const absl::Status& status) {
  if (document == nullptr || IsAboutReason(status)) {
    SpeakOfNoFile(session);
    return status;
  }
  SpeakOf(session, *document);
  return InFile(*document, status);
}

// Tells of changes that are made side by side in their order: of each once those before it are
// made.
class InOrder {
 public:
  InOrder(const std::vector<const PlannedChange*>& changes, const Done& done)
      : changes_(changes), done_(done), made_(changes.size()) {}

  void Made(size_t at, Applied applied) {
    absl::MutexLock lock(&mutex_);
    made_[at] = std::move(applied);
    for (; next_ < made_.size() && made_[next_].has_value(); ++next_) Tell(next_);
  }

  // What was made behind one that was not.
  void TellRest() {
    absl::MutexLock lock(&mutex_);
    for (; next_ < made_.size(); ++next_) {
      if (made_[next_].has_value()) Tell(next_);
    }
  }

 private:
  void Tell(size_t at) { done_(*changes_[at], *std::move(made_[at])); }

  const std::vector<const PlannedChange*>& changes_;
  const Done& done_;
  absl::Mutex mutex_;
  std::vector<std::optional<Applied>> made_;
  size_t next_ = 0;
};

// Changes that name none of each other, each by itself.
absl::Status OneByOne(Session& session, const std::vector<const PlannedChange*>& changes,
                      const ApplyOptions& options, const Done& done) {
  InOrder teller(changes, done);
  std::vector<absl::Status> statuses(changes.size());
  InParallel(changes.size(), kCallsAtOnce, [&](size_t i) {
    absl::StatusOr<Applied> applied = CarryOutOne(session, *changes[i], options.reason);
    statuses[i] = applied.status();
    if (!applied.ok()) return false;
    teller.Made(i, *std::move(applied));
    return true;
  });
  teller.TellRest();
  for (size_t i = 0; i < changes.size(); ++i) {
    if (!statuses[i].ok()) return Refused(session, &changes[i]->document, statuses[i]);
  }
  return absl::OkStatus();
}

// Whether it can be sent together with others.
bool IsBatched(const PlannedChange& change) {
  return change.document.kind->has_drafts() &&
         (change.publication == Publication::kNone || change.publication == Publication::kPublish);
}

// The changes, which stand behind what they name, by how many of them come one after the other
// through what they name: those of one level name none of each other.
std::vector<std::vector<const PlannedChange*>> Levels(Session& session,
                                                      absl::Span<const PlannedChange> changes) {
  std::map<std::string, size_t> level_of;  // by short name
  std::vector<std::vector<const PlannedChange*>> levels;
  for (const PlannedChange& change : changes) {
    const Document& document = change.document;
    size_t level = 0;
    for (const std::string& name : document.kind->NamedBy(*document.resource)) {
      const auto named = level_of.find(name);
      if (named != level_of.end()) level = std::max(level, named->second + 1);
    }
    level_of[session.ShortName(document.name())] = level;
    if (levels.size() <= level) levels.resize(level + 1);
    levels[level].push_back(&change);
  }
  return levels;
}

// What became of a change that was sent with others; nullptr: there was nothing to send.
Applied ToApplied(const PlannedChange& change, const catalog::v1::UpdatedProcess* updated) {
  const Message& shown = updated == nullptr ? *change.present : *change.document.resource;
  Applied applied{MessagePtr(shown.New())};
  applied.resource->CopyFrom(shown);
  if (updated == nullptr) {
    applied.warnings = change.warnings;
    return applied;
  }
  applied.created = updated->created();
  applied.updated = updated->updated();
  applied.published = updated->published();
  applied.warnings = {updated->warnings().begin(), updated->warnings().end()};
  SetText("etag", updated->etag(), applied.resource.get());
  if (applied.published) {
    SetText("name", absl::StrCat(updated->name(), "@", updated->latest_revision()),
            applied.resource.get());
  }
  return applied;
}

// Drafts that name none of each other, in batches.
absl::Status SideBySide(Session& session, const std::vector<const PlannedChange*>& changes,
                        const ApplyOptions& options, const Done& done) {
  std::vector<const PlannedChange*> sent;
  std::vector<DraftToSend> drafts;
  for (const PlannedChange* change : changes) {
    if (change->nothing()) {
      done(*change, ToApplied(*change, nullptr));
      continue;
    }
    sent.push_back(change);
    drafts.push_back({&change->document, change->publication == Publication::kPublish});
  }
  std::vector<bool> written(sent.size());
  std::optional<BatchAnswer> failed;  // the first
  SendInBatches(
      session, drafts, {.reason = options.reason}, kBatchesAtOnce, [&](const BatchAnswer& answer) {
        const bool first = !failed.has_value() || answer.batch.begin < failed->batch.begin;
        if (!answer.status.ok() && !TakesNoBatches(answer.status) && first) failed = answer;
        size_t at = answer.batch.begin;
        for (const catalog::v1::UpdatedProcess& updated : answer.response.results()) {
          if (at == answer.batch.end) break;
          written[at] = true;
          done(*sent[at], ToApplied(*sent[at], &updated));
          ++at;
        }
      });
  if (failed.has_value()) {
    const Document* document =
        failed->refused.has_value() ? &sent[*failed->refused]->document : nullptr;
    return Refused(session, document, failed->status);
  }
  // What is left was answered, or would have been, by a service that takes no batches.
  std::vector<const PlannedChange*> left;
  for (size_t i = 0; i < sent.size(); ++i) {
    if (!written[i]) left.push_back(sent[i]);
  }
  return OneByOne(session, left, options, done);
}

}  // namespace

absl::Status CarryOut(Session& session, const std::vector<PlannedChange>& plan,
                      const ApplyOptions& options, const Done& done) {
  RETURN_IF_ERROR(session.channel().status());
  const absl::Span<const PlannedChange> all(plan);
  for (size_t begin = 0, end = 0; begin < plan.size(); begin = end) {
    // Kinds stand one behind the other: what a file names may be of a kind before its own.
    const auto belongs = [&](const PlannedChange& change) {
      return change.document.kind == plan[begin].document.kind &&
             IsBatched(change) == IsBatched(plan[begin]);
    };
    while (end < plan.size() && belongs(plan[end])) ++end;
    const bool together = IsBatched(plan[begin]) && end - begin > 1;
    for (const auto& level : Levels(session, all.subspan(begin, end - begin))) {
      RETURN_IF_ERROR(together ? SideBySide(session, level, options, done)
                               : OneByOne(session, level, options, done));
    }
  }
  SpeakOfNoFile(session);
  return absl::OkStatus();
}

}  // namespace plumbline::cli
