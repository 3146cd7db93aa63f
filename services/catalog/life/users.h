// SPDX-License-Identifier: Apache-2.0
//
// Who still uses a process or a revision: what ProcessUser.Kind says. What runs a frozen plan, or
// is published with exact revisions, goes on whatever is retired; this is for people to know.
#ifndef PLUMBLINE_SERVICES_CATALOG_LIFE_USERS_H_
#define PLUMBLINE_SERVICES_CATALOG_LIFE_USERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plumbline/catalog/v1/process_life.pb.h"
#include "services/catalog/processes/store.h"

namespace plumbline::catalog {

// Users at `now` of the process `key`, whose head is given, or of one revision of it (0 = the
// process). Callers by name, then tags, then systems. A revision that calls it is a user if it is
// in use: by itself (RevisionsInUse), or because one that is in use calls it, and so on. A draft
// that names no revision uses one only if that one is what it gets, now or later, and there is no
// other to take its place. O(callers, also of those that are not in use by themselves), one read of
// a head each.
absl::StatusOr<std::vector<v1::ProcessUser>> FindUsers(Snapshot& snapshot, const ProcessKey& key,
                                                       const Head& head, int64_t revision,
                                                       absl::Time now);

// How many users there are; PROCESS_IN_USE with the first 100 of them if there are any and they are
// not allowed.
absl::StatusOr<int64_t> CheckUnused(Snapshot& snapshot, const ProcessKey& key, const Head& head,
                                    int64_t revision, absl::Time now, bool allow_in_use);

// The same of a tag: its users are the drafts that call by it.
absl::StatusOr<int64_t> CheckTagUnused(Snapshot& snapshot, const ProcessKey& key,
                                       const std::string& tag, absl::Time now, bool allow_in_use);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_LIFE_USERS_H_
