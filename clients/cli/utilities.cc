// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/utilities.h"

#include <ostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = catalog::v1;

// The service measures over this period where none is said.
constexpr int kDefaultPeriodDays = 28;

// "99.95 % in 28 days"
std::string Promise(const pb::Utility& utility) {
  if (!utility.has_uptime_target()) return "";
  const int days = utility.uptime_target().period_days();
  return absl::StrFormat("%.5g %% in %d days", utility.uptime_target().availability() * 100,
                         days == 0 ? kDefaultPeriodDays : days);
}

}  // namespace

absl::StatusOr<pb::Utility> GetUtility(Session& session, const std::string& name) {
  pb::GetUtilityRequest request;
  request.set_name(session.FullName(name));
  pb::GetUtilityResponse response;
  RETURN_IF_ERROR(session.Call(kUtilities, "GetUtility", request, &response));
  return std::move(*response.mutable_utility());
}

absl::Status DeleteUtility(Session& session, const std::string& name, bool force) {
  pb::DeleteUtilityRequest request;
  request.set_name(session.FullName(name));
  request.set_force(force);
  request.set_request_id(base::NewUuid());
  pb::DeleteUtilityResponse response;
  RETURN_IF_ERROR(session.Call(kUtilities, "DeleteUtility", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    session.out() << session.ShortName(request.name()) << ": deleted\n";
  }
  return absl::OkStatus();
}

Table UtilityTable() { return Table({"UTILITY", "TITLE", "OWNER", "UPTIME TARGET", "CONTACT"}); }

void AddUtility(const pb::Utility& utility, Table* table) {
  table->Add({utility.name().substr(utility.name().rfind('/') + 1), utility.title(),
              utility.owner(), Promise(utility), utility.contact()});
}

}  // namespace plumbline::cli
