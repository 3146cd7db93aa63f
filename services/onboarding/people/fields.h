// SPDX-License-Identifier: Apache-2.0
//
// The fields of a record that people write, as opposed to those that the service fills in.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_FIELDS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_FIELDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/expr/schema.h"
#include "google/protobuf/message.h"
#include "plumbline/onboarding/v1/people.pb.h"

namespace plumbline::onboarding {

// Their names, in the order of the proto.
absl::Span<const absl::string_view> PersonFields();

// Copies fields of PersonFields() from one record to another; absent ones are cleared there.
// O(size).
void CopyFields(const v1::Person& from, absl::Span<const std::string> fields, v1::Person* to);

// Those of PersonFields() that differ, in their order. O(size).
std::vector<std::string> ChangedFields(const v1::Person& a, const v1::Person& b);

// The etag of a record: another for every version of it. O(size).
std::string EtagOf(const v1::Person& person, int64_t version);

// The same bytes for the same message, whatever the order of its maps in memory. O(size).
std::string StableBytes(const google::protobuf::Message& message);

// The fields by which people, and the history of one, are filtered and ordered.
const expr::Schema& PersonSchema();
const expr::Schema& PersonHistorySchema();

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_FIELDS_H_
