// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_GUNZIP_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_GUNZIP_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct z_stream_s;

namespace plumbline::analytics {

// Unpacks gzip (RFC 1952, several members too) as it comes; anything else passes through as it is.
// Holds 256 KiB however much comes out, so that a file that unpacks to a thousand times its size
// costs time and no memory.
class Gunzip {
 public:
  using Out = absl::FunctionRef<absl::Status(absl::string_view)>;
  Gunzip();
  ~Gunzip();

  // Gives what is unpacked to `out`, in pieces. IMPORT_FORMAT for damaged bytes, naming where;
  // errors of `out`.
  absl::Status Feed(absl::string_view bytes, Out out);
  // IMPORT_FORMAT if the last member is not complete.
  absl::Status Finish(Out out);

 private:
  enum class State { kUnknown, kPlain, kMember, kBetween };
  absl::Status Decide(Out out);
  absl::Status FeedGzip(absl::string_view bytes, Out out);
  // One step of the unpacking: false when it needs more bytes.
  absl::StatusOr<bool> Step(Out out);
  absl::Status Damaged() const;

  State state_ = State::kUnknown;
  std::string head_;  // until there are the two bytes that decide
  std::unique_ptr<z_stream_s> stream_;
  std::string buffer_;
  int64_t consumed_ = 0;  // bytes of the file
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_GUNZIP_H_
