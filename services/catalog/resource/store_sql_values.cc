// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/resource/store_sql_values.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace plumbline::catalog {

absl::Status PutLabels(sql::Transaction& transaction, const LabelTable& where,
                       absl::string_view workspace, absl::string_view id,
                       const google::protobuf::Map<std::string, std::string>& labels) {
  RETURN_IF_ERROR(transaction
                      .Execute(absl::StrCat("DELETE FROM ", where.table, " WHERE workspace = ",
                                            ":workspace AND ", where.column, " = :id"),
                               {{"workspace", workspace}, {"id", id}})
                      .status());
  const std::string insert =
      absl::StrCat("INSERT INTO ", where.table, " (workspace, ", where.column,
                   ", label, value) VALUES (:workspace, :id, :label, :value)");
  for (const auto& [label, value] : labels) {
    RETURN_IF_ERROR(
        transaction
            .Execute(insert,
                     {{"workspace", workspace}, {"id", id}, {"label", label}, {"value", value}})
            .status());
  }
  return absl::OkStatus();
}

}  // namespace plumbline::catalog
