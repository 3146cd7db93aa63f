// SPDX-License-Identifier: Apache-2.0
//
// BPMN files among process files. The catalog reads them; here they are handed over and what it
// found is shown.
#ifndef PLUMBLINE_CLIENTS_CLI_BPMN_FILES_H_
#define PLUMBLINE_CLIENTS_CLI_BPMN_FILES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cli/session.h"
#include "plumbline/catalog/v1/process.pb.h"

namespace plumbline::cli {

struct BpmnOptions {
  bool best_effort = false;  // keep what can be kept
  std::string id;            // of the process; "" = what the file says
  std::string owner;         // where the file names nobody; "" = the catalog's default
  std::string element;       // id of the process in the file, where it holds several
};

// Whether a text is XML, in whatever encoding: no YAML begins so.
bool LooksLikeXml(absl::string_view text);

// The process that a file would make of the present draft; nothing is written. What is not in it is
// printed to session.err(), a line for each (JSON with --json). When the catalog refuses the file
// and its error could not hold all elements, the others are printed as well.
absl::StatusOr<catalog::v1::Process> ReadBpmn(Session& session, const std::string& path,
                                              const std::string& text, const BpmnOptions& options);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_BPMN_FILES_H_
