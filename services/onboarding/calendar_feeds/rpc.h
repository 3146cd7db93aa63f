// SPDX-License-Identifier: Apache-2.0
//
// CalendarFeedService: requests to rules, feeds to responses.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_CALENDAR_FEEDS_RPC_H_
#define PLUMBLINE_SERVICES_ONBOARDING_CALENDAR_FEEDS_RPC_H_

#include <functional>
#include <string>

#include "absl/time/time.h"
#include "common/base/random.h"
#include "common/rpc/method_table.h"
#include "services/onboarding/calendar_feeds/store.h"
#include "services/onboarding/runs/rpc.h"

namespace plumbline::onboarding::calendar_feeds {

// What the methods stand on. All of it must outlive the table.
struct FeedDependencies {
  onboarding::Dependencies runs;
  CalendarFeedStore& store;
  base::Chance chance;
  absl::Duration refresh;  // how often feeds are to be read again
  // What stands before a path in URLs, at the moment; "" = nobody knows.
  std::function<std::string()> prefix;
};

// Adds the methods of CalendarFeedService.
void RegisterCalendarFeedService(const FeedDependencies& on, rpc::MethodTable* table);

inline constexpr char kPermission[] = "onboarding.feeds";

}  // namespace plumbline::onboarding::calendar_feeds

#endif  // PLUMBLINE_SERVICES_ONBOARDING_CALENDAR_FEEDS_RPC_H_
