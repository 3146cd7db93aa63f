// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_RPC_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_RPC_H_

#include "common/base/clock.h"
#include "common/rpc/method_table.h"
#include "services/onboarding/people/people.h"

namespace plumbline::onboarding {

// Adds the methods of PeopleService. What is given must outlive the table.
void RegisterPeopleService(People& people, const base::Clock& clock, rpc::MethodTable* table);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_RPC_H_
