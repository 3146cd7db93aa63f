// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/unzstd.h"

#include <zstd.h>
#include <zstd_errors.h>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::analytics {
namespace {

constexpr size_t kBufferBytes = 256 << 10;
constexpr int kMaxWindowLog = 25;
constexpr absl::string_view kMagic = "\x28\xb5\x2f\xfd";

absl::Status Wrong(size_t code, int64_t at) {
  if (ZSTD_getErrorCode(code) == ZSTD_error_frameParameter_windowTooLarge ||
      ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation) {
    return base::Error(base::Reason::ERROR_REASON_IMPORT_FORMAT,
                       "the zstd file needs a window of more than 32 MiB to unpack; compress it "
                       "again without --long and --ultra");
  }
  return base::Error(base::Reason::ERROR_REASON_IMPORT_FORMAT,
                     absl::StrCat("the zstd file is damaged near byte ", at,
                                  "; check that it was copied as binary, and compress it again"));
}

}  // namespace

Unzstd::Unzstd() : context_(nullptr, ZSTD_freeDCtx) {}

Unzstd::~Unzstd() = default;

absl::Status Unzstd::Decide(Out out) {
  if (absl::string_view(head_).substr(0, kMagic.size()) != kMagic) {
    state_ = State::kPlain;
    return out(head_);
  }
  context_.reset(ZSTD_createDCtx());
  if (context_ == nullptr) return base::Internal("ZSTD_createDCtx failed");
  ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kMaxWindowLog);
  buffer_.resize(kBufferBytes);
  state_ = State::kPacked;
  return FeedPacked(head_, out);
}

absl::Status Unzstd::Feed(absl::string_view bytes, Out out) {
  if (state_ == State::kPlain) return out(bytes);
  if (state_ == State::kPacked) return FeedPacked(bytes, out);
  head_.append(bytes.data(), bytes.size());
  return head_.size() < kMagic.size() ? absl::OkStatus() : Decide(out);
}

absl::Status Unzstd::Finish(Out out) {
  if (state_ == State::kUnknown) {
    state_ = State::kPlain;
    if (!head_.empty()) return out(head_);
  }
  if (!within_frame_) return absl::OkStatus();
  return base::Error(base::Reason::ERROR_REASON_IMPORT_FORMAT,
                     absl::StrCat("the zstd file is truncated: it ends after ", consumed_,
                                  " bytes, within its compressed data; send the whole file"));
}

absl::Status Unzstd::FeedPacked(absl::string_view bytes, Out out) {
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  bool full = false;  // more may come out without more going in
  while (in.pos < in.size || full) {
    ZSTD_outBuffer to{buffer_.data(), buffer_.size(), 0};
    const size_t before = in.pos;
    const size_t hint = ZSTD_decompressStream(context_.get(), &to, &in);
    consumed_ += static_cast<int64_t>(in.pos - before);
    if (ZSTD_isError(hint) != 0) return Wrong(hint, consumed_);
    within_frame_ = hint != 0;
    full = within_frame_ && to.pos == to.size;
    if (to.pos > 0) RETURN_IF_ERROR(out(absl::string_view(buffer_.data(), to.pos)));
  }
  return absl::OkStatus();
}

}  // namespace plumbline::analytics
