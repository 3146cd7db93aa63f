// SPDX-License-Identifier: Apache-2.0
#include "common/listing/memory.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "common/base/status_macros.h"
#include "common/expr/check.h"
#include "common/expr/evaluate.h"
#include "common/expr/keyset.h"
#include "common/listing/request.h"
#include "common/rpc/page_token.h"

namespace plumbline::listing {
namespace {

using Cells = std::vector<expr::SortCell>;

struct Candidate {
  Cells cells;
  size_t row = 0;
};

// The sort key of a row.
Cells CellsOf(const std::vector<expr::OrderTerm>& order, const expr::Keyset& keyset, size_t row,
              MemoryList::ValueOf value_of) {
  Cells cells;
  cells.reserve(order.size());
  for (size_t i = 0; i < order.size(); ++i) {
    expr::Value value = value_of(row, order[i].field).value_or(expr::Value());
    if (keyset.is_text(i)) {
      cells.emplace_back(std::move(value.text));
    } else {
      cells.emplace_back(value.number);
    }
  }
  return cells;
}

bool IsBefore(const std::vector<expr::OrderTerm>& order, const Cells& a, const Cells& b) {
  for (size_t i = 0; i < order.size(); ++i) {
    if (a[i] == b[i]) continue;
    return order[i].descending ? b[i] < a[i] : a[i] < b[i];
  }
  return false;
}

}  // namespace

MemoryList::MemoryList(const expr::Schema& schema, const std::vector<std::string>& key)
    : schema_(schema), no_columns_(static_cast<size_t>(schema.size())) {
  for (const std::string& name : key) {
    const std::optional<int> field = schema.Find(name);
    if (!field.has_value()) {
      std::fprintf(stderr, "a list is described wrongly: no field %s\n", name.c_str());
      std::abort();
    }
    key_.push_back({*field, false});
  }
}

bool MemoryList::Matches(const Query& query, const std::vector<int>& tested, size_t row,
                         ValueOf value_of) const {
  if (query.filter.always()) return true;
  expr::Record record(schema_);
  for (const int field : tested) {
    if (auto value = value_of(row, field)) record.Set(field, *std::move(value));
  }
  return expr::Matches(query.filter, record);
}

absl::StatusOr<std::string> MemoryList::Read(size_t count, ValueOf value_of, Take take,
                                             const Query& query) const {
  const std::vector<expr::OrderTerm> order = expr::TotalOrder(query.order, key_);
  const expr::Keyset keyset(query.order, key_, schema_, no_columns_);
  std::optional<Cells> after;
  if (!query.after.empty()) {
    absl::StatusOr<Cells> cells = keyset.Cells(query.after);
    if (!cells.ok()) return PositionError();
    after = *std::move(cells);
  }
  const std::vector<int> tested = expr::FieldsOf(query.filter);
  std::vector<Candidate> found;
  for (size_t row = 0; row < count; ++row) {
    if (!Matches(query, tested, row, value_of)) continue;
    Candidate candidate{CellsOf(order, keyset, row, value_of), row};
    if (!after.has_value() || IsBefore(order, *after, candidate.cells))
      found.push_back(std::move(candidate));
  }
  const size_t most = std::min(found.size(), static_cast<size_t>(query.limit));
  std::partial_sort(
      found.begin(), found.begin() + static_cast<int64_t>(most), found.end(),
      [&](const Candidate& a, const Candidate& b) { return IsBefore(order, a.cells, b.cells); });
  rpc::PageRoom room(query.limit);
  size_t size = 0;
  while (size < most && !room.Full()) room.Took(take(found[size++].row));
  return size == found.size() ? "" : keyset.Position(found[size - 1].cells);
}

}  // namespace plumbline::listing
