// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/processes/rpc_bpmn.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/flow/bpmn/proto/convert.h"
#include "common/flow/validate.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/catalog/processes/convert.h"
#include "services/catalog/processes/convert_parts.h"
#include "services/catalog/resource/change.h"
#include "services/catalog/resource/rpc_mutation.h"

namespace plumbline::catalog {
namespace {

using base::CallContext;
using rpc::WorkClass;

constexpr char kImport[] = "ImportProcessBpmn";
constexpr size_t kMaxOwner = 200;

absl::Status Export(Reader& reader, const CallContext& context,
                    const v1::ExportProcessBpmnRequest& request,
                    v1::ExportProcessBpmnResponse* response) {
  ASSIGN_OR_RETURN(const ProcessRef ref, ToRef("name", request.name()));
  ASSIGN_OR_RETURN(const int64_t min_position, ToPosition(request.min_freshness()));
  ASSIGN_OR_RETURN(const Reader::Response bytes, reader.Get(context, ref, min_position));
  v1::GetProcessResponse got;
  if (!got.ParseFromString(*bytes))
    return base::Internal("a kept answer is not a message of its type");
  ASSIGN_OR_RETURN(*response->mutable_xml(), flow::bpmn::ExportProcess(got.process()));
  return absl::OkStatus();
}

v1::BpmnFinding::Effect ToEffect(flow::bpmn::Finding::Effect effect) {
  switch (effect) {
    case flow::bpmn::Finding::Effect::kIgnored:
      return v1::BpmnFinding::EFFECT_IGNORED;
    case flow::bpmn::Finding::Effect::kChanged:
      return v1::BpmnFinding::EFFECT_CHANGED;
    case flow::bpmn::Finding::Effect::kDropped:
      return v1::BpmnFinding::EFFECT_DROPPED;
  }
  return v1::BpmnFinding::EFFECT_UNSPECIFIED;
}

void AddFindings(const std::vector<flow::bpmn::Finding>& findings,
                 v1::ImportProcessBpmnResponse* response) {
  for (const flow::bpmn::Finding& finding : findings) {
    v1::BpmnFinding* added = response->add_findings();
    added->set_element(finding.element);
    added->set_id(finding.id);
    added->set_name(finding.name);
    added->set_line(finding.line);
    added->set_reason(finding.reason);
    added->set_effect(ToEffect(finding.effect));
  }
}

absl::StatusOr<flow::bpmn::ImportOptions> ToOptions(const v1::ImportProcessBpmnRequest& request) {
  if (request.xml().empty()) return base::FieldError("xml", "is missing; give the file");
  if (const std::string fault = flow::CheckText(request.default_owner(), 0, kMaxOwner);
      !fault.empty()) {
    return base::FieldError("default_owner", fault);
  }
  flow::bpmn::ImportOptions options{.best_effort = request.best_effort(),
                                    .process = request.process_element()};
  if (!request.default_owner().empty()) options.default_role = request.default_owner();
  return options;
}

absl::StatusOr<UpdateCommand> ToCommand(const v1::ImportProcessBpmnRequest& request,
                                        flow::bpmn::ImportedProcess* import) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  RETURN_IF_ERROR(CheckReason(request.reason()));
  ASSIGN_OR_RETURN(const auto ids, base::ParseName("parent", request.parent(), "workspaces/*"));
  if (!request.process_id().empty())
    RETURN_IF_ERROR(base::CheckId("process_id", request.process_id()));
  ASSIGN_OR_RETURN(const flow::bpmn::ImportOptions options, ToOptions(request));
  ASSIGN_OR_RETURN(*import, flow::bpmn::ImportProcess(request.xml(), options));
  UpdateCommand command;
  command.key = {ids[0], request.process_id().empty() ? import->process_id : request.process_id()};
  command.content = &import->content;
  command.fields = import->fields;
  std::sort(command.fields.begin(), command.fields.end());
  command.etag = request.etag();
  command.allow_missing = true;
  command.reason = request.reason();
  return command;
}

absl::Status Import(Writer& writer, const CallContext& context,
                    const v1::ImportProcessBpmnRequest& request,
                    v1::ImportProcessBpmnResponse* response) {
  flow::bpmn::ImportedProcess import;
  ASSIGN_OR_RETURN(UpdateCommand command, ToCommand(request, &import));
  command.ahead = CheckAhead(&command);
  if (request.request_id().empty()) RETURN_IF_ERROR(command.ahead);
  const auto plan = [&](Snapshot& snapshot, const Author& author) -> absl::StatusOr<Change> {
    RETURN_IF_ERROR(command.ahead);
    return Update(snapshot, command, author);
  };
  absl::StatusOr<Written> written;
  if (request.validate_only()) {
    written = writer.Validate(context, plan);
  } else {
    written = writer.Write(context, command.key,
                           ToWriteRequest(kService, kImport, command.key.workspace, request), plan);
  }
  RETURN_IF_ERROR(written.status());
  *response->mutable_process() = std::move(written->process);
  response->set_freshness_token(ToFreshnessToken(written->position));
  AddFindings(import.findings, response);
  return absl::OkStatus();
}

}  // namespace

void RegisterBpmnMethods(Reader& reader, Writer& writer, rpc::MethodTable* table) {
  table->Unary<v1::ExportProcessBpmnRequest, v1::ExportProcessBpmnResponse>(
      kService, "ExportProcessBpmn", kRead, WorkClass::kRead,
      [&reader](const CallContext& context, const v1::ExportProcessBpmnRequest& request,
                v1::ExportProcessBpmnResponse* response) {
        return Export(reader, context, request, response);
      });
  table->Unary<v1::ImportProcessBpmnRequest, v1::ImportProcessBpmnResponse>(
      kService, kImport, kWrite, WorkClass::kWrite,
      [&writer](const CallContext& context, const v1::ImportProcessBpmnRequest& request,
                v1::ImportProcessBpmnResponse* response) {
        return Import(writer, context, request, response);
      });
}

}  // namespace plumbline::catalog
