// SPDX-License-Identifier: Apache-2.0
//
// Public event logs that lie outside the tree: in $PLUMBLINE_SHARED, or in "shared" beside it.
#ifndef PLUMBLINE_TESTS_BENCH_SHARED_LOGS_H_
#define PLUMBLINE_TESTS_BENCH_SHARED_LOGS_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/strings/string_view.h"

namespace plumbline::bench {

// The folder they lie in, or would.
std::string SharedFolder();

// The whole of a file, unpacked if it is gzipped; "" if it cannot be read.
std::string ReadShared(const std::string& path);

// Takes a piece of a file. The time that it takes is added up.
using Feed = std::function<void(absl::string_view piece)>;

// BPI Challenge 2012 again and again, each time under new case ids and with the same times, until
// there are at least `events`.
class ReplicatedLog {
 public:
  static ReplicatedLog Csv();
  static ReplicatedLog Xes();

  // Whether the log is at hand.
  bool present() const { return !body_.empty(); }
  // Gives the file to `feed` in pieces of 256 KiB, as they come over gRPC; returns how many events
  // it has. The file is made bit by bit: it would not fit in memory.
  int64_t Feed(int64_t events, const bench::Feed& feed) const;

 private:
  // What stands before each case id in body_.
  std::string mark_;
  std::string head_, body_, tail_;
  int64_t events_ = 0;  // in body_
};

}  // namespace plumbline::bench

#endif  // PLUMBLINE_TESTS_BENCH_SHARED_LOGS_H_
