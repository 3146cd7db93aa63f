// SPDX-License-Identifier: Apache-2.0
//
// Fields of messages as columns; private to the SQL stores.
#ifndef PLUMBLINE_SERVICES_CATALOG_RESOURCE_STORE_SQL_VALUES_H_
#define PLUMBLINE_SERVICES_CATALOG_RESOURCE_STORE_SQL_VALUES_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/sql/database.h"
#include "google/protobuf/map.h"
#include "google/protobuf/util/time_util.h"

namespace plumbline::catalog {

// Text that may be unset is kept as NULL then. The value lives as long as `text`.
inline sql::Value OrNull(const std::string& text) {
  if (text.empty()) return sql::Null{};
  return absl::string_view(text);
}

inline int64_t Micros(const google::protobuf::Timestamp& time) {
  return google::protobuf::util::TimeUtil::TimestampToMicroseconds(time);
}

// Where the labels of a kind of resource are kept: a table of (workspace, `column`, label, value).
struct LabelTable {
  absl::string_view table, column;
};
// Puts the labels of a resource in the place of those that it had.
absl::Status PutLabels(sql::Transaction& transaction, const LabelTable& where,
                       absl::string_view workspace, absl::string_view id,
                       const google::protobuf::Map<std::string, std::string>& labels);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_RESOURCE_STORE_SQL_VALUES_H_
