// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/apply_plan.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/called_processes.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::cli {
namespace {

using catalog::v1::Process;

const Process& ProcessOf(const Message& message) { return static_cast<const Process&>(message); }

// Documents in the order in which they are applied: by kind, and what is called before what calls
// it.
class Order {
 public:
  Order(Session& session, std::vector<Document> documents)
      : session_(session), documents_(std::move(documents)) {
    for (size_t i = 0; i < documents_.size(); ++i)
      by_name_[session_.ShortName(documents_[i].name())] = i;
  }

  absl::StatusOr<std::vector<Document>> Sort() {
    for (const ResourceKind* kind : AllKinds()) {
      for (size_t i = 0; i < documents_.size(); ++i) {
        if (documents_[i].kind == kind) RETURN_IF_ERROR(Visit(i));
      }
    }
    std::vector<Document> sorted;
    for (size_t i : order_) sorted.push_back(std::move(documents_[i]));
    return sorted;
  }

 private:
  absl::Status Visit(size_t index) {
    // Of a process that calls itself the catalog tells.
    if (!under_way_.empty() && under_way_.back() == index) return absl::OkStatus();
    const auto begun = std::find(under_way_.begin(), under_way_.end(), index);
    if (begun != under_way_.end()) return Cycle({begun, under_way_.end()});
    if (!seen_.insert(index).second) return absl::OkStatus();
    under_way_.push_back(index);
    const Document& document = documents_[index];
    for (const std::string& name : document.kind->NamedBy(*document.resource)) {
      const auto found = by_name_.find(name);
      if (found != by_name_.end()) RETURN_IF_ERROR(Visit(found->second));
    }
    under_way_.pop_back();
    order_.push_back(index);
    return absl::OkStatus();
  }

  absl::Status Cycle(std::vector<size_t> indices) const {
    indices.push_back(indices.front());
    std::vector<std::string> names;
    for (size_t i : indices) names.push_back(session_.ShortName(documents_[i].name()));
    const std::string chain = absl::StrJoin(names, " -> ");
    const Document& first = documents_[indices.front()];
    SpeakOf(session_, first);
    return InFile(first, first.kind->Cycle(chain));
  }

  Session& session_;
  std::vector<Document> documents_;
  std::map<std::string, size_t> by_name_;  // short
  std::set<size_t> seen_;
  std::vector<size_t> under_way_, order_;
};

class Planner {
 public:
  Planner(Session& session, const ApplyOptions& options, const std::vector<Document>& documents)
      : session_(session), options_(options), called_(session) {
    for (const Document& document : documents) names_.insert(document.name());
  }

  absl::StatusOr<PlannedChange> Plan(Document document) {
    using Write = PlannedChange::Write;
    PlannedChange change;
    SpeakOf(session_, document);
    ASSIGN_OR_RETURN(change.present, document.kind->Find(session_, document.name()));
    if (change.present == nullptr) {
      to_come_.insert(session_.ShortName(document.name()));
      change.write = Write::kCreate;
    } else if (!SameContent(*change.present, *document.resource)) {
      change.write = Write::kUpdate;
    }
    if (change.present != nullptr)
      SetText("etag", TextOf(*change.present, "etag"), document.resource.get());
    if (change.write != Write::kNothing) {
      MessagePtr alone(document.resource->New());
      alone->CopyFrom(*document.resource);
      document.kind->LeaveOut(to_come_, alone.get());
      absl::StatusOr<Saved> checked =
          document.kind->Save(session_, *alone, {.validate_only = true});
      RETURN_IF_ERROR(InFile(document, checked.status()));
      for (common::v1::Warning& warning : checked->warnings) {
        if (!names_.contains(warning.subject())) change.warnings.push_back(std::move(warning));
      }
    }
    MessagePtr published;
    if (options_.publish && document.kind->has_drafts())
      RETURN_IF_ERROR(InFile(document, PlanPublishing(document, &change, &published)));
    const Message* before = change.publish && published != nullptr ? published.get()
                            : change.write == Write::kUpdate       ? change.present.get()
                                                                   : nullptr;
    if (before != nullptr) {
      ASSIGN_OR_RETURN(change.differences,
                       document.kind->Differences(session_, *before, *document.resource));
    }
    change.document = std::move(document);
    return change;
  }

 private:
  // `published` becomes the latest revision, if there is one.
  absl::Status PlanPublishing(const Document& document, PlannedChange* change,
                              MessagePtr* published) {
    const Process& process = ProcessOf(*document.resource);
    const std::string name = session_.ShortName(process.name());
    const int64_t latest =
        change->present == nullptr ? 0 : ProcessOf(*change->present).latest_revision();
    ASSIGN_OR_RETURN(const Process pinned, called_.Pin(process));
    RETURN_IF_ERROR(called_.Check(name, pinned));
    change->publish = true;
    if (latest > 0) {
      ASSIGN_OR_RETURN(*published,
                       document.kind->Find(session_, absl::StrCat(process.name(), "@", latest)));
      change->publish = *published == nullptr || !SameContent(**published, pinned);
      if (change->publish && *published != nullptr)
        change->why_publish = NewCalls(ProcessOf(**published), pinned);
    }
    change->revision = latest + (change->publish ? 1 : 0);
    called_.Add(name, process, change->revision, change->publish);
    return absl::OkStatus();
  }

  // The calls that `now` has and `before` had not: "calls processes/x@3".
  static std::string NewCalls(const Process& before, const Process& now) {
    std::set<std::string> old;
    std::vector<std::string> fresh;
    const auto collect = [](const Process& process, const auto& each) {
      ForEachCall(process.root(), [&](const catalog::v1::Node& node) {
        each(node.call().process());
        return absl::OkStatus();
      }).IgnoreError();
    };
    collect(before, [&](const std::string& called) { old.insert(called); });
    collect(now, [&](const std::string& called) {
      if (old.insert(called).second) fresh.push_back(called);
    });
    return fresh.empty() ? "" : absl::StrCat("calls ", absl::StrJoin(fresh, ", "));
  }

  Session& session_;
  const ApplyOptions& options_;
  std::set<std::string> names_;    // of all documents
  std::set<std::string> to_come_;  // short; of those that are not there yet
  CalledProcesses called_;
};

absl::StatusOr<Applied> Publish(Session& session, const Message& saved, const std::string& reason) {
  catalog::v1::PublishProcessRequest request;
  request.set_name(TextOf(saved, "name"));
  request.set_etag(TextOf(saved, "etag"));
  request.set_reason(reason);
  request.set_request_id(base::NewUuid());
  catalog::v1::PublishProcessResponse response;
  RETURN_IF_ERROR(session.Call(kCatalog, "PublishProcess", request, &response));
  return Applied{std::make_unique<Process>(std::move(*response.mutable_process())),
                 true,
                 {response.warnings().begin(), response.warnings().end()}};
}

absl::StatusOr<Applied> CarryOutOne(Session& session, const PlannedChange& change,
                                    const ApplyOptions& options) {
  const Document& document = change.document;
  Applied applied;
  if (change.write == PlannedChange::Write::kNothing) {
    applied.resource.reset(change.present->New());
    applied.resource->CopyFrom(*change.present);
  } else {
    ASSIGN_OR_RETURN(Saved saved,
                     document.kind->Save(session, *document.resource, {.reason = options.reason}));
    applied = {std::move(saved.resource), false, std::move(saved.warnings)};
  }
  if (!change.publish) return applied;
  return Publish(session, *applied.resource, options.reason);
}

}  // namespace

absl::StatusOr<std::vector<PlannedChange>> PlanChanges(Session& session,
                                                       std::vector<Document> documents,
                                                       const ApplyOptions& options) {
  ASSIGN_OR_RETURN(std::vector<Document> ordered, Order(session, std::move(documents)).Sort());
  std::vector<PlannedChange> plan;
  Planner planner(session, options, ordered);
  for (Document& document : ordered) {
    ASSIGN_OR_RETURN(PlannedChange change, planner.Plan(std::move(document)));
    plan.push_back(std::move(change));
  }
  SpeakOfNoFile(session);
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
