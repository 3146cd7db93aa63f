// SPDX-License-Identifier: Apache-2.0
//
// The content of a utility: the fields that people write, as opposed to those that the catalog
// fills in, and their rules.
#ifndef PLUMBLINE_SERVICES_CATALOG_UTILITIES_RULES_H_
#define PLUMBLINE_SERVICES_CATALOG_UTILITIES_RULES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "plumbline/catalog/v1/utility.pb.h"

namespace plumbline::catalog {

// Names of the fields of the content, in the order of the proto.
absl::Span<const absl::string_view> UtilityFields();

// OK, or FIELD_INVALID that lists every breach of the rules of utility.proto. `path` is the field
// of the request that holds the utility.
absl::Status CheckUtility(const v1::Utility& utility, absl::string_view path);

// The etag of a utility: another for every version of it.
std::string EtagOf(const v1::Utility& utility, int64_t version);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_UTILITIES_RULES_H_
