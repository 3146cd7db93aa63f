// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/events/upload.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/log/block.h"
#include "services/analytics/storage/rewrite.h"

namespace plumbline::analytics {
namespace {

constexpr int kBlocksAtOnce = 8;  // of up to 1 MiB

absl::Status Unknown(const std::string& workspace, const std::string& id) {
  return base::NotFound("Upload", absl::StrCat("workspaces/", workspace, "/uploads/", id));
}

}  // namespace

Upload::Upload(const base::CallContext& context, Store& store, const base::Clock& clock,
               std::string workspace, absl::string_view upload_id)
    : context_(context),
      store_(store),
      clock_(clock),
      workspace_(std::move(workspace)),
      upload_id_(upload_id),
      uid_(absl::StrCat("upload/", upload_id)) {}

absl::StatusOr<std::vector<StoredBlock>> Upload::Read(int64_t after, int limit) {
  std::vector<StoredBlock> blocks;
  RETURN_IF_ERROR(store_.Read(context_, [&](LogReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(blocks, reads.ReadBlocks(workspace_, uid_, after, limit));
    return absl::OkStatus();
  }));
  return blocks;
}

absl::StatusOr<int64_t> Upload::ReceivedBytes() {
  ASSIGN_OR_RETURN(std::vector<StoredBlock> found, Read(0, 1));
  // A sweep begins with the first.
  if (found.empty() || found[0].number != 1) return Unknown(workspace_, upload_id_);
  // The last is looked for by halves; `first` of each says how many bytes are before it.
  StoredBlock last = std::move(found[0]);
  for (int64_t step = 1;;) {
    ASSIGN_OR_RETURN(found, Read(last.number + step - 1, 1));
    if (!found.empty()) {
      last = std::move(found[0]);
      step *= 2;
    } else if (step == 1) {
      return last.first + static_cast<int64_t>(last.data.size());
    } else {
      step = 1;
    }
  }
}

absl::Status Upload::Restart() {
  RETURN_IF_ERROR(store_.Discard(context_, workspace_, uid_));
  return SweepNow(context_, store_);
}

absl::Status Upload::Resume(int64_t offset,
                            absl::FunctionRef<absl::Status(absl::string_view)> each) {
  ASSIGN_OR_RETURN(const int64_t received, ReceivedBytes());
  if (received != offset) {
    return base::FieldError("header.upload_offset",
                            absl::StrCat("is ", offset, ", but ", received,
                                         " bytes were received; go on there, or begin with 0"));
  }
  while (bytes_ < offset) {
    ASSIGN_OR_RETURN(const std::vector<StoredBlock> blocks, Read(blocks_, kBlocksAtOnce));
    if (blocks.empty()) return Unknown(workspace_, upload_id_);
    for (const StoredBlock& block : blocks) {
      RETURN_IF_ERROR(each(block.data));
      blocks_ = block.number;
      bytes_ += static_cast<int64_t>(block.data.size());
    }
  }
  return absl::OkStatus();
}

absl::Status Upload::Append(absl::string_view bytes) {
  if (bytes.empty()) return absl::OkStatus();
  ++blocks_;
  // As many events as no block is merged for.
  RETURN_IF_ERROR(store_.Stage(
      context_, workspace_, uid_,
      {bytes_, blocks_, static_cast<int64_t>(kBlockRows), std::string(bytes)}, clock_.Now()));
  bytes_ += static_cast<int64_t>(bytes.size());
  return absl::OkStatus();
}

void Upload::End() { store_.Discard(context_, workspace_, uid_).IgnoreError(); }

}  // namespace plumbline::analytics
