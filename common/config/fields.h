// SPDX-License-Identifier: Apache-2.0
//
// The fields of a configuration by path. Private to this folder.
#ifndef PLUMBLINE_COMMON_CONFIG_FIELDS_H_
#define PLUMBLINE_COMMON_CONFIG_FIELDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace plumbline::config {

// A field that a flag or a variable can set, or (file_only) a list that only a file can hold.
struct Field {
  std::vector<const google::protobuf::FieldDescriptor*> way;  // from the root; the last one is it
  std::string path;                                           // "server.listen_address"
  bool file_only = false;

  const google::protobuf::FieldDescriptor& leaf() const { return *way.back(); }
  std::string Variable() const;  // "PLUMBLINE_SERVER_LISTEN_ADDRESS"
  // The message that holds the leaf, made on the way where it is absent.
  google::protobuf::Message* Holder(google::protobuf::Message* config) const;
};

// All fields in the order of the proto. Configuration messages do not contain themselves.
std::vector<Field> FieldsOf(const google::protobuf::Descriptor& type);

// The field with this path, or nullptr.
const Field* FindPath(const std::vector<Field>& fields, absl::string_view path);

// The field with this variable, or nullptr.
const Field* FindVariable(const std::vector<Field>& fields, absl::string_view variable);

}  // namespace plumbline::config

#endif  // PLUMBLINE_COMMON_CONFIG_FIELDS_H_
