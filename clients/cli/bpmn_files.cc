// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/bpmn_files.h"

#include <ostream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/json.h"
#include "common/base/error.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::cli {
namespace {

using catalog::v1::BpmnFinding;

const char* WordFor(BpmnFinding::Effect effect) {
  switch (effect) {
    case BpmnFinding::EFFECT_CHANGED:
      return "changed";
    case BpmnFinding::EFFECT_DROPPED:
      return "dropped";
    default:
      return "ignored";
  }
}

// "task 'Ask'"; "task" of one that has neither name nor id.
std::string CalledIn(const BpmnFinding& finding) {
  const std::string& called = finding.name().empty() ? finding.id() : finding.name();
  return called.empty() ? finding.element() : absl::StrCat(finding.element(), " '", called, "'");
}

void Print(Session& session, const std::string& path, const BpmnFinding& finding) {
  if (session.json()) {
    session.err() << JsonOf(finding, false) << '\n';
    return;
  }
  session.err() << path << ':' << finding.line() << ": " << WordFor(finding.effect()) << ": "
                << CalledIn(finding) << ' ' << finding.reason() << '\n';
}

// An error has room for some of the elements only: a dry run with best_effort tells all.
void PrintAllRefused(Session& session, const std::string& path, const absl::Status& status,
                     catalog::v1::ImportProcessBpmnRequest request) {
  size_t count = 0;
  if (!absl::SimpleAtoi(base::MetadataOf(status, "count"), &count)) return;
  if (count <= base::FieldViolationsOf(status).size()) return;
  request.set_best_effort(true);
  catalog::v1::ImportProcessBpmnResponse response;
  if (!session.Call(kCatalog, "ImportProcessBpmn", request, &response).ok()) return;
  for (const BpmnFinding& finding : response.findings()) {
    if (finding.effect() != BpmnFinding::EFFECT_IGNORED) Print(session, path, finding);
  }
}

}  // namespace

bool LooksLikeXml(absl::string_view text) {
  if (absl::StartsWith(text, "\xFE\xFF") || absl::StartsWith(text, "\xFF\xFE")) return true;
  absl::ConsumePrefix(&text, "\xEF\xBB\xBF");
  return absl::StartsWith(absl::StripLeadingAsciiWhitespace(text), "<");
}

absl::StatusOr<catalog::v1::Process> ReadBpmn(Session& session, const std::string& path,
                                              const std::string& text, const BpmnOptions& options) {
  session.wording().Call({{"process_id", "--id"},
                          {"default_owner", "--owner"},
                          {"process_element", "--process-element"}});
  catalog::v1::ImportProcessBpmnRequest request;
  request.set_parent(session.parent());
  request.set_process_id(options.id);
  request.set_xml(text);
  request.set_best_effort(options.best_effort);
  request.set_default_owner(options.owner);
  request.set_process_element(options.element);
  request.set_validate_only(true);
  catalog::v1::ImportProcessBpmnResponse response;
  const absl::Status status = session.Call(kCatalog, "ImportProcessBpmn", request, &response);
  if (!status.ok()) {
    if (base::ReasonOf(status) == base::Reason::ERROR_REASON_BPMN_UNSUPPORTED &&
        !options.best_effort) {
      session.SetHint(
          "plumbline apply --best-effort keeps what can be kept, and says what was changed and "
          "dropped");
    }
    PrintAllRefused(session, path, status, request);
    return status;
  }
  for (const BpmnFinding& finding : response.findings()) Print(session, path, finding);
  return std::move(*response.mutable_process());
}

}  // namespace plumbline::cli
