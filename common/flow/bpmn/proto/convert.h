// SPDX-License-Identifier: Apache-2.0
//
// Messages of process.proto as BPMN files and back; bpmn.h says how.
#ifndef PLUMBLINE_COMMON_FLOW_BPMN_PROTO_CONVERT_H_
#define PLUMBLINE_COMMON_FLOW_BPMN_PROTO_CONVERT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/flow/bpmn/bpmn.h"
#include "plumbline/catalog/v1/process.pb.h"

namespace plumbline::flow::bpmn {

// The file of a process whose tree is valid; INTERNAL if it is not. O(size).
absl::StatusOr<std::string> ExportProcess(const catalog::v1::Process& process);

struct ImportedProcess {
  std::string process_id;           // as the file says
  catalog::v1::Process content;     // without name; its owner stands in where the file has none
  std::vector<std::string> fields;  // of the content, those that the file says
  std::vector<Finding> findings;
};

// Errors and cost: see Import.
absl::StatusOr<ImportedProcess> ImportProcess(absl::string_view xml, const ImportOptions& options);

}  // namespace plumbline::flow::bpmn

#endif  // PLUMBLINE_COMMON_FLOW_BPMN_PROTO_CONVERT_H_
