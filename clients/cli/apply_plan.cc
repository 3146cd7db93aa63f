// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/apply_plan.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/document_order.h"
#include "clients/cli/draft_checks.h"
#include "clients/cli/kept.h"
#include "clients/cli/parallel.h"
#include "clients/cli/planned_state.h"
#include "clients/cli/publication.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

using Write = PlannedChange::Write;

constexpr size_t kMostNamed = 10;

// A file that somebody got and edited must not undo what others changed meanwhile.
absl::Status CheckEtag(Session& session, const Document& document, const std::string& present) {
  if (document.etag.empty() || document.etag == present) return absl::OkStatus();
  const std::string name = session.ShortName(document.name());
  return base::Error(
             base::Reason::ERROR_REASON_ETAG_MISMATCH,
             absl::StrCat("'", name, "' was changed since this file was got: get it again ",
                          "(plumbline get ", name, ") and repeat the change on what it is now, ",
                          "or remove the etag from the file to overwrite it"))
      .With("etag", present)
      .Resource(document.kind->type(), document.name());
}

// Nor bring back what others deleted.
absl::Status CheckNotDeleted(Session& session, const Document& document) {
  if (document.etag.empty()) return absl::OkStatus();
  return base::Error(base::Reason::ERROR_REASON_ETAG_MISMATCH,
                     absl::StrCat("'", session.ShortName(document.name()),
                                  "' is not there: it was deleted since this file was got, or the "
                                  "file is of another workspace; remove the etag from the file to "
                                  "create it"))
      .Resource(document.kind->type(), document.name());
}

class Planner {
 public:
  Planner(Session& session, const ApplyOptions& options, const std::vector<Document>& documents)
      : session_(session), options_(options), planned_(session), publications_(session, planned_) {
    for (const Document& document : documents) names_.insert(document.name());
  }

  absl::StatusOr<PlannedChange> Plan(Document document, Kept kept, const DraftCheck& check) {
    PlannedChange change;
    SpeakOf(session_, document);
    RETURN_IF_ERROR(InFile(document, PlanWrite(document, &kept, check, &change)));
    if (change.write == Write::kUpdate) change.compared = change.present;
    if (options_.publish && document.kind->has_drafts()) {
      RETURN_IF_ERROR(InFile(document, kept.latest.status()));
      const std::shared_ptr<const Message> latest = *std::move(kept.latest);
      RETURN_IF_ERROR(InFile(document, publications_.Plan(document, latest.get(), &change)));
      if (change.publication != Publication::kNone && latest != nullptr) change.compared = latest;
    }
    change.document = std::move(document);
    return change;
  }

 private:
  absl::Status PlanWrite(const Document& document, Kept* kept, const DraftCheck& check,
                         PlannedChange* change) {
    const ResourceKind& kind = *document.kind;
    ASSIGN_OR_RETURN(change->present, std::move(kept->present));
    if (change->present == nullptr) {
      RETURN_IF_ERROR(CheckNotDeleted(session_, document));
      change->write = Write::kCreate;
      planned_.AddToCome(session_.ShortName(document.name()));
    } else {
      if (kept->same) {
        kind.AddTo(&planned_, *change->present, /*changed=*/false);
        return absl::OkStatus();
      }
      RETURN_IF_ERROR(CheckEtag(session_, document, TextOf(*change->present, "etag")));
      change->write = Write::kUpdate;
    }
    ASSIGN_OR_RETURN(const std::vector<common::v1::Warning> warnings, Check(document, check));
    for (const common::v1::Warning& warning : warnings) {
      if (!names_.contains(warning.subject())) change->warnings.push_back(warning);
    }
    return absl::OkStatus();
  }

  // What saving it would warn of.
  absl::StatusOr<std::vector<common::v1::Warning>> Check(const Document& document,
                                                         const DraftCheck& check) {
    const ResourceKind& kind = *document.kind;
    if (check.asked) {
      RETURN_IF_ERROR(check.status);
      kind.AddTo(&planned_, *document.resource, /*changed=*/true);
      return check.warnings;
    }
    ASSIGN_OR_RETURN(Saved checked, kind.Check(session_, *document.resource, planned_));
    kind.AddTo(&planned_, *checked.resource, /*changed=*/true);
    return std::move(checked.warnings);
  }

  Session& session_;
  const ApplyOptions& options_;
  std::set<std::string> names_;  // of all documents
  PlannedState planned_;
  PublicationPlanner publications_;
};

// Says what differs, of all that is to be done.
absl::Status Compare(Session& session, std::vector<PlannedChange>* plan) {
  std::vector<absl::Status> statuses(plan->size());
  InParallel(plan->size(), kCallsAtOnce, [&](size_t i) {
    PlannedChange& change = (*plan)[i];
    if (change.compared == nullptr || change.nothing()) return true;
    absl::StatusOr<std::vector<std::string>> differences =
        change.document.kind->Differences(session, *change.compared, *change.document.resource);
    statuses[i] = differences.status();
    if (differences.ok()) change.differences = *std::move(differences);
    return differences.ok();
  });
  for (size_t i = 0; i < plan->size(); ++i) {
    if (statuses[i].ok()) continue;
    SpeakOf(session, (*plan)[i].document);
    return statuses[i];
  }
  return absl::OkStatus();
}

// Refuses drafts that are to be approved, unless they shall be submitted.
absl::Status CheckApproval(Session& session, const std::vector<PlannedChange>& plan) {
  std::vector<std::string> names;
  for (const PlannedChange& change : plan) {
    if (change.publication == Publication::kSubmit ||
        (change.publication == Publication::kWait && !change.nothing()))
      names.push_back(session.ShortName(change.document.name()));
  }
  if (names.empty()) return absl::OkStatus();
  const size_t more = names.size() - std::min(names.size(), kMostNamed);
  names.resize(names.size() - more);
  return base::Error(
             base::Reason::ERROR_REASON_APPROVAL_REQUIRED,
             absl::StrCat("the workspace demands that a draft is approved before it is published, "
                          "and these are not: ",
                          absl::StrJoin(names, ", "),
                          more == 0 ? "" : absl::StrCat(" and ", more, " more"),
                          ". Save and submit them with --submit, let them be approved, and apply "
                          "again; nothing was written"))
      .Resource("Process", session.FullName(names[0]));
}

}  // namespace

absl::StatusOr<std::vector<PlannedChange>> PlanChanges(Session& session,
                                                       std::vector<Document> documents,
                                                       const ApplyOptions& options) {
  ASSIGN_OR_RETURN(std::vector<Document> ordered, InOrder(session, std::move(documents)));
  RETURN_IF_ERROR(session.channel().status());
  std::vector<Kept> kept = AskForKept(session, ordered, options.publish);
  ASSIGN_OR_RETURN(const std::vector<DraftCheck> checks,
                   CheckDrafts(session, ordered, kept, options.reason));
  std::vector<PlannedChange> plan;
  Planner planner(session, options, ordered);
  for (size_t i = 0; i < ordered.size(); ++i) {
    ASSIGN_OR_RETURN(PlannedChange change,
                     planner.Plan(std::move(ordered[i]), std::move(kept[i]), checks[i]));
    plan.push_back(std::move(change));
  }
  SpeakOfNoFile(session);
  if (!options.submit) RETURN_IF_ERROR(CheckApproval(session, plan));
  RETURN_IF_ERROR(Compare(session, &plan));
  return plan;
}

absl::StatusOr<std::vector<Applied>> ApplyFiles(Session& session,
                                                const std::vector<std::string>& paths,
                                                const ApplyOptions& options) {
  ASSIGN_OR_RETURN(std::vector<Document> documents, ReadDocuments(session, paths, options.bpmn));
  ASSIGN_OR_RETURN(const std::vector<PlannedChange> plan,
                   PlanChanges(session, std::move(documents), options));
  std::vector<Applied> all(plan.size());
  RETURN_IF_ERROR(
      CarryOut(session, plan, options, [&](const PlannedChange& change, Applied applied) {
        all[static_cast<size_t>(&change - plan.data())] = std::move(applied);
      }));
  return all;
}

}  // namespace plumbline::cli
