// SPDX-License-Identifier: Apache-2.0
//
// The fields of tags, history and users that lists filter and order by; process_tags.proto,
// history.proto and process_uses.proto document them.
#ifndef PLUMBLINE_SERVICES_CATALOG_LIFE_FIELDS_H_
#define PLUMBLINE_SERVICES_CATALOG_LIFE_FIELDS_H_

#include <optional>

#include "common/expr/schema.h"
#include "common/listing/memory.h"
#include "plumbline/catalog/v1/process_life.pb.h"

namespace plumbline::catalog {

const expr::Schema& TagSchema();
const expr::Schema& HistorySchema();  // of processes and of policies
const expr::Schema& UserSchema();

// Lists of these schemas, in the orders that they have by themselves.
const listing::MemoryList& TagList();
const listing::MemoryList& UserList();

// The value of a field, by its index in the schema; nullopt if it is unset.
std::optional<expr::Value> TagValue(const v1::Tag& tag, int field);
std::optional<expr::Value> UserValue(const v1::ProcessUser& user, int field);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_LIFE_FIELDS_H_
