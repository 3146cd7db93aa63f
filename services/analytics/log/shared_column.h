// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LOG_SHARED_COLUMN_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LOG_SHARED_COLUMN_H_

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

namespace plumbline::analytics {

// A vector that never changes and that its copies share, so that a log with other ends of its cases
// takes no second copy of its columns. Reads as a const std::vector.
template <class T>
class SharedColumn {
 public:
  using value_type = T;
  using const_iterator = typename std::vector<T>::const_iterator;

  // Empty.
  SharedColumn() = default;
  // Implicit, so that a column is filled as a vector.
  SharedColumn(std::vector<T> values) {
    if (values.empty() && values.capacity() == 0) return;
    values_ = std::make_shared<const std::vector<T>>(std::move(values));
    data_ = values_->data();
    size_ = values_->size();
  }
  SharedColumn(std::initializer_list<T> values) : SharedColumn(std::vector<T>(values)) {}

  const T& operator[](size_t i) const { return data_[i]; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const T* data() const { return data_; }
  const T& back() const { return data_[size_ - 1]; }
  size_t capacity() const { return values_ == nullptr ? 0 : values_->capacity(); }
  const_iterator begin() const { return values().begin(); }
  const_iterator end() const { return values().end(); }
  const std::vector<T>& values() const {
    static const std::vector<T> kNone;
    return values_ == nullptr ? kNone : *values_;
  }
  operator const std::vector<T>&() const { return values(); }

  friend bool operator==(const SharedColumn& a, const std::vector<T>& b) { return a.values() == b; }

 private:
  std::shared_ptr<const std::vector<T>> values_;  // null: empty
  const T* data_ = nullptr;                       // of values_, without a look-up for each row
  size_t size_ = 0;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LOG_SHARED_COLUMN_H_
