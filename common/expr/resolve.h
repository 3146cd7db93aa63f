// SPDX-License-Identifier: Apache-2.0
//
// From the paths of a tree to the fields of a schema.
#ifndef PLUMBLINE_COMMON_EXPR_RESOLVE_H_
#define PLUMBLINE_COMMON_EXPR_RESOLVE_H_

#include <optional>
#include <string>

#include "common/expr/schema.h"
#include "common/expr/tree.h"

namespace plumbline::expr {

// What a path stands for.
struct Target {
  int index = 0;                   // of the field in the schema
  const Field* field = nullptr;    // in the schema
  std::optional<std::string> key;  // of a kMap
  std::string path;                // as it was written
};

// The longest beginning of the path of `word` that is a field; what remains can be the key of a
// map. O(segments).
std::optional<Target> Resolve(const Node& word, const Schema& schema);

// Why `word` is no field: "'tilte' is not a field; did you mean 'title'? ..." O(names).
std::string UnknownField(const Node& word, const Schema& schema);

}  // namespace plumbline::expr

#endif  // PLUMBLINE_COMMON_EXPR_RESOLVE_H_
