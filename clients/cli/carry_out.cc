// SPDX-License-Identifier: Apache-2.0
//
// Doing what was planned.
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "clients/cli/apply_plan.h"
#include "clients/cli/draft_batches.h"
#include "clients/cli/parallel.h"
#include "clients/cli/publication.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

using Write = PlannedChange::Write;
using Done = std::function<void(const PlannedChange&, Applied)>;

// Batches under way at once: while the service writes one, it looks at the next.
constexpr size_t kBatchesAtOnce = 4;

absl::StatusOr<Applied> CarryOutOne(Session& session, const PlannedChange& change,
                                    const ApplyOptions& options) {
  const Document& document = change.document;
  Applied applied;
  if (change.write == Write::kNothing) {
    applied.resource.reset(change.present->New());
    applied.resource->CopyFrom(*change.present);
    applied.warnings = change.warnings;
  } else {
    ASSIGN_OR_RETURN(Saved saved,
                     document.kind->Save(session, *document.resource, {.reason = options.reason}));
    applied = {std::move(saved.resource), false, std::move(saved.warnings)};
  }
  if (change.publication == Publication::kPublish)
    return Publish(session, *applied.resource, options.reason);
  if (change.publication != Publication::kSubmit) return applied;
  ASSIGN_OR_RETURN(Applied submitted, Submit(session, *applied.resource, options.reason));
  submitted.warnings = std::move(applied.warnings);
  return submitted;
}

absl::Status OneByOne(Session& session, absl::Span<const PlannedChange> changes,
                      const ApplyOptions& options, const Done& done) {
  for (const PlannedChange& change : changes) {
    SpeakOf(session, change.document);
    absl::StatusOr<Applied> applied = CarryOutOne(session, change, options);
    if (!applied.ok()) return InFile(change.document, applied.status());
    done(change, *std::move(applied));
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
  applied.published = updated->published();
  applied.warnings = {updated->warnings().begin(), updated->warnings().end()};
  SetText("etag", updated->etag(), applied.resource.get());
  if (applied.published) {
    SetText("name", absl::StrCat(updated->name(), "@", updated->latest_revision()),
            applied.resource.get());
  }
  return applied;
}

// Changes that name none of each other. The first error in their order, after telling of all that
// was done.
absl::Status SideBySide(Session& session, const std::vector<const PlannedChange*>& changes,
                        const ApplyOptions& options, const Done& done) {
  std::vector<DraftToSend> drafts;
  for (const PlannedChange* change : changes) {
    if (!change->nothing())
      drafts.push_back({&change->document, change->publication == Publication::kPublish});
  }
  const std::vector<Batch> batches = InBatches(drafts);
  std::vector<BatchAnswer> answers(batches.size());
  InParallel(batches.size(), kBatchesAtOnce, [&](size_t i) {
    answers[i] = SendBatch(session, drafts, batches[i], {.reason = options.reason});
    return answers[i].status.ok();
  });
  std::map<const Document*, const catalog::v1::UpdatedProcess*> updated;
  const BatchAnswer* refused = nullptr;
  for (size_t i = 0; i < batches.size(); ++i) {
    if (!answers[i].status.ok() && refused == nullptr) refused = &answers[i];
    for (int at = 0; at < answers[i].response.results_size(); ++at) {
      updated[drafts[batches[i].begin + static_cast<size_t>(at)].document] =
          &answers[i].response.results(at);
    }
  }
  if (refused != nullptr && TakesNoBatches(refused->status)) {
    for (const PlannedChange* change : changes)
      RETURN_IF_ERROR(OneByOne(session, absl::MakeConstSpan(change, 1), options, done));
    return absl::OkStatus();
  }
  for (const PlannedChange* change : changes) {
    const auto found = updated.find(&change->document);
    if (found != updated.end()) {
      done(*change, ToApplied(*change, found->second));
    } else if (change->nothing()) {
      done(*change, ToApplied(*change, nullptr));
    }
  }
  if (refused == nullptr) return absl::OkStatus();
  const Document& document = *drafts[refused->refused].document;
  SpeakOf(session, document);
  return InFile(document, refused->status);
}

}  // namespace

absl::Status CarryOut(Session& session, const std::vector<PlannedChange>& plan,
                      const ApplyOptions& options, const Done& done) {
  RETURN_IF_ERROR(session.channel().status());
  const absl::Span<const PlannedChange> all(plan);
  for (size_t begin = 0, end = 0; begin < plan.size(); begin = end) {
    while (end < plan.size() && IsBatched(plan[end])) ++end;
    if (end - begin < 2) {
      end = begin + 1;
      RETURN_IF_ERROR(OneByOne(session, all.subspan(begin, 1), options, done));
      continue;
    }
    for (const auto& level : Levels(session, all.subspan(begin, end - begin)))
      RETURN_IF_ERROR(SideBySide(session, level, options, done));
  }
  SpeakOfNoFile(session);
  return absl::OkStatus();
}

}  // namespace plumbline::cli
