// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/processes/content.h"

#include <algorithm>
#include <array>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/flow/proto/process_rules.h"
#include "services/catalog/resource/message_fields.h"

namespace plumbline::catalog {
namespace {

using base::FieldViolation;

constexpr std::array<absl::string_view, 9> kContentFields = {
    "title",      "purpose",    "owner",       "target", "labels",
    "attributes", "milestones", "escalations", "root"};

absl::Status TreeErrors(const std::vector<FieldViolation>& violations) {
  if (violations.empty()) return absl::OkStatus();
  std::string message =
      absl::StrCat("the process breaks a rule of the model: ", violations[0].field, " ",
                   violations[0].description);
  if (violations.size() > 1) absl::StrAppend(&message, " (and ", violations.size() - 1, " more)");
  base::Error error(base::Reason::ERROR_REASON_PROCESS_INVALID, message);
  for (const FieldViolation& violation : violations)
    error.Field(violation.field, violation.description);
  return error;
}

}  // namespace

absl::Span<const absl::string_view> ContentFields() { return kContentFields; }

void CopyContent(const v1::Process& from, absl::Span<const std::string> fields, v1::Process* to) {
  CopyFields(from, fields, to);
}

void CopyContent(const v1::Process& from, v1::Process* to) { CopyFields(from, kContentFields, to); }

bool SameContent(const v1::Process& a, const v1::Process& b) { return ChangedFields(a, b).empty(); }

std::vector<std::string> ChangedFields(const v1::Process& a, const v1::Process& b) {
  return ChangedFields(a, b, kContentFields);
}

absl::Status CheckContent(const v1::Process& process, absl::string_view path) {
  const std::vector<FieldViolation> violations = flow::ValidateProcess(process, path);
  const std::string root = absl::StrCat(path, ".root");
  const bool only_tree =
      process.has_root() && std::all_of(violations.begin(), violations.end(), [&](const auto& v) {
        return absl::StartsWith(v.field, root);
      });
  return only_tree ? TreeErrors(violations) : base::FieldErrors(violations);
}

std::string ContentBytes(const v1::Process& process) {
  return KeepFields(SerializeForComparison(process), [](int number) {
    const auto* field = v1::Process::descriptor()->FindFieldByNumber(number);
    return field != nullptr && std::find(kContentFields.begin(), kContentFields.end(),
                                         field->name()) != kContentFields.end();
  });
}

std::string ContentHash(const v1::Process& process) {
  return base::Sha256Hex(ContentBytes(process));
}

std::string EtagOf(absl::string_view name, int64_t version, absl::string_view content_hash) {
  return base::Sha256Hex(absl::StrCat(name, "@", version, "\n", content_hash)).substr(0, 16);
}

}  // namespace plumbline::catalog
