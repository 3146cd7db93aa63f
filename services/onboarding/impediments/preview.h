// SPDX-License-Identifier: Apache-2.0
//
// What a change of a record would come to: the on-boardings follow it on copies of them.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_PREVIEW_H_
#define PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_PREVIEW_H_

#include "absl/status/statusor.h"
#include "plumbline/onboarding/v1/impediment.pb.h"
#include "services/onboarding/impediments/record.h"
#include "services/onboarding/impediments/rpc.h"

namespace plumbline::onboarding {

// `stored` as it would be shown after `change`, which it has gone through, was answered; `now` is
// what it blocks before it. As the answer, it waits for no more on-boardings than Carrier::CarryNow
// does, and is pending where there are more. Changes nothing. Errors of ImpedimentStore.
absl::StatusOr<v1::ImpedimentRecord> ShownAfter(const ImpedimentDependencies& on,
                                                const base::CallContext& context,
                                                const StoredRecord& stored,
                                                const RecordChange& change, RecordCounts now);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_PREVIEW_H_
