// SPDX-License-Identifier: Apache-2.0
//
// Blocks are read or refused; what was read is in order, and written it is the same again. The
// input is a block, and what one holds before it is packed.
#include <zstd.h>

#include <string>

#include "services/analytics/log/batch_rows.h"
#include "services/analytics/log/block.h"
#include "services/analytics/log/event_log.h"
#include "tests/fuzz/fuzz.h"

namespace plumbline::fuzz {
namespace {

using analytics::EventBatch;
using analytics::kNoText;

std::string DigestOf(const EventBatch& batch) {
  analytics::EventDigest digest;
  digest.Add(batch);
  return digest.Finish();
}

void Read(absl::string_view block) {
  const absl::StatusOr<EventBatch> batch = analytics::DecodeBlock(block);
  Check(analytics::UnpackedBytes(block) >= 0, "a size is not negative");
  if (!batch.ok())
    return Check(batch.status().code() == absl::StatusCode::kInternal, "a refusal is INTERNAL");
  for (size_t i = 0; i < batch->size(); ++i) {
    Check(batch->case_id[i] < batch->cases.size(), "cases are there");
    Check(batch->activity[i] < batch->activities.size(), "activities are there");
    Check(batch->resource[i] == kNoText || batch->resource[i] < batch->resources.size(),
          "resources are there");
    Check(batch->transition[i] == kNoText || batch->transition[i] < batch->transitions.size(),
          "transitions are there");
  }
  uint32_t row = 0;
  for (const analytics::EventAttribute& one : batch->attributes) {
    Check(one.row >= row && one.row < batch->size(), "attributes ascend by row");
    Check(one.key < batch->attribute_keys.size(), "keys are there");
    row = one.row;
  }
  const auto again = analytics::DecodeBlock(*analytics::EncodeBlock(*batch));
  Check(again.ok() && DigestOf(*again) == DigestOf(*batch), "written it is the same");
  analytics::EventLogBuilder builder;
  builder.Append(*batch);
  Check(builder.Snapshot()->size() == batch->size(), "a log holds its events");
}

}  // namespace
}  // namespace plumbline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text = plumbline::fuzz::Text(data, size);
  plumbline::fuzz::Read(text);
  std::string packed(1 + ZSTD_compressBound(size), '\1');
  packed.resize(1 + ZSTD_compress(packed.data() + 1, packed.size() - 1, data, size, 1));
  plumbline::fuzz::Read(packed);
  return 0;
}
