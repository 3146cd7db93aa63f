// SPDX-License-Identifier: Apache-2.0
//
// Events at rest: a block is one batch, compressed. Dictionaries are stored once, columns of
// numbers as variable-length integers (times as differences from the row before), then the whole
// through zstd. Versioned: the first byte is the format.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LOG_BLOCK_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LOG_BLOCK_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/analytics/log/event_batch.h"

namespace plumbline::analytics {

// Blocks of 64 Ki rows compress well and decode fast; importers cut theirs there.
inline constexpr size_t kBlockRows = 65'536;
// No block is larger when unpacked: none is made, none is read.
inline constexpr size_t kMaxUnpackedBytes = size_t{1} << 30;

// O(rows). INTERNAL for a batch that takes more than kMaxUnpackedBytes.
absl::StatusOr<std::string> EncodeBlock(const EventBatch& batch);

// How many bytes a block has when it is unpacked, as it says itself; 0 if it is no block. O(1).
int64_t UnpackedBytes(absl::string_view block);

// INTERNAL if the bytes are no block: never reads beyond them, whatever they hold.
absl::StatusOr<EventBatch> DecodeBlock(absl::string_view block);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LOG_BLOCK_H_
