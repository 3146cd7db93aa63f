// SPDX-License-Identifier: Apache-2.0
//
// Events at rest: a block is one batch, compressed. Dictionaries are stored once, columns of
// numbers as variable-length integers (times as differences from the row before), then the whole
// through zstd. Versioned: the first byte is the format.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LOG_BLOCK_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LOG_BLOCK_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/analytics/log/event_batch.h"

namespace plumbline::analytics {

// O(rows). Blocks of 64 Ki rows compress well and decode fast; importers cut theirs there.
inline constexpr size_t kBlockRows = 65'536;
std::string EncodeBlock(const EventBatch& batch);

// INTERNAL if the bytes are no block: never reads beyond them, whatever they hold.
absl::StatusOr<EventBatch> DecodeBlock(absl::string_view block);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LOG_BLOCK_H_
