// SPDX-License-Identifier: Apache-2.0
//
// A set of cases or of rows: a bit for each.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FILTER_BIT_SET_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FILTER_BIT_SET_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace plumbline::analytics {

class BitSet {
 public:
  // Of `size` members, of which none, or all, are in it.
  explicit BitSet(size_t size, bool all = false)
      : size_(size), words_((size + 63) / 64, all ? ~uint64_t{0} : 0) {
    if (all) TrimTail();
  }

  // Those i for which holds(i).
  template <class Holds>
  static BitSet Where(size_t size, const Holds& holds) {
    BitSet set(size);
    for (size_t w = 0; w < set.words_.size(); ++w) {
      const size_t begin = w * 64, end = std::min(size, begin + 64);
      uint64_t word = 0;
      for (size_t i = begin; i < end; ++i) word |= uint64_t{holds(i) ? 1U : 0U} << (i - begin);
      set.words_[w] = word;
    }
    return set;
  }

  size_t size() const { return size_; }
  bool operator[](size_t i) const { return (words_[i / 64] >> (i % 64) & 1) != 0; }
  void Set(size_t i) { words_[i / 64] |= uint64_t{1} << (i % 64); }
  void SetIf(size_t i, bool in) { words_[i / 64] |= uint64_t{in ? 1U : 0U} << (i % 64); }

  // Sets of the same size.
  BitSet& operator&=(const BitSet& other) {
    for (size_t w = 0; w < words_.size(); ++w) words_[w] &= other.words_[w];
    return *this;
  }
  BitSet& operator|=(const BitSet& other) {
    for (size_t w = 0; w < words_.size(); ++w) words_[w] |= other.words_[w];
    return *this;
  }
  void Flip() {
    for (uint64_t& word : words_) word = ~word;
    TrimTail();
  }

  // Whether one of [begin, end) is in it.
  bool AnyIn(size_t begin, size_t end) const {
    if (begin >= end) return false;
    const size_t first = begin / 64, last = (end - 1) / 64;
    const uint64_t head = ~uint64_t{0} << (begin % 64),
                   tail = ~uint64_t{0} >> (63 - (end - 1) % 64);
    if (first == last) return (words_[first] & head & tail) != 0;
    if ((words_[first] & head) != 0 || (words_[last] & tail) != 0) return true;
    for (size_t w = first + 1; w < last; ++w) {
      if (words_[w] != 0) return true;
    }
    return false;
  }
  // The first of [begin, end) that is in it, or `end`.
  size_t FirstIn(size_t begin, size_t end) const {
    for (size_t at = begin; at < end; at = (at / 64 + 1) * 64) {
      const uint64_t left = words_[at / 64] >> (at % 64);
      if (left != 0) return std::min(end, at + static_cast<size_t>(std::countr_zero(left)));
    }
    return end;
  }
  // How many of [begin, end) are.
  size_t CountIn(size_t begin, size_t end) const {
    size_t count = 0;
    for (size_t i = begin; i < end; ++i) count += (*this)[i] ? 1 : 0;
    return count;
  }
  size_t Count() const {
    size_t count = 0;
    for (const uint64_t word : words_) count += static_cast<size_t>(std::popcount(word));
    return count;
  }
  bool All() const { return Count() == size_; }
  bool operator==(const BitSet&) const = default;

 private:
  void TrimTail() {
    if (size_ % 64 != 0) words_.back() &= (uint64_t{1} << (size_ % 64)) - 1;
  }

  size_t size_;
  std::vector<uint64_t> words_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FILTER_BIT_SET_H_
