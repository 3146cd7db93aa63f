// SPDX-License-Identifier: Apache-2.0
//
// The content of a resource: the top-level fields that people write, as opposed to those that the
// catalog fills in. Fields are given by name, and exist.
#ifndef PLUMBLINE_SERVICES_CATALOG_RESOURCE_MESSAGE_FIELDS_H_
#define PLUMBLINE_SERVICES_CATALOG_RESOURCE_MESSAGE_FIELDS_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "google/protobuf/message.h"

namespace plumbline::catalog {

// Copies fields from one message to another of its type; absent ones are cleared there. O(size).
void CopyFields(const google::protobuf::Message& from, absl::Span<const std::string> fields,
                google::protobuf::Message* to);
void CopyFields(const google::protobuf::Message& from, absl::Span<const absl::string_view> fields,
                google::protobuf::Message* to);

// Those of `fields` that differ, in their order. O(size).
std::vector<std::string> ChangedFields(const google::protobuf::Message& a,
                                       const google::protobuf::Message& b,
                                       absl::Span<const absl::string_view> fields);

// The same bytes for the same message, whatever the order of its labels in memory: to be compared,
// or hashed. O(size).
std::string SerializeForComparison(const google::protobuf::Message& message);

// A serialised message with only those of its top-level fields whose numbers are kept: cheaper than
// a copy of the message without the others. O(size).
std::string KeepFields(absl::string_view bytes, absl::FunctionRef<bool(int number)> keeps);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_RESOURCE_MESSAGE_FIELDS_H_
