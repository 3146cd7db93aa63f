// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/apply_plan.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/document_order.h"
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

  absl::StatusOr<PlannedChange> Plan(Document document) {
    PlannedChange change;
    SpeakOf(session_, document);
    RETURN_IF_ERROR(InFile(document, PlanWrite(document, &change)));
    MessagePtr before;
    if (options_.publish && document.kind->has_drafts()) {
      absl::StatusOr<MessagePtr> published = publications_.Plan(document, &change);
      RETURN_IF_ERROR(InFile(document, published.status()));
      if (change.publication != Publication::kNone) before = *std::move(published);
    }
    const Message* compared = before != nullptr                ? before.get()
                              : change.write == Write::kUpdate ? change.present.get()
                                                               : nullptr;
    if (compared != nullptr && !change.nothing()) {
      ASSIGN_OR_RETURN(change.differences,
                       document.kind->Differences(session_, *compared, *document.resource));
    }
    change.document = std::move(document);
    return change;
  }

 private:
  absl::Status PlanWrite(const Document& document, PlannedChange* change) {
    const ResourceKind& kind = *document.kind;
    ASSIGN_OR_RETURN(change->present, kind.Find(session_, document.name()));
    if (change->present == nullptr) {
      RETURN_IF_ERROR(CheckNotDeleted(session_, document));
      change->write = Write::kCreate;
      planned_.AddToCome(session_.ShortName(document.name()));
    } else {
      SetText("etag", TextOf(*change->present, "etag"), document.resource.get());
      if (SameContent(*change->present, *document.resource)) {
        kind.AddTo(&planned_, *change->present, /*changed=*/false);
        return absl::OkStatus();
      }
      RETURN_IF_ERROR(CheckEtag(session_, document, TextOf(*change->present, "etag")));
      change->write = Write::kUpdate;
    }
    ASSIGN_OR_RETURN(Saved checked, kind.Check(session_, *document.resource, planned_));
    kind.AddTo(&planned_, *checked.resource, /*changed=*/true);
    for (common::v1::Warning& warning : checked.warnings) {
      if (!names_.contains(warning.subject())) change->warnings.push_back(std::move(warning));
    }
    return absl::OkStatus();
  }

  Session& session_;
  const ApplyOptions& options_;
  std::set<std::string> names_;  // of all documents
  PlannedState planned_;
  PublicationPlanner publications_;
};

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

}  // namespace

absl::StatusOr<std::vector<PlannedChange>> PlanChanges(Session& session,
                                                       std::vector<Document> documents,
                                                       const ApplyOptions& options) {
  ASSIGN_OR_RETURN(std::vector<Document> ordered, InOrder(session, std::move(documents)));
  std::vector<PlannedChange> plan;
  Planner planner(session, options, ordered);
  for (Document& document : ordered) {
    ASSIGN_OR_RETURN(PlannedChange change, planner.Plan(std::move(document)));
    plan.push_back(std::move(change));
  }
  SpeakOfNoFile(session);
  if (!options.submit) RETURN_IF_ERROR(CheckApproval(session, plan));
  return plan;
}

absl::Status CarryOut(Session& session, const std::vector<PlannedChange>& plan,
                      const ApplyOptions& options,
                      const std::function<void(const PlannedChange&, Applied)>& done) {
  for (const PlannedChange& change : plan) {
    SpeakOf(session, change.document);
    absl::StatusOr<Applied> applied = CarryOutOne(session, change, options);
    if (!applied.ok()) return InFile(change.document, applied.status());
    done(change, *std::move(applied));
  }
  SpeakOfNoFile(session);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Applied>> ApplyFiles(Session& session,
                                                const std::vector<std::string>& paths,
                                                const ApplyOptions& options) {
  ASSIGN_OR_RETURN(std::vector<Document> documents, ReadDocuments(session, paths, options.bpmn));
  ASSIGN_OR_RETURN(const std::vector<PlannedChange> plan,
                   PlanChanges(session, std::move(documents), options));
  std::vector<Applied> all;
  RETURN_IF_ERROR(CarryOut(session, plan, options, [&](const PlannedChange&, Applied applied) {
    all.push_back(std::move(applied));
  }));
  return all;
}

}  // namespace plumbline::cli
