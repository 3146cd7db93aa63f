// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_RPC_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_RPC_H_

#include <functional>
#include <string>

#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/rpc/method_table.h"
#include "services/onboarding/people/people.h"

namespace plumbline::onboarding {

// Whether the catalog says that there is no such calendar, "workspaces/{w}/calendars/{c}"; false
// where it does not answer before the deadline. Asked after a write, with a deadline of its own.
// Thread-safe.
using CalendarIsUnknown = std::function<bool(const base::CallContext&, const std::string& name)>;

// Adds the methods of PeopleService. What is given must outlive the table.
void RegisterPeopleService(People& people, CalendarIsUnknown calendar_is_unknown,
                           const base::Clock& clock, rpc::MethodTable* table);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_RPC_H_
