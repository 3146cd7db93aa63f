// SPDX-License-Identifier: Apache-2.0
//
// Files of resources.
#ifndef PLUMBLINE_CLIENTS_CLI_DOCUMENTS_H_
#define PLUMBLINE_CLIENTS_CLI_DOCUMENTS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/bpmn_files.h"
#include "clients/cli/resource_kind.h"
#include "clients/cli/session.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "plumbline/common/v1/types.pb.h"

namespace plumbline::cli {

// A resource that lies in a file.
struct Document {
  std::string path;
  std::string text;  // YAML; "" of a BPMN file, whose fields have no places
  const ResourceKind* kind = nullptr;
  MessagePtr resource;  // its name is full, its etag empty
  std::string etag;     // that the file has from `get`; "" = none
  std::string name() const { return TextOf(*resource, "name"); }
};

// The *.yaml, *.yml and *.bpmn files of a folder and the folders in it, by name; FIELD_INVALID if
// there is none. A path that is a file, or "-", is returned as it is.
absl::StatusOr<std::vector<std::string>> FilesOf(const std::string& path);

// Reads all files of all paths. A name with a revision, as `get` prints it, means the draft; its
// etag is the revision's, not the draft's, and is left out. Where nobody asked for a workspace and
// files name one, the session works in that one from now on. FIELD_INVALID for a file, if two have
// the same name, and if one names another workspace than another file or than was asked for; the
// session's wording knows the file.
absl::StatusOr<std::vector<Document>> ReadDocuments(Session& session,
                                                    const std::vector<std::string>& paths,
                                                    const BpmnOptions& bpmn = {});

// Reads one file that holds a process. As ReadDocuments: the session may work in another workspace
// from then on, so what else is named is to be made full afterwards.
absl::StatusOr<catalog::v1::Process> ReadProcessFile(Session& session, const std::string& path,
                                                     const BpmnOptions& bpmn = {});

// Tells the session's wording that errors are about this file from now on; or about none.
void SpeakOf(Session& session, const Document& document);
void SpeakOfNoFile(Session& session);

// The same error with the file (and, where it has fields, the line of the first) in front of its
// message, for programs; people get it from the session's wording.
absl::Status InFile(const Document& document, const absl::Status& status);

// "warning: FILE:12: step 'x' uses ..." and the end of the line.
std::string WarningLine(const Document& document, const common::v1::Warning& warning);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_DOCUMENTS_H_
