// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/calendar_feeds/store.h"

namespace plumbline::onboarding::calendar_feeds {

const expr::Schema& FeedSchema() {
  using expr::Type;
  static const auto& schema =
      *new expr::Schema({{.name = "name", .ordered = true},
                         {.name = "person", .searched = true, .ordered = true},
                         {.name = "display_name", .searched = true},
                         {.name = "author"},
                         {.name = "create_time", .type = Type::kTimestamp, .ordered = true},
                         {.name = "last_read_time", .type = Type::kTimestamp}});
  return schema;
}

}  // namespace plumbline::onboarding::calendar_feeds
