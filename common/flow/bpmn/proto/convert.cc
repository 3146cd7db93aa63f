// SPDX-License-Identifier: Apache-2.0
#include "common/flow/bpmn/proto/convert.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/flow/proto/convert.h"

namespace plumbline::flow::bpmn {
namespace {

// "deal-desk" of "workspaces/acme/processes/deal-desk@3".
std::string IdOf(absl::string_view name) {
  name = name.substr(name.rfind('/') + 1);
  return std::string(name.substr(0, name.find('@')));
}

}  // namespace

absl::StatusOr<std::string> ExportProcess(const catalog::v1::Process& process) {
  absl::StatusOr<ProcessContent> content = ContentFromProto(process);
  if (!content.ok())
    return base::Internal(absl::StrCat("a kept process is invalid: ", content.status().message()));
  return Export({.id = IdOf(process.name()), .content = *std::move(content)});
}

absl::StatusOr<ImportedProcess> ImportProcess(absl::string_view xml, const ImportOptions& options) {
  ASSIGN_OR_RETURN(Imported imported, Import(xml, options));
  const ProcessContent& values = imported.process.content;
  ImportedProcess result{.process_id = imported.process.id,
                         .findings = std::move(imported.findings)};
  catalog::v1::Process& content = result.content;
  content.set_title(values.title);
  content.set_purpose(values.purpose);
  content.set_owner(imported.complete ? values.owner : options.default_role);
  if (values.target) {
    content.mutable_target()->set_days(values.target->days);
    content.mutable_target()->set_minutes(values.target->minutes);
  }
  content.mutable_labels()->insert(values.labels.begin(), values.labels.end());
  for (const flow::Attribute& attribute : values.attributes)
    *content.add_attributes() = ToProto(attribute);
  for (const Milestone& milestone : values.milestones)
    *content.add_milestones() = ToProto(milestone);
  for (const EscalationRule& rule : values.escalations) *content.add_escalations() = ToProto(rule);
  *content.mutable_root() = ToProto(values.root);
  result.fields = {"title", "root"};
  if (imported.complete || !values.purpose.empty()) result.fields.push_back("purpose");
  if (imported.complete)
    result.fields.insert(result.fields.end(),
                         {"owner", "target", "labels", "attributes", "milestones", "escalations"});
  return result;
}

}  // namespace plumbline::flow::bpmn
