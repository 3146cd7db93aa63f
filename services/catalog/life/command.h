// SPDX-License-Identifier: Apache-2.0
//
// What the catalog is asked to do about the life of processes. An empty etag = whatever it is.
#ifndef PLUMBLINE_SERVICES_CATALOG_LIFE_COMMAND_H_
#define PLUMBLINE_SERVICES_CATALOG_LIFE_COMMAND_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/listing/query.h"
#include "plumbline/catalog/v1/policy.pb.h"
#include "plumbline/catalog/v1/process_life.pb.h"
#include "services/catalog/processes/command.h"

namespace plumbline::catalog {

struct DeleteCommand {
  ProcessKey key;
  std::string etag;
  std::string reason;
  bool allow_in_use = false;
};

struct RestoreCommand {
  ProcessKey key;
  int64_t revision = 0;
  std::string etag;  // of the draft
  std::string reason;
  bool publish = false;
};

struct PeriodCommand {
  ProcessKey key;
  int64_t revision = 0;
  std::string etag;  // of the revision
  std::string reason;
  Period effective;
  bool allow_in_use = false;
};

// The process, or one revision of it.
struct RetireCommand {
  ProcessKey key;
  int64_t revision = 0;  // 0 = the process
  std::string etag;
  std::string reason;
  bool allow_in_use = false;
  std::string replacement;  // "processes/{p}", or ""
};

struct ReinstateCommand {
  ProcessKey key;
  int64_t revision = 0;  // 0 = the process
  std::string etag;
  std::string reason;
};

struct ApprovalCommand {
  ProcessKey key;
  std::string etag;
  std::string reason;
};

struct TagCommand {
  ProcessKey key;
  std::string tag;
  int64_t revision = 0;  // SetTag
  int64_t expected = 0;  // the revision that it names now; 0 = there is no such tag
  std::string reason;
  bool allow_in_use = false;  // DeleteTag
};

struct ListTagsCommand {
  ProcessKey key;
  listing::Query query;  // of TagSchema()
};

// Of a process; of the policy where key.process is "".
struct ListHistoryCommand {
  ProcessKey key;
  listing::Query query;  // of HistorySchema()
};

struct ListUsersCommand {
  ProcessKey key;
  int64_t revision = 0;  // 0 = the process
  listing::Query query;  // of UserSchema()
};

struct UseCommand {
  std::string workspace;
  std::string system;
  std::vector<v1::ProcessUse> uses;  // of this workspace, each revision once
  absl::Duration ttl;
};

struct PolicyCommand {
  std::string workspace;
  v1::CatalogPolicy policy;
  std::vector<std::string> fields;  // those to replace
  std::string etag;
  std::string reason;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_LIFE_COMMAND_H_
