// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LOG_GROWING_COLUMN_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LOG_GROWING_COLUMN_H_

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

namespace plumbline::analytics {

// Numbers that come and come, a piece at a time. Reads as a std::vector, but grows by realloc: a
// long list is moved by the kernel's tables of pages instead of being copied into new pages, which
// costs as much as reading a file does; and rows that are written at once are not zeroed before.
template <class T>
class GrowingColumn {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  using value_type = T;

  GrowingColumn() = default;
  GrowingColumn(GrowingColumn&& other) noexcept { Swap(other); }
  GrowingColumn& operator=(GrowingColumn&& other) noexcept {
    GrowingColumn taken(std::move(other));
    Swap(taken);
    return *this;
  }
  ~GrowingColumn() { std::free(data_); }

  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  bool empty() const { return size_ == 0; }
  const T& operator[](size_t i) const { return data_[i]; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  operator std::span<const T>() const { return {data_, size_}; }

  void reserve(size_t rows) {
    if (rows > capacity_) Reallocate(rows);
  }
  // So many rows more, to be written: they hold nothing. Valid until the next change.
  T* Lengthen(size_t rows) {
    if (size_ + rows > capacity_) Reallocate(std::max(2 * capacity_, size_ + rows));
    size_ += rows;
    return data_ + size_ - rows;
  }
  void push_back(T value) { *Lengthen(1) = value; }
  void Append(std::span<const T> values) {
    std::copy(values.begin(), values.end(), Lengthen(values.size()));
  }
  // At least so many rows; those that are missing are `value`.
  void FillUpTo(size_t rows, T value) {
    if (rows > size_) std::fill_n(Lengthen(rows - size_), rows - size_, value);
  }

 private:
  void Swap(GrowingColumn& other) {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }
  void Reallocate(size_t rows) {
    void* const moved = std::realloc(data_, rows * sizeof(T));
    if (moved == nullptr) throw std::bad_alloc();
    data_ = static_cast<T*>(moved);
    capacity_ = rows;
  }

  T* data_ = nullptr;
  size_t size_ = 0, capacity_ = 0;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LOG_GROWING_COLUMN_H_
