// SPDX-License-Identifier: Apache-2.0
//
// How much goes into one page of a list.
#ifndef PLUMBLINE_COMMON_BASE_PAGE_ROOM_H_
#define PLUMBLINE_COMMON_BASE_PAGE_ROOM_H_

#include <cstddef>

namespace plumbline::base {

// A page whose rows come to this many bytes ends, whatever its size was to be: answers stay well
// below the 4 MiB that gRPC's clients take unless told otherwise.
inline constexpr size_t kMaxPageBytes = 2 << 20;

// Counts the rows of one page. A row always fits into an empty page.
class PageRoom {
 public:
  explicit PageRoom(int rows) : rows_left_(rows) {}
  // No further row has room.
  bool Full() const { return rows_left_ <= 0 || bytes_ >= kMaxPageBytes; }
  void Took(size_t bytes) {
    --rows_left_;
    bytes_ += bytes;
  }

 private:
  int rows_left_;
  size_t bytes_ = 0;
};

}  // namespace plumbline::base

#endif  // PLUMBLINE_COMMON_BASE_PAGE_ROOM_H_
