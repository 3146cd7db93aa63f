// SPDX-License-Identifier: Apache-2.0
#include "common/listing/table.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "common/rpc/page_token.h"

namespace plumbline::listing {
namespace {

[[noreturn]] void Die(absl::string_view what) {
  std::fprintf(stderr, "a list is described wrongly: %.*s\n", static_cast<int>(what.size()),
               what.data());
  std::abort();
}

// The views live as long as `text`.
void AddParams(const expr::SqlText& text, std::vector<sql::Param>* params) {
  for (const expr::SqlParam& param : text.params) {
    if (const auto* number = std::get_if<int64_t>(&param.value)) {
      params->push_back({param.name, *number});
    } else {
      params->push_back({param.name, absl::string_view(std::get<std::string>(param.value))});
    }
  }
}

}  // namespace

Table::Table(const expr::Schema& schema, TableSpec spec) : schema_(schema), spec_(std::move(spec)) {
  columns_.resize(static_cast<size_t>(schema.size()));
  for (const auto& [name, column] : spec_.columns)
    columns_[static_cast<size_t>(IndexOf(name))] = column;
  for (int i = 0; i < schema.size(); ++i) {
    if (columns_[static_cast<size_t>(i)].sql.empty())
      Die(absl::StrCat("no column for ", schema.field(i).name));
  }
  for (const auto& [name, descending] : spec_.key) key_.push_back({IndexOf(name), descending});
}

int Table::IndexOf(absl::string_view name) const {
  const std::optional<int> index = schema_.Find(name);
  if (!index.has_value()) Die(absl::StrCat("no field ", name));
  return *index;
}

std::string Table::Statement(const expr::Keyset& keyset, absl::string_view filter,
                             absl::string_view after) const {
  return absl::StrCat("SELECT ", spec_.select, ", ", keyset.SelectFrom("k"), " FROM (SELECT ",
                      spec_.keys, spec_.keys.empty() ? "" : ", ", keyset.Select(), " FROM ",
                      spec_.from, " WHERE ", spec_.where, " AND ", filter, " AND ", after,
                      " ORDER BY ", keyset.OrderBy(), " LIMIT :limit) k ", spec_.join, " ORDER BY ",
                      keyset.OrderByFrom("k"));
}

absl::StatusOr<sql::Rows> Table::ReadRows(sql::Transaction& transaction,
                                          absl::Span<const sql::Param> params, const Query& query,
                                          const expr::Keyset& keyset) const {
  const expr::SqlText filter = expr::ToSql(query.filter, schema_, columns_, "f");
  const absl::StatusOr<expr::SqlText> after = keyset.After(query.after, "k");
  if (!after.ok()) return PositionError();
  std::vector<sql::Param> all(params.begin(), params.end());
  AddParams(filter, &all);
  AddParams(*after, &all);
  // One more tells whether there is another page.
  all.push_back({"limit", int64_t{query.limit} + 1});
  return transaction.Query(Statement(keyset, filter.sql, after->sql), all);
}

absl::StatusOr<std::string> Table::Read(sql::Transaction& transaction,
                                        absl::Span<const sql::Param> params, const Query& query,
                                        Take take) const {
  const expr::Keyset keyset(query.order, key_, schema_, columns_);
  ASSIGN_OR_RETURN(const sql::Rows rows, ReadRows(transaction, params, query, keyset));
  rpc::PageRoom room(query.limit);
  size_t taken = 0;
  while (taken < rows.size() && !room.Full()) {
    ASSIGN_OR_RETURN(const size_t bytes, take(rows, taken));
    room.Took(bytes);
    ++taken;
  }
  return taken == rows.size() ? "" : PositionOf(keyset, rows, taken - 1);
}

absl::StatusOr<FoundRows> Table::Read(sql::Transaction& transaction,
                                      absl::Span<const sql::Param> params,
                                      const Query& query) const {
  const expr::Keyset keyset(query.order, key_, schema_, columns_);
  FoundRows found;
  ASSIGN_OR_RETURN(found.rows, ReadRows(transaction, params, query, keyset));
  rpc::PageRoom room(query.limit);
  while (found.size < found.rows.size() && !room.Full()) {
    size_t bytes = 0;
    for (size_t i = 0; i < spec_.selected; ++i) bytes += found.rows.Text(found.size, i).size();
    room.Took(bytes);
    ++found.size;
  }
  if (found.size < found.rows.size()) found.next = PositionOf(keyset, found.rows, found.size - 1);
  return found;
}

std::string Table::PositionOf(const expr::Keyset& keyset, const sql::Rows& rows, size_t row) const {
  std::vector<expr::SortCell> cells;
  for (size_t i = 0; i < keyset.size(); ++i) {
    const size_t column = spec_.selected + i;
    if (keyset.is_text(i)) {
      cells.emplace_back(rows.Text(row, column));
    } else {
      cells.emplace_back(rows.Int(row, column));
    }
  }
  return keyset.Position(cells);
}

}  // namespace plumbline::listing
