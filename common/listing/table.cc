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

absl::StatusOr<FoundRows> Table::Read(sql::Transaction& transaction,
                                      absl::Span<const sql::Param> params,
                                      const Query& query) const {
  const expr::Keyset keyset(query.order, key_, schema_, columns_);
  const expr::SqlText filter = expr::ToSql(query.filter, schema_, columns_, "f");
  const absl::StatusOr<expr::SqlText> after = keyset.After(query.after, "k");
  if (!after.ok()) return PositionError();
  std::vector<sql::Param> all(params.begin(), params.end());
  AddParams(filter, &all);
  AddParams(*after, &all);
  // One more tells whether there is another page.
  all.push_back({"limit", int64_t{query.limit} + 1});
  ASSIGN_OR_RETURN(sql::Rows rows,
                   transaction.Query(Statement(keyset, filter.sql, after->sql), all));
  return Cut(keyset, std::move(rows), query.limit);
}

FoundRows Table::Cut(const expr::Keyset& keyset, sql::Rows rows, int limit) const {
  FoundRows found{std::move(rows)};
  rpc::PageRoom room(limit);
  while (found.size < found.rows.size() && !room.Full()) {
    size_t bytes = 0;
    for (size_t i = 0; i < spec_.selected; ++i) bytes += found.rows.Text(found.size, i).size();
    room.Took(bytes);
    ++found.size;
  }
  if (found.size == found.rows.size()) return found;
  std::vector<expr::SortCell> cells;
  for (size_t i = 0; i < keyset.size(); ++i) {
    const size_t column = spec_.selected + i;
    if (keyset.is_text(i)) {
      cells.emplace_back(found.rows.Text(found.size - 1, column));
    } else {
      cells.emplace_back(found.rows.Int(found.size - 1, column));
    }
  }
  found.next = keyset.Position(cells);
  return found;
}

}  // namespace plumbline::listing
