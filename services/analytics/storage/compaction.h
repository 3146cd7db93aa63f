// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_STORAGE_COMPACTION_H_
#define PLUMBLINE_SERVICES_ANALYTICS_STORAGE_COMPACTION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

// One block with the events of `blocks`, in their order, which was read back: the originals may go.
// INTERNAL if one of them is no block, or if what they hold does not fit into one.
absl::StatusOr<std::string> MergeBlocks(const std::vector<StoredBlock>& blocks);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_STORAGE_COMPACTION_H_
