// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/content.h"

#include <algorithm>
#include <array>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/flow/proto/process_rules.h"
#include "google/protobuf/util/message_differencer.h"

namespace plumbline::catalog {
namespace {

using base::FieldViolation;

constexpr std::array<absl::string_view, 7> kContentFields = {
    "title", "purpose", "owner", "target", "labels", "attributes", "root"};
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
  const auto* descriptor = v1::Process::descriptor();
  v1::Process copy = from;
  std::vector<const google::protobuf::FieldDescriptor*> swapped;
  for (const std::string& field : fields) swapped.push_back(descriptor->FindFieldByName(field));
  v1::Process::GetReflection()->SwapFields(&copy, to, swapped);
}

void CopyContent(const v1::Process& from, v1::Process* to) {
  CopyContent(from, std::vector<std::string>(kContentFields.begin(), kContentFields.end()), to);
}

bool SameContent(const v1::Process& a, const v1::Process& b) {
  v1::Process content_a;
  v1::Process content_b;
  CopyContent(a, &content_a);
  CopyContent(b, &content_b);
  return google::protobuf::util::MessageDifferencer::Equals(content_a, content_b);
}

std::vector<std::string> ChangedFields(const v1::Process& a, const v1::Process& b) {
  const auto* reflection = v1::Process::GetReflection();
  v1::Process rest_a = a;
  v1::Process rest_b = b;
  std::vector<std::string> changed;
  for (const absl::string_view field : kContentFields) {
    const auto* descriptor = v1::Process::descriptor()->FindFieldByName(std::string(field));
    v1::Process of_a;
    v1::Process of_b;
    reflection->SwapFields(&rest_a, &of_a, {descriptor});
    reflection->SwapFields(&rest_b, &of_b, {descriptor});
    if (!google::protobuf::util::MessageDifferencer::Equals(of_a, of_b))
      changed.emplace_back(field);
  }
  return changed;
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

std::string EtagOf(const v1::Process& process, int64_t version) {
  v1::Process content;
  CopyContent(process, &content);
  return base::Sha256Hex(
             absl::StrCat(process.name(), "@", version, "\n", content.SerializeAsString()))
      .substr(0, 16);
}

}  // namespace plumbline::catalog
