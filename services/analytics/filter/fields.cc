// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/filter/fields.h"

namespace plumbline::analytics {

using expr::Shape;
using expr::Type;

const expr::Schema& CaseSchema() {
  static const auto* const kSchema = new expr::Schema({
      {.name = "case_id"},
      {.name = "start_time", .type = Type::kTimestamp},
      {.name = "end_time", .type = Type::kTimestamp},
      {.name = "duration", .type = Type::kDuration},
      {.name = "event_count", .type = Type::kNumber},
      {.name = "first_activity"},
      {.name = "last_activity"},
      {.name = "activities", .shape = Shape::kList},
      {.name = "repeated_activities", .shape = Shape::kList},
      {.name = "follows", .shape = Shape::kList},
      {.name = "eventually_follows", .shape = Shape::kList},
      {.name = "sequence", .shape = Shape::kList},
      {.name = "variant_rank", .type = Type::kNumber},
      {.name = "variant_case_count", .type = Type::kNumber},
      {.name = "resources", .shape = Shape::kList},
      {.name = "transitions", .shape = Shape::kList},
      {.name = "open", .type = Type::kBool},
      {.name = "defects", .shape = Shape::kMap},
      {.name = "reported_defects", .shape = Shape::kList},
      {.name = "attributes", .shape = Shape::kMap},
  });
  return *kSchema;
}

const expr::Schema& EventSchema() {
  static const auto* const kSchema = new expr::Schema({
      {.name = "activity"},
      {.name = "resource"},
      {.name = "transition"},
      {.name = "time", .type = Type::kTimestamp},
      {.name = "start_time", .type = Type::kTimestamp},
      {.name = "duration", .type = Type::kDuration},
      {.name = "attributes", .shape = Shape::kMap},
  });
  return *kSchema;
}

}  // namespace plumbline::analytics
