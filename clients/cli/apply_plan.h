// SPDX-License-Identifier: Apache-2.0
//
// Files of resources against what the service keeps: what would have to be done, and doing it.
#ifndef PLUMBLINE_CLIENTS_CLI_APPLY_PLAN_H_
#define PLUMBLINE_CLIENTS_CLI_APPLY_PLAN_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/documents.h"
#include "clients/cli/resource_kind.h"
#include "clients/cli/session.h"

namespace plumbline::cli {

struct ApplyOptions {
  bool publish = false;
  bool submit = false;  // for approval, where the workspace demands one before it is published
  std::string reason;   // of publishing
  BpmnOptions bpmn;     // how BPMN files are read
};

// What becomes of a draft.
enum class Publication {
  kNone,     // nothing: its content is published already, or nobody asked
  kPublish,  // it becomes the next revision
  kSubmit,   // it is submitted for approval
  kWait,     // others have to act first: approve it, or what it calls
};

// What is to be done with one document.
struct PlannedChange {
  enum class Write { kNothing, kCreate, kUpdate };
  Document document;
  Write write = Write::kNothing;
  std::shared_ptr<const Message> present;  // what the service keeps; nullptr: nothing
  // With what the file is to be compared: what is kept, or where it is to be published, the latest
  // revision; nullptr: there is none, or nothing to be done.
  std::shared_ptr<const Message> compared;
  std::vector<std::string> differences;  // from it to the file, in lines
  Publication publication = Publication::kNone;
  int64_t revision = 0;  // of the process once all is done (and approved), 0 = none
  // It is published though its own content is: "calls processes/x@3". Or why it waits.
  std::string why;
  // What saving and publishing it would warn of, but for resources that the plan creates.
  std::vector<common::v1::Warning> warnings;
  bool nothing() const {
    return write == Write::kNothing &&
           (publication == Publication::kNone || publication == Publication::kWait);
  }
};

// Compares every document with what is kept, and checks all of them as the service would: nothing
// is written. In the order in which they are to be carried out: utilities before processes, what is
// called before what calls it. The service itself is asked wherever what a document names is as it
// will be; else what it names is looked up in the plan. Errors: as the service's, with the file and
// the line; PROCESS_CYCLE with the chain; ETAG_MISMATCH where a file with an etag would
// change what was changed or deleted since; FIELD_INVALID for a call of a process or a use of a
// step that is neither in the files nor there; PROCESS_INVALID for arguments that do not fit what
// is called, and where a process grows too deep or too large with it; APPROVAL_REQUIRED where
// drafts are to be approved and `submit` is not set. The session's wording knows the file.
absl::StatusOr<std::vector<PlannedChange>> PlanChanges(Session& session,
                                                       std::vector<Document> documents,
                                                       const ApplyOptions& options);

struct Applied {
  // As it is now: the new revision, or else what was saved. Of what was sent together with others
  // the content is that of its file.
  MessagePtr resource;
  bool published = false;  // now; false where somebody published this content since the plan
  std::vector<common::v1::Warning> warnings;
  bool created = false, updated = false, submitted = false;  // now
};

// Carries the plan out; `done` gets every change (an element of `plan`) at once after it was made:
// on any thread, one at a time, what is named before what names it, and what is sent by itself in
// the order of the plan.
// Consecutive drafts are sent in batches, of which all is done or nothing, and everything else by
// itself; what names none of each other goes side by side. After an error nothing is begun, and
// what was under way is told. It is that of the first change that was refused; the file is named
// where it is about one.
// Refused with ETAG_MISMATCH or RESOURCE_ALREADY_EXISTS where something was changed since the plan:
// what was done before stays, and the same command goes on from there.
absl::Status CarryOut(Session& session, const std::vector<PlannedChange>& plan,
                      const ApplyOptions& options,
                      const std::function<void(const PlannedChange&, Applied)>& done);

// Both for all files of `paths`; what became of each, in the order of the plan.
absl::StatusOr<std::vector<Applied>> ApplyFiles(Session& session,
                                                const std::vector<std::string>& paths,
                                                const ApplyOptions& options);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_APPLY_PLAN_H_
