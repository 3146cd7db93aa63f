// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/utilities/rules.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/flow/proto/process_rules.h"
#include "common/flow/validate.h"
#include "services/catalog/resource/message_fields.h"

namespace plumbline::catalog {
namespace {

using Violations = std::vector<base::FieldViolation>;

constexpr std::array<absl::string_view, 8> kFields = {
    "title",       "purpose",          "owner", "uptime_target", "contact",
    "runbook_uri", "support_calendar", "labels"};
constexpr double kLeastAvailability = 0.5;
constexpr double kMostAvailability = 0.99999;
constexpr int kMostPeriodDays = 366;
constexpr size_t kMostUriCharacters = 2000;
constexpr absl::string_view kHttps = "https://";

void CheckTarget(const v1::UptimeTarget& target, const std::string& path, Violations* violations) {
  // Said so that what is no number is refused as well.
  const bool in_range =
      target.availability() >= kLeastAvailability && target.availability() <= kMostAvailability;
  if (!in_range) {
    violations->push_back(
        {absl::StrCat(path, ".availability"),
         absl::StrCat("is ", target.availability(), "; give the share of the time, ",
                      kLeastAvailability, " to ", kMostAvailability, ", for example 0.995")});
  }
  if (target.period_days() < 0 || target.period_days() > kMostPeriodDays) {
    violations->push_back({absl::StrCat(path, ".period_days"),
                           absl::StrCat("is ", target.period_days(), "; give 1 to ",
                                        kMostPeriodDays, " days, or 0 for 28")});
  }
}

// What is wrong with the address of a page; "" = nothing.
std::string CheckUri(absl::string_view uri) {
  if (uri.size() > kMostUriCharacters) {
    return absl::StrCat("has ", uri.size(), " characters; at most ", kMostUriCharacters,
                        " are possible");
  }
  absl::string_view rest = uri;
  if (!absl::ConsumePrefix(&rest, kHttps))
    return absl::StrCat("is '", flow::ShortenText(uri), "'; it must begin with ", kHttps);
  const absl::string_view host = rest.substr(0, rest.find_first_of("/?#"));
  const auto in_host = [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '-' || c == '.' || c == ':' || c == '[' || c == ']';
  };
  if (host.empty() || !std::all_of(host.begin(), host.end(), in_host)) {
    return absl::StrCat("is '", flow::ShortenText(uri), "'; after ", kHttps,
                        " comes the name of a host, without user and password, for example "
                        "https://wiki.example.com/runbooks/crm");
  }
  if (!std::all_of(rest.begin(), rest.end(), absl::ascii_isgraph)) {
    return absl::StrCat("is '", flow::ShortenText(uri),
                        "'; it may hold printable ASCII characters without spaces: write others "
                        "as %20 and the like");
  }
  return "";
}

// What is wrong with the name of a calendar; "" = nothing.
std::string CheckCalendar(absl::string_view name) {
  absl::string_view id = name;
  if (absl::ConsumePrefix(&id, "calendars/") && base::IsValidId(id)) return "";
  return absl::StrCat("is '", flow::ShortenText(name),
                      "'; write calendars/ and the id of a calendar: ", base::kIdRule);
}

}  // namespace

absl::Span<const absl::string_view> UtilityFields() { return kFields; }

absl::Status CheckUtility(const v1::Utility& utility, absl::string_view path) {
  Violations violations;
  const auto check = [&](absl::string_view field, const std::string& fault) {
    if (!fault.empty()) violations.push_back({absl::StrCat(path, ".", field), fault});
  };
  check("title", flow::CheckText(utility.title(), 1, 200));
  check("purpose", flow::CheckText(utility.purpose(), 0, 4000));
  check("owner", flow::CheckText(utility.owner(), 1, 200));
  if (utility.has_uptime_target())
    CheckTarget(utility.uptime_target(), absl::StrCat(path, ".uptime_target"), &violations);
  check("contact", flow::CheckText(utility.contact(), 0, 200));
  if (!utility.runbook_uri().empty()) check("runbook_uri", CheckUri(utility.runbook_uri()));
  if (!utility.support_calendar().empty())
    check("support_calendar", CheckCalendar(utility.support_calendar()));
  flow::CheckLabels(utility.labels(), path, &violations);
  return base::FieldErrors(violations);
}

std::string EtagOf(const v1::Utility& utility, int64_t version) {
  v1::Utility content;
  CopyFields(utility, kFields, &content);
  return base::Sha256Hex(
             absl::StrCat(utility.name(), "@", version, "\n", content.SerializeAsString()))
      .substr(0, 16);
}

}  // namespace plumbline::catalog
