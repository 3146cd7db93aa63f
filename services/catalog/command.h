// SPDX-License-Identifier: Apache-2.0
//
// What the catalog is asked to do, in its own words: requests whose shape has been checked.
#ifndef PLUMBLINE_SERVICES_CATALOG_COMMAND_H_
#define PLUMBLINE_SERVICES_CATALOG_COMMAND_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "services/catalog/store.h"

namespace plumbline::catalog {

// "workspaces/{w}/processes/{p}"
inline std::string NameOf(const ProcessKey& key) {
  return absl::StrCat("workspaces/", key.workspace, "/processes/", key.process);
}
// "workspaces/{w}/processes/{p}@{revision}"
inline std::string NameOf(const ProcessKey& key, int64_t revision) {
  return absl::StrCat(NameOf(key), "@", revision);
}

struct CreateCommand {
  ProcessKey key;
  v1::Process content;
};

struct UpdateCommand {
  ProcessKey key;
  v1::Process content;
  std::vector<std::string> fields;  // of the content, those to replace
  std::string etag;                 // "" = whatever it is
  bool allow_missing = false;
};

struct PublishCommand {
  ProcessKey key;
  std::string etag;  // "" = whatever it is
  std::string reason;
};

// Which form of a process is meant.
struct ProcessRef {
  enum class Form { kHead, kLatest, kRevision };
  ProcessKey key;
  Form form = Form::kHead;
  int64_t revision = 0;  // kRevision
};

struct ListCommand {
  std::string workspace;
  std::string after;  // an id
  int page_size = 0;
};

struct ListRevisionsCommand {
  ProcessKey key;
  int64_t before = 0;
  int page_size = 0;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_COMMAND_H_
