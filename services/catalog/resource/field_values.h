// SPDX-License-Identifier: Apache-2.0
//
// Fields of messages as values of expressions, for lists in memory.
#ifndef PLUMBLINE_SERVICES_CATALOG_RESOURCE_FIELD_VALUES_H_
#define PLUMBLINE_SERVICES_CATALOG_RESOURCE_FIELD_VALUES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "common/expr/schema.h"
#include "google/protobuf/util/time_util.h"

namespace plumbline::catalog {

// Of an enum as well; empty text is unset.
inline std::optional<expr::Value> TextValue(std::string text) {
  if (text.empty()) return std::nullopt;
  return expr::Value{0, std::move(text)};
}
inline expr::Value NumberValue(int64_t number) { return {number * expr::kNumberUnit, ""}; }
inline expr::Value TruthValue(bool truth) { return {truth ? 1 : 0, ""}; }
inline expr::Value TimeValue(const google::protobuf::Timestamp& time) {
  return {google::protobuf::util::TimeUtil::TimestampToMicroseconds(time), ""};
}

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_RESOURCE_FIELD_VALUES_H_
