// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/gunzip.h"

#include <zlib.h>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::analytics {
namespace {

constexpr size_t kBufferBytes = 256 << 10;
constexpr int kGzipOnly = 16 + MAX_WBITS;

}  // namespace

Gunzip::Gunzip() = default;

Gunzip::~Gunzip() {
  if (stream_ != nullptr) inflateEnd(stream_.get());
}

absl::Status Gunzip::Decide(Out out) {
  if (absl::string_view(head_).substr(0, 2) != "\x1f\x8b") {
    state_ = State::kPlain;
    return out(head_);
  }
  stream_ = std::make_unique<z_stream_s>();
  if (inflateInit2(stream_.get(), kGzipOnly) != Z_OK) return base::Internal("inflateInit2 failed");
  buffer_.resize(kBufferBytes);
  state_ = State::kMember;
  return FeedGzip(head_, out);
}

absl::Status Gunzip::Feed(absl::string_view bytes, Out out) {
  if (state_ == State::kPlain) return out(bytes);
  if (state_ != State::kUnknown) return FeedGzip(bytes, out);
  head_.append(bytes.data(), bytes.size());
  return head_.size() < 2 ? absl::OkStatus() : Decide(out);
}

absl::Status Gunzip::Finish(Out out) {
  if (state_ == State::kUnknown) {
    state_ = State::kPlain;
    if (!head_.empty()) RETURN_IF_ERROR(out(head_));
  }
  if (state_ != State::kMember) return absl::OkStatus();
  return base::Error(base::Reason::ERROR_REASON_IMPORT_FORMAT,
                     absl::StrCat("the gzip file is truncated: it ends after ", consumed_,
                                  " bytes, within its compressed data; send the whole file"));
}

absl::Status Gunzip::FeedGzip(absl::string_view bytes, Out out) {
  stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream_->avail_in = static_cast<uInt>(bytes.size());
  for (bool more = true; more;) {
    ASSIGN_OR_RETURN(more, Step(out));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Gunzip::Step(Out out) {
  if (state_ == State::kBetween) {
    if (stream_->avail_in == 0) return false;
    if (*stream_->next_in == 0) {  // tapes and some writers pad with zeros
      ++stream_->next_in;
      --stream_->avail_in;
      ++consumed_;
      return true;
    }
    inflateReset(stream_.get());
    state_ = State::kMember;
  }
  stream_->next_out = reinterpret_cast<Bytef*>(buffer_.data());
  stream_->avail_out = static_cast<uInt>(buffer_.size());
  const uInt before = stream_->avail_in;
  const int result = inflate(stream_.get(), Z_NO_FLUSH);
  consumed_ += before - stream_->avail_in;
  if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) return Damaged();
  const size_t size = buffer_.size() - stream_->avail_out;
  if (size > 0) RETURN_IF_ERROR(out(absl::string_view(buffer_.data(), size)));
  if (result == Z_STREAM_END) {
    state_ = State::kBetween;
    return true;
  }
  return stream_->avail_out == 0 || stream_->avail_in > 0;
}

absl::Status Gunzip::Damaged() const {
  return base::Error(base::Reason::ERROR_REASON_IMPORT_FORMAT,
                     absl::StrCat("the gzip file is damaged near byte ", consumed_,
                                  "; check that it was copied as binary, and compress it again"));
}

}  // namespace plumbline::analytics
