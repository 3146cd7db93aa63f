// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_SORTED_BAG_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_SORTED_BAG_H_

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <vector>

namespace plumbline::analytics {

// How values are put in order.
template <class T>
struct Ascending {
  // Whether room for all values is kept, beside these, that need not be got for each answer.
  static constexpr bool kKeepsRoom = false;
  static bool Before(const T& a, const T& b) { return a < b; }
  static void Sort(std::vector<T>* values) { std::sort(values->begin(), values->end()); }
};

// Of two sorted lists, what the first has and the second does not, each as often.
template <class T, class Order = Ascending<T>>
std::vector<T> Without(const std::vector<T>& all, const std::vector<T>& some) {
  std::vector<T> rest;
  rest.reserve(all.size());
  std::set_difference(all.begin(), all.end(), some.begin(), some.end(), std::back_inserter(rest),
                      Order::Before);
  return rest;
}

// Values that are put in and taken out between answers, each of which goes through all of them.
template <class T, class Order = Ascending<T>>
class SortedBag {
 public:
  // `value` must be there to be taken out.
  void Change(const T& value, int sign) { (sign > 0 ? added_ : gone_).push_back(value); }
  // In their order; valid until the next change. O(n) to copy what stays in between, and O(log n)
  // for each change.
  const std::vector<T>& Values() {
    if (added_.empty() && gone_.empty()) return values_;
    Order::Sort(&added_);
    Order::Sort(&gone_);
    if (values_.empty() && gone_.empty()) {
      values_.swap(added_);
      return values_;
    }
    Merge(Without<T, Order>(added_, gone_), Without<T, Order>(gone_, added_));
    added_.clear();
    gone_.clear();
    return values_;
  }
  size_t memory_bytes() const {
    return (values_.capacity() + spare_.capacity() + added_.capacity() + gone_.capacity()) *
           sizeof(T);
  }

 private:
  // Nothing is in both lists.
  void Merge(const std::vector<T>& in, const std::vector<T>& out) {
    std::vector<T>& all = spare_;
    all.clear();
    all.reserve(values_.size() + in.size());
    auto from = values_.cbegin();
    const auto copy_before = [&](const T& value) {
      const auto to = std::lower_bound(from, values_.cend(), value, Order::Before);
      all.insert(all.end(), from, to);
      from = to;
    };
    for (size_t i = 0, o = 0; i < in.size() || o < out.size();) {
      if (o == out.size() || (i < in.size() && Order::Before(in[i], out[o]))) {
        copy_before(in[i]);
        all.push_back(in[i++]);
      } else {
        copy_before(out[o++]);
        ++from;  // it is there
      }
    }
    all.insert(all.end(), from, values_.cend());
    values_.swap(all);
    if (!Order::kKeepsRoom) spare_ = std::vector<T>();
  }

  std::vector<T> values_;  // in their order
  std::vector<T> spare_;
  std::vector<T> added_, gone_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_SORTED_BAG_H_
