// SPDX-License-Identifier: Apache-2.0
//
// Process files: reading them, and putting them into the catalog.
#ifndef PLUMBLINE_CLIENTS_CLI_PROCESSES_H_
#define PLUMBLINE_CLIENTS_CLI_PROCESSES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/session.h"
#include "plumbline/catalog/v1/process.pb.h"

namespace plumbline::cli {

// Reads one YAML file; the name is made full.
absl::StatusOr<catalog::v1::Process> ReadProcessFile(Session& session, const std::string& path);

// The *.yaml files of a folder, by name; FIELD_INVALID if there is none. A path that is a file is
// returned as it is.
absl::StatusOr<std::vector<std::string>> ProcessFiles(const std::string& path);

struct Applied {
  catalog::v1::Process process;  // the head, or the new revision
  bool published = false;
  bool unchanged = false;  // published before with this very content
};

struct ApplyOptions {
  bool publish = false;
  bool validate_only = false;
  std::string reason;
};

// Creates or updates each file's process, then (if asked) publishes them so that what is called
// comes before what calls it. All files are read before anything is written.
absl::StatusOr<std::vector<Applied>> ApplyFiles(Session& session,
                                                const std::vector<std::string>& paths,
                                                const ApplyOptions& options);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_PROCESSES_H_
