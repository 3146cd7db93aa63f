// SPDX-License-Identifier: Apache-2.0
//
// Kinds whose services have the standard methods: Get, List, Create, Update and Delete, named after
// the kind, with messages of the standard fields. What differs is a row of words.
#ifndef PLUMBLINE_CLIENTS_CLI_STANDARD_KIND_H_
#define PLUMBLINE_CLIENTS_CLI_STANDARD_KIND_H_

#include <string>
#include <vector>

#include "clients/cli/resource_kind.h"
#include "google/protobuf/descriptor.h"

namespace plumbline::cli {

struct StandardWords {
  const char* pattern;     // "utilities/ID"
  const char* collection;  // "utilities"
  const char* field;       // in messages: "utility", "utility_id"
  const char* type;        // "Utility"
  const char* one;         // in names of methods: "GetUtility"
  const char* many;        // "ListUtilities"
  const char* service;     // kUtilities
};

class StandardKind : public ResourceKind {
 public:
  // `contract` is a file of the package that holds the messages; both outlive this.
  StandardKind(const StandardWords& words, const google::protobuf::FileDescriptor& contract)
      : words_(words), contract_(contract) {}

  const char* pattern() const override { return words_.pattern; }
  const char* collection() const override { return words_.collection; }
  const char* field() const override { return words_.field; }
  const char* type() const override { return words_.type; }
  MessagePtr New() const override;
  absl::StatusOr<std::vector<std::string>> List(Session& session) const override;
  absl::StatusOr<MessagePtr> Get(Session& session, const std::string& name) const override;
  absl::StatusOr<Saved> Save(Session& session, const Message& resource,
                             const SaveOptions& options) const override;
  bool can_delete() const override { return true; }
  absl::StatusOr<MessagePtr> Delete(Session& session, const std::string& name,
                                    const DeleteOptions& options) const override;

 private:
  // An empty message of the contract: "GetUtilityRequest".
  MessagePtr Make(const std::string& name) const;
  // The answer to a method: "GetUtility".
  absl::StatusOr<MessagePtr> Call(Session& session, const std::string& method,
                                  const Message& request) const;

  const StandardWords& words_;
  const google::protobuf::FileDescriptor& contract_;
};

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_STANDARD_KIND_H_
