// SPDX-License-Identifier: Apache-2.0
//
// HistoryEntry.changes as they are stored and as they are shown: what is shown has also what other
// fields of the entry say, so that whoever reads it needs to know no kind. Pure functions.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_CODEC_CHANGES_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_CODEC_CHANGES_H_

#include "plumbline/onboarding/v1/onboarding.pb.h"
#include "services/onboarding/engine/run.h"

namespace plumbline::onboarding {

// Those that the entry holds.
void ChangesToProto(const HistoryEntry& entry, v1::HistoryEntry* proto);
void ChangesFromProto(const v1::HistoryEntry& proto, HistoryEntry* entry);

// Adds what the kind of the entry and its other fields say, but for what it tells already: dates,
// day one, revisions, renamed steps, when a milestone was reached. The same again adds nothing.
// O(changes + mappings).
void AddImpliedChanges(const HistoryEntry& entry, v1::HistoryEntry* proto);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_CODEC_CHANGES_H_
