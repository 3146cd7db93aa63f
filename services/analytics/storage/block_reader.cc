// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/storage/block_reader.h"

#include <iterator>
#include <utility>

#include "common/base/status_macros.h"
#include "services/analytics/log/block.h"

namespace plumbline::analytics {
namespace {

// Blocks that one read transaction fetches: some 3 MB of an imported log.
constexpr int kBlocksAtOnce = 8;
constexpr size_t kMostWaiting = 8;

}  // namespace

BlockReader::BlockReader(const base::CallContext& context, Store& store, const base::Clock& clock,
                         std::string workspace, std::string uid, int64_t after)
    : context_(context),
      store_(store),
      clock_(clock),
      workspace_(std::move(workspace)),
      uid_(std::move(uid)),
      after_(after),
      thread_([this] { Run(); }) {}

BlockReader::~BlockReader() {
  {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
  }
  thread_.join();
}

absl::StatusOr<std::vector<ReadBlock>> BlockReader::Next() {
  absl::MutexLock lock(&mutex_);
  const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return done_ || !blocks_.empty();
  };
  mutex_.Await(absl::Condition(&ready));
  if (blocks_.empty() && !status_.ok()) return status_;
  std::vector<ReadBlock> next(std::make_move_iterator(blocks_.begin()),
                              std::make_move_iterator(blocks_.end()));
  blocks_.clear();
  return next;
}

void BlockReader::Run() {
  int64_t after = after_;
  absl::Status status;
  for (;;) {
    const absl::StatusOr<bool> more = ReadSome(&after);
    status = more.status();
    if (!more.ok() || !*more) break;
  }
  absl::MutexLock lock(&mutex_);
  status_ = status;
  done_ = true;
}

absl::StatusOr<bool> BlockReader::ReadSome(int64_t* after) {
  RETURN_IF_ERROR(context_.Check(clock_.Now()));
  std::vector<StoredBlock> blocks;
  RETURN_IF_ERROR(store_.Read(context_, [&](LogReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(blocks, reads.ReadBlocks(workspace_, uid_, *after, kBlocksAtOnce));
    return absl::OkStatus();
  }));
  for (const StoredBlock& block : blocks) {
    ASSIGN_OR_RETURN(EventBatch batch, DecodeBlock(block.data));
    if (!Put({block.first, block.number, std::move(batch)})) return false;
    *after = block.number;
  }
  return !blocks.empty();
}

bool BlockReader::Put(ReadBlock block) {
  absl::MutexLock lock(&mutex_);
  const auto room = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopped_ || blocks_.size() < kMostWaiting;
  };
  mutex_.Await(absl::Condition(&room));
  if (stopped_) return false;
  blocks_.push_back(std::move(block));
  return true;
}

}  // namespace plumbline::analytics
