// SPDX-License-Identifier: Apache-2.0
//
// Kinds of resource that lie in files: what `apply`, `export`, `get` and `delete` know of each. A
// new kind is an entry of AllKinds.
#ifndef PLUMBLINE_CLIENTS_CLI_RESOURCE_KIND_H_
#define PLUMBLINE_CLIENTS_CLI_RESOURCE_KIND_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "clients/cli/session.h"
#include "google/protobuf/message.h"
#include "plumbline/common/v1/types.pb.h"

namespace plumbline::cli {

class PlannedState;

using google::protobuf::Message;
using MessagePtr = std::unique_ptr<Message>;

// What a write answers.
struct Saved {
  MessagePtr resource;
  std::vector<common::v1::Warning> warnings;
};

struct SaveOptions {
  bool validate_only = false;  // check, change nothing
  std::string reason;          // why, kept in its history
};

struct DeleteOptions {
  bool validate_only = false;  // check, change nothing
  bool force = false;          // though others use it
  std::string reason;          // why, kept in its history
};

// Resources of the catalog have in common: a field `name`, a field `etag`, and that people write
// the fields with numbers below 20; the others are filled in. Stateless. Names are full:
// "workspaces/{w}/utilities/{u}".
class ResourceKind {
 public:
  virtual ~ResourceKind() = default;

  // What names look like, with capitals for ids: "utilities/ID", "processes/ID/tags/TAG".
  virtual const char* pattern() const = 0;
  // What all of them are called together: "utilities".
  virtual const char* collection() const = 0;
  // What requests call one of them: "utility".
  virtual const char* field() const = 0;
  // What errors call them: "Utility".
  virtual const char* type() const = 0;
  // An empty resource.
  virtual MessagePtr New() const = 0;
  // All of the workspace, by name.
  virtual absl::StatusOr<std::vector<std::string>> List(Session& session) const = 0;
  // As it is now; RESOURCE_NOT_FOUND if there is none.
  virtual absl::StatusOr<MessagePtr> Get(Session& session, const std::string& name) const = 0;
  // The same, nullptr if there is none.
  absl::StatusOr<MessagePtr> Find(Session& session, const std::string& name) const;
  // Creates it, or updates it if it has an etag, which must still be the present one.
  virtual absl::StatusOr<Saved> Save(Session& session, const Message& resource,
                                     const SaveOptions& options) const = 0;
  // What Save would answer once `planned` is there. What names something that is not there yet is
  // left out of what the service is asked.
  virtual absl::StatusOr<Saved> Check(Session& session, const Message& resource,
                                      const PlannedState& planned) const;
  // Lines that say what differs, for people. `before` is what the service keeps.
  virtual absl::StatusOr<std::vector<std::string>> Differences(Session& session,
                                                               const Message& before,
                                                               const Message& after) const;
  // Whether what is saved is a draft, to be published.
  virtual bool has_drafts() const { return false; }
  // Short names of others that it names: where they lie in files too, they are applied first.
  virtual std::vector<std::string> NamedBy(const Message&) const { return {}; }
  // Puts a resource, as it will be, where others that name it look it up. `changed`: it is not so
  // yet.
  virtual void AddTo(PlannedState*, const Message& resource, bool changed) const {
    static_cast<void>(resource), static_cast<void>(changed);
  }
  // Some that name one another in a circle: "a -> b -> a".
  virtual absl::Status Cycle(const std::string& chain) const;
  // The file of an export, without its extension: "utilities/crm" for a short name.
  virtual std::string Path(const std::string& name) const { return name; }
  // Whether an '@' in a name begins a revision or a tag. (In names of people it is theirs.)
  virtual bool has_revisions() const { return true; }
  virtual bool can_delete() const { return false; }
  // Deletes it and returns the answer. Only if can_delete().
  virtual absl::StatusOr<MessagePtr> Delete(Session& session, const std::string& name,
                                            const DeleteOptions& options) const;
};

// In the order in which they are applied: what is named before what names it.
absl::Span<const ResourceKind* const> AllKinds();

// The kind of a name, "processes/x" or full; nullptr if it is none of them.
const ResourceKind* KindOf(absl::string_view name);

// "processes/x" of "processes/x@3".
std::string WithoutRevision(const ResourceKind& kind, const std::string& name);

// The full name of what was typed: a bare id, also with @REVISION or @TAG, is a process.
std::string FullNameOf(const Session& session, const std::string& name);

// "utilities/ID or processes/ID": for messages.
std::string KindsInWords();
// The same of those that can be deleted.
std::string DeletedInWords();

// The resource's field of this name.
std::string TextOf(const Message& resource, const char* field);
void SetText(const char* field, const std::string& text, Message* resource);

// A copy with what people write only, without the name.
MessagePtr ContentOf(const Message& resource);
bool SameContent(const Message& a, const Message& b);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_RESOURCE_KIND_H_
