// SPDX-License-Identifier: Apache-2.0
//
// Sets of small numbers, and relations between them, as bits.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_BITS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_BITS_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace plumbline::analytics {

// A set of numbers below a bound. All sets that meet must have the same bound.
class Bits {
 public:
  Bits() = default;
  explicit Bits(size_t bound) : words_((bound + 63) / 64) {}

  bool operator[](size_t i) const { return (words_[i / 64] >> (i % 64) & 1) != 0; }
  void Set(size_t i) { words_[i / 64] |= uint64_t{1} << (i % 64); }
  void Reset(size_t i) { words_[i / 64] &= ~(uint64_t{1} << (i % 64)); }
  Bits& operator|=(std::span<const uint64_t> other) {
    for (size_t w = 0; w < words_.size(); ++w) words_[w] |= other[w];
    return *this;
  }
  Bits& operator&=(std::span<const uint64_t> other) {
    for (size_t w = 0; w < words_.size(); ++w) words_[w] &= other[w];
    return *this;
  }
  operator std::span<const uint64_t>() const { return words_; }  // NOLINT: a set is its words
  bool operator==(const Bits&) const = default;

 private:
  std::vector<uint64_t> words_;
};

// A relation between numbers below a bound: row i is the set of what i is related to.
class BitMatrix {
 public:
  BitMatrix() = default;
  explicit BitMatrix(size_t bound)
      : bound_(bound), words_per_row_((bound + 63) / 64), words_(bound * words_per_row_) {}

  size_t bound() const { return bound_; }
  std::span<const uint64_t> operator[](size_t i) const {
    return {words_.data() + i * words_per_row_, words_per_row_};
  }
  bool Has(size_t i, size_t j) const {
    return (words_[i * words_per_row_ + j / 64] >> (j % 64) & 1) != 0;
  }
  void Set(size_t i, size_t j) { words_[i * words_per_row_ + j / 64] |= uint64_t{1} << (j % 64); }
  void SetAll(size_t i, std::span<const uint64_t> set) {
    for (size_t w = 0; w < words_per_row_; ++w) words_[i * words_per_row_ + w] |= set[w];
  }
  // Forgets all pairs.
  void Clear() { std::fill(words_.begin(), words_.end(), 0); }

 private:
  size_t bound_ = 0;
  size_t words_per_row_ = 0;
  std::vector<uint64_t> words_;
};

// f(i) for every number of a set, ascending.
template <class F>
void ForEachBit(std::span<const uint64_t> set, F f) {
  for (size_t w = 0; w < set.size(); ++w) {
    for (uint64_t rest = set[w]; rest != 0; rest &= rest - 1) {
      f(64 * w + static_cast<size_t>(std::countr_zero(rest)));
    }
  }
}

inline bool Meet(std::span<const uint64_t> a, std::span<const uint64_t> b) {
  for (size_t w = 0; w < a.size(); ++w) {
    if ((a[w] & b[w]) != 0) return true;
  }
  return false;
}

// Whether all of a are in b.
inline bool Within(std::span<const uint64_t> a, std::span<const uint64_t> b) {
  for (size_t w = 0; w < a.size(); ++w) {
    if ((a[w] & ~b[w]) != 0) return false;
  }
  return true;
}

// A number for every element: the components of a graph on 0 .. bound-1, numbered in the order of
// their smallest element. `neighbours(i, unseen)` returns those of `unseen` that i is joined to.
// Elements of `left_out` get kNoGroup.
inline constexpr uint16_t kNoGroup = 0xFFFF;
struct Components {
  std::vector<uint16_t> of;
  size_t count = 0;
};
template <class Neighbours>
Components FindComponents(size_t bound, const Bits& left_out, Neighbours neighbours) {
  Components result{std::vector<uint16_t>(bound, kNoGroup)};
  Bits unseen(bound);
  for (size_t i = 0; i < bound; ++i) {
    if (!left_out[i]) unseen.Set(i);
  }
  std::vector<size_t> waiting;
  for (size_t first = 0; first < bound; ++first) {
    if (!unseen[first]) continue;
    unseen.Reset(first);
    waiting.assign(1, first);
    while (!waiting.empty()) {
      const size_t i = waiting.back();
      waiting.pop_back();
      result.of[i] = static_cast<uint16_t>(result.count);
      const Bits found = neighbours(i, unseen);
      ForEachBit(found, [&](size_t j) {
        unseen.Reset(j);
        waiting.push_back(j);
      });
    }
    ++result.count;
  }
  return result;
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_BITS_H_
