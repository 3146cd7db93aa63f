// SPDX-License-Identifier: Apache-2.0
//
// Fields that a later release wrote. Two releases write the same rows during an upgrade: what the
// later one knows besides, the earlier one keeps with the value that it stands in, and writes as it
// came. What is replaced by another value (a call that is made anew, the deeds of a plan that is
// changed) takes its fields with it.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_LATER_FIELDS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_LATER_FIELDS_H_

#include <string>

#include "google/protobuf/message.h"
#include "google/protobuf/unknown_field_set.h"

namespace plumbline::onboarding {

// Of the message itself, not of those in it. "" = there are none, as always but in an upgrade.
inline std::string UnknownOf(const google::protobuf::Message& proto) {
  std::string bytes;
  const google::protobuf::UnknownFieldSet& fields = proto.GetReflection()->GetUnknownFields(proto);
  if (!fields.empty()) fields.SerializeToString(&bytes);
  return bytes;
}

inline void AddUnknown(const std::string& bytes, google::protobuf::Message* proto) {
  // Of bytes that were such fields nothing can fail.
  if (!bytes.empty()) proto->GetReflection()->MutableUnknownFields(proto)->ParseFromString(bytes);
}

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_LATER_FIELDS_H_
