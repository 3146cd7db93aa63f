// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/ramp_list.h"

#include <algorithm>
#include <ostream>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/list.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

constexpr char kUnderWay[] = "(state = ACTIVE OR state = PAUSED)";

// Those that the filter takes, up to kMostByReadiness; whether there are more.
absl::StatusOr<bool> Read(Session& session, const std::string& filter,
                          std::vector<ob::Onboarding>* onboardings) {
  ob::ListOnboardingsRequest request;
  request.set_parent(session.parent());
  request.set_page_size(1000);
  request.set_filter(filter.empty() ? kUnderWay : absl::StrCat("(", filter, ") AND ", kUnderWay));
  while (onboardings->size() < kMostByReadiness) {
    ob::ListOnboardingsResponse response;
    RETURN_IF_ERROR(session.Call(kOnboarding, "ListOnboardings", request, &response));
    for (ob::Onboarding& one : *response.mutable_onboardings())
      onboardings->push_back(std::move(one));
    if (response.next_page_token().empty()) return false;
    request.set_page_token(response.next_page_token());
  }
  return true;
}

}  // namespace

void SortByReadiness(const std::string& level, std::vector<ob::Onboarding>* onboardings) {
  std::erase_if(*onboardings, [&](const ob::Onboarding& one) {
    if (one.readiness() == ob::Readiness::LEVEL_UNSPECIFIED) return true;
    return !level.empty() && LevelWord(one.readiness()) != level;
  });
  const auto place = [](const ob::Onboarding& one) {
    return std::tuple(-one.readiness(), one.expected_finish_time().seconds(), one.name());
  };
  std::stable_sort(
      onboardings->begin(), onboardings->end(),
      [&](const ob::Onboarding& a, const ob::Onboarding& b) { return place(a) < place(b); });
}

absl::Status ListByReadiness(Session& session, const std::string& filter,
                             const std::string& level) {
  session.wording().Call({{"filter", "--filter"}});
  std::vector<ob::Onboarding> onboardings;
  ASSIGN_OR_RETURN(const bool more, Read(session, filter, &onboardings));
  SortByReadiness(level, &onboardings);
  Table table({"ON-BOARDING", "~PERSON", "READINESS", ">STEPS", "?TARGET (UTC)", "EXPECTED (UTC)",
               "?DAY ONE", "PROCESS"});
  for (const ob::Onboarding& one : onboardings) {
    if (session.json()) session.PrintJsonLine(one);
    table.Add({IdOf(one.name()), one.display_name().empty() ? one.person() : one.display_name(),
               LevelWord(one.readiness()), absl::StrCat(one.steps_ended(), "/", one.steps_total()),
               When(one.target_time()), When(one.expected_finish_time()), one.day_one(),
               IdOf(one.process())});
  }
  const std::string nothing =
      level.empty() ? "no on-boardings under way" : absl::StrCat("none is ", level);
  ShowList(session, table, nothing, /*more=*/false);
  if (more) {
    session.err() << "note: only the first " << Count(kMostByReadiness)
                  << " by name were looked at; narrow --filter\n";
  }
  return absl::OkStatus();
}

}  // namespace plumbline::cli
