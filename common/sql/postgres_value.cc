// SPDX-License-Identifier: Apache-2.0
#include "common/sql/postgres_value.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"

namespace plumbline::sql {
namespace {

// Object ids of pg_type.dat; they never change.
constexpr unsigned kBool = 16, kBytea = 17, kName = 19, kInt8 = 20, kInt2 = 21, kInt4 = 23,
                   kText = 25, kUnknown = 705, kBpchar = 1042, kVarchar = 1043, kNumeric = 1700,
                   kVoid = 2278;

uint64_t BigEndian(absl::string_view data) {
  uint64_t value = 0;
  for (char c : data) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

// A numeric without fraction, such as the SUM of BIGINT: count, weight, sign, scale, then digits to
// the base of 10000.
absl::Status AddNumeric(absl::string_view data, Rows& rows) {
  const auto word = [&](size_t i) {
    return static_cast<int16_t>(BigEndian(data.substr(2 * i, 2)));
  };
  const int count = data.size() < 8 ? -1 : word(0);
  if (count < 0 || data.size() != 8 + 2 * static_cast<size_t>(count))
    return base::Internal("PostgreSQL: malformed numeric");
  const int weight = word(1), sign = word(2);
  __int128 value = 0;
  for (int i = 0; i <= weight; ++i) {
    value = value * 10'000 + (i < count ? word(4 + static_cast<size_t>(i)) : 0);
    if (value > INT64_MAX) return base::Internal("SQL: a number is too large for 64 bits");
  }
  if ((sign != 0 && sign != 0x4000) || count > weight + 1)
    return base::Internal("SQL: a column is not a whole number");
  rows.Add(static_cast<int64_t>(sign == 0 ? value : -value));
  return absl::OkStatus();
}

}  // namespace

PostgresArguments::PostgresArguments(size_t count)
    : types_(count), data_(count), sizes_(count), formats_(count, 1), numbers_(count) {}

void PostgresArguments::Set(size_t index, const Value& value) {
  // A null pointer means NULL.
  const auto set = [&](unsigned type, absl::string_view view) {
    types_[index] = type;
    data_[index] = view.data() == nullptr ? "" : view.data();
    sizes_[index] = static_cast<int>(view.size());
  };
  if (const auto* number = std::get_if<int64_t>(&value)) {
    const auto bits = static_cast<uint64_t>(*number);
    for (size_t i = 0; i < 8; ++i) numbers_[index][i] = static_cast<char>(bits >> (56 - 8 * i));
    set(kInt8, absl::string_view(numbers_[index].data(), 8));
  } else if (const auto* text = std::get_if<absl::string_view>(&value)) {
    set(kText, *text);
  } else if (const auto* bytes = std::get_if<Bytes>(&value)) {
    set(kBytea, bytes->data);
  }
}

absl::Status AddCell(unsigned type, absl::string_view data, Rows& rows) {
  switch (type) {
    case kInt8:
      rows.Add(static_cast<int64_t>(BigEndian(data)));
      return absl::OkStatus();
    case kInt4:
      rows.Add(static_cast<int64_t>(static_cast<int32_t>(BigEndian(data))));
      return absl::OkStatus();
    case kInt2:
      rows.Add(static_cast<int64_t>(static_cast<int16_t>(BigEndian(data))));
      return absl::OkStatus();
    case kBool:
      rows.Add(static_cast<int64_t>(data[0] != 0));
      return absl::OkStatus();
    case kText:
    case kBytea:
    case kVarchar:
    case kBpchar:
    case kName:
    case kUnknown:
      rows.Add(std::string(data));
      return absl::OkStatus();
    case kVoid:
      rows.Add(Null{});
      return absl::OkStatus();
    case kNumeric:
      return AddNumeric(data, rows);
    default:
      return base::Internal(absl::StrCat(
          "SQL: a column is neither text, bytes nor a whole number, but of type ", type));
  }
}

}  // namespace plumbline::sql
