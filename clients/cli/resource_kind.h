// SPDX-License-Identifier: Apache-2.0
//
// Kinds of resource that lie in files: what `apply` and `export` know of each. A new kind is a row
// of AllKinds.
#ifndef PLUMBLINE_CLIENTS_CLI_RESOURCE_KIND_H_
#define PLUMBLINE_CLIENTS_CLI_RESOURCE_KIND_H_

#include <cstdint>
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

using google::protobuf::Message;
using MessagePtr = std::unique_ptr<Message>;

// What a write answers.
struct Saved {
  MessagePtr resource;
  std::vector<common::v1::Warning> warnings;
};

// Resources of the catalog have in common: a field `name`, a field `etag`, and that people write
// the fields with numbers below 20; the others are filled in. Stateless. Names are full:
// "workspaces/{w}/utilities/{u}".
class ResourceKind {
 public:
  virtual ~ResourceKind() = default;

  // The collection in names: "utilities".
  virtual const char* collection() const = 0;
  // What requests call one of them: "utility".
  virtual const char* field() const = 0;
  // An empty resource.
  virtual MessagePtr New() const = 0;
  // All of the workspace, by name.
  virtual absl::StatusOr<std::vector<std::string>> List(Session& session) const = 0;
  // As it is now; nullptr if there is none.
  virtual absl::StatusOr<MessagePtr> Find(Session& session, const std::string& name) const = 0;
  // Creates it, or updates it if it has an etag, which must still be the present one.
  // `validate_only`: checks and changes nothing.
  virtual absl::StatusOr<Saved> Save(Session& session, const Message& resource,
                                     bool validate_only) const = 0;
  // Lines that say what differs, for people. `before` is what the service keeps.
  virtual absl::StatusOr<std::vector<std::string>> Differences(Session& session,
                                                               const Message& before,
                                                               const Message& after) const;
  // Whether what is saved is a draft, to be published.
  virtual bool has_drafts() const { return false; }
};

// In the order in which they are applied: what is named before what names it.
absl::Span<const ResourceKind* const> AllKinds();

// The kind of a name, "processes/x" or full; nullptr if it is none of them.
const ResourceKind* KindOf(absl::string_view name);

// "utilities/ID or processes/ID": for messages.
std::string KindsInWords();

// The resource's field of this name.
std::string TextOf(const Message& resource, const char* field);
void SetText(const char* field, const std::string& text, Message* resource);

// A copy with what people write only, without the name.
MessagePtr ContentOf(const Message& resource);
bool SameContent(const Message& a, const Message& b);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_RESOURCE_KIND_H_
