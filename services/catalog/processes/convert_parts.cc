// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/processes/convert_parts.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/ids.h"
#include "services/catalog/resource/timestamp.h"

namespace plumbline::catalog {
namespace {

constexpr size_t kMaxReason = 1000;
constexpr int64_t kYear10000 = 253'402'300'800;

}  // namespace

size_t Characters(absl::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
}

absl::StatusOr<ProcessKey> ToKey(absl::string_view field, absl::string_view name) {
  ASSIGN_OR_RETURN(auto ids, base::ParseName(field, name, "workspaces/*/processes/*"));
  return ProcessKey{ids[0], ids[1]};
}

absl::StatusOr<KeyAndRevision> ToKeyAndRevision(absl::string_view field, absl::string_view name) {
  const size_t at = name.find('@');
  KeyAndRevision result;
  ASSIGN_OR_RETURN(result.key, ToKey(field, name.substr(0, at)));
  if (at == absl::string_view::npos || ParseRevision(name.substr(at + 1), &result.revision))
    return result;
  return base::FieldError(
      field,
      absl::StrCat("is '", name, "'; what changes a revision takes its number after '@', from 1"));
}

absl::StatusOr<std::string> ToWorkspace(absl::string_view parent) {
  ASSIGN_OR_RETURN(auto ids, base::ParseName("parent", parent, "workspaces/*"));
  return ids[0];
}

bool ParseRevision(absl::string_view text, int64_t* revision) {
  return !text.empty() && text[0] != '0' &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit) &&
         absl::SimpleAtoi(text, revision);
}

absl::StatusOr<std::optional<absl::Time>> ToTime(absl::string_view field, bool given,
                                                 const google::protobuf::Timestamp& time) {
  if (!given) return std::nullopt;
  if (time.seconds() < 0 || time.seconds() >= kYear10000 || time.nanos() < 0 ||
      time.nanos() > 999'999'999) {
    return base::FieldError(field, "is no time of the years 1970 to 9999");
  }
  return FromTimestamp(time);
}

absl::StatusOr<Period> ToPeriod(std::optional<absl::Time> from, std::optional<absl::Time> until) {
  if (from.has_value() && until.has_value() && *until <= *from) {
    return base::FieldError("effective_until",
                            absl::StrCat("is ", absl::FormatTime(*until, absl::UTCTimeZone()),
                                         ", which is not after effective_from, ",
                                         absl::FormatTime(*from, absl::UTCTimeZone()),
                                         "; make it later, or leave it "
                                         "out"));
  }
  return Period{from, until};
}

absl::StatusOr<std::vector<std::string>> ToFields(const google::protobuf::FieldMask& mask,
                                                  absl::Span<const absl::string_view> known) {
  std::vector<std::string> fields(mask.paths().begin(), mask.paths().end());
  std::vector<base::FieldViolation> violations;
  for (const std::string& field : fields) {
    if (std::find(known.begin(), known.end(), field) != known.end()) continue;
    violations.push_back(
        {"update_mask", absl::StrCat("'", field, "' cannot be replaced; possible are ",
                                     absl::StrJoin(known, ", "))});
  }
  RETURN_IF_ERROR(base::FieldErrors(violations));
  if (fields.empty())
    for (absl::string_view field : known) fields.emplace_back(field);
  std::sort(fields.begin(), fields.end());
  fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
  return fields;
}

absl::Status CheckReason(absl::string_view reason) {
  const size_t length = Characters(reason);
  if (length <= kMaxReason) return absl::OkStatus();
  return base::FieldError("reason", absl::StrCat("has ", length, " characters; at most ",
                                                 kMaxReason, " are possible: shorten it"));
}

}  // namespace plumbline::catalog
