// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/resource/store_sql_among.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/base/status_macros.h"

namespace plumbline::catalog {
namespace {

// Few lengths, so that there are few statements to prepare. A shorter list repeats its last value.
constexpr std::array<size_t, 4> kLengths = {1, 8, 64, 512};

size_t LengthFor(size_t values) {
  for (const size_t length : kLengths) {
    if (values <= length) return length;
  }
  return kLengths.back();
}

}  // namespace

absl::Status QueryAmong(sql::Transaction& transaction, absl::string_view query,
                        std::vector<sql::Param> params, absl::Span<const std::string> values,
                        absl::FunctionRef<absl::Status(const sql::Rows&)> visit) {
  const size_t others = params.size();
  while (!values.empty()) {
    const size_t length = LengthFor(values.size());
    std::vector<std::string> names;
    for (size_t i = 0; i < length; ++i) names.push_back(absl::StrCat("among", i));
    params.resize(others);
    for (size_t i = 0; i < length; ++i)
      params.push_back({names[i], absl::string_view(values[std::min(i, values.size() - 1)])});
    const std::string list = absl::StrCat("(:", absl::StrJoin(names, ", :"), ")");
    ASSIGN_OR_RETURN(const sql::Rows rows,
                     transaction.Query(absl::StrReplaceAll(query, {{"(:among)", list}}), params));
    RETURN_IF_ERROR(visit(rows));
    values.remove_prefix(std::min(length, values.size()));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> IdsOf(sql::Transaction& transaction, const IdColumn& ids,
                                               absl::string_view workspace,
                                               absl::Span<const std::string> among) {
  const std::string query =
      absl::StrCat("SELECT ", ids.column, " FROM ", ids.table, " WHERE workspace = :workspace");
  std::vector<std::string> found;
  const auto take = [&](const sql::Rows& rows) {
    for (size_t i = 0; i < rows.size(); ++i) found.push_back(rows.Text(i, 0));
    return absl::OkStatus();
  };
  if (among.empty()) {
    ASSIGN_OR_RETURN(const sql::Rows rows, transaction.Query(query, {{"workspace", workspace}}));
    RETURN_IF_ERROR(take(rows));
  } else {
    RETURN_IF_ERROR(QueryAmong(transaction,
                               absl::StrCat(query, " AND ", ids.column, " IN (:among)"),
                               {{"workspace", workspace}}, among, take));
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace plumbline::catalog
