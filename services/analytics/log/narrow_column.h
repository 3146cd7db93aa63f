// SPDX-License-Identifier: Apache-2.0
//
// A column of small numbers in the narrowest of one, two or four bytes.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LOG_NARROW_COLUMN_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LOG_NARROW_COLUMN_H_

#include <cstdint>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace plumbline::analytics {

class NarrowColumn {
 public:
  // Empty.
  NarrowColumn() = default;
  // `size` zeros, as wide as values up to `max` need.
  NarrowColumn(size_t size, uint32_t max) {
    if (max > 0xFFFF) {
      values_ = std::vector<uint32_t>(size);
    } else if (max > 0xFF) {
      values_ = std::vector<uint16_t>(size);
    } else {
      values_ = std::vector<uint8_t>(size);
    }
  }

  // f(std::span<const T>) with T = uint8_t, uint16_t or uint32_t.
  template <class F>
  decltype(auto) Visit(F&& f) const {
    return std::visit([&f](const auto& values) -> decltype(auto) { return f(std::span(values)); },
                      values_);
  }
  // f(std::span<T>), to fill the column.
  template <class F>
  decltype(auto) Fill(F&& f) {
    return std::visit([&f](auto& values) -> decltype(auto) { return f(std::span(values)); },
                      values_);
  }

  size_t size() const {
    return Visit([](auto values) { return values.size(); });
  }
  bool empty() const { return size() == 0; }
  size_t memory_bytes() const {
    return Visit([](auto values) { return values.size_bytes(); });
  }
  // One value. Loops over many rows should Visit instead: the width is looked up once.
  uint32_t operator[](size_t row) const {
    return Visit([row](auto values) { return static_cast<uint32_t>(values[row]); });
  }

 private:
  std::variant<std::vector<uint8_t>, std::vector<uint16_t>, std::vector<uint32_t>> values_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LOG_NARROW_COLUMN_H_
