// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_UNZSTD_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_UNZSTD_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

struct ZSTD_DCtx_s;

namespace plumbline::analytics {

// Unpacks zstd (RFC 8878, several frames too) as it comes; anything else passes through as it is.
// Holds 256 KiB and the window that the file asks for, at most 32 MiB.
class Unzstd {
 public:
  using Out = absl::FunctionRef<absl::Status(absl::string_view)>;
  Unzstd();
  ~Unzstd();

  // Gives what is unpacked to `out`, in pieces. IMPORT_FORMAT for damaged bytes, naming where, and
  // for a window that is too large; errors of `out`.
  absl::Status Feed(absl::string_view bytes, Out out);
  // IMPORT_FORMAT if the last frame is not complete.
  absl::Status Finish(Out out);

 private:
  enum class State { kUnknown, kPlain, kPacked };
  absl::Status Decide(Out out);
  absl::Status FeedPacked(absl::string_view bytes, Out out);

  State state_ = State::kUnknown;
  std::string head_;  // until there are the four bytes that decide
  std::unique_ptr<ZSTD_DCtx_s, size_t (*)(ZSTD_DCtx_s*)> context_;
  std::string buffer_;
  bool within_frame_ = false;
  int64_t consumed_ = 0;  // bytes of the file
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_UNZSTD_H_
