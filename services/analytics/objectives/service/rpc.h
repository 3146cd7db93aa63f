// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_RPC_H_
#define PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_RPC_H_

#include <functional>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/rpc/method_table.h"
#include "common/webhook/url_policy.h"
#include "services/analytics/objectives/service/answers.h"
#include "services/analytics/objectives/service/store.h"

namespace plumbline::analytics {

// What ObjectiveService works with. All must outlive the table.
struct ObjectiveDependencies {
  ObjectiveStore& store;
  Store& logs;
  OutcomeReader& outcomes;
  const base::Clock& clock;
  webhook::UrlPolicy urls;
  base::Chance chance;
  std::function<void()> changed;  // an objective is another now; must not block
};

void RegisterObjectiveService(const ObjectiveDependencies& on, rpc::MethodTable* table);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_RPC_H_
