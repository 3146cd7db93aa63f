// SPDX-License-Identifier: Apache-2.0
#include "common/expr/keyset.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"

namespace plumbline::expr {
namespace {

bool IsText(Type type) {
  return type == Type::kString || type == Type::kEnum || type == Type::kPerson;
}

}  // namespace

std::vector<OrderTerm> TotalOrder(std::vector<OrderTerm> order, absl::Span<const OrderTerm> key) {
  const bool flip = !order.empty() && order.back().descending != key.front().descending;
  for (const OrderTerm& term : key) {
    const auto same = [&](const OrderTerm& other) { return other.field == term.field; };
    if (std::none_of(order.begin(), order.end(), same))
      order.push_back({term.field, term.descending != flip});
  }
  return order;
}

Keyset::Keyset(std::vector<OrderTerm> order, absl::Span<const OrderTerm> key, const Schema& schema,
               absl::Span<const Column> columns) {
  for (const OrderTerm& term : TotalOrder(std::move(order), key)) {
    const Column& column = columns[static_cast<size_t>(term.field)];
    parts_.push_back({column.sql, IsText(schema.field(term.field).type), term.descending});
  }
}

template <typename Write>
std::string Keyset::Join(const Write& write) const {
  std::vector<std::string> texts;
  for (size_t i = 0; i < parts_.size(); ++i) texts.push_back(write(parts_[i], i));
  return absl::StrJoin(texts, ", ");
}

std::string Keyset::OrderBy() const {
  return Join([](const Part& part, size_t) {
    return absl::StrCat(part.sql, part.descending ? " DESC" : "");
  });
}

std::string Keyset::Select() const {
  return Join([](const Part& part, size_t i) { return absl::StrCat(part.sql, " AS s", i); });
}

std::string Keyset::SelectFrom(absl::string_view subquery) const {
  return Join([&](const Part&, size_t i) { return absl::StrCat(subquery, ".s", i); });
}

std::string Keyset::OrderByFrom(absl::string_view subquery) const {
  return Join([&](const Part& part, size_t i) {
    return absl::StrCat(subquery, ".s", i, part.descending ? " DESC" : "");
  });
}

// Each cell is its length, a colon, and its text.
std::string Keyset::Position(absl::Span<const SortCell> cells) const {
  std::string position;
  for (const SortCell& cell : cells) {
    const auto* number = std::get_if<int64_t>(&cell);
    const std::string text =
        number != nullptr ? absl::StrCat(*number) : std::get<std::string>(cell);
    absl::StrAppend(&position, text.size(), ":", text);
  }
  return position;
}

absl::StatusOr<std::vector<SortCell>> Keyset::Cells(absl::string_view position) const {
  const absl::Status wrong = absl::InvalidArgumentError("a position of another order");
  std::vector<SortCell> cells;
  for (const Part& part : parts_) {
    const size_t colon = position.find(':');
    size_t length = 0;
    if (colon == absl::string_view::npos || !absl::SimpleAtoi(position.substr(0, colon), &length) ||
        length > position.size() - colon - 1) {
      return wrong;
    }
    const absl::string_view text = position.substr(colon + 1, length);
    position.remove_prefix(colon + 1 + length);
    int64_t number = 0;
    if (part.text) {
      cells.emplace_back(std::string(text));
    } else if (absl::SimpleAtoi(text, &number)) {
      cells.emplace_back(number);
    } else {
      return wrong;
    }
  }
  if (!position.empty()) return wrong;
  return cells;
}

absl::StatusOr<SqlText> Keyset::After(absl::string_view position, absl::string_view prefix) const {
  if (position.empty()) return SqlText{"TRUE", {}};
  ASSIGN_OR_RETURN(std::vector<SortCell> cells, Cells(position));
  SqlText text;
  std::vector<std::string> names;
  for (SortCell& cell : cells) {
    names.push_back(absl::StrCat(":", prefix, names.size()));
    text.params.push_back({names.back().substr(1), std::move(cell)});
  }
  const bool descending = parts_.front().descending;
  const auto differs = [&](const Part& part) { return part.descending != descending; };
  if (std::none_of(parts_.begin(), parts_.end(), differs)) {
    // One direction: a comparison of rows, which both engines answer from an index.
    text.sql = absl::StrCat("(", Join([](const Part& part, size_t) { return part.sql; }), ") ",
                            descending ? "<" : ">", " (", absl::StrJoin(names, ", "), ")");
    return text;
  }
  // a > x OR (a = x AND (b < y OR (b = y AND ...)))
  for (size_t i = parts_.size(); i-- > 0;) {
    const Part& part = parts_[i];
    const std::string beyond = absl::StrCat(part.sql, part.descending ? " < " : " > ", names[i]);
    text.sql = text.sql.empty() ? beyond
                                : absl::StrCat("(", beyond, " OR (", part.sql, " = ", names[i],
                                               " AND ", text.sql, "))");
  }
  return text;
}

}  // namespace plumbline::expr
