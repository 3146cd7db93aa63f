// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_STORE_SQL_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_STORE_SQL_H_

#include <memory>

#include "common/sql/database.h"
#include "services/onboarding/escalation/store.h"

namespace plumbline::onboarding::escalation {

// Stores over `database`, which must outlive them and whose schema is up to date.
std::unique_ptr<EscalationStore> NewEscalationStore(sql::Database& database);
std::unique_ptr<StandInStore> NewStandInStore(sql::Database& database);

}  // namespace plumbline::onboarding::escalation

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_STORE_SQL_H_
