// SPDX-License-Identifier: Apache-2.0
#include "common/sql/postgres.h"

#include "common/sql/errors.h"
namespace plumbline::sql {
absl::StatusOr<std::unique_ptr<Database>> OpenPostgres(absl::string_view, const OpenOptions&) {
  return Unavailable();
}
}  // namespace plumbline::sql
