// SPDX-License-Identifier: Apache-2.0
//
// What the catalog is asked to do, in its own words: requests whose shape has been checked.
#ifndef PLUMBLINE_SERVICES_CATALOG_PROCESSES_COMMAND_H_
#define PLUMBLINE_SERVICES_CATALOG_PROCESSES_COMMAND_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/listing/query.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "services/catalog/processes/store.h"

namespace plumbline::catalog {

// "workspaces/{w}/processes/{p}"
inline std::string NameOf(const ProcessKey& key) {
  return absl::StrCat("workspaces/", key.workspace, "/processes/", key.process);
}
// "workspaces/{w}/processes/{p}@{revision}"
inline std::string NameOf(const ProcessKey& key, int64_t revision) {
  return absl::StrCat(NameOf(key), "@", revision);
}

// "workspaces/{w}/processes/{p}@{tag}"
inline std::string NameOf(const ProcessKey& key, absl::string_view tag) {
  return absl::StrCat(NameOf(key), "@", tag);
}

struct CreateCommand {
  ProcessKey key;
  const v1::Process* content = nullptr;  // the request's, which outlives the command
  std::string reason;
  bool publish = false;
  std::shared_ptr<const Derived> derived = nullptr;  // of the content; CheckAhead fills it in
  absl::Status ahead = absl::OkStatus();             // what CheckAhead said
};

struct UpdateCommand {
  ProcessKey key;
  const v1::Process* content = nullptr;  // the request's, which outlives the command
  std::vector<std::string> fields;       // of the content, those to replace, each once
  std::string etag;                      // "" = whatever it is
  bool allow_missing = false;
  bool create_only = false;  // with allow_missing
  std::string reason;
  bool publish = false;
  std::shared_ptr<const Derived> derived = nullptr;  // of a whole content; CheckAhead fills it in
  // What CheckAhead said. It is told within the transaction: whoever repeats a request that was
  // carried out under other rules gets the answer that is remembered.
  absl::Status ahead = absl::OkStatus();
};

// Updates of one workspace, each of another process, in the order in which they are carried out.
struct BatchCommand {
  ProcessKey key;  // of the workspace: its process is ""
  std::vector<UpdateCommand> updates;
};

// When a revision is chosen where none is named: [from, until). nullopt = no such bound.
struct Period {
  std::optional<absl::Time> from;
  std::optional<absl::Time> until;
};

struct PublishCommand {
  ProcessKey key;
  std::string etag;  // "" = whatever it is
  std::string reason;
  Period effective;
};

// Which form of a process is meant.
struct ProcessRef {
  enum class Form { kHead, kLatest, kRevision, kTag };
  ProcessKey key;
  Form form = Form::kHead;
  int64_t revision = 0;                         // kRevision
  std::string tag;                              // kTag
  std::optional<absl::Time> at = std::nullopt;  // kLatest; nullopt = now
};

struct ListCommand {
  std::string workspace;
  listing::Query query;  // of ProcessSchema()
};

struct ListRevisionsCommand {
  ProcessKey key;
  listing::Query query;  // of RevisionSchema()
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_PROCESSES_COMMAND_H_
