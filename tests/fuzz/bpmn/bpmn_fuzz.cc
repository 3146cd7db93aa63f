// SPDX-License-Identifier: Apache-2.0
//
// BPMN is read or refused with a reason, never worse; what was read is a valid tree that survives
// being written.
#include "common/base/error.h"
#include "common/flow/bpmn/bpmn.h"
#include "common/flow/validate.h"
#include "tests/fuzz/fuzz.h"

namespace plumbline::fuzz {
namespace {

using flow::bpmn::Imported;

void CheckRefusal(const absl::Status& status) {
  const base::Reason reason = base::ReasonOf(status);
  const bool invalid = reason == base::Reason::ERROR_REASON_FIELD_INVALID ||
                       reason == base::Reason::ERROR_REASON_PROCESS_INVALID;
  if (reason == base::Reason::ERROR_REASON_IMPORT_FORMAT) {
    Check(!base::MetadataOf(status, "line").empty(), "a refusal names its line");
  } else if (reason == base::Reason::ERROR_REASON_BPMN_UNSUPPORTED || invalid) {
    Check(!base::FieldViolationsOf(status).empty(), "a refusal names elements or fields");
  } else {
    Check(false, "an error without a documented reason: " + status.ToString());
  }
  Check(status.message().size() < 10'000, "a refusal is short");
}

void Read(absl::string_view text, bool best_effort) {
  const absl::StatusOr<Imported> read = flow::bpmn::Import(text, {.best_effort = best_effort});
  if (!read.ok()) return CheckRefusal(read.status());
  const flow::ProcessContent& content = read->process.content;
  Check(flow::Validate(content.root, flow::SchemaOf(content.attributes), "root").empty(),
        "what was read is valid");
  const std::string written = flow::bpmn::Export(read->process);
  const absl::StatusOr<Imported> again = flow::bpmn::Import(written, {});
  Check(again.ok(), "what was written can be read: " + again.status().ToString() + written);
  Check(again->process == read->process, "what was read again is the same:\n" + written);
  Check(again->findings.empty(), "nothing of it is told:\n" + written);
}

}  // namespace
}  // namespace plumbline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  for (const bool best_effort : {false, true})
    plumbline::fuzz::Read(plumbline::fuzz::Text(data, size), best_effort);
  return 0;
}
