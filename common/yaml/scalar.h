// SPDX-License-Identifier: Apache-2.0
//
// One scalar of a field. Private to this folder.
#ifndef PLUMBLINE_COMMON_YAML_SCALAR_H_
#define PLUMBLINE_COMMON_YAML_SCALAR_H_

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace plumbline::yaml {

// Sets the singular field, or adds to the repeated one, from the scalar's text. Returns "" or what
// was expected instead: "expected a whole number from 0 to 4294967295". Not for message fields.
std::string SetScalar(const google::protobuf::FieldDescriptor& field, absl::string_view text,
                      bool quoted, google::protobuf::Message* message);

// Whether messages of this type are written as one scalar: Duration, Timestamp, FieldMask, the
// wrappers.
bool IsScalarMessage(const google::protobuf::Descriptor& type);

// Fills such a message. Returns as SetScalar.
std::string SetScalarMessage(absl::string_view text, bool quoted,
                             google::protobuf::Message* message);

}  // namespace plumbline::yaml

#endif  // PLUMBLINE_COMMON_YAML_SCALAR_H_
