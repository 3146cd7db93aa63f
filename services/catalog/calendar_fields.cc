// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/calendar_fields.h"

namespace plumbline::catalog {

const expr::Schema& CalendarSchema() {
  using expr::Type;
  static const auto& schema = *new expr::Schema(
      {{.name = "name", .type = Type::kString, .ordered = true},
       {.name = "title", .type = Type::kString, .searched = true, .ordered = true},
       {.name = "owner", .type = Type::kString, .searched = true},
       {.name = "labels", .type = Type::kString, .shape = expr::Shape::kMap},
       {.name = "inherits", .type = Type::kString},
       {.name = "time_zone", .type = Type::kString},
       {.name = "author", .type = Type::kString},
       {.name = "create_time", .type = Type::kTimestamp, .ordered = true},
       {.name = "update_time", .type = Type::kTimestamp, .ordered = true}});
  return schema;
}

}  // namespace plumbline::catalog
