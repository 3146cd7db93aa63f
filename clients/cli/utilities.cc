// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/utilities.h"

#include "absl/strings/str_format.h"

namespace plumbline::cli {
namespace {

// The service measures over this period where none is said.
constexpr int kDefaultPeriodDays = 28;

}  // namespace

std::string UptimeTarget(const catalog::v1::Utility& utility) {
  if (!utility.has_uptime_target()) return "";
  const int days = utility.uptime_target().period_days();
  return absl::StrFormat("%.5g %% in %d days", utility.uptime_target().availability() * 100,
                         days == 0 ? kDefaultPeriodDays : days);
}

}  // namespace plumbline::cli
